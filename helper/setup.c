/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.c - the inside of a space: the table of steps. Runs in the child that becomes init, in
 * all its new namespaces, with the capabilities of PHASE_BUILD.
 */
#include "setup.h"

#include <errno.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "charter.h"
#include "hosts.h"
#include "init_fds.h"
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

#define PORT_START_KERNEL 1024 /* PROT_SOCK of the kernel's include/net/sock.h */

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

/* Also here, and not later: the card has the host name, and that may have the number. */
static int take_number(struct setup *setup)
{
	struct utsname host;
	uint32_t number = 0;
	int err;

	err = registry_take(INIT_REGISTRY_FD, setup->plan->uid, setup->plan->max_spaces, &number);
	if (err < 0) {
		return err;
	}
	if (uname(&host) < 0) {
		return -errno;
	}
	charter_space(setup->request, setup->plan, number, host.nodename, &setup->space);
	return 0;
}

static int send_charter(struct setup *setup)
{
	struct owner_card card;

	charter_owner(setup->request, &card);
	return charter_send(&setup->space, &card, setup->owner, setup->channel);
}

/* -EEXIST: a login of the same moment was faster, and the helper joins that one's space. */
static int take_shared(struct setup *setup)
{
	return setup->plan->scope == SCOPE_USER
		       ? registry_take_shared(INIT_REGISTRY_FD, setup->plan->uid)
		       : 0;
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

static int mark(struct setup *setup)
{
	struct stat about;

	(void)setup;
	if (stat("/proc/self/ns/pid", &about) < 0) {
		return -errno;
	}
	return registry_mark(INIT_REGISTRY_FD, about.st_ino);
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

/* With the default, "%h", the name is the host's: the namespace has it already. */
static bool has_own_name(const struct setup *setup)
{
	return strcmp(setup->plan->hostname, "%h") != 0;
}

static int set_hostname(struct setup *setup)
{
	return has_own_name(setup) ? hostname_set(setup->space.hostname) : 0;
}

static int put_hosts(struct setup *setup)
{
	return has_own_name(setup) ? hosts_put(setup->space.hostname) : 0;
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

/* The kernel's own default needs no call. */
static int set_ports(struct setup *setup)
{
	const uint32_t start = setup->plan->unprivileged_port_start;

	return start == PORT_START_KERNEL ? 0 : port_start_set(start);
}

/* Each mount as the space's processes will see it; lo has been asked for by its own step. */
static int read_back(struct setup *setup)
{
	const struct fresh_mount shm = tmp_mount(setup->plan, SHM_PATH);
	const struct fresh_mount tmp = tmp_mount(setup->plan, "/tmp");
	const struct fresh_mount var_tmp = tmp_mount(setup->plan, "/var/tmp");
	const uint32_t has = setup->plan->namespaces;
	const struct {
		const struct fresh_mount *mount;
		bool made;
	} mounts[] = {
		{ &PROC, (has & CLONE_NEWPID) != 0 }, { &SYS, (has & CLONE_NEWNET) != 0 },
		{ &shm, (has & CLONE_NEWIPC) != 0 },  { &MQUEUE, (has & CLONE_NEWIPC) != 0 },
		{ &tmp, setup->plan->private_tmp },   { &var_tmp, setup->plan->private_tmp },
	};
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		int err = mounts[i].made ? mount_verify(mounts[i].mount) : 0;

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
	{ STEP_CHARTER, 0, send_charter },
	{ STEP_SHARED, 0, take_shared },
	{ STEP_PROPAGATION, CLONE_NEWNS, detach_host },
	{ STEP_PROC, CLONE_NEWPID, make_proc },
	{ STEP_MARK, CLONE_NEWPID, mark },
	{ STEP_SYS, CLONE_NEWNET, make_sys },
	{ STEP_SHM, CLONE_NEWIPC, make_shm },
	{ STEP_MQUEUE, CLONE_NEWIPC, make_mqueue },
	{ STEP_TMP, CLONE_NEWNS, make_tmp },
	{ STEP_VAR_TMP, CLONE_NEWNS, make_var_tmp },
	{ STEP_HOSTNAME, CLONE_NEWUTS, set_hostname },
	{ STEP_HOSTS, CLONE_NEWUTS, put_hosts },
	{ STEP_LOOPBACK, CLONE_NEWNET, raise_loopback },
	{ STEP_PING, CLONE_NEWNET, set_ping },
	{ STEP_PORTS, CLONE_NEWNET, set_ports },
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
