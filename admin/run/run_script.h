/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_script.h - the first line of a script, as execve(2) reads it. Pure.
 */
#ifndef LOGINSPACE_ADMIN_RUN_SCRIPT_H
#define LOGINSPACE_ADMIN_RUN_SCRIPT_H

#include <stddef.h>

#define SCRIPT_HEAD_SIZE 256 /* what the kernel looks at, BINPRM_BUF_SIZE */

struct script {
	char interpreter[SCRIPT_HEAD_SIZE]; /* empty: no script */
	char argument[SCRIPT_HEAD_SIZE];    /* empty: none */
};

/*
 * script_parse - HEAD, the first LENGTH bytes of a file, at most SCRIPT_HEAD_SIZE.
 * Returns 0, also for what is no script; -ENOEXEC (no interpreter, or the line is too long).
 */
int script_parse(const char *head, size_t length, struct script *ret);

#endif
