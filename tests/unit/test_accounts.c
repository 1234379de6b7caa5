/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/accounts.c lib/names.c lib/problem.c lib/quote.c */
/*
 * test_accounts.c - look-ups: the files first, then a name service, which is played here: it
 * knows, does not know, fails, needs room.
 */
#include "accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the name service is asked, and what it says. These stand in front of the C library's. */
static struct {
	unsigned int asked;
	int error;
	bool known;
	size_t room; /* that its entries take */
	int groups;  /* that the user is in */
} service;

static char *const MEMBERS[] = { (char *)(uintptr_t) "bob", (char *)(uintptr_t) "alice", NULL };

int getpwnam_r(const char *name, struct passwd *resultbuf, char *buffer, size_t buflen,
	       struct passwd **result)
{
	(void)name;
	(void)buffer;
	service.asked++;
	*result = NULL;
	if (service.error != 0 || buflen < service.room) {
		return service.error != 0 ? service.error : ERANGE;
	}
	if (service.known) {
		*resultbuf = (struct passwd){ .pw_uid = 70000, .pw_gid = 80000 };
		*result = resultbuf;
	}
	return 0;
}

int getgrnam_r(const char *name, struct group *resultbuf, char *buffer, size_t buflen,
	       struct group **result)
{
	(void)name;
	(void)buffer;
	service.asked++;
	*result = NULL;
	if (service.error != 0 || buflen < service.room) {
		return service.error != 0 ? service.error : ERANGE;
	}
	if (service.known) {
		*resultbuf =
			(struct group){ .gr_gid = 90000, .gr_mem = (char **)(uintptr_t)MEMBERS };
		*result = resultbuf;
	}
	return 0;
}

int getgrouplist(const char *user, gid_t group, gid_t *groups, int *ngroups)
{
	const int room = *ngroups;
	int i;

	(void)user;
	*ngroups = service.groups;
	for (i = 0; i < service.groups && i < room; i++) {
		groups[i] = i == 0 ? group : 100000 - (gid_t)i; /* not sorted */
	}
	return service.groups <= room ? service.groups : -1;
}

static int set_up(void **state)
{
	(void)state;
	memset(&service, 0, sizeof(service));
	service.known = true;
	return 0;
}

static int look_up(struct names *names, enum names_kind kind, const char *text,
		   struct problem *problem)
{
	assert_int_equal(names_add(names, kind, text, strlen(text), "some.conf", 5), 0);
	return accounts_look_up(names, "alice", problem);
}

static void the_files_save_questions(void **state)
{
	struct names names = { 0 };
	struct problem problem;

	(void)state;
	assert_int_equal(accounts_look_up(&names, "alice", &problem), 0);
	assert_int_equal(names_add(&names, NAMES_USER, "root", 4, "a", 1), 0);
	assert_int_equal(names_add(&names, NAMES_USER, "daemon", 6, "a", 1), 0);
	assert_int_equal(look_up(&names, NAMES_GROUP, "root", &problem), 0);
	assert_int_equal(service.asked, 0);
	assert_true(names.list[0].known);
	assert_int_equal(names.list[0].id, 0);
	assert_int_equal(names.list[0].primary, 0);
	assert_int_not_equal(names.list[1].id, 0);
	assert_true(names.list[2].known);
	assert_int_equal(names.unknown[NAMES_USER] + names.unknown[NAMES_GROUP], 0);
	/* What is known is not asked for again. */
	assert_int_equal(accounts_look_up(&names, "alice", &problem), 0);
	names_free(&names);
}

static void the_service_knows(void **state)
{
	struct names names = { 0 };
	struct problem problem;

	(void)state;
	assert_int_equal(look_up(&names, NAMES_USER, "no-such.user", &problem), 0);
	assert_int_equal(service.asked, 1);
	assert_int_equal(names.list[0].id, 70000);
	assert_int_equal(names.list[0].primary, 80000);
	assert_int_equal(look_up(&names, NAMES_GROUP, "no-such.group", &problem), 0);
	assert_int_equal(service.asked, 2);
	assert_int_equal(names.list[1].id, 90000);
	assert_true(names.list[1].member);
	names_free(&names);

	assert_int_equal(names_add(&names, NAMES_GROUP, "no-such.group", 13, NULL, 0), 0);
	assert_int_equal(accounts_look_up(&names, "carol", &problem), 0);
	assert_false(names.list[0].member);
	names_free(&names);
}

