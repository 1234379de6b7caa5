/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/message.c */
/*
 * test_message.c - every field of every message out of its range, one at a time.
 */
#include "message.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plan.h"
#include "steps.h"

static struct request good_request(void)
{
	return (struct request){
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.uid = 1000,
		.deadline_ms = 9000,
		.user = "alice",
		.service = "sshd",
	};
}

static struct reply good_reply(enum verdict verdict)
{
	struct reply reply = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.verdict = verdict,
	};

	if (verdict == VERDICT_DENY) {
		reply.step = STEP_CLONE;
		reply.error = ENOSPC;
	}
	if (verdict == VERDICT_JOIN || verdict == VERDICT_MADE || verdict == VERDICT_FOUND) {
		reply.namespaces =
			CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
	}
	return reply;
}

static struct word good_word(void)
{
	return (struct word){
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.kind = WORD_JOINED,
	};
}

static int check_request(const struct request *request)
{
	return request_check(request, sizeof(*request));
}

static int check_reply(const struct reply *reply)
{
	return reply_check(reply, sizeof(*reply));
}

static int check_word(const struct word *word)
{
	return word_check(word, sizeof(*word));
}

static void text_set_copies_and_pads(void **state)
{
	char field[8];

	(void)state;
	memset(field, 'x', sizeof(field));
	assert_int_equal(message_text_set(field, sizeof(field), "abc"), 0);
	assert_memory_equal(field, "abc\0\0\0\0\0", sizeof(field));
	memset(field, 'x', sizeof(field));
	assert_int_equal(message_text_set(field, sizeof(field), NULL), 0);
	assert_memory_equal(field, "\0\0\0\0\0\0\0\0", sizeof(field));
	memset(field, 'x', sizeof(field));
	assert_int_equal(message_text_set(field, sizeof(field), ""), 0);
	assert_memory_equal(field, "\0\0\0\0\0\0\0\0", sizeof(field));
}

static void text_set_never_cuts(void **state)
{
	char field[4] = "old";

	(void)state;
	assert_int_equal(message_text_set(field, sizeof(field), "1234"), -ENAMETOOLONG);
	assert_string_equal(field, "old");
	assert_int_equal(message_text_set(field, sizeof(field), "12345"), -ENAMETOOLONG);
	assert_string_equal(field, "old");
	assert_int_equal(message_text_set(field, sizeof(field), "123"), 0);
	assert_string_equal(field, "123");
}

static void request_good(void **state)
{
	struct request request = good_request();

	(void)state;
	assert_int_equal(check_request(&request), 0);
	request.uid = 0; /* root's logins are the policy's to judge */
	request.flags = REQUEST_FLAGS_KNOWN;
	request.deadline_ms = 1;
	assert_int_equal(check_request(&request), 0);
	request.uid = UINT32_MAX - 1;
	request.deadline_ms = UINT32_MAX;
	assert_int_equal(check_request(&request), 0);
}

static void request_size(void **state)
{
	struct request request = good_request();

	(void)state;
	assert_int_equal(request_check(&request, 0), -EMSGSIZE);
	assert_int_equal(request_check(&request, sizeof(request) - 1), -EMSGSIZE);
	assert_int_equal(request_check(&request, sizeof(request) + 1), -EMSGSIZE);
	assert_int_equal(request_check(&request, sizeof(struct word)), -EMSGSIZE);
	/* Size comes first: nothing of a packet of another size is even looked at. */
	request.magic = 0;
	assert_int_equal(request_check(&request, sizeof(request) - 1), -EMSGSIZE);
}

static void request_header(void **state)
{
	struct request request = good_request();

	(void)state;
	request.magic++;
	assert_int_equal(check_request(&request), -EPROTO);
	request = good_request();
	request.magic = __builtin_bswap32(MESSAGE_MAGIC);
	assert_int_equal(check_request(&request), -EPROTO);
	request = good_request();
	request.version++;
	assert_int_equal(check_request(&request), -EPROTO);
	request = good_request();
	request.version = 1;
	assert_int_equal(check_request(&request), -EPROTO);
	/* Another version may mean its fields differently: not "out of range". */
	request.uid = UINT32_MAX;
	assert_int_equal(check_request(&request), -EPROTO);
}

static void request_numbers(void **state)
{
	struct request request = good_request();

	(void)state;
	request.uid = UINT32_MAX;
	assert_int_equal(check_request(&request), -EINVAL);
	request = good_request();
	request.flags = REQUEST_FLAGS_KNOWN + 1u;
	assert_int_equal(check_request(&request), -EINVAL);
	request.flags = 1u << 31;
	assert_int_equal(check_request(&request), -EINVAL);
	request = good_request();
	request.deadline_ms = 0;
	assert_int_equal(check_request(&request), -EINVAL);
}

