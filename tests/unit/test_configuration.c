/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/policy_read.c lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_files.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/accounts.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * test_configuration.c - which files are read, in which order, and what their lines mean.
 */
#include "configuration.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "count.h"
#include "tree.h"

static void the_list_in_order(void **state)
{
	static const char *const written[] = {
		TREE_DROPIN "/90-z.conf", TREE_DROPIN "/10-a.conf",
		TREE_DROPIN "/A.conf",    TREE_DROPIN "/old.conf.bak",
		TREE_DROPIN "/README",    TREE_DROPIN "/.hidden.conf",
		TREE_DROPIN "/.conf",     TREE_MAIN,
		TREE_VENDOR "/20-b.conf", TREE_VENDOR "/10-a.conf",
		TREE_MAIN ".bak",
	};
	static const char *const wanted[] = {
		TREE_VENDOR "/10-a.conf", TREE_VENDOR "/20-b.conf", TREE_MAIN,
		TREE_DROPIN "/10-a.conf", TREE_DROPIN "/90-z.conf", TREE_DROPIN "/95-link.conf",
		TREE_DROPIN "/A.conf",
	};
	struct configuration_list list = { 0 };
	struct problem problem;
	size_t i;

	(void)state;
	tree_need_root();
	for (i = 0; i < COUNT(written); i++) {
		tree_write(written[i], "");
	}
	/* A link to nowhere is a file somebody meant to be there. */
	assert_int_equal(symlink("/no/such", tree_path(TREE_DROPIN "/95-link.conf")), 0);
	assert_int_equal(configuration_list(tree_root, &list, &problem), 0);
	assert_int_equal(list.count, COUNT(wanted));
	for (i = 0; i < COUNT(wanted); i++) {
		assert_string_equal(list.paths[i], tree_path(wanted[i]));
	}
	configuration_list_free(&list);
	assert_null(list.paths);
}

static void nothing_there(void **state)
{
	static const char *const folders[] = { "",          TREE_DROPIN, "/etc/security", "/etc",
					       TREE_VENDOR, "/usr/lib",  "/usr" };
	struct configuration_list list = { 0 };
	struct problem problem;
	size_t i;

	(void)state;
	tree_need_root();
	for (i = 0; i < COUNT(folders); i++) {
		if (i > 0) {
			assert_int_equal(rmdir(tree_path(folders[i])), 0);
		}
		assert_int_equal(configuration_list(tree_root, &list, &problem), 0);
		assert_int_equal(list.count, 0);
	}
}

/* "Not there" is one thing, "cannot be seen" another. */
static void what_cannot_be_seen(void **state)
{
	struct configuration_list list = { 0 };
	struct problem problem;
	char longer[PATH_MAX];

	(void)state;
	tree_need_root();
	assert_int_equal(rmdir(tree_path(TREE_DROPIN)), 0);
	tree_write(TREE_DROPIN, "");
	assert_int_equal(configuration_list(tree_root, &list, &problem), -ENOTDIR);
	assert_string_equal(problem.file, tree_path(TREE_DROPIN));
	assert_int_equal(remove(tree_path(TREE_DROPIN)), 0);
	assert_int_equal(rmdir(tree_path("/etc/security")), 0);
	tree_write("/etc/security", "");
	assert_int_equal(configuration_list(tree_root, &list, &problem), -ENOTDIR);
	assert_int_equal(remove(tree_path("/etc/security")), 0);

	/* A root folder below which a place would be too long to name. */
	memset(longer, '/', sizeof(longer));
	longer[1500] = '\0';
	assert_int_equal(configuration_list(longer, &list, &problem), -ENAMETOOLONG);
	assert_null(list.paths);
}

static void one_file(void **state)
{
	struct configuration_list list = { 0 };
	struct problem problem;
	char path[TREE_PATH_SIZE];

	(void)state;
	tree_need_root();
	tree_write(TREE_MAIN, "[default]\nscope = user\n");
	tree_write("/any.name", "[default]\n");
	(void)snprintf(path, sizeof(path), "%s", tree_path("/any.name"));
	assert_int_equal(configuration_list(path, &list, &problem), 0);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.paths[0], path);
	configuration_list_free(&list);
}

static void bytes(void **state)
{
	char *data = NULL;
	size_t size = 99;
	struct problem problem;

	(void)state;
	tree_need_root();
	tree_write(TREE_MAIN, "");
	assert_int_equal(configuration_load(tree_path(TREE_MAIN), &data, &size, &problem), 0);
	assert_int_equal(size, 0);
	free(data);
	assert_int_equal(truncate(tree_path(TREE_MAIN), 1 << 20), 0);
	assert_int_equal(configuration_load(tree_path(TREE_MAIN), &data, &size, &problem), 0);
	assert_int_equal(size, 1 << 20);
	free(data);
	data = NULL;
	assert_int_equal(configuration_load(tree_path("/no"), &data, &size, &problem), -ENOENT);
	assert_string_equal(problem.file, tree_path("/no"));
	assert_null(data);
}

