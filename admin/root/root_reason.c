/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_reason.c - why there is no fake root, or a small one. Used by `loginspace root`. Pure.
 */
#include "root_reason.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static const char *clone_reason(int err, const struct root_limits *limits)
{
	if (limits->none_allowed) {
		return "user namespaces are switched off, user.max_user_namespaces is 0; the "
		       "administrator can allow them: nested_userns in loginspace.conf(5), or "
		       "sysctl(8)";
	}
	if (err == -ENOSPC || err == -EUSERS) {
		return "there are as many namespaces as user.max_*_namespaces allow, "
		       "or they are nested too deep; end some, or ask the administrator for more";
	}
	if (limits->clone_off) {
		return "kernel.unprivileged_userns_clone is 0; the administrator can set it to 1";
	}
	if (limits->filtered) {
		return "a filter of system calls forbids namespaces; "
		       "the administrator can take it away: seccomp in loginspace.conf(5)";
	}
	if (err == -EPERM || err == -EACCES) {
		return "namespaces are refused, as in a chroot, or by a security module; ask the "
		       "administrator, or try outside of the chroot";
	}
	if (err == -EINVAL || err == -ENOSYS) {
		return "this kernel has no user namespaces; it has to be built with CONFIG_USER_NS";
	}
	return strerror(-err);
}

static const char *mount_reason(int err, const struct root_limits *limits)
{
	if (err != -EPERM && err != -EACCES) {
		return strerror(-err);
	}
	if (limits->apparmor) {
		return "AppArmor takes all power from user namespaces, "
		       "kernel.apparmor_restrict_unprivileged_userns is 1; "
		       "the administrator can add a profile for loginspace that has \"userns,\"";
	}
	if (limits->filtered) {
		return "a filter of system calls forbids mounts; "
		       "the administrator can take it away: seccomp in loginspace.conf(5)";
	}
	return "a security module forbids mounts; ask the administrator";
}

const char *reason_failed(enum root_step step, int err, const struct root_limits *limits)
{
	switch (step) {
	case ROOT_CLONE:
		return clone_reason(err, limits);
	case ROOT_MOUNTS:
		return mount_reason(err, limits);
	default:
		return strerror(-err);
	}
}

static const char *range_reason(char *buffer, size_t size, const char *name, const char *file,
				const char *option, const struct ids *ids)
{
	char shown[TEXT_SIZE];

	if (ids->error != 0) {
		(void)snprintf(buffer, size,
			       "%s cannot be read: %s; the administrator can correct it", file,
			       strerror(-ids->error));
	} else if (ids->bad_line != 0) {
		(void)snprintf(buffer, size,
			       "%s:%zu is not name:first:count; the administrator can correct it",
			       file, ids->bad_line);
	} else {
		(void)snprintf(buffer, size,
			       "%s has no range for %s; the administrator can add one: usermod %s "
			       "FIRST-LAST %s",
			       file, text_show(shown, sizeof(shown), name), option, shown);
	}
	return buffer;
}

static const char *program_reason(int err, const struct root_limits *limits)
{
	if (limits->no_new_privs) {
		return "newuidmap(1) has no power under no_new_privs; the administrator can take "
		       "that away: no_new_privs in loginspace.conf(5)";
	}
	if (err == -ENOENT) {
		return "newuidmap and newgidmap are missing; "
		       "the administrator can install them: package uidmap, or shadow-utils";
	}
	if (err == -ETIMEDOUT) {
		return "newuidmap(1) or newgidmap(1) did not answer in time; try again";
	}
	return "newuidmap(1) or newgidmap(1) refused; they have to be set-user-ID root, "
	       "loginspace.conf(5) has to leave the login its capabilities, and the login has to "
	       "have the group of its passwd entry";
}

const char *reason_single(char *buffer, size_t size, const char *name, const struct ids *users,
			  const struct ids *groups, int err, const struct root_limits *limits)
{
	if (users->count == 0) {
		return range_reason(buffer, size, name, "/etc/subuid", "--add-subuids", users);
	}
	if (groups->count == 0) {
		return range_reason(buffer, size, name, "/etc/subgid", "--add-subgids", groups);
	}
	(void)snprintf(buffer, size, "%s", program_reason(err, limits));
	return buffer;
}
