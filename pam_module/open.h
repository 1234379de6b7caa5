/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * open.h - pam_open_session as a list of steps.
 */
#ifndef LOGINSPACE_OPEN_H
#define LOGINSPACE_OPEN_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "arguments.h"
#include "failure.h"
#include "journal.h"
#include "login.h"
#include "plan.h"
#include "space_id.h"

/* The session is kept in the PAM handle under this name; see pam_set_data(3). */
#define OPEN_DATA_NAME "loginspace_session"

/* The name of the environment variable of the session that holds the space id. */
#define OPEN_VARIABLE "LOGINSPACE"

struct opened {
	enum verdict verdict;             /* VERDICT_JOIN: the application is inside */
	bool lenient;                     /* by the policy a failure lets in, see open_forgives */
	char space[SPACE_ID_SIZE];        /* when joined */
	enum plan_scope scope;            /* when joined */
	bool joined;                      /* when joined: the space was there before */
	char detail[MESSAGE_DETAIL_SIZE]; /* joined: the network; otherwise the reason */
	struct journal_held *journal;     /* the caller's; held before a user namespace is joined */
};

/*
 * open_space - steps 1, 2 and 9 of docs/LOGIN.md; the helper does those between.
 * Returns 0, or a negative errno that *FAILURE explains: then nothing is left of the space, and
 * the application is where it was, unless the step is STEP_RETURN; and what it was, unless that or
 * STEP_RESTRICT, which may have been half done.
 */
int open_space(pam_handle_t *pamh, const struct arguments *arguments, const struct login *login,
	       struct opened *ret, struct failure *failure);

/*
 * open_forgives - with on_error = allow, is FAILURE one that lets in? Not what the policy or a
 * limit says, nor what came before the policy was known, nor an application that could not go back, or
 * could not give up what the policy takes away.
 */
bool open_forgives(const struct opened *opened, const struct failure *failure);

#endif
