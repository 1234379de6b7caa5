/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lingering.c - how long a space stays when its last owner is gone. Runs in init.
 *
 * The kernel does not tell PID 1 that the last process has gone when that one has a parent outside,
 * so linger = processes looks now and then: soon after something has happened, and ever more rarely
 * while nothing does, so that ten thousand spaces that linger cost nothing.
 */
#include "lingering.h"

#include <time.h>

#define LOOK_FIRST_MS 20
#define LOOK_LAST_MS  20000

void lingering_reset(struct lingering *lingering)
{
	*lingering = (struct lingering){ 0 };
}

static bool time_over(struct lingering *lingering, const struct lingering_about *about)
{
	const int64_t left = lingering->since_ms + (int64_t)about->seconds * 1000 - about->now_ms;

	lingering->timeout_ms = left > INT32_MAX ? INT32_MAX : (int)left;
	return left <= 0;
}

static bool processes_over(struct lingering *lingering, const struct lingering_about *about,
			   bool (*inhabited)(void))
{
	if (!inhabited()) {
		return true;
	}
	if (lingering->timeout_ms == 0 || about->child_died) {
		lingering->timeout_ms = LOOK_FIRST_MS;
	} else {
		lingering->timeout_ms = lingering->timeout_ms < LOOK_LAST_MS / 2
						? lingering->timeout_ms * 2
						: LOOK_LAST_MS;
	}
	return false;
}

bool lingering_over(struct lingering *lingering, const struct lingering_about *about,
		    bool (*inhabited)(void))
{
	if (!lingering->started) {
		lingering->started = true;
		lingering->since_ms = about->now_ms;
	}
	switch (about->rule) {
	case LINGER_PROCESSES:
		return processes_over(lingering, about, inhabited);
	case LINGER_TIME:
		return time_over(lingering, about);
	case LINGER_FOREVER:
		return false;
	default:
		return true;
	}
}

int lingering_timeout_ms(const struct lingering *lingering)
{
	return lingering->timeout_ms > 0 ? lingering->timeout_ms : -1;
}

int64_t lingering_realtime(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec;
}
