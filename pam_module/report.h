/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - the module's one sink: a line for the administrator, a sentence for the user.
 *
 * Each line goes to the journal with its fields (journal.h), or else, or also, to pam_syslog(3): as
 * key=value, names from outside quoted. Leaves errno as it was.
 *
 * JOURNAL: one that is held since before a join, or NULL.
 */
#ifndef LOGINSPACE_REPORT_H
#define LOGINSPACE_REPORT_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "journal.h"
#include "login.h"
#include "session.h"

/* The space that a login has come into. */
struct report_space {
	const char *id;
	const char *scope;
	const char *network;
	bool joined; /* it lived before */
};

void report_asking(pam_handle_t *pamh, const struct login *login, const char *helper);
void report_answer(pam_handle_t *pamh, const struct reply *reply);

/* report_open - "open", or "join" when the space lived before. USEC is what it took. */
void report_open(pam_handle_t *pamh, const struct journal_held *journal, const struct login *login,
		 const struct report_space *space, int64_t usec);
void report_close(pam_handle_t *pamh, const struct session *session);
void report_ignored(pam_handle_t *pamh, const struct login *login, const char *reason);

/* report_audit - DETAIL: what would have been done, as key=value words. */
void report_audit(pam_handle_t *pamh, const struct login *login, const char *detail);
void report_root(pam_handle_t *pamh, const struct journal_held *journal, const struct login *login,
		 const struct failure *failure);

/* report_off - the kill switch is off, and nobody is confined. */
void report_off(pam_handle_t *pamh, const struct login *login);

/* report_switch - there is a kill switch that has no effect; ERR and REASON of switch_look. */
void report_switch(pam_handle_t *pamh, const struct login *login, int err, const char *reason);
void report_twice(pam_handle_t *pamh, const struct session *session);

/* What went wrong at the end of a session: it denies nobody. */
void report_trouble(pam_handle_t *pamh, const struct session *session, unsigned int step, int err);

/* report_lenient - a failure that denies nobody, by the policy. */
void report_lenient(pam_handle_t *pamh, const struct journal_held *journal,
		    const struct login *login, const struct failure *failure);

/*
 * report_denied - the log line, and unless SILENT a plain sentence through the conversation that
 * is the same whatever the reason: a user learns nothing about files that he may not see.
 */
void report_denied(pam_handle_t *pamh, const struct journal_held *journal,
		   const struct login *login, const struct failure *failure, int64_t usec,
		   bool silent);

#endif
