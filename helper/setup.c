/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.c - the inside of a space: the table of steps. Runs in the child that becomes init, in
 * all its new namespaces, with the capabilities of PHASE_BUILD.
 */
#include "setup.h"

#include <errno.h>
#include <linux/magic.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "loopback.h"
#include "mounts.h"
#include "privileges.h"
#include "registry.h"
#include "settings.h"
#include "steps.h"

#define NO_SUID_DEV (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
#define SHM_PATH    "/dev/shm"

#define NO_SUID_DEV_EXEC (NO_SUID_DEV | MOUNT_ATTR_NOEXEC)

/* What is mounted below the host's /sys and needed in a space, too. SELinux: see selinux(8). */
static const char *const SYS_TREES[] = { "/sys/fs/cgroup", "/sys/fs/selinux" };

#define SYS_TREES_COUNT (sizeof(SYS_TREES) / sizeof(SYS_TREES[0]))

#ifndef MQUEUE_MAGIC
#define MQUEUE_MAGIC 0x19800202 /* ipc/mqueue.c of the kernel */
#endif

static const struct fresh_mount PROC = {
	.target = "/proc",
	.type = "proc",
	.attributes = NO_SUID_DEV_EXEC,
	.magic = PROC_SUPER_MAGIC,
};
static const struct fresh_mount SYS = {
	.target = "/sys",
	.type = "sysfs",
	.attributes = NO_SUID_DEV_EXEC | MOUNT_ATTR_RDONLY,
	.magic = SYSFS_MAGIC,
};
static const struct fresh_mount MQUEUE = {
	.target = "/dev/mqueue",
	.type = "mqueue",
	.attributes = NO_SUID_DEV_EXEC,
	.magic = MQUEUE_MAGIC,
	.optional = true,
};

/* /dev/shm, /tmp and /var/tmp differ in nothing but their place, and that a host may lack one. */
static struct fresh_mount tmp_mount(const struct plan *plan, const char *target)
{
	return (struct fresh_mount){
		.target = target,
		.type = "tmpfs",
		.mode = "1777",
		.size = plan->tmp_size,
		.attributes = NO_SUID_DEV,
		.magic = TMPFS_MAGIC,
		.optional = strcmp(target, SHM_PATH) == 0,
	};
}

static int take_number(struct setup *setup)
{
	return registry_take(setup->registry, setup->plan->uid, setup->plan->max_spaces,
			     &setup->number);
}

static int detach_host(struct setup *setup)
{
	(void)setup;
	return mounts_detach_host();
}

static int make_proc(struct setup *setup)
{
	(void)setup;
	return mount_fresh(&PROC);
}

static int sys_with_trees(int trees[SYS_TREES_COUNT])
{
	size_t i;
	int err = 0;

	for (i = 0; i < SYS_TREES_COUNT && err == 0; i++) {
		err = tree_take(SYS_TREES[i], &trees[i]);
	}
	if (err == 0) {
		err = mount_fresh(&SYS);
	}
	for (i = 0; i < SYS_TREES_COUNT && err == 0; i++) {
		err = tree_put(trees[i], SYS_TREES[i]);
	}
	return err;
}

/* The trees are copied before /sys is taken away, and put back into the new one. */
static int make_sys(struct setup *setup)
{
	int trees[SYS_TREES_COUNT] = { -1, -1 };
	size_t i;
	int err;

	(void)setup;
	err = sys_with_trees(trees);
	for (i = 0; i < SYS_TREES_COUNT; i++) {
		if (trees[i] >= 0) {
			(void)close(trees[i]); /* once attached, the mount stays */
		}
	}
	return err;
}

static int make_shm(struct setup *setup)
{
	const struct fresh_mount mount = tmp_mount(setup->plan, SHM_PATH);

	return mount_fresh(&mount);
}

static int make_mqueue(struct setup *setup)
{
	(void)setup;
	return mount_fresh(&MQUEUE);
}

static int make_tmp(struct setup *setup)
{
	const struct fresh_mount mount = tmp_mount(setup->plan, "/tmp");

	return setup->plan->private_tmp ? mount_fresh(&mount) : 0;
}

static int make_var_tmp(struct setup *setup)
{
	const struct fresh_mount mount = tmp_mount(setup->plan, "/var/tmp");

	return setup->plan->private_tmp ? mount_fresh(&mount) : 0;
}

static int set_hostname(struct setup *setup)
{
	return hostname_set(setup->plan->hostname);
}

static int raise_loopback(struct setup *setup)
{
	(void)setup;
	return loopback_up();
}

static int set_ping(struct setup *setup)
{
	return ping_group_range_set(setup->plan->ping_group_low, setup->plan->ping_group_high);
}

/* Each mount as the space's processes will see it; lo has been asked for by its own step. */
static int read_back(struct setup *setup)
{
	const struct fresh_mount shm = tmp_mount(setup->plan, SHM_PATH);
	const struct fresh_mount tmp = tmp_mount(setup->plan, "/tmp");
	const struct fresh_mount var_tmp = tmp_mount(setup->plan, "/var/tmp");
	const struct fresh_mount *const mounts[] = { &PROC, &SYS, &shm, &MQUEUE, &tmp, &var_tmp };
	const size_t count =
		sizeof(mounts) / sizeof(mounts[0]) - (setup->plan->private_tmp ? 0 : 2);
	size_t i;

	for (i = 0; i < count; i++) {
		int err = mount_verify(mounts[i]);

		if (err < 0) {
			return err;
		}
	}
	return getpid() == 1 ? 0 : -EBADE;
}

static int drop_privileges(struct setup *setup)
{
	(void)setup;
	return privileges_enter(PHASE_INIT);
}

static const struct setup_step {
	enum step step;
	uint32_t needs; /* only when the plan has this namespace; 0: always */
	int (*run)(struct setup *setup);
} STEPS[] = {
	{ STEP_NUMBER, 0, take_number },
	{ STEP_PROPAGATION, CLONE_NEWNS, detach_host },
	{ STEP_PROC, CLONE_NEWPID, make_proc },
	{ STEP_SYS, CLONE_NEWNET, make_sys },
	{ STEP_SHM, CLONE_NEWIPC, make_shm },
	{ STEP_MQUEUE, CLONE_NEWIPC, make_mqueue },
	{ STEP_TMP, CLONE_NEWNS, make_tmp },
	{ STEP_VAR_TMP, CLONE_NEWNS, make_var_tmp },
	{ STEP_HOSTNAME, CLONE_NEWUTS, set_hostname },
	{ STEP_LOOPBACK, CLONE_NEWNET, raise_loopback },
	{ STEP_PING, CLONE_NEWNET, set_ping },
	{ STEP_READ_BACK, CLONE_NEWNS, read_back },
	{ STEP_PRIVILEGES, 0, drop_privileges },
};

int setup_run(struct setup *setup)
{
	size_t i;

	for (i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++) {
		const struct setup_step *step = &STEPS[i];
		int err = 0;

		if ((setup->plan->namespaces & step->needs) == step->needs) {
			err = step->run(setup);
		}
		if (err < 0) {
			setup->step = step->step;
			return err;
		}
	}
	return 0;
}
