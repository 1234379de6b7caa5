/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * follow.h - the processes from the first to the last.
 */
#ifndef LOGINSPACE_SWEEP_FOLLOW_H
#define LOGINSPACE_SWEEP_FOLLOW_H

#include <sys/types.h>
#include <time.h>

/* Starts the command, followed from its first call on. */
pid_t root_start(char **argv);

/*
 * Until that has ended, and whoever else was followed, for which there are a few seconds; or until
 * HANG_AT. Returns its status, 124 when it hangs, -1 when nobody knows. Has to be woken now and then.
 */
int follow(pid_t root, time_t hang_at);

#endif
