/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * restrict.h - what the processes of a login give up for good, beyond its namespaces.
 *
 * All of it is a property of a process that its children inherit and cannot shake off: so it is the
 * PAM application that gives it up, after it has joined the space. It goes on working: its own
 * capabilities stay, as the bounding set counts in an exec only, capabilities(7).
 */
#ifndef LOGINSPACE_RESTRICT_H
#define LOGINSPACE_RESTRICT_H

#include <stdbool.h>
#include <stdint.h>

/* Every capability that there is or will be. */
#define RESTRICT_CAPABILITIES_ALL UINT64_MAX

struct restrictions {
	uint64_t capabilities; /* that stay in the bounding set; bit N: the capability N */
	bool no_new_privs;     /* PR_SET_NO_NEW_PRIVS(2const) */
	bool filter;           /* FILTER_SESSION of filter.h, seccomp(2) */
};

/* restrictions_add - gives up what MORE gives up, too. */
static inline void restrictions_add(struct restrictions *restrictions,
				    const struct restrictions *more)
{
	restrictions->capabilities &= more->capabilities;
	restrictions->no_new_privs = restrictions->no_new_privs || more->no_new_privs;
	restrictions->filter = restrictions->filter || more->filter;
}

/*
 * restrictions_apply - gives all of it up, in the calling thread. Needs CAP_SETPCAP where
 * capabilities go, and CAP_SYS_ADMIN or no_new_privs for the filter. Returns 0, or the negative
 * errno of what cannot be given up; what has been given up before it stays so.
 */
int restrictions_apply(const struct restrictions *restrictions);

#endif
