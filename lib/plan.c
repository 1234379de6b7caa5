/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.c - the words for what a plan holds. Pure.
 */
#include "plan.h"

#include <stddef.h>

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
