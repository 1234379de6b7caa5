/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * phase.h - an application's phases, by what pam_driver does around them.
 */
#ifndef LOGINSPACE_SWEEP_PHASE_H
#define LOGINSPACE_SWEEP_PHASE_H

#include <linux/ptrace.h>
#include <stdbool.h>

#include "tracee.h"

/* True when the call, at its entry, is the module's. */
bool phase_advance(struct tracee *t, const struct __ptrace_syscall_info *info);

#endif
