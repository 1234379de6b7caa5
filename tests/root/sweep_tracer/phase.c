// SPDX-License-Identifier: BSD-2-Clause
/*
 * phase.c - an application's phases, by what pam_driver does around them.
 */
#include <sys/ptrace.h>

#include "phase.h"

#include <linux/netlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static bool says(const struct tracee *t, const struct __ptrace_syscall_info *info, const char *what)
{
	char text[8] = "";
	struct iovec here = { text, strlen(what) };
	struct iovec there = { (void *)(uintptr_t)info->entry.args[1], strlen(what) };

	return info->entry.nr == SYS_write && info->entry.args[0] == 1 &&
	       process_vm_readv(t->pid, &here, 1, &there, 1, 0) > 0 &&
	       strncmp(text, what, strlen(what)) == 0;
}

/* The last call of its look at itself, which it does before open_session and pam_end. */
static bool looks(const struct __ptrace_syscall_info *info)
{
#ifdef SYS_getpgrp
	return info->entry.nr == SYS_getpgrp;
#else
	return info->entry.nr == SYS_getpgid;
#endif
}

/* libpam's own record, when all modules have returned: what becomes of it is none of ours. */
static bool audits(const struct __ptrace_syscall_info *info)
{
	return info->entry.nr == SYS_socket && info->entry.args[0] == AF_NETLINK &&
	       info->entry.args[2] == NETLINK_AUDIT;
}

bool phase_advance(struct tracee *t, const struct __ptrace_syscall_info *info)
{
	if (audits(info) && (t->phase == IN_OPEN || t->phase == IN_CLOSE)) {
		t->phase++;
	}
	switch (t->phase) {
	case AT_START:
		t->phase = looks(info) ? IN_OPEN : t->phase;
		return false;
	case IN_OPEN:
		t->phase = says(t, info, "open=") ? IN_SESSION : t->phase;
		return t->phase == IN_OPEN;
	case IN_SESSION: /* looks once more, then waits for the child that was the session */
		t->phase =
			says(t, info, "hold=") || info->entry.nr == SYS_wait4 ? IN_CLOSE : t->phase;
		return false;
	case IN_CLOSE:
		if (says(t, info, "close=")) {
			t->phase = AFTER_CLOSE;
		}
		return t->phase == IN_CLOSE &&
		       !(info->entry.nr == SYS_read && info->entry.args[0] == 0) &&
		       !says(t, info, "hold=");
	case AFTER_CLOSE:
		t->phase = looks(info) ? IN_END : t->phase;
		return false;
	case IN_END:
		t->phase = says(t, info, "after-") ? AT_END : t->phase;
		return t->phase == IN_END;
	default:
		return false;
	}
}
