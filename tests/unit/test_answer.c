/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/answer.c lib/message.c */
/*
 * test_answer.c - every answer of the helper is one that the module's reply_check lets through.
 */
#include "answer.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "steps.h"

/* Filled with rubbish first: an answer owes nothing to what was there. */
static struct reply rubbish(void)
{
	struct reply reply;

	memset(&reply, 0x5a, sizeof(reply));
	return reply;
}

static void denials(void **state)
{
	struct reply reply = rubbish();

	(void)state;
	answer_deny(&reply, STEP_REGISTRY, -EPERM, "words");
	assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
	assert_int_equal(reply.verdict, VERDICT_DENY);
	assert_int_equal(reply.step, STEP_REGISTRY);
	assert_int_equal(reply.error, EPERM);
	assert_int_equal(reply.namespaces, 0);
	assert_int_equal(reply.number, 0);
	assert_string_equal(reply.detail, "words");
}

static void every_step_can_be_denied(void **state)
{
	unsigned int step;

	(void)state;
	for (step = STEP_NONE + 1; step < STEP_COUNT; step++) {
		struct reply reply = rubbish();

		answer_deny(&reply, step, -EIO, "");
		assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
		assert_int_equal(reply.step, step);
		assert_string_equal(reply.detail, "");
	}
}

static void assert_explained(unsigned int step, int err, const char *part)
{
	struct reply reply = rubbish();

	answer_deny(&reply, step, err, "");
	assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
	if (part == NULL) {
		assert_string_equal(reply.detail, "");
		return;
	}
	assert_non_null(strstr(reply.detail, part));
	/* Not cut: the field has room to spare. */
	assert_in_range(strlen(reply.detail), 10, sizeof(reply.detail) - 2);
	/* Words that were given are better than ours. */
	answer_deny(&reply, step, err, "given");
	assert_string_equal(reply.detail, "given");
}

static void kernels_that_lack_things(void **state)
{
	(void)state;
	assert_explained(STEP_MQUEUE, -ENOSYS, "5.14");
	assert_explained(STEP_SYS, -EOPNOTSUPP, "5.14");
	assert_explained(STEP_CLONE, -ENOSYS, "5.14");
	assert_explained(STEP_CLONE, -EINVAL, "clone3");
	assert_explained(STEP_CLONE, -ENOSPC, "namespaces(7)");
	/* The same errnos mean something else elsewhere. */
	assert_explained(STEP_TMP, -EINVAL, NULL);
	assert_explained(STEP_TMP, -ENOSPC, NULL);
	assert_explained(STEP_CLONE, -EPERM, NULL);
}

static void long_details_are_cut(void **state)
{
	char text[2 * MESSAGE_DETAIL_SIZE];
	struct reply reply = rubbish();

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	answer_deny(&reply, STEP_TMP, -EIO, text);
	assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
	assert_int_equal(strlen(reply.detail), sizeof(reply.detail) - 1);
	answer_let_in(&reply, VERDICT_IGNORE, "%s%n");
	assert_string_equal(reply.detail, "%s%n");
}

static void letting_in(void **state)
{
	static const enum verdict verdicts[] = { VERDICT_IGNORE, VERDICT_AUDIT };
	char text[2 * MESSAGE_DETAIL_SIZE];
	size_t i;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		struct reply reply = rubbish();

		answer_let_in(&reply, verdicts[i], "service is not listed");
		assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
		assert_int_equal(reply.verdict, verdicts[i]);
		assert_int_equal(reply.error, 0);
		assert_string_equal(reply.detail, "service is not listed");
		answer_let_in(&reply, verdicts[i], text);
		assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
		assert_int_equal(strlen(reply.detail), sizeof(reply.detail) - 1);
	}
}

static void lenient(void **state)
{
	struct reply reply = rubbish();

	(void)state;
	answer_lenient(&reply);
	assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
	assert_int_equal(reply.verdict, VERDICT_LENIENT);
	assert_int_equal(reply.error, 0);
	assert_string_equal(reply.detail, "");
}

static void an_init(void **state)
{
	static const enum verdict verdicts[] = { VERDICT_MADE, VERDICT_FOUND };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		struct reply reply = rubbish();

		answer_init(&reply, verdicts[i], CLONE_NEWNET | CLONE_NEWPID);
		assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
		assert_int_equal(reply.verdict, verdicts[i]);
		assert_int_equal(reply.namespaces, CLONE_NEWNET | CLONE_NEWPID);
		assert_int_equal(reply.error, 0);
		assert_int_equal(reply.number, 0);
	}
}

static void joining(void **state)
{
	const struct space_card space = {
		.uid = 1000,
		.number = 7,
		.namespaces = CLONE_NEWNET | CLONE_NEWPID,
		.scope = SCOPE_USER,
		.user = "alice",
		.network = "loopback",
	};
	const struct restrictions restrictions = {
		.capabilities = 1u << 13,
		.no_new_privs = true,
		.filter = true,
	};
	struct reply reply = rubbish();

	(void)state;
	answer_join(&reply, &space, &restrictions, true);
	assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
	assert_int_equal(reply.verdict, VERDICT_JOIN);
	assert_int_equal(reply.namespaces, CLONE_NEWNET | CLONE_NEWPID);
	assert_int_equal(reply.number, 7);
	assert_int_equal(reply.scope, SCOPE_USER);
	assert_int_equal(reply.joined, 1);
	assert_int_equal(reply.step, STEP_NONE);
	assert_string_equal(reply.detail, "loopback");
	assert_true(reply.restrictions.capabilities == 1u << 13);
	assert_int_equal(reply.restrictions.no_new_privs, 1);
	assert_int_equal(reply.restrictions.filter, 1);
	reply = rubbish();
	answer_join(&reply, &space, &(struct restrictions){ .no_new_privs = false }, false);
	assert_int_equal(reply_check(&reply, sizeof(reply)), 0);
	assert_int_equal(reply.joined, 0);
	assert_true(reply.restrictions.capabilities == 0);
	assert_int_equal(reply.restrictions.no_new_privs, 0);
	assert_int_equal(reply.restrictions.filter, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(denials),
		cmocka_unit_test(every_step_can_be_denied),
		cmocka_unit_test(kernels_that_lack_things),
		cmocka_unit_test(long_details_are_cut),
		cmocka_unit_test(letting_in),
		cmocka_unit_test(lenient),
		cmocka_unit_test(an_init),
		cmocka_unit_test(joining),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
