/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.h - one login, from its request to the last word.
 */
#ifndef LOGINSPACE_SERVE_H
#define LOGINSPACE_SERVE_H

#include "message.h"

/*
 * login_serve - asks the policy, and joins or makes a space; every word to the module goes over
 * MESSAGE_HELPER_FD. OWNER: a pidfd of the PAM application. TITLE: argv[0].
 */
void login_serve(const struct request *request, int owner, char *title);

#endif
