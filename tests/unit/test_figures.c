/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/limits/figures.c */
/*
 * test_figures.c - limits as numbers, as what is written to the kernel's files, and as what is read
 * there.
 */
#include "figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "count.h"

#define PAGE UINT64_C(4096)
#define GIB  (UINT64_C(1) << 30)

static uint64_t memory_of(const struct plan_limits *limits, uint64_t machine)
{
	return figures_of(limits, machine, PAGE).values[FIGURE_MEMORY];
}

static void memory(void **state)
{
	(void)state;
	assert_true(memory_of(&(struct plan_limits){ 0 }, GIB) == 0);
	assert_true(memory_of(&(struct plan_limits){ .memory = 4 * GIB }, GIB) == 4 * GIB);
	assert_true(memory_of(&(struct plan_limits){ .memory = 5000 }, GIB) == PAGE);
	assert_true(memory_of(&(struct plan_limits){ .memory = 1024 }, GIB) == PAGE);
	assert_true(memory_of(&(struct plan_limits){ .memory_percent = 50 }, GIB) == GIB / 2);
	assert_true(memory_of(&(struct plan_limits){ .memory_percent = 100 }, GIB) == GIB);
	/* 10737418.24, in whole pages. */
	assert_true(memory_of(&(struct plan_limits){ .memory_percent = 1 }, GIB) == 10735616);
	assert_true(memory_of(&(struct plan_limits){ .memory_percent = 99 }, UINT64_MAX - PAGE) >
		    UINT64_MAX / 100 * 98);
}

static void others(void **state)
{
	const struct plan_limits limits = { .tasks = 100, .cpu_percent = 150 };
	const struct figures figures = figures_of(&limits, GIB, PAGE);

	(void)state;
	assert_true(figures.values[FIGURE_MEMORY] == 0);
	assert_true(figures.values[FIGURE_TASKS] == 100);
	assert_true(figures.values[FIGURE_CPU] == 1500000);
}

static void texts(void **state)
{
	char text[FIGURE_TEXT_SIZE];

	(void)state;
	figure_text(FIGURE_MEMORY, 4 * GIB, text);
	assert_string_equal(text, "4294967296");
	figure_text(FIGURE_TASKS, 100, text);
	assert_string_equal(text, "100");
	figure_text(FIGURE_CPU, 1500000, text);
	assert_string_equal(text, "150000 100000");
	figure_text(FIGURE_CPU, 10000, text); /* 1%: the least that the kernel takes is 1000 */
	assert_string_equal(text, "1000 100000");
}

static const struct {
	uint64_t value;
	const char *text;
	enum figure figure;
	bool holds;
} HELD[] = {
	{ 8192, "8192\n", FIGURE_MEMORY, true },
	{ 8192, "4096\n", FIGURE_MEMORY, false },
	{ 8192, "81920\n", FIGURE_MEMORY, false },
	{ 8192, "max\n", FIGURE_MEMORY, false },
	{ 8192, "", FIGURE_MEMORY, false },
	{ 8192, "8192", FIGURE_MEMORY, false },
	{ 100, "100\n", FIGURE_TASKS, true },
	{ 100, "max\n", FIGURE_TASKS, false },
	{ 1500000, "150000 100000\n", FIGURE_CPU, true },
	{ 1500000, "15000 10000\n", FIGURE_CPU, true },
	{ 1500000, "150000 10000\n", FIGURE_CPU, false },
	{ 1500000, "max 100000\n", FIGURE_CPU, false },
	{ 1500000, "150000\n", FIGURE_CPU, false },
	{ 1500000, "150000 0\n", FIGURE_CPU, false },
};

static void held(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(HELD); i++) {
		if (figure_holds(HELD[i].figure, HELD[i].value, HELD[i].text) != HELD[i].holds) {
			fail_msg("%s: %s", figure_about(HELD[i].figure)->key, HELD[i].text);
		}
	}
}

/* What is written is what has to be read back. */
static void round_trip(void **state)
{
	const uint64_t values[FIGURE_COUNT] = { 12288, 7, 330000 };
	unsigned int i;

	(void)state;
	for (i = 0; i < FIGURE_COUNT; i++) {
		char text[FIGURE_TEXT_SIZE], line[FIGURE_TEXT_SIZE + 1];

		figure_text((enum figure)i, values[i], text);
		(void)snprintf(line, sizeof(line), "%s\n", text);
		assert_true(figure_holds((enum figure)i, values[i], line));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory), cmocka_unit_test(others),     cmocka_unit_test(texts),
		cmocka_unit_test(held),   cmocka_unit_test(round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
