/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sites.c - carries the plan's list of mounts out. Runs in the child inside the new mount
 * namespace, with CAP_SYS_ADMIN, and the capabilities that privileges.c adds for what the plan has.
 *
 * Nothing is ever made on a file system of the host's: a folder or file to mount on that is missing
 * is made only where the file system is one of ours, which nobody else has seen yet.
 */
#include "sites.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hidden.h"
#include "mountpoint.h"
#include "mounts.h"
#include "path.h"
#include "readonly.h"
#include "scope.h"
#include "walk.h"

#define NO_SUID_DEV (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

/* What one run over the list has in hand. */
struct run {
	const struct sites *sites;
	struct hidden hidden;
	int closing
		[PLAN_MOUNTS_MAX]; /* by index; file systems of ours, read-only once all is in them */
};

/* At or below a place that is fresh in this space, so that it has to wait until that is there. */
static bool is_late(const struct plan *plan, const char *path)
{
	const struct {
		const char *path;
		bool fresh;
	} places[] = {
		{ "/dev", true }, /* at least some of what is in it */
		{ "/sys", (plan->namespaces & CLONE_NEWNET) != 0 },
		{ "/tmp", plan->tmp == TMP_TMPFS },
		{ "/var/tmp", plan->tmp == TMP_TMPFS },
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].fresh && path_is_within(path, places[i].path)) {
			return true;
		}
	}
	return false;
}

static int is_folder(int fd, bool *ret)
{
	struct stat about;

	if (fstat(fd, &about) < 0) {
		return -errno;
	}
	*ret = S_ISDIR(about.st_mode);
	return 0;
}

static int put_own(const struct run *run, int made, int target, const char *path,
		   uint64_t attributes)
{
	int err = ledger_put(run->sites->ledger, made, target, path, attributes);

	if (err == 0) {
		ledger_own(run->sites->ledger, path);
	}
	return err;
}

static int cover(struct run *run, size_t at, int target)
{
	static const struct fresh_mount COVER = {
		.type = "tmpfs",
		.options = { { "mode", "0755" }, { "size", "1m" } },
		.attributes = NO_SUID_DEV,
	};
	const struct plan_mount *mount = &run->sites->plan->mounts[at];
	int err = mount_make(&COVER, &run->closing[at]);

	return err < 0 ? err
		       : put_own(run, run->closing[at], target, mount->target,
				 NO_SUID_DEV | MOUNT_ATTR_RDONLY);
}

/* The folder is the user's before anybody sees it. */
static int runtime(struct run *run, size_t at, int target)
{
	const struct plan_mount *mount = &run->sites->plan->mounts[at];
	const struct fresh_mount fresh = {
		.type = "tmpfs",
		.options = { { "mode", "0755" }, { "size", mount->size } },
		.attributes = NO_SUID_DEV,
	};
	SCOPE_FD int made = -1;
	char uid[16];
	int err = mount_make(&fresh, &made);

	if (err < 0) {
		return err;
	}
	(void)snprintf(uid, sizeof(uid), "%" PRIu32, (uint32_t)run->sites->plan->uid);
	if (mkdirat(made, uid, 0700) < 0 ||
	    fchownat(made, uid, run->sites->plan->uid, (gid_t)-1, AT_SYMLINK_NOFOLLOW) < 0) {
		return -errno;
	}
	return put_own(run, made, target, mount->target, NO_SUID_DEV);
}

/* Of what is covered; of a mount point that had to be made, what the host has there. */
static int owner_of(const struct run *run, size_t at, int target, struct covered *ret)
{
	const struct sources *sources = run->sites->sources;
	struct stat about;
	bool own = false;
	int err = ledger_is_own(run->sites->ledger, target, &own);

	if (err < 0) {
		return err;
	}
	if (own && sources->covered[at].mode != 0) {
		*ret = sources->covered[at];
		return 0;
	}
	if (fstat(target, &about) < 0) {
		return -errno;
	}
	*ret = (struct covered){ about.st_uid, about.st_gid, about.st_mode };
	return 0;
}

/* Whose the covered folder is, and who may what there, holds for the new one, too. */
static int memory(struct run *run, size_t at, int target)
{
	const struct plan_mount *mount = &run->sites->plan->mounts[at];
	char uid[16], gid[16], mode[16];
	SCOPE_FD int made = -1;
	struct covered about = { 0 };
	int err;

	err = owner_of(run, at, target, &about);
	if (err < 0) {
		return err;
	}
	(void)snprintf(uid, sizeof(uid), "%" PRIu32, (uint32_t)about.uid);
	(void)snprintf(gid, sizeof(gid), "%" PRIu32, (uint32_t)about.gid);
	(void)snprintf(mode, sizeof(mode), "%04o", (unsigned int)about.mode & 01777u);
	err = mount_make(&(struct fresh_mount){ .type = "tmpfs",
						.options = { { "mode", mode },
							     { "uid", uid },
							     { "gid", gid },
							     { "size", mount->size } },
						.attributes = NO_SUID_DEV },
			 &made);
	return err < 0 ? err : put_own(run, made, target, mount->target, NO_SUID_DEV);
}

