/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - the module's one sink: a line for the administrator, a sentence for the user.
 */
#ifndef LOGINSPACE_REPORT_H
#define LOGINSPACE_REPORT_H

#include <security/pam_modules.h>
#include <stdint.h>

#include "failure.h"
#include "login.h"

/* Each is one line of pam_syslog(3) as key=value, names from outside quoted. */
void report_asking(pam_handle_t *pamh, const struct login *login, const char *helper);
void report_answer(pam_handle_t *pamh, const struct reply *reply);
void report_open(pam_handle_t *pamh, const struct login *login, const char *space, int64_t usec);
void report_close(pam_handle_t *pamh, const char *space);
void report_ignored(pam_handle_t *pamh, const struct login *login, const char *reason);
void report_root(pam_handle_t *pamh, const struct login *login, const struct failure *failure);
void report_twice(pam_handle_t *pamh, const char *space);

/* What went wrong at the end of a session: it denies nobody. */
void report_trouble(pam_handle_t *pamh, const char *space, unsigned int step, int err);

/*
 * report_denied - the log line, and unless SILENT a plain sentence through the conversation that
 * is the same whatever the reason: a user learns nothing about files that he may not see.
 */
void report_denied(pam_handle_t *pamh, const struct login *login, const struct failure *failure,
		   int silent);

#endif
