/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/line.c lib/quote.c */
/*
 * test_line.c - log lines and the fields of the journal: the same things, each in its own form,
 * and no value gets out of its place.
 */
#include "line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <cmocka.h>

#include "quote.h"

#define CANARY 0x5a

static void assert_text(const struct line *line, const char *wanted)
{
	char text[LINE_SIZE];

	assert_ptr_equal(line_text(line, text, sizeof(text)), text);
	assert_string_equal(text, wanted);
}

static void assert_field(const struct line_fields *fields, size_t at, const char *name,
			 const char *value)
{
	assert_true(at < fields->count);
	assert_string_equal(fields->fields[at].name, name);
	assert_string_equal(fields->fields[at].value, value);
}

static void an_open(void **state)
{
	static const struct login alice = { "alice", "sshd", "192.0.2.7", "", 1000, true };
	struct line_fields fields;
	struct line line;

	(void)state;
	line_begin(&line, LOG_INFO, "open");
	line_add_login(&line, &alice);
	line_add(&line, LINE_SPACE, "%s", "1000-0");
	line_add(&line, LINE_SCOPE, "login");
	line_add(&line, LINE_NETWORK, "loopback");
	line_add(&line, LINE_MS, "%d.%03d", 3, 98);
	assert_int_equal(line.priority, LOG_INFO);
	assert_text(&line, "open: user=\"alice\" uid=1000 service=\"sshd\" rhost=\"192.0.2.7\" "
			   "space=1000-0 scope=login network=loopback ms=3.098");
	line_fields(&line, &fields);
	assert_int_equal(fields.count, 9);
	assert_field(&fields, 0, "LOGINSPACE_EVENT", "open");
	assert_field(&fields, 1, "LOGINSPACE_USER", "alice");
	assert_field(&fields, 2, "LOGINSPACE_UID", "1000");
	assert_field(&fields, 3, "LOGINSPACE_SERVICE", "sshd");
	assert_field(&fields, 4, "LOGINSPACE_RHOST", "192.0.2.7");
	assert_field(&fields, 5, "LOGINSPACE_SPACE", "1000-0");
	assert_field(&fields, 6, "LOGINSPACE_SCOPE", "login");
	assert_field(&fields, 7, "LOGINSPACE_NETWORK", "loopback");
	assert_field(&fields, 8, "LOGINSPACE_MS", "3.098");
}

static void a_denial(void **state)
{
	static const struct login nobody = { "bob", "su", "", "", 0, false };
	struct line_fields fields;
	struct line line;

	(void)state;
	line_begin(&line, LOG_ERR, "denied");
	line_add_login(&line, &nobody);
	line_add(&line, LINE_STEP, "clone");
	line_add(&line, LINE_ERRNO, "ENOSPC");
	line_add(&line, LINE_REASON, "cannot %s: %s", "make the namespaces", "No space");
	line_add(&line, LINE_DETAIL, "%s", "");
	assert_text(&line,
		    "denied: user=\"bob\" uid=- service=\"su\" rhost=\"\" step=clone "
		    "errno=ENOSPC reason=\"cannot make the namespaces: No space\" detail=\"\"");
	line_fields(&line, &fields);
	assert_int_equal(fields.count, 9);
	assert_field(&fields, 2, "LOGINSPACE_UID", "-");
	assert_field(&fields, 4, "LOGINSPACE_RHOST", "");
	assert_field(&fields, 5, "LOGINSPACE_STEP", "clone");
	assert_field(&fields, 6, "LOGINSPACE_ERRNO", "ENOSPC");
	assert_field(&fields, 7, "LOGINSPACE_REASON", "cannot make the namespaces: No space");
	assert_field(&fields, 8, "LOGINSPACE_DETAIL", "");
}

static void no_values(void **state)
{
	struct line_fields fields;
	struct line line;

	(void)state;
	line_begin(&line, LOG_DEBUG, "debug");
	assert_text(&line, "debug:");
	line_fields(&line, &fields);
	assert_int_equal(fields.count, 1);
	assert_field(&fields, 0, "LOGINSPACE_EVENT", "debug");
}

