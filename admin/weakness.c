/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * weakness.c - what `loginspace check` warns about. Pure.
 *
 * The limits of a single login are those of its session's scope, and what runs in the user's own
 * systemd is in another place: loginspace.conf(5), Limits. Root inside a user namespace is uid 0 for
 * the files of /proc/net, which nothing can be put over.
 */
#include "weakness.h"

#include <sched.h>
#include <string.h>

#include "count.h"
#include "effect.h"
#include "view.h"

static const enum key LIMITS[] = { KEY_MEMORY_MAX, KEY_TASKS_MAX, KEY_CPU_MAX };

/* With "keep" the way out is open. */
static const struct {
	enum key key;
	const char *text;
} WAYS_OUT[] = {
	{ KEY_SYSTEM_BUS,
	  "limits with scope = login hold against accidents only: a user can ask systemd, over the "
	  "system's D-Bus, to take his processes out of them; system_bus = hide or scope = user "
	  "keeps them in" },
	{ KEY_USER_BUS,
	  "limits with scope = login do not hold for what a user starts by his own systemd, which "
	  "user_bus = keep lets him do; user_bus = hide or scope = user keeps it in" },
};

_Static_assert(COUNT(WAYS_OUT) + 1 == WEAKNESS_MAX, "room for each");

static const struct policy_item *item_of(const struct policy *policy, enum key key)
{
	return &policy->values[key].items[0];
}

/* The first limit that is one; NULL: there is none. */
static const struct policy_item *limit_of(const struct policy *policy)
{
	size_t i;

	for (i = 0; i < COUNT(LIMITS); i++) {
		if (strcmp(item_of(policy, LIMITS[i])->text, "unlimited") != 0) {
			return item_of(policy, LIMITS[i]);
		}
	}
	return NULL;
}

/* The line that makes it so: a default has none. */
static const struct policy_item *cause_of(const struct policy *policy, enum key way_out,
					  const struct policy_item *limit)
{
	if (item_of(policy, way_out)->file != NULL) {
		return item_of(policy, way_out);
	}
	return item_of(policy, KEY_SCOPE)->file != NULL ? item_of(policy, KEY_SCOPE) : limit;
}

static bool is_open(const struct policy *policy, const struct plan *plan, enum key key)
{
	const struct policy_item *item = item_of(policy, key);

	return plan->scope == SCOPE_LOGIN && strcmp(item->text, "keep") == 0 &&
	       effect_of(plan, key, item).value == NULL;
}

static size_t limits_find(const struct policy *policy, const struct plan *plan, struct problem *ret)
{
	const struct policy_item *limit = limit_of(policy);
	size_t count = 0, i;

	for (i = 0; limit != NULL && i < COUNT(WAYS_OUT); i++) {
		if (is_open(policy, plan, WAYS_OUT[i].key)) {
			const struct policy_item *cause = cause_of(policy, WAYS_OUT[i].key, limit);

			problem_set(&ret[count++], cause->file, cause->line, "%s",
				    WAYS_OUT[i].text);
		}
	}
	return count;
}

static size_t user_find(const struct policy *policy, const struct plan *plan, struct problem *ret)
{
	const struct policy_item *cause = item_of(policy, KEY_NETWORK);

	if ((plan->namespaces & CLONE_NEWUSER) == 0 || (plan->namespaces & CLONE_NEWNET) != 0) {
		return 0;
	}
	if (strcmp(cause->text, "host") != 0) {
		cause = item_of(policy, KEY_NAMESPACES);
	}
	problem_set(
		ret, cause->file, cause->line,
		"with user among the namespaces and the host's network, root inside writes to "
		"/proc/net what the kernel lets uid 0 write, such as the lists of xt_recent and "
		"the exports of an NFS server; a network of its own keeps him from it");
	return 1;
}

size_t weakness_find(const struct policy *policy, struct problem ret[WEAKNESS_MAX])
{
	/* No user is called so, see view_check(). */
	const struct policy_login login = {
		.user = "%u",
		.uid = (uid_t)-1,
		.service = "sshd",
		.rhost = "",
		.any_service = true,
	};
	struct policy whole = *policy;
	struct plan plan = { 0 };
	size_t count;

	whole.home = "/%h";
	if (policy_decide(&whole, &login, false, &plan).verdict == VERDICT_IGNORE) {
		return 0;
	}
	count = limits_find(policy, &plan, ret);
	count += user_find(policy, &plan, &ret[count]);
	view_free(&plan);
	return count;
}
