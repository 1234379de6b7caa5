/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_exec.h - the command's own process, see run.h, up to its exec.
 */
#ifndef LOGINSPACE_ADMIN_RUN_EXEC_H
#define LOGINSPACE_ADMIN_RUN_EXEC_H

#include "run.h"

/*
 * run_exec - in a fork of the monitor, with all signals blocked. SLAVE: its terminal, or -1; fds 0
 * to 2 that are a terminal are replaced by it. When it fails it says so on fd 2 and exits, with
 * RUN_MISSING, RUN_CANNOT or RUN_FAILED.
 */
_Noreturn void run_exec(const struct run *run, int slave);

#endif
