/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.h - one question to a fresh helper, one answer, one deadline.
 */
#ifndef LOGINSPACE_ASK_H
#define LOGINSPACE_ASK_H

#include <stdint.h>

#include "failure.h"
#include "message.h"

/* Milliseconds, from the start of the helper to its reply; then it is killed. */
#define ASK_DEADLINE_MS 10000
/* What the helper gives itself, so that its own, more exact report still arrives. */
#define ASK_HELPER_DEADLINE_MS 9000

struct answer {
	struct reply reply;
	int init;    /* pidfd of init; -1 unless the verdict is VERDICT_JOIN */
	int channel; /* our end of init's socket; likewise */
};

/* A helper at work. */
struct helper {
	int pidfd;
	int channel;
	int64_t deadline_ms; /* of channel_now_ms */
};

/*
 * helper_ask - starts the helper at PATH and asks REQUEST. Returns 0, and the caller has to call
 * helper_answer or helper_drop; or a negative errno that *FAILURE explains.
 */
int helper_ask(const char *path, const struct request *request, struct helper *ret,
	       struct failure *failure);

/*
 * helper_answer - waits for the reply and fills *RET, whose fds are the caller's. The verdict may
 * be any; a denial by the helper is a success here. The helper is done with in any case.
 * Returns 0, or a negative errno that *FAILURE explains; then the helper is dead.
 */
int helper_answer(struct helper *helper, struct answer *ret, struct failure *failure);

/* helper_drop - ends a helper whose answer is of no use any more. */
void helper_drop(struct helper *helper);

#endif
