// SPDX-License-Identifier: BSD-2-Clause
/*
 * attempt_mount: at what a space covers, by unmounting, copying, moving and mounting anew, as it
 * is and as root of a nested user namespace; and at namespaces.
 *
 * T_CANARIES: files of the host that begin with "canary", by colon; T_STAGE: an empty folder of
 * the user's whose name is "proc"; T_ROOT: a process of the host's; T_LINK: an interface of the
 * host's.
 */
#include "attempt.h"

#define PLACE_COUNT (sizeof(PLACES) / sizeof(PLACES[0]))
static const char *const PLACES[] = { "/tmp", "/var/tmp", "/dev/shm",    "/dev/mqueue", "/proc",
				      "/sys", "/dev/pts", "/srv/hidden", "/run/user" };

/* --- does the host show? ---------------------------------------------------------------------- */

static bool file_shows(const char *prefix, const char *path)
{
	char name[PATH_MAX], text[8] = "";
	int fd;

	snprintf(name, sizeof(name), "%s%s", prefix, path);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!read(fd, text, 6);
		close(fd);
	}
	return strcmp(text, "canary") == 0;
}

static bool entry_shows(const char *format, const char *prefix, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), format, prefix, name);
	return access(path, F_OK) == 0;
}

/* Anything that is the host's, below PREFIX, which is "" or where "/" now is. */
static bool host_shows(const char *prefix)
{
	char list[PATH_MAX];
	char *at = list, *path;

	snprintf(list, sizeof(list), "%s", target("T_CANARIES"));
	while ((path = strsep(&at, ":"))) {
		if (file_shows(prefix, path)) {
			return true;
		}
	}
	return entry_shows("%s/proc/%s/stat", prefix, target("T_ROOT")) ||
	       entry_shows("%s/sys/class/net/%s", prefix, target("T_LINK"));
}

/* What has come of a way: the host shows; or something was possible, and does not help. */
static enum outcome seen(bool shows, bool possible)
{
	why = possible ? 0 : errno;
	return shows ? WORKS : possible ? OWN : REFUSED;
}

