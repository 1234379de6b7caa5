/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * charter.c - what a new space is, told to its init. Runs in the helper (charter_owner) and in its
 * child before anybody else can know of the space.
 */
#include "charter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "channel.h"
#include "hostname.h"
#include "init_fds.h"
#include "space_id.h"

static int64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_REALTIME, &time);
	return (int64_t)time.tv_sec;
}

/* The fields have the sizes of those they are copied from, and request_check has seen their NUL. */
_Static_assert(sizeof(((struct owner_card *)NULL)->rhost) == MESSAGE_RHOST_SIZE, "same size");

void charter_owner(const struct request *request, struct owner_card *ret_card)
{
	*ret_card = (struct owner_card){ .since = now() };
	memcpy(ret_card->service, request->service, sizeof(ret_card->service));
	memcpy(ret_card->rhost, request->rhost, sizeof(ret_card->rhost));
	memcpy(ret_card->tty, request->tty, sizeof(ret_card->tty));
}

void charter_space(const struct request *request, const struct plan *plan, uint32_t number,
		   const char *host, struct space_card *ret_card)
{
	char uid[16], id[SPACE_ID_SIZE];
	const struct hostname_words words = {
		.user = request->user,
		.uid = uid,
		.host = host,
		.id = id,
		.service = request->service,
	};

	*ret_card = (struct space_card){
		.uid = plan->uid,
		.number = number,
		.namespaces = plan->namespaces,
		.scope = plan->scope,
		.linger = plan->linger,
		.linger_seconds = plan->linger_seconds,
		.digest = plan->digest,
		.restrictions = message_restrictions(&plan->restrictions),
		.since = now(),
	};
	memcpy(ret_card->user, request->user, sizeof(ret_card->user));
	memcpy(ret_card->network, plan->network, sizeof(ret_card->network));
	memcpy(ret_card->conf, request->conf, sizeof(ret_card->conf));
	(void)snprintf(uid, sizeof(uid), "%" PRIu32, (uint32_t)plan->uid);
	space_id_format(id, plan->uid, number);
	hostname_expand(plan->hostname, &words, ret_card->hostname);
}

int charter_send(const struct space_card *space, const struct owner_card *card, int owner,
		 int channel)
{
	const struct knock knock = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.kind = KNOCK_CHARTER,
		.space = *space,
		.owner = *card,
	};

	return channel_send(INIT_KNOCKER_FD, &knock, sizeof(knock), (const int[]){ owner, channel },
			    2);
}
