/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/explanation.c admin/json.c admin/text.c lib/keys.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/quote.c -ljson-c */
/*
 * test_explanation.c - the policy of one login in words.
 */
#include "explanation.h"

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
	char *text = explanation_keys(&policy), *line, *rest = text;
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
	struct json_object *all = explanation_json(&ALICE, &decision, &policy), *plan, *list;

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
	struct json_object *all = explanation_json(&ALICE, &decision, NULL);

	(void)state;
	assert_string_equal(json_object_get_string(member(all, "decision")), "deny");
	assert_string_equal(json_object_get_string(member(all, "reason")), "/a:1: x");
	assert_null(member(all, "plan"));
	assert_int_equal(json_object_put(all), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(keys),
		cmocka_unit_test(json),
		cmocka_unit_test(json_without_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
