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
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "arguments.h"
#include "concern.h"
#include "counters.h"
#include "failure.h"
#include "journal.h"
#include "login.h"
#include "open.h"
#include "policy.h"
#include "registry.h"
#include "report.h"
#include "scope.h"
#include "session.h"
#include "steps.h"
#include "switch.h"

/* For what(1) and `loginspace doctor`: programs of two versions do not go together. */
__attribute__((used)) static const char VERSION_MARK[] = "@(#)loginspace " LOGINSPACE_VERSION;

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

/* What one pam_sm_open_session knows. */
struct opening {
	pam_handle_t *pamh;
	int flags;
	int64_t start; /* microseconds */
	struct arguments arguments;
	struct login login;
	struct failure failure; /* kept until it is known whether this login depends on it */
	int counters;           /* of the host, also after the join; -1: as REGISTRY_PATH leads */
	struct journal_held journal; /* likewise, when a user namespace is joined */
};

/* Counting is for `loginspace metrics`; a login never depends on it. */
static void count(const struct opening *opening, enum counter counter, unsigned int step)
{
	if (opening->counters >= 0) {
		(void)counters_add_in(opening->counters, counter, step);
	} else {
		(void)counters_add(REGISTRY_PATH, counter, step);
	}
}

static bool is_silent(const struct opening *opening)
{
	/* PAM_SILENT is unsigned, the API is not. */
	return ((unsigned int)opening->flags & PAM_SILENT) != 0 || opening->arguments.no_warn;
}

static int deny(const struct opening *opening)
{
	report_denied(opening->pamh, &opening->journal, &opening->login, &opening->failure,
		      now_usec() - opening->start, is_silent(opening));
	count(opening, COUNTER_DENIALS, opening->failure.step);
	return PAM_SYSTEM_ERR;
}

static int ignore(const struct opening *opening, const char *reason)
{
	report_ignored(opening->pamh, &opening->login, reason);
	count(opening, COUNTER_IGNORED, STEP_NONE);
	return PAM_IGNORE;
}

/* Root always gets in; with a failure, loudly. */
static int exempt(const struct opening *opening)
{
	report_root(opening->pamh, &opening->journal, &opening->login, &opening->failure);
	count(opening, COUNTER_EXEMPT, STEP_NONE);
	return PAM_IGNORE;
}

static int fail(const struct opening *opening, const struct opened *opened)
{
	if (opening->login.uid == 0) {
		return exempt(opening);
	}
	if (open_forgives(opened, &opening->failure)) {
		report_lenient(opening->pamh, &opening->journal, &opening->login,
			       &opening->failure);
		count(opening, COUNTER_LENIENT, STEP_NONE);
		return PAM_IGNORE;
	}
	return deny(opening);
}

static int open_counted(struct opening *opening)
{
	const struct login *login = &opening->login;
	struct opened opened = { .journal = &opening->journal };

	if (open_space(opening->pamh, &opening->arguments, login, &opened, &opening->failure) < 0) {
		return fail(opening, &opened);
	}
	switch (opened.verdict) {
	case VERDICT_IGNORE:
		return login->uid == 0 ? exempt(opening) : ignore(opening, opened.detail);
	case VERDICT_AUDIT:
		report_audit(opening->pamh, login, opened.detail);
		count(opening, COUNTER_AUDITS, STEP_NONE);
		return PAM_IGNORE;
	default:
		break;
	}
	report_open(opening->pamh, &opening->journal, login,
		    &(struct report_space){ .id = opened.space,
					    .scope = plan_scope_name(opened.scope),
					    .network = opened.detail,
					    .joined = opened.joined },
		    now_usec() - opening->start);
	count(opening, opened.joined ? COUNTER_JOINS : COUNTER_OPENS, STEP_NONE);
	return PAM_SUCCESS;
}

static int open_confined(struct opening *opening)
{
	int status;

	(void)counters_hold(REGISTRY_PATH, &opening->counters);
	status = open_counted(opening);
	scope_close(&opening->counters);
	scope_close(&opening->journal.fd);
	return status;
}

/* The user is looked up only now: whoever is none of ours does not depend on it. */
static int open_looked_up(struct opening *opening)
{
	if (login_look_up(opening->pamh, &opening->login, &opening->failure) < 0) {
		return deny(opening);
	}
	/* Nothing above can deny uid 0, and what fails from here on lets it in. */
	if (opening->login.uid == 0 &&
	    (opening->failure.error != 0 || !concern_configured(&opening->arguments))) {
		return exempt(opening);
	}
	if (opening->failure.error != 0) {
		return deny(opening);
	}
	return open_confined(opening);
}

static bool is_switched_off(const struct opening *opening)
{
	const char *reason = NULL;
	bool off = false;
	int err = switch_look(&off, &reason);

	if (err < 0) {
		report_switch(opening->pamh, &opening->login, err, reason);
	}
	return err == 0 && off;
}

/*
 * The application is inside already. Nobody is looked up there, so it is the name that counts; and
 * nothing is counted, as the registry is not there either.
 */
static int open_again(struct opening *opening, const struct session *session)
{
	if (strcmp(opening->login.user, session->user) == 0) {
		report_twice(opening->pamh, session);
		return PAM_SUCCESS;
	}
	(void)failure_set(&opening->failure, STEP_USER, -EPERM,
			  "the session that is open is another user's");
	report_denied(opening->pamh, &opening->journal, &opening->login, &opening->failure,
		      now_usec() - opening->start, is_silent(opening));
	return PAM_SYSTEM_ERR;
}

PAM_EXTERN int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct session *session = session_of(pamh);
	struct opening opening = { .pamh = pamh,
				   .flags = flags,
				   .start = now_usec(),
				   .counters = -1,
				   .journal = JOURNAL_NOT_HELD };
	const char *word;

	opening.login = login_items(pamh);
	if (session != NULL) {
		return open_again(&opening, session);
	}
	if (arguments_parse(argc, argv, &opening.arguments, &word) < 0) {
		(void)failure_set(&opening.failure, STEP_ARGUMENTS, -EINVAL, word);
	} else if (opening.arguments.close) {
		return PAM_IGNORE;
	}
	/* Another service depends on nothing of ours, unless a configuration may list it. */
	if (!opening.arguments.any_service && !policy_concerns(opening.login.service) &&
	    !concern_configured(&opening.arguments)) {
		return ignore(&opening, POLICY_NOT_LISTED);
	}
	if (is_switched_off(&opening)) {
		report_off(pamh, &opening.login);
		count(&opening, COUNTER_OFF, STEP_NONE);
		return PAM_IGNORE;
	}
	return open_looked_up(&opening);
}

/* With its end there is nothing left to tell it. ECONNRESET: it had a word of ours unread. */
static bool init_is_gone(int err)
{
	return err == -EPIPE || err == -ECONNREFUSED || err == -ECONNRESET;
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
	if (err < 0 && !init_is_gone(err)) {
		report_trouble(pamh, session, STEP_INIT, err);
	}
	err = session_leave(session);
	if (err < 0) {
		report_trouble(pamh, session, STEP_RETURN, err);
		status = PAM_SESSION_ERR;
	} else {
		report_close(pamh, session);
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
