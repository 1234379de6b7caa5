/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * landlock.c - the last step of init before its loop; see landlock.h. Runs in init, without any
 * privilege.
 *
 * The signals of landlock(7) are not among it: init ends the processes of its space.
 */
#include "landlock.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in linux/landlock.h of Linux 6.12; the header of an older system lacks some of it. */
struct ruleset {
	uint64_t files;
	uint64_t ports;
	uint64_t scopes;
};

#define CREATE_VERSION 1u
#define BITS(count)    ((UINT64_C(1) << (count)) - 1)

#define PORTS_BIND_CONNECT    BITS(2)
#define SCOPE_ABSTRACT_SOCKET UINT64_C(1)

/*
 * What each version of the interface knows: the last line that is not above the kernel's holds. A
 * kernel refuses bits and bytes that it does not know.
 */
static const struct {
	long version;
	size_t size;
	struct ruleset all;
} VERSIONS[] = {
	{ 1, offsetof(struct ruleset, ports), { BITS(13), 0, 0 } },
	{ 2, offsetof(struct ruleset, ports), { BITS(14), 0, 0 } }, /* rename to other folders */
	{ 3, offsetof(struct ruleset, ports), { BITS(15), 0, 0 } }, /* truncate */
	{ 4, offsetof(struct ruleset, scopes), { BITS(15), PORTS_BIND_CONNECT, 0 } },
	{ 5, offsetof(struct ruleset, scopes), { BITS(16), PORTS_BIND_CONNECT, 0 } }, /* ioctl */
	{ 6, sizeof(struct ruleset), { BITS(16), PORTS_BIND_CONNECT, SCOPE_ABSTRACT_SOCKET } },
};

#define VERSIONS_COUNT (sizeof(VERSIONS) / sizeof(VERSIONS[0]))

/* struct landlock_path_beneath_attr. */
struct beneath {
	uint64_t allowed;
	int32_t folder;
} __attribute__((packed));

#define RULE_PATH_BENEATH 1u
#define REMOVE_DIR        (UINT64_C(1) << 4)

/* Without the rule nothing is removed, which harms nobody. */
static void allow_removal(int ruleset, int folder)
{
	const struct beneath rule = { .allowed = REMOVE_DIR, .folder = folder };

	(void)syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
}

int landlock_enter(int empty)
{
	const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
	size_t i = VERSIONS_COUNT;
	int ruleset, err;

	if (version < 0) {
		return -errno;
	}
	while (i > 1 && VERSIONS[i - 1].version > version) {
		i--;
	}
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &VERSIONS[i - 1].all,
			       VERSIONS[i - 1].size, 0);
	if (ruleset < 0) {
		return -errno;
	}
	if (empty >= 0) {
		allow_removal(ruleset, empty);
	}
	err = syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
	(void)close(ruleset);
	return err;
}
