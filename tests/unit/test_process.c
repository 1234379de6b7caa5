/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/process.c */
/*
 * test_process.c - what /proc/PID/status says of a process.
 */
#include "process.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STATUS(name) \
	"Name:\t" name "\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t812\nPid:\t812\n" \
	"Uid:\t1001\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\n" \
	"NStgid:\t812\t40\t7\nNSpid:\t812\t40\t7\nVmRSS:\t    9000 kB\n" \
	"RssAnon:\t    1500 kB\nRssFile:\t    7000 kB\nRssShmem:\t     500 kB\n"

static void reads_a_process(void **state)
{
	struct process process;

	(void)state;
	assert_int_equal(process_parse(STATUS("bash"), &process), 0);
	assert_string_equal(process.name, "bash");
	assert_int_equal(process.state, 'S');
	assert_int_equal(process.uid, 1000);
	assert_int_equal(process.levels, 3);
	assert_int_equal(process.pids[0], 812);
	assert_int_equal(process.pids[1], 40);
	assert_int_equal(process.pids[2], 7);
	assert_int_equal(process.memory, 2000 * 1024);
}

/* The kernel escapes newlines in a name, so such a name is no line of its own. */
static void believes_no_name(void **state)
{
	struct process process;

	(void)state;
	assert_int_equal(process_parse(STATUS("a\\nNSpid:\t1"), &process), 0);
	assert_string_equal(process.name, "a\\nNSpid:\t1");
	assert_int_equal(process.pids[0], 812);
	assert_int_equal(process_parse(STATUS("NSpid:\t1\t2"), &process), 0);
	assert_int_equal(process.levels, 3);
	/* 15 bytes, each of them escaped, and more than there can be. */
	assert_int_equal(process_parse(STATUS("123456789012345678901234567890123456789012345678"
					      "901234567890123456789012345678901234567890"),
				       &process),
			 0);
	assert_int_equal(strlen(process.name), sizeof(process.name) - 1);
}

/* A zombie has no memory, and no such lines. */
static void reads_a_zombie(void **state)
{
	struct process process;

	(void)state;
	assert_int_equal(
		process_parse("Name:\tsh\nState:\tZ (zombie)\nUid:\t0\t7\t0\t0\nNSpid:\t5\n",
			      &process),
		0);
	assert_int_equal(process.state, 'Z');
	assert_int_equal(process.uid, 7);
	assert_int_equal(process.levels, 1);
	assert_int_equal(process.memory, 0);
}

static void misses_what_is_not_there(void **state)
{
	static const char *const broken[] = {
		"",
		"\n\n",
		"State:\tZ\nUid:\t0\t0\t0\t0\nNSpid:\t5\n",
		"Name:\tsh\nUid:\t0\t0\t0\t0\nNSpid:\t5\n",
		"Name:\tsh\nState:\tZ\nNSpid:\t5\n",
		"Name:\tsh\nState:\tZ\nUid:\t0\t0\t0\t0\n",
		"Name:\tsh\nState:\tZ\nUid:\t0\nNSpid:\t5\n",
		"Name:\tsh\nState:\tZ\nUid:\tx\ty\nNSpid:\t5\n",
		"Name:\tsh\nState:\tZ\nUid:\t0\t0\t0\t0\nNSpid:\t\n",
		"Name:\tsh\nState:\t",
	};
	struct process process = { .uid = 4711 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		assert_int_equal(process_parse(broken[i], &process), -EBADMSG);
	}
	assert_int_equal(process.uid, 4711);
}

/* PID namespaces cannot nest deeper; if they could, nothing would overflow. */
static void bounds_the_levels(void **state)
{
	char text[1024];
	struct process process;
	size_t at;
	int i;

	(void)state;
	at = (size_t)snprintf(text, sizeof(text), "%s",
			      "Name:\tsh\nState:\tZ\nUid:\t0\t0\t0\t0\nNSpid:");
	for (i = 0; i < 40; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, "\t7");
	}
	assert_int_equal(process_parse(text, &process), 0);
	assert_int_equal(process.levels, PROCESS_LEVELS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_process),   cmocka_unit_test(believes_no_name),
		cmocka_unit_test(reads_a_zombie),    cmocka_unit_test(misses_what_is_not_there),
		cmocka_unit_test(bounds_the_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
