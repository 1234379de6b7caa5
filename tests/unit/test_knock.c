/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/knock.c lib/message.c */
/*
 * test_knock.c - every field of a knock and of its answer out of its range, one at a time.
 */
#include "knock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "knocks.h"

static int check(const struct knock *knock)
{
	return knock_check(knock, sizeof(*knock));
}

static int check_answer(const struct knock_answer *answer)
{
	return knock_answer_check(answer, sizeof(*answer));
}

static const enum knock_kind KINDS[] = { KNOCK_CHARTER, KNOCK_JOIN, KNOCK_SHOW };

#define KINDS_COUNT (sizeof(KINDS) / sizeof(KINDS[0]))

static void good_ones(void **state)
{
	struct knock_answer answer = knock_answer_of(0);
	struct knock knock;
	size_t i;

	(void)state;
	for (i = 0; i < KINDS_COUNT; i++) {
		knock = knock_of(KINDS[i]);
		assert_int_equal(check(&knock), 0);
	}
	knock = knock_of(KNOCK_SHOW);
	knock.index = UINT32_MAX; /* not too many to ask for: there is just no such owner */
	assert_int_equal(check(&knock), 0);
	assert_int_equal(check_answer(&answer), 0);
	answer.owner = (struct owner_card){ 0 }; /* of a space that lingers */
	answer.owners = 0;
	answer.lingers_since = INT64_MAX;
	assert_int_equal(check_answer(&answer), 0);
	answer = knock_answer_of(EUSERS);
	assert_int_equal(check_answer(&answer), 0);
	answer.space = (struct space_card){ 0 }; /* of an init without a charter */
	assert_int_equal(check_answer(&answer), 0);
}

static void size_comes_first(void **state)
{
	struct knock_answer answer = knock_answer_of(0);
	struct knock knock = knock_of(KNOCK_JOIN);

	(void)state;
	knock.magic = 0;
	assert_int_equal(knock_check(&knock, 0), -EMSGSIZE);
	assert_int_equal(knock_check(&knock, sizeof(knock) - 1), -EMSGSIZE);
	assert_int_equal(knock_check(&knock, sizeof(knock) + 1), -EMSGSIZE);
	assert_int_equal(knock_check(&knock, sizeof(answer)), -EMSGSIZE);
	answer.magic = 0;
	assert_int_equal(knock_answer_check(&answer, 0), -EMSGSIZE);
	assert_int_equal(knock_answer_check(&answer, sizeof(answer) - 1), -EMSGSIZE);
	assert_int_equal(knock_answer_check(&answer, sizeof(answer) + 1), -EMSGSIZE);
	assert_int_equal(knock_answer_check(&answer, sizeof(knock)), -EMSGSIZE);
}

/* Also of a message whose fields are out of range: another version may mean them differently. */
static void then_the_header(void **state)
{
	struct knock_answer answer = knock_answer_of(0);
	struct knock knock = knock_of(KNOCK_JOIN);

	(void)state;
	knock.kind = 0;
	knock.magic ^= 1;
	assert_int_equal(check(&knock), -EPROTO);
	knock.magic = MESSAGE_MAGIC;
	knock.version = MESSAGE_VERSION + 1;
	assert_int_equal(check(&knock), -EPROTO);
	knock.version = MESSAGE_VERSION - 1;
	assert_int_equal(check(&knock), -EPROTO);
	answer.error = -1;
	answer.magic = __builtin_bswap32(MESSAGE_MAGIC);
	assert_int_equal(check_answer(&answer), -EPROTO);
	answer.magic = MESSAGE_MAGIC;
	answer.version = MESSAGE_VERSION + 1;
	assert_int_equal(check_answer(&answer), -EPROTO);
}

static void kinds(void **state)
{
	static const uint32_t unknown[] = { 0, KNOCK_SHOW + 1, UINT32_MAX };
	struct knock knock = knock_of(KNOCK_CHARTER);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		knock.kind = unknown[i];
		assert_int_equal(check(&knock), -EINVAL);
	}
	assert_int_equal(knock_fd_count(KNOCK_CHARTER), 2);
	assert_int_equal(knock_fd_count(KNOCK_JOIN), 2);
	assert_int_equal(knock_fd_count(KNOCK_SHOW), 1);
}

static void only_show_has_an_index(void **state)
{
	struct knock knock = knock_of(KNOCK_CHARTER);

	(void)state;
	knock.index = 1;
	assert_int_equal(check(&knock), -EINVAL);
	knock = knock_of(KNOCK_JOIN);
	knock.index = UINT32_MAX;
	assert_int_equal(check(&knock), -EINVAL);
}

struct text {
	char *field;
	size_t size;
	int empty; /* what an empty text in a charter means */
};

