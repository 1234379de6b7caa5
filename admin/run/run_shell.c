/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_shell.c - the command as it was given, or the shell that stands for none. Pure.
 */
#include "run_shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int shell_choose(const struct account *account, bool login, char **words, struct shell *ret)
{
	const char *slash = strrchr(account->shell, '/');

	ret->own[0] = NULL;
	ret->own[1] = NULL;
	if (words[0] != NULL) {
		ret->file = words[0];
		ret->words = words;
		return 0;
	}
	if (asprintf(&ret->own[0], "%s%s", login ? "-" : "",
		     slash != NULL ? slash + 1 : account->shell) < 0) {
		ret->own[0] = NULL;
		return -ENOMEM;
	}
	ret->file = account->shell;
	ret->words = ret->own;
	return 0;
}

void shell_free(struct shell *shell)
{
	free(shell->own[0]);
	shell->own[0] = NULL;
}
