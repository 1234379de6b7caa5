/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ledger.h - which mounts were put where, so that all of them can be read back in the end: the
 * mount that a path leads to has to be the very one that was put there.
 */
#ifndef LOGINSPACE_LEDGER_H
#define LOGINSPACE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry {
	const char *path;    /* the caller's; it stays */
	uint64_t id;         /* see mount_id */
	uint64_t attributes; /* MOUNT_ATTR_* it has to have */
	bool own;            /* a file system that was made for this space */
};

/* As many as a plan has mounts, those that every space has, the files in /etc, and the root. */
#define LEDGER_MAX (256 + 48)

struct ledger {
	struct entry entries[LEDGER_MAX];
	size_t count;
};

/*
 * ledger_put - mount_put, and a line in the ledger; what was at PATH before is replaced in it.
 * TARGET: an fd of what is at PATH. Returns as mount_put; -E2BIG.
 */
int ledger_put(struct ledger *ledger, int mount, int target, const char *path, uint64_t attributes);

/* ledger_add - as ledger_put, of a mount that is at PATH already. */
int ledger_add(struct ledger *ledger, int mount, const char *path, uint64_t attributes);

/* ledger_forget - of what is below PATH there are other mounts by now. */
void ledger_forget(struct ledger *ledger, const char *path);

/* ledger_own - what is at PATH is a file system made for this space, and nobody else's. */
void ledger_own(struct ledger *ledger, const char *path);

/* ledger_is_own - is FD in a file system made for this space? Returns 0 or a negative errno. */
int ledger_is_own(const struct ledger *ledger, int fd, bool *ret_own);

/*
 * ledger_hides - is the mount ID, whose parent is PARENT, at PATH, under a file system that was
 * made for this space, and so not to be reached? False says nothing: others may hide it.
 */
bool ledger_hides(const struct ledger *ledger, const char *path, uint64_t id, uint64_t parent);

/*
 * ledger_verify - every path leads to its mount, which has its attributes. Returns 0; -EBADE, or
 * the errno of looking, with *RET_PATH: where it is not so.
 */
int ledger_verify(const struct ledger *ledger, const char **ret_path);

#endif
