/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.c - gives up system calls. Runs in the helper and in init; in the PAM application for
 * `seccomp = default`, where it needs CAP_SYS_ADMIN, as no_new_privs would break sudo inside.
 */
#include "filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

int filter_install(const struct filter *filter)
{
	const struct sock_fprog program = {
		.len = filter->length,
		.filter = (struct sock_filter *)(uintptr_t)filter->code,
	};

	/* The sanitizers' runtime makes calls that nobody lists. */
	if (!LOGINSPACE_FILTERS) {
		return 0;
	}
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? -errno : 0;
}
