/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostname.h - the host name of a space, from its template. Pure.
 */
#ifndef LOGINSPACE_HOSTNAME_H
#define LOGINSPACE_HOSTNAME_H

#include "plan.h"

struct hostname_words {
	const char *user;    /* %u */
	const char *uid;     /* %U */
	const char *host;    /* %h */
	const char *id;      /* %i, a space id */
	const char *service; /* %s */
};

/*
 * hostname_template_check - a template is 1 to PLAN_TEMPLATE_SIZE - 1 letters, digits, '-', '.',
 * "%u %U %h %i %s" and "%%"; it does not start with '-' or '.'. Returns 0 or -EINVAL.
 */
int hostname_template_check(const char *template);

/*
 * hostname_expand - whatever a host name may not have (hostname(7)) becomes '-', and what is longer
 * than 64 bytes is cut: a long user name must not cost its user the login.
 */
void hostname_expand(const char *template, const struct hostname_words *words,
		     char ret_name[PLAN_HOSTNAME_SIZE]);

#endif