/* In every kind: what is read may be shown to somebody. */
static void texts_end(void **state)
{
	struct knock knock;
	const struct text texts[] = {
		{ knock.space.user, sizeof(knock.space.user), -EINVAL },
		{ knock.space.network, sizeof(knock.space.network), 0 },
		{ knock.space.hostname, sizeof(knock.space.hostname), 0 },
		{ knock.space.conf, sizeof(knock.space.conf), 0 },
		{ knock.owner.service, sizeof(knock.owner.service), 0 },
		{ knock.owner.rhost, sizeof(knock.owner.rhost), 0 },
		{ knock.owner.tty, sizeof(knock.owner.tty), 0 },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (k = 0; k < KINDS_COUNT; k++) {
			knock = knock_of(KINDS[k]);
			memset(texts[i].field, 'a', texts[i].size);
			assert_int_equal(check(&knock), -EINVAL);
			texts[i].field[texts[i].size - 1] = '\0';
			assert_int_equal(check(&knock), 0);
		}
		knock = knock_of(KNOCK_CHARTER);
		memset(texts[i].field, 0, texts[i].size);
		assert_int_equal(check(&knock), texts[i].empty);
	}
}

static void texts_of_an_answer_end(void **state)
{
	struct knock_answer answer;
	const struct text texts[] = {
		{ answer.space.user, sizeof(answer.space.user), -EINVAL },
		{ answer.space.network, sizeof(answer.space.network), 0 },
		{ answer.space.hostname, sizeof(answer.space.hostname), 0 },
		{ answer.space.conf, sizeof(answer.space.conf), 0 },
		{ answer.owner.service, sizeof(answer.owner.service), 0 },
		{ answer.owner.rhost, sizeof(answer.owner.rhost), 0 },
		{ answer.owner.tty, sizeof(answer.owner.tty), 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		answer = knock_answer_of(0);
		memset(texts[i].field, 'a', texts[i].size);
		assert_int_equal(check_answer(&answer), -EINVAL);
		answer.error = EUSERS; /* a refusal is no excuse */
		assert_int_equal(check_answer(&answer), -EINVAL);
		texts[i].field[texts[i].size - 1] = '\0';
		assert_int_equal(check_answer(&answer), 0);
		answer.error = 0;
		assert_int_equal(check_answer(&answer), 0);
		memset(texts[i].field, 0, texts[i].size);
		assert_int_equal(check_answer(&answer), texts[i].empty);
	}
}

/* Also out of an answer: what it says is acted on. */
static void assert_unsound(const struct space_card *card)
{
	struct knock_answer answer = knock_answer_of(0);
	struct knock knock = knock_of(KNOCK_CHARTER);

	knock.space = *card;
	assert_int_equal(check(&knock), -EINVAL);
	answer.space = *card;
	assert_int_equal(check_answer(&answer), -EINVAL);
}

static void space_fields(void **state)
{
	const struct space_card good = space_card_of(SCOPE_USER);
	struct space_card card = good;
	struct knock knock = knock_of(KNOCK_CHARTER);

	(void)state;
	card.uid = UINT32_MAX;
	assert_unsound(&card);
	card = good;
	card.number = PLAN_MAX_SPACES_LIMIT;
	assert_unsound(&card);
	card = good;
	card.namespaces = 0;
	assert_unsound(&card);
	card = good;
	card.scope = SCOPE_COUNT;
	assert_unsound(&card);
	card.scope = UINT32_MAX;
	assert_unsound(&card);
	card = good;
	card.linger = LINGER_COUNT;
	assert_unsound(&card);
	card.linger = UINT32_MAX;
	assert_unsound(&card);
	/* And their other ends. */
	knock.space.uid = 0;
	knock.space.number = PLAN_MAX_SPACES_LIMIT - 1;
	knock.space.scope = SCOPE_COUNT - 1;
	knock.space.linger = LINGER_COUNT - 1;
	knock.space.linger_seconds = UINT32_MAX;
	assert_int_equal(check(&knock), 0);
}

static void errors_are_positive(void **state)
{
	struct knock_answer answer = knock_answer_of(-1);

	(void)state;
	assert_int_equal(check_answer(&answer), -EINVAL);
	answer.error = INT32_MIN;
	assert_int_equal(check_answer(&answer), -EINVAL);
	answer.error = INT32_MAX;
	assert_int_equal(check_answer(&answer), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(size_comes_first),
		cmocka_unit_test(then_the_header),
		cmocka_unit_test(kinds),
		cmocka_unit_test(only_show_has_an_index),
		cmocka_unit_test(texts_end),
		cmocka_unit_test(texts_of_an_answer_end),
		cmocka_unit_test(space_fields),
		cmocka_unit_test(errors_are_positive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
