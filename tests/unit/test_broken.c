/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/policy_read.c lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_files.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/accounts.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * test_broken.c - configurations with a mistake: each is found, at its line, and the sentence
 * says what to do about it. Each case starts from a folder with a good file.
 */
#include "policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "count.h"
#include "tree.h"

#define TEN     "aaaaaaaaaa"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct broken {
	const char *text;
	unsigned long line;
	const char *sentence; /* a part of it */
	long err;
};

static const struct broken FILES[] = {
	{ "[default]\nisolatee = yes\n", 2, "unknown key \"isolatee\"; is it isolate?", -EINVAL },
	{ "[default]\n\n# x\nhostnmae = a\n", 4, "is it hostname?", -EINVAL },
	{ "[default]\ncolour = red\n", 2, "unknown key \"colour\"; see loginspace.conf(5)",
	  -EINVAL },
	{ "[default]\nIsolate = no\n", 2, "unknown key \"Isolate\"; is it isolate?", -EINVAL },
	{ "[default]\n= yes\n", 2, "unknown key \"\"", -EINVAL },
	{ "[default]\nisolate = maybe\n", 2, "isolate takes yes, no, audit, not \"maybe\"",
	  -EINVAL },
	{ "[default]\nisolate =\n", 2, "isolate takes yes, no, audit, not \"\"", -EINVAL },
	{ "[default]\nisolate = yes # always\n", 2, "not \"yes # always\"", -EINVAL },
	{ "[default]\nmax_spaces = many\n", 2,
	  "max_spaces takes a number from 1 to 65536, not \"many\"", -EINVAL },
	{ "[default]\nmax_spaces = 0\n", 2, "from 1 to 65536, not \"0\"", -EINVAL },
	{ "[default]\nlinger = 30\n", 2, "or a time from 1s to 365d such as 30min, not \"30\"",
	  -EINVAL },
	{ "[default]\ntmp_size = 512\n", 2, "a number with k, m or g such as 512m, not \"512\"",
	  -EINVAL },
	{ "[default]\nhostname = -%u\n", 2, "hostname takes a name of letters", -EINVAL },
	{ "[default]\nnetwork = brige\n", 2, "network takes loopback, host, nat", -EINVAL },
	{ "[default]\nservices = sshd, cron/x\n", 2,
	  "services takes names of PAM services, not \"cron/x\"", -EINVAL },
	{ "[default]\nhide = /a ../b\n", 2, "hide takes absolute paths, as [-]PATH, not \"../b\"",
	  -EINVAL },
	{ "[default]\nbind = /a\n", 2, "bind takes mounts as [-]SRC:DST", -EINVAL },
	{ "[default]\ndns = ns1\n", 2, "dns takes IP addresses, not \"ns1\"", -EINVAL },
	{ "[default]\naddress_pool = 10.1.2.3/16\n", 2, "an IPv4 prefix", -EINVAL },
	{ "[default]\ncapabilities = CAP_ALL\n", 2, "names such as CAP_NET_RAW, not \"CAP_ALL\"",
	  -EINVAL },
	{ "[default]\ncapabilities = CAP_KILL, CAP_ZZZ CAP_CHOWN\n", 2,
	  "such as CAP_NET_RAW, not \"CAP_ZZZ\"", -EINVAL },
	{ "[default]\ncapabilities = CAP_KILL all\n", 2, "CAP_NET_RAW, not \"CAP_KILL all\"",
	  -EINVAL },
	{ "[default]\ncapabilities = ,\n", 2, "CAP_NET_RAW, not \",\"", -EINVAL },
	{ "[default]\nnamespaces = mount net\n", 2,
	  "namespaces needs mount and pid; pid is missing", -EINVAL },
	{ "[default]\nnamespaces = pid\n", 2, "mount is missing", -EINVAL },
	{ "[match uid=77]\nnamespaces = net\n", 2, "mount is missing", -EINVAL },
	{ "[default]\nnamespaces = mount pid\n[match uid=77]\nnamespaces = net\nnamespaces =\n", 5,
	  "mount is missing", -EINVAL },
	{ "[default]\nscope = user\nscope = login\n", 3, "scope is in this section already",
	  -EINVAL },
	{ "isolate = no\n[default]\n", 1, "a key before any section; begin with [default]",
	  -EINVAL },
	{ "[default]\nscope = user\n\n[default]\n", 4, "a second [default] in this file", -EINVAL },
	{ "[default]\nscope: user\n", 2, "takes a =, not a colon", -EINVAL },
	{ "[default]\nisolate\n", 2, "neither \"key = value\" nor [section] nor # comment",
	  -EINVAL },
	{ "[default]\nisolate ; = no\nfoo = bar\n", 2, "neither \"key = value\"", -EINVAL },
	{ "[default]\n  yes, audit\n", 2, "neither \"key = value\"", -EINVAL },
	{ "[default]\nscope = user\n continued\n", 3, "neither \"key = value\"", -EINVAL },
	{ "[default]\nhide = /" HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN " \n", 2,
	  "the line has 198 bytes, 197 are allowed", -EINVAL },
	{ "\xef\xbb\xbf[default]\n", 1, "begins with a byte order mark", -EINVAL },
	{ "[default\n", 1, "no ] ends the header", -EINVAL },
	{ "[defaults]\n", 1, "unknown section \"defaults\"", -EINVAL },
	{ "[match]\n", 1, "[match] needs a condition", -EINVAL },
	{ "# x\r\n[match user=]\r\n", 2, "has no value right behind its =", -EINVAL },
	{ "[match host=box]\n", 1, "unknown condition \"host\"; there are user, group", -EINVAL },
	{ "[match uid=1 uid=2]\n", 1, "is there twice", -EINVAL },
	{ "[match uid=2000-1000]\n", 1, "uid= takes numbers and ranges", -EINVAL },
	{ "[match rhost=10.0.0.1/8]\n", 1, "zero behind their length", -EINVAL },
	{ "[match user=t.alice,t.mallory]\n", 1, "there is no user \"t.mallory\"", -ESRCH },
	{ "[match user=1000]\n", 1, "there is no user \"1000\"", -ESRCH },
	{ "\n[match group=t.admins]\n", 2, "there is no group \"t.admins\"", -ESRCH },
	{ "[match user=t.dave rhost=::/0]\n\n[match user=t.alice rhost=::/0]\n", 3,
	  "rhost= cannot be compared: the login's remote host is a name; set UseDNS no",
	  -EDESTADDRREQ },
};

