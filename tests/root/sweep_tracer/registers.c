// SPDX-License-Identifier: BSD-2-Clause
/*
 * registers.c - the system call of a process that is stopped at one, for each machine.
 */
#include "registers.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "tracee.h"

static void registers_move(pid_t pid, int request, struct registers *r)
{
	struct iovec vector = { &r->raw, sizeof(r->raw) };

	if (ptrace(request, pid, NT_PRSTATUS, &vector) < 0 && errno != ESRCH) {
		err(OWN_ERROR, "registers");
	}
}

void registers_read(pid_t pid, struct registers *ret)
{
	registers_move(pid, PTRACE_GETREGSET, ret);
}

#if defined(__x86_64__)
void call_set(pid_t pid, struct registers *r, long call, long argument)
{
	r->raw.orig_rax = (unsigned long)call;
	r->raw.rdi = (unsigned long)argument;
	registers_move(pid, PTRACE_SETREGSET, r);
}

void result_set(pid_t pid, struct registers *r, const struct registers *before, long result)
{
	r->raw.rdi = before->raw.rdi;
	r->raw.rax = (unsigned long)result;
	registers_move(pid, PTRACE_SETREGSET, r);
}

void call_rewind(pid_t pid, struct registers *r, const struct registers *before, long call)
{
	r->raw.rdi = before->raw.rdi;
	r->raw.rax = (unsigned long)call;
	r->raw.orig_rax = (unsigned long)-1;
	r->raw.rip -= 2;
	registers_move(pid, PTRACE_SETREGSET, r);
}
#else
void call_set(pid_t pid, struct registers *r, long call, long argument)
{
	int number = (int)call;
	struct iovec vector = { &number, sizeof(number) };

	r->raw.regs[0] = (unsigned long)argument;
	registers_move(pid, PTRACE_SETREGSET, r);
	(void)ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &vector);
}

void result_set(pid_t pid, struct registers *r, const struct registers *before, long result)
{
	r->raw.regs[0] = (unsigned long)result;
	registers_move(pid, PTRACE_SETREGSET, r);
}

void call_rewind(pid_t pid, struct registers *r, const struct registers *before, long call)
{
	r->raw.regs[0] = before->raw.regs[0];
	r->raw.pc -= 4;
	registers_move(pid, PTRACE_SETREGSET, r);
}
#endif
