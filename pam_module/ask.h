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
	int fd; /* VERDICT_MADE: a pidfd of init; VERDICT_JOIN: our end of its socket; else -1 */
};

/* A helper at work. */
struct helper {
	int pidfd;
	int channel;
	int64_t deadline_ms; /* of channel_now_ms */
};

/*
 * helper_ask - starts the helper at PATH and asks REQUEST. Returns 0, and the caller has to call
 * helper_close or helper_drop in the end; or a negative errno that *FAILURE explains.
 */
int helper_ask(const char *path, const struct request *request, struct helper *ret,
	       struct failure *failure);

/*
 * helper_answer - waits for the next reply and fills *RET, whose fd is the caller's. The verdict
 * may be any; a denial by the helper is a success here. After VERDICT_MADE another one is to come.
 * Returns 0, or a negative errno that *FAILURE explains.
 */
int helper_answer(const struct helper *helper, struct answer *ret, struct failure *failure);

/* helper_close - a helper that has said its last word: it exits by itself. */
void helper_close(const struct helper *helper);

/* helper_drop - a helper that has nothing of use to say any more: it is killed. */
void helper_drop(const struct helper *helper);

#endif