static const struct policy_login ALICE = {
	.user = "t.alice",
	.uid = 1000,
	.service = "sshd",
	.rhost = "client.example.org",
};

static void assert_broken(const char *conf, const struct broken *broken, const char *path)
{
	struct policy *policy = NULL;
	struct problem problem;
	char text[600];
	int err = policy_read(conf, &ALICE, &policy, &problem);

	if (err == 0) {
		policy_free(policy);
		fail_msg("passed: %s", broken->text);
	}
	(void)problem_format(text, sizeof(text), &problem);
	if (err != broken->err || problem.line != broken->line ||
	    strstr(problem.text, broken->sentence) == NULL || strchr(text, '\n') != NULL) {
		fail_msg("%s-> %d %s", broken->text, err, text);
	}
	assert_null(policy);
	assert_string_equal(problem.file, path);
}

static void broken_files(void **state)
{
	size_t i;

	(void)state;
	tree_need_root();
	tree_write(TREE_MAIN, "[default]\nscope = user\n");
	for (i = 0; i < COUNT(FILES); i++) {
		char path[TREE_PATH_SIZE];

		(void)snprintf(path, sizeof(path), "%s", tree_path(TREE_DROPIN "/50-x.conf"));
		tree_write(TREE_DROPIN "/50-x.conf", FILES[i].text);
		assert_broken(tree_root, &FILES[i], path);
		assert_broken(path, &FILES[i], path); /* by itself */
	}
}

static void a_nul_byte(void **state)
{
	static const char bytes[] = "[default]\nscope = \0user\n";
	const struct broken broken = { "NUL", 2, "a NUL byte", -EINVAL };
	char path[TREE_PATH_SIZE];

	(void)state;
	tree_need_root();
	(void)snprintf(path, sizeof(path), "%s", tree_path(TREE_MAIN));
	tree_write_bytes(TREE_MAIN, bytes, sizeof(bytes) - 1);
	assert_broken(tree_root, &broken, path);
	/* The first line of UTF-16. */
	tree_write_bytes(TREE_MAIN, "\xff\xfe[\0d\0]\0\n\0", 10);
	assert_broken(tree_root, &(struct broken){ "UTF-16", 1, "a NUL byte", -EINVAL }, path);
}

static void make_foreign(const char *path)
{
	assert_int_equal(lchown(path, 1000, 1000), 0);
}

static void make_group_writable(const char *path)
{
	assert_int_equal(chmod(path, 0664), 0);
}

static void make_writable(const char *path)
{
	assert_int_equal(chmod(path, 0646), 0);
}

static void make_link(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/no/such/file", path), 0);
}

static void make_fifo(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0644), 0);
}

