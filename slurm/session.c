/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.c - the PAM session of a task. Runs in a fork of slurmstepd, which has one thread, as
 * root, with signals blocked; what it changes is the task's alone.
 */
#include "session.h"

#include <errno.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VARIABLE "LOGINSPACE"

/* Nobody is there to answer a question. */
static int converse(int count, const struct pam_message **messages,
		    struct pam_response **ret_answers, void *data)
{
	const struct session *session = data;
	int i;

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
		session->say(messages[i]->msg);
	}
	return PAM_SUCCESS;
}

static int space_note(pam_handle_t *pamh, struct session *session)
{
	const char *space = pam_getenv(pamh, VARIABLE);

	if (space == NULL) {
		return 0; /* the policy: no space for this one */
	}
	if (strlen(space) >= sizeof(session->space)) {
		return -ENAMETOOLONG;
	}
	(void)snprintf(session->space, sizeof(session->space), "%s", space);
	return 0;
}

int session_open(struct session *session)
{
	const struct pam_conv conversation = { converse, session };
	pam_handle_t *pamh = NULL;
	int result;

	session->space[0] = '\0';
	if (access("/etc/pam.d/" SESSION_SERVICE, F_OK) < 0) {
		return -errno;
	}
	result = pam_start(SESSION_SERVICE, session->user, &conversation, &pamh);
	if (result == PAM_SUCCESS && session->tty != NULL) {
		result = pam_set_item(pamh, PAM_TTY, session->tty);
	}
	if (result == PAM_SUCCESS) {
		result = pam_open_session(pamh, 0);
	}
	if (result != PAM_SUCCESS) {
		session->say(pam_strerror(pamh, result));
		return -EACCES;
	}
	return space_note(pamh, session);
}
