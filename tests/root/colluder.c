// SPDX-License-Identifier: BSD-2-Clause
/*
 * colluder HOME SHARED PATH...: a user outside of any space, who swaps what root is about to walk.
 *
 * Every part of each PATH (relative to HOME, all there already) is exchanged, over and over, with a
 * symbolic link to a place of the system's, a FIFO, a file, an empty folder, a folder with the same
 * tree in it, or a folder of SHARED, and put back a moment later. Prints "ready", and at SIGTERM,
 * with all at its place again, "swaps N, failed N". Run as the user.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PARTS_MAX  64
#define DECOYS_MAX 32

static char parts[PARTS_MAX][512], decoys[DECOYS_MAX][64];
static size_t part_count, decoy_count;
static volatile sig_atomic_t ended;

static const char *const links[] = { "/etc",       "/root", "/",         "/var/log",
				     "/srv",       "/opt",  "/home/bob", "/etc/passwd",
				     "/proc/self", "/dev",  "../../..",  "/proc/1/root" };

static void end(int number)
{
	(void)number;
	ended = 1;
}

static const char *decoy_add(void)
{
	snprintf(decoys[decoy_count], sizeof(decoys[0]), ".decoys/%zu", decoy_count);
	return decoys[decoy_count++];
}

/* The same folders as below HOME, for each PATH from its first part on. */
static void twin_make(const char *twin, int count, char **paths)
{
	char path[1024];

	for (int i = 0; i < count; i++) {
		char *at = strchr(paths[i], '/');

		snprintf(path, sizeof(path), "%s", twin);
		while (at) {
			char *next = strchr(at + 1, '/');
			size_t length = strlen(path);

			snprintf(path + length, sizeof(path) - length, "%.*s",
				 next ? (int)(next - at) : (int)strlen(at), at);
			(void)mkdir(path, 0755);
			at = next;
		}
	}
}

static void decoys_make(int count, char **paths)
{
	(void)mkdir(".decoys", 0755);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (symlink(links[i], decoy_add()) < 0) {
			err(1, "symlink");
		}
	}
	if (mkfifo(decoy_add(), 0666) < 0 || mknod(decoy_add(), S_IFREG | 0644, 0) < 0 ||
	    mkdir(decoy_add(), 0755) < 0) {
		err(1, "decoys");
	}
	for (int i = 0; i < 3; i++) {
		const char *twin = decoy_add();

		if (mkdir(twin, 0755) < 0) {
			err(1, "twin");
		}
		twin_make(twin, count, paths);
	}
}

/* Folders of others, in a folder that all may write: those can be moved, too. */
static void shared_add(const char *shared)
{
	DIR *folder = opendir(shared);
	struct dirent *entry;

	if (!folder) {
		err(1, "%s", shared);
	}
	while ((entry = readdir(folder)) && decoy_count < DECOYS_MAX) {
		if (entry->d_name[0] != '.') {
			snprintf(decoys[decoy_count++], sizeof(decoys[0]), "%.40s/%.20s", shared,
				 entry->d_name);
		}
	}
	closedir(folder);
}

/* All parts of PATH but what is known already. */
static void parts_add(const char *path)
{
	for (const char *at = path; at; at = strchr(at + 1, '/')) {
		const char *next = strchr(at + 1, '/');
		size_t length = next ? (size_t)(next - path) : strlen(path), i;

		for (i = 0; i < part_count; i++) {
			if (strlen(parts[i]) == length && strncmp(parts[i], path, length) == 0) {
				break;
			}
		}
		if (i == part_count && part_count < PARTS_MAX) {
			snprintf(parts[part_count++], sizeof(parts[0]), "%.*s", (int)length, path);
		}
	}
}

static void pause_up_to(long microseconds)
{
	struct timespec time = { .tv_nsec = (random() % (microseconds + 1)) * 1000 };

	nanosleep(&time, NULL);
}

int main(int argc, char **argv)
{
	unsigned long swaps = 0, failed = 0;

	if (argc < 4 || chdir(argv[1]) < 0) {
		errx(2, "usage: colluder HOME SHARED PATH...");
	}
	signal(SIGTERM, end);
	srandom((unsigned int)getpid());
	decoys_make(argc - 3, argv + 3);
	shared_add(argv[2]);
	for (int i = 3; i < argc; i++) {
		parts_add(argv[i]);
	}
	printf("ready\n");
	fflush(stdout);
	while (!ended) {
		const char *part = parts[random() % (long)part_count];
		const char *decoy = decoys[random() % (long)decoy_count];

		if (renameat2(AT_FDCWD, part, AT_FDCWD, decoy, RENAME_EXCHANGE) < 0) {
			failed++;
			continue;
		}
		swaps++;
		/* In and out at once, or for about as long as a login needs. */
		if (random() % 2) {
			pause_up_to(3000);
		}
		if (renameat2(AT_FDCWD, part, AT_FDCWD, decoy, RENAME_EXCHANGE) < 0) {
			err(1, "%s, %s: back", part, decoy);
		}
		if (random() % 4 == 0) {
			pause_up_to(3000);
		}
	}
	printf("swaps %lu, failed %lu\n", swaps, failed);
	return 0;
}
