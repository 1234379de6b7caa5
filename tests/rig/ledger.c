// SPDX-License-Identifier: BSD-2-Clause
/*
 * ledger [--all] [PID]...: counts what a login could leave behind in the rig, one "name figure" a
 * line: processes, zombies, namespaces of each kind that a process is in or holds by a descriptor,
 * the mounts of those namespaces, pidfds, interfaces, locks, objects of System V and message queues, what is in the state folder, and the open files of the rig's PID 1 and of
 * each PID (the sshd listener). --all: after a whole test file, when none of its processes lives:
 * the open files of all, and of the mounts those outside of the files' playgrounds.
 * Run as root inside the rig, whose /proc shows the rig and all spaces in it. What only the whole
 * machine can tell is in ledger_machine.c.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE_FOLDER "/run/loginspace"

struct inode_set {
	const char *name;
	unsigned long *inodes;
	size_t count;
};

enum { MNT_SET = 2 };

static struct inode_set sets[] = {
	{ .name = "net" }, { .name = "pid" },  { .name = "mnt" },    { .name = "ipc" },
	{ .name = "uts" }, { .name = "user" }, { .name = "cgroup" }, { .name = "time" },
};

/* Where test files mount, and no space has mounts of its own: not looked at with --all. */
static const char *const playgrounds[] = {
	"/srv", "/mnt", "/media", "/run/netns", "/run/rig",
};

#define SETS (sizeof(sets) / sizeof(sets[0]))

static unsigned long processes, zombies, pidfds, descriptors, space_mounts;

/* Whether it was new. */
static bool set_add(struct inode_set *set, unsigned long inode)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->inodes[i] == inode) {
			return false;
		}
	}
	set->inodes = reallocarray(set->inodes, set->count + 1, sizeof(inode));
	if (!set->inodes) {
		err(1, "memory");
	}
	set->inodes[set->count++] = inode;
	return true;
}

/* Takes a link text such as "net:[4026531840]"; others are none of our business. */
static void link_count(const char *text)
{
	for (size_t i = 0; i < SETS; i++) {
		size_t len = strlen(sets[i].name);

		if (strncmp(text, sets[i].name, len) == 0 && strncmp(text + len, ":[", 2) == 0) {
			(void)set_add(&sets[i], strtoul(text + len + 2, NULL, 10));
		}
	}
	if (strcmp(text, "anon_inode:[pidfd]") == 0 || strncmp(text, "pidfd:", 6) == 0) {
		pidfds++;
	}
}

/* Number of entries; with links, each entry's target is counted too. */
static unsigned long folder_count(const char *path, bool links)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	unsigned long n = 0;

	while (dir && (entry = readdir(dir))) {
		char name[512], text[512];
		ssize_t len;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
			continue;
		}
		n++;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		len = links ? readlink(name, text, sizeof(text) - 1) : -1;
		if (len > 0) {
			text[len] = '\0';
			link_count(text);
		}
	}
	if (dir) {
		closedir(dir);
	}
	return n;
}

static unsigned long lines_count(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned long n = 0;

	for (int c; file && (c = getc_unlocked(file)) != EOF;) {
		n += c == '\n';
	}
	if (file) {
		fclose(file);
	}
	return n;
}

/*
 * Those of an open file description the kernel shows in every PID namespace: they are the machine's, and
 * none of ours is one.
 */
static unsigned long locks_count(void)
{
	FILE *file = fopen("/proc/locks", "r");
	unsigned long n = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		n += strstr(line, " OFDLCK ") == NULL;
	}
	if (file) {
		fclose(file);
	}
	return n;
}

static bool in_playground(const char *path)
{
	for (size_t i = 0; i < sizeof(playgrounds) / sizeof(playgrounds[0]); i++) {
		size_t len = strlen(playgrounds[i]);

		if (strncmp(path, playgrounds[i], len) == 0 &&
		    (path[len] == '/' || path[len] == '\0')) {
			return true;
		}
	}
	return false;
}

