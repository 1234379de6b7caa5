/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_loginspace.c - the entry points of the module; see pam_loginspace(8).
 *
 * A guest in a PAM application (sshd's monitor, login, su), as root. It leaves signals, umask,
 * environment, locale and fds as it finds them, starts no thread, writes to no standard fd, never
 * exits, and keeps nothing but what session.h describes.
 */
#include <errno.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdint.h>
#include <syslog.h>
#include <time.h>

#include "arguments.h"
#include "failure.h"
#include "login.h"
#include "open.h"
#include "policy.h"
#include "report.h"
#include "session.h"
#include "steps.h"

static int64_t now_usec(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static const struct session *session_of(pam_handle_t *pamh)
{
	const void *data = NULL;

	if (pam_get_data(pamh, OPEN_DATA_NAME, &data) != PAM_SUCCESS) {
		return NULL;
	}
	return data;
}

static int deny(pam_handle_t *pamh, int flags, const struct arguments *arguments,
		const struct login *login, const struct failure *failure)
{
	const unsigned int bits = (unsigned int)flags; /* PAM_SILENT is unsigned, the API is not */

	report_denied(pamh, login, failure, (bits & PAM_SILENT) != 0 || arguments->no_warn);
	return PAM_SYSTEM_ERR;
}

static int open_confined(pam_handle_t *pamh, int flags, const struct arguments *arguments,
			 const struct login *login)
{
	struct failure failure = { 0 };
	struct opened opened = { 0 };
	int64_t start = now_usec();

	if (open_space(pamh, arguments, login, &opened, &failure) < 0) {
		return deny(pamh, flags, arguments, login, &failure);
	}
	if (opened.verdict == VERDICT_IGNORE) {
		report_ignored(pamh, login, opened.reason);
		return PAM_IGNORE;
	}
	report_open(pamh, login, opened.space, now_usec() - start);
	return PAM_SUCCESS;
}

PAM_EXTERN int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct session *session = session_of(pamh);
	struct failure failure = { 0 };
	struct arguments arguments;
	struct login login = login_items(pamh);
	const char *word;

	if (session != NULL) {
		report_twice(pamh, session->space);
		return PAM_SUCCESS;
	}
	if (arguments_parse(argc, argv, &arguments, &word) < 0) {
		(void)failure_set(&failure, STEP_ARGUMENTS, -EINVAL, word);
	} else if (arguments.close) {
		return PAM_IGNORE;
	}
	/* Another service depends on nothing of ours: no mistake here may stop cron(8). */
	if (!arguments.any_service && !policy_concerns(login.service)) {
		report_ignored(pamh, &login, POLICY_NOT_LISTED);
		return PAM_IGNORE;
	}
	if (login_look_up(pamh, &login, &failure) < 0) {
		return deny(pamh, flags, &arguments, &login, &failure);
	}
	/* Root always gets in: nothing above can deny uid 0, and all below comes too late to. */
	if (login.uid == 0) {
		report_root(pamh, &login, &failure);
		return PAM_IGNORE;
	}
	if (failure.error != 0) {
		return deny(pamh, flags, &arguments, &login, &failure);
	}
	return open_confined(pamh, flags, &arguments, &login);
}

PAM_EXTERN int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct session *session = session_of(pamh);
	int status = PAM_SUCCESS;
	int err;

	(void)flags;
	(void)argc;
	(void)argv;
	if (session == NULL) {
		return PAM_IGNORE; /* exempt, ignored, denied, or closed before */
	}
	if (!session_is_opener(session)) {
		return PAM_SUCCESS; /* a fork has nothing to end: the opener still lives */
	}
	/* Init may be dead, or the application has closed our fd: its owner's death ends it too. */
	err = session_tell(session, WORD_CLOSE);
	if (err < 0 && err != -EPIPE && err != -ECONNREFUSED) {
		report_trouble(pamh, session->space, STEP_INIT, err);
	}
	err = session_leave(session);
	if (err < 0) {
		report_trouble(pamh, session->space, STEP_RETURN, err);
		status = PAM_SESSION_ERR;
	} else {
		report_close(pamh, session->space);
	}
	(void)pam_set_data(pamh, OPEN_DATA_NAME, NULL, NULL);
	(void)pam_putenv(pamh, OPEN_VARIABLE);
	return status;
}

/* The module has to do with sessions only; in any other stack it takes no part. */
static int not_ours(pam_handle_t *pamh, const char *type)
{
	pam_syslog(pamh, LOG_WARNING,
		   "ignored: reason=\"pam_loginspace.so does nothing in the "
		   "%s stack\"",
		   type);
	return PAM_IGNORE;
}

PAM_EXTERN int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return not_ours(pamh, "auth");
}

PAM_EXTERN int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE; /* goes with pam_sm_authenticate, which has spoken already */
}

PAM_EXTERN int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return not_ours(pamh, "account");
}

PAM_EXTERN int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return not_ours(pamh, "password");
}
