/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/init/lingering.c */
/*
 * test_lingering.c - when a space without owners ends, and how often it looks.
 */
#include "lingering.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#define START_MS 1000000

/* How often it was asked whether somebody lives there. */
static unsigned int asked;

static bool somebody(void)
{
	asked++;
	return true;
}

static bool nobody(void)
{
	asked++;
	return false;
}

static struct lingering_about about_of(enum plan_linger rule, int64_t now_ms)
{
	return (struct lingering_about){ .rule = rule, .seconds = 60, .now_ms = now_ms };
}

static void at_once_or_never(void **state)
{
	static const struct {
		enum plan_linger rule;
		bool over;
	} rules[] = {
		{ LINGER_NONE, true },
		{ LINGER_FOREVER, false },
		{ LINGER_COUNT, true }, /* what is no rule does not keep a space */
		{ (enum plan_linger)UINT32_MAX, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct lingering linger = { 0 };
		struct lingering_about about = about_of(rules[i].rule, START_MS);

		asked = 0;
		assert_int_equal(lingering_over(&linger, &about, somebody), rules[i].over);
		about.now_ms = INT64_MAX / 2;
		assert_int_equal(lingering_over(&linger, &about, nobody), rules[i].over);
		/* Nothing to wake up for, and nobody to count. */
		assert_int_equal(lingering_timeout_ms(&linger), -1);
		assert_int_equal(asked, 0);
	}
}

static void for_a_time(void **state)
{
	static const struct {
		int64_t at_ms;
		bool over;
		int timeout_ms;
	} looks[] = {
		{ 0, false, 60000 },    { 1, false, 59999 },    { 100, false, 59900 },
		{ 59000, false, 1000 }, { 59999, false, 1 },    { 60000, true, -1 },
		{ 60001, true, -1 },    { 86400000, true, -1 },
	};
	struct lingering linger = { 0 };
	size_t i;

	(void)state;
	asked = 0;
	for (i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		struct lingering_about about = about_of(LINGER_TIME, START_MS + looks[i].at_ms);

		about.child_died = i % 2 == 1; /* makes no difference */
		assert_int_equal(lingering_over(&linger, &about, somebody), looks[i].over);
		assert_int_equal(lingering_timeout_ms(&linger), looks[i].timeout_ms);
	}
	assert_int_equal(asked, 0);
}

static void times_at_their_ends(void **state)
{
	struct lingering linger = { 0 };
	struct lingering_about about = about_of(LINGER_TIME, 0);

	(void)state;
	about.seconds = UINT32_MAX; /* more milliseconds than poll(2) takes: it is asked again */
	assert_false(lingering_over(&linger, &about, somebody));
	assert_int_equal(lingering_timeout_ms(&linger), INT32_MAX);
	about.now_ms = (int64_t)UINT32_MAX * 1000 - 1;
	assert_false(lingering_over(&linger, &about, somebody));
	assert_int_equal(lingering_timeout_ms(&linger), 1);
	about.now_ms++;
	assert_true(lingering_over(&linger, &about, somebody));
	lingering_reset(&linger);
	about.seconds = 0;
	assert_true(lingering_over(&linger, &about, somebody));
}

/* Ever more rarely while nothing happens, but at least every 20 seconds. */
static void back_off(struct lingering *linger)
{
	struct lingering_about about = about_of(LINGER_PROCESSES, START_MS);
	int expected = 20, looks;

	for (looks = 0; looks < 20; looks++) {
		assert_false(lingering_over(linger, &about, somebody));
		assert_int_equal(lingering_timeout_ms(linger), expected);
		about.now_ms += expected;
		expected = expected * 2 > 20000 ? 20000 : expected * 2;
	}
}

static void while_there_are_processes(void **state)
{
	struct lingering_about about = about_of(LINGER_PROCESSES, START_MS);
	struct lingering linger = { 0 };

	(void)state;
	asked = 0;
	back_off(&linger);
	assert_int_equal(asked, 20);
	/* Something has happened: soon again. */
	about.child_died = true;
	assert_false(lingering_over(&linger, &about, somebody));
	assert_int_equal(lingering_timeout_ms(&linger), 20);
	assert_false(lingering_over(&linger, &about, somebody));
	assert_int_equal(lingering_timeout_ms(&linger), 20);
	about.child_died = false;
	assert_false(lingering_over(&linger, &about, somebody));
	assert_int_equal(lingering_timeout_ms(&linger), 40);
	assert_true(lingering_over(&linger, &about, nobody));
}

static void no_processes_at_all(void **state)
{
	struct lingering_about about = about_of(LINGER_PROCESSES, START_MS);
	struct lingering linger = { 0 };

	(void)state;
	assert_true(lingering_over(&linger, &about, nobody));
	about.child_died = true;
	lingering_reset(&linger);
	assert_true(lingering_over(&linger, &about, nobody));
}

/* Somebody has joined and left again: everything from the beginning. */
static void an_owner_in_between(void **state)
{
	struct lingering_about about = about_of(LINGER_TIME, START_MS);
	struct lingering linger = { 0 };

	(void)state;
	assert_int_equal(lingering_timeout_ms(&linger), -1);
	assert_false(lingering_over(&linger, &about, somebody));
	lingering_reset(&linger);
	assert_int_equal(lingering_timeout_ms(&linger), -1);
	about.now_ms += 59000;
	assert_false(lingering_over(&linger, &about, somebody));
	assert_int_equal(lingering_timeout_ms(&linger), 60000);
	lingering_reset(&linger);
	back_off(&linger);
	lingering_reset(&linger);
	back_off(&linger);
}

static void the_clock(void **state)
{
	const int64_t before = (int64_t)time(NULL);
	const int64_t now = lingering_realtime();

	(void)state;
	/* time(2) may be a tick behind clock_gettime(2), never ahead of a later one. */
	assert_true(now >= before && now <= (int64_t)time(NULL) + 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_once_or_never),    cmocka_unit_test(for_a_time),
		cmocka_unit_test(times_at_their_ends), cmocka_unit_test(while_there_are_processes),
		cmocka_unit_test(no_processes_at_all), cmocka_unit_test(an_owner_in_between),
		cmocka_unit_test(the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
