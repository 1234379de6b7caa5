/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/message.c lib/policy.c */
/*
 * fuzz_request.c - any packet to the helper: what request_check lets through is safe to read, and
 * policy_decide makes a whole decision of it.
 */
#include "fuzz.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "message.h"
#include "policy.h"

#define FIVE   (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET)
#define CANARY 0x5a

static void must_end(const char *text, size_t size)
{
	MUST(strnlen(text, size) < size);
}

static void must_be_safe(const struct request *request)
{
	MUST(request->magic == MESSAGE_MAGIC && request->version == MESSAGE_VERSION);
	MUST(request->uid != 0 && request->uid != UINT32_MAX);
	MUST(request->flags <= REQUEST_FLAGS_KNOWN);
	MUST(request->deadline_ms > 0);
	must_end(request->user, sizeof(request->user));
	must_end(request->service, sizeof(request->service));
	must_end(request->rhost, sizeof(request->rhost));
	must_end(request->tty, sizeof(request->tty));
	must_end(request->conf, sizeof(request->conf));
	MUST(request->user[0] != '\0' && request->service[0] != '\0');
}

/* Bytes, as a struct has gaps. */
static void must_be_untouched(const struct plan *plan)
{
	const unsigned char *bytes = (const unsigned char *)plan;
	size_t i;

	for (i = 0; i < sizeof(*plan); i++) {
		MUST(bytes[i] == CANARY);
	}
}

static void must_be_whole(const struct request *request)
{
	struct decision decision;
	struct plan plan;

	memset(&plan, CANARY, sizeof(plan));
	decision = policy_decide(request, &plan);
	switch (decision.verdict) {
	case VERDICT_JOIN:
		MUST(plan.uid == request->uid);
		MUST(plan.namespaces != 0 && (plan.namespaces & ~(uint32_t)FIVE) == 0);
		MUST(plan.max_spaces > 0 && plan.max_spaces <= PLAN_MAX_SPACES_LIMIT);
		must_end(plan.tmp_size, sizeof(plan.tmp_size));
		must_end(plan.hostname, sizeof(plan.hostname));
		break;
	case VERDICT_IGNORE:
		MUST((request->flags & REQUEST_ANY_SERVICE) == 0);
		MUST(!policy_concerns(request->service));
		MUST(decision.reason != NULL && decision.reason[0] != '\0');
		MUST(strlen(decision.reason) < MESSAGE_DETAIL_SIZE);
		must_be_untouched(&plan);
		break;
	default:
		MUST(0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request request;
	int err;

	memset(&request, 0xff, sizeof(request));
	memcpy(&request, data, size < sizeof(request) ? size : sizeof(request));
	err = request_check(&request, size);
	if (size != sizeof(request)) {
		MUST(err == -EMSGSIZE);
		return 0;
	}
	MUST(err == 0 || err == -EPROTO || err == -EINVAL);
	if (err == 0) {
		must_be_safe(&request);
		must_be_whole(&request);
	}
	return 0;
}
