/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * open.c - pam_open_session as a list of steps. Runs in the PAM application, root.
 *
 * Everything that can fail comes before the one setns(2) that changes the application; setns
 * itself joins all the namespaces or none. Until init hears WORD_JOINED it takes the end of its
 * socket for a failed login and ends the space.
 */
#include "open.h"

#include <errno.h>
#include <sched.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <string.h>

#include "application.h"
#include "ask.h"
#include "report.h"
#include "scope.h"
#include "session.h"
#include "steps.h"
#include "verify.h"

/*
 * A fork of the application may call pam_end, and pam_end without pam_close_session must not
 * throw a user out either: the cleanup ends nothing. The owner's death does.
 */
static void forget_session(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	session_free(data);
}

static int keep_session(pam_handle_t *pamh, struct session *session)
{
	char variable[sizeof(OPEN_VARIABLE) + SPACE_ID_SIZE];

	(void)snprintf(variable, sizeof(variable), OPEN_VARIABLE "=%s", session->space);
	if (pam_putenv(pamh, variable) != PAM_SUCCESS) {
		session_free(session);
		return -ENOMEM;
	}
	if (pam_set_data(pamh, OPEN_DATA_NAME, session, forget_session) != PAM_SUCCESS) {
		(void)pam_putenv(pamh, OPEN_VARIABLE);
		session_free(session);
		return -ENOMEM;
	}
	return 0;
}

static void drop_session(pam_handle_t *pamh)
{
	/* Runs forget_session, which closes our end of init's socket: the space ends. */
	(void)pam_set_data(pamh, OPEN_DATA_NAME, NULL, NULL);
	(void)pam_putenv(pamh, OPEN_VARIABLE);
}

/* An application that cannot go back is told so, too: what it does next, it does in there. */
static int leave_again(const struct session *session, struct failure *failure)
{
	int err = session_leave(session);

	if (err < 0) {
		return failure_set(failure, STEP_RETURN, err, "after a failed join");
	}
	return -failure->error;
}

static int join(const struct session *session, int init, uint32_t flags, struct failure *failure)
{
	int err;

	if (setns(init, (int)flags) < 0) {
		return failure_set(failure, STEP_JOIN, -errno, NULL);
	}
	err = cwd_restore(&session->cwd);
	if (err < 0) {
		(void)failure_set(failure, STEP_JOIN, err, "no folder to be in");
		return leave_again(session, failure);
	}
	err = session_tell(session, WORD_JOINED);
	if (err < 0) {
		(void)failure_set(failure, STEP_JOIN, err, "init is gone already");
		return leave_again(session, failure);
	}
	return 0;
}

/* A space is ready: make sure of it, take the session down in the PAM handle, go inside. */
static int enter(pam_handle_t *pamh, int proc, struct session *session, const struct answer *answer,
		 struct failure *failure)
{
	uint32_t flags = answer->reply.namespaces;
	int err;

	err = space_verify(proc, answer->init, flags, &session->from);
	if (err < 0) {
		session_free(session);
		return failure_set(failure, STEP_VERIFY, err, NULL);
	}
	err = session_adopt(session, flags, answer->channel);
	if (err < 0) {
		session_free(session);
		return failure_set(failure, STEP_REMEMBER, err, NULL);
	}
	err = keep_session(pamh, session);
	if (err < 0) {
		return failure_set(failure, STEP_ENVIRONMENT, err, NULL);
	}
	err = join(session, answer->init, flags, failure);
	if (err < 0) {
		drop_session(pamh);
	}
	return err;
}

/* SESSION is the PAM handle's, or freed, when this returns. */
static int act_on(pam_handle_t *pamh, int proc, const struct login *login, struct session *session,
		  const struct answer *answer, struct opened *ret, struct failure *failure)
{
	SCOPE_FD int init = answer->init;
	SCOPE_FD int channel = answer->channel;
	const struct reply *reply = &answer->reply;

	(void)init;
	(void)channel;
	ret->verdict = reply->verdict;
	memcpy(ret->reason, reply->detail, sizeof(ret->reason));
	switch (ret->verdict) {
	case VERDICT_JOIN:
		space_id_format(session->space, login->uid, reply->number);
		memcpy(ret->space, session->space, sizeof(ret->space));
		return enter(pamh, proc, session, answer, failure);
	case VERDICT_IGNORE:
		session_free(session);
		return 0;
	default:
		session_free(session);
		return failure_set(failure, reply->step, -reply->error, reply->detail);
	}
}

/* What is to be remembered is remembered while the helper works: on two cores that costs nothing. */
static int ask_and_remember(const struct arguments *arguments, const struct request *request,
			    int proc, struct session **ret_session, struct answer *ret_answer,
			    struct failure *failure)
{
	struct session *session;
	struct helper helper;
	int err;

	err = helper_ask(arguments->helper, request, &helper, failure);
	if (err < 0) {
		return err;
	}
	err = session_new(proc, &session);
	if (err < 0) {
		helper_drop(&helper);
		return failure_set(failure, STEP_REMEMBER, err, NULL);
	}
	err = helper_answer(&helper, ret_answer, failure);
	if (err < 0) {
		session_free(session);
		return err;
	}
	*ret_session = session;
	return 0;
}

int open_space(pam_handle_t *pamh, const struct arguments *arguments, const struct login *login,
	       struct opened *ret, struct failure *failure)
{
	SCOPE_FD int proc = -1;
	struct session *session = NULL;
	struct request request;
	struct answer answer;
	const char *detail = NULL;
	int err;

	err = application_check(&proc, &detail);
	if (err < 0) {
		return failure_set(failure, STEP_APPLICATION, err, detail);
	}
	err = login_request(login, arguments, &request, failure);
	if (err < 0) {
		return err;
	}
	if (arguments->debug) {
		report_asking(pamh, login, arguments->helper);
	}
	err = ask_and_remember(arguments, &request, proc, &session, &answer, failure);
	if (err < 0) {
		return err;
	}
	if (arguments->debug) {
		report_answer(pamh, &answer.reply);
	}
	return act_on(pamh, proc, login, session, &answer, ret, failure);
}