static void make_folder(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void make_large(const char *path)
{
	assert_int_equal(truncate(path, (1 << 20) + 1), 0);
}

struct distrusted {
	void (*make)(const char *path);
	struct broken broken;
};

static void distrusted_files(void **state)
{
	static const struct distrusted table[] = {
		{ make_foreign, { "foreign", 0, "is not owned by root", -EPERM } },
		{ make_group_writable, { "664", 0, "may be written by others than root", -EPERM } },
		{ make_writable, { "646", 0, "may be written by others than root", -EPERM } },
		{ make_link,
		  { "link", 0, "is a symbolic link; put the file itself there", -EPERM } },
		{ make_fifo, { "FIFO", 0, "is not a regular file", -EPERM } },
		{ make_folder, { "folder", 0, "is not a regular file", -EPERM } },
		{ make_large, { "large", 0, "is larger than 1 MiB", -EFBIG } },
	};
	static const char *const places[] = {
		TREE_VENDOR "/10-v.conf",
		TREE_MAIN,
		TREE_DROPIN "/50-x.conf",
	};
	size_t i, j;

	(void)state;
	tree_need_root();
	for (i = 0; i < COUNT(table); i++) {
		for (j = 0; j < COUNT(places); j++) {
			char path[TREE_PATH_SIZE];

			(void)snprintf(path, sizeof(path), "%s", tree_path(places[j]));
			tree_write(places[j], "[default]\n");
			table[i].make(path);
			assert_broken(tree_root, &table[i].broken, path);
			assert_int_equal(remove(path), 0);
		}
	}
}

static void distrusted_folders(void **state)
{
	static const char *const folders[] = { TREE_VENDOR, TREE_DROPIN, "" };
	char path[TREE_PATH_SIZE];
	size_t i;

	(void)state;
	tree_need_root();
	for (i = 0; i < COUNT(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s", tree_path(folders[i]));
		assert_int_equal(chmod(path, 0775), 0);
		assert_broken(tree_root,
			      &(struct broken){ path, 0, "may be written by others", -EPERM },
			      path);
		assert_int_equal(chmod(path, 0755), 0);
		assert_int_equal(chown(path, 1000, 0), 0);
		assert_broken(tree_root, &(struct broken){ path, 0, "not owned by root", -EPERM },
			      path);
		assert_int_equal(chown(path, 0, 0), 0);
	}
	(void)snprintf(path, sizeof(path), "%s", tree_path(TREE_DROPIN));
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/etc", path), 0);
	assert_broken(tree_root, &(struct broken){ "link", 0, "cannot be read", -ENOTDIR }, path);
}

static void what_conf_names(void **state)
{
	(void)state;
	assert_broken("/no/such/file",
		      &(struct broken){ "nothing", 0, "No such file or directory", -ENOENT },
		      "/no/such/file");
	assert_broken("/dev/null", &(struct broken){ "device", 0, "is not a regular file", -EPERM },
		      "/dev/null");
}

/* Each of these passes when the name service answers. */
static void failing_look_ups(void **state)
{
	static const struct broken table[] = {
		{ "[match user=t.bob]\n", 1, "the look-up of user \"t.bob\" failed: Input/output",
		  -EIO },
		{ "\n[match group=t.staff]\n", 2, "the look-up of group \"t.staff\" failed: Input",
		  -EIO },
	};
	struct policy *policy;
	struct problem problem;
	char path[TREE_PATH_SIZE];
	size_t i;

	(void)state;
	tree_need_root();
	(void)snprintf(path, sizeof(path), "%s", tree_path(TREE_MAIN));
	for (i = 0; i < COUNT(table); i++) {
		tree_write(TREE_MAIN, table[i].text);
		tree_error = 0;
		assert_int_equal(policy_read(tree_root, &ALICE, &policy, &problem), 0);
		policy_free(policy);
		tree_error = EIO;
		assert_broken(tree_root, &table[i], path);
	}
}

static void the_user_is_another_now(void **state)
{
	struct policy_login login = ALICE;
	struct policy *policy;
	struct problem problem;

	(void)state;
	tree_need_root();
	tree_write(TREE_MAIN, "[match group=t.staff]\n");
	login.uid = 1234;
	assert_int_equal(policy_read(tree_root, &login, &policy, &problem), -ESTALE);
	assert_non_null(strstr(problem.text, "another uid"));
	login.user = "t.nobody";
	assert_int_equal(policy_read(tree_root, &login, &policy, &problem), -ESRCH);
	assert_string_equal(problem.text, "there is no user \"t.nobody\"");
	assert_string_equal(problem.file, "");
	/* Without group= nobody asks. */
	tree_write(TREE_MAIN, "[match uid=7]\n");
	assert_int_equal(policy_read(tree_root, &login, &policy, &problem), 0);
	policy_free(policy);
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_TREE(broken_files),
		IN_TREE(a_nul_byte),
		IN_TREE(distrusted_files),
		IN_TREE(distrusted_folders),
		IN_TREE(what_conf_names),
		IN_TREE(failing_look_ups),
		IN_TREE(the_user_is_another_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
