// SPDX-License-Identifier: BSD-2-Clause
/*
 * ledger [PID]: counts what a login could leave behind, one "name figure" a line: processes,
 * zombies, mounts, links, namespaces of each kind that a process is in or holds by a descriptor,
 * pidfds, entries of the state folder, and the open files of PID (the sshd listener).
 * Run as root inside the rig, whose /proc shows the rig and all spaces in it.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATE_FOLDER "/run/loginspace"

struct inode_set {
	const char *name;
	unsigned long *inodes;
	size_t count;
};

static struct inode_set sets[] = {
	{ .name = "net" }, { .name = "pid" },  { .name = "mnt" },    { .name = "ipc" },
	{ .name = "uts" }, { .name = "user" }, { .name = "cgroup" },
};

static unsigned long processes, zombies, pidfds;

static void set_add(struct inode_set *set, unsigned long inode)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->inodes[i] == inode) {
			return;
		}
	}
	set->inodes = reallocarray(set->inodes, set->count + 1, sizeof(inode));
	if (!set->inodes) {
		err(1, "memory");
	}
	set->inodes[set->count++] = inode;
}

/* Takes a link text such as "net:[4026531840]"; others are none of our business. */
static void link_count(const char *text)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		size_t len = strlen(sets[i].name);

		if (strncmp(text, sets[i].name, len) == 0 && strncmp(text + len, ":[", 2) == 0) {
			set_add(&sets[i], strtoul(text + len + 2, NULL, 10));
		}
	}
	if (strcmp(text, "anon_inode:[pidfd]") == 0 || strncmp(text, "pidfd:", 6) == 0) {
		pidfds++;
	}
}

/* Number of entries; with links, each entry's target is counted too. */
static unsigned long folder_count(const char *path, int links)
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

static void process_count(const char *pid)
{
	char path[64];
	char state = process_state(pid);

	if (state == '\0') {
		return;
	}
	processes++;
	zombies += state == 'Z';
	snprintf(path, sizeof(path), "/proc/%.20s/ns", pid);
	(void)folder_count(path, 1);
	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	(void)folder_count(path, 1);
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

static unsigned long lines_count(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned long n = 0;

	for (int c; file && (c = getc(file)) != EOF;) {
		n += c == '\n';
	}
	if (file) {
		fclose(file);
	}
	return n;
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

int main(int argc, char **argv)
{
	char path[64];

	processes_count();
	printf("processes %lu\nzombies %lu\n", processes, zombies);
	printf("mounts %lu\n", lines_count("/proc/self/mountinfo"));
	printf("interfaces %lu\n", interfaces_count());
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		printf("%s_namespaces %zu\n", sets[i].name, sets[i].count);
	}
	printf("pidfds %lu\n", pidfds);
	/* The counters are no login's: one file, made by the first of them, loginspace(8). */
	printf("state_entries %lu\n",
	       folder_count(STATE_FOLDER, 0) - (access(STATE_FOLDER "/counters", F_OK) == 0));
	if (argc > 1) {
		snprintf(path, sizeof(path), "/proc/%.20s/fd", argv[1]);
		printf("listener_fds %lu\n", folder_count(path, 0));
	}
	return 0;
}
