/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - rows and columns for a terminal. Pure.
 */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CUT_MARK '+'

struct table {
	const struct table_column *columns;
	size_t count;
	char **cells; /* row after row */
	size_t rows;
};

/* How the columns stand: the width of each, 0 for one that is left out. */
struct layout {
	size_t *widths;
	size_t gap;
};

int table_new(const struct table_column *columns, size_t count, struct table **ret)
{
	struct table *table = calloc(1, sizeof(*table));

	if (table == NULL) {
		return -ENOMEM;
	}
	table->columns = columns;
	table->count = count;
	*ret = table;
	return 0;
}

void table_free(struct table *table)
{
	size_t i;

	if (table == NULL) {
		return;
	}
	for (i = 0; i < table->rows * table->count; i++) {
		free(table->cells[i]);
	}
	free((void *)table->cells);
	free(table);
}

int table_add(struct table *table, const char *const *cells)
{
	size_t used = table->rows * table->count, i;
	char **grown;

	grown = (char **)reallocarray((void *)table->cells, used + table->count, sizeof(*grown));
	if (grown == NULL) {
		return -ENOMEM;
	}
	table->cells = grown;
	for (i = 0; i < table->count; i++) {
		grown[used + i] = strdup(cells[i]);
		if (grown[used + i] == NULL) {
			while (i-- > 0) {
				free(grown[used + i]);
			}
			return -ENOMEM;
		}
	}
	table->rows++;
	return 0;
}

static size_t natural_width(const struct table *table, size_t column)
{
	size_t width = 0, row;

	for (row = 0; row < table->rows; row++) {
		size_t length = strlen(table->cells[row * table->count + column]);

		width = length > width ? length : width;
	}
	if (width == 0 && table->rows > 0) {
		return 0;
	}
	return width > strlen(table->columns[column].title) ? width
							    : strlen(table->columns[column].title);
}

static size_t line_width(const struct table *table, const struct layout *layout)
{
	size_t sum = 0, shown = 0, i;

	for (i = 0; i < table->count; i++) {
		sum += layout->widths[i];
		shown += layout->widths[i] > 0 ? 1 : 0;
	}
	return sum + (shown > 0 ? (shown - 1) * layout->gap : 0);
}

/* Takes from the widest column that may shrink, again and again. */
static void shrink(const struct table *table, size_t width, struct layout *layout)
{
	while (line_width(table, layout) > width) {
		size_t widest = table->count, i;

		for (i = 0; i < table->count; i++) {
			if (table->columns[i].shrinks &&
			    layout->widths[i] > strlen(table->columns[i].title) &&
			    (widest == table->count ||
			     layout->widths[i] > layout->widths[widest])) {
				widest = i;
			}
		}
		if (widest == table->count) {
			return;
		}
		layout->widths[widest]--;
	}
}

static void cell_write(FILE *out, const char *cell, size_t width, bool right)
{
	size_t length = strlen(cell);

	if (length > width) {
		(void)fprintf(out, "%.*s%c", (int)width - 1, cell, CUT_MARK);
	} else {
		(void)fprintf(out, right ? "%*s" : "%-*s", (int)width, cell);
	}
}

static void line_write(const struct table *table, const struct layout *layout, size_t row,
		       FILE *out)
{
	bool first = true;
	size_t i;

	for (i = 0; i < table->count; i++) {
		const struct table_column *column = &table->columns[i];

		if (layout->widths[i] == 0) {
			continue;
		}
		(void)fprintf(out, "%*s", first ? 0 : (int)layout->gap, "");
		cell_write(out,
			   row == 0 ? column->title : table->cells[(row - 1) * table->count + i],
			   layout->widths[i], column->right);
		first = false;
	}
}

/* One line, cut to WIDTH, without the blanks at its end. Row 0 is the title's. */
static int line_add(const struct table *table, const struct layout *layout, size_t row,
		    size_t width, FILE *out)
{
	char *line = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&line, &length);

	if (memory == NULL) {
		return -ENOMEM;
	}
	line_write(table, layout, row, memory);
	if (fclose(memory) != 0) {
		free(line);
		return -ENOMEM;
	}
	length = width > 0 && length > width ? width : length;
	while (length > 0 && line[length - 1] == ' ') {
		length--;
	}
	(void)fprintf(out, "%.*s\n", (int)length, line);
	free(line);
	return 0;
}

static int lines_format(const struct table *table, const struct layout *layout, size_t width,
			char **ret_text)
{
	char *text = NULL;
	size_t length = 0, row;
	FILE *out = open_memstream(&text, &length);
	int err = 0;

	if (out == NULL) {
		return -ENOMEM;
	}
	for (row = 0; row <= table->rows && err == 0; row++) {
		err = line_add(table, layout, row, width, out);
	}
	if (fclose(out) != 0) {
		err = -ENOMEM;
	}
	if (err < 0) {
		free(text);
		return err;
	}
	*ret_text = text;
	return 0;
}

/* Gaps that the eye sees, if the columns can shrink enough for them. */
static void widths_fit(const struct table *table, size_t width, struct layout *layout)
{
	static const size_t GAPS[] = { 2, 1 };
	size_t gap, i;

	for (gap = 0; gap < sizeof(GAPS) / sizeof(GAPS[0]); gap++) {
		layout->gap = GAPS[gap];
		for (i = 0; i < table->count; i++) {
			layout->widths[i] = natural_width(table, i);
		}
		if (width > 0) {
			shrink(table, width, layout);
		}
		if (width == 0 || line_width(table, layout) <= width) {
			return;
		}
	}
}

int table_format(const struct table *table, size_t width, char **ret_text)
{
	struct layout layout;
	int err;

	layout.widths = calloc(table->count, sizeof(*layout.widths));
	if (layout.widths == NULL) {
		return -ENOMEM;
	}
	widths_fit(table, width, &layout);
	err = lines_format(table, &layout, width, ret_text);
	free(layout.widths);
	return err;
}
