/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts.c - look-ups of users and groups. Runs as whoever works out a policy: the helper, the
 * administrator's command.
 */
#include "accounts.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quote.h"

#define PASSWD "/etc/passwd"
#define GROUP  "/etc/group"

/* An entry of this size is an accident; a group of ten thousand members has 100 KB. */
#define BUFFER_FIRST 16384u
#define BUFFER_MAX   (16u << 20)

/* What is shown of a name, quoted: the rest of the sentence counts, too. */
#define SHOWN_SIZE 100

_Static_assert(ACCOUNTS_GROUPS_MAX > NGROUPS_MAX, "a user may be in as many groups");

static const char *const KIND_WORDS[NAMES_KINDS] = {
	[NAMES_USER] = "user",
	[NAMES_GROUP] = "group",
};

/* Entries with + and - are words to the name service "compat", passwd(5) of old. */
static struct name *name_of_entry(const struct names *names, enum names_kind kind,
				  const char *entry)
{
	if (entry == NULL || entry[0] == '+' || entry[0] == '-') {
		return NULL;
	}
	return names_find(names, kind, entry, strlen(entry));
}

/*
 * The files save a look-up for each name. They are not the last word: what cannot be read, or has
 * an entry too long for BUFFER, is left to the name service.
 */
static void users_from_file(struct names *names, char *buffer, size_t size)
{
	struct passwd entry, *found;
	FILE *file = fopen(PASSWD, "re");

	if (file == NULL) {
		return;
	}
	rewind(file); /* or fgetpwent_r(3) asks for the offset, a system call, at each line */
	while (names->unknown[NAMES_USER] > 0 &&
	       fgetpwent_r(file, &entry, buffer, size, &found) == 0) {
		struct name *name = name_of_entry(names, NAMES_USER, found->pw_name);

		if (name != NULL) {
			names_set(names, name, found->pw_uid, found->pw_gid);
		}
	}
	(void)fclose(file); /* was only read */
}

static void groups_from_file(struct names *names, char *buffer, size_t size)
{
	struct group entry, *found;
	FILE *file = fopen(GROUP, "re");

	if (file == NULL) {
		return;
	}
	rewind(file); /* as above */
	while (names->unknown[NAMES_GROUP] > 0 &&
	       fgetgrent_r(file, &entry, buffer, size, &found) == 0) {
		struct name *name = name_of_entry(names, NAMES_GROUP, found->gr_name);

		if (name != NULL) {
			names_set(names, name, found->gr_gid, 0);
		}
	}
	(void)fclose(file); /* was only read */
}

static bool lists(const struct group *group, const char *user)
{
	char **member;

	for (member = group->gr_mem; *member != NULL; member++) {
		if (strcmp(*member, user) == 0) {
			return true;
		}
	}
	return false;
}

/* What all questions to the name service share. */
struct asking {
	struct names *names;
	const char *user;
	char *buffer;
	size_t size;
};

/* One question: 0, or the errno of getpwnam_r(3), positive; known or not. */
static int ask(const struct asking *asking, struct name *name, const char *text)
{
	struct passwd user, *user_found = NULL;
	struct group group, *group_found = NULL;
	int error;

	if (name->kind == NAMES_USER) {
		error = getpwnam_r(text, &user, asking->buffer, asking->size, &user_found);
	} else {
		error = getgrnam_r(text, &group, asking->buffer, asking->size, &group_found);
	}
	if (user_found != NULL) {
		names_set(asking->names, name, user.pw_uid, user.pw_gid);
	}
	if (group_found != NULL) {
		names_set(asking->names, name, group.gr_gid, 0);
		name->member = lists(&group, asking->user);
	}
	return error;
}

/* getpwnam(3) says "ENOENT or ESRCH or EBADF or EPERM or ...: not found"; only two are sure. */
static int report(const struct name *name, const char *text, int error, struct problem *problem)
{
	const char *kind = KIND_WORDS[name->kind];
	char quoted[SHOWN_SIZE];

	(void)quote(quoted, sizeof(quoted), text);
	if (error == 0 || error == ENOENT || error == ESRCH) {
		problem_set(problem, name->file, name->line, "there is no %s %s", kind, quoted);
		return -ESRCH;
	}
	problem_set(problem, name->file, name->line, "the look-up of %s %s failed: %s", kind,
		    quoted, strerror(error));
	return -error;
}

/* The buffer grows until the entry fits. */
static int look_up(struct asking *asking, struct name *name, struct problem *problem)
{
	char text[LOGIN_NAME_MAX + 1];
	int error;

	(void)snprintf(text, sizeof(text), "%.*s", (int)name->length, name->text);
	if (name->length >= sizeof(text)) { /* no system has such names */
		return report(name, text, ENOENT, problem);
	}
	error = ask(asking, name, text);
	while (error == ERANGE && asking->size < BUFFER_MAX) {
		char *bigger = realloc(asking->buffer, 2 * asking->size);

		if (bigger == NULL) {
			error = ENOMEM;
			break;
		}
		asking->buffer = bigger;
		asking->size *= 2;
		error = ask(asking, name, text);
	}
	return name->known ? 0 : report(name, text, error, problem);
}

