/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/arguments.c */
/*
 * fuzz_arguments.c - any PAM line: each line of the input is one word.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "arguments.h"

#define WORDS_MAX 64

static bool is_switch(const char *word)
{
	return strcmp(word, "debug") == 0 || strcmp(word, "no_warn") == 0 ||
	       strcmp(word, "any_service") == 0 || strcmp(word, "close") == 0;
}

static bool is_path(const char *word, const char *name)
{
	return strncmp(word, name, strlen(name)) == 0 && word[strlen(name)] == '/';
}

/* The first word that nobody knows, or NULL: the rule written once more, another way. */
static const char *first_bad(int argc, const char *const *argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (!is_switch(argv[i]) && !is_path(argv[i], "conf=") &&
		    !is_path(argv[i], "helper=")) {
			return argv[i];
		}
	}
	return NULL;
}

static void must_parse(int argc, const char *const *argv)
{
	struct arguments arguments;
	const char *bad = first_bad(argc, argv);
	const char *word = NULL;
	int err;

	memset(&arguments, 0x5a, sizeof(arguments));
	err = arguments_parse(argc, argv, &arguments, &word);
	MUST(err == (bad == NULL ? 0 : -EINVAL));
	MUST(word == bad);
	MUST(arguments.helper != NULL && arguments.helper[0] == '/');
	MUST(arguments.conf == NULL || arguments.conf[0] == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[WORDS_MAX] = { NULL };
	size_t at = 0;
	int argc = 0;

	/* Each word in memory of its own, so that a read beyond its end is seen. */
	while (at < size && argc < WORDS_MAX) {
		const uint8_t *end = memchr(data + at, '\n', size - at);
		size_t length = (end == NULL ? size : (size_t)(end - data)) - at;

		words[argc] = strndup((const char *)data + at, length);
		MUST(words[argc] != NULL);
		argc++;
		at += length + 1;
	}
	must_parse(argc, (const char *const *)words);
	while (argc > 0) {
		free(words[--argc]);
	}
	return 0;
}
