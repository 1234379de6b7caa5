/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * open.c - pam_open_session as a list of steps. Runs in the PAM application, root.
 *
 * Everything that can fail comes before the one setns(2) that changes the application; setns
 * itself joins all the namespaces or none. Until init hears WORD_JOINED it takes the end of its
 * socket for a failed login and ends the space. What is given up for good is given up last.
 */
#include "open.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>

#include "application.h"
#include "ask.h"
#include "lookups.h"
#include "report.h"
#include "restrict.h"
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

/* What it does next, it does in there: so nothing forgives it. What came before it is the detail. */
static int stranded(struct failure *failure)
{
	const char *error = strerrorname_np(failure->error);
	char detail[MESSAGE_DETAIL_SIZE];

	(void)snprintf(detail, sizeof(detail), "out of a user namespace, after a failed %s (%s)",
		       step_name(failure->step), error != NULL ? error : "?");
	return failure_set(failure, STEP_RETURN, -EPERM, detail);
}

/* An application that cannot go back is told so, too. */
static int leave_again(const struct session *session, struct failure *failure)
{
	int err = session_leave(session);

	if (err < 0) {
		return failure_set(failure, STEP_RETURN, err, "after a failed join");
	}
	return session->stranded ? stranded(failure) : -failure->error;
}

/*
 * The shell must not have what the policy takes away, so a session that cannot give it up is none.
 * A filter refuses setns(2), too.
 */
static int give_up(struct session *session, const struct reply *reply, struct failure *failure)
{
	const struct restrictions restrictions = restrictions_of(&reply->restrictions);
	int err = restrictions_apply(&restrictions);

	if (err < 0) {
		return failure_set(failure, STEP_RESTRICT, err, NULL);
	}
	if (restrictions.filter) {
		session_strand(session);
	}
	return 0;
}

static int join(struct session *session, int init, const struct reply *reply,
		struct failure *failure)
{
	const bool user = (reply->namespaces & CLONE_NEWUSER) != 0;
	int err;

	err = user ? lookups_settle() : 0;
	if (err < 0) {
		return failure_set(failure, STEP_JOIN, err, NULL);
	}
	if (setns(init, (int)reply->namespaces) < 0) {
		return failure_set(failure, STEP_JOIN, -errno, NULL);
	}
	/*
	 * In there root may be the user's, and a child of ours is root until it becomes the user:
	 * it must not be looked into, nor our program be opened by it. The next exec ends that.
	 * Only now: setns(2) has set it to what fs.suid_dumpable says. Cannot fail.
	 */
	if (user) {
		(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		session_strand(session);
	}
	err = cwd_restore(&session->cwd, reply->joined == 1);
	if (err < 0) {
		(void)failure_set(failure, STEP_JOIN, err, "no folder to be in");
		return leave_again(session, failure);
	}
	/* Before what is given up: that does not come back, and root gets in even after a failure. */
	err = session_tell(session, WORD_JOINED);
	if (err < 0) {
		(void)failure_set(failure, STEP_JOIN, err, "init is gone already");
		return leave_again(session, failure);
	}
	if (give_up(session, reply, failure) < 0) {
		/* The end of our socket says nothing any more. Init may be dead: then nobody counts us. */
		(void)session_tell(session, WORD_CLOSE);
		return leave_again(session, failure);
	}
	return 0;
}

/* What one open_session has in hand on its way to a space. */
struct attempt {
	const struct login *login;
	struct session *session; /* ours to free until keep_session has it */
	int proc;                /* of the application; -1: none */
	int init;                /* pidfd; -1: none */
	bool ours;               /* init's space was made for this login, and goes with it */
	struct answer answer;    /* the last word of the helper */
	bool unfit;              /* the application cannot be confined: ask, but make nothing */
};

/* A space is ready: take the session down in the PAM handle, and go inside. */
static int enter(pam_handle_t *pamh, struct attempt *attempt, struct failure *failure)
{
	const struct reply *reply = &attempt->answer.reply;
	struct session *session = attempt->session;
	int err;

	err = session_adopt(session, reply->namespaces, attempt->answer.fd);
	if (err < 0) {
		return failure_set(failure, STEP_REMEMBER, err, NULL);
	}
	space_id_format(session->space, attempt->login->uid, reply->number);
	attempt->session = NULL;
	err = keep_session(pamh, session);
	if (err < 0) {
		return failure_set(failure, STEP_ENVIRONMENT, err, NULL);
	}
	err = join(session, attempt->init, reply, failure);
	if (err < 0) {
		drop_session(pamh);
	}
	return err;
}

static int act_on(pam_handle_t *pamh, struct attempt *attempt, struct opened *ret,
		  struct failure *failure)
{
	const struct reply *reply = &attempt->answer.reply;

