/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init_main.c - loginspace-init: PID 1 of a space as a program of its own, see image.h. Started by
 * the helper's child with the fds of init_fds.h in place, all signals blocked and CAP_KILL ambient;
 * static, so that a space costs a few pages and not a dynamic linker with three libraries.
 */
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include "init.h"

/* For what(1) and `loginspace doctor`: programs of two versions do not go together. */
__attribute__((used, retain)) static const char VERSION_MARK[] =
	"@(#)loginspace " LOGINSPACE_VERSION;

/* execve(2) has needed CAP_KILL inheritable and ambient; init execs nothing any more. */
static int keep_kill_only(void)
{
	const struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{ .effective = CAP_TO_MASK(CAP_KILL), .permitted = CAP_TO_MASK(CAP_KILL) },
	};

	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
			       syscall(SYS_capset, &header, data) < 0
		       ? -1
		       : 0;
}

int main(void)
{
	/* By hand it is nobody's init: the kernel gives PID 1 to the first of a namespace only. */
	if (getpid() != 1) {
		return EX_USAGE;
	}
	/* Neither can fail for a process that holds what the helper's child does; if so, go on. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)keep_kill_only();
	init_run();
}