/* A name from outside, with whatever it can hold. */
static void hostile_values(void **state)
{
	struct line_fields fields;
	struct line line;

	(void)state;
	line_begin(&line, LOG_INFO, "open");
	line_add(&line, LINE_USER, "%s", "a\" uid=0 \"\n\x7f");
	line_add(&line, LINE_RHOST, "%s", "DOM\\j\xc3\xbcrgen\t%s%n");
	assert_text(&line, "open: user=\"a\\x22 uid=0 \\x22\\x0a\\x7f\" "
			   "rhost=\"DOM\\x5cj\\xc3\\xbcrgen\\x09%s%n\"");
	line_fields(&line, &fields);
	assert_field(&fields, 1, "LOGINSPACE_USER", "a\" uid=0 \"\\x0a\\x7f");
	assert_field(&fields, 2, "LOGINSPACE_RHOST", "DOM\\j\xc3\xbcrgen\\x09%s%n");
}

/* A value of ours that is no word after all gets its quotes. */
static void odd_words(void **state)
{
	struct line line;

	(void)state;
	line_begin(&line, LOG_INFO, "open");
	line_add(&line, LINE_NETWORK, "%s", "loopback uid=0");
	line_add(&line, LINE_SCOPE, "%s", "");
	line_add(&line, LINE_SPACE, "%s", "a\"b");
	line_add(&line, LINE_STEP, "%s", "a\\b");
	line_add(&line, LINE_ERRNO, "%s", "\x80");
	line_add(&line, LINE_MS, "%s", "a\nb");
	line_add(&line, LINE_UID, "%s", "a=b,c/1:2-3~");
	assert_text(&line, "open: network=\"loopback uid=0\" scope=\"\" space=\"a\\x22b\" "
			   "step=\"a\\x5cb\" errno=\"\\x80\" ms=\"a\\x0ab\" uid=a=b,c/1:2-3~");
}

/* Every key has a word and a field of its own. */
/* A sentence of ours stays readable: what it quotes stands in single quotes. */
static void prose_in_quotes(void **state)
{
	struct line line;

	(void)state;
	line_begin(&line, LOG_ERR, "denied");
	line_add(&line, LINE_DETAIL, "a.conf:8: not \"3x\"");
	assert_text(&line, "denied: detail=\"a.conf:8: not '3x'\"");
}

static void every_key(void **state)
{
	char text[LINE_SIZE], other_text[LINE_SIZE];
	struct line_fields fields, other_fields;
	struct line line, other;
	unsigned int key, before;

	(void)state;
	for (key = 0; key < LINE_KEY_COUNT; key++) {
		line_begin(&line, LOG_INFO, "e");
		line_add(&line, key, "v");
		line_text(&line, text, sizeof(text));
		line_fields(&line, &fields);
		assert_int_equal(fields.count, 2);
		assert_memory_equal(fields.fields[1].name, "LOGINSPACE_", 11);
		assert_string_not_equal(fields.fields[1].name, "LOGINSPACE_EVENT");
		for (before = 0; before < key; before++) {
			line_begin(&other, LOG_INFO, "e");
			line_add(&other, before, "v");
			line_fields(&other, &other_fields);
			assert_string_not_equal(text,
						line_text(&other, other_text, sizeof(other_text)));
			assert_string_not_equal(fields.fields[1].name, other_fields.fields[1].name);
		}
	}
}

/* A name is cut at 258 bytes in quotes, a detail at what a message can hold, and no byte more. */
static void long_values(void **state)
{
	static char value[5000];
	struct line_fields fields;
	char text[LINE_SIZE];
	struct line line;

	(void)state;
	memset(value, 'v', sizeof(value) - 1);
	line_begin(&line, LOG_INFO, "e");
	line_add(&line, LINE_USER, "%s", value);
	line_text(&line, text, sizeof(text));
	assert_int_equal(strlen(text), strlen("e: user=") + 258);
	assert_int_equal(text[strlen(text) - 1], '"');
	line_fields(&line, &fields);
	assert_int_equal(strlen(fields.fields[1].value), 258);
	/* What it does not need it leaves to others. */
	line_add(&line, LINE_RHOST, "%s", value);
	line_add(&line, LINE_SERVICE, "%s", value);
	line_add(&line, LINE_DETAIL, "%s", "the end");
	line_fields(&line, &fields);
	assert_int_equal(fields.count, 5);
	assert_field(&fields, 4, "LOGINSPACE_DETAIL", "the end");

	line_begin(&line, LOG_INFO, "e");
	value[MESSAGE_DETAIL_SIZE - 1] = '\0';
	memset(value, '\n', MESSAGE_DETAIL_SIZE - 1);
	line_add(&line, LINE_DETAIL, "%s", value);
	line_text(&line, text, sizeof(text));
	assert_int_equal(strlen(text),
			 strlen("e: detail=\"\"") + (size_t)4 * (MESSAGE_DETAIL_SIZE - 1));
	line_fields(&line, &fields);
	assert_int_equal(strlen(fields.fields[1].value), (size_t)4 * (MESSAGE_DETAIL_SIZE - 1));
}

