/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dev.c - /dev of a space. Runs in the child that becomes init, with CAP_SYS_ADMIN and CAP_MKNOD,
 * and with a umask that leaves nothing to others.
 */
#include "dev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "mounts.h"
#include "scope.h"
#include "walk.h"

#define DEV_FOLDER  "/dev"
#define DEV_PTS     "/dev/pts"
#define DEV_PTMX    "/dev/ptmx"
#define DEV_LOG     "/dev/log"
#define TTY_LETTERS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

/* Room for what is made here, and for a few links of an administrator's. */
static const struct fresh_mount DEV = {
	.target = DEV_FOLDER,
	.type = "tmpfs",
	.options = { { "mode", "0755" }, { "size", "1m" }, { "nr_inodes", "1024" } },
	.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
};

/*
 * An instance of its own each time, Documentation/filesystems/devpts.rst of the kernel. 5 is the
 * group tty of Debian (base-passwd) and Fedora (setup), and the tty-gid of systemd.
 */
static const struct fresh_mount DEVPTS = {
	.target = DEV_PTS,
	.type = "devpts",
	.options = { { "ptmxmode", "0666" }, { "mode", "0620" }, { "gid", "5" } },
	.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
};

/*
 * Documentation/admin-guide/devices.txt of the kernel. As a device, and not as the usual link,
 * ptmx works whatever the mode of pts/ptmx, which many hosts leave at 000: it finds the file system
 * beside it, devpts_mntget of fs/devpts/inode.c.
 */
static const struct {
	const char *name;
	unsigned int major, minor;
} NODES[] = {
	{ "null", 1, 3 },    { "zero", 1, 5 }, { "full", 1, 7 }, { "random", 1, 8 },
	{ "urandom", 1, 9 }, { "tty", 5, 0 },  { "ptmx", 5, 2 },
};

static const struct {
	const char *name, *text;
} LINKS[] = {
	{ "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
};

static int tree_take(const char *path, int *ret_tree)
{
	SCOPE_FD int fd = -1;
	int err = walk_open(path, &fd);

	if (err < 0) {
		return err == -ENOENT ? 0 : err;
	}
	return tree_clone(fd, ret_tree);
}

/* The name of what is right in /dev; NULL: not so, or a word of the application's such as ":0". */
static const char *tty_name(const char *tty)
{
	const char *name = tty;

	if (strncmp(tty, DEV_FOLDER "/", strlen(DEV_FOLDER "/")) == 0) {
		name += strlen(DEV_FOLDER "/");
	}
	return name[0] != '\0' && name[strspn(name, TTY_LETTERS)] == '\0' ? name : NULL;
}

/* Is NAME there anyhow? */
static bool is_made(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++) {
		if (strcmp(name, NODES[i].name) == 0) {
			return true;
		}
	}
	return false;
}

/* What is not there is a terminal in name only, such as "ssh" of sshd. */
static int tty_take(const char *tty, struct dev *dev)
{
	SCOPE_FD int fd = -1;
	const char *name = tty_name(tty);
	struct stat about;

	if (name == NULL || is_made(name)) {
		return 0;
	}
	(void)snprintf(dev->tty_path, sizeof(dev->tty_path), DEV_FOLDER "/%s", name); /* it fits */
	if (walk_open(dev->tty_path, &fd) < 0) {
		return 0;
	}
	if (fstat(fd, &about) < 0) {
		return -errno;
	}
	if (!S_ISCHR(about.st_mode)) {
		return 0;
	}
	return tree_clone(fd, &dev->tty);
}

/* systemd has a link there, other systems the socket itself. */
static int log_take(struct dev *dev)
{
	SCOPE_FD int folder = -1;
	SCOPE_FD int fd = -1;
	struct stat about;
	ssize_t length;
	int err = walk_open(DEV_FOLDER, &folder);

	if (err < 0) {
		return err;
	}
	fd = openat(folder, "log", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	if (fstat(fd, &about) < 0) {
		return -errno;
	}
	if (S_ISSOCK(about.st_mode)) {
		return tree_clone(fd, &dev->log);
	}
	if (!S_ISLNK(about.st_mode) || about.st_uid != 0) {
		return 0;
	}
	length = readlinkat(fd, "", dev->log_link, sizeof(dev->log_link));
	if (length < 0 || (size_t)length == sizeof(dev->log_link)) {
		return length < 0 ? -errno : -ENAMETOOLONG;
	}
	dev->log_link[length] = '\0';
	return 0;
}

int dev_take(const struct plan *plan, struct dev *ret)
{
	struct dev taken = DEV_NONE;
	int err = 0;

	if (!plan->private_dev) {
		return 0;
	}
	if (!plan->private_devpts) {
		err = tree_take(DEV_PTS, &taken.pts);
	}
	if (err == 0 && (plan->namespaces & CLONE_NEWIPC) == 0) {
		err = tree_take("/dev/shm", &taken.shm);
	}
	/* This one always: it says that the host has the folder. */
	if (err == 0) {
		err = tree_take("/dev/mqueue", &taken.mqueue);
	}
	if (err == 0) {
		err = tty_take(plan->tty, &taken);
	}
	if (err == 0) {
		err = log_take(&taken);
	}
	if (err < 0) {
		dev_drop(&taken);
		return err;
	}
	*ret = taken;
	return 0;
}

void dev_drop(struct dev *dev)
{
	int *const trees[] = { &dev->pts, &dev->shm, &dev->mqueue, &dev->tty, &dev->log };
	size_t i;

	for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		if (*trees[i] >= 0) {
			(void)close(*trees[i]); /* a mount that was put in place stays */
			*trees[i] = -1;
		}
	}
}

