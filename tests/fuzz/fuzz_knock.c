/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/knock.c lib/message.c lib/plan.c */
/*
 * fuzz_knock.c - any packet to the doorkeeper: what knock_check lets through is safe to keep, and
 * to show to somebody later.
 */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include "knock.h"
#include "plan.h"

static void must_end(const char *text, size_t size)
{
	MUST(strnlen(text, size) < size);
}

static void must_be_whole(const struct space_card *card)
{
	MUST(card->uid != UINT32_MAX && card->number < PLAN_MAX_SPACES_LIMIT);
	MUST(card->namespaces != 0 && card->user[0] != '\0');
	MUST(strcmp(plan_scope_name((enum plan_scope)card->scope), "unknown") != 0);
	MUST(strcmp(plan_linger_name((enum plan_linger)card->linger), "unknown") != 0);
}

static void must_be_safe(const struct knock *knock)
{
	MUST(knock->magic == MESSAGE_MAGIC && knock->version == MESSAGE_VERSION);
	must_end(knock->space.user, sizeof(knock->space.user));
	must_end(knock->space.network, sizeof(knock->space.network));
	must_end(knock->space.hostname, sizeof(knock->space.hostname));
	must_end(knock->space.conf, sizeof(knock->space.conf));
	must_end(knock->owner.service, sizeof(knock->owner.service));
	must_end(knock->owner.rhost, sizeof(knock->owner.rhost));
	must_end(knock->owner.tty, sizeof(knock->owner.tty));
	switch (knock->kind) {
	case KNOCK_CHARTER:
		must_be_whole(&knock->space);
		MUST(knock->index == 0 && knock_fd_count(KNOCK_CHARTER) == 2);
		break;
	case KNOCK_JOIN:
		MUST(knock->index == 0 && knock_fd_count(KNOCK_JOIN) == 2);
		break;
	case KNOCK_SHOW:
		MUST(knock_fd_count(KNOCK_SHOW) == 1);
		break;
	default:
		MUST(0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct knock knock;
	int err;

	memset(&knock, 0xff, sizeof(knock));
	memcpy(&knock, data, size < sizeof(knock) ? size : sizeof(knock));
	err = knock_check(&knock, size);
	if (size != sizeof(knock)) {
		MUST(err == -EMSGSIZE);
		return 0;
	}
	MUST(err == 0 || err == -EPROTO || err == -EINVAL);
	if (err == 0) {
		must_be_safe(&knock);
	}
	return 0;
}
