/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namespaces.c - kinds of namespaces by name. Pure.
 */
#include "namespaces.h"

#include <linux/sched.h>

static const struct {
	uint32_t flag;
	const char *name;
} NAMESPACES[NAMESPACES_COUNT] = {
	{ CLONE_NEWNS, "mount" },      { CLONE_NEWPID, "pid" }, { CLONE_NEWIPC, "ipc" },
	{ CLONE_NEWUTS, "uts" },       { CLONE_NEWNET, "net" }, { CLONE_NEWUSER, "user" },
	{ CLONE_NEWCGROUP, "cgroup" },
};

const char *namespaces_name(size_t index, uint32_t flags)
{
	return (flags & NAMESPACES[index].flag) != 0 ? NAMESPACES[index].name : NULL;
}