/* More and longer values than there is room for: cut, in order, and nothing beyond the storage. */
static void too_much(void **state)
{
	static char value[5000];
	struct {
		struct line line;
		unsigned char canary[64];
		struct line_fields fields;
		unsigned char fields_canary[64];
	} guarded;
	char text[LINE_SIZE];
	size_t i;

	(void)state;
	memset(value, '\n', sizeof(value) - 1);
	memset(&guarded, CANARY, sizeof(guarded));
	line_begin(&guarded.line, LOG_INFO, "e");
	for (i = 0; i < (size_t)2 * LINE_VALUES_MAX; i++) {
		line_add(&guarded.line, LINE_DETAIL, "%s", value);
	}
	for (i = 0; i < sizeof(guarded.canary); i++) {
		assert_int_equal(guarded.canary[i], CANARY);
	}
	assert_true(guarded.line.used <= LINE_VALUES_SIZE);
	assert_true(guarded.line.count <= LINE_VALUES_MAX);
	line_text(&guarded.line, text, sizeof(text));
	assert_true(strlen(text) < sizeof(text));
	line_fields(&guarded.line, &guarded.fields);
	for (i = 0; i < sizeof(guarded.fields_canary); i++) {
		assert_int_equal(guarded.fields_canary[i], CANARY);
	}
	assert_true(guarded.fields.count <= 1 + guarded.line.count);
	for (i = 0; i < guarded.fields.count; i++) {
		assert_non_null(guarded.fields.fields[i].value);
	}

	line_begin(&guarded.line, LOG_INFO, "e");
	for (i = 0; i < LINE_VALUES_MAX + 1; i++) {
		line_add(&guarded.line, LINE_UID, "%zu", i);
	}
	assert_int_equal(guarded.line.count, LINE_VALUES_MAX);
	line_fields(&guarded.line, &guarded.fields);
	assert_int_equal(guarded.fields.count, LINE_VALUES_MAX + 1);
	assert_field(&guarded.fields, LINE_VALUES_MAX, "LOGINSPACE_UID", "11");
}

/* A short buffer gets whole values only, and none after the first that is left out. */
static void short_buffers(void **state)
{
	static const char FULL[] = "event: user=\"alice\" uid=1000 service=\"sshd\" errno=X step=s";
	char text[sizeof(FULL) + 8];
	struct line line;
	size_t size, length;

	(void)state;
	line_begin(&line, LOG_INFO, "event");
	line_add(&line, LINE_USER, "alice");
	line_add(&line, LINE_UID, "1000");
	line_add(&line, LINE_SERVICE, "sshd");
	line_add(&line, LINE_ERRNO, "X");
	line_add(&line, LINE_STEP, "s");
	for (size = sizeof("event:"); size <= sizeof(FULL); size++) {
		memset(text, CANARY, sizeof(text));
		line_text(&line, text, size);
		length = strlen(text);
		assert_true(length < size);
		assert_memory_equal(text, FULL, length);
		assert_true(FULL[length] == ' ' || FULL[length] == '\0');
		assert_int_equal(text[size], CANARY);
	}
	assert_string_equal(text, FULL);
}

static void escapes(void **state)
{
	char text[16];

	(void)state;
	assert_string_equal(line_escape(text, sizeof(text), "a\"\\\xc3\xbc b"), "a\"\\\xc3\xbc b");
	assert_string_equal(line_escape(text, sizeof(text), "\n\x1f\x7f"), "\\x0a\\x1f\\x7f");
	assert_string_equal(line_escape(text, 1, "a"), "");
	assert_string_equal(line_escape(text, 5, "\na"), "\\x0a");
	assert_string_equal(line_escape(text, 4, "\na"), "");
	assert_string_equal(line_escape(text, 3, "abc"), "ab");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open),         cmocka_unit_test(a_denial),
		cmocka_unit_test(no_values),       cmocka_unit_test(hostile_values),
		cmocka_unit_test(odd_words),       cmocka_unit_test(every_key),
		cmocka_unit_test(prose_in_quotes), cmocka_unit_test(long_values),
		cmocka_unit_test(too_much),        cmocka_unit_test(short_buffers),
		cmocka_unit_test(escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
