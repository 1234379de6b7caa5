/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * user.c - look-ups of users, getpwnam(3). The command has one thread, so the static result is
 * nobody else's.
 */
#include "user.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "No such name" has several errnos, getpwnam(3). */
static int absence(int error)
{
	switch (error) {
	case 0:
	case ENOENT:
	case ESRCH:
		return -ENOENT;
	default:
		return -error;
	}
}

static bool uid_parse(const char *word, uid_t *ret)
{
	unsigned long number;
	char *end = NULL;

	if (word[0] < '0' || word[0] > '9') {
		return false;
	}
	errno = 0;
	number = strtoul(word, &end, 10);
	if (errno != 0 || *end != '\0' || number >= (uid_t)-1) {
		return false;
	}
	*ret = (uid_t)number;
	return true;
}

static int user_fill(const struct passwd *entry, struct user *ret)
{
	struct user user = { .uid = entry->pw_uid };
	int err = message_text_set(user.name, sizeof(user.name), entry->pw_name);

	if (err == 0) {
		*ret = user;
	}
	return err;
}

int user_find(const char *word, struct user *ret)
{
	const struct passwd *entry;
	struct user user = { 0 };
	int err;

	errno = 0;
	entry = getpwnam(word);
	if (entry != NULL) {
		return user_fill(entry, ret);
	}
	err = absence(errno);
	if (err != -ENOENT || !uid_parse(word, &user.uid)) {
		return err;
	}
	errno = 0;
	entry = getpwuid(user.uid);
	if (entry != NULL) {
		return user_fill(entry, ret);
	}
	err = absence(errno);
	if (err == -ENOENT) {
		*ret = user;
		return 0;
	}
	return err;
}

const char *user_name(char *buffer, size_t size, uid_t uid)
{
	const struct passwd *entry = getpwuid(uid);

	if (entry != NULL && strlen(entry->pw_name) < size) {
		(void)snprintf(buffer, size, "%s", entry->pw_name);
	} else {
		(void)snprintf(buffer, size, "%u", uid);
	}
	return buffer;
}
