/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/policy.c lib/policy_read.c lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_files.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/accounts.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * test_policy.c - who gets what, and where it says so: a vendor's file, the administrator's,
 * three drop-ins, ten sections, five users.
 */
#include "policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "count.h"
#include "tree.h"

static void listed_services(void **state)
{
	static const char *const listed[] = {
		"sshd", "login", "su", "su-l", "remote", "loginspace"
	};
	static const char *const others[] = {
		"systemd-user", "sudo",  "cron",   "sshd2", "ssh",  "SSHD",    "",
		"sshd ",        " sshd", "su-l-x", "su-",   "logi", "login\n", "sshd login",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(listed); i++) {
		assert_true(policy_concerns(listed[i]));
	}
	for (i = 0; i < COUNT(others); i++) {
		assert_false(policy_concerns(others[i]));
	}
}

#define VENDOR TREE_VENDOR "/10-vendor.conf"
#define LAB    TREE_DROPIN "/10-lab.conf"
#define STAFF  TREE_DROPIN "/20-staff.conf"
#define LOCAL  TREE_DROPIN "/90-local.conf"

static const struct {
	const char *path, *text;
} FILES[] = {
	{ VENDOR, "[default]\n"                           /* 1 */
		  "max_spaces = 100\n"                    /* 2 */
		  "tmp_size = 10%\n"                      /* 3 */
		  "services = sshd login\n"               /* 4 */
		  "[match group=t.students]\n"            /* 5 */
		  "max_spaces = 8\n"                      /* 6 */
		  "network = loopback\n" },               /* 7 */
	{ TREE_MAIN, "# ours\n"                           /* 1 */
		     "[match uid=1000-1999]\n"            /* 2 */
		     "hostname = people\n"                /* 3 */
		     "[default]\n"                        /* 4 */
		     "max_spaces = 32\n"                  /* 5 */
		     "services = su\n"                    /* 6 */
		     "[match service=sshd]\n"             /* 7 */
		     "linger = 5s\n" },                   /* 8 */
	{ LAB, "[match group=t.lab rhost=192.0.2.0/24]\n" /* 1 */
	       "network = host\n"                         /* 2 */
	       "[match group=t.lab]\n"                    /* 3 */
	       "services = cron\n" },                     /* 4 */
	{ STAFF, "[match group=t.staff service=login]\n"  /* 1 */
		 "isolate = audit\n"                      /* 2 */
		 "[match group=t.staff]\n"                /* 3 */
		 "scope = user\n"                         /* 4 */
		 "linger = processes\n" },                /* 5 */
	{ LOCAL, "[match user=t.dave,root]\n"             /* 1 */
		 "isolate = no\n"                         /* 2 */
		 "[match user=t.eve uid=1-100]\n"         /* 3 */
		 "isolate = no\n"                         /* 4 */
		 "[match user=t.bob,t.alice]\n"           /* 5 */
		 "services =\n"                           /* 6 */
		 "services = sshd\n" },                   /* 7 */
};

struct said {
	enum key key;
	const char *value; /* the last item, if it is a list */
	const char *path;  /* NULL: the default */
	unsigned int line;
	size_t count;
};

struct user_case {
	const char *user;
	unsigned long uid;
	const char *service, *rhost;
	bool root_named;
	struct said said[9];
};

