// SPDX-License-Identifier: BSD-2-Clause
/*
 * attempt_namespace: at new namespaces: each kind, as it is and nested, 33 deep, and their
 * limits; at the flags of mounts; and at file handles, which know no mounts.
 *
 * T_STAGE: an empty folder of the user's; T_READ_ONLY: a folder that anybody may write to on the
 * host; T_HANDLE: that of a file that a space hides, as "attempt_namespace handle FILE" prints
 * it; T_HANDLE_FOLDER: the folder that it is in.
 */
#include "attempt.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>

/* --- namespaces ------------------------------------------------------------------------------- */

static enum outcome unshared(int flags)
{
	return judged(unshare(flags), OWN);
}

static enum outcome new_user(void)
{
	return unshared(CLONE_NEWUSER);
}

static enum outcome new_mount(void)
{
	return unshared(CLONE_NEWNS);
}

static enum outcome new_pid(void)
{
	return unshared(CLONE_NEWPID);
}

static enum outcome new_net(void)
{
	return unshared(CLONE_NEWNET);
}

static enum outcome new_others(void)
{
	return unshared(CLONE_NEWIPC | CLONE_NEWUTS);
}

static enum outcome new_group(void)
{
	return unshared(CLONE_NEWCGROUP);
}

static enum outcome new_time(void)
{
	return unshared(CLONE_NEWTIME);
}

BOTH(new_mount)
BOTH(new_pid)
BOTH(new_net)
BOTH(new_others)
BOTH(new_group)
BOTH(new_time)

static enum outcome clone_user(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
	enum outcome outcome = judged(pid, OWN);

	if (pid == 0) {
		_exit(0);
	}
	return outcome;
}

/* clone3(2) has its flags in memory, where a filter cannot look. */
static enum outcome clone3_user(void)
{
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
	} args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0) {
		_exit(0);
	}
	return judged(pid, OWN) == UNKNOWN ? REFUSED : judged(pid, OWN);
}

/* The kernel's own limit is 32 (user_namespaces(7)). */
static enum outcome deep_user(void)
{
	int depth = 0;

	while (depth < 40 && nest(0)) {
		depth++;
	}
	return depth == 40 ? WORKS : depth > 0 ? OWN : REFUSED;
}

/* The settings are those of the user namespace. */
static enum outcome limits(void)
{
	enum outcome outcome = rewritten("/proc/sys/user/max_user_namespaces");

	return outcome == WORKS ? own_or_works("user") : outcome;
}
BOTH(limits)

/* --- mounts ----------------------------------------------------------------------------------- */

/* Its driver would read what the user has written. There is no such disk. */
static enum outcome fresh_disk(void)
{
	if (unshare(CLONE_NEWNS) == 0) {
		(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	}
	return probed(mount("/nonexistent", target("T_STAGE"), "ext4", MS_RDONLY, NULL), ENOENT);
}

BOTH(fresh_disk)

static enum outcome remount_writable(void)
{
	struct mount_attr clear = { .attr_clr = MOUNT_ATTR_RDONLY };
	const char *folder = target("T_READ_ONLY");
	char path[PATH_MAX];
	int fd;