static unsigned long mounts_elsewhere(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, *path;
	size_t size = 0;
	unsigned long n = 0;

	while (file && getline(&line, &size, file) > 0) {
		if (sscanf(line, "%*d %*d %*s %*s %ms", &path) == 1) {
			n += !in_playground(path);
			free(path);
		}
	}
	free(line);
	if (file) {
		fclose(file);
	}
	return n;
}

/* Of a list in /proc that begins with a line of headings, where there is such a list. */
static unsigned long rows_count(const char *path)
{
	unsigned long lines = lines_count(path);

	return lines > 0 ? lines - 1 : 0;
}

static char process_state(const char *pid)
{
	char path[64], line[512] = "";
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "r");
	if (!file) {
		return '\0';
	}
	(void)fgets(line, sizeof(line), file); /* an empty line is a process that has gone */
	fclose(file);
	end = strrchr(line, ')');
	return end && end[1] == ' ' ? end[2] : '\0';
}

/* Each namespace's mounts are counted once, through the first process that is in it. */
static void mounts_count(const char *pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/mnt", pid);
	if (stat(path, &st) == 0 && set_add(&sets[MNT_SET], (unsigned long)st.st_ino)) {
		snprintf(path, sizeof(path), "/proc/%.20s/mountinfo", pid);
		space_mounts += lines_count(path);
	}
}

static void process_count(const char *pid)
{
	char path[64];
	char state = process_state(pid);

	if (state == '\0') {
		return;
	}
	processes++;
	zombies += state == 'Z';
	mounts_count(pid);
	snprintf(path, sizeof(path), "/proc/%.20s/ns", pid);
	(void)folder_count(path, true);
	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	descriptors += folder_count(path, true);
}

static void processes_count(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (isdigit((unsigned char)entry->d_name[0]) && atoi(entry->d_name) != getpid()) {
			process_count(entry->d_name);
		}
	}
	if (dir) {
		closedir(dir);
	}
}

static unsigned long interfaces_count(void)
{
	struct if_nameindex *list = if_nameindex();
	unsigned long n = 0;

	while (list && list[n].if_index != 0) {
		n++;
	}
	if_freenameindex(list);
	return n;
}

/* Entries and bytes of the state folder. The counters are no login's: one file, made by the first. */
static void state_print(void)
{
	unsigned long entries = 0, bytes = 0;
	DIR *dir = opendir(STATE_FOLDER);
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    strcmp(entry->d_name, "counters") == 0) {
			continue;
		}
		entries++;
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			bytes += (unsigned long)st.st_size;
		}
	}
	if (dir) {
		closedir(dir);
	}
	printf("state_entries %lu\nstate_bytes %lu\n", entries, bytes);
}

static void ipc_print(void)
{
	printf("sysv_objects %lu\n", rows_count("/proc/sysvipc/shm") +
					     rows_count("/proc/sysvipc/sem") +
					     rows_count("/proc/sysvipc/msg"));
	printf("message_queues %lu\n", folder_count("/dev/mqueue", false));
}

static void open_files_print(const char *pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	printf("open_files_of_%s %lu\n", pid, folder_count(path, false));
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "--all") == 0;

	processes_count();
	printf("processes %lu\nzombies %lu\n", processes, zombies);
	if (all) {
		printf("mounts %lu\n", mounts_elsewhere());
	} else {
		printf("mounts %lu\nspace_mounts %lu\n", lines_count("/proc/self/mountinfo"),
		       space_mounts);
	}
	for (size_t i = 0; i < SETS; i++) {
		printf("%s_namespaces %zu\n", sets[i].name, sets[i].count);
	}
	printf("pidfds %lu\nlocks %lu\n", pidfds, locks_count());
	printf("interfaces %lu\n", interfaces_count());
	ipc_print();
	state_print();
	if (all) {
		printf("open_files %lu\n", descriptors);
	}
	open_files_print("1");
	for (int i = all ? 2 : 1; i < argc; i++) {
		open_files_print(argv[i]);
	}
	return 0;
}
