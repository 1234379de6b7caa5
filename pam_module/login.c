/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login.c - the login as the application describes it. The only look-up the module makes is the
 * user's passwd entry, while it is still in the application's own namespaces.
 */
#include "login.h"

#include <errno.h>
#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include <string.h>

#include "ask.h"
#include "steps.h"

/* An item that is not set, or cannot be had, counts as empty. */
static const char *item_text(pam_handle_t *pamh, int item)
{
	const void *text = NULL;

	if (pam_get_item(pamh, item, &text) != PAM_SUCCESS || text == NULL) {
		return "";
	}
	return text;
}

struct login login_items(pam_handle_t *pamh)
{
	return (struct login){
		.user = item_text(pamh, PAM_USER),
		.service = item_text(pamh, PAM_SERVICE),
		.rhost = item_text(pamh, PAM_RHOST),
		.tty = item_text(pamh, PAM_TTY),
	};
}

int login_look_up(pam_handle_t *pamh, struct login *login, struct failure *failure)
{
	const struct passwd *entry;
	int err;

	if (login->user[0] == '\0') {
		return failure_set(failure, STEP_USER, -EINVAL, "PAM_USER is not set");
	}
	errno = 0;
	entry = pam_modutil_getpwnam(pamh, login->user);
	if (entry == NULL) {
		err = errno == 0 ? -ENOENT : -errno;
		(void)failure_set(failure, STEP_USER, err, "no passwd entry for this user");
		/* A name service that is broken must not lock root out: uid 0 has this name. */
		login->known = strcmp(login->user, "root") == 0;
		return login->known ? 0 : err;
	}
	if (entry->pw_uid == (uid_t)-1) {
		return failure_set(failure, STEP_USER, -EINVAL, "uid 4294967295 names nobody");
	}
	login->uid = entry->pw_uid;
	login->known = true;
	return 0;
}

int login_request(const struct login *login, const struct arguments *arguments, struct request *ret,
		  struct failure *failure)
{
	struct request request = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.uid = login->uid,
		.flags = arguments->any_service ? REQUEST_ANY_SERVICE : 0u,
		.deadline_ms = ASK_HELPER_DEADLINE_MS,
	};

	if (message_text_set(request.user, sizeof(request.user), login->user) < 0) {
		return failure_set(failure, STEP_REQUEST, -ENAMETOOLONG, "user name");
	}
	if (message_text_set(request.service, sizeof(request.service), login->service) < 0) {
		return failure_set(failure, STEP_REQUEST, -ENAMETOOLONG, "service name");
	}
	if (message_text_set(request.rhost, sizeof(request.rhost), login->rhost) < 0) {
		return failure_set(failure, STEP_REQUEST, -ENAMETOOLONG, "remote host");
	}
	if (message_text_set(request.tty, sizeof(request.tty), login->tty) < 0) {
		return failure_set(failure, STEP_REQUEST, -ENAMETOOLONG, "terminal");
	}
	if (message_text_set(request.conf, sizeof(request.conf), arguments->conf) < 0) {
		return failure_set(failure, STEP_REQUEST, -ENAMETOOLONG, "conf=");
	}
	*ret = request;
	return 0;
}
