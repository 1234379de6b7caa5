/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.h - the answers of the helper as messages. Pure.
 */
#ifndef LOGINSPACE_ANSWER_H
#define LOGINSPACE_ANSWER_H

#include <stdint.h>

#include "message.h"

/* ERR is a negative errno; DETAIL is cut where the field ends. */
void answer_deny(struct reply *reply, unsigned int step, int err, const char *detail);
void answer_ignore(struct reply *reply, const char *reason);
void answer_made(struct reply *reply, uint32_t namespaces);
void answer_join(struct reply *reply, uint32_t namespaces, uint32_t number);

#endif
