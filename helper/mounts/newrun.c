/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * newrun.c - /run in another root file system. Runs in the child inside the new mount namespace,
 * with CAP_SYS_ADMIN.
 */
#include "newrun.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mounts.h"
#include "registry.h"
#include "scope.h"
#include "walk.h"

#define RUN_PATH "/run"
#define LOG_PATH "/dev/log"

static const struct fresh_mount RUN = {
	.type = "tmpfs",
	.options = { { "mode", "0755" }, { "size", "16m" } },
	.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
};

/*
 * Where the socket really is: only what is below /run is missing in the new root. The rest comes
 * with /dev, or is the administrator's to bind.
 */
static int log_take(struct newrun *take)
{
	SCOPE_FD int socket = -1;
	struct stat about;
	char link[32];
	ssize_t length;
	int err;

	err = walk_open(LOG_PATH, &socket);
	if (err < 0) {
		return 0; /* no log, no log inside */
	}
	if (fstat(socket, &about) < 0) {
		return -errno;
	}
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", socket);
	length = readlink(link, take->log_path, sizeof(take->log_path) - 1);
	if (length < 0) {
		return -errno;
	}
	take->log_path[length] = '\0';
	if (!S_ISSOCK(about.st_mode) || (size_t)length + 1 == sizeof(take->log_path) ||
	    strncmp(take->log_path, RUN_PATH "/", sizeof(RUN_PATH)) != 0) {
		return 0;
	}
	return tree_clone(socket, &take->log);
}

/* By its path: REGISTRY was opened in the namespace of the helper, whose mounts are not ours. */
static int registry_clone(int registry, int *ret_tree)
{
	SCOPE_FD int folder = -1;
	struct stat wanted, about;
	int err;

	err = walk_open(REGISTRY_PATH, &folder);
	if (err < 0) {
		return err;
	}
	if (fstat(registry, &wanted) < 0 || fstat(folder, &about) < 0) {
		return -errno;
	}
	if (wanted.st_dev != about.st_dev || wanted.st_ino != about.st_ino) {
		return -EBADE;
	}
	return tree_clone(folder, ret_tree);
}

int newrun_take(int registry, struct newrun *ret)
{
	struct newrun take = NEWRUN_NONE;
	int err;

	err = registry_clone(registry, &take.registry);
	if (err == 0) {
		err = log_take(&take);
	}
	if (err < 0) {
		newrun_drop(&take);
		return err;
	}
	*ret = take;
	return 0;
}

/* The umask, 077, keeps from others what is being made. */
static int make_folder(int parent, const char *name, mode_t mode, int *ret_folder)
{
	int folder;

	if ((mkdirat(parent, name, 0700) < 0 && errno != EEXIST) ||
	    fchmodat(parent, name, mode, 0) < 0) {
		return -errno;
	}
	folder = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0) {
		return -errno;
	}
	*ret_folder = folder;
	return 0;
}

/* The folders on the way, and a file to put the socket on. PATH is cut up. */
static int log_target(int run, char *path, int *ret_file)
{
	SCOPE_FD int parent = -1;
	char *name = path;
	char *slash;
	int file, err;

	for (slash = strchr(name, '/'); slash != NULL; slash = strchr(name, '/')) {
		const int above = parent;

		*slash = '\0';
		err = make_folder(above < 0 ? run : above, name, 0755, &parent);
		if (err < 0) {
			return err;
		}
		scope_close(&above);
		name = slash + 1;
	}
	file = openat(parent < 0 ? run : parent, name,
		      O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
	if (file < 0) {
		return -errno;
	}
	*ret_file = file;
	return 0;
}

static int log_put(const struct newrun *newrun, int run)
{
	SCOPE_FD int file = -1;
	char path[PLAN_PATH_SIZE];
	int err;

	(void)snprintf(path, sizeof(path), "%s", newrun->log_path + sizeof(RUN_PATH));
	err = log_target(run, path, &file);
	return err < 0 ? err : mount_put(newrun->log, file);
}

/* A /run of its own: what listens in the host's is the host's. */
int newrun_make(const struct newrun *newrun, struct ledger *ledger)
{
	SCOPE_FD int run = -1;
	SCOPE_FD int target = -1;
	SCOPE_FD int folder = -1;
	int err;

	err = mount_make(&RUN, &run);
	if (err == 0) {
		err = folder_open(RUN_PATH, &target);
	}
	if (err == 0) {
		err = ledger_put(ledger, run, target, RUN_PATH, RUN.attributes);
	}
	if (err < 0) {
		return err;
	}
	ledger_own(ledger, RUN_PATH);
	err = make_folder(run, "loginspace", 0700, &folder);
	if (err == 0) {
		err = ledger_put(ledger, newrun->registry, folder, REGISTRY_PATH, 0);
	}
	return err == 0 && newrun->log >= 0 ? log_put(newrun, run) : err;
}

void newrun_drop(struct newrun *newrun)
{
	scope_close(&newrun->registry);
	scope_close(&newrun->log);
	newrun->registry = -1;
	newrun->log = -1;
}
