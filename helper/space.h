/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space.h - from a plan to a living space.
 */
#ifndef LOGINSPACE_SPACE_H
#define LOGINSPACE_SPACE_H

#include <stdint.h>

#include "message.h"
#include "network.h"
#include "plan.h"
#include "resources.h"

/* What the helper knows when it starts to build; the fds stay the caller's. */
struct space_request {
	const struct request *request;
	const struct plan *plan;
	struct network *network;    /* of network_prepare */
	int registry;               /* of registry_seclude, once a space is to be made */
	int tree;                   /* likewise; -1: not yet */
	uint32_t number;            /* of registry_find */
	int userns;                 /* of userns_make; -1: none */
	int image;                  /* of image_open; -1: init goes on as a copy of the helper */
	int owner;                  /* pidfd of the PAM application, raised (fds.h) */
	struct resources resources; /* of resources_prepare */
	int64_t deadline_ms;        /* of channel_now_ms: the space is ready by then or given up */
	char *title;                /* argv[0], made over into init's name; see ps(1) */
};

/*
 * space_build - one clone3(2) with all the namespaces of the plan; the child sets the space up and
 * becomes its init. The module is told of init (VERDICT_MADE) as soon as there is one, over MODULE,
 * so that it can look at it meanwhile, and end it should we be stopped. Fills *RET_REPLY, the last
 * word, in any case. When its verdict is VERDICT_JOIN, *RET_CHANNEL is the module's end of init's
 * socket, the caller's to close; otherwise it is -1 and the process is dead or dying. VERDICT_DENY
 * with STEP_SHARED and EEXIST: another login of this moment made the space that the user's logins
 * share.
 */
void space_build(const struct space_request *request, int module, struct reply *ret_reply,
		 int *ret_channel);

#endif
