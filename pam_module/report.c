/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - the module's one sink. Each report is a line (line.h), sent in one place.
 */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "journal.h"
#include "line.h"
#include "steps.h"
#include "switch.h"

/* Of a service in front of a line. */
#define SERVICE_SIZE 64
#define HEAD_SIZE    (SERVICE_SIZE + 64)

/* What pam_syslog(3) puts in front of a line stands there in the journal, too. */
static int journal_line(const struct journal_held *journal, const struct line *line,
			const char *service, const char *text)
{
	char name[SERVICE_SIZE], message[HEAD_SIZE + LINE_SIZE];
	struct line_fields fields;

	line_escape(name, sizeof(name), service);
	(void)snprintf(message, sizeof(message), "pam_loginspace(%s:session): %s", name, text);
	line_fields(line, &fields);
	return journal_send(journal, line->priority, name, message, fields.fields, fields.count);
}

static void submit_to(pam_handle_t *pamh, const struct journal_held *journal,
		      const struct line *line)
{
	const int errno_before = errno;
	const struct login login = login_items(pamh);
	char text[LINE_SIZE];

	line_text(line, text, sizeof(text));
	if (journal_line(journal, line, login.service, text) < 0 || !journal_has_syslog(journal)) {
		pam_syslog(pamh, line->priority, "%s", text);
	}
	errno = errno_before;
}

static void submit(pam_handle_t *pamh, const struct line *line)
{
	submit_to(pamh, NULL, line);
}

/* A line about a login that is known by what the application says of it. */
static void begin(struct line *line, int priority, const char *event, const struct login *login)
{
	line_begin(line, priority, event);
	line_add_login(line, login);
}

/* A line about a session that is open, which is whose it was whatever PAM_USER is by now. */
static void begin_session(struct line *line, int priority, const char *event, pam_handle_t *pamh,
			  const struct session *session)
{
	const struct login login = login_items(pamh);

	line_begin(line, priority, event);
	line_add(line, LINE_SPACE, "%s", session->space);
	line_add(line, LINE_USER, "%s", session->user);
	line_add(line, LINE_UID, "%.*s", (int)strcspn(session->space, "-"), session->space);
	line_add(line, LINE_SERVICE, "%s", login.service);
	line_add(line, LINE_RHOST, "%s", login.rhost);
}

/* "ENOSPC", or the number for an errno that the C library has no name for. */
static void add_errno(struct line *line, int error)
{
	const char *name = strerrorname_np(error);

	if (name != NULL) {
		line_add(line, LINE_ERRNO, "%s", name);
	} else {
		line_add(line, LINE_ERRNO, "%d", error);
	}
}

static void add_step(struct line *line, unsigned int step, int error)
{
	line_add(line, LINE_STEP, "%s", step_name(step));
	add_errno(line, error);
}

static void add_reason(struct line *line, unsigned int step, int error)
{
	line_add(line, LINE_REASON, "cannot %s: %s", step_phrase(step), strerror(error));
}

/* Let in all the same: REASON says why, the failure what there was. */
static void report_let_in(pam_handle_t *pamh, const struct journal_held *journal, const char *event,
			  const struct login *login, const struct failure *failure,
			  const char *reason)
{
	struct line line;

	begin(&line, LOG_ALERT, event, login);
	line_add(&line, LINE_REASON, "%s", reason);
	add_step(&line, failure->step, failure->error);
	line_add(&line, LINE_DETAIL, "%s", failure->detail);
	submit_to(pamh, journal, &line);
}

void report_asking(pam_handle_t *pamh, const struct login *login, const char *helper)
{
	struct line line;

	begin(&line, LOG_DEBUG, "debug", login);
	line_add(&line, LINE_HELPER, "%s", helper);
	submit(pamh, &line);
}

void report_answer(pam_handle_t *pamh, const struct reply *reply)
{
	struct line line;

	line_begin(&line, LOG_DEBUG, "debug");
	line_add(&line, LINE_VERDICT, "%" PRIu32, reply->verdict);
	line_add(&line, LINE_STEP, "%s", step_name(reply->step));
	line_add(&line, LINE_NUMBER, "%" PRIu32, reply->number);
	line_add(&line, LINE_NAMESPACES, "0x%" PRIx32, reply->namespaces);
	submit(pamh, &line);
}