/* A policy from a text in memory. */
static struct policy policy_of(struct configuration *configuration, const char *text)
{
	const struct match_login login = {
		.uid = 1000,
		.service = "sshd",
		.names = &configuration->names,
	};
	struct policy policy;
	struct problem problem = { .line = 0 };
	char *data = malloc(strlen(text) + 1);

	assert_non_null(data);
	memcpy(data, text, strlen(text) + 1);
	if (configuration_parse(configuration, "x.conf", data, strlen(text), &problem) != 0 ||
	    configuration_resolve(configuration, &login, &policy, &problem) != 0) {
		fail_msg("%u: %s: %s", problem.line, problem.text, text);
	}
	return policy;
}

/* The items of a list between blanks, "-" when there are none. */
static const char *joined(const struct policy *policy, enum key key)
{
	static char text[400];
	size_t length = 0, i;

	for (i = 0; i < policy->values[key].count; i++) {
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
					   i > 0 ? " " : "", policy->values[key].items[i].text);
		assert_in_range(length, 1, sizeof(text) - 1);
	}
	return i == 0 ? "-" : text;
}

struct meaning {
	const char *text;
	enum key key;
	const char *value;
	unsigned long line; /* of the last item, 0: the default */
};

#define TEN     "aaaaaaaaaa"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct meaning MEANINGS[] = {
	/* Lines. */
	{ "", KEY_SCOPE, "login", 0 },
	{ "\n\n# x\n; y\n \t\n", KEY_SCOPE, "login", 0 },
	{ "[default]", KEY_SCOPE, "login", 0 },
	{ "[default]\nscope = user", KEY_SCOPE, "user", 2 },
	{ "[default]\nscope=user\n", KEY_SCOPE, "user", 2 },
	{ "\t[default]\n   scope  =\tuser \t\n", KEY_SCOPE, "user", 2 },
	{ "[default]\r\nscope = user\r\n", KEY_SCOPE, "user", 2 },
	{ "[default] # all\nscope = user ; why not\n", KEY_SCOPE, "user", 2 },
	{ "[default]\nnested = keep\n  scope = user\n", KEY_NESTED, "keep", 2 },
	{ "[default]\nnested = keep\n\v\f scope = user\n", KEY_SCOPE, "user", 3 },
	{ "# " HUNDRED HUNDRED HUNDRED "\n[default]\nscope = user\n", KEY_SCOPE, "user", 3 },
	{ "[match service=" HUNDRED HUNDRED "," HUNDRED ",sshd]\nscope = user\n", KEY_SCOPE, "user",
	  2 },
	{ "[default]\nhide = /" HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN "aaaaaaaa\n", KEY_HIDE,
	  "/" HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN "aaaaaaaa", 2 },
	{ "[default]\n   hide = /" HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN "aaaaaaaa   \n",
	  KEY_HIDE, "/" HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN "aaaaaaaa", 2 },
	{ "[default]\npublish = 192.0.2.1:80:80\n", KEY_PUBLISH, "192.0.2.1:80:80", 2 },
	{ "[default]\nping_group_range = 1\t 0\n", KEY_PING_GROUP_RANGE, "1\t 0", 2 },
	/* What comes later wins, [default] comes first. */
	{ "[match uid=1000]\nscope = user\n[default]\nscope = login\n", KEY_SCOPE, "user", 2 },
	{ "[match uid=1000]\nnested = keep\n[match uid=1000]\nnested = deny\n", KEY_NESTED, "deny",
	  4 },
	{ "[match uid=1000]\nnested = keep\n[match uid=1001]\nnested = deny\n", KEY_NESTED, "keep",
	  2 },
	/* Lists. */
	{ "", KEY_SERVICES, KEYS_SERVICES, 0 },
	{ "[match uid=1]\nservices = cron\n", KEY_SERVICES, KEYS_SERVICES, 0 },
	{ "[default]\nservices = cron\n", KEY_SERVICES, "cron", 2 },
	{ "[default]\nservices = cron,sshd , su\n", KEY_SERVICES, "cron sshd su", 2 },
	{ "[default]\nservices = cron\nservices = su\n", KEY_SERVICES, "cron su", 3 },
	{ "[default]\nservices = a\n[match uid=1000]\nservices = b\n[match uid=1000]\nservices = c "
	  "d",
	  KEY_SERVICES, "a b c d", 6 },
	{ "[default]\nservices = a\n[match uid=1000]\nservices = b\n[match uid=1]\nservices = c\n",
	  KEY_SERVICES, "a b", 4 },
	{ "[default]\nservices = a\n[match uid=1000]\nservices =\nservices = b\n", KEY_SERVICES,
	  "b", 5 },
	{ "[default]\nservices = a\n[match uid=1000]\nservices = , ,\n", KEY_SERVICES, "-", 0 },
	{ "[default]\nservices =\n", KEY_SERVICES, "-", 0 },
	{ "[default]\nservices = a a\n", KEY_SERVICES, "a a", 2 },
	{ "[default]\nnamespaces = mount pid\n[match uid=1000]\nnamespaces = net\n", KEY_NAMESPACES,
	  "mount pid net", 4 },
	{ "[match uid=1000]\nnamespaces = pid mount\n", KEY_NAMESPACES, "pid mount", 2 },
	/* No list. */
	{ "[default]\ncapabilities = CAP_KILL CAP_CHOWN\n[match uid=1000]\ncapabilities = "
	  "CAP_BPF\n",
	  KEY_CAPABILITIES, "CAP_BPF", 4 },
};

