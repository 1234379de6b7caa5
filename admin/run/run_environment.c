/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_environment.c - the environment of a command. Pure.
 */
#include "run_environment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What of ours goes with the command; a name that ends with '_' stands for all that begin so. */
static const char *const PASSED_ON[] = { "TERM", "LANG", "LC_" };

#define PASSED_ON_COUNT (sizeof(PASSED_ON) / sizeof(PASSED_ON[0]))

static size_t list_count(const char *const *list)
{
	size_t count = 0;

	while (list != NULL && list[count] != NULL) {
		count++;
	}
	return count;
}

static size_t name_length(const char *entry)
{
	return strcspn(entry, "=");
}

/* Takes ENTRY over, in the place of one with the same name. LIST has room for it. */
static int entry_put(char **list, char *entry)
{
	size_t i, length;

	if (entry == NULL) {
		return -ENOMEM;
	}
	length = name_length(entry);
	for (i = 0; list[i] != NULL; i++) {
		if (name_length(list[i]) == length && strncmp(list[i], entry, length) == 0) {
			free(list[i]);
			break;
		}
	}
	list[i] = entry;
	return 0;
}

static int pair_put(char **list, const char *name, const char *value)
{
	char *entry = NULL;

	if (asprintf(&entry, "%s=%s", name, value) < 0) {
		return -ENOMEM;
	}
	return entry_put(list, entry);
}

static bool is_passed_on(const char *entry)
{
	const size_t length = name_length(entry);
	size_t i;

	if (entry[length] != '=') {
		return false;
	}
	for (i = 0; i < PASSED_ON_COUNT; i++) {
		const size_t wanted = strlen(PASSED_ON[i]);
		const bool whole = PASSED_ON[i][wanted - 1] != '_';

		if ((whole ? length == wanted : length > wanted) &&
		    strncmp(entry, PASSED_ON[i], wanted) == 0) {
			return true;
		}
	}
	return false;
}

static int list_fill(char **list, const struct account *account, const char *path,
		     const char *const *ours, const char *const *more)
{
	const char *const own[][2] = {
		{ "HOME", account->home },
		{ "USER", account->name },
		{ "LOGNAME", account->name },
		{ "SHELL", account->shell },
		{ "PATH", path },
	};
	int err = 0;
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]) && err == 0; i++) {
		err = pair_put(list, own[i][0], own[i][1]);
	}
	for (i = 0; i < list_count(ours) && err == 0; i++) {
		if (is_passed_on(ours[i])) {
			err = entry_put(list, strdup(ours[i]));
		}
	}
	for (i = 0; i < list_count(more) && err == 0; i++) {
		err = entry_put(list, strdup(more[i]));
	}
	return err;
}

char **environment_make(const struct account *account, const char *path, char *const *ours,
			const char *const *more)
{
	const char *const *own = (const char *const *)ours;
	char **list;

	/* The five of the account, and a NULL. */
	list = calloc(list_count(own) + list_count(more) + 6, sizeof(*list));
	if (list != NULL && list_fill(list, account, path, own, more) < 0) {
		environment_free(list);
		list = NULL;
	}
	return list;
}

void environment_free(char **environment)
{
	size_t i;

	for (i = 0; environment != NULL && environment[i] != NULL; i++) {
		free(environment[i]);
	}
	free(environment);
}