static void add_ms(struct line *line, int64_t usec)
{
	line_add(line, LINE_MS, "%" PRId64 ".%03" PRId64, usec / 1000, usec % 1000);
}

void report_open(pam_handle_t *pamh, const struct journal_held *journal, const struct login *login,
		 const struct report_space *space, int64_t usec)
{
	struct line line;

	begin(&line, LOG_INFO, space->joined ? "join" : "open", login);
	line_add(&line, LINE_SPACE, "%s", space->id);
	line_add(&line, LINE_SCOPE, "%s", space->scope);
	line_add(&line, LINE_NETWORK, "%s", space->network);
	add_ms(&line, usec);
	submit_to(pamh, journal, &line);
}

void report_close(pam_handle_t *pamh, const struct session *session)
{
	struct line line;

	begin_session(&line, LOG_INFO, "close", pamh, session);
	submit(pamh, &line);
}

void report_ignored(pam_handle_t *pamh, const struct login *login, const char *reason)
{
	struct line line;

	begin(&line, LOG_INFO, "ignored", login);
	line_add(&line, LINE_REASON, "%s", reason);
	submit(pamh, &line);
}

void report_audit(pam_handle_t *pamh, const struct login *login, const char *detail)
{
	struct line line;

	begin(&line, LOG_NOTICE, "audit", login);
	line_add(&line, LINE_WOULD, "%s", detail);
	submit(pamh, &line);
}

void report_root(pam_handle_t *pamh, const struct journal_held *journal, const struct login *login,
		 const struct failure *failure)
{
	struct line line;

	if (failure->error != 0) {
		report_let_in(pamh, journal, "exempt", login, failure,
			      "uid 0 gets in although other logins fail");
		return;
	}
	begin(&line, LOG_NOTICE, "exempt", login);
	line_add(&line, LINE_REASON, "uid 0 is not confined");
	submit_to(pamh, journal, &line);
}

void report_lenient(pam_handle_t *pamh, const struct journal_held *journal,
		    const struct login *login, const struct failure *failure)
{
	report_let_in(pamh, journal, "lenient", login, failure,
		      "let in without a space, on_error = allow");
}

void report_off(pam_handle_t *pamh, const struct login *login)
{
	struct line line;

	begin(&line, LOG_WARNING, "off", login);
	line_add(&line, LINE_REASON, SWITCH_PATH " is there");
	submit(pamh, &line);
}

void report_switch(pam_handle_t *pamh, const struct login *login, int err, const char *reason)
{
	struct line line;

	begin(&line, LOG_WARNING, "switch", login);
	add_errno(&line, -err);
	line_add(&line, LINE_REASON, SWITCH_PATH " has no effect: %s", reason);
	submit(pamh, &line);
}

void report_twice(pam_handle_t *pamh, const struct session *session)
{
	struct line line;

	begin_session(&line, LOG_WARNING, "twice", pamh, session);
	line_add(&line, LINE_REASON,
		 "the session is open already; is the module in this service's stack twice?");
	submit(pamh, &line);
}

void report_trouble(pam_handle_t *pamh, const struct session *session, unsigned int step, int err)
{
	struct line line;

	begin_session(&line, LOG_WARNING, "close", pamh, session);
	add_step(&line, step, -err);
	add_reason(&line, step, -err);
	submit(pamh, &line);
}

void report_denied(pam_handle_t *pamh, const struct journal_held *journal,
		   const struct login *login, const struct failure *failure, int64_t usec,
		   bool silent)
{
	struct line line;

	begin(&line, LOG_ERR, "denied", login);
	add_step(&line, failure->step, failure->error);
	add_reason(&line, failure->step, failure->error);
	add_ms(&line, usec);
	line_add(&line, LINE_DETAIL, "%s", failure->detail);
	submit_to(pamh, journal, &line);
	if (!silent) {
		pam_error(pamh, "This login was refused: the server could not give you a private "
				"space. Please tell its administrator.");
	}
}
