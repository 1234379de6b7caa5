/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seclude.c - see seclude.h. Runs in the helper, as root; needs CAP_SYS_ADMIN for the mount.
 *
 * The fd is opened once, by the helper, at the number that it has in init: each close of an fd of
 * this folder makes the kernel look through the locks of all spaces, and one too many in init, after
 * its number is taken, would give it back.
 */
#include "seclude.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "fds.h"
#include "init_fds.h"
#include "mounts.h"
#include "registry.h"
#include "scope.h"

_Static_assert(INIT_REGISTRY_FD < FDS_FREE, "is reserved: see below");

/* All numbers below are in use, so what is opened next gets this one. */
static void number_free(void)
{
	(void)close(INIT_REGISTRY_FD);
}

int registry_seclude(int *ret_tree, int *ret_registry)
{
	SCOPE_FD int folder = -1;
	SCOPE_FD int tree = -1;
	int err, registry;

	err = registry_provide();
	if (err < 0) {
		return err;
	}
	folder = open(REGISTRY_PATH, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0) {
		return -errno;
	}
	err = registry_check(folder);
	if (err == 0) {
		err = tree_clone(folder, &tree);
	}
	if (err < 0) {
		return err;
	}
	number_free();
	registry = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (registry < 0) {
		return -errno;
	}
	*ret_tree = tree;
	tree = -1;
	*ret_registry = registry;
	return 0;
}