static void meanings(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(MEANINGS); i++) {
		const struct meaning *meaning = &MEANINGS[i];
		struct configuration configuration = { 0 };
		struct policy policy;
		const struct policy_value *value = &policy.values[meaning->key];
		const struct policy_item *last;

		policy = policy_of(&configuration, meaning->text);
		if (strcmp(joined(&policy, meaning->key), meaning->value) != 0) {
			fail_msg("%s-> %s", meaning->text, joined(&policy, meaning->key));
		}
		if (value->count > 0) {
			last = &value->items[value->count - 1];
			assert_int_equal(last->line, meaning->line);
			assert_true((last->file == NULL) == (last->line == 0));
		}
		configuration_free(&configuration);
	}
}

static uint64_t digest_of(const char *text)
{
	struct configuration configuration = { 0 };
	const uint64_t digest = policy_of(&configuration, text).digest;

	configuration_free(&configuration);
	return digest;
}

/* Of keys and values, and of nothing else. */
static void digests(void **state)
{
	static const char *const others[] = {
		"[default]\nscope = user\n",   "[default]\nservices =\n",
		"[default]\nservices = ab\n",  "[default]\nservices = a b\n",
		"[default]\nservices = b a\n", "[default]\nhide = /a\n",
		"[default]\nread_only = /a\n", "[default]\nwritable = /a\n",
	};
	uint64_t seen[COUNT(others) + 1];
	size_t i, j;

	(void)state;
	seen[COUNT(others)] = digest_of("");
	for (i = 0; i < COUNT(others); i++) {
		seen[i] = digest_of(others[i]);
		for (j = 0; j < i; j++) {
			assert_true(seen[i] != seen[j]);
		}
		assert_true(seen[i] != seen[COUNT(others)]);
	}
	assert_true(digest_of("\n\n[match uid=1000]\n# x\nscope = user\n") == seen[0]);
	assert_true(digest_of("[default]\nservices = a\nservices = b\n") == seen[3]);
	assert_true(digest_of("[default]\nscope = login\nnested = new\n") == seen[COUNT(others)]);
	assert_true(digest_of("[match uid=7]\nscope = user\n") == seen[COUNT(others)]);
}

/* Two files, each with one [default]; a name stays where it stands first. */
static void several_files(void **state)
{
	struct configuration configuration = { 0 };
	struct policy policy;
	const struct name *name;

	(void)state;
	policy = policy_of(&configuration, "[match user=a]\n[default]\nscope = user\n");
	assert_string_equal(joined(&policy, KEY_SCOPE), "user");
	policy = policy_of(&configuration, "\n[match user=a,b]\n[default]\nnested = deny\n");
	assert_string_equal(joined(&policy, KEY_SCOPE), "user");
	assert_string_equal(joined(&policy, KEY_NESTED), "deny");
	policy = policy_of(&configuration, "[default]\nscope = login\n");
	assert_string_equal(joined(&policy, KEY_SCOPE), "login");
	assert_int_equal(configuration.names.count, 2);
	name = names_find(&configuration.names, NAMES_USER, "a", 1);
	assert_int_equal(name->line, 1);
	name = names_find(&configuration.names, NAMES_USER, "b", 1);
	assert_int_equal(name->line, 2);
	configuration_free(&configuration);
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

/* A section on top of [default], whoever it is about; a [default] is in already. */
static void previews(void **state)
{
	static const char text[] = "[default]\nhide = /a\n[match user=nobody.knows]\nhide = /b\n"
				   "[match uid=7]\nhide =\n";
	static const size_t wanted[] = { 1, 2, 0 };
	struct configuration configuration = { 0 };
	struct problem problem;
	struct policy policy;
	char *data = strdup(text);
	size_t i;

	(void)state;
	assert_non_null(data);
	assert_int_equal(configuration_parse(&configuration, "x", data, strlen(text), &problem), 0);
	assert_int_equal(configuration_preview(&configuration, NULL, &policy, &problem), 0);
	assert_int_equal(policy.values[KEY_HIDE].count, 1);
	assert_int_equal(configuration.section_count, sizeof(wanted) / sizeof(wanted[0]));
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_int_equal(configuration_preview(&configuration, &configuration.sections[i],
						       &policy, &problem),
				 0);
		assert_int_equal(policy.values[KEY_HIDE].count, wanted[i]);
	}
	configuration_free(&configuration);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_TREE(the_list_in_order),
		IN_TREE(nothing_there),
		IN_TREE(what_cannot_be_seen),
		IN_TREE(one_file),
		IN_TREE(bytes),
		cmocka_unit_test(meanings),
		cmocka_unit_test(digests),
		cmocka_unit_test(several_files),
		cmocka_unit_test(previews),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