static void request_texts(void **state)
{
	struct request request;
	const struct {
		char *field;
		size_t size;
		int empty; /* what an empty text means */
	} texts[] = {
		{ request.user, sizeof(request.user), -EINVAL },
		{ request.service, sizeof(request.service), -EINVAL },
		{ request.rhost, sizeof(request.rhost), 0 },
		{ request.tty, sizeof(request.tty), 0 },
		{ request.conf, sizeof(request.conf), 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		request = good_request();
		memset(texts[i].field, 'a', texts[i].size);
		assert_int_equal(check_request(&request), -EINVAL);
		texts[i].field[texts[i].size - 1] = '\0';
		assert_int_equal(check_request(&request), 0);
		memset(texts[i].field, 0, texts[i].size);
		assert_int_equal(check_request(&request), texts[i].empty);
	}
}

static void reply_good(void **state)
{
	struct reply reply = good_reply(VERDICT_DENY);
	unsigned int verdict;

	(void)state;
	assert_int_equal(check_reply(&reply), 0);
	reply.step = STEP_COUNT - 1;
	assert_int_equal(check_reply(&reply), 0);
	for (verdict = VERDICT_DENY; verdict <= VERDICT_AUDIT; verdict++) {
		reply = good_reply((enum verdict)verdict);
		assert_int_equal(check_reply(&reply), 0);
	}
	reply = good_reply(VERDICT_JOIN);
	reply.namespaces = CLONE_NEWNET;
	reply.number = PLAN_MAX_SPACES_LIMIT - 1;
	reply.scope = SCOPE_USER;
	reply.joined = 1;
	assert_int_equal(check_reply(&reply), 0);
}

static void reply_size_and_header(void **state)
{
	struct reply reply = good_reply(VERDICT_JOIN);

	(void)state;
	assert_int_equal(reply_check(&reply, sizeof(reply) - 1), -EMSGSIZE);
	assert_int_equal(reply_check(&reply, sizeof(reply) + 1), -EMSGSIZE);
	assert_int_equal(reply_check(&reply, 0), -EMSGSIZE);
	reply.magic = 0;
	assert_int_equal(check_reply(&reply), -EPROTO);
	assert_int_equal(reply_check(&reply, sizeof(reply) - 1), -EMSGSIZE);
	reply = good_reply(VERDICT_JOIN);
	reply.version = MESSAGE_VERSION + 1;
	assert_int_equal(check_reply(&reply), -EPROTO);
}

static void reply_ranges(void **state)
{
	struct reply reply = good_reply(VERDICT_DENY);

	(void)state;
	reply.step = STEP_COUNT;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply.step = UINT32_MAX;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply = good_reply(VERDICT_DENY);
	memset(reply.detail, 'a', sizeof(reply.detail));
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply.detail[sizeof(reply.detail) - 1] = '\0';
	assert_int_equal(check_reply(&reply), 0);
	reply = good_reply(VERDICT_DENY);
	reply.verdict = 0;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply.verdict = VERDICT_AUDIT + 1;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply.verdict = UINT32_MAX;
	assert_int_equal(check_reply(&reply), -EINVAL);
}

static void reply_deny_fields(void **state)
{
	struct reply reply = good_reply(VERDICT_DENY);

	(void)state;
	reply.error = 0;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply.error = -ENOSPC;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply = good_reply(VERDICT_DENY);
	reply.step = STEP_NONE;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply = good_reply(VERDICT_DENY);
	reply.namespaces = CLONE_NEWNET;
	assert_int_equal(check_reply(&reply), -EINVAL);
}

/* The verdicts that let in, or announce something, without a space. */
static void reply_fields_of_no_space(void **state)
{
	static const enum verdict verdicts[] = { VERDICT_IGNORE, VERDICT_AUDIT, VERDICT_LENIENT };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		struct reply reply = good_reply(verdicts[i]);

		reply.error = 1;
		assert_int_equal(check_reply(&reply), -EINVAL);
		reply.error = -1;
		assert_int_equal(check_reply(&reply), -EINVAL);
		reply = good_reply(verdicts[i]);
		reply.namespaces = CLONE_NEWNET;
		assert_int_equal(check_reply(&reply), -EINVAL);
	}
}

static void reply_fields_of_a_space(void **state)
{
	static const enum verdict verdicts[] = { VERDICT_MADE, VERDICT_FOUND, VERDICT_JOIN };
	static const uint32_t foreign[] = {
		CLONE_NEWTIME, CLONE_THREAD, CLONE_VM, 1u << 31, 1u,
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		struct reply reply = good_reply(verdicts[i]);

		reply.error = 1;
		assert_int_equal(check_reply(&reply), -EINVAL);
		reply = good_reply(verdicts[i]);
		reply.namespaces = 0;
		assert_int_equal(check_reply(&reply), -EINVAL);
		for (k = 0; k < sizeof(foreign) / sizeof(foreign[0]); k++) {
			reply = good_reply(verdicts[i]);
			reply.namespaces |= foreign[k];
			assert_int_equal(check_reply(&reply), -EINVAL);
			reply.namespaces = foreign[k];
			assert_int_equal(check_reply(&reply), -EINVAL);
		}
	}
}

