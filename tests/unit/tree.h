/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - a root folder of the test's own with configuration files, and a name service of its own
 * that knows five users and three groups. Include after cmocka.h, in one file of a program: the
 * functions of the name service stand in front of the C library's.
 */
#ifndef LOGINSPACE_TEST_TREE_H
#define LOGINSPACE_TEST_TREE_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_MAIN   "/etc/security/loginspace.conf"
#define TREE_DROPIN "/etc/security/loginspace.conf.d"
#define TREE_VENDOR "/usr/lib/loginspace"

#define TREE_PATH_SIZE 256

static char tree_root[] = "/tmp/loginspace-unit-XXXXXX";

struct tree_user {
	const char *name;
	uid_t uid;
	gid_t groups[3]; /* the primary group first */
	int group_count;
};

#define TREE_STUDENTS 5000
#define TREE_STAFF    5001
#define TREE_LAB      5002

/* No machine has them in its files. */
static const struct tree_user TREE_USERS[] = {
	{ "t.alice", 1000, { 100, TREE_STUDENTS }, 2 },
	{ "t.bob", 1001, { TREE_STUDENTS }, 1 },
	{ "t.carol", 1500, { 100, TREE_STAFF, TREE_LAB }, 3 },
	{ "t.dave", 2000, { 100 }, 1 },
	{ "t.eve", 30000, { TREE_STAFF }, 1 },
};

static const char *const TREE_GROUPS[] = { "t.students", "t.staff", "t.lab" };

/* What the name service says instead of knowing anybody; 0: nothing. */
static int tree_error;

static const struct tree_user *tree_user(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(TREE_USERS) / sizeof(TREE_USERS[0]); i++) {
		if (strcmp(TREE_USERS[i].name, name) == 0) {
			return &TREE_USERS[i];
		}
	}
	return NULL;
}

int getpwnam_r(const char *name, struct passwd *resultbuf, char *buffer, size_t buflen,
	       struct passwd **result)
{
	const struct tree_user *user = tree_user(name);
	static char home[64];

	(void)buffer;
	(void)buflen;
	*result = NULL;
	if (tree_error == 0 && user != NULL) {
		(void)snprintf(home, sizeof(home), "/home/%s", name);
		*resultbuf = (struct passwd){ .pw_uid = user->uid,
					      .pw_gid = user->groups[0],
					      .pw_dir = home };
		*result = resultbuf;
	}
	return tree_error;
}

int getgrnam_r(const char *name, struct group *resultbuf, char *buffer, size_t buflen,
	       struct group **result)
{
	static char *nobody[] = { NULL };
	gid_t i;

	(void)buffer;
	(void)buflen;
	*result = NULL;
	for (i = 0; tree_error == 0 && i < sizeof(TREE_GROUPS) / sizeof(TREE_GROUPS[0]); i++) {
		if (strcmp(TREE_GROUPS[i], name) == 0) {
			*resultbuf =
				(struct group){ .gr_gid = TREE_STUDENTS + i, .gr_mem = nobody };
			*result = resultbuf;
		}
	}
	return tree_error;
}

int getgrouplist(const char *user, gid_t group, gid_t *groups, int *ngroups)
{
	const struct tree_user *known = tree_user(user);
	const int room = *ngroups;

	groups[0] = group;
	*ngroups = known == NULL ? 1 : known->group_count;
	if (room < *ngroups) {
		return -1;
	}
	if (known != NULL) {
		memcpy(groups, known->groups, (size_t)*ngroups * sizeof(*groups));
	}
	return *ngroups;
}

static inline int tree_remove_one(const char *path, const struct stat *about, int type,
				  struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

static inline int tree_tear_down(void **state)
{
	(void)state;
	return nftw(tree_root, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0 ? -1 : 0;
}

/* The path below the root folder. */
static inline const char *tree_path(const char *path)
{
	static char buffer[TREE_PATH_SIZE];

	(void)snprintf(buffer, sizeof(buffer), "%s%s", tree_root, path);
	return buffer;
}

static inline int tree_set_up(void **state)
{
	static const char *const folders[] = {
		"/usr", "/usr/lib", TREE_VENDOR, "/etc", "/etc/security", TREE_DROPIN,
	};
	size_t i;

	(void)state;
	tree_error = 0;
	(void)umask(022);
	(void)snprintf(tree_root, sizeof(tree_root), "/tmp/loginspace-unit-XXXXXX");
	if (mkdtemp(tree_root) == NULL) {
		return -1;
	}
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (mkdir(tree_path(folders[i]), 0755) < 0) {
			return -1;
		}
	}
	return 0;
}

/* A file of LENGTH bytes; it is the user's who runs the test, so most tests need root. */
static inline void tree_write_bytes(const char *path, const char *bytes, size_t length)
{
	int fd = open(tree_path(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	assert_int_equal(close(fd), 0);
}

static inline void tree_write(const char *path, const char *text)
{
	tree_write_bytes(path, text, strlen(text));
}

static inline void tree_need_root(void)
{
	if (geteuid() != 0) {
		skip();
	}
}

#endif
