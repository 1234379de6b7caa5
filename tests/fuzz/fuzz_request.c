/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/message.c lib/policy.c helper/charter.c lib/channel.c lib/hostname.c lib/knock.c lib/space_id.c */
/*
 * fuzz_request.c - any packet to the helper: what request_check lets through is safe to read, and
 * becomes a charter that init takes.
 */
#include "fuzz.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "charter.h"
#include "message.h"
#include "policy.h"

#define EVERY_WORD "%u.%U-%h%i%%%s"

static void must_end(const char *text, size_t size)
{
	MUST(strnlen(text, size) < size);
}

static void must_be_safe(const struct request *request)
{
	MUST(request->magic == MESSAGE_MAGIC && request->version == MESSAGE_VERSION);
	MUST(request->uid != UINT32_MAX);
	MUST(request->flags <= REQUEST_FLAGS_KNOWN);
	MUST(request->deadline_ms > 0);
	must_end(request->user, sizeof(request->user));
	must_end(request->service, sizeof(request->service));
	must_end(request->rhost, sizeof(request->rhost));
	must_end(request->tty, sizeof(request->tty));
	must_end(request->conf, sizeof(request->conf));
	MUST(request->user[0] != '\0' && request->service[0] != '\0');
	/* Whatever it answers, it does not read beyond the end. */
	(void)policy_concerns(request->service);
}

static void must_be_chartered(const struct request *request)
{
	const struct plan plan = {
		.uid = request->uid,
		.namespaces = CLONE_NEWNS | CLONE_NEWPID,
		.hostname = EVERY_WORD,
		.network = "loopback",
	};
	struct knock knock = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.kind = KNOCK_CHARTER,
	};

	charter_owner(request, &knock.owner);
	charter_space(request, &plan, request->deadline_ms % PLAN_MAX_SPACES_LIMIT, request->tty,
		      &knock.space);
	MUST(knock_check(&knock, sizeof(knock)) == 0);
	MUST(knock.space.uid == request->uid && knock.space.hostname[0] != '\0');
	MUST(strcmp(knock.space.user, request->user) == 0);
	MUST(strcmp(knock.space.conf, request->conf) == 0);
	MUST(strcmp(knock.owner.service, request->service) == 0);
	MUST(strcmp(knock.owner.rhost, request->rhost) == 0);
	MUST(strcmp(knock.owner.tty, request->tty) == 0);
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
		must_be_chartered(&request);
	}
	return 0;
}
