/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_environment.h - the environment of a command: made anew, with the few words of the caller's
 * that belong to his terminal. Pure.
 */
#ifndef LOGINSPACE_ADMIN_RUN_ENVIRONMENT_H
#define LOGINSPACE_ADMIN_RUN_ENVIRONMENT_H

#include "account.h"

/*
 * environment_make - HOME, USER, LOGNAME and SHELL of ACCOUNT, PATH, then TERM, LANG and LC_* out
 * of OURS, then all of MORE (NULL: nothing), which replaces what is there. Each list ends with
 * NULL. Returns a list to be freed with environment_free, or NULL: no memory.
 */
char **environment_make(const struct account *account, const char *path, char *const *ours,
			const char *const *more);

void environment_free(char **environment);

#endif
