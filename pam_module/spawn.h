/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spawn.h - start the helper without the application noticing.
 */
#ifndef LOGINSPACE_SPAWN_H
#define LOGINSPACE_SPAWN_H

/*
 * spawn_helper - runs PATH with constant arguments and environment, CHANNEL as its fd
 * MESSAGE_HELPER_FD, /dev/null on 0 to 2, nothing else open, in a session of its own, in "/".
 * On success *RET_HELPER is a pidfd of it, the caller's to close; it is not a child of the
 * application, which neither gets a SIGCHLD for it nor has to reap it, unless the application
 * is PID 1 or a child subreaper (prctl(2)) itself.
 * Returns 0 or a negative errno, that of execve(2) when PATH could not be run.
 */
int spawn_helper(const char *path, int channel, int *ret_helper);

#endif
