/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lingering.h - how long a space stays when its last owner is gone.
 */
#ifndef LOGINSPACE_LINGERING_H
#define LOGINSPACE_LINGERING_H

#include <stdbool.h>
#include <stdint.h>

#include "plan.h"

struct lingering {
	bool started;
	int64_t since_ms; /* of CLOCK_MONOTONIC */
	int timeout_ms;   /* until the next look; 0: none yet */
};

struct lingering_about {
	enum plan_linger rule;
	uint32_t seconds; /* of LINGER_TIME */
	int64_t now_ms;   /* of CLOCK_MONOTONIC */
	bool child_died;  /* a reason to look again soon */
};

/* lingering_reset - there are owners. */
void lingering_reset(struct lingering *lingering);

/* lingering_over - there are none: is it the end? INHABITED is asked only where it matters. */
bool lingering_over(struct lingering *lingering, const struct lingering_about *about,
		    bool (*inhabited)(void));

/* lingering_timeout_ms - for poll(2): when to ask again; -1: only when something happens. */
int lingering_timeout_ms(const struct lingering *lingering);

/* lingering_realtime - seconds of CLOCK_REALTIME. */
int64_t lingering_realtime(void);

#endif
