/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.h - rows and columns for a terminal. Pure: texts in, one text out. The texts are printable
 * ASCII, see text.h.
 */
#ifndef LOGINSPACE_ADMIN_TABLE_H
#define LOGINSPACE_ADMIN_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table_column {
	const char *title;
	bool right;   /* figures stand right */
	bool shrinks; /* may be cut down to its title, with a '+' at the end, where room is short */
};

struct table;

/* table_new - COLUMNS stay the caller's and must outlive the table. Returns 0 or -ENOMEM. */
int table_new(const struct table_column *columns, size_t count, struct table **ret);

void table_free(struct table *table);

/* table_add - one row, a cell for each column; copied. Returns 0 or -ENOMEM. */
int table_add(struct table *table, const char *const *cells);

/*
 * table_format - the title line and the rows, each ended by a newline, none longer than WIDTH
 * (0: as long as they are). A column that is empty in every row is left out. *RET_TEXT is to be
 * freed with free(3). Returns 0 or -ENOMEM.
 */
int table_format(const struct table *table, size_t width, char **ret_text);

#endif
