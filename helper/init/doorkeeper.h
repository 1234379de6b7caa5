/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doorkeeper.h - init's side of its door, see knock.h.
 */
#ifndef LOGINSPACE_DOORKEEPER_H
#define LOGINSPACE_DOORKEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "knock.h"
#include "owners.h"

struct doorkeeper {
	bool chartered; /* space holds what the space is */
	struct space_card space;
	struct owners owners;
	int64_t lingers_since; /* seconds of CLOCK_REALTIME; 0: there are owners */
};

/*
 * doorkeeper_hear - reads one knock, if there is one, and answers it. A knock that did not come
 * from uid 0 is dropped with its fds; one that makes no sense is answered with EPROTO. Returns
 * false when there was none.
 */
bool doorkeeper_hear(struct doorkeeper *keeper, int door);

#endif
