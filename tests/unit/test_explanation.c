/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/effect.c admin/explanation.c admin/explanation_mounts.c admin/json.c admin/table.c admin/text.c lib/keys.c lib/path.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/quote.c -ljson-c */
/*
 * test_explanation.c - the policy of one login in words.
 */
#include "explanation.h"
#include "explanation_mounts.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct policy_login ALICE = {
	.user = "alice",
	.uid = 2001,
	.service = "sshd",
	.rhost = "10.1.2.3",
};

static void head_is(const struct policy_login *login, enum verdict verdict, const char *reason,
		    const char *wanted)
{
	struct decision decision = { .verdict = verdict };
	char *head;

	(void)strncpy(decision.reason, reason, sizeof(decision.reason) - 1);
	head = explanation_head(login, &decision);
	assert_string_equal(head, wanted);
	free(head);
}

static void heads(void **state)
{
	static const struct policy_login odd = {
		.user = "a\nb",
		.uid = 1,
		.service = "su -",
		.rhost = "",
	};

	(void)state;
	head_is(&ALICE, VERDICT_JOIN, "", "alice over sshd from 10.1.2.3: gets a space\n");
	head_is(&ALICE, VERDICT_IGNORE, POLICY_NOT_LISTED,
		"alice over sshd from 10.1.2.3: is let in as is: service is not listed\n");
	head_is(&ALICE, VERDICT_AUDIT, "scope=login",
		"alice over sshd from 10.1.2.3: is let in as is, and logged: scope=login\n");
	head_is(&ALICE, VERDICT_DENY, "/a:1: x",
		"alice over sshd from 10.1.2.3: is denied: /a:1: x\n");
	head_is(&odd, VERDICT_DENY, "bad\033",
		"\"a\\x0ab\" over \"su -\", a local login: is denied: \"bad\\x1b\"\n");
}

static struct policy_item SERVICES[] = {
	{ .text = "sshd", .file = "/etc/a.conf", .line = 3 },
	{ .text = "su", .file = "/etc/b.conf", .line = 12 },
};

static struct policy_item SCOPE[] = { { .text = "user", .file = "/etc/b.conf", .line = 7 } };
static struct policy_item LINGER[] = { { .text = "none" } };

/* Three keys have values, the others none. */
static struct policy policy_of(void)
{
	struct policy policy = { 0 };

	policy.values[KEY_SERVICES] = (struct policy_value){ .items = SERVICES, .count = 2 };
	policy.values[KEY_SCOPE] = (struct policy_value){ .items = SCOPE, .count = 1 };
	policy.values[KEY_LINGER] = (struct policy_value){ .items = LINGER, .count = 1 };
	return policy;
}

static void keys(void **state)
{
	const struct policy policy = policy_of();
	char *text = explanation_keys(&policy, NULL), *line, *rest = text;
	size_t lines = 0;

	(void)state;
	assert_non_null(strstr(text, "\nservices = sshd                              "
				     "/etc/a.conf:3\nservices = su                                "
				     "/etc/b.conf:12\n"));
	assert_non_null(strstr(text, "\nscope = user                                 "
				     "/etc/b.conf:7\n"));
	assert_non_null(strstr(text, "\nlinger = none                                (default)\n"));
	assert_non_null(strstr(text, "\npublish =\n"));
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		lines++;
	}
	assert_int_equal(lines, KEY_COUNT + 1);
	free(text);
}

static struct json_object *member(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	assert_true(json_object_object_get_ex(object, key, &value));
	return value;
}

static void json(void **state)
{
	const struct decision decision = { .verdict = VERDICT_JOIN };
	const struct policy policy = policy_of();
	struct json_object *all = explanation_json(&ALICE, &decision, &policy, NULL), *plan, *list;

	(void)state;
	assert_string_equal(json_object_get_string(member(all, "user")), "alice");
	assert_int_equal(json_object_get_int64(member(all, "uid")), 2001);
	assert_string_equal(json_object_get_string(member(all, "service")), "sshd");
	assert_string_equal(json_object_get_string(member(all, "rhost")), "10.1.2.3");
	assert_string_equal(json_object_get_string(member(all, "decision")), "space");
	assert_null(member(all, "reason"));
	plan = member(all, "plan");
	assert_int_equal(json_object_object_length(plan), KEY_COUNT);
	assert_string_equal(json_object_get_string(member(member(plan, "scope"), "value")), "user");
	list = member(member(plan, "services"), "items");
	assert_int_equal(json_object_array_length(list), 2);
	assert_string_equal(json_object_get_string(json_object_array_get_idx(list, 1)), "su");
	list = member(member(plan, "services"), "origins");
	assert_int_equal(json_object_get_int64(member(json_object_array_get_idx(list, 1), "line")),
			 12);
	list = member(member(plan, "linger"), "origins");
	assert_null(member(json_object_array_get_idx(list, 0), "file"));
	assert_null(member(json_object_array_get_idx(list, 0), "line"));
	assert_int_equal(json_object_put(all), 1);
}

