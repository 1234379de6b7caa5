// SPDX-License-Identifier: BSD-2-Clause
/*
 * whole [--stay MILLISECONDS] INODE...: run as a user's command of a login. The inodes are those of
 * the host's mnt, pid, ipc, uts and net namespaces. Prints "whole" if this login has all of its
 * space, and else "broken" and what is missing.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const kinds[] = { "mnt", "pid", "ipc", "uts", "net" };

#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static bool namespace_is_new(const char *kind, const char *host)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	return stat(path, &st) == 0 && st.st_ino != strtoul(host, NULL, 10);
}

static bool init_is_ours(void)
{
	char name[32] = "";
	FILE *file = fopen("/proc/1/comm", "re");

	if (!file) {
		return errno == ENOENT; /* hidepid: a user sees his own processes only */
	}
	(void)fgets(name, sizeof(name), file); /* an empty name is not ours */
	fclose(file);
	return strcmp(name, "loginspace-init\n") == 0;
}

/* Names in a folder that are not hidden; with numbers: only such. */
static int entries_count(const char *path, bool numbers)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int n = 0;

	if (!dir) {
		return -1;
	}
	while ((entry = readdir(dir))) {
		n += entry->d_name[0] != '.' &&
		     (!numbers || isdigit((unsigned char)entry->d_name[0]));
	}
	closedir(dir);
	return n;
}

static const char *missing(char *const *inodes)
{
	const char *id = getenv("LOGINSPACE");

	for (int i = 0; i < KINDS; i++) {
		if (!namespace_is_new(kinds[i], inodes[i])) {
			return kinds[i];
		}
	}
	if (!init_is_ours()) {
		return "init";
	}
	if (entries_count("/tmp", false) != 0) {
		return "tmp";
	}
	/* Init, what sshd runs as the user, his shell, this program. */
	if (entries_count("/proc", true) > 8) {
		return "proc";
	}
	return id && strtoul(id, NULL, 10) == getuid() ? NULL : "LOGINSPACE";
}

int main(int argc, char **argv)
{
	const char *what;
	long stay = 0;

	if (argc > 2 && strcmp(argv[1], "--stay") == 0) {
		stay = atol(argv[2]);
		argv += 2;
		argc -= 2;
	}
	what = argc == KINDS + 1 ? missing(argv + 1) : "arguments";
	if (what) {
		printf("broken: %s\n", what);
		return 1;
	}
	puts("whole");
	fflush(stdout);
	if (stay > 0) {
		struct timespec pause = { stay / 1000, stay % 1000 * 1000000 };

		(void)nanosleep(&pause, NULL);
	}
	return 0;
}
