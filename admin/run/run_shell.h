/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_shell.h - the command as it was given, or the shell that stands for none. Pure.
 */
#ifndef LOGINSPACE_ADMIN_RUN_SHELL_H
#define LOGINSPACE_ADMIN_RUN_SHELL_H

#include <stdbool.h>

#include "account.h"

struct shell {
	const char *file;
	char *const *words;
	char *own[2]; /* what WORDS points to when none were given */
};

/*
 * shell_choose - WORDS (ends with NULL), or if there is none the shell of ACCOUNT; with LOGIN its
 * name begins with a dash, which makes it a login shell. *RET points into the others and itself,
 * and is to be freed with shell_free. Returns 0 or -ENOMEM.
 */
int shell_choose(const struct account *account, bool login, char **words, struct shell *ret);

void shell_free(struct shell *shell);

#endif
