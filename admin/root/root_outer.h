/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_outer.h - runs a command as a fake root and stays with it: its terminal, its signals, its exit
 * status. As the caller, without any privilege.
 *
 *   outer    this process. Passes on signals that were meant for the command
 *   reaper   its child, PID 1 of the new namespaces. Ends with the command or with outer, and all
 *            that is in there with it
 *   command  the reaper's child
 *
 * There is no terminal of its own, as there is for `loginspace enter`: nobody in there is anybody
 * else than the caller outside. Where the caller has the terminal to himself the command gets a
 * process group, and the terminal with it; so does a shell that a script starts. A command in a
 * pipeline or a script stays in the caller's group, so that Ctrl-C is for all of them. The number
 * of that is 0 in there, which not every shell can bear.
 */
#ifndef LOGINSPACE_ADMIN_ROOT_OUTER_H
#define LOGINSPACE_ADMIN_ROOT_OUTER_H

#include <stdbool.h>

#include "root_ids.h"
#include "root_namespace.h"

#define ROOT_NOTICE_SIZE 384

struct root_run {
	const char *file; /* a path, or a name to look for along PATH */
	char *const *words;
	bool shell;  /* it is the shell that stands for no command */
	bool ranges; /* the ids of USERS and GROUPS; else only the caller's own */
	struct ids users;
	struct ids groups;
	char notice[ROOT_NOTICE_SIZE]; /* to be said before the command starts; empty: nothing */
	int null;                      /* of run_standard_open */
};

struct root_failure {
	enum root_step step;
	int err;
};

/*
 * root_run - returns when nothing is left of the command and of what it has started, with its exit
 * status, 128+n for a signal, or one of run.h; but when SIGINT has ended it this process ends in the
 * same way. -1: there was no command, and *RET says why; after a failure of ROOT_MAPS it may be
 * tried again with fewer ids. Signals are as before then.
 */
int root_run(const struct root_run *run, struct root_failure *ret);

#endif
