/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts.h - users and groups of the machine: all names of a configuration in one go, and the
 * groups of one user. These are the look-ups of a login that may ask the network.
 */
#ifndef LOGINSPACE_ACCOUNTS_H
#define LOGINSPACE_ACCOUNTS_H

#include <stddef.h>
#include <sys/types.h>

#include "names.h"
#include "problem.h"

/* No process is in more groups, NGROUPS_MAX of limits.h; the primary group comes on top. */
#define ACCOUNTS_GROUPS_MAX 65537

/*
 * accounts_look_up - the numbers of all names that have none yet: from /etc/passwd and /etc/group,
 * read once each, and where a name is not in there from the name service, getpwnam(3) and
 * getgrnam(3). What nobody asks for is not read. Groups from the name service that list USER as a
 * member are marked: accounts_groups() cannot tell when a service failed. Returns 0; -ESRCH (there
 * is no such user or group) or another negative errno (a look-up failed), both with *PROBLEM at the
 * name's place.
 */
int accounts_look_up(struct names *names, const char *user, struct problem *problem);

/*
 * accounts_groups - all groups of USER, PRIMARY among them, sorted, as getgrouplist(3) has them: it
 * leaves out those of a name service that fails, and says nothing. *RET is to be freed with
 * free(3). Returns 0; -E2BIG (more than ACCOUNTS_GROUPS_MAX); -ENOMEM.
 */
int accounts_groups(const char *user, gid_t primary, gid_t **ret, size_t *ret_count);

/*
 * accounts_home - the home folder in USER's entry, as it stands there: from /etc/passwd, or where
 * the name is not in there, by getpwnam(3). *RET is to be freed with free(3). Returns 0; -ESTALE
 * (no entry, or one with another uid than UID); -ENOMEM or another negative errno (the look-up
 * failed), all with *PROBLEM.
 */
int accounts_home(const char *user, uid_t uid, char **ret, struct problem *problem);

#endif
