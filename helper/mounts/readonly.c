/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * readonly.c - read_only of one place. Runs in the child inside the new mount namespace, with
 * CAP_SYS_ADMIN.
 */
#include "readonly.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>

#include "exempt.h"
#include "mounts.h"
#include "path.h"
#include "scope.h"

/*
 * What stays writable below the folder at index AT, which is about to become read-only. Not what
 * some longer path puts there yet: that is writable by itself.
 */
static int exempt_below(const struct sites *sites, size_t at, struct exempt *exempt)
{
	const struct plan *plan = sites->plan;
	const char *folder = plan->mounts[at].target;
	const char *replaced = NULL;
	size_t i;

	for (i = at + 1; i < plan->mount_count; i++) {
		const struct plan_mount *mount = &plan->mounts[i];
		int err = 0;

		if (!path_is_below(mount->target, folder)) {
			continue; /* "/a-b" sorts between "/a" and "/a/b" */
		}
		if (mount->kind < MOUNT_READ_ONLY) {
			replaced = mount->target;
		} else if (mount->kind == MOUNT_WRITABLE &&
			   (replaced == NULL || (strcmp(mount->target, replaced) != 0 &&
						 !path_is_below(mount->target, replaced)))) {
			err = exempt_add(exempt, mount);
		}
		/* What is missing is found out at its own turn. */
		if (err < 0 && err != -ENOENT) {
			return site_fail(sites, mount, err);
		}
	}
	return exempt_find(exempt, sites->ledger);
}

/* From here on the folder is a mount of its own; it can still be written to. */
static int make_whole(const struct sites *sites, const char *path, int target, int *ret_whole)
{
	SCOPE_FD int tree = -1;
	int err = tree_clone(target, &tree);

	if (err < 0) {
		return err;
	}
	/* What was put below it is in the clone by now, as another mount. */
	ledger_forget(sites->ledger, path);
	err = ledger_put(sites->ledger, tree, target, path, 0);
	if (err == 0) {
		*ret_whole = tree;
		tree = -1;
	}
	return err;
}

static int set_flag(const struct sites *sites, size_t at, int whole)
{
	struct exempt exempt = { .count = 0 };
	const struct plan_mount *mount = NULL;
	int err = exempt_below(sites, at, &exempt);

	if (err == 0) {
		err = mount_set(whole, true, MOUNT_ATTR_RDONLY);
	}
	if (err == 0) {
		err = exempt_release(&exempt, sites->ledger, &mount);
	}
	if (err < 0 && mount != NULL) {
		(void)site_fail(sites, mount, err);
	}
	exempt_drop(&exempt);
	return err;
}

/*
 * A whole mount is made read-only where it is, so that the host can still unmount it; a clone goes
 * over a folder, and what the host unmounts in there goes from the clone, too.
 */
int read_only_make(const struct sites *sites, size_t at, int target, int *ret_closing)
{
	const char *path = sites->plan->mounts[at].target;
	SCOPE_FD int made = -1;
	bool whole = false, own = false;
	int err;

	err = mount_is(target, &whole);
	if (err == 0 && !whole) {
		err = make_whole(sites, path, target, &made);
		target = made;
	}
	if (err == 0) {
		err = ledger_is_own(sites->ledger, target, &own);
	}
	if (err < 0) {
		return err;
	}
	/* In a file system of ours, what is mounted in it may have to be made first. */
	if (own && whole) {
		*ret_closing = fcntl(target, F_DUPFD_CLOEXEC, 0);
		err = *ret_closing < 0 ? -errno : 0;
	} else {
		err = set_flag(sites, at, target);
	}
	return err < 0 ? err : ledger_add(sites->ledger, target, path, MOUNT_ATTR_RDONLY);
}
