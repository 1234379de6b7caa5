/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * systrees.c - control groups and SELinux, which live below /sys, in a fresh /sys. Runs in the
 * child inside the new mount namespace, with CAP_SYS_ADMIN.
 */
#include "systrees.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/vfs.h>

#include "mounts.h"
#include "scope.h"

/* SELinux: see selinux(8). */
static const char *const PATHS[SYSTREES_COUNT] = { "/sys/fs/cgroup", "/sys/fs/selinux" };

static int tree_take(const char *path, int *ret_tree)
{
	SCOPE_FD int place = -1;
	bool mounted = false;
	int err;

	err = folder_open(path, &place);
	if (err == 0) {
		err = mount_is(place, &mounted);
	}
	if (err == -ENOENT || (err == 0 && !mounted)) {
		return 0;
	}
	return err < 0 ? err : tree_clone(place, ret_tree);
}

int systrees_unified(void)
{
	SCOPE_FD int place = -1;
	struct statfs about;
	int err = folder_open(PATHS[0], &place);

	if (err < 0) {
		return err;
	}
	if (fstatfs(place, &about) < 0) {
		return -errno;
	}
	return about.f_type == CGROUP2_SUPER_MAGIC ? 0 : -EOPNOTSUPP;
}

int systrees_take(struct systrees *systrees)
{
	size_t i;
	int err = 0;

	for (i = 0; i < SYSTREES_COUNT && err == 0; i++) {
		err = tree_take(PATHS[i], &systrees->trees[i]);
	}
	return err;
}

int systrees_put(const struct systrees *systrees, struct ledger *ledger)
{
	size_t i;
	int err = 0;

	for (i = 0; i < SYSTREES_COUNT && err == 0; i++) {
		SCOPE_FD int target = -1;

		if (systrees->trees[i] < 0) {
			continue;
		}
		err = folder_open(PATHS[i], &target);
		if (err == 0) {
			err = ledger_put(ledger, systrees->trees[i], target, PATHS[i], 0);
		}
	}
	return err;
}

void systrees_drop(struct systrees *systrees)
{
	size_t i;

	for (i = 0; i < SYSTREES_COUNT; i++) {
		scope_close(&systrees->trees[i]); /* what was put in place stays */
		systrees->trees[i] = -1;
	}
}
