/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/table.c */
/*
 * test_table.c - rows and columns: widths, cuts, empty columns.
 */
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct table_column COLUMNS[] = {
	{ .title = "ID" },
	{ .title = "FROM", .shrinks = true },
	{ .title = "PROCS", .right = true },
	{ .title = "STATE" },
};

#define COLUMN_COUNT (sizeof(COLUMNS) / sizeof(COLUMNS[0]))

static struct table *table_of(const char *const (*rows)[COLUMN_COUNT], size_t count)
{
	struct table *table;
	size_t i;

	assert_int_equal(table_new(COLUMNS, COLUMN_COUNT, &table), 0);
	for (i = 0; i < count; i++) {
		assert_int_equal(table_add(table, rows[i]), 0);
	}
	return table;
}

static void check(const char *const (*rows)[COLUMN_COUNT], size_t count, size_t width,
		  const char *wanted)
{
	struct table *table = table_of(rows, count);
	char *text = NULL;

	assert_int_equal(table_format(table, width, &text), 0);
	assert_string_equal(text, wanted);
	free(text);
	table_free(table);
}

static const char *const ROWS[][COLUMN_COUNT] = {
	{ "1000-0", "192.0.2.7", "3", "" },
	{ "1000-1", "2001:db8:1234:5678::1", "1200000", "stale" },
};

static void aligns(void **state)
{
	(void)state;
	check(ROWS, 2, 0,
	      "ID      FROM                     PROCS  STATE\n"
	      "1000-0  192.0.2.7                    3\n"
	      "1000-1  2001:db8:1234:5678::1  1200000  stale\n");
}

static void leaves_out_what_is_empty(void **state)
{
	(void)state;
	check(ROWS, 1, 0,
	      "ID      FROM       PROCS\n"
	      "1000-0  192.0.2.7      3\n");
}

/* With no row at all the titles say what there would be. */
static void shows_titles_alone(void **state)
{
	(void)state;
	check(ROWS, 0, 0, "ID  FROM  PROCS  STATE\n");
}

static void shrinks(void **state)
{
	(void)state;
	check(ROWS, 2, 45,
	      "ID      FROM                     PROCS  STATE\n"
	      "1000-0  192.0.2.7                    3\n"
	      "1000-1  2001:db8:1234:5678::1  1200000  stale\n");
	check(ROWS, 2, 35,
	      "ID      FROM           PROCS  STATE\n"
	      "1000-0  192.0.2.7          3\n"
	      "1000-1  2001:db8:1+  1200000  stale\n");
	check(ROWS, 2, 28,
	      "ID      FROM    PROCS  STATE\n"
	      "1000-0  192+        3\n"
	      "1000-1  200+  1200000  stale\n");
}

/* Too narrow for wide gaps: narrow ones, and the room that they give. */
static void narrows_the_gaps(void **state)
{
	(void)state;
	check(ROWS, 2, 27,
	      "ID     FROM     PROCS STATE\n"
	      "1000-0 192.0+       3\n"
	      "1000-1 2001:+ 1200000 stale\n");
}

static void cuts_the_line(void **state)
{
	(void)state;
	check(ROWS, 2, 10,
	      "ID     FRO\n"
	      "1000-0 192\n"
	      "1000-1 200\n");
	check(ROWS, 2, 1, "I\n1\n1\n");
}

/* What was handed over may change afterwards. */
static void copies(void **state)
{
	char cell[] = "1000-0";
	const char *const row[COLUMN_COUNT] = { cell, "b", "c", "d" };
	struct table *table;
	char *text;

	(void)state;
	assert_int_equal(table_new(COLUMNS, COLUMN_COUNT, &table), 0);
	assert_int_equal(table_add(table, row), 0);
	memset(cell, 'x', sizeof(cell) - 1);
	assert_int_equal(table_format(table, 0, &text), 0);
	assert_non_null(strstr(text, "\n1000-0  b"));
	free(text);
	table_free(table);
	table_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligns),
		cmocka_unit_test(leaves_out_what_is_empty),
		cmocka_unit_test(shows_titles_alone),
		cmocka_unit_test(shrinks),
		cmocka_unit_test(narrows_the_gaps),
		cmocka_unit_test(cuts_the_line),
		cmocka_unit_test(copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
