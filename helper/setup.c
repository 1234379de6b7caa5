/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.c - the inside of a space: the table of steps. Runs in the child that becomes init, in
 * all its new namespaces, with the capabilities of PHASE_BUILD.
 */
#include "setup.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "charter.h"
#include "hosts.h"
#include "inhabitants.h"
#include "init_fds.h"
#include "mounts.h"
#include "privileges.h"
#include "registry.h"
#include "scope.h"
#include "seal.h"
#include "settings.h"
#include "setup_network.h"
#include "setup_userns.h"
#include "sites.h"
#include "steps.h"
#include "walk.h"

#define NO_SUID_DEV      (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
#define NO_SUID_DEV_EXEC (NO_SUID_DEV | MOUNT_ATTR_NOEXEC)

static const struct fresh_mount SYS = {
	.target = "/sys",
	.type = "sysfs",
	.attributes = NO_SUID_DEV_EXEC | MOUNT_ATTR_RDONLY,
};
static const struct fresh_mount CGROUP = {
	.target = "/sys/fs/cgroup",
	.type = "cgroup2",
	.attributes = NO_SUID_DEV_EXEC,
};
static const struct fresh_mount MQUEUE = {
	.target = "/dev/mqueue",
	.type = "mqueue",
	.attributes = NO_SUID_DEV_EXEC,
	.optional = true,
};

/* A file system of its own, over a folder of the system's. */
static int put_fresh(struct setup *setup, const struct fresh_mount *mount)
{
	SCOPE_FD int target = -1;
	SCOPE_FD int made = -1;
	int err;

	err = folder_open(mount->target, &target);
	if (err < 0) {
		return mount->optional && err == -ENOENT ? 0 : err;
	}
	err = mount_make(mount, &made);
	if (err == 0) {
		err = ledger_put(&setup->ledger, made, target, mount->target, mount->attributes);
	}
	return err;
}

/* /dev/shm, /tmp and /var/tmp differ in nothing but their place, and that a host may lack one. */
static int put_tmpfs(struct setup *setup, const char *target, bool optional)
{
	const struct fresh_mount mount = {
		.target = target,
		.type = "tmpfs",
		.options = { { "mode", "1777" }, { "size", setup->plan->tmp_size } },
		.attributes = NO_SUID_DEV,
		.optional = optional,
	};
	int err = put_fresh(setup, &mount);

	ledger_own(&setup->ledger, target);
	return err;
}

/* Also here, and not later: the card has the host name, and that may have the number. */
static int take_number(struct setup *setup)
{
	struct utsname host;
	uint32_t number = 0;
	int err;

	err = registry_take(INIT_REGISTRY_FD, setup->plan->uid, setup->plan->max_spaces,
			    setup->seen, &number);
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
	int err = 0;

	if (setup->plan->scope == SCOPE_USER) {
		err = registry_take_shared(INIT_REGISTRY_FD, setup->plan->uid);
	}
	return err < 0 ? err : setup_turn(setup);
}

static int detach_host(struct setup *setup)
{
	(void)setup;
	return mounts_detach_host();
}

/* From here on paths lead to what is in the way of what they led to before. */
static int take_sources(struct setup *setup)
{
	int err = systrees_take(&setup->systrees);

	if (err == 0) {
		err = sources_take(setup->plan, &setup->sources, setup->detail);
	}
	if (err == 0) {
		err = dev_take(setup->plan, &setup->dev);
	}
	if (err == 0) {
		err = etcfiles_take(setup->plan, &setup->etcfiles, setup->detail);
	}
	if (err == 0) {
		err = newroot_take(setup->plan, INIT_REGISTRY_FD, &setup->newroot, setup->detail);
	}
	return err;
}

static int enter_root(struct setup *setup)
{
	int err = newroot_enter(setup->plan, &setup->newroot, &setup->ledger, setup->detail);

	newroot_drop(&setup->newroot);
	return err;
}

static int seal(struct setup *setup)
{
	return seal_system(setup->plan, &setup->ledger, setup->detail);
}

static struct sites sites_of(struct setup *setup)
{
	return (struct sites){ .plan = setup->plan,
			       .sources = &setup->sources,
			       .ledger = &setup->ledger,
			       .detail = setup->detail };
}

static int make_places(struct setup *setup)
{
	const struct sites sites = sites_of(setup);

	return sites_make(&sites, false);
}

static int make_late_places(struct setup *setup)
{
	const struct sites sites = sites_of(setup);
	int err = sites_make(&sites, true);

	sources_drop(&setup->sources);
	return err;
}

static int make_proc(struct setup *setup)
{
	const struct fresh_mount proc = {
		.target = "/proc",
		.type = "proc",
		.options = { { "hidepid", setup->plan->hidepid ? "2" : NULL } },
		.attributes = NO_SUID_DEV_EXEC,
	};
	int err = put_fresh(setup, &proc);

	return err < 0 ? err : inhabitants_open();
}

static int make_sys(struct setup *setup)
{
	int err = put_fresh(setup, &SYS);

	return err < 0 ? err : systrees_put(&setup->systrees, &setup->ledger);
}