static void big_entries(void **state)
{
	struct names names = { 0 };
	struct problem problem;

	(void)state;
	service.room = 1000000;
	assert_int_equal(look_up(&names, NAMES_GROUP, "no-such.group", &problem), 0);
	assert_int_equal(names.list[0].id, 90000);
	names_free(&names);
	service.room = SIZE_MAX; /* no end */
	assert_int_equal(look_up(&names, NAMES_GROUP, "no-such.group", &problem), -ERANGE);
	names_free(&names);
}

static void assert_fails(enum names_kind kind, const char *text, int err, const char *sentence)
{
	struct names names = { 0 };
	struct problem problem = { .line = 0 };

	assert_int_equal(look_up(&names, kind, text, &problem), err);
	assert_string_equal(problem.file, "some.conf");
	assert_int_equal(problem.line, 5);
	assert_string_equal(problem.text, sentence);
	names_free(&names);
}

static void nobody_knows(void **state)
{
	(void)state;
	service.known = false;
	assert_fails(NAMES_USER, "no-such.user", -ESRCH, "there is no user \"no-such.user\"");
	assert_fails(NAMES_GROUP, "no-such\ngroup", -ESRCH,
		     "there is no group \"no-such\\x0agroup\"");
	service.error = ENOENT;
	assert_fails(NAMES_USER, "no-such.user", -ESRCH, "there is no user \"no-such.user\"");
	service.error = ESRCH;
	assert_fails(NAMES_USER, "no-such.user", -ESRCH, "there is no user \"no-such.user\"");
}

/* An entry of "compat" in /etc/passwd is no user, and nothing of the sort is one. */
static void odd_names(void **state)
{
	char name[400];

	(void)state;
	service.known = false;
	assert_fails(NAMES_USER, "+", -ESRCH, "there is no user \"+\"");
	assert_fails(NAMES_USER, "Root", -ESRCH, "there is no user \"Root\"");
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	service.known = true; /* the service would know it by its first 256 letters */
	{
		struct names names = { 0 };
		struct problem problem;

		assert_int_equal(look_up(&names, NAMES_USER, name, &problem), -ESRCH);
		assert_false(names.list[0].known);
		names_free(&names);
	}
}

static void failing_is_not_unknown(void **state)
{
	static const int errors[] = { EIO, EPERM, EBADF, EMFILE, ENOMEM, EAGAIN, EINTR };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		char sentence[200];

		service.error = errors[i];
		(void)snprintf(sentence, sizeof(sentence),
			       "the look-up of group \"x.y\" failed: %s", strerror(errors[i]));
		assert_fails(NAMES_GROUP, "x.y", -errors[i], sentence);
	}
}

static void all_groups(void **state)
{
	gid_t *groups = NULL;
	size_t count = 7, i;

	(void)state;
	service.groups = 1;
	assert_int_equal(accounts_groups("alice", 5, &groups, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(groups[0], 5);
	free(groups);
	service.groups = ACCOUNTS_GROUPS_MAX;
	assert_int_equal(accounts_groups("alice", 200000, &groups, &count), 0);
	assert_int_equal(count, ACCOUNTS_GROUPS_MAX);
	for (i = 1; i < count; i++) {
		assert_true(groups[i - 1] < groups[i]);
	}
	assert_int_equal(groups[count - 1], 200000);
	free(groups);
	groups = NULL;
	service.groups = ACCOUNTS_GROUPS_MAX + 1;
	assert_int_equal(accounts_groups("alice", 5, &groups, &count), -E2BIG);
	assert_null(groups);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_files_save_questions, set_up),
		cmocka_unit_test_setup(the_service_knows, set_up),
		cmocka_unit_test_setup(big_entries, set_up),
		cmocka_unit_test_setup(nobody_knows, set_up),
		cmocka_unit_test_setup(odd_names, set_up),
		cmocka_unit_test_setup(failing_is_not_unknown, set_up),
		cmocka_unit_test_setup(all_groups, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
