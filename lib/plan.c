/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.c - the words for what a plan holds, and questions about it. Pure.
 */
#include "plan.h"

#include <stddef.h>

/* The first uid of those that owners are made of, and two that stand for all the others. */
#define OWNERS       2147483648u
#define OWNER_OTHERS 4294967293u

static const char *const SCOPES[SCOPE_COUNT] = {
	[SCOPE_LOGIN] = "login",
	[SCOPE_USER] = "user",
};

static const char *const LINGERS[LINGER_COUNT] = {
	[LINGER_NONE] = "none",
	[LINGER_PROCESSES] = "processes",
	[LINGER_TIME] = "time",
	[LINGER_FOREVER] = "forever",
};

const char *plan_scope_name(enum plan_scope scope)
{
	return (unsigned int)scope < SCOPE_COUNT ? SCOPES[scope] : "unknown";
}

const char *plan_linger_name(enum plan_linger linger)
{
	return (unsigned int)linger < LINGER_COUNT ? LINGERS[linger] : "unknown";
}

uid_t plan_userns_owner(uid_t uid)
{
	if (uid < OWNERS - 1) { /* whose sum would be (uid_t)-1 is one of the others */
		return uid + OWNERS;
	}
	return uid == OWNER_OTHERS ? OWNER_OTHERS - 1 : OWNER_OTHERS;
}

bool plan_is_limited(const struct plan *plan)
{
	const struct plan_limits *limits = &plan->limits;

	return limits->memory != 0 || limits->memory_percent != 0 || limits->tasks != 0 ||
	       limits->cpu_percent != 0;
}
