/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seal.c - system = ro. Runs in the child inside the new mount namespace, with CAP_SYS_ADMIN.
 */
#include "seal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>

#include "exempt.h"
#include "message.h"
#include "mounts.h"
#include "scope.h"
#include "walk.h"

static int fail(char *detail, const struct plan_mount *mount, int err)
{
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s: %.128s cannot be kept writable",
		       mount->about, mount->target);
	return err;
}

static int keep(const struct plan *plan, const struct ledger *ledger, struct exempt *exempt,
		char *detail)
{
	size_t i;

	for (i = 0; i < plan->mount_count; i++) {
		const struct plan_mount *mount = &plan->mounts[i];
		int err = mount->kind == MOUNT_KEEP ? exempt_add(exempt, mount) : 0;

		if (err < 0 && !(err == -ENOENT && mount->optional)) {
			return fail(detail, mount, err);
		}
	}
	return exempt_find(exempt, ledger);
}

static int root_seal(struct ledger *ledger)
{
	SCOPE_FD int root = -1;
	int err = walk_open("/", &root);

	if (err == 0) {
		err = mount_set(root, true, MOUNT_ATTR_RDONLY);
	}
	return err < 0 ? err : ledger_add(ledger, root, "/", MOUNT_ATTR_RDONLY);
}

int seal_system(const struct plan *plan, struct ledger *ledger, char *detail)
{
	struct exempt exempt = { .count = 0 };
	const struct plan_mount *mount = NULL;
	int err;

	if (!plan->system_ro) {
		return 0;
	}
	err = keep(plan, ledger, &exempt, detail);
	if (err == 0) {
		err = root_seal(ledger);
	}
	if (err == 0) {
		err = exempt_release(&exempt, ledger, &mount);
	}
	if (err < 0 && mount != NULL) {
		(void)fail(detail, mount, err);
	}
	exempt_drop(&exempt);
	return err;
}
