/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.h - the inside of a space, step by step.
 */
#ifndef LOGINSPACE_SETUP_H
#define LOGINSPACE_SETUP_H

#include <stdint.h>

#include "plan.h"

/* What the steps of one set-up share. */
struct setup {
	const struct plan *plan;
	int registry;      /* of registry_open */
	uint32_t number;   /* result: N of the space id */
	unsigned int step; /* result: the step that failed, of enum step */
};

/*
 * setup_run - all steps in order, in the process that becomes init. Returns 0, or the negative
 * errno of the step named in SETUP; the namespaces are then of no use.
 */
int setup_run(struct setup *setup);

#endif
