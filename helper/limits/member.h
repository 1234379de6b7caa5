/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * member.h - a process that goes into a control group: by its number, as the kernel takes no
 * pidfd there. The number may be somebody else's at any time: of whose pidfd still lives it is not.
 */
#ifndef LOGINSPACE_MEMBER_H
#define LOGINSPACE_MEMBER_H

#include <sys/types.h>

/*
 * member_number - of the pidfd MEMBER, in our PID namespace. Returns 0; -ESRCH: it has none (any
 * more); another negative errno.
 */
int member_number(int member, pid_t *ret_number);

/* member_lives - what has been read by the number until now was its own. 0, or -ESRCH. */
int member_lives(int member);

/*
 * member_move - into the group whose file cgroup.procs is PATH, openat(2) with FOLDER. Returns 0;
 * -ESRCH: it has ended, and nobody is moved; another negative errno.
 */
int member_move(int member, pid_t number, int folder, const char *path);

#endif