static int hide(struct run *run, size_t at, int target)
{
	const char *path = run->sites->plan->mounts[at].target;
	SCOPE_FD int tree = -1;
	bool folder = false;
	int err = is_folder(target, &folder);

	if (err == 0) {
		err = hidden_take(&run->hidden, folder, &tree);
	}
	return err < 0 ? err
		       : ledger_put(run->sites->ledger, tree, target, path,
				    NO_SUID_DEV | MOUNT_ATTR_RDONLY);
}

static int put_source(struct run *run, size_t at, int target)
{
	const struct plan_mount *mount = &run->sites->plan->mounts[at];

	return ledger_put(run->sites->ledger, run->sites->sources->trees[at], target, mount->target,
			  mount->kind == MOUNT_INSTANCE ? NO_SUID_DEV : 0);
}

static int read_only(struct run *run, size_t at, int target)
{
	return read_only_make(run->sites, at, target, &run->closing[at]);
}

/* Whatever above it has become read-only has left it out; it only has to be there. */
static int writable(struct run *run, size_t at, int target)
{
	(void)run;
	(void)at;
	(void)target;
	return 0;
}

enum wants {
	WANTS_ANY,
	WANTS_FOLDER,
	WANTS_SOURCE, /* what its tree is */
};

static const struct site {
	enum wants wants;
	bool made; /* the mount point is made when it is missing and the file system is ours */
	int (*put)(struct run *run, size_t at, int target);
} SITES[MOUNT_COUNT] = {
	[MOUNT_COVER] = { WANTS_FOLDER, true, cover },
	[MOUNT_RUNTIME] = { WANTS_FOLDER, true, runtime },
	[MOUNT_TMPFS] = { WANTS_FOLDER, true, memory },
	[MOUNT_HIDE] = { WANTS_ANY, false, hide },
	[MOUNT_BIND] = { WANTS_SOURCE, true, put_source },
	[MOUNT_INSTANCE] = { WANTS_SOURCE, true, put_source },
	[MOUNT_READ_ONLY] = { WANTS_ANY, false, read_only },
	[MOUNT_WRITABLE] = { WANTS_ANY, false, writable },
};

/* The place, of the kind that what comes there needs. */
static int target_open(struct run *run, size_t at, int *ret_target)
{
	const struct plan_mount *mount = &run->sites->plan->mounts[at];
	const struct site *site = &SITES[mount->kind];
	bool folder = true, is = true;
	int err, target;

	if (site->wants == WANTS_SOURCE) {
		err = is_folder(run->sites->sources->trees[at], &folder);
		if (err < 0) {
			return err;
		}
	}
	err = walk_open(mount->target, &target);
	if (err == -ENOENT && site->made) {
		err = mountpoint_make(run->sites->ledger, mount->target, folder, &target);
	}
	if (err < 0) {
		return err;
	}
	err = site->wants == WANTS_ANY ? 0 : is_folder(target, &is);
	if (err == 0 && site->wants != WANTS_ANY && is != folder) {
		err = folder ? -ENOTDIR : -EISDIR;
	}
	if (err < 0) {
		(void)close(target);
		return err;
	}
	*ret_target = target;
	return 0;
}

/* Other homes with home = own, and the like: nothing of the host's shows in a file system of ours. */
static bool is_hidden_anyhow(const struct run *run, const struct plan_mount *mount)
{
	bool own = false;

	return mount->kind == MOUNT_HIDE &&
	       mountpoint_is_own(run->sites->ledger, mount->target, &own) == 0 && own;
}

static int site_make(struct run *run, size_t at)
{
	const struct plan_mount *mount = &run->sites->plan->mounts[at];
	const struct site *site = &SITES[mount->kind];
	SCOPE_FD int target = -1;
	int err;

	/* Optional, and its source was not there. */
	if (site->wants == WANTS_SOURCE && run->sites->sources->trees[at] < 0) {
		return 0;
	}
	err = target_open(run, at, &target);
	if (err == -ENOENT && (mount->optional || is_hidden_anyhow(run, mount))) {
		return 0;
	}
	if (err == 0) {
		err = site->put(run, at, target);
	}
	if (err < 0 && run->sites->detail[0] == '\0') {
		return site_fail(run->sites, mount, err);
	}
	return err;
}

static int closing_close(struct run *run)
{
	size_t i;
	int err = 0;

	for (i = 0; i < run->sites->plan->mount_count; i++) {
		if (run->closing[i] >= 0 && err == 0) {
			err = mount_set(run->closing[i], false, MOUNT_ATTR_RDONLY);
		}
		scope_close(&run->closing[i]);
	}
	hidden_drop(&run->hidden);
	return err;
}

int sites_make(const struct sites *sites, bool late)
{
	const struct plan *plan = sites->plan;
	struct run run = { .sites = sites, .hidden = HIDDEN_NONE };
	size_t i;
	int err = 0, closed;

	for (i = 0; i < plan->mount_count; i++) {
		run.closing[i] = -1;
	}
	for (i = 0; i < plan->mount_count && err == 0; i++) {
		if (plan->mounts[i].kind != MOUNT_KEEP &&
		    is_late(plan, plan->mounts[i].target) == late) {
			err = site_make(&run, i);
		}
	}
	closed = closing_close(&run);
	return err < 0 ? err : closed;
}
