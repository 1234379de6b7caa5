/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * members.h - which of some PID namespaces a process belongs to: its own, or the nearest one above
 * its own. So what a user's container runs counts for the space around it, and a space within a
 * space counts for itself.
 */
#ifndef LOGINSPACE_ADMIN_MEMBERS_H
#define LOGINSPACE_ADMIN_MEMBERS_H

#include <stddef.h>
#include <sys/types.h>

struct members;

/* Namespaces by their inode numbers. Returns 0 or -ENOMEM. */
int members_new(const ino_t *namespaces, size_t count, struct members **ret);

void members_free(struct members *members);

/*
 * members_find - PROCESS is an fd of /proc/PID. *RET_INDEX is the namespace's place in the list.
 * Returns 0; -ENOENT (none of them, or the process has ended); another negative errno.
 */
int members_find(struct members *members, int process, size_t *ret_index);

#endif
