// SPDX-License-Identifier: BSD-2-Clause
/*
 * newroot CMD ARGS: run CMD in a mount namespace of its own whose "/" is a real mount.
 *
 * A caller may sit in a plain chroot, where "/" is no mount and where a later setns(2) into the
 * namespace would land outside the chroot. So: step up to the namespace's true root (setns to our
 * own namespace does that), cut all propagation there, clone the caller's tree, and pivot into it.
 * Called by tests/rig/enter, as root.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 4
#define MOVE_MOUNT_T_EMPTY_PATH 0x40
#endif

/* The caller's "/", as seen in a fresh, private mount namespace. */
static int private_root_open(void)
{
	int root, self;

	if (unshare(CLONE_NEWNS) < 0) {
		err(125, "unshare");
	}
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (root < 0 || self < 0 || setns(self, CLONE_NEWNS) < 0) {
		err(125, "true root");
	}
	close(self);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		err(125, "private");
	}
	return root;
}

static void tree_enter(int root)
{
	int tree = (int)syscall(SYS_open_tree, root, "",
				OPEN_TREE_CLONE | AT_RECURSIVE | AT_EMPTY_PATH | O_CLOEXEC);

	if (tree < 0) {
		err(125, "open_tree");
	}
	if (syscall(SYS_move_mount, tree, "", root, "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0) {
		err(125, "move_mount");
	}
	if (fchdir(tree) < 0 || syscall(SYS_pivot_root, ".", ".") < 0) {
		err(125, "pivot_root");
	}
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0) {
		err(125, "old root");
	}
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		errx(125, "usage: newroot CMD ARGS");
	}
	tree_enter(private_root_open());
	execvp(argv[1], argv + 1);
	err(127, "%s", argv[1]);
}
