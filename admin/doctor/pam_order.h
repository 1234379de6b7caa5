/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_order.h - are our lines in a PAM stack where they belong, as pam_loginspace(8) says? Pure.
 */
#ifndef LOGINSPACE_ADMIN_PAM_ORDER_H
#define LOGINSPACE_ADMIN_PAM_ORDER_H

#include <stdbool.h>

#include "finding.h"
#include "pam_lines.h"

/* Is this line one of our module? */
bool pam_line_is_ours(const struct pam_line *line);

/* The value of the argument NAME ("helper=") of a line, or NULL. */
const char *pam_line_value(const struct pam_line *line, const char *name);

/*
 * pam_order_judge - the session lines of SERVICE; each thing wrong is a finding, and one is added
 * when nothing is. SELINUX: it is switched on on this machine.
 */
void pam_order_judge(const char *service, const struct pam_lines *lines, bool selinux,
		     struct findings *findings);

#endif
