/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * user.h - a user as the administrator names one: by name or by uid.
 */
#ifndef LOGINSPACE_ADMIN_USER_H
#define LOGINSPACE_ADMIN_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "message.h"

struct user {
	uid_t uid;
	char name[MESSAGE_USER_SIZE]; /* empty: a uid that has no name */
};

/*
 * user_find - by the name, else by the number if WORD is one. A number need not have a name.
 * Returns 0; -ENOENT (no such name); another negative errno: the look-up failed, see getpwnam(3).
 */
int user_find(const char *word, struct user *ret);

/* user_name - of UID, or its number where it has none. Returns BUFFER. */
const char *user_name(char *buffer, size_t size, uid_t uid);

#endif
