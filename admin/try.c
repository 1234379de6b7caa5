/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * try.c - `loginspace try`: a login through the module, helper and init as they are installed, with
 * no PAM file changed. A PAM application, as root.
 */
#include <ctype.h>
#include <errno.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "complaint.h"
#include "message.h"
#include "options.h"
#include "quote.h"
#include "run.h"
#include "run_environment.h"
#include "run_shell.h"
#include "scope.h"
#include "try_service.h"
#include "verbs.h"

#define DEFAULT_SERVICE "loginspace"
#define VARIABLE        "LOGINSPACE"

struct trial {
	const char *user;
	const char *rhost;
	const char *tty; /* NULL: the command's terminal, if it has one */
	char service_name[MESSAGE_SERVICE_SIZE];
	struct try_service service;
	char **words; /* of the command; the first is NULL: the shell */
};

/* --- the words of the command line -------------------------------------------------------------- */

static int service_set(struct trial *trial, const char *name)
{
	size_t i;

	if (try_service_name_check(name) < 0) {
		return -EINVAL;
	}
	for (i = 0; name[i] != '\0'; i++) {
		trial->service_name[i] = (char)tolower((unsigned char)name[i]);
	}
	trial->service.name = trial->service_name;
	return 0;
}

/* The first of them that may not be said; NULL when all may. */
static const char *word_refused(struct trial *trial, const char *service)
{
	const char *const paths[] = { trial->service.module, trial->service.helper,
				      trial->service.conf };
	size_t i;

	if (service_set(trial, service) < 0) {
		return service;
	}
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (paths[i] != NULL && try_service_path_check(paths[i]) < 0) {
			return paths[i];
		}
	}
	return NULL;
}

static int arguments_read(int argc, char **argv, struct trial *trial)
{
	const char *service = DEFAULT_SERVICE, *word = NULL;
	const struct option_rule rules[] = {
		{ "service", NULL, &service },
		{ "rhost", NULL, &trial->rhost },
		{ "tty", NULL, &trial->tty },
		{ "conf", NULL, &trial->service.conf },
		{ "helper", NULL, &trial->service.helper },
		{ "module", NULL, &trial->service.module },
	};
	int first;

	if (options_read(argc, argv, rules, sizeof(rules) / sizeof(rules[0]), &first, &word) < 0) {
		return verb_usage(argv[0], word);
	}
	if (first >= argc) {
		return verb_usage(argv[0], NULL);
	}
	word = word_refused(trial, service);
	if (word != NULL) {
		return verb_usage(argv[0], word);
	}
	trial->user = argv[first];
	trial->words = argv + first + 1;
	return VERB_DONE;
}

/* --- PAM ---------------------------------------------------------------------------------------- */

/* What the module says to the user. It asks nothing, and nobody would answer. */
static int converse(int count, const struct pam_message **messages,
		    struct pam_response **ret_answers, void *data)
{
	int i;

	(void)data;
	for (i = 0; i < count; i++) {
		if (messages[i]->msg_style != PAM_ERROR_MSG &&
		    messages[i]->msg_style != PAM_TEXT_INFO) {
			return PAM_CONV_ERR;
		}
	}
	*ret_answers = count > 0 ? calloc((size_t)count, sizeof(**ret_answers)) : NULL;
	if (*ret_answers == NULL) {
		return PAM_BUF_ERR;
	}
	for (i = 0; i < count; i++) {
		(void)fprintf(stderr, "%s\n", messages[i]->msg); /* nowhere else to go */
	}
	return PAM_SUCCESS;
}

static int items_set(pam_handle_t *pamh, const struct trial *trial, const struct terminal *terminal)
{
	const char *tty = trial->tty;
	int result = PAM_SUCCESS;

	if (tty == NULL && terminal->name[0] != '\0') {
		tty = terminal->name;
	}
	if (trial->rhost != NULL) {
		result = pam_set_item(pamh, PAM_RHOST, trial->rhost);
	}
	if (result == PAM_SUCCESS && tty != NULL) {
		result = pam_set_item(pamh, PAM_TTY, tty);
	}
	return result;
}

