/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * share.h - the living space that all logins of a user share.
 */
#ifndef LOGINSPACE_SHARE_H
#define LOGINSPACE_SHARE_H

#include "message.h"
#include "space.h"

enum share {
	SHARE_DONE,    /* *RET_REPLY is the last word */
	SHARE_NONE,    /* there is no such space (any more): one is to be made */
	SHARE_FOREIGN, /* its init is of another version of this program: a space of one's own,
			* as the plan has nothing that only one space of a user can have */
};

/*
 * share_join - finds the space that the logins of the plan's user share, and has its init take our
 * owner in. The module is told of init (VERDICT_FOUND) over MODULE.
 * The last word is VERDICT_JOIN, with the module's end of init's socket in *RET_CHANNEL, or
 * VERDICT_DENY.
 */
enum share share_join(const struct space_request *request, int module, struct reply *ret_reply,
		      int *ret_channel);

/*
 * share_await - after space_build, which filled *REPLY. Where the ports of the plan were another
 * first login's of this moment, which cannot have had the space as long as ours tried, that one's
 * is waited for, and joined as by share_join. Else *REPLY stays as it is.
 */
void share_await(const struct space_request *request, int module, struct reply *reply,
		 int *ret_channel);

#endif
