/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * charter.h - what a new space is, told to its init, and what a login is, told to any.
 */
#ifndef LOGINSPACE_CHARTER_H
#define LOGINSPACE_CHARTER_H

#include "knock.h"
#include "message.h"
#include "plan.h"

/* charter_owner - the login of REQUEST, as from now. */
void charter_owner(const struct request *request, struct owner_card *ret_card);

/*
 * charter_space - the space UID-NUMBER that PLAN makes for REQUEST on the machine HOST; the fields
 * are those that init keeps. Pure but for the clock.
 */
void charter_space(const struct request *request, const struct plan *plan, uint32_t number,
		   const char *host, struct space_card *ret_card);

/*
 * charter_send - puts KNOCK_CHARTER in front of everything else at the door of the calling
 * process, with the fds OWNER and CHANNEL, which stay the caller's. Returns 0 or a negative errno.
 */
int charter_send(const struct space_card *space, const struct owner_card *card, int owner,
		 int channel);

#endif
