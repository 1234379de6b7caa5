/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges.h - the phases of the helper and of init, and what each still holds.
 */
#ifndef LOGINSPACE_PRIVILEGES_H
#define LOGINSPACE_PRIVILEGES_H

/*
 * In this order; a phase is entered once and never left backwards.
 *
 *   PHASE_BUILD	the helper, and its child until the space is ready
 *   PHASE_INIT		the child as PID 1 of the space
 *
 * Beside them, for a child of the helper's that goes on as a program of the system:
 *
 *   PHASE_TOOL		nft(8)
 *   PHASE_ASK		busctl(1)
 */
enum phase {
	PHASE_BUILD,
	PHASE_INIT,
	PHASE_TOOL,
	PHASE_ASK,
	PHASE_COUNT,
};

/* What PHASE_BUILD holds on top, each for what some plans have and others have not. */
enum privileges_extra {
	EXTRA_SHARE = 1u << 0,   /* scope = user: the helper looks for the living space first */
	EXTRA_PATHS = 1u << 1,   /* paths that may lead through folders closed to others */
	EXTRA_DEVICES = 1u << 2, /* private_dev */
	EXTRA_RUNTIME = 1u << 3, /* user_bus = hide: a folder of the user's in /run/user */
	EXTRA_OVERLAY = 1u << 4, /* root_overlay: it works with the capabilities of who mounts it */
};

/*
 * privileges_arrive - out of the caller's hands: real, effective and saved ids 0, no groups, not
 * dumpable, no_new_privs, umask 077, "/", default signals all blocked, the usual
 * scheduling, the limits of PID 1 as far as they may be raised. Call first. Returns 0 or a negative
 * errno.
 */
int privileges_arrive(void);

/*
 * privileges_enter - keeps the capabilities of PHASE, and of those EXTRAS that are given, in the
 * permitted, effective and bounding set (and, where an exec is to come, the inheritable and ambient
 * ones) and no others, locks the securebits, and proves that what is gone cannot be had again.
 * Returns 0; -ENOTRECOVERABLE when the proof fails; another negative errno.
 */
int privileges_enter(enum phase phase, unsigned int extras);

#endif
