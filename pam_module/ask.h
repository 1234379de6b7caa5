/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.h - one question to a fresh helper, one answer, one deadline.
 */
#ifndef LOGINSPACE_ASK_H
#define LOGINSPACE_ASK_H

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

/*
 * helper_ask - starts the helper at PATH, asks REQUEST and fills *RET, whose fds are the
 * caller's. The verdict may be any; a denial by the helper is a success here.
 * Returns 0, or a negative errno that *FAILURE explains; then no helper is left running.
 */
int helper_ask(const char *path, const struct request *request, struct answer *ret,
	       struct failure *failure);

#endif