/* The file has been read when this returns: nothing of it is needed any more. */
static int transaction_start(const struct trial *trial, pam_handle_t **ret)
{
	static const struct pam_conv CONVERSATION = { converse, NULL };
	SCOPE_FD int folder = -1;
	char path[32];
	int result, err;

	err = try_service_make(&trial->service, &folder);
	if (err < 0) {
		complaint_say("cannot make a PAM service: %s", strerror(-err));
		return VERB_FAILED;
	}
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	result = pam_start_confdir(trial->service.name, trial->user, &CONVERSATION, path, ret);
	if (result != PAM_SUCCESS) {
		complaint_say("cannot start PAM: %s", pam_strerror(*ret, result));
		return VERB_FAILED;
	}
	return VERB_DONE;
}

static void say_unconfined(const struct trial *trial)
{
	char quoted[QUOTE_SIZE(64)];

	complaint_say("this login gets no space: the log says why, and so does "
		      "'loginspace explain %s --service %s'",
		      quote(quoted, sizeof(quoted), trial->user), trial->service.name);
}

static int command_run(pam_handle_t *pamh, const struct trial *trial, const struct account *account,
		       struct terminal *terminal, int null)
{
	char **variables = pam_getenvlist(pamh);
	struct run run = { .account = account,
			   .home = account->home,
			   .space = pam_getenv(pamh, VARIABLE),
			   .null = null };
	struct shell shell = { .own = { NULL } };
	int status = VERB_FAILED;

	if (run.space == NULL) {
		say_unconfined(trial);
	}
	run.environment =
		environment_make(account, account->uid == 0 ? RUN_PATH_ROOT : RUN_PATH_USER,
				 environ, (const char *const *)variables);
	if (run.environment == NULL || shell_choose(account, true, trial->words, &shell) < 0) {
		complaint_say("cannot run the command: %s", strerror(ENOMEM));
	} else {
		run.file = shell.file;
		run.words = shell.words;
		status = run_command(&run, terminal);
	}
	shell_free(&shell);
	environment_free(run.environment);
	environment_free(variables);
	return status;
}

static int session_run(pam_handle_t *pamh, const struct trial *trial, const struct account *account,
		       struct terminal *terminal, int null)
{
	int result, closed, status;

	result = items_set(pamh, trial, terminal);
	if (result == PAM_SUCCESS) {
		result = pam_acct_mgmt(pamh, 0);
	}
	if (result == PAM_SUCCESS) {
		result = pam_open_session(pamh, 0);
	}
	if (result != PAM_SUCCESS) {
		complaint_say("denied (%s); the log says why: journalctl -g pam_loginspace, or "
			      "where authpriv goes, such as /var/log/auth.log",
			      pam_strerror(pamh, result));
		(void)pam_end(pamh, result);
		return VERB_FAILED;
	}
	status = command_run(pamh, trial, account, terminal, null);
	closed = pam_close_session(pamh, 0);
	if (closed != PAM_SUCCESS) {
		complaint_say("cannot close the session: %s", pam_strerror(pamh, closed));
	}
	(void)pam_end(pamh, closed);
	return status;
}

/* The terminal is opened on the host, before the session takes us away from it. */
static int login_try(const struct trial *trial, const struct account *account, int null)
{
	struct terminal terminal = TERMINAL_NONE;
	pam_handle_t *pamh = NULL;
	int status, err;

	err = terminal_open(account->uid, -1, &terminal);
	if (err < 0) {
		complaint_say("cannot open a terminal: %s", strerror(-err));
		return VERB_FAILED;
	}
	status = transaction_start(trial, &pamh);
	if (status == VERB_DONE) {
		status = session_run(pamh, trial, account, &terminal, null);
	}
	terminal_close(&terminal);
	return status;
}

int try_main(int argc, char **argv)
{
	struct trial trial = { .service = { .module = LOGINSPACE_MODULE,
					    .helper = LOGINSPACE_HELPER } };
	char quoted[QUOTE_SIZE(64)];
	struct account *account = NULL;
	SCOPE_FD int null = -1;
	int status = arguments_read(argc, argv, &trial);
	int err;

	if (status != VERB_DONE) {
		return status;
	}
	err = run_standard_open(&null);
	if (err == 0) {
		err = account_find(trial.user, &account);
	}
	if (account == NULL) {
		complaint_say("cannot look up %s: %s", quote(quoted, sizeof(quoted), trial.user),
			      err == -ENOENT ? "there is no such user" : strerror(-err));
		return VERB_FAILED;
	}
	status = login_try(&trial, account, null);
	account_free(account);
	return status;
}
