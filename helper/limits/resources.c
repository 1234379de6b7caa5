/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resources.c - the limits of a login, by systemd or without it. Runs in the helper: as root with
 * all privileges, and resources_admit in PHASE_BUILD.
 */
#include "resources.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "controllers.h"
#include "file.h"
#include "manager.h"
#include "member.h"
#include "message.h"

static uint64_t memory_of_machine(uint64_t page)
{
	const long pages = sysconf(_SC_PHYS_PAGES);

	return pages > 0 ? (uint64_t)pages * page : page;
}

/*
 * PID 1 is the end of the space, so it is to be the last one whom the kernel ends for want of
 * memory. It takes next to none. What has no CAP_SYS_RESOURCE, as in some containers, cannot ask
 * for that.
 */
static void spare_init(void)
{
	(void)file_write(AT_FDCWD, "/proc/self/oom_score_adj", 0, "-1000");
}

/* Its processes are found, limited and ended by their group: they have to stay there. */
static int not_in_job(pid_t owner, char *detail)
{
	char place[PLACE_SIZE];
	int err = controllers_place(owner, place);

	if (err == 0 && place_in_job(place)) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "this is in a job of Slurm's, which has limits of its own");
		return -EBUSY;
	}
	return err;
}

static int subtree_prepare(const struct plan *plan, struct resources *resources, char *detail)
{
	if ((plan->namespaces & CLONE_NEWCGROUP) != 0) {
		(void)snprintf(
			detail, MESSAGE_DETAIL_SIZE,
			"cgroup among the namespaces goes with limits only where systemd runs");
		return -EOPNOTSUPP;
	}
	return subtree_open(plan->uid, &resources->figures, &resources->subtree, detail);
}

int resources_prepare(const struct plan *plan, int owner, int64_t deadline_ms,
		      struct resources *ret_resources, char *detail)
{
	const long page = sysconf(_SC_PAGESIZE);
	const uint64_t bytes = page > 0 ? (uint64_t)page : 4096;
	struct resources resources = RESOURCES_NONE;
	int err;

	detail[0] = '\0';
	resources.figures = figures_of(&plan->limits, memory_of_machine(bytes), bytes);
	err = controllers_check(&resources.figures, detail);
	if (err == 0) {
		err = member_number(owner, &resources.owner);
	}
	if (err == 0) {
		err = not_in_job(resources.owner, detail);
	}
	if (err < 0) {
		return err;
	}
	if (manager_runs()) {
		err = manager_limit(plan->uid, plan->scope == SCOPE_USER, owner, resources.owner,
				    &resources.figures, deadline_ms, detail);
	} else {
		err = subtree_prepare(plan, &resources, detail);
	}
	if (err == 0) {
		err = member_lives(owner);
	}
	if (err < 0) {
		resources_drop(&resources);
		return err;
	}
	spare_init();
	*ret_resources = resources;
	return 0;
}

int resources_admit(const struct resources *resources, uid_t uid, uint32_t number, int owner)
{
	char name[SUBTREE_NAME_SIZE];
	int err;

	if (resources->subtree.folder < 0) {
		return 0;
	}
	subtree_name(uid, number, name);
	err = subtree_admit(&resources->subtree, name, &resources->figures, owner,
			    resources->owner);
	return err < 0 ? err : member_lives(owner);
}

void resources_drop(struct resources *resources)
{
	subtree_drop(&resources->subtree);
}