	if (unshare(CLONE_NEWNS) == 0) {
		(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	}
	(void)mount("", folder, NULL, MS_REMOUNT | MS_BIND, NULL);
	(void)mount_setattr(AT_FDCWD, folder, AT_RECURSIVE, &clear, sizeof(clear));
	snprintf(path, sizeof(path), "%s/new-%d", folder, getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	(void)unlink(path);
	return judged(fd, WORKS);
}

/* nosuid and nodev of a space's /tmp. The host's has neither in the rig. */
static enum outcome remount_suid(void)
{
	struct mount_attr clear = { .attr_clr = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV };
	struct statvfs about;

	if (unshare(CLONE_NEWNS) == 0) {
		(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	}
	(void)mount("", "/tmp", NULL, MS_REMOUNT | MS_BIND, NULL);
	(void)mount_setattr(AT_FDCWD, "/tmp", 0, &clear, sizeof(clear));
	return statvfs("/tmp", &about) == 0 && (about.f_flag & (ST_NOSUID | ST_NODEV)) == 0
		       ? WORKS
		       : REFUSED;
}

/* Not one mount of it, but the file system itself. */
static enum outcome remount_all(void)
{
	return judged(mount("", "/srv", NULL, MS_REMOUNT, "mode=755"), WORKS);
}

/* A file system in memory cannot be frozen: EOPNOTSUPP comes after the check. */
static enum outcome freeze(void)
{
	int fd = open("/srv", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return probed(ioctl(fd, FIFREEZE, 0), EOPNOTSUPP);
}

BOTH(remount_writable)
BOTH(remount_all)
BOTH(freeze)
BOTH(remount_suid)

/* A setting, in a copy of FROM from which what covers it is taken, and which is made writable. */
static bool copy_writable(const char *from, unsigned long flags, const char *file)
{
	struct mount_attr clear = { .attr_clr = MOUNT_ATTR_RDONLY };
	const char *stage = target("T_STAGE");
	char path[PATH_MAX];
	bool writable;

	if (mount(from, stage, NULL, flags, NULL) < 0) {
		return false;
	}
	snprintf(path, sizeof(path), "%s/sys", stage);
	(void)umount2(path, MNT_DETACH);
	(void)mount("", stage, NULL, MS_REMOUNT | MS_BIND, NULL);
	(void)mount_setattr(AT_FDCWD, stage, AT_RECURSIVE, &clear, sizeof(clear));
	snprintf(path, sizeof(path), "%s/%s", stage, file);
	writable = opened(path, O_WRONLY) == WORKS;
	(void)umount2(stage, MNT_DETACH);
	return writable;
}

static enum outcome settings_copied(void)
{
	enum outcome outcome = opened("/proc/sys/kernel/core_pattern", O_WRONLY);

	if (outcome == WORKS || unshare(CLONE_NEWNS) < 0) {
		return outcome;
	}
	(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	return copy_writable("/proc", MS_BIND, "sys/kernel/core_pattern") ||
			       copy_writable("/proc", MS_BIND | MS_REC,
					     "sys/kernel/core_pattern") ||
			       copy_writable("/proc/sys", MS_BIND, "kernel/core_pattern") ||
			       copy_writable("/proc/sys/kernel", MS_BIND, "core_pattern") ||
			       copy_writable("/sys", MS_BIND, "bus/platform/uevent") ||
			       copy_writable("/sys/bus", MS_BIND, "platform/uevent")
		       ? WORKS
		       : REFUSED;
}
BOTH(settings_copied)

/* --- handles ---------------------------------------------------------------------------------- */

/* As the kernel has it: struct file_handle ends with an array without a size. */
struct handle {
	unsigned int size;
	int type;
	unsigned char bytes[MAX_HANDLE_SZ];
};

static int handle_print(const char *path)
{
	struct handle handle = { .size = MAX_HANDLE_SZ };
	int mount_id;

	if (syscall(SYS_name_to_handle_at, AT_FDCWD, path, &handle, &mount_id, 0) < 0) {
		err(1, "%s", path);
	}
	printf("%d", handle.type);
	for (unsigned int i = 0; i < handle.size; i++) {
		printf(":%u", handle.bytes[i]);
	}
	printf("\n");
	return 0;
}

static void handle_take(struct handle *handle)
{
	const char *at = target("T_HANDLE");
	char *end;

	handle->type = (int)strtol(at, &end, 10);
	while (*end == ':' && handle->size < MAX_HANDLE_SZ) {
		handle->bytes[handle->size++] = (unsigned char)strtol(end + 1, &end, 10);
	}
}

static enum outcome handle_of_hidden(void)
{
	struct handle handle = { .size = 0 };
	int mount = open(target("T_HANDLE_FOLDER"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	handle_take(&handle);
	return judged(syscall(SYS_open_by_handle_at, mount, &handle, O_RDONLY | O_CLOEXEC), WORKS);
}
BOTH(handle_of_hidden)

static const struct attempt ATTEMPTS[] = {
	{ "ESC-02", "make a user namespace, unshare", "h", new_user },
	{ "ESC-02", "make a user namespace, clone", "h", clone_user },
	{ "ESC-02", "make a user namespace, clone3", "h", clone3_user },
	{ "ESC-02", "make a mount namespace", "h", new_mount_b },
	{ "ESC-02", "make a process namespace", "h", new_pid_b },
	{ "ESC-02", "make a network namespace", "h", new_net_b },
	{ "ESC-02", "make an ipc, uts namespace", "h", new_others_b },
	{ "ESC-02", "make a cgroup namespace", "hu", new_group_b },
	{ "ESC-02", "make a time namespace", "h", new_time_b },
	{ "ESC-02", "nest more than 32 user namespaces", "SHU", deep_user },
	{ "ESC-02", "raise user.max_user_namespaces", "SHU", limits_b },
	{ "ESC-03", "open a hidden file by its handle, open_by_handle_at", "SHU",
	  handle_of_hidden_b },
	{ "ESC-03", "mount a disk", "SHU", fresh_disk_b },
	{ "ESC-03", "write what is read-only, by remounting", "SHU", remount_writable_b },
	{ "ESC-03", "make /tmp suid and dev, by remounting", "SHU", remount_suid_b },
	{ "ESC-04", "write a setting in a copy of /proc or /sys, by remounting", "SHU",
	  settings_copied_b },
	{ "ESC-03", "change a file system of the host, remount", "SHU", remount_all_b },
	{ "ESC-03", "freeze a file system of the host", "SHU", freeze_b },
};

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "handle") == 0) {
		return handle_print(argv[2]);
	}
	return attempts_run(ATTEMPTS, sizeof(ATTEMPTS) / sizeof(ATTEMPTS[0]));
}
