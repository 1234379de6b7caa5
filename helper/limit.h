/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit.h - the step "resources": the limits of a plan as part of a login. See limits/resources.h.
 */
#ifndef LOGINSPACE_LIMIT_H
#define LOGINSPACE_LIMIT_H

#include "message.h"
#include "plan.h"
#include "space.h"

/*
 * limit_prepare - before the clone; does nothing for a plan without limits. Fills SPACE->resources.
 * Returns 0, or a negative errno with the denial in *REPLY.
 */
int limit_prepare(const struct plan *plan, struct space_request *space, struct reply *reply);

/*
 * limit_admit - when *REPLY, the last word, is VERDICT_JOIN: the application into the group of that
 * space. If it cannot go there *REPLY is a denial, *CHANNEL is closed and -1: init sees that nobody
 * takes its socket.
 */
void limit_admit(const struct space_request *space, struct reply *reply, int *channel);

#endif
