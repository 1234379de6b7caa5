/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * steps.h - the steps of a login, each with the one word that stands in the log when it fails.
 *
 * In the order of docs/LOGIN.md; STEP_PRIVILEGES, STEP_SHARED, STEP_USERNS, STEP_PLACES and STEP_INIT
 * come up in two places there.
 */
#ifndef LOGINSPACE_STEPS_H
#define LOGINSPACE_STEPS_H

enum step {
	STEP_NONE,
	/* in the PAM application, before */
	STEP_ARGUMENTS,
	STEP_USER,
	STEP_APPLICATION,
	STEP_SPAWN,
	STEP_REQUEST,
	/* in the helper */
	STEP_PRIVILEGES,
	STEP_CONFIGURATION,
	STEP_POLICY,
	STEP_CHROOT,
	STEP_REGISTRY,
	STEP_SHARED,
	STEP_LIMIT,
	STEP_NETWORK,
	STEP_NETNS,
	STEP_USERNS,
	STEP_RESOURCES,
	STEP_CLONE,
	STEP_WAIT,
	/* inside the space */
	STEP_NUMBER,
	STEP_CHARTER,
	STEP_PROPAGATION,
	STEP_SOURCES,
	STEP_ROOT,
	STEP_PROC,
	STEP_SYSTEM,
	STEP_PLACES,
	STEP_SYS,
	STEP_CGROUP,
	STEP_DEV,
	STEP_DEVPTS,
	STEP_SHM,
	STEP_MQUEUE,
	STEP_TMP,
	STEP_VAR_TMP,
	STEP_HOSTNAME,
	STEP_HOSTS,
	STEP_LOOPBACK,
	STEP_PING,
	STEP_PORTS,
	STEP_INTERFACE,
	STEP_RESOLVER,
	STEP_FENCE,
	STEP_READ_BACK,
	STEP_INIT,
	/* in the PAM application, after */
	STEP_REPLY,
	STEP_VERIFY,
	STEP_REMEMBER,
	STEP_ENVIRONMENT,
	STEP_JOIN,
	STEP_RESTRICT,
	STEP_RETURN,
	STEP_COUNT,
};

/* The word for the log, such as "clone"; "unknown" for a number out of range. Never NULL. */
const char *step_name(unsigned int step);

/* What the step does, as a phrase: "make the namespaces". Never NULL. */
const char *step_phrase(unsigned int step);

#endif
