/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/root/root_ids.c */
/*
 * test_root_ids.c - lines of subuid(5), the good and the odd, and the words for newuidmap(1).
 */
#include "root_ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UID 2001

static void ids_of(const char *text, struct ids *ret)
{
	ids_read(text, strlen(text), "alice", UID, UID, ret);
}

/* The ranges as "FIRST+COUNT ...", and the bad line. */
static void ids_are(const char *text, const char *wanted, size_t bad_line)
{
	char shown[2048] = "";
	struct ids ids;
	size_t i;

	ids_of(text, &ids);
	for (i = 0; i < ids.count; i++) {
		(void)snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s%u+%u",
			       i > 0 ? " " : "", ids.ranges[i].first, ids.ranges[i].count);
	}
	assert_string_equal(shown, wanted);
	assert_int_equal(ids.bad_line, bad_line);
}

static void own_lines(void **state)
{
	(void)state;
	ids_are("", "", 0);
	ids_are("alice:100000:65536\n", "100000+65536", 0);
	ids_are("alice:100000:65536", "100000+65536", 0);
	ids_are("2001:100000:65536\n", "100000+65536", 0);
	ids_are("\n# alice\nbob:1:2\nalice:100000:10\n2001:300000:20\n", "100000+10 300000+20", 0);
	ids_are("alice:1:1\n", "1+1", 0);
	ids_are("alice:4294967294:1\n", "4294967294+1", 0);
}

static void lines_of_others(void **state)
{
	struct ids ids;

	(void)state;
	ids_are("alic:1:2\nalicee:1:2\nAlice:1:2\n alice:1:2\n#alice:1:2\n", "", 0);
	ids_are("20010:1:2\n201:1:2\n+2001:1:2\n-2001:1:2\n2001x:1:2\n:1:2\n", "", 0);
	ids_are("4294969297:1:2\n", "", 0); /* UID, a whole turn further */
	ids_are("bob:x:y\nbob\n::\n:\n", "", 0);
	ids_read(":1:2\nalice:1:2\n2001:5:6\n", 24, NULL, UID, UID, &ids);
	assert_int_equal(ids.count, 1);
	assert_int_equal(ids.ranges[0].first, 5);
	ids_read(":1:2\n", 5, "", UID, UID, &ids);
	assert_int_equal(ids.count, 0);
}

static void bad_lines(void **state)
{
	static const char *const BAD[] = {
		"alice",
		"alice:",
		"alice:1",
		"alice::",
		"alice:1:",
		"alice::2",
		"alice:1:2:3",
		"alice:-1:2",
		"alice:1:-2",
		"alice:+1:2",
		"alice: 1:2",
		"alice:1:2 ",
		"alice:0x10:2",
		"alice:1:0",
		"alice:1:2\r",
		"alice:4294967295:1",
		"alice:1:4294967295",
		"alice:4294967294:2",
		"alice:4294967296:1",
		"alice:1:4294967297",
		"alice:18446744073709551617:1",
		"alice:1:99999999999999999999999999",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		ids_are(BAD[i], "", 1);
	}
	ids_are("bob:1:2\nalice:x:2\nalice:5:6\nalice:y:2\n", "5+6", 2);
}

/* The kernel refuses a map with two lines that overlap. */
static void ranges_overlap(void **state)
{
	(void)state;
	ids_are("alice:2001:1\n", "", 0);
	ids_are("alice:2000:2\n", "", 0);
	ids_are("alice:2001:2\n", "", 0);
	ids_are("alice:2000:1\nalice:2002:1\n", "2000+1 2002+1", 0);
	ids_are("alice:1:4294967294\n", "", 0);
	ids_are("alice:100:10\nalice:100:10\n2001:109:5\nalice:110:5\nalice:91:10\nalice:90:10\n",
		"100+10 110+5 90+10", 0);
}

static void too_many(void **state)
{
	char text[4096] = "";
	struct ids ids;
	unsigned int i;

	(void)state;
	for (i = 0; i < IDS_RANGES_MAX + 5; i++) {
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "alice:%u:10\n",
			       10000 + 100 * i);
	}
	ids_of(text, &ids);
	assert_int_equal(ids.count, IDS_RANGES_MAX);
	/* All numbers but 2000 to 2002: the last of them does not fit any more behind 0. */
	ids_are("alice:0:2000\nalice:2003:4294965292\n", "0+2000 2003+4294965292", 0);
	ids_are("alice:0:2001\nalice:2002:4294965293\n", "0+2001 2002+4294965293", 0);
}

/* A line may be of any length, and have any byte in it. */
static void odd_bytes(void **state)
{
	static const char NUL[] = "alice\0:1:2\nalice:1:2\0\nalice:7:8\n";
	char text[2048];
	struct ids ids;

	(void)state;
	ids_read(NUL, sizeof(NUL) - 1, "alice", UID, UID, &ids);
	assert_int_equal(ids.count, 1);
	assert_int_equal(ids.ranges[0].first, 7);
	assert_int_equal(ids.bad_line, 0);
	memset(text, 'a', sizeof(text));
	memcpy(text + 1000, "\nalice:7:8\n", 11);
	ids_read(text, sizeof(text), "alice", UID, UID, &ids);
	assert_int_equal(ids.count, 1);
	memset(text, '0', sizeof(text));
	memcpy(text, "alice:1:", 8);
	ids_read(text, sizeof(text), "alice", UID, UID, &ids);
	assert_int_equal(ids.count, 0);
	/* No byte behind the end is looked at. */
	ids_read("alice:7:89", 9, "alice", UID, UID, &ids);
	assert_int_equal(ids.ranges[0].count, 8);
}

static void words_are(const struct ids *ids, const char *wanted)
{
	static char program[] = "/usr/bin/newuidmap";
	struct ids_words words;
	char shown[4096] = "";
	size_t i;

	ids_words_fill(program, 77, UID, ids, &words);
	for (i = 0; words.argv[i] != NULL; i++) {
		(void)snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s%s",
			       i > 0 ? " " : "", words.argv[i]);
	}
	assert_string_equal(shown, wanted);
}

static void the_words(void **state)
{
	static char program[] = "x";
	struct ids_words words;
	struct ids ids;
	size_t i;

	(void)state;
	ids_of("", &ids);
	words_are(&ids, "/usr/bin/newuidmap 77 0 2001 1");
	ids_of("alice:100000:65536\nalice:4294967294:1\n", &ids);
	words_are(&ids, "/usr/bin/newuidmap 77 0 2001 1 1 100000 65536 65537 4294967294 1");
	ids.count = IDS_RANGES_MAX;
	for (i = 0; i < IDS_RANGES_MAX; i++) {
		ids.ranges[i] = (struct id_range){ UINT32_MAX - 1, 1 };
	}
	ids_words_fill(program, INT32_MAX, UINT32_MAX, &ids, &words);
	assert_null(words.argv[IDS_WORDS_MAX - 1]);
	assert_string_equal(words.argv[IDS_WORDS_MAX - 2], "1");
	assert_string_equal(words.argv[IDS_WORDS_MAX - 3], "4294967294");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_lines), cmocka_unit_test(lines_of_others),
		cmocka_unit_test(bad_lines), cmocka_unit_test(ranges_overlap),
		cmocka_unit_test(too_many),  cmocka_unit_test(odd_bytes),
		cmocka_unit_test(the_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
