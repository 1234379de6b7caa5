/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login.h - the login as the application's PAM items describe it.
 */
#ifndef LOGINSPACE_LOGIN_H
#define LOGINSPACE_LOGIN_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <sys/types.h>

#include "arguments.h"
#include "failure.h"
#include "message.h"

/* The texts are libpam's and live as long as the items are not set anew; none is NULL. */
struct login {
	const char *user;
	const char *service;
	const char *rhost; /* empty: local */
	const char *tty;   /* empty: none */
	uid_t uid;
	bool known; /* uid is valid */
};

/* login_items - PAM_USER, PAM_SERVICE, PAM_RHOST, PAM_TTY. Cannot fail; the uid is not known. */
struct login login_items(pam_handle_t *pamh);

/*
 * login_look_up - the uid, from the user's passwd entry. Returns 0 or a negative errno that
 * *FAILURE explains. "root" counts as uid 0 even without an entry, with *FAILURE filled.
 */
int login_look_up(pam_handle_t *pamh, struct login *login, struct failure *failure);

/* login_request - the same as a message. Returns 0 or a negative errno that *FAILURE explains. */
int login_request(const struct login *login, const struct arguments *arguments, struct request *ret,
		  struct failure *failure);

#endif
