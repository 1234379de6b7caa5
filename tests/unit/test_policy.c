/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/policy.c */
/*
 * test_policy.c - the defaults: who gets a space, and which.
 */
#include "policy.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct request request_of(const char *service, uint32_t flags)
{
	struct request request = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.uid = 1234,
		.flags = flags,
		.deadline_ms = 1,
		.user = "alice",
	};

	(void)snprintf(request.service, sizeof(request.service), "%s", service);
	return request;
}

/* A plan is filled with these bytes first, to see whether a decision writes one. */
#define CANARY 0x5a

static void assert_untouched(const struct plan *plan)
{
	unsigned char canary[sizeof(*plan)];

	memset(canary, CANARY, sizeof(canary));
	assert_memory_equal(plan, canary, sizeof(canary));
}

static void listed_services_join(void **state)
{
	static const char *const services[] = {
		"sshd", "login", "su", "su-l", "remote", "loginspace",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		struct request request = request_of(services[i], 0);
		struct plan plan;
		struct decision decision = policy_decide(&request, &plan);

		assert_int_equal(decision.verdict, VERDICT_JOIN);
		assert_int_equal(plan.uid, 1234);
	}
}

static void other_services_are_ignored(void **state)
{
	static const char *const services[] = {
		"systemd-user", "sudo",  "cron",   "sshd2", "ssh",  "SSHD",
		"sshd ",        " sshd", "su-l-x", "su-",   "logi", "login\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		struct request request = request_of(services[i], 0);
		struct decision decision;
		struct plan plan;

		memset(&plan, CANARY, sizeof(plan));
		decision = policy_decide(&request, &plan);
		assert_int_equal(decision.verdict, VERDICT_IGNORE);
		assert_string_equal(decision.reason, POLICY_NOT_LISTED);
		assert_untouched(&plan);
	}
}

static void any_service_is_obeyed(void **state)
{
	struct request request = request_of("cron", REQUEST_ANY_SERVICE);
	struct plan plan;

	(void)state;
	assert_int_equal(policy_decide(&request, &plan).verdict, VERDICT_JOIN);
	assert_int_equal(plan.uid, 1234);
}

/* The module asks this one before it starts the helper; both must give the same answer. */
static void the_module_is_told_the_same(void **state)
{
	static const char *const services[] = {
		"sshd", "login", "su", "su-l", "remote", "loginspace", "cron", "", "sudo",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		struct request request = request_of(services[i], 0);
		struct plan plan;
		const bool joins = policy_decide(&request, &plan).verdict == VERDICT_JOIN;

		assert_int_equal(policy_concerns(services[i]), joins);
	}
}

static void default_plan(void **state)
{
	const uint32_t five =
		CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
	struct request request = request_of("sshd", 0);
	struct plan plan;

	(void)state;
	assert_int_equal(policy_decide(&request, &plan).verdict, VERDICT_JOIN);
	assert_int_equal(plan.namespaces, five);
	assert_int_equal(plan.max_spaces, 64);
	assert_true(plan.private_tmp);
	assert_string_equal(plan.tmp_size, "25%");
	assert_string_equal(plan.hostname, "");
	assert_int_equal(plan.ping_group_low, 0);
	assert_int_equal(plan.ping_group_high, INT32_MAX);
}

static void uids_do_not_mix(void **state)
{
	struct request request = request_of("sshd", 0);
	struct plan first, second;

	(void)state;
	assert_int_equal(policy_decide(&request, &first).verdict, VERDICT_JOIN);
	request.uid = UINT32_MAX - 1;
	assert_int_equal(policy_decide(&request, &second).verdict, VERDICT_JOIN);
	assert_int_equal(first.uid, 1234);
	assert_int_equal(second.uid, UINT32_MAX - 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(listed_services_join),
		cmocka_unit_test(other_services_are_ignored),
		cmocka_unit_test(any_service_is_obeyed),
		cmocka_unit_test(the_module_is_told_the_same),
		cmocka_unit_test(default_plan),
		cmocka_unit_test(uids_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