/* Away from the mounts of others, where that is possible. On the host nothing is tried. */
static bool begin(void)
{
	if (host_shows("")) {
		return false;
	}
	if (unshare(CLONE_NEWNS) == 0) {
		(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	}
	return true;
}

/* --- taking away ------------------------------------------------------------------------------ */

static enum outcome places_unmount(int flags)
{
	bool possible = false;

	if (!begin()) {
		return WORKS;
	}
	for (size_t i = 0; i < PLACE_COUNT; i++) {
		possible = umount2(PLACES[i], flags) == 0 || possible;
	}
	return seen(host_shows(""), possible);
}

static enum outcome unmount_plain(void)
{
	return places_unmount(0);
}

static enum outcome unmount_lazy(void)
{
	return places_unmount(MNT_DETACH);
}

static enum outcome unmount_force(void)
{
	return places_unmount(MNT_FORCE);
}

static enum outcome move_away(void)
{
	bool possible = false;

	if (!begin()) {
		return WORKS;
	}
	for (size_t i = 0; i < PLACE_COUNT; i++) {
		possible =
			mount(PLACES[i], target("T_STAGE"), NULL, MS_MOVE, NULL) == 0 || possible;
		possible = move_mount(AT_FDCWD, PLACES[i], AT_FDCWD, target("T_STAGE"), 0) == 0 ||
			   possible;
	}
	return seen(host_shows(""), possible);
}

/* --- copying ---------------------------------------------------------------------------------- */

static enum outcome bind_root(void)
{
	bool possible;

	if (!begin()) {
		return WORKS;
	}
	possible = mount("/", target("T_STAGE"), NULL, MS_BIND, NULL) == 0;
	return seen(possible && host_shows(target("T_STAGE")), possible);
}

static enum outcome bind_all(void)
{
	char path[PATH_MAX];
	bool possible;

	if (!begin()) {
		return WORKS;
	}
	possible = mount("/", target("T_STAGE"), NULL, MS_BIND | MS_REC, NULL) == 0;
	for (size_t i = 0; possible && i < PLACE_COUNT; i++) {
		snprintf(path, sizeof(path), "%s%s", target("T_STAGE"), PLACES[i]);
		(void)umount2(path, MNT_DETACH);
	}
	return seen(possible && host_shows(target("T_STAGE")), possible);
}

static enum outcome tree_copied(unsigned int flags)
{
	char path[64] = "";
	int fd;

	if (!begin()) {
		return WORKS;
	}
	fd = open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return seen(fd >= 0 && host_shows(path), fd >= 0);
}

static enum outcome tree_one(void)
{
	return tree_copied(0);
}

static enum outcome tree_all(void)
{
	return tree_copied(AT_RECURSIVE);
}

static enum outcome overlay(void)
{
	const char *stage = target("T_STAGE");
	char options[PATH_MAX];
	bool possible;

	if (!begin() || mount("tmpfs", stage, "tmpfs", 0, NULL) < 0 || chdir(stage) < 0) {
		return seen(host_shows(""), false);
	}
	(void)mkdir("empty", 0755);
	(void)mkdir("at", 0755);
	snprintf(options, sizeof(options), "lowerdir=/:%s/empty,userxattr", stage);
	possible = mount("overlay", "at", "overlay", 0, options) == 0;
	return seen(possible && host_shows("at"), possible);
}

static enum outcome pivot(void)
{
	const char *stage = target("T_STAGE");
	bool possible;

	if (!begin() || mount("tmpfs", stage, "tmpfs", 0, NULL) < 0 || chdir(stage) < 0) {
		return seen(host_shows(""), false);
	}
	(void)mkdir("old", 0755);
	possible = syscall(SYS_pivot_root, ".", "old") == 0;
	if (!possible) {
		return REFUSED;
	}
	for (size_t i = 0; i < PLACE_COUNT; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/old%s", PLACES[i]);
		(void)umount2(path, MNT_DETACH);
	}
	return seen(host_shows("/old") || (umount2("/old", MNT_DETACH) == 0 && host_shows("/old")),
		    possible);
}

/* A folder kept open while another becomes the root: ".." must end at the space's own root. */
static enum outcome chroot_out(void)
{
	char up[256] = ".";
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool possible;

	if (host_shows("")) {
		return WORKS;
	}
	possible = chroot(target("T_STAGE")) == 0 && fchdir(fd) == 0;
	for (int i = 0; i < 16; i++) {
		(void)strcat(up, "/..");
	}
	return seen(possible && host_shows(up), possible);
}

/* --- mounting anew ---------------------------------------------------------------------------- */

static enum outcome fresh(const char *type, int namespaces, const char *at)
{
	char *prefix = strdup(target("T_STAGE"));
	bool possible;

	if (!begin()) {
		return WORKS;
	}
	prefix[strlen(prefix) - strlen(at)] = '\0';
	possible = (namespaces == 0 || unshare(namespaces) == 0) &&
		   mount(type, target("T_STAGE"), type, 0, NULL) == 0;
	return seen(possible && host_shows(prefix), possible);
}

/* T_STAGE ends with /proc for that: the rest is the prefix. */
static enum outcome proc_plain(void)
{
	return fresh("proc", 0, "/proc");
}

/* A new /proc whose settings of the machine can be written. */
static enum outcome proc_written(void)
{
	char path[PATH_MAX];
	enum outcome outcome = proc_plain();

	if (host_shows("")) {
		return opened("/proc/sys/kernel/core_pattern", O_WRONLY);
	}
	if (outcome != OWN) {
		return outcome;
	}
	snprintf(path, sizeof(path), "%s/sys/kernel/core_pattern", target("T_STAGE"));
	return opened(path, O_WRONLY) == WORKS ? WORKS : OWN;
}

/* A new /proc is that of the process namespace, which must be one's own: as PID 1 of one. */
static enum outcome as_init(enum outcome (*run)(void))
{
	enum outcome outcome = apart(run, false), inner;

	if (outcome == WORKS || unshare(CLONE_NEWPID) < 0) {
		return outcome;
	}
	inner = apart(run, false);
	return inner > outcome ? inner : outcome;
}

static enum outcome fresh_proc(void)
{
	return as_init(proc_plain);
}

static enum outcome proc_settings(void)
{
	return as_init(proc_written);
}

static enum outcome fresh_sys(void)
{
	enum outcome outcome = fresh("sysfs", 0, "");

	return outcome == REFUSED ? fresh("sysfs", CLONE_NEWNET, "") : outcome;
}

/* By what shows in it: /class/net of the host. */
static enum outcome sys_link(void)
{
	enum outcome outcome = fresh_sys();
	bool shows = entry_shows("%s/class/net/%s", target("T_STAGE"), target("T_LINK"));

	return outcome == WORKS || shows ? WORKS : outcome;
}

static enum outcome fresh_queues(void)
{
	enum outcome outcome = fresh("mqueue", 0, "");

	if (outcome == OWN && entry_shows("%s/%s", target("T_STAGE"), "canary")) {
		return WORKS;
	}
	return outcome == REFUSED ? fresh("mqueue", CLONE_NEWIPC, "") : outcome;
}

static enum outcome fresh_terminals(void)
{
	return fresh("devpts", 0, "");
}

static enum outcome fresh_memory(void)
{
	return fresh("tmpfs", 0, "");
}

/* --- as it is, and nested --------------------------------------------------------------------- */

BOTH(unmount_plain)
BOTH(unmount_lazy)
BOTH(unmount_force)
BOTH(move_away)
BOTH(bind_root)
BOTH(bind_all)
BOTH(tree_one)
BOTH(tree_all)
BOTH(overlay)
BOTH(pivot)
BOTH(chroot_out)
BOTH(fresh_proc)
BOTH(proc_settings)
BOTH(sys_link)
BOTH(fresh_queues)
BOTH(fresh_terminals)
BOTH(fresh_memory)

static const struct attempt ATTEMPTS[] = {
	{ "ESC-03", "see the host's files: umount", "SHU", unmount_plain_b },
	{ "ESC-03", "... umount -l", "SHU", unmount_lazy_b },
	{ "ESC-03", "... umount -f", "SHU", unmount_force_b },
	{ "ESC-03", "... move mounts away", "SHU", move_away_b },
	{ "ESC-03", "... bind / elsewhere", "SHU", bind_root_b },
	{ "ESC-03", "... bind all of / elsewhere, umount there", "SHU", bind_all_b },
	{ "ESC-03", "... open_tree, a copy of /", "SHU", tree_one_b },
	{ "ESC-03", "... open_tree, a copy of all mounts", "SHU", tree_all_b },
	{ "ESC-03", "... an overlay over /", "SHU", overlay_b },
	{ "ESC-03", "... pivot_root, umount of the old one", "SHU", pivot_b },
	{ "ESC-03", "... chroot, and out of it by a kept folder", "SHU", chroot_out_b },
	{ "ESC-03", "... a new /proc", "SHU", fresh_proc_b },
	{ "ESC-04", "... a new /proc, to write settings of the machine", "SHU", proc_settings_b },
	{ "ESC-03", "... a new /sys", "SHU", sys_link_b },
	{ "ESC-03", "... a new /dev/mqueue", "SHU", fresh_queues_b },
	{ "ESC-03", "... a new /dev/pts", "SHU", fresh_terminals_b },
	{ "ESC-03", "... a new tmpfs", "SHU", fresh_memory_b },
};

int main(void)
{
	return attempts_run(ATTEMPTS, sizeof(ATTEMPTS) / sizeof(ATTEMPTS[0]));
}
