/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arguments.c - the words after pam_loginspace.so in a PAM line. Pure.
 */
#include "arguments.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* Where one argument goes: a switch has no '=', a path starts with '/'. */
struct argument {
	const char *name;
	size_t offset;
	bool is_path;
};

static const struct argument ARGUMENTS[] = {
	{ "conf=", offsetof(struct arguments, conf), true },
	{ "helper=", offsetof(struct arguments, helper), true },
	{ "debug", offsetof(struct arguments, debug), false },
	{ "no_warn", offsetof(struct arguments, no_warn), false },
	{ "any_service", offsetof(struct arguments, any_service), false },
	{ "close", offsetof(struct arguments, close), false },
};

static bool argument_take(const struct argument *argument, const char *word,
			  struct arguments *arguments)
{
	void *field = (char *)arguments + argument->offset;
	size_t length = strlen(argument->name);

	if (!argument->is_path) {
		if (strcmp(word, argument->name) != 0) {
			return false;
		}
		*(bool *)field = true;
		return true;
	}
	if (strncmp(word, argument->name, length) != 0 || word[length] != '/') {
		return false;
	}
	*(const char **)field = word + length;
	return true;
}

int arguments_parse(int argc, const char *const *argv, struct arguments *ret, const char **ret_word)
{
	int err = 0;
	int i;

	*ret = (struct arguments){ .helper = LOGINSPACE_HELPER };
	for (i = 0; i < argc; i++) {
		bool taken = false;
		size_t k;

		for (k = 0; k < sizeof(ARGUMENTS) / sizeof(ARGUMENTS[0]) && !taken; k++) {
			taken = argument_take(&ARGUMENTS[k], argv[i], ret);
		}
		if (!taken && err == 0) {
			*ret_word = argv[i];
			err = -EINVAL;
		}
	}
	return err;
}