static const struct user_case USERS[] = {
	{ "t.alice",
	  1000,
	  "sshd",
	  "198.51.100.7",
	  false,
	  { { KEY_MAX_SPACES, "8", VENDOR, 6, 1 },
	    { KEY_TMP_SIZE, "10%", VENDOR, 3, 1 },
	    { KEY_SERVICES, "sshd", LOCAL, 7, 1 },
	    { KEY_NETWORK, "loopback", VENDOR, 7, 1 },
	    { KEY_HOSTNAME, "people", TREE_MAIN, 3, 1 },
	    { KEY_LINGER, "5s", TREE_MAIN, 8, 1 },
	    { KEY_ISOLATE, "yes", NULL, 0, 1 },
	    { KEY_SCOPE, "login", NULL, 0, 1 },
	    { KEY_NAMESPACES, "net", NULL, 0, 5 } } },
	{ "t.bob",
	  1001,
	  "login",
	  "",
	  false,
	  { { KEY_MAX_SPACES, "8", VENDOR, 6, 1 },
	    { KEY_TMP_SIZE, "10%", VENDOR, 3, 1 },
	    { KEY_SERVICES, "sshd", LOCAL, 7, 1 },
	    { KEY_NETWORK, "loopback", VENDOR, 7, 1 },
	    { KEY_HOSTNAME, "people", TREE_MAIN, 3, 1 },
	    { KEY_LINGER, "none", NULL, 0, 1 },
	    { KEY_ISOLATE, "yes", NULL, 0, 1 },
	    { KEY_DNS, NULL, NULL, 0, 0 },
	    { KEY_HIDE, NULL, NULL, 0, 0 } } },
	{ "t.carol",
	  1500,
	  "login",
	  "192.0.2.9",
	  false,
	  { { KEY_MAX_SPACES, "32", TREE_MAIN, 5, 1 },
	    { KEY_TMP_SIZE, "10%", VENDOR, 3, 1 },
	    { KEY_SERVICES, "cron", LAB, 4, 4 },
	    { KEY_NETWORK, "host", LAB, 2, 1 },
	    { KEY_HOSTNAME, "people", TREE_MAIN, 3, 1 },
	    { KEY_LINGER, "processes", STAFF, 5, 1 },
	    { KEY_ISOLATE, "audit", STAFF, 2, 1 },
	    { KEY_SCOPE, "user", STAFF, 4, 1 },
	    { KEY_NESTED, "new", NULL, 0, 1 } } },
	{ "t.dave",
	  2000,
	  "sshd",
	  "2001:db8::7",
	  true,
	  { { KEY_MAX_SPACES, "32", TREE_MAIN, 5, 1 },
	    { KEY_TMP_SIZE, "10%", VENDOR, 3, 1 },
	    { KEY_SERVICES, "su", TREE_MAIN, 6, 3 },
	    { KEY_NETWORK, "loopback", NULL, 0, 1 },
	    { KEY_HOSTNAME, "%h", NULL, 0, 1 },
	    { KEY_LINGER, "5s", TREE_MAIN, 8, 1 },
	    { KEY_ISOLATE, "no", LOCAL, 2, 1 },
	    { KEY_SCOPE, "login", NULL, 0, 1 },
	    { KEY_ON_ERROR, "deny", NULL, 0, 1 } } },
	{ "t.eve",
	  30000,
	  "sshd",
	  "",
	  false,
	  { { KEY_MAX_SPACES, "32", TREE_MAIN, 5, 1 },
	    { KEY_TMP_SIZE, "10%", VENDOR, 3, 1 },
	    { KEY_SERVICES, "su", TREE_MAIN, 6, 3 },
	    { KEY_NETWORK, "loopback", NULL, 0, 1 },
	    { KEY_HOSTNAME, "%h", NULL, 0, 1 },
	    { KEY_LINGER, "processes", STAFF, 5, 1 },
	    { KEY_ISOLATE, "yes", NULL, 0, 1 },
	    { KEY_SCOPE, "user", STAFF, 4, 1 },
	    { KEY_USER_BUS, "hide", NULL, 0, 1 } } },
};

static void files_write(void)
{
	size_t i;

	for (i = 0; i < COUNT(FILES); i++) {
		tree_write(FILES[i].path, FILES[i].text);
	}
}

static void assert_said(const struct policy *policy, const struct said *said, const char *user)
{
	const struct policy_value *value = &policy->values[said->key];
	const struct policy_item *item;

	if (value->count != said->count) {
		fail_msg("%s: %s has %zu values", user, key_about(said->key)->name, value->count);
	}
	if (said->count == 0) {
		return;
	}
	item = &value->items[value->count - 1];
	if (strcmp(item->text, said->value) != 0 || item->line != said->line) {
		fail_msg("%s: %s = %s (line %u)", user, key_about(said->key)->name, item->text,
			 item->line);
	}
	if (said->path == NULL) {
		assert_null(item->file);
	} else {
		assert_string_equal(item->file, tree_path(said->path));
	}
}

static void five_users(void **state)
{
	size_t i, j;

	(void)state;
	tree_need_root();
	files_write();
	for (i = 0; i < COUNT(USERS); i++) {
		const struct policy_login login = {
			.user = USERS[i].user,
			.uid = (uid_t)USERS[i].uid,
			.service = USERS[i].service,
			.rhost = USERS[i].rhost,
		};
		struct policy *policy;
		struct problem problem;

		if (policy_read(tree_root, &login, &policy, &problem) != 0) {
			fail_msg("%s:%u: %s", problem.file, problem.line, problem.text);
		}
		for (j = 0; j < COUNT(USERS[i].said); j++) {
			assert_said(policy, &USERS[i].said[j], USERS[i].user);
		}
		assert_int_equal(policy->root_named, USERS[i].root_named);
		policy_free(policy);
	}
}

