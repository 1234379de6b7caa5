/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/sample.c lib/configuration.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * test_sample.c - config/loginspace.conf and loginspace.conf(5) say what the table of keys says.
 * Both are found beside this file, which is named from the top of the tree.
 */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "configuration.h"
#include "keys.h"

#define SAMPLE "config/loginspace.conf"
#define PAGE   "docs/loginspace.conf.5.scd"

/* A file of the source tree. */
static char *file_read(const char *name)
{
	static const char here[] = "tests/unit/test_sample.c", self[] = __FILE__;
	const size_t top = sizeof(self) - sizeof(here);
	char path[4096], *text = NULL;
	size_t size = 0;
	ssize_t length;
	FILE *file;

	assert_string_equal(&self[top], here);
	(void)snprintf(path, sizeof(path), "%.*s%s", (int)top, self, name);
	file = fopen(path, "re");
	if (file == NULL) {
		fail_msg("%s: run this at the top of the tree", path);
	}
	length = getdelim(&text, &size, '\0', file);
	assert_true(length > 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static char *sample_text(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	sample_write(stream);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void the_sample_is_up_to_date(void **state)
{
	char *committed = file_read(SAMPLE);
	char *wanted = sample_text();

	(void)state;
	assert_string_equal(committed, wanted);
	free(committed);
	free(wanted);
}

static struct policy policy_of(struct configuration *configuration, const char *text)
{
	const struct match_login login = {
		.uid = 1000,
		.service = "sshd",
		.names = &configuration->names,
	};
	struct policy policy;
	struct problem problem = { .line = 0 };
	char *data = strdup(text);

	assert_non_null(data);
	if (configuration_parse(configuration, "x.conf", data, strlen(text), &problem) != 0 ||
	    configuration_resolve(configuration, &login, &policy, &problem) != 0) {
		fail_msg("%u: %s", problem.line, problem.text);
	}
	return policy;
}

static void installing_it_changes_nothing(void **state)
{
	struct configuration configuration = { 0 };
	char *text = sample_text();

	(void)state;
	(void)policy_of(&configuration, text);
	assert_int_equal(configuration.section_count, 0);
	assert_int_equal(configuration.setting_count, 0);
	configuration_free(&configuration);
	free(text);
}

/* Without the '#' of keys and headers, every key is there and is its default. */
static void its_values_are_the_defaults(void **state)
{
	struct configuration none = { 0 }, all = { 0 };
	const uint64_t wanted = policy_of(&none, "").digest;
	struct policy policy;
	char *text = sample_text();
	unsigned int key;
	size_t i;

	(void)state;
	for (i = 0; text[i] != '\0'; i++) {
		if (text[i] == '#' && (i == 0 || text[i - 1] == '\n') &&
		    strchr("# \n", text[i + 1]) == NULL) {
			text[i] = ' ';
		}
	}
	policy = policy_of(&all, text);
	assert_true(policy.digest == wanted);
	for (key = 0; key < KEY_COUNT; key++) {
		if (policy.values[key].count > 0) {
			assert_non_null(policy.values[key].items[0].file);
		}
	}
	assert_true(all.setting_count >= KEY_COUNT);
	configuration_free(&none);
	configuration_free(&all);
	free(text);
}

/* The next line of *CURSOR, without its end; NULL behind the last. */
static char *line_next(char **cursor)
{
	char *line = strsep(cursor, "\n");

	return line == NULL || (*cursor == NULL && *line == '\0') ? NULL : line;
}

/* A paragraph without tabs, line ends and the marks of scdoc(5). */
static void paragraph(char **cursor, char *text, size_t size)
{
	size_t length = 0;
	char *line;

	while ((line = line_next(cursor)) != NULL && line[0] == '\t') {
		for (; *line != '\0'; line++) {
			if (strchr("\t*\\", *line) == NULL && length + 2 < size) {
				text[length++] = *line;
			}
		}
		text[length++] = ' ';
	}
	text[length > 0 ? length - 1 : 0] = '\0';
}

static void assert_entry(const char *name, const char *section, const char *text, bool *seen)
{
	const struct key_about *about;
	char wanted[512];
	enum key key;

	if (key_find(name, &key) != 0) {
		fail_msg("the page has a key that is none: %s", name);
	}
	assert_false(seen[key]);
	seen[key] = true;
	about = key_about(key);
	(void)snprintf(wanted, sizeof(wanted), "Takes %s%s. Default: %s.", about->values,
		       about->list ? "; sections add up" : "",
		       about->fallback[0] == '\0' ? "empty" : about->fallback);
	assert_string_equal(text, wanted);
	if (strcmp(section, about->section) != 0) {
		fail_msg("%s stands under %s, not under %s", name, section, about->section);
	}
}

static void the_page_has_every_key(void **state)
{
	char *page = file_read(PAGE), *cursor = page, *line;
	char section[64] = "";
	bool seen[KEY_COUNT] = { false }, in_keys = false;
	unsigned int key, last = 0;

	(void)state;
	while ((line = line_next(&cursor)) != NULL) {
		const size_t length = strlen(line);

		if (strncmp(line, "# ", 2) == 0) {
			in_keys = strcmp(line, "# KEYS") == 0;
		} else if (in_keys && strncmp(line, "## ", 3) == 0) {
			(void)snprintf(section, sizeof(section), "%s", line + 3);
		} else if (in_keys && length > 2 && line[0] == '*' &&
			   strchr(line + 1, '*') == line + length - 1) {
			char text[512];

			line[length - 1] = '\0';
			paragraph(&cursor, text, sizeof(text));
			assert_entry(line + 1, section, text, seen);
			/* In the order of the table, too. */
			for (key = 0; key < KEY_COUNT && seen[key];) {
				key++;
			}
			assert_int_equal(key, ++last);
		}
	}
	for (key = 0; key < KEY_COUNT; key++) {
		if (!seen[key]) {
			fail_msg("the page lacks %s", key_about((enum key)key)->name);
		}
	}
	free(page);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_is_up_to_date),
		cmocka_unit_test(installing_it_changes_nothing),
		cmocka_unit_test(its_values_are_the_defaults),
		cmocka_unit_test(the_page_has_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
