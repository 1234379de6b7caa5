/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_start.h - the program pasta(1) as a process: whose it is, what it holds, how it ends.
 */
#ifndef LOGINSPACE_PASTA_START_H
#define LOGINSPACE_PASTA_START_H

#include <sys/types.h>

#define PASTA_PROGRAM "/usr/bin/pasta"

struct pasta_start {
	uid_t uid;
	gid_t gid;
	int user;    /* of userns_make */
	int network; /* of userns_make; the program's fd 0 */
	const char *const *argv;
};

/*
 * pasta_start - the program on its way, as the user, in the caller's network namespace, in the user
 * namespace, with CAP_SYS_ADMIN and CAP_NET_ADMIN there and no power elsewhere. In the helper, with
 * all privileges.
 *
 * *RET_LEASH: readable when the program is ready, hung up when it has died. When the last copy of
 * it is closed, the kernel kills the program with SIGKILL. It must not be read. *RET_WORDS: what
 * the program writes to stderr, non-blocking. Both are close-on-exec. Returns 0 or a negative
 * errno.
 */
int pasta_start(const struct pasta_start *start, int *ret_leash, int *ret_words);

#endif
