/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/account.c */
/*
 * test_account.c - who a command runs as, and that there is no way back.
 */
#include "account.h"

#include <errno.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"

#define NOBODY 65534u

static void finds_whom_there_is(void **state)
{
	const struct passwd *entry = getpwuid(0);
	struct account *by_name = NULL, *by_uid = NULL;

	(void)state;
	assert_non_null(entry);
	assert_int_equal(account_find(entry->pw_name, &by_name), 0);
	assert_int_equal(by_name->uid, 0);
	assert_int_equal(by_name->gid, entry->pw_gid);
	assert_string_equal(by_name->home, entry->pw_dir);
	assert_true(by_name->shell[0] == '/');
	assert_true(by_name->group_count >= 1);
	/* A name that is not his does not count. */
	assert_int_equal(account_find_uid(0, "no such user", &by_uid), 0);
	assert_string_equal(by_uid->name, by_name->name);
	account_free(by_name);
	account_free(by_uid);
}

static void says_whom_there_is_not(void **state)
{
	struct account *account = NULL;

	(void)state;
	assert_int_equal(account_find("no such user", &account), -ENOENT);
	assert_int_equal(account_find_uid(4294967000u, "no such user", &account), -ENOENT);
	assert_int_equal(account_find("", &account), -ENOENT);
	assert_null(account);
	account_free(NULL);
}

static void root_needs_no_look_up(void **state)
{
	struct account *root = NULL;

	(void)state;
	assert_int_equal(account_root(&root), 0);
	assert_int_equal(root->uid, 0);
	assert_int_equal(root->gid, 0);
	assert_string_equal(root->name, "root");
	assert_string_equal(root->home, "/root");
	assert_string_equal(root->shell, "/bin/sh");
	assert_int_equal(root->group_count, 1);
	assert_int_equal(root->groups[0], 0);
	account_free(root);
}

static bool status_has(const char *line)
{
	char text[4096] = "";
	FILE *file = fopen("/proc/thread-self/status", "re");
	size_t length;

	if (file == NULL) {
		return false;
	}
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	(void)fclose(file);
	return strstr(text, line) != NULL;
}

static int key_find(const char *name)
{
	return (int)syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", name, 0);
}

static int become_nobody(void *data)
{
	static gid_t groups[] = { NOBODY, 4242 };
	const struct account account = {
		.uid = NOBODY, .gid = NOBODY, .groups = groups, .group_count = 2
	};
	const bool keys = *(const bool *)data;
	gid_t now[8];

	if (geteuid() != 0) {
		return CHILD_SKIP;
	}
	if (keys && (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 ||
		     syscall(SYS_add_key, "user", "secret", "x", 1, KEY_SPEC_SESSION_KEYRING) < 0 ||
		     key_find("secret") < 0)) {
		return CHILD_SKIP; /* no keys in this kernel, or not for us */
	}
	CHECK(account_become(&account) == 0);
	CHECK(getuid() == NOBODY && geteuid() == NOBODY && getgid() == NOBODY);
	CHECK(getgroups(8, now) == 2 && now[0] + now[1] == NOBODY + 4242);
	CHECK(setresuid(0, 0, 0) < 0 && setgroups(0, NULL) < 0);
	CHECK(status_has("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\n"
			 "CapEff:\t0000000000000000\n"));
	CHECK(prctl(PR_GET_DUMPABLE) == 0);
	CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0); /* sudo has to work */
	CHECK(!keys || key_find("secret") < 0);
	return CHILD_PASS;
}

static void no_way_back(void **state)
{
	bool keys = false;

	(void)state;
	child_assert(become_nobody, &keys);
}

static void root_keeps_its_keys(void **state)
{
	bool keys = true;

	(void)state;
	child_assert(become_nobody, &keys);
}

/* An inheritable set, or a bit that keeps capabilities over setresuid(2), changes nothing. */
static int become_against_securebits(void *data)
{
	if (geteuid() == 0 && prctl(PR_SET_SECUREBITS, 1 << 2 | 1 << 4, 0, 0, 0) < 0) {
		return CHILD_SKIP; /* NO_SETUID_FIXUP and KEEP_CAPS need CAP_SETPCAP */
	}
	return become_nobody(data);
}

static void no_bit_keeps_a_capability(void **state)
{
	bool keys = false;

	(void)state;
	child_assert(become_against_securebits, &keys);
}

static int become_without_the_right(void *data)
{
	static gid_t groups[] = { 0 };
	const struct account root = { .groups = groups, .group_count = 1 };

	(void)data;
	if (geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) < 0) {
		return CHILD_SKIP;
	}
	CHECK(account_become(&root) == -EPERM);
	return CHILD_PASS;
}

static void says_when_it_cannot(void **state)
{
	(void)state;
	child_assert(become_without_the_right, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_whom_there_is),
		cmocka_unit_test(says_whom_there_is_not),
		cmocka_unit_test(root_needs_no_look_up),
		cmocka_unit_test(no_way_back),
		cmocka_unit_test(root_keeps_its_keys),
		cmocka_unit_test(no_bit_keeps_a_capability),
		cmocka_unit_test(says_when_it_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