/* What goes into a message comes out of it. */
static void restrictions_travel(void **state)
{
	const struct restrictions sent = { .capabilities = UINT64_C(1) << 40 | 1u,
					   .no_new_privs = true,
					   .filter = true };
	struct restriction_words words = message_restrictions(&sent);
	struct restrictions got = restrictions_of(&words);

	(void)state;
	assert_true(restriction_words_valid(&words));
	assert_true(got.capabilities == sent.capabilities);
	assert_true(got.no_new_privs);
	assert_true(got.filter);
	words = message_restrictions(&(struct restrictions){ .capabilities = UINT64_MAX });
	got = restrictions_of(&words);
	assert_true(got.capabilities == RESTRICT_CAPABILITIES_ALL);
	assert_false(got.no_new_privs);
	assert_false(got.filter);
}

/* Only a space comes with them, and each in its range. */
static void reply_restrictions(void **state)
{
	static const enum verdict without[] = { VERDICT_DENY,    VERDICT_IGNORE, VERDICT_AUDIT,
						VERDICT_LENIENT, VERDICT_MADE,   VERDICT_FOUND };
	struct reply reply = good_reply(VERDICT_JOIN);
	size_t i;

	(void)state;
	reply.restrictions.capabilities = UINT64_MAX;
	reply.restrictions.no_new_privs = 1;
	reply.restrictions.filter = 1;
	assert_int_equal(check_reply(&reply), 0);
	reply.restrictions.no_new_privs = 2;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply.restrictions.no_new_privs = 0;
	reply.restrictions.filter = UINT32_MAX;
	assert_int_equal(check_reply(&reply), -EINVAL);
	for (i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		reply = good_reply(without[i]);
		reply.restrictions.capabilities = 1;
		assert_int_equal(check_reply(&reply), -EINVAL);
		reply = good_reply(without[i]);
		reply.restrictions.no_new_privs = 1;
		assert_int_equal(check_reply(&reply), -EINVAL);
		reply = good_reply(without[i]);
		reply.restrictions.filter = 1;
		assert_int_equal(check_reply(&reply), -EINVAL);
	}
}

static void reply_join_fields(void **state)
{
	struct reply reply = good_reply(VERDICT_JOIN);

	(void)state;
	reply.number = PLAN_MAX_SPACES_LIMIT;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply = good_reply(VERDICT_JOIN);
	reply.scope = SCOPE_COUNT;
	assert_int_equal(check_reply(&reply), -EINVAL);
	reply = good_reply(VERDICT_JOIN);
	reply.joined = 2;
	assert_int_equal(check_reply(&reply), -EINVAL);
}

static void reply_fds(void **state)
{
	(void)state;
	assert_int_equal(reply_fd_count(VERDICT_JOIN), 1);
	assert_int_equal(reply_fd_count(VERDICT_MADE), 1);
	assert_int_equal(reply_fd_count(VERDICT_FOUND), 1);
	assert_int_equal(reply_fd_count(VERDICT_DENY), 0);
	assert_int_equal(reply_fd_count(VERDICT_IGNORE), 0);
	assert_int_equal(reply_fd_count(VERDICT_LENIENT), 0);
	assert_int_equal(reply_fd_count(VERDICT_AUDIT), 0);
}

static void words(void **state)
{
	struct word word = good_word();

	(void)state;
	assert_int_equal(check_word(&word), 0);
	word.kind = WORD_CLOSE;
	assert_int_equal(check_word(&word), 0);
	word.kind = 0;
	assert_int_equal(check_word(&word), -EINVAL);
	word.kind = WORD_CLOSE + 1;
	assert_int_equal(check_word(&word), -EINVAL);
	word.kind = UINT32_MAX;
	assert_int_equal(check_word(&word), -EINVAL);
	word = good_word();
	word.magic ^= 1;
	assert_int_equal(check_word(&word), -EPROTO);
	word = good_word();
	word.version = 0;
	assert_int_equal(check_word(&word), -EPROTO);
	word = good_word();
	assert_int_equal(word_check(&word, sizeof(word) - 1), -EMSGSIZE);
	assert_int_equal(word_check(&word, sizeof(word) + 1), -EMSGSIZE);
	assert_int_equal(word_check(&word, 0), -EMSGSIZE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_set_copies_and_pads),
		cmocka_unit_test(text_set_never_cuts),
		cmocka_unit_test(request_good),
		cmocka_unit_test(request_size),
		cmocka_unit_test(request_header),
		cmocka_unit_test(request_numbers),
		cmocka_unit_test(request_texts),
		cmocka_unit_test(reply_good),
		cmocka_unit_test(reply_size_and_header),
		cmocka_unit_test(reply_ranges),
		cmocka_unit_test(reply_deny_fields),
		cmocka_unit_test(reply_fields_of_no_space),
		cmocka_unit_test(reply_fields_of_a_space),
		cmocka_unit_test(restrictions_travel),
		cmocka_unit_test(reply_restrictions),
		cmocka_unit_test(reply_join_fields),
		cmocka_unit_test(reply_fds),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
