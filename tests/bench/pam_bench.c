/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_bench: a PAM application that opens and closes sessions of one service from a private
 * folder of services, and times pam_open_session and pam_close_session alone. Each session has a
 * fresh process, forked as sshd forks one for each connection, that has started PAM already.
 * Run as root, by the bench script.
 */
#include "driver/arguments.h"

#include <errno.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TTY   "ssh"       /* what sshd sets before it has a terminal */
#define RHOST "192.0.2.1" /* TEST-NET-1 of RFC 5737: nobody's */

struct session {
	const char *confdir;
	const char *service;
	const char *user;
	pam_handle_t *pamh;
};

/* Says nothing to the user and answers nothing. */
static int conversation(int count, const struct pam_message **messages,
			struct pam_response **ret_responses, void *data)
{
	(void)messages;
	(void)data;
	*ret_responses = calloc((size_t)count, sizeof(**ret_responses));
	return *ret_responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int step_result(const struct session *session, const char *step, int result)
{
	if (result == PAM_SUCCESS) {
		return 0;
	}
	(void)fprintf(stderr, "%s: %s: %s\n", session->service, step,
		      pam_strerror(session->pamh, result));
	return -EIO;
}

static int session_prepare(void *ctx)
{
	static const struct pam_conv silent = { .conv = conversation };
	struct session *session = ctx;
	int result = pam_start_confdir(session->service, session->user, &silent, session->confdir,
				       &session->pamh);

	if (result == PAM_SUCCESS) {
		result = pam_set_item(session->pamh, PAM_TTY, TTY);
	}
	if (result == PAM_SUCCESS) {
		result = pam_set_item(session->pamh, PAM_RHOST, RHOST);
	}
	return step_result(session, "pam_start", result);
}

static int session_open(void *ctx)
{
	struct session *session = ctx;

	return step_result(session, "pam_open_session", pam_open_session(session->pamh, 0));
}

static int session_close(void *ctx)
{
	struct session *session = ctx;

	return step_result(session, "pam_close_session", pam_close_session(session->pamh, 0));
}

static void session_end(void *ctx)
{
	struct session *session = ctx;

	pam_end(session->pamh, PAM_SUCCESS);
}

int main(int argc, char **argv)
{
	struct session session = { 0 };
	struct app_work work = { &session, session_prepare, session_open, session_close,
				 session_end };
	struct app_options options;

	if (arguments_read(argc, argv, &options) || argc - optind != 3) {
		(void)fprintf(stderr, "usage: pam_bench " ARGUMENTS_HELP " CONFDIR SERVICE USER\n");
		return 2;
	}
	session.confdir = argv[optind];
	session.service = argv[optind + 1];
	session.user = argv[optind + 2];
	/* Every real caller has looked the user up by now, and the libraries of that are loaded. */
	if (!getpwnam(session.user)) {
		(void)fprintf(stderr, "pam_bench: no user %s\n", session.user);
		return 1;
	}
	return apps_run(&work, &options) ? 1 : 0;
}