static int make_cgroup(struct setup *setup)
{
	int err = systrees_unified();

	if (err < 0) {
		(void)snprintf(setup->detail, sizeof(setup->detail),
			       "cgroup among the namespaces needs cgroup v2 on /sys/fs/cgroup");
		return err;
	}
	return put_fresh(setup, &CGROUP);
}

static int make_dev(struct setup *setup)
{
	int err = dev_make(setup->plan, &setup->dev, &setup->ledger);

	if (err == 0 && setup->plan->private_dev) {
		ledger_own(&setup->ledger, "/dev");
	}
	dev_drop(&setup->dev);
	return err;
}

static int make_devpts(struct setup *setup)
{
	return devpts_make(setup->plan, &setup->ledger);
}

static int make_shm(struct setup *setup)
{
	return put_tmpfs(setup, "/dev/shm", true);
}

static int make_mqueue(struct setup *setup)
{
	return put_fresh(setup, &MQUEUE);
}

static int make_tmp(struct setup *setup)
{
	return setup->plan->tmp == TMP_TMPFS ? put_tmpfs(setup, "/tmp", false) : 0;
}

static int make_var_tmp(struct setup *setup)
{
	return setup->plan->tmp == TMP_TMPFS ? put_tmpfs(setup, "/var/tmp", false) : 0;
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
	return has_own_name(setup) ? hosts_put(setup->space.hostname, &setup->ledger) : 0;
}

/* Without it in its place, logins from inside would not be known as such. */
static int registry_verify(int registry)
{
	SCOPE_FD int folder = -1;
	struct stat wanted, about;
	int err = walk_open(REGISTRY_PATH, &folder);

	if (err < 0) {
		return err;
	}
	if (fstat(registry, &wanted) < 0 || fstat(folder, &about) < 0) {
		return -errno;
	}
	return wanted.st_dev == about.st_dev && wanted.st_ino == about.st_ino ? 0 : -EBADE;
}

/* Each mount as the space's processes will see it; lo has been asked for by its own step. */
static int read_back(struct setup *setup)
{
	const char *path = REGISTRY_PATH;
	int err = registry_verify(setup->inner >= 0 ? setup->inner : INIT_REGISTRY_FD);

	if (err == 0) {
		err = ledger_verify(&setup->ledger, &path);
	}

	if (err < 0) {
		(void)snprintf(setup->detail, sizeof(setup->detail),
			       "%.256s does not lead to what has to be there", path);
		return err;
	}
	return getpid() == 1 ? 0 : -EBADE;
}

static int drop_privileges(struct setup *setup)
{
	(void)setup;
	return privileges_enter(PHASE_INIT, 0);
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
	{ STEP_SOURCES, CLONE_NEWNS, take_sources },
	{ STEP_ROOT, CLONE_NEWNS, enter_root },
	{ STEP_PROC, CLONE_NEWPID, make_proc },
	{ STEP_SYSTEM, CLONE_NEWNS, seal },
	{ STEP_PLACES, CLONE_NEWNS, make_places },
	{ STEP_SYS, CLONE_NEWNET, make_sys },
	{ STEP_CGROUP, CLONE_NEWCGROUP, make_cgroup },
	{ STEP_DEV, CLONE_NEWNS, make_dev },
	{ STEP_DEVPTS, CLONE_NEWNS, make_devpts },
	{ STEP_SHM, CLONE_NEWIPC, make_shm },
	{ STEP_MQUEUE, CLONE_NEWIPC, make_mqueue },
	{ STEP_TMP, CLONE_NEWNS, make_tmp },
	{ STEP_VAR_TMP, CLONE_NEWNS, make_var_tmp },
	{ STEP_PLACES, CLONE_NEWNS, make_late_places },
	{ STEP_HOSTNAME, CLONE_NEWUTS, set_hostname },
	{ STEP_RESOLVER, CLONE_NEWNET, setup_etcfiles },
	{ STEP_HOSTS, CLONE_NEWUTS, put_hosts },
	{ STEP_LOOPBACK, CLONE_NEWNET, setup_loopback },
	{ STEP_PING, CLONE_NEWNET, setup_ping },
	{ STEP_PORTS, CLONE_NEWNET, setup_ports },
	{ STEP_INTERFACE, CLONE_NEWNET, setup_interface },
	{ STEP_RESOLVER, CLONE_NEWNET, setup_resolver },
	{ STEP_FENCE, CLONE_NEWUSER, setup_fence },
	{ STEP_READ_BACK, CLONE_NEWNS, read_back },
	{ STEP_USERNS, CLONE_NEWUSER, setup_userns },
	{ STEP_PRIVILEGES, 0, drop_privileges },
};

void setup_init(struct setup *setup)
{
	sources_init(&setup->sources);
	etcfiles_init(&setup->etcfiles);
	setup->inner = -1;
	setup->dev = (struct dev)DEV_NONE;
	setup->newroot = (struct newroot)NEWROOT_NONE;
	setup->systrees = (struct systrees)SYSTREES_NONE;
}

static void drop(struct setup *setup)
{
	sources_drop(&setup->sources);
	etcfiles_drop(&setup->etcfiles);
	rtnl_close(&setup->inside);
	dev_drop(&setup->dev);
	newroot_drop(&setup->newroot);
	systrees_drop(&setup->systrees);
}

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
	drop(setup);
	return 0;
}
