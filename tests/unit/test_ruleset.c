/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/ruleset.c */
/*
 * test_ruleset.c - the text of our table: that nft takes it is the root tests' matter.
 */
#include "ruleset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* With room to spare: what is cut would still be a text. */
static void it_fits(void **state)
{
	char text[RULESET_TEXT_SIZE];

	(void)state;
	assert_ptr_equal(ruleset_text(text), text);
	assert_in_range(strlen(text), 1000, RULESET_TEXT_SIZE - 1000);
	assert_string_equal(text + strlen(text) - 5, "\t}\n}\n");
}

/* In one transaction: what is there goes, whatever it is, and there is no moment without. */
static void it_replaces(void **state)
{
	static const char HEAD[] = "add table inet loginspace\ndelete table inet loginspace\n"
				   "table inet loginspace {\n";
	char text[RULESET_TEXT_SIZE];

	(void)state;
	assert_int_equal(strncmp(ruleset_text(text), HEAD, sizeof(HEAD) - 1), 0);
	assert_null(strstr(text, "flush"));
	assert_null(strstr(text + sizeof(HEAD), "table"));
}

static void the_mark_is_in_it(void **state)
{
	char text[RULESET_TEXT_SIZE], mark[RULESET_MARK_SIZE], again[RULESET_MARK_SIZE];
	char line[RULESET_MARK_SIZE + 32];

	(void)state;
	assert_string_equal(ruleset_mark(mark), ruleset_mark(again));
	assert_int_equal(strlen(mark), strlen("loginspace ") + 16);
	(void)snprintf(line, sizeof(line), "\tcomment \"%s\"\n", mark);
	assert_non_null(strstr(ruleset_text(text), line));
}

/* Lines of each chain, but the one that says what hook it has. */
static void the_rules_are_as_many_as_it_says(void **state)
{
	char text[RULESET_TEXT_SIZE];
	size_t i;

	(void)state;
	(void)ruleset_text(text);
	for (i = 0; i < RULESET_CHAINS; i++) {
		uint32_t lines = 0;
		char head[64];
		const char *at;

		(void)snprintf(head, sizeof(head), "\tchain %s {\n", RULESET_CHAIN[i].name);
		at = strstr(text, head);
		assert_non_null(at);
		for (at = strchr(at, '\n') + 1; strncmp(at, "\t\t", 2) == 0; lines++) {
			at = strchr(at, '\n') + 1;
		}
		assert_int_equal(lines, RULESET_CHAIN[i].rules + 1);
	}
}

/* Whoever has a packet that is no space's has it as before. */
static void every_policy_is_accept(void **state)
{
	char text[RULESET_TEXT_SIZE];
	const char *at;
	size_t count = 0;

	(void)state;
	for (at = ruleset_text(text); (at = strstr(at, "policy ")) != NULL; at++) {
		assert_int_equal(strncmp(at, "policy accept;", 14), 0);
		count++;
	}
	assert_int_equal(count, RULESET_CHAINS);
}

/* /30 stands for this group and the three behind it. */
static void all_groups_are_spaces(void **state)
{
	char text[RULESET_TEXT_SIZE];
	const char *at;
	size_t count = 0;

	(void)state;
	assert_int_equal(RULESET_GROUP & RULESET_REACH_ALL, 0);
	assert_int_equal(RULESET_REACH_ALL, (1u << (32 - 30)) - 1);
	for (at = ruleset_text(text); (at = strstr(at, "/30")) != NULL; at++) {
		assert_int_equal(strncmp(at - 7, "7107328/30", 10), 0);
		count++;
	}
	assert_in_range(count, 1, 100);
}

static void each_group_is_in_its_sets(void **state)
{
	char text[RULESET_TEXT_SIZE];

	(void)state;
	(void)ruleset_text(text);
	assert_non_null(strstr(text, "{ 7107329, 7107331 }"));
	assert_non_null(strstr(text, "{ 7107330, 7107331 }"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_fits),
		cmocka_unit_test(it_replaces),
		cmocka_unit_test(the_mark_is_in_it),
		cmocka_unit_test(the_rules_are_as_many_as_it_says),
		cmocka_unit_test(every_policy_is_accept),
		cmocka_unit_test(all_groups_are_spaces),
		cmocka_unit_test(each_group_is_in_its_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