static int nodes_make(int folder)
{
	size_t i;

	for (i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++) {
		const dev_t device = makedev(NODES[i].major, NODES[i].minor);

		if (mknodat(folder, NODES[i].name, S_IFCHR | 0666, device) < 0 ||
		    fchmodat(folder, NODES[i].name, 0666, 0) < 0) {
			return -errno;
		}
	}
	return 0;
}

static int links_make(int folder, const char *log_link)
{
	size_t i;

	for (i = 0; i < sizeof(LINKS) / sizeof(LINKS[0]); i++) {
		if (symlinkat(LINKS[i].text, folder, LINKS[i].name) < 0) {
			return -errno;
		}
	}
	return log_link[0] != '\0' && symlinkat(log_link, folder, "log") < 0 ? -errno : 0;
}

static int folders_make(int folder, bool with_mqueue)
{
	const char *const names[] = { "pts", "shm", with_mqueue ? "mqueue" : NULL };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && names[i] != NULL; i++) {
		if (mkdirat(folder, names[i], 0755) < 0 ||
		    fchmodat(folder, names[i], 0755, 0) < 0) {
			return -errno;
		}
	}
	return 0;
}

/* FOLDER: /dev, in place; before Linux 6.15 nothing can be mounted in a tree that is not. */
static int trees_put(int folder, const struct dev *dev, bool own_ipc, struct ledger *ledger)
{
	const struct {
		int tree;
		const char *name, *path;
	} trees[] = {
		{ dev->pts, "pts", DEV_PTS },
		{ dev->shm, "shm", "/dev/shm" },
		{ own_ipc ? -1 : dev->mqueue, "mqueue", "/dev/mqueue" },
	};
	size_t i;

	for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		SCOPE_FD int target = -1;
		int err;

		if (trees[i].tree < 0) {
			continue;
		}
		target = openat(folder, trees[i].name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (target < 0) {
			return -errno;
		}
		err = ledger_put(ledger, trees[i].tree, target, trees[i].path, 0);
		if (err < 0) {
			return err;
		}
	}
	return 0;
}

/* A device or a socket goes over an empty file, that is there only for it. PATH: in /dev. */
static int file_put(int folder, const char *path, int tree, struct ledger *ledger)
{
	SCOPE_FD int target = -1;

	if (tree < 0) {
		return 0;
	}
	target = openat(folder, path + strlen(DEV_FOLDER "/"),
			O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);
	return target < 0 ? -errno : ledger_put(ledger, tree, target, path, 0);
}

int dev_make(const struct plan *plan, const struct dev *dev, struct ledger *ledger)
{
	SCOPE_FD int mount = -1;
	SCOPE_FD int target = -1;
	int err;

	if (!plan->private_dev) {
		return 0;
	}
	err = mount_make(&DEV, &mount);
	if (err == 0) {
		err = nodes_make(mount);
	}
	if (err == 0) {
		err = links_make(mount, dev->log_link);
	}
	if (err == 0) {
		err = folders_make(mount, dev->mqueue >= 0);
	}
	if (err == 0) {
		err = folder_open(DEV.target, &target);
	}
	if (err == 0) {
		err = ledger_put(ledger, mount, target, DEV.target, DEV.attributes);
	}
	if (err == 0) {
		err = trees_put(mount, dev, (plan->namespaces & CLONE_NEWIPC) != 0, ledger);
	}
	if (err == 0) {
		err = file_put(mount, dev->tty_path, dev->tty, ledger);
	}
	if (err == 0) {
		err = file_put(mount, DEV_LOG, dev->log, ledger);
	}
	return err;
}

/*
 * A /dev/ptmx that is a link or a device leads to the /dev/pts of the same folder. LXC mounts there
 * the one of the container's instance (lxc_setup_devpts_child of its conf.c): ours goes over it.
 */
static int ptmx_put(int devpts, struct ledger *ledger)
{
	SCOPE_FD int folder = -1;
	SCOPE_FD int ptmx = -1;
	SCOPE_FD int ours = -1;
	SCOPE_FD int tree = -1;
	struct stat about, about_ours;
	struct statfs where;
	int err;

	err = walk_open(DEV_FOLDER, &folder);
	if (err < 0) {
		return err;
	}
	ptmx = openat(folder, "ptmx", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (ptmx < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	ours = openat(devpts, "ptmx", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (ours < 0 || fstat(ours, &about_ours) < 0 || fstat(ptmx, &about) < 0 ||
	    fstatfs(ptmx, &where) < 0) {
		return -errno;
	}
	if (where.f_type != DEVPTS_SUPER_MAGIC || about.st_dev == about_ours.st_dev) {
		return 0;
	}
	err = tree_clone(ours, &tree);
	return err < 0 ? err : ledger_put(ledger, tree, ptmx, DEV_PTMX, 0);
}

int devpts_make(const struct plan *plan, struct ledger *ledger)
{
	SCOPE_FD int mount = -1;
	SCOPE_FD int target = -1;
	int err;

	if (!plan->private_devpts) {
		return 0;
	}
	err = mount_make(&DEVPTS, &mount);
	if (err == 0) {
		err = folder_open(DEVPTS.target, &target);
	}
	if (err == 0) {
		err = ledger_put(ledger, mount, target, DEVPTS.target, DEVPTS.attributes);
	}
	return err < 0 ? err : ptmx_put(mount, ledger);
}
