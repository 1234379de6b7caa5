/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_reaper.h - PID 1 of a fake root, see root_outer.h.
 */
#ifndef LOGINSPACE_ADMIN_ROOT_REAPER_H
#define LOGINSPACE_ADMIN_ROOT_REAPER_H

#include <signal.h>
#include <stdbool.h>

struct reaper_start {
	const char *file;
	char *const *words;
	int null;
	int channel; /* its end, and that of outer */
	int outer;
	bool alone;             /* the command gets a process group and the terminal on fd 0 */
	sigset_t mask;          /* for the command: as the caller had it */
	struct sigaction child; /* likewise, of SIGCHLD */
};

/* reaper_main - for namespace_clone; DATA is a struct reaper_start. Signals are blocked. */
int reaper_main(void *data) __attribute__((noreturn));

#endif
