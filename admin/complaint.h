/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * complaint.h - the one sink of the command: a line on stderr, "loginspace: ...". Text from
 * outside has to be quoted before it is handed over.
 */
#ifndef LOGINSPACE_ADMIN_COMPLAINT_H
#define LOGINSPACE_ADMIN_COMPLAINT_H

#include "problem.h"

void complaint_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* complaint_problem - where it is about a file, as "FILE:LINE: text" without our name before it. */
void complaint_problem(const struct problem *problem);

/* complaint_warning - of a line of a file that is no mistake. */
void complaint_warning(const struct problem *problem);

#endif
