/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_indifferent.h - session modules to which it is all the same whether they work inside the space
 * or outside of it. Pure.
 */
#ifndef LOGINSPACE_ADMIN_PAM_INDIFFERENT_H
#define LOGINSPACE_ADMIN_PAM_INDIFFERENT_H

#include <stdbool.h>

#include "pam_lines.h"

/* Does what the line does when a session is opened come out the same inside? */
bool pam_line_opens_inside(const struct pam_line *line, bool selinux);

/* And when the session is closed? SELINUX: it is switched on on this machine. */
bool pam_line_closes_inside(const struct pam_line *line, bool selinux);

#endif
