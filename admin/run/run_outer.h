/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_outer.h - the outer process of a command, see run.h.
 */
#ifndef LOGINSPACE_ADMIN_RUN_OUTER_H
#define LOGINSPACE_ADMIN_RUN_OUTER_H

#include <signal.h>

#include "run.h"

/* outer_signals - those that mean something to outer_run. */
void outer_signals(sigset_t *ret);

/*
 * outer_run - what run_command promises. SIGNALS is a signalfd of some of outer_signals, which are
 * blocked; SIGCHLD and SIGPIPE are ignored.
 */
int outer_run(const struct run *run, struct terminal *terminal, int signals);

#endif