int accounts_look_up(struct names *names, const char *user, struct problem *problem)
{
	struct asking asking = { .names = names, .user = user, .size = BUFFER_FIRST };
	int err = 0;
	size_t i;

	if (names->unknown[NAMES_USER] + names->unknown[NAMES_GROUP] == 0) {
		return 0;
	}
	asking.buffer = malloc(asking.size);
	if (asking.buffer == NULL) {
		problem_set(problem, NULL, 0, "out of memory");
		return -ENOMEM;
	}
	if (names->unknown[NAMES_USER] > 0) {
		users_from_file(names, asking.buffer, asking.size);
	}
	if (names->unknown[NAMES_GROUP] > 0) {
		groups_from_file(names, asking.buffer, asking.size);
	}
	for (i = 0; i < names->count && err == 0; i++) {
		if (!names->list[i].known) {
			err = look_up(&asking, &names->list[i], problem);
		}
	}
	free(asking.buffer);
	return err;
}

static int compare_gids(const void *left, const void *right)
{
	const gid_t a = *(const gid_t *)left, b = *(const gid_t *)right;

	return (a > b) - (a < b);
}

int accounts_groups(const char *user, gid_t primary, gid_t **ret, size_t *ret_count)
{
	gid_t *groups = NULL;
	int room = 64;

	for (;;) {
		gid_t *bigger = reallocarray(groups, (size_t)room, sizeof(*groups));
		int count = room;

		if (bigger == NULL) {
			free(groups);
			return -ENOMEM;
		}
		groups = bigger;
		if (getgrouplist(user, primary, groups, &count) >= 0) {
			qsort(groups, (size_t)count, sizeof(*groups), compare_gids);
			*ret = groups;
			*ret_count = (size_t)count;
			return 0;
		}
		if (room == ACCOUNTS_GROUPS_MAX) {
			free(groups);
			return -E2BIG;
		}
		/* COUNT is now what it takes, but a name service may change its mind. */
		room = count > 2 * room ? count : 2 * room;
		room = room < ACCOUNTS_GROUPS_MAX ? room : ACCOUNTS_GROUPS_MAX;
	}
}

/* 0: found, or the errno of getpwnam_r(3), positive; *RET_FOUND is NULL when there is none. */
static int home_from_service(const char *user, struct passwd *entry, char **buffer, size_t size,
			     struct passwd **ret_found)
{
	int error = getpwnam_r(user, entry, *buffer, size, ret_found);

	while (error == ERANGE && size < BUFFER_MAX) {
		char *bigger = realloc(*buffer, 2 * size);

		if (bigger == NULL) {
			return ENOMEM;
		}
		*buffer = bigger;
		size *= 2;
		error = getpwnam_r(user, entry, *buffer, size, ret_found);
	}
	return error;
}

/* NULL: not in there, which is not the last word. */
static struct passwd *home_from_file(const char *user, struct passwd *entry, char *buffer,
				     size_t size)
{
	struct passwd *found = NULL;
	FILE *file = fopen(PASSWD, "re");

	if (file == NULL || user[0] == '+' || user[0] == '-') {
		found = NULL;
	} else {
		rewind(file); /* as above */
		while (fgetpwent_r(file, entry, buffer, size, &found) == 0 &&
		       strcmp(found->pw_name, user) != 0) {
		}
	}
	if (file != NULL) {
		(void)fclose(file); /* was only read */
	}
	return found;
}

static int home_report(const struct passwd *found, uid_t uid, int error, struct problem *problem)
{
	if (found == NULL && error != 0 && error != ENOENT && error != ESRCH) {
		problem_set(problem, NULL, 0, "the look-up of the user's home folder failed: %s",
			    strerror(error));
		return -error;
	}
	if (found == NULL || found->pw_uid != uid) {
		problem_set(problem, NULL, 0,
			    "the user's home folder cannot be told: the name has %s now",
			    found == NULL ? "no entry" : "another uid");
		return -ESTALE;
	}
	return 0;
}

int accounts_home(const char *user, uid_t uid, char **ret, struct problem *problem)
{
	char *buffer = malloc(BUFFER_FIRST), *home = NULL;
	struct passwd entry, *found = NULL;
	int err, error = ENOMEM;

	if (buffer != NULL) {
		error = 0;
		found = home_from_file(user, &entry, buffer, BUFFER_FIRST);
		if (found == NULL) {
			error = home_from_service(user, &entry, &buffer, BUFFER_FIRST, &found);
		}
	}
	err = home_report(found, uid, error, problem);
	if (err == 0) {
		home = strdup(found->pw_dir != NULL ? found->pw_dir : "");
		if (home == NULL) {
			err = home_report(NULL, uid, ENOMEM, problem);
		}
	}
	free(buffer);
	if (err == 0) {
		*ret = home;
	}
	return err;
}
