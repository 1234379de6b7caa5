/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/message.c lib/plan.c lib/space_id.c lib/steps.c */
/*
 * fuzz_reply.c - any packet to the module: what reply_check lets through names a step that
 * exists, joins nothing unknown, and makes a space id that can be read back.
 */
#include "fuzz.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <string.h>

#include "message.h"
#include "plan.h"
#include "space_id.h"
#include "steps.h"

#define KINDS \
	(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWUSER | \
	 CLONE_NEWCGROUP)

static void must_be_joinable(const struct reply *reply)
{
	MUST(reply->error == 0);
	MUST(restriction_words_valid(&reply->restrictions));
	MUST(reply->namespaces != 0 && (reply->namespaces & ~(uint32_t)KINDS) == 0);
}

static void must_be_consistent(const struct reply *reply)
{
	MUST(reply->magic == MESSAGE_MAGIC && reply->version == MESSAGE_VERSION);
	MUST(reply->step < STEP_COUNT);
	MUST(strcmp(step_name(reply->step), "unknown") != 0);
	MUST(step_phrase(reply->step)[0] != '\0');
	MUST(strnlen(reply->detail, sizeof(reply->detail)) < sizeof(reply->detail));
	switch (reply->verdict) {
	case VERDICT_DENY:
		MUST(reply->error > 0 && reply->step != STEP_NONE);
		MUST(reply->namespaces == 0);
		break;
	case VERDICT_IGNORE:
	case VERDICT_AUDIT:
	case VERDICT_LENIENT:
		MUST(reply->error == 0 && reply->namespaces == 0);
		break;
	case VERDICT_JOIN:
		MUST(reply->number < PLAN_MAX_SPACES_LIMIT && reply->joined <= 1);
		MUST(strcmp(plan_scope_name((enum plan_scope)reply->scope), "unknown") != 0);
		must_be_joinable(reply);
		break;
	case VERDICT_MADE:
	case VERDICT_FOUND:
		must_be_joinable(reply);
		break;
	default:
		MUST(0);
	}
	MUST(reply_fd_count((enum verdict)reply->verdict) ==
	     (reply->namespaces != 0 ? REPLY_FDS_MAX : 0u));
}

/* The uid comes from elsewhere; any number will do. */
static void must_read_back(uint32_t uid, uint32_t number)
{
	char text[SPACE_ID_SIZE], *end;

	memset(text, 'x', sizeof(text));
	space_id_format(text, uid, number);
	MUST(strnlen(text, sizeof(text)) < sizeof(text));
	MUST(strtoull(text, &end, 10) == uid && *end == '-');
	MUST(strtoull(end + 1, &end, 10) == number && *end == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reply reply;
	int err;

	memset(&reply, 0xff, sizeof(reply));
	memcpy(&reply, data, size < sizeof(reply) ? size : sizeof(reply));
	must_read_back((uint32_t)reply.error, reply.number);
	MUST(step_name(reply.step) != NULL && step_phrase(reply.step) != NULL);
	err = reply_check(&reply, size);
	if (size != sizeof(reply)) {
		MUST(err == -EMSGSIZE);
		return 0;
	}
	MUST(err == 0 || err == -EPROTO || err == -EINVAL);
	if (err == 0) {
		must_be_consistent(&reply);
	}
	return 0;
}
