/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure.c - why a login is denied. Pure.
 */
#include "failure.h"

#include <stdio.h>

int failure_set(struct failure *failure, unsigned int step, int err, const char *detail)
{
	failure->step = step;
	failure->error = -err;
	/* A detail is for the reader of the log: cut short it still helps. */
	(void)snprintf(failure->detail, sizeof(failure->detail), "%s",
		       detail == NULL ? "" : detail);
	return err;
}
