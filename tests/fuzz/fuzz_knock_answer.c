/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/knock.c lib/message.c lib/plan.c */
/*
 * fuzz_knock_answer.c - any packet to somebody who has knocked: what knock_answer_check lets
 * through is a refusal, or a space that can be joined and shown.
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

static void must_be_safe(const struct knock_answer *answer)
{
	const struct space_card *space = &answer->space;

	MUST(answer->magic == MESSAGE_MAGIC && answer->version == MESSAGE_VERSION);
	MUST(answer->error >= 0);
	must_end(space->user, sizeof(space->user));
	must_end(space->network, sizeof(space->network));
	must_end(space->hostname, sizeof(space->hostname));
	must_end(space->conf, sizeof(space->conf));
	must_end(answer->owner.service, sizeof(answer->owner.service));
	must_end(answer->owner.rhost, sizeof(answer->owner.rhost));
	must_end(answer->owner.tty, sizeof(answer->owner.tty));
	if (answer->error == 0) {
		MUST(space->uid != UINT32_MAX && space->number < PLAN_MAX_SPACES_LIMIT);
		MUST(space->namespaces != 0 && space->user[0] != '\0');
		MUST(strcmp(plan_scope_name((enum plan_scope)space->scope), "unknown") != 0);
		MUST(strcmp(plan_linger_name((enum plan_linger)space->linger), "unknown") != 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct knock_answer answer;
	int err;

	memset(&answer, 0xff, sizeof(answer));
	memcpy(&answer, data, size < sizeof(answer) ? size : sizeof(answer));
	err = knock_answer_check(&answer, size);
	if (size != sizeof(answer)) {
		MUST(err == -EMSGSIZE);
		return 0;
	}
	MUST(err == 0 || err == -EPROTO || err == -EINVAL);
	if (err == 0) {
		must_be_safe(&answer);
	}
	return 0;
}