	ret->verdict = reply->verdict;
	memcpy(ret->detail, reply->detail, sizeof(ret->detail));
	switch (ret->verdict) {
	case VERDICT_JOIN:
		space_id_format(ret->space, attempt->login->uid, reply->number);
		ret->scope = (enum plan_scope)reply->scope;
		ret->joined = reply->joined == 1;
		/* In there the paths to the log are root's inside. */
		if ((reply->namespaces & CLONE_NEWUSER) != 0) {
			journal_hold(ret->journal);
		}
		return enter(pamh, attempt, failure);
	case VERDICT_IGNORE:
	case VERDICT_AUDIT:
		return 0;
	default:
		return failure_set(failure, reply->step, -reply->error, reply->detail);
	}
}

static bool is_init(const struct reply *reply)
{
	return reply->verdict == VERDICT_MADE || reply->verdict == VERDICT_FOUND;
}

static int look(const struct attempt *attempt, uint32_t namespaces)
{
	return space_verify(attempt->proc, attempt->init, namespaces, attempt->login->uid,
			    &attempt->session->from);
}

/*
 * A space's init is at work; what it is can be looked at meanwhile. Another one may follow: this
 * one came second, or was about to end.
 */
static int look_at_init(const struct helper *helper, struct attempt *attempt,
			struct failure *failure)
{
	const struct reply *reply = &attempt->answer.reply;
	const uint32_t namespaces = reply->namespaces;
	bool early;
	int seen, err;

	scope_close(&attempt->init);
	attempt->init = attempt->answer.fd;
	attempt->ours = reply->verdict == VERDICT_MADE;
	attempt->answer.fd = -1;
	/* The user namespace comes last, and with it another mount namespace. */
	early = (namespaces & CLONE_NEWUSER) == 0;
	seen = early ? look(attempt, namespaces) : 0;
	if (seen < 0 && seen != -ESRCH) {
		return failure_set(failure, STEP_VERIFY, seen, NULL);
	}
	err = helper_answer(helper, &attempt->answer, failure);
	if (err < 0) {
		return err;
	}
	if (!early && reply->verdict == VERDICT_JOIN) {
		seen = look(attempt, namespaces);
	}
	/* An init that has died already died of something, and the helper says of what. */
	if (seen < 0 && reply->verdict == VERDICT_JOIN) {
		return failure_set(failure, STEP_VERIFY, seen, NULL);
	}
	if (reply->verdict == VERDICT_JOIN && reply->namespaces != namespaces) {
		return failure_set(failure, STEP_REPLY, -EPROTO, "not the namespaces looked at");
	}
	return 0;
}

/* The replies, in the order of message.h. The first leaves time to remember where we are. */
static int hear_out(const struct helper *helper, struct attempt *attempt, struct opened *ret,
		    struct failure *failure)
{
	const struct reply *reply = &attempt->answer.reply;
	int err;

