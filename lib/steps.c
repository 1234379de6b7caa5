/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * steps.c - the table of a login's steps. Pure.
 */
#include "steps.h"

#include <stddef.h>

struct step_text {
	const char *name;
	const char *phrase;
};

static const struct step_text STEPS[STEP_COUNT] = {
	[STEP_NONE] = { "none", "nothing" },
	[STEP_ARGUMENTS] = { "arguments", "read the arguments of the PAM line" },
	[STEP_USER] = { "user", "look the user up" },
	[STEP_APPLICATION] = { "application", "confine this application" },
	[STEP_SPAWN] = { "spawn", "start the helper" },
	[STEP_REQUEST] = { "request", "ask the helper" },
	[STEP_PRIVILEGES] = { "privileges", "give up what the helper does not need" },
	[STEP_CONFIGURATION] = { "configuration", "read the configuration" },
	[STEP_POLICY] = { "policy", "let this login in" },
	[STEP_CHROOT] = { "chroot", "see that the application has the real root folder" },
	[STEP_REGISTRY] = { "registry", "open /run/loginspace" },
	[STEP_SHARED] = { "shared", "join or become the space that the user's logins share" },
	[STEP_LIMIT] = { "limit", "count the user's spaces" },
	[STEP_NETWORK] = { "network", "make the network of the space" },
	[STEP_NETNS] = { "netns", "enter the network namespace of the space" },
	[STEP_USERNS] = { "userns", "make or enter the user namespace of the space" },
	[STEP_RESOURCES] = { "resources", "limit memory, tasks and CPU" },
	[STEP_CLONE] = { "clone", "make the namespaces" },
	[STEP_WAIT] = { "wait", "wait for the space to be ready" },
	[STEP_NUMBER] = { "number", "take a number for the space" },
	[STEP_CHARTER] = { "charter", "tell init what the space is" },
	[STEP_PROPAGATION] = { "propagation", "keep the space's mounts from the host" },
	[STEP_SOURCES] = { "sources", "take what the space has from the host's tree" },
	[STEP_ROOT] = { "root", "change to the other root file system" },
	[STEP_SYSTEM] = { "system", "make the system read-only" },
	[STEP_PLACES] = { "places", "mount what the configuration lists" },
	[STEP_PROC] = { "proc", "mount /proc" },
	[STEP_SYS] = { "sys", "mount /sys, with the control groups below" },
	[STEP_CGROUP] = { "cgroup", "mount the control groups of the space" },
	[STEP_DEV] = { "dev", "make a private /dev" },
	[STEP_DEVPTS] = { "devpts", "mount /dev/pts" },
	[STEP_SHM] = { "shm", "mount /dev/shm" },
	[STEP_MQUEUE] = { "mqueue", "mount /dev/mqueue" },
	[STEP_TMP] = { "tmp", "mount /tmp" },
	[STEP_VAR_TMP] = { "var_tmp", "mount /var/tmp" },
	[STEP_HOSTNAME] = { "hostname", "set the host name" },
	[STEP_HOSTS] = { "hosts", "put the host name into /etc/hosts" },
	[STEP_LOOPBACK] = { "loopback", "bring lo up" },
	[STEP_PING] = { "ping", "set ping_group_range" },
	[STEP_PORTS] = { "ports", "set ip_unprivileged_port_start" },
	[STEP_INTERFACE] = { "interface", "set up the interface of the space" },
	[STEP_RESOLVER] = { "resolver", "put the network's files into /etc" },
	[STEP_FENCE] = { "fence", "keep root inside from the host's kernel" },
	[STEP_READ_BACK] = { "read_back", "read the finished work back" },
	[STEP_INIT] = { "init", "become the init of the space" },
	[STEP_REPLY] = { "reply", "read the helper's answer" },
	[STEP_VERIFY] = { "verify", "verify the space that the helper made" },
	[STEP_REMEMBER] = { "remember", "remember the application's namespaces" },
	[STEP_ENVIRONMENT] = { "environment", "set LOGINSPACE" },
	[STEP_JOIN] = { "join", "join the space" },
	[STEP_RESTRICT] = { "restrict", "give up what the login may not have" },
	[STEP_RETURN] = { "return", "go back to the application's namespaces" },
};

const char *step_name(unsigned int step)
{
	return step < STEP_COUNT ? STEPS[step].name : "unknown";
}

const char *step_phrase(unsigned int step)
{
	return step < STEP_COUNT ? STEPS[step].phrase : "an unknown step";
}
