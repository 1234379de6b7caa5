// SPDX-License-Identifier: BSD-2-Clause
/*
 * ledger_machine: what only the whole machine can tell, one "name figure" a line: objects in the
 * kernel's caches of namespaces and mounts, folders in the tree of control groups, root's keys.
 * For long runs: whatever else the machine does is in these figures, see tests/long/run. As root.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const caches[] = {
	"net_namespace", "pid_namespace", "user_namespace", "uts_namespace", "mnt_cache", "nsproxy",
};

#define CACHES (sizeof(caches) / sizeof(caches[0]))

/* Without this the figure has what each processor keeps ready: 219 where there are 3. */
static void cache_shrink(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!write(fd, "1\n", 2); /* then the figure is too high, which a test sees */
		close(fd);
	}
}

/*
 * A cache that the kernel keeps together with another of its size is listed under one name of them
 * all, if at all; then its figure has theirs in it.
 */
static void caches_print(void)
{
	FILE *file = fopen("/proc/slabinfo", "re");
	char line[512], name[64];
	unsigned long active;

	for (size_t i = 0; i < CACHES; i++) {
		cache_shrink(caches[i]);
	}
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63s %lu", name, &active) != 2) {
			continue;
		}
		for (size_t i = 0; i < CACHES; i++) {
			if (strcmp(name, caches[i]) == 0) {
				printf("slab_%s %lu\n", name, active);
			}
		}
	}
	if (file) {
		fclose(file);
	}
}

static unsigned long folders;

static int folder_count(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)path, (void)st, (void)where;
	folders += kind == FTW_D;
	return 0;
}

/* "    0:     9 8/8 3/1000000 128/25000000": usage, keys, keys and bytes of the quota, proc_keys(5). */
static void keys_print(void)
{
	FILE *file = fopen("/proc/key-users", "re");
	char line[256];
	unsigned long uid, keys;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lu: %*u %lu/", &uid, &keys) == 2 && uid == 0) {
			printf("keys_of_root %lu\n", keys);
		}
	}
	if (file) {
		fclose(file);
	}
}

int main(void)
{
	caches_print();
	if (nftw("/sys/fs/cgroup", folder_count, 16, FTW_PHYS) == 0) {
		printf("control_groups %lu\n", folders);
	}
	keys_print();
	return 0;
}