static void json_without_policy(void **state)
{
	const struct decision decision = { .verdict = VERDICT_DENY, .reason = "/a:1: x" };
	struct json_object *all = explanation_json(&ALICE, &decision, NULL, NULL);

	(void)state;
	assert_string_equal(json_object_get_string(member(all, "decision")), "deny");
	assert_string_equal(json_object_get_string(member(all, "reason")), "/a:1: x");
	assert_null(member(all, "plan"));
	assert_int_equal(json_object_put(all), 1);
}

/* A plan with all namespaces does what these keys say; without net and with a hidden bus it does not. */
static void effects(void **state)
{
	static struct policy_item network[] = { { .text = "loopback" } };
	static struct policy_item bus[] = { { .text = "keep", .file = "/etc/a.conf", .line = 9 } };
	static struct plan_mount mounts[] = {
		{ .kind = MOUNT_HIDE, .target = "/run/dbus", .about = "hide = /run/dbus (/a:1)" },
	};
	struct plan plan = {
		.namespaces = CLONE_NEWNET | CLONE_NEWUTS,
		.network = "loopback",
	};
	struct policy policy = policy_of();
	struct json_object *all;
	char *text;

	(void)state;
	policy.values[KEY_NETWORK] = (struct policy_value){ .items = network, .count = 1 };
	policy.values[KEY_SYSTEM_BUS] = (struct policy_value){ .items = bus, .count = 1 };
	text = explanation_keys(&policy, &plan);
	assert_null(strstr(text, "in effect"));
	free(text);
	plan.namespaces = CLONE_NEWUTS;
	(void)strcpy(plan.network, "host");
	plan.mounts = mounts;
	plan.mount_count = 1;
	text = explanation_keys(&policy, &plan);
	assert_non_null(strstr(text, "(default) (in effect: host, because net is not among the "
				     "namespaces)\n"));
	assert_non_null(strstr(text, "/etc/a.conf:9 (in effect: hide, because hide = /run/dbus "
				     "(/a:1))\n"));
	free(text);
	all = explanation_json(&ALICE, &(struct decision){ .verdict = VERDICT_JOIN }, &policy,
			       &plan);
	assert_string_equal(
		json_object_get_string(member(member(member(all, "plan"), "network"), "in_effect")),
		"host");
	assert_int_equal(json_object_object_length(member(member(all, "plan"), "scope")), 2);
	assert_int_equal(json_object_array_length(member(all, "mounts")), 1);
	assert_int_equal(json_object_put(all), 1);
}

static void mount_table(void **state)
{
	static struct plan_mount mounts[] = {
		{ .kind = MOUNT_KEEP, .optional = true, .target = "/home", .about = "system = ro" },
		{ .kind = MOUNT_BIND, .target = "/mnt", .source = "/o t", .about = "bind (/a:2)" },
		{ .kind = MOUNT_TMPFS, .target = "/x\n", .size = "1m", .about = "tmpfs" },
		{ .kind = MOUNT_RUNTIME,
		  .optional = true,
		  .target = "/run/user",
		  .size = "25%",
		  .about = "user_bus = hide" },
	};
	const struct plan plan = { .mounts = mounts, .mount_count = 4 };
	struct json_object *list = explanation_mounts_json(&plan), *item;
	char *text = explanation_mounts(&plan);

	(void)state;
	assert_string_equal(text,
			    "TARGET     KIND     SOURCE  FLAGS              BECAUSE\n"
			    "/home      keep     -       optional           system = ro\n"
			    "/mnt       bind     /o t    -                  bind (/a:2)\n"
			    "\"/x\\x0a\"   tmpfs    -       size=1m            tmpfs\n"
			    "/run/user  runtime  -       optional,size=25%  user_bus = hide\n");
	free(text);
	item = json_object_array_get_idx(list, 1);
	assert_string_equal(json_object_get_string(member(item, "target")), "/mnt");
	assert_string_equal(json_object_get_string(member(item, "kind")), "bind");
	assert_string_equal(json_object_get_string(member(item, "source")), "/o t");
	assert_null(member(item, "size"));
	assert_false(json_object_get_boolean(member(item, "optional")));
	assert_string_equal(json_object_get_string(member(item, "because")), "bind (/a:2)");
	assert_null(member(json_object_array_get_idx(list, 0), "source"));
	assert_int_equal(json_object_put(list), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),   cmocka_unit_test(keys),
		cmocka_unit_test(json),    cmocka_unit_test(json_without_policy),
		cmocka_unit_test(effects), cmocka_unit_test(mount_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
