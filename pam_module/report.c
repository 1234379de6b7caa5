/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - the module's one sink. pam_syslog(3) puts the service in front of each line.
 */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "quote.h"
#include "steps.h"

/* syslog(3) lines have about 1 KiB; what is longer than this in a name is cut, in quotes. */
#define NAME_SIZE QUOTE_SIZE(64)
#define WHO_SIZE  (3 * NAME_SIZE + 64)

/* user="..." uid=N service="..." rhost="..." */
static const char *who(char text[WHO_SIZE], const struct login *login)
{
	char user[NAME_SIZE], service[NAME_SIZE], rhost[NAME_SIZE], uid[16] = "-";

	if (login->known) {
		(void)snprintf(uid, sizeof(uid), "%" PRIu32, (uint32_t)login->uid);
	}
	(void)snprintf(text, WHO_SIZE, "user=%s uid=%s service=%s rhost=%s",
		       quote(user, sizeof(user), login->user), uid,
		       quote(service, sizeof(service), login->service),
		       quote(rhost, sizeof(rhost), login->rhost));
	return text;
}

/* "ENOSPC", or the number for an errno that the C library has no name for. */
static const char *errno_name(char text[16], int error)
{
	const char *name = strerrorname_np(error);

	(void)snprintf(text, 16, "%d", error);
	return name != NULL ? name : text;
}

void report_asking(pam_handle_t *pamh, const struct login *login, const char *helper)
{
	char text[WHO_SIZE], path[QUOTE_SIZE(MESSAGE_PATH_SIZE)];

	pam_syslog(pamh, LOG_DEBUG, "debug: %s helper=%s", who(text, login),
		   quote(path, sizeof(path), helper));
}

void report_answer(pam_handle_t *pamh, const struct reply *reply)
{
	pam_syslog(pamh, LOG_DEBUG,
		   "debug: verdict=%" PRIu32 " step=%s number=%" PRIu32 " namespaces=0x%" PRIx32,
		   reply->verdict, step_name(reply->step), reply->number, reply->namespaces);
}

void report_open(pam_handle_t *pamh, const struct login *login, const char *space, int64_t usec)
{
	char text[WHO_SIZE];

	pam_syslog(pamh, LOG_INFO,
		   "open: %s space=%s scope=login network=loopback ms=%" PRId64 ".%03" PRId64,
		   who(text, login), space, usec / 1000, usec % 1000);
}

void report_close(pam_handle_t *pamh, const char *space)
{
	pam_syslog(pamh, LOG_INFO, "close: space=%s", space);
}

void report_ignored(pam_handle_t *pamh, const struct login *login, const char *reason)
{
	char text[WHO_SIZE];

	pam_syslog(pamh, LOG_INFO, "ignored: %s reason=\"%s\"", who(text, login), reason);
}

void report_root(pam_handle_t *pamh, const struct login *login, const struct failure *failure)
{
	char text[WHO_SIZE], name[16], detail[QUOTE_SIZE(MESSAGE_DETAIL_SIZE)];

	if (failure->error == 0) {
		pam_syslog(pamh, LOG_NOTICE, "exempt: %s reason=\"uid 0 is not confined\"",
			   who(text, login));
		return;
	}
	pam_syslog(pamh, LOG_ALERT,
		   "exempt: %s reason=\"uid 0 gets in although other logins fail\""
		   " step=%s errno=%s detail=%s",
		   who(text, login), step_name(failure->step), errno_name(name, failure->error),
		   quote(detail, sizeof(detail), failure->detail));
}

void report_twice(pam_handle_t *pamh, const char *space)
{
	pam_syslog(pamh, LOG_WARNING,
		   "twice: space=%s reason=\"the session is open already; is the "
		   "module in this service's stack twice?\"",
		   space);
}

void report_trouble(pam_handle_t *pamh, const char *space, unsigned int step, int err)
{
	char name[16];

	pam_syslog(pamh, LOG_WARNING, "close: space=%s step=%s errno=%s reason=\"cannot %s: %s\"",
		   space, step_name(step), errno_name(name, -err), step_phrase(step),
		   strerror(-err));
}

void report_denied(pam_handle_t *pamh, const struct login *login, const struct failure *failure,
		   int silent)
{
	char text[WHO_SIZE], name[16], detail[QUOTE_SIZE(MESSAGE_DETAIL_SIZE)];

	pam_syslog(pamh, LOG_ERR, "denied: %s step=%s errno=%s reason=\"cannot %s: %s\" detail=%s",
		   who(text, login), step_name(failure->step), errno_name(name, failure->error),
		   step_phrase(failure->step), strerror(failure->error),
		   quote(detail, sizeof(detail), failure->detail));
	if (!silent) {
		pam_error(pamh, "This login was refused: the server could not give you a private "
				"space. Please tell its administrator.");
	}
}