	err = attempt->unfit ? 0
			     : session_new(attempt->login->user, attempt->proc, &attempt->session);
	if (err < 0) {
		return failure_set(failure, STEP_REMEMBER, err, NULL);
	}
	err = helper_answer(helper, &attempt->answer, failure);
	if (err == 0 && reply->verdict == VERDICT_LENIENT) {
		ret->lenient = true;
		err = helper_answer(helper, &attempt->answer, failure);
	}
	/* Each round waits for the helper, and the helper has its deadline. */
	while (err == 0 && is_init(reply) && !attempt->unfit) {
		err = look_at_init(helper, attempt, failure);
	}
	if (err < 0) {
		return err;
	}
	if (reply->verdict == VERDICT_LENIENT || is_init(reply) ||
	    (reply->verdict == VERDICT_JOIN && attempt->init < 0)) {
		return failure_set(failure, STEP_REPLY, -EPROTO, "replies out of order");
	}
	return 0;
}

static int ask(const struct arguments *arguments, struct attempt *attempt, struct opened *ret,
	       struct failure *failure)
{
	struct request request;
	struct helper helper;
	int err;

	err = login_request(attempt->login, arguments, &request, failure);
	if (err < 0) {
		return err;
	}
	request.flags |= attempt->unfit ? REQUEST_UNFIT : 0u;
	err = helper_ask(arguments->helper, &request, &helper, failure);
	if (err < 0) {
		return err;
	}
	err = hear_out(&helper, attempt, ret, failure);
	if (err < 0) {
		helper_drop(&helper);
	} else {
		helper_close(&helper);
	}
	return err;
}

/* A failed attempt takes the init made for it along, in whatever state that is. */
static void attempt_end(const struct attempt *attempt, int err)
{
	if (err < 0 && attempt->init >= 0 && attempt->ours) {
		(void)pidfd_send_signal(attempt->init, SIGKILL, NULL, 0); /* ESRCH: dead already */
	}
	session_free(attempt->session);
	scope_close(&attempt->answer.fd);
	scope_close(&attempt->init);
	scope_close(&attempt->proc);
}

/*
 * An application that is unfit may still ask: the policy may say that this login is none of ours,
 * and then nobody is kept out. Whatever else the policy says, WHY stands.
 */
static int ask_unfit(const struct arguments *arguments, struct attempt *attempt, const char *why,
		     struct opened *ret, struct failure *failure)
{
	int err;

	attempt->unfit = true;
	err = ask(arguments, attempt, ret, failure);
	if (err == 0 && (attempt->answer.reply.verdict == VERDICT_IGNORE ||
			 attempt->answer.reply.verdict == VERDICT_AUDIT)) {
		return 0;
	}
	return failure_set(failure, STEP_APPLICATION, -EINVAL, why);
}

int open_space(pam_handle_t *pamh, const struct arguments *arguments, const struct login *login,
	       struct opened *ret, struct failure *failure)
{
	struct attempt attempt = { .login = login, .proc = -1, .init = -1, .answer.fd = -1 };
	const char *detail = NULL;
	int err;

	err = application_check(&attempt.proc, &detail);
	if (err < 0 && err != -EINVAL) {
		(void)failure_set(failure, STEP_APPLICATION, err, detail);
		goto end;
	}
	if (arguments->debug) {
		report_asking(pamh, login, arguments->helper);
	}
	err = err < 0 ? ask_unfit(arguments, &attempt, detail, ret, failure)
		      : ask(arguments, &attempt, ret, failure);
	if (err < 0) {
		goto end;
	}
	if (arguments->debug) {
		report_answer(pamh, &attempt.answer.reply);
	}
	err = act_on(pamh, &attempt, ret, failure);
end:
	attempt_end(&attempt, err);
	return err;
}

bool open_forgives(const struct opened *opened, const struct failure *failure)
{
	switch (failure->step) {
	case STEP_NONE:
	case STEP_POLICY:
	case STEP_LIMIT:
	case STEP_NUMBER:
	case STEP_RESTRICT:
	case STEP_RETURN:
		return false;
	case STEP_SHARED:
		return opened->lenient && failure->error != EUSERS; /* a limit, too */
	default:
		return opened->lenient;
	}
}
