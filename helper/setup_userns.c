/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_userns.c - the steps of a space with user among its namespaces. Runs in the child that becomes
 * init.
 */
#include "setup_userns.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fence.h"

int setup_fence(struct setup *setup)
{
	const char *path = "";
	int err = fence_make(&setup->ledger, &setup->inner, &path);

	if (err < 0) {
		(void)snprintf(setup->detail, sizeof(setup->detail), "%s", path);
	}
	return err;
}

/*
 * After all mounts are made and read back: the copy of the mount namespace belongs to the user
 * namespace, and the mounts in it are locked together, mount_namespaces(7). So root inside can
 * neither take away what covers something nor make writable what is not. The other namespaces
 * belong to the host's root as before.
 */
int setup_userns(struct setup *setup)
{
	if (setns(setup->userns, CLONE_NEWUSER) < 0 || unshare(CLONE_NEWNS) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) {
		return -errno;
	}
	(void)close(setup->userns);
	return 0;
}
