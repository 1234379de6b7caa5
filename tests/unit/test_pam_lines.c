/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/doctor/pam_lines.c */
/*
 * test_pam_lines.c - the stack of a service, put together from its files as libpam does it.
 */
#include "pam_lines.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct file {
	const char *name;
	const char *text;
};

static int file_read(const struct pam_reader *reader, const char *name, char **ret_text)
{
	const struct file *file;

	for (file = reader->data; file->name != NULL; file++) {
		if (strcmp(file->name, name) == 0) {
			*ret_text = strdup(file->text);
			return 0;
		}
	}
	return -ENOENT;
}

/* "file:line stack control module words", a line each. */
static void describe(const struct pam_lines *lines, char *text, size_t size)
{
	size_t at = 0, i, k;

	text[0] = '\0';
	for (i = 0; i < lines->count; i++) {
		const struct pam_line *line = &lines->items[i];

		at += (size_t)snprintf(text + at, size - at, "%s:%u %u %s%s %s", line->file,
				       line->line, line->stack, line->dash ? "-" : "",
				       line->control, line->module);
		for (k = 0; k < line->word_count; k++) {
			at += (size_t)snprintf(text + at, size - at, " %s", line->words[k]);
		}
		at += (size_t)snprintf(text + at, size - at, "\n");
	}
}

static void check(const struct file *files, const char *wanted)
{
	const struct pam_reader reader = { .read = file_read, .data = files };
	struct pam_lines lines;
	unsigned int number;
	const char *file;
	char text[2048];

	assert_int_equal(pam_lines_read(&reader, "sshd", "session", &lines, &file, &number), 0);
	describe(&lines, text, sizeof(text));
	assert_string_equal(text, wanted);
	pam_lines_free(&lines);
}

static void reads_lines(void **state)
{
	static const struct file files[] = {
		{ "sshd", "# a comment\n"
			  "\n"
			  "auth required pam_unix.so\n"
			  "session required pam_a.so\n"
			  "  SESSION\tOptional  pam_b.so one two # three\n"
			  "-session optional pam_c.so\r\n"
			  "session [success=OK ignore=ignore default=bad] pam_d.so x\n"
			  "sessions required pam_e.so\n"
			  "session required /lib/pam_f.so [a b\\] c] d" },
		{ NULL, NULL },
	};

	(void)state;
	check(files, "sshd:4 0 required pam_a.so\n"
		     "sshd:5 0 optional pam_b.so one two\n"
		     "sshd:6 0 -optional pam_c.so\n"
		     "sshd:7 0 [success=ok ignore=ignore default=bad] pam_d.so x\n"
		     "sshd:9 0 required /lib/pam_f.so [a b\\] c] d\n");
}

static void joins_lines(void **state)
{
	static const struct file files[] = {
		{ "sshd",
		  "session \\\n required \\  \n\tpam_a.so\nsession required pam_b.so\n"
		  "# comment \\\nsession required pam_c.so\n"
		  "session required pam_d.so # \\\n"
		  "session required \\\n\n  # comment\npam_e.so\n"
		  "session required pam_f.so \\ # not joined\nsession required pam_g.so\n" },
		{ NULL, NULL },
	};

	(void)state;
	check(files, "sshd:1 0 required pam_a.so\nsshd:4 0 required pam_b.so\n"
		     "sshd:6 0 required pam_c.so\nsshd:7 0 required pam_d.so\n"
		     "sshd:8 0 required pam_e.so\nsshd:12 0 required pam_f.so \\\n"
		     "sshd:13 0 required pam_g.so\n");
}

static void includes_files(void **state)
{
	static const struct file files[] = {
		{ "sshd",
		  "@include common\nsession include inner\nauth include nobody\n"
		  "session substack sub\nsession required pam_z.so\nsession substack sub\n" },
		{ "common", "auth required pam_x.so\nsession required pam_a.so\n" },
		{ "inner", "session required pam_b.so\naccount required pam_x.so\n" },
		{ "sub", "session required pam_c.so\nsession include /abs\n" },
		{ "/abs", "session required pam_d.so" },
		{ NULL, NULL },
	};

	(void)state;
	check(files, "common:2 0 required pam_a.so\n"
		     "inner:1 0 required pam_b.so\n"
		     "sub:1 1 required pam_c.so\n"
		     "/abs:1 1 required pam_d.so\n"
		     "sshd:5 0 required pam_z.so\n"
		     "sub:1 2 required pam_c.so\n"
		     "/abs:1 2 required pam_d.so\n");
}

static void refuse(const struct file *files, int err, const char *where, unsigned int line)
{
	const struct pam_reader reader = { .read = file_read, .data = files };
	struct pam_lines lines;
	unsigned int number = 4711;
	const char *file = NULL;

	assert_int_equal(pam_lines_read(&reader, "sshd", "session", &lines, &file, &number), err);
	assert_string_equal(file, where);
	assert_int_equal(number, line);
	pam_lines_free(&lines);
}

static void says_what_is_wrong(void **state)
{
	static const struct file none[] = { { NULL, NULL } };
	static const struct file missing[] = {
		{ "sshd", "session required pam_a.so\n@include gone\n" },
		{ NULL, NULL },
	};
	static const struct file circle[] = {
		{ "sshd", "@include other\n" },
		{ "other", "\n@include sshd\n" },
		{ NULL, NULL },
	};
	static const struct file short_line[] = {
		{ "sshd", "session required pam_a.so\nsession\n" },
		{ NULL, NULL },
	};
	static const struct file no_module[] = {
		{ "sshd", "session required\n" },
		{ NULL, NULL },
	};
	static const struct file broken_off[] = {
		{ "sshd", "session required pam_a.so\nsession required pam_b.so \\\n" },
		{ NULL, NULL },
	};
	static const struct file open_bracket[] = {
		{ "sshd", "session [success=ok pam_a.so\n" },
		{ NULL, NULL },
	};

	(void)state;
	refuse(none, -ENOENT, "sshd", 0);
	refuse(missing, -ENOENT, "gone", 0);
	refuse(circle, -ELOOP, "other", 2);
	refuse(short_line, -EBADMSG, "sshd", 2);
	refuse(no_module, -EBADMSG, "sshd", 1);
	refuse(broken_off, -EBADMSG, "sshd", 2);
	refuse(open_bracket, -EBADMSG, "sshd", 1);
}

static void drops_words_beyond_the_bound(void **state)
{
	static const char LINE[] = "session required pam_a.so";
	char text[512];
	const struct file files[] = { { "sshd", text }, { NULL, NULL } };
	const struct pam_reader reader = { .read = file_read, .data = files };
	struct pam_lines lines;
	unsigned int number;
	const char *file;
	size_t at = sizeof(LINE) - 1;
	int i;

	(void)state;
	memcpy(text, LINE, sizeof(LINE));
	for (i = 0; i < PAM_WORDS_MAX + 5; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, " w");
	}
	assert_int_equal(pam_lines_read(&reader, "sshd", "session", &lines, &file, &number), 0);
	assert_int_equal(lines.items[0].word_count, PAM_WORDS_MAX);
	pam_lines_free(&lines);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lines),
		cmocka_unit_test(joins_lines),
		cmocka_unit_test(includes_files),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(drops_words_beyond_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
