/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/names.c */
/*
 * test_names.c - each name once, found again among thousands.
 */
#include "names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MANY 5000

static void nothing(void **state)
{
	struct names names = { 0 };

	(void)state;
	assert_null(names_find(&names, NAMES_USER, "alice", 5));
	names_free(&names);
}

static void kinds_are_apart(void **state)
{
	struct names names = { 0 };
	struct name *name;

	(void)state;
	assert_int_equal(names_add(&names, NAMES_USER, "staff,alice", 5, "a.conf", 3), 0);
	assert_int_equal(names_add(&names, NAMES_GROUP, "staff", 5, "b.conf", 4), 0);
	assert_int_equal(names_add(&names, NAMES_USER, "staff", 5, "c.conf", 5), 0);
	assert_int_equal(names.count, 2);
	assert_int_equal(names.unknown[NAMES_USER], 1);
	assert_int_equal(names.unknown[NAMES_GROUP], 1);
	name = names_find(&names, NAMES_USER, "staff", 5);
	assert_non_null(name);
	assert_string_equal(name->file, "a.conf"); /* the first place */
	assert_int_equal(name->line, 3);
	assert_null(names_find(&names, NAMES_USER, "staf", 4));
	assert_null(names_find(&names, NAMES_USER, "staff,", 6));

	names_set(&names, name, 7, 8);
	names_set(&names, name, 9, 10); /* as in a file, the first entry counts */
	assert_true(name->known);
	assert_int_equal(name->id, 7);
	assert_int_equal(name->primary, 8);
	assert_int_equal(names.unknown[NAMES_USER], 0);
	assert_false(names_find(&names, NAMES_GROUP, "staff", 5)->known);
	names_free(&names);
	assert_int_equal(names.count, 0);
}

static void many(void **state)
{
	static char texts[MANY][8];
	struct names names = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "u%zu", i);
		assert_int_equal(names_add(&names, NAMES_USER, texts[i], strlen(texts[i]), NULL,
					   (unsigned int)i),
				 0);
	}
	assert_int_equal(names.count, MANY);
	for (i = 0; i < MANY; i++) {
		struct name *name = names_find(&names, NAMES_USER, texts[i], strlen(texts[i]));

		assert_non_null(name);
		assert_int_equal(name->line, i);
	}
	assert_null(names_find(&names, NAMES_USER, "u5000", 5));
	assert_null(names_find(&names, NAMES_GROUP, "u1", 2));
	names_free(&names);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(kinds_are_apart),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
