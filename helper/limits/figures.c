/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * figures.c - the limits of a plan as numbers. Pure.
 */
#include "figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of cpu.max, in microseconds: the kernel's default, and systemd's. */
#define PERIOD 100000u
#define SECOND 1000000u

static const struct figure_about ABOUT[FIGURE_COUNT] = {
	[FIGURE_MEMORY] = { "memory_max", "memory", "memory.max", "MemoryMax" },
	[FIGURE_TASKS] = { "tasks_max", "pids", "pids.max", "TasksMax" },
	[FIGURE_CPU] = { "cpu_max", "cpu", "cpu.max", "CPUQuotaPerSecUSec" },
};

const struct figure_about *figure_about(enum figure figure)
{
	return &ABOUT[figure];
}

/* Without a product that could overflow. */
static uint64_t part_of(uint64_t whole, uint32_t percent)
{
	return whole / 100 * percent + whole % 100 * percent / 100;
}

struct figures figures_of(const struct plan_limits *limits, uint64_t memory, uint64_t page)
{
	struct figures figures = { .values = {
					   [FIGURE_MEMORY] = limits->memory,
					   [FIGURE_TASKS] = limits->tasks,
					   [FIGURE_CPU] =
						   (uint64_t)limits->cpu_percent * (SECOND / 100),
				   } };
	uint64_t *bytes = &figures.values[FIGURE_MEMORY];

	if (limits->memory_percent != 0) {
		*bytes = part_of(memory, limits->memory_percent);
	}
	/* As the kernel does; but what is less than a page is a limit all the same. */
	if (limits->memory != 0 || limits->memory_percent != 0) {
		*bytes -= *bytes % page;
		*bytes = *bytes == 0 ? page : *bytes;
	}
	return figures;
}

void figure_text(enum figure figure, uint64_t value, char text[FIGURE_TEXT_SIZE])
{
	if (figure == FIGURE_CPU) {
		(void)snprintf(text, FIGURE_TEXT_SIZE, "%" PRIu64 " %u", value / (SECOND / PERIOD),
			       PERIOD);
	} else {
		(void)snprintf(text, FIGURE_TEXT_SIZE, "%" PRIu64, value);
	}
}

/* A decimal number at *CURSOR, and what stands behind it; "max" is none. */
static bool number_take(const char **cursor, char behind, uint64_t *ret_number)
{
	char *end;

	if (**cursor < '0' || **cursor > '9') {
		return false;
	}
	*ret_number = strtoull(*cursor, &end, 10);
	if (*end != behind) {
		return false;
	}
	*cursor = end + 1;
	return true;
}

bool figure_holds(enum figure figure, uint64_t value, const char *text)
{
	uint64_t quota, period;

	if (figure != FIGURE_CPU) {
		return number_take(&text, '\n', &quota) && quota == value;
	}
	return number_take(&text, ' ', &quota) && number_take(&text, '\n', &period) &&
	       quota < UINT64_MAX / SECOND && period > 0 && quota * SECOND / period == value;
}
