/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - the system call of a process that is stopped at one, ptrace(2).
 */
#ifndef LOGINSPACE_SWEEP_REGISTERS_H
#define LOGINSPACE_SWEEP_REGISTERS_H

#include <sys/types.h>
#include <sys/user.h>
#if defined(__aarch64__)
#include <sys/ptrace.h>
#endif

struct registers {
#if defined(__x86_64__)
	struct user_regs_struct raw;
#elif defined(__aarch64__)
	struct user_pt_regs raw;
#else
#error "which registers hold a system call here?"
#endif
};

void registers_read(pid_t pid, struct registers *ret);

/* At the entry: CALL is made instead, with ARGUMENT as its first. */
void call_set(pid_t pid, struct registers *r, long call, long argument);

/* At the exit: BEFORE are the registers of the entry, and what is there but for the result. */
void result_set(pid_t pid, struct registers *r, const struct registers *before, long result);

/* At the exit: CALL will be made anew, as if it had not begun. */
void call_rewind(pid_t pid, struct registers *r, const struct registers *before, long call);

#endif