/* The items of a list come from where each was said. */
static void items_keep_their_places(void **state)
{
	const struct policy_login carol = {
		.user = "t.carol", .uid = 1500, .service = "su", .rhost = ""
	};
	static const struct {
		const char *text, *path;
		unsigned int line;
	} wanted[] = {
		{ "sshd", VENDOR, 4 },
		{ "login", VENDOR, 4 },
		{ "su", TREE_MAIN, 6 },
		{ "cron", LAB, 4 },
	};
	struct policy *policy;
	struct problem problem;
	size_t i;

	(void)state;
	tree_need_root();
	files_write();
	assert_int_equal(policy_read(tree_root, &carol, &policy, &problem), 0);
	assert_int_equal(policy->values[KEY_SERVICES].count, COUNT(wanted));
	for (i = 0; i < COUNT(wanted); i++) {
		const struct policy_item *item = &policy->values[KEY_SERVICES].items[i];

		assert_string_equal(item->text, wanted[i].text);
		assert_string_equal(item->file, tree_path(wanted[i].path));
		assert_int_equal(item->line, wanted[i].line);
	}
	policy_free(policy);
}

/* Nobody's group is looked up, nor is any file there. */
static void no_file_at_all(void **state)
{
	const struct policy_login login = { .user = "", .uid = 7, .service = "x", .rhost = "?" };
	struct policy *policy;
	struct problem problem;
	unsigned int key;

	(void)state;
	tree_need_root();
	tree_error = EIO;
	assert_int_equal(policy_read(tree_root, &login, &policy, &problem), 0);
	for (key = 0; key < KEY_COUNT; key++) {
		const struct policy_value *value = &policy->values[key];
		size_t i;

		assert_true(value->count == 1 || key_about((enum key)key)->list);
		for (i = 0; i < value->count; i++) {
			assert_null(value->items[i].file);
			assert_int_equal(value->items[i].line, 0);
		}
	}
	assert_false(policy->root_named);
	policy_free(policy);
	policy_free(NULL);
}

#define HOME_SIZE 256

static int home_read(const char *text, const char *user, uid_t uid, char *home,
		     struct problem *problem)
{
	const struct policy_login login = {
		.user = user, .uid = uid, .service = "sshd", .rhost = ""
	};
	struct policy *policy;
	int err;

	tree_write(TREE_MAIN, text);
	err = policy_read(tree_root, &login, &policy, problem);
	if (err == 0) {
		(void)snprintf(home, HOME_SIZE, "%s",
			       policy->home != NULL ? policy->home : "not looked up");
		policy_free(policy);
	}
	return err;
}

/* It is asked for only when it matters. */
static void the_home_folder(void **state)
{
	static const char own[] = "[default]\nhome = own\n";
	char home[HOME_SIZE] = "";
	struct problem problem;

	(void)state;
	tree_need_root();
	assert_int_equal(home_read(own, "t.bob", 1001, home, &problem), 0);
	assert_string_equal(home, "/home/t.bob");
	assert_int_equal(home_read("[default]\nhide = %h/x\n", "t.bob", 1001, home, &problem), 0);
	assert_string_equal(home, "/home/t.bob");
	assert_int_equal(home_read("[default]\nhide = /%%h\n", "t.bob", 1001, home, &problem), 0);
	assert_string_equal(home, "not looked up");
	/* Who is in the file is not asked for elsewhere. */
	tree_error = EIO;
	assert_int_equal(home_read(own, "root", 0, home, &problem), 0);
	assert_string_equal(home, "/root");
	assert_int_equal(home_read(own, "t.bob", 1001, home, &problem), -EIO);
	assert_non_null(strstr(problem.text, "home folder failed"));
	tree_error = 0;
	assert_int_equal(home_read(own, "t.bob", 1002, home, &problem), -ESTALE);
	assert_non_null(strstr(problem.text, "another uid"));
	assert_int_equal(home_read(own, "t.nobody", 1001, home, &problem), -ESTALE);
	assert_non_null(strstr(problem.text, "no entry"));
	assert_int_equal(home_read("", "t.nobody", 1001, home, &problem), 0);
	assert_string_equal(home, "not looked up");
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(listed_services), IN_TREE(five_users),
		IN_TREE(items_keep_their_places),  IN_TREE(no_file_at_all),
		IN_TREE(the_home_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
