/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.h - the answers of the helper as messages. Pure.
 */
#ifndef LOGINSPACE_ANSWER_H
#define LOGINSPACE_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "knock.h"
#include "message.h"

/* ERR is a negative errno; DETAIL is cut where the field ends. */
void answer_deny(struct reply *reply, unsigned int step, int err, const char *detail);
/* VERDICT_IGNORE or VERDICT_AUDIT. */
void answer_let_in(struct reply *reply, enum verdict verdict, const char *reason);
void answer_lenient(struct reply *reply);
/* VERDICT_MADE or VERDICT_FOUND. */
void answer_init(struct reply *reply, enum verdict verdict, uint32_t namespaces);
/* JOINED: the space was there before. */
void answer_join(struct reply *reply, const struct space_card *space,
		 const struct restrictions *restrictions, bool joined);

#endif
