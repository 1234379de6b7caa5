/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_monitor.h - the first process of a command in the space, see run.h.
 */
#ifndef LOGINSPACE_ADMIN_RUN_MONITOR_H
#define LOGINSPACE_ADMIN_RUN_MONITOR_H

#include "run.h"

/*
 * run_monitor - in a fork. CHANNEL is its end of the socket to outer; it closes whatever else outer
 * had open.
 */
_Noreturn void run_monitor(const struct run *run, const struct terminal *terminal, int channel);

#endif
