/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h - what the configuration says for one login: every key with its value, and where each
 * value comes from; then the decision and the plan.
 */
#ifndef LOGINSPACE_POLICY_H
#define LOGINSPACE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "keys.h"
#include "message.h"
#include "plan.h"
#include "problem.h"

/*
 * policy_concerns - is this PAM service one of those that get a space when no configuration says
 * otherwise? Where there is no configuration at all, the module asks nobody else, so that the
 * logins of other services depend on nothing of ours. Pure.
 */
bool policy_concerns(const char *service);

/* The reason why a login of another service is ignored. */
#define POLICY_NOT_LISTED "service is not listed"

/* The login that a policy is for. The texts stay the caller's. */
struct policy_login {
	const char *user;
	uid_t uid;
	const char *service;
	const char *rhost; /* an address, a name, or empty: local */
	const char *tty;   /* the terminal that it has already; NULL or empty: none */
	bool any_service;  /* the service counts as listed */
};

/* One value, or one item of a list. */
struct policy_item {
	const char *text;
	const char *file; /* NULL: the default */
	unsigned int line;
};

/* A key that is not a list has one item. An empty list has none. */
struct policy_value {
	struct policy_item *items;
	size_t count;
};

struct policy {
	struct policy_value values[KEY_COUNT];
	bool root_named;  /* isolate was set by a section that names user=root */
	uint64_t digest;  /* of all keys and values, not of where they come from */
	const char *home; /* of the user's entry; NULL: nothing depends on it, not looked up */
	void *storage;    /* what the texts point into */
};

/*
 * policy_read - reads and checks the whole configuration, looks up every user and group that a
 * match names, and works out what holds for LOGIN. CONF: a file, or a folder below which the usual
 * places are looked for; NULL or empty: the usual places. No file at all is a configuration, too.
 * On success *RET is to be freed with policy_free. On failure *RET_PROBLEM says what and where.
 * Returns 0; -EINVAL (a mistake in a file); -EPERM (a file or folder that others may write to, is
 * not root's, or is no regular file); -EFBIG; -ENOENT (CONF names nothing); -ESRCH (a user or
 * group that does not exist); -EDESTADDRREQ (a section's rhost= cannot be compared with a host
 * name); -ESTALE (the user's name has another uid now, or no entry any more, and its groups or its
 * home folder matter); another negative errno (a look-up or a read that failed).
 */
int policy_read(const char *conf, const struct policy_login *login, struct policy **ret,
		struct problem *ret_problem);

void policy_free(struct policy *policy);

struct decision {
	enum verdict verdict; /* VERDICT_IGNORE, VERDICT_AUDIT, VERDICT_DENY or VERDICT_JOIN */
	/*
	 * When ignored: a sentence for the log. When denied: which values do not go together, or
	 * what is wrong with the paths. In an audit: what would be done, as key=value words.
	 */
	char reason[MESSAGE_DETAIL_SIZE];
};

/*
 * policy_decide - from the policy to a decision; fills *RET_PLAN unless the verdict is
 * VERDICT_IGNORE, and leaves it alone otherwise. What is in *RET_PLAN before is not freed; a plan
 * that was filled is to be freed with view_free, whatever the verdict. NESTED: the login comes from
 * inside a space. A nested login never shares a space: scope is SCOPE_LOGIN in its plan. Pure.
 */
struct decision policy_decide(const struct policy *policy, const struct policy_login *login,
			      bool nested, struct plan *ret_plan);

#endif
