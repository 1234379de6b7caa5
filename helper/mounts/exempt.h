/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exempt.h - what stays writable while all around it becomes read-only.
 *
 * A folder is cloned before, and the clone is put over it after; what the host unmounts in there
 * goes from the clone, too. But a clone of a whole mount would stay when the host unmounts it, and
 * keep its file system busy. Such a mount, and those in it, lose the flag again, if they had not
 * had it before.
 */
#ifndef LOGINSPACE_EXEMPT_H
#define LOGINSPACE_EXEMPT_H

#include <stddef.h>
#include <stdint.h>

#include "ledger.h"
#include "plan.h"

struct exempt_place {
	const struct plan_mount *mount;
	int tree;   /* a clone of the folder; -1: none */
	char *path; /* of malloc(3), without links: of a whole mount; NULL: none */
};

struct exempt_mount {
	uint64_t id;
	char *path; /* of malloc(3) */
};

/* Born zeroed. */
struct exempt {
	struct exempt_place places[PLAN_MOUNTS_MAX];
	size_t count;
	struct exempt_mount *mounts; /* that the flag is taken from again */
	size_t mount_count;
};

/*
 * exempt_add - what is at the mount's target now. What lies in a place that was added before needs
 * nothing more. Returns 0; -ENOENT; another negative errno.
 */
int exempt_add(struct exempt *exempt, const struct plan_mount *mount);

/*
 * exempt_find - when all are added: which mounts there are in them, less what LEDGER has hidden.
 * 0 or a negative errno.
 */
int exempt_find(struct exempt *exempt, const struct ledger *ledger);

/*
 * exempt_release - when all around is read-only. Returns 0, or a negative errno with *RET_MOUNT:
 * the place that it is about, or NULL.
 */
int exempt_release(const struct exempt *exempt, struct ledger *ledger,
		   const struct plan_mount **ret_mount);

void exempt_drop(struct exempt *exempt);

#endif
