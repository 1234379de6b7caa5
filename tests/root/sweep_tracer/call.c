// SPDX-License-Identifier: BSD-2-Clause
/*
 * call.c - what is done to a system call: listed, failed, killed at, stopped at.
 */
#include <sys/ptrace.h>

#include "call.h"

#include <signal.h>
#include <sys/syscall.h>

#include "phase.h"
#include "registers.h"

#define MARK (-4242) /* of tests/coverage/flush.c */

pid_t stopped;
time_t resume_at;

static struct registers before; /* of the call that is the one */
static long before_call;

static void entry_do(struct tracee *t, const struct __ptrace_syscall_info *info)
{
	struct registers now;
	long call = (long)info->entry.nr;
	char name[32];
	int n;

	if (call == SYS_close && (int)info->entry.args[0] == MARK) {
		t->muted = !t->muted;
		return;
	}
	if (t->muted || call < 0 || call >= CALLS_MAX ||
	    (t->role == ROLE_APP && !phase_advance(t, info))) {
		return;
	}
	n = ++t->calls[call];
	if (want.action == ACTION_LIST) {
		tracee_name(t, name, sizeof(name));
		fprintf(want.list, "%s %ld %d\n", name, call, n);
		return;
	}
	if (reached || call != want.call || n != want.number || !wanted_role(t)) {
		return;
	}
	reached = true;
	if (want.action == ACTION_KILL) {
		kill(t->pid, SIGKILL);
		return;
	}
	t->hit = true;
	registers_read(t->pid, &before);
	before_call = call;
	if (want.action != ACTION_LATE) {
		/* Not -1: a filter of the process would see that. Each allows to close a file. */
		now = before;
		call_set(t->pid, &now, SYS_close, -1);
	}
}

/* False when T is no longer followed. */
static bool exit_do(struct tracee *t)
{
	struct registers now;

	if (!t->hit) {
		return true;
	}
	t->hit = false;
	registers_read(t->pid, &now);
	if (want.action != ACTION_STOP) {
		result_set(t->pid, &now, &before, -want.error);
		return true;
	}
	call_rewind(t->pid, &now, &before, before_call);
	kill(t->pid, SIGSTOP);
	ptrace(PTRACE_DETACH, t->pid, 0, 0);
	stopped = t->pid;
	resume_at = time(NULL) + want.seconds;
	tracee_drop(t);
	return false;
}

bool syscall_stop(struct tracee *t)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof(info), &info) < 0) {
		return true; /* has just been killed */
	}
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		entry_do(t, &info);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		return exit_do(t);
	}
	return true;
}
