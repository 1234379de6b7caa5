/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.h - who a command runs as: looked up on the host, before anything is entered, and become
 * inside, where no name service is asked.
 */
#ifndef LOGINSPACE_ADMIN_ACCOUNT_H
#define LOGINSPACE_ADMIN_ACCOUNT_H

#include <stddef.h>
#include <sys/types.h>

struct account {
	uid_t uid;
	gid_t gid;
	char *name;
	char *home;
	char *shell;
	gid_t *groups; /* the supplementary ones, with GID */
	size_t group_count;
};

/*
 * account_find - by name. account_find_uid - by number; of several names for it, NAME is meant if
 * it is one of them. *RET is the caller's, to be freed with account_free. Returns 0; -ENOENT (there
 * is none); another negative errno: the look-up failed, getpwnam(3).
 */
int account_find(const char *name, struct account **ret);
int account_find_uid(uid_t uid, const char *name, struct account **ret);

/* account_root - root, without asking anybody: home /root, shell /bin/sh. 0 or -ENOMEM. */
int account_root(struct account **ret);

void account_free(struct account *account);

/*
 * account_become - the calling process takes the ids, for good: no capability, no way back, and a
 * session keyring of its own, keyrings(7). It cannot be traced by the user until its next exec.
 * For uid 0 the capabilities stay. Returns 0 or a negative errno, and then the process must end.
 */
int account_become(const struct account *account);

#endif
