/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.h - what is done to a system call.
 */
#ifndef LOGINSPACE_SWEEP_CALL_H
#define LOGINSPACE_SWEEP_CALL_H

#include "tracee.h"

/* At a stop for a call. False when T is no longer followed. */
bool syscall_stop(struct tracee *t);

#endif
