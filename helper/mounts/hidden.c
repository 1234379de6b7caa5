/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hidden.c - an empty folder and an empty file. Runs in the child inside the new mount namespace,
 * with CAP_SYS_ADMIN.
 */
#include "hidden.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mounts.h"
#include "scope.h"
#include "scratch.h"

static int make(struct hidden *hidden)
{
	static const char *const names[] = { "folder", "file" };
	SCOPE_FD int scratch = -1;
	int trees[2];
	int err;

	err = scratch_make(&scratch);
	if (err < 0) {
		return err;
	}
	if (mkdirat(scratch, names[0], 0) < 0 || mknodat(scratch, names[1], S_IFREG, 0) < 0) {
		return -errno;
	}
	err = scratch_take(scratch, names, 2, trees);
	if (err < 0) {
		return err;
	}
	hidden->folder = trees[0];
	hidden->file = trees[1];
	err = mount_set(hidden->folder, false, MOUNT_ATTR_RDONLY);
	return err < 0 ? err : mount_set(hidden->file, false, MOUNT_ATTR_RDONLY);
}

/* The first time the tree itself, which is about to be attached; from then on a clone of it. */
static int take(int tree, bool *used, int *ret_tree)
{
	int copy;

	if (*used) {
		return tree_clone(tree, ret_tree);
	}
	copy = fcntl(tree, F_DUPFD_CLOEXEC, 0);
	if (copy < 0) {
		return -errno;
	}
	*used = true;
	*ret_tree = copy;
	return 0;
}

int hidden_take(struct hidden *hidden, bool folder, int *ret_tree)
{
	int err = hidden->folder < 0 ? make(hidden) : 0;

	if (err < 0) {
		return err;
	}
	return folder ? take(hidden->folder, &hidden->folder_used, ret_tree)
		      : take(hidden->file, &hidden->file_used, ret_tree);
}

void hidden_drop(struct hidden *hidden)
{
	scope_close(&hidden->folder);
	scope_close(&hidden->file);
}
