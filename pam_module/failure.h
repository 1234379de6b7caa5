/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure.h - why a login is denied, carried from the failing line to the one log line.
 */
#ifndef LOGINSPACE_FAILURE_H
#define LOGINSPACE_FAILURE_H

#include "message.h"

struct failure {
	unsigned int step;                /* of enum step */
	int error;                        /* errno, positive */
	char detail[MESSAGE_DETAIL_SIZE]; /* more words; may be empty */
};

/* failure_set - records STEP and ERR (a negative errno); DETAIL may be NULL. Returns ERR. */
int failure_set(struct failure *failure, unsigned int step, int err, const char *detail);

#endif
