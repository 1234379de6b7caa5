/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.h - which system calls a process may still make. The lists stand beside the code that needs
 * each call (helper/helper.calls, helper/init/init.calls) or that they keep out (lib/session.calls);
 * config/filters.c makes programs for seccomp(2) of them when this is built.
 */
#ifndef LOGINSPACE_FILTER_H
#define LOGINSPACE_FILTER_H

#include <linux/filter.h>

struct filter {
	const struct sock_filter *code;
	unsigned short length;
};

/* What is not listed kills the process, and the kernel logs it. Its children inherit that. */
extern const struct filter FILTER_HELPER;

/* What is not listed fails with EPERM: to kill PID 1 would kill the user's processes. */
extern const struct filter FILTER_INIT;

/* What is listed fails with EPERM, clone3 with ENOSYS, for whoever lives in the session. */
extern const struct filter FILTER_SESSION;

/*
 * filter_install - from here on, and in all children and programs that they become, for ever. Needs
 * no_new_privs or CAP_SYS_ADMIN. Returns 0, or a negative errno: -EACCES without either, -EINVAL
 * from a kernel without seccomp filters. A build with FILTERS=0 installs nothing and returns 0.
 */
int filter_install(const struct filter *filter);

#endif
