/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * newroot.c - another root file system. Runs in the child inside the new mount namespace, which is
 * a recursive slave of the host's, with CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH; an overlay wants
 * more, see overlay.c.
 *
 * A tree can be mounted on only once it is attached (before Linux 6.15), so the new root is
 * attached over "/" first, where no path leads to it: companions get there while all paths still
 * mean the host's. Then pivot_root(2), and the old tree goes.
 */
#include "newroot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "detail.h"
#include "mounts.h"
#include "overlay.h"
#include "scope.h"
#include "walk.h"

/* What a space mounts on, and what every program expects. */
static const char *const FOLDERS[] = { "proc", "sys", "dev", "run", "tmp", "var/tmp" };

/* A link in a root file system means what it means inside. */
static int check_folder(int root, const char *name)
{
	const struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	SCOPE_FD int fd = (int)syscall(SYS_openat2, root, name, &how, sizeof(how));

	return fd < 0 ? -errno : 0;
}

static int folder_take(const struct plan *plan, int *ret_folder, char *detail)
{
	SCOPE_FD int folder = -1;
	size_t i;
	int err;

	err = walk_open(plan->root, &folder);
	if (err == 0) {
		err = folder_check(folder, S_IWGRP | S_IWOTH);
	}
	if (err < 0) {
		return detail_fail(detail, err, "%s: %s", plan->root_about, walk_phrase(err));
	}
	for (i = 0; i < sizeof(FOLDERS) / sizeof(FOLDERS[0]); i++) {
		err = check_folder(folder, FOLDERS[i]);
		if (err < 0) {
			return detail_fail(detail, err, "%s: there is no folder %s in it",
					   plan->root_about, FOLDERS[i]);
		}
	}
	*ret_folder = folder;
	folder = -1;
	return 0;
}

static int root_take(const struct plan *plan, struct newroot *take, char *detail)
{
	SCOPE_FD int folder = -1;
	int err;

	err = plan->root[0] != '\0' ? folder_take(plan, &folder, detail) : walk_open("/", &folder);
	if (err < 0) {
		return err;
	}
	if (plan->overlay == OVERLAY_NONE) {
		err = tree_clone(folder, &take->root);
		return err < 0 ? detail_fail(detail, err, "%s: it cannot be cloned",
					     plan->root_about)
			       : 0;
	}
	err = overlay_make(plan, folder, &take->root, detail);
	if (err == 0) {
		err = companions_find(plan, folder, &take->companions);
	}
	take->lower = folder;
	folder = -1;
	return err;
}

static int dev_clone(int *ret_tree)
{
	SCOPE_FD int folder = -1;
	int err = folder_open("/dev", &folder);

	return err < 0 ? err : tree_clone(folder, ret_tree);
}

static int take_all(const struct plan *plan, int registry, struct newroot *take, char *detail)
{
	int err;

	err = root_take(plan, take, detail);
	if (err == 0 && !plan->private_dev) {
		err = dev_clone(&take->dev);
	}
	/* The host's own root under an overlay has the host's /run: the plan binds that. */
	if (err == 0 && plan->root[0] != '\0') {
		err = newrun_take(registry, &take->run);
	}
	return err;
}

int newroot_take(const struct plan *plan, int registry, struct newroot *ret, char *detail)
{
	struct newroot take = NEWROOT_NONE;
	int err;

	if (plan->root[0] == '\0' && plan->overlay == OVERLAY_NONE) {
		return 0;
	}
	err = take_all(plan, registry, &take, detail);
	if (err < 0) {
		newroot_drop(&take);
		return err;
	}
	*ret = take;
	return 0;
}

static int attach(const struct newroot *root, char *detail)
{
	SCOPE_FD int over = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *path = "";
	int err;

	if (over < 0) {
		return -errno;
	}
	err = mount_put(root->root, over);
	if (err == 0 && root->lower >= 0) {
		err = companions_put(&root->companions, root->lower, root->root, &path);
		if (err < 0) {
			return detail_fail(detail, err, "%s cannot be put into the overlay", path);
		}
	}
	return err;
}

/* pivot_root(2), "pivot_root(".", ".")": the old root ends up on top of the new one, and goes. */
static int pivot(int root)
{
	if (fchdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0) {
		return -errno;
	}
	return 0;
}

static int check_at(const char *path, uint64_t wanted)
{
	SCOPE_FD int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint64_t id = 0;
	int err = fd < 0 ? -errno : mount_id(fd, &id);

	if (err < 0) {
		return err;
	}
	return id == wanted ? 0 : -EBADE;
}

/* Root folder, current folder, and what is above both. */
static int pivot_prove(int root)
{
	uint64_t id = 0;
	int err = mount_id(root, &id);

	if (err == 0) {
		err = check_at("/", id);
	}
	if (err == 0) {
		err = check_at(".", id);
	}
	return err < 0 ? err : check_at("/..", id);
}

static int put_folder(struct ledger *ledger, int mount, const char *path, uint64_t attributes)
{
	SCOPE_FD int target = -1;
	int err = folder_open(path, &target);

	return err < 0 ? err : ledger_put(ledger, mount, target, path, attributes);
}

static int furnish(const struct plan *plan, const struct newroot *root, struct ledger *ledger,
		   char *detail)
{
	int err = 0;

	if (root->dev >= 0) {
		err = put_folder(ledger, root->dev, "/dev", 0);
		if (err < 0) {
			return detail_fail(detail, err, "/dev of the new root: %s",
					   walk_phrase(err));
		}
	}
	if (plan->root[0] != '\0') {
		err = newrun_make(&root->run, ledger);
		if (err < 0) {
			return detail_fail(detail, err, "/run of the new root: %s",
					   walk_phrase(err));
		}
	}
	return 0;
}

int newroot_enter(const struct plan *plan, const struct newroot *root, struct ledger *ledger,
		  char *detail)
{
	int err;

	if (root->root < 0) {
		return 0;
	}
	err = attach(root, detail);
	if (err == 0) {
		err = pivot(root->root);
	}
	if (err == 0) {
		err = pivot_prove(root->root);
	}
	if (err == 0) {
		err = ledger_add(ledger, root->root, "/", 0);
	}
	if (err < 0) {
		return err;
	}
	if (plan->overlay != OVERLAY_NONE) {
		ledger_own(ledger, "/");
	}
	return furnish(plan, root, ledger, detail);
}

void newroot_drop(struct newroot *root)
{
	const struct newroot none = NEWROOT_NONE;

	scope_close(&root->root);
	scope_close(&root->dev);
	newrun_drop(&root->run);
	scope_close(&root->lower);
	companions_drop(&root->companions);
	*root = none;
}
