/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * restrict.c - giving up for good. Runs in the PAM application after the join, and in the process
 * of `loginspace enter` that becomes the user. No library: sshd is the host.
 */
#include "restrict.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filter.h"

#define CAPABILITIES_MAX 64
#define HALF_BITS        32

static bool is_kept(uint64_t kept, unsigned int capability)
{
	return (kept >> capability & 1) != 0;
}

/* The kernel says where its capabilities end: EINVAL from the first number on that it lacks. */
static int bounding_shrink(uint64_t kept)
{
	unsigned int capability;

	for (capability = 0; capability < CAPABILITIES_MAX; capability++) {
		const int held = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);

		if (held < 0) {
			return errno == EINVAL ? 0 : -errno;
		}
		if (held > 0 && !is_kept(kept, capability) &&
		    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) {
			return -errno;
		}
	}
	return 0;
}

/*
 * What is inheritable comes back by an exec of a file that has it inheritable, whatever the
 * bounding set says. The ambient ones go with it. Effective and permitted stay: they are the
 * application's.
 */
static int inheritable_shrink(uint64_t kept)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	unsigned int half;

	if (syscall(SYS_capget, &header, data) < 0) {
		return -errno;
	}
	for (half = 0; half < _LINUX_CAPABILITY_U32S_3; half++) {
		data[half].inheritable &= (uint32_t)(kept >> (half * HALF_BITS));
	}
	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

int restrictions_apply(const struct restrictions *restrictions)
{
	int err = 0;

	if (restrictions->capabilities != RESTRICT_CAPABILITIES_ALL) {
		err = bounding_shrink(restrictions->capabilities);
		if (err == 0) {
			err = inheritable_shrink(restrictions->capabilities);
		}
	}
	if (err == 0 && restrictions->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		err = -errno;
	}
	/* The last: it may refuse what the others need. */
	if (err == 0 && restrictions->filter) {
		err = filter_install(&FILTER_SESSION);
	}
	return err;
}
