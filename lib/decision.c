/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision.c - from what the configuration says to what is done with a login. Pure.
 */
#include "policy.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "decision_network.h"
#include "value.h"
#include "view.h"

/* The value of a key that is no list. */
static const struct policy_item *item_of(const struct policy *policy, enum key key)
{
	return &policy->values[key].items[0];
}

static bool key_is(const struct policy *policy, enum key key, const char *value)
{
	return strcmp(item_of(policy, key)->text, value) == 0;
}

static bool list_has(const struct policy *policy, enum key key, const char *item)
{
	const struct policy_value *value = &policy->values[key];
	size_t i;

	for (i = 0; i < value->count; i++) {
		if (strcmp(value->items[i].text, item) == 0) {
			return true;
		}
	}
	return false;
}

struct word_number {
	const char *word;
	uint32_t number;
};

static const struct word_number NAMESPACES[] = {
	{ "mount", CLONE_NEWNS },      { "pid", CLONE_NEWPID }, { "ipc", CLONE_NEWIPC },
	{ "uts", CLONE_NEWUTS },       { "net", CLONE_NEWNET }, { "user", CLONE_NEWUSER },
	{ "cgroup", CLONE_NEWCGROUP },
};

#define NAMESPACES_COUNT (sizeof(NAMESPACES) / sizeof(NAMESPACES[0]))

static uint32_t namespaces_of(const struct policy *policy)
{
	uint32_t flags = 0;
	size_t i;

	for (i = 0; i < NAMESPACES_COUNT; i++) {
		if (list_has(policy, KEY_NAMESPACES, NAMESPACES[i].word)) {
			flags |= NAMESPACES[i].number;
		}
	}
	return flags;
}

/* The words in the order of their numbers in enum plan_linger; another value is a time. */
static enum plan_linger linger_of(const struct policy *policy)
{
	if (key_is(policy, KEY_LINGER, "none")) {
		return LINGER_NONE;
	}
	if (key_is(policy, KEY_LINGER, "processes")) {
		return LINGER_PROCESSES;
	}
	return key_is(policy, KEY_LINGER, "forever") ? LINGER_FOREVER : LINGER_TIME;
}

static enum plan_nested nested_of(const struct policy *policy)
{
	if (key_is(policy, KEY_NESTED, "keep")) {
		return NESTED_KEEP;
	}
	return key_is(policy, KEY_NESTED, "deny") ? NESTED_DENY : NESTED_NEW;
}

/* The value that key_check() has passed; what would not fit is no value that this build honours. */
static void text_of(const struct policy *policy, enum key key, char *field, size_t size)
{
	(void)snprintf(field, size, "%s", item_of(policy, key)->text);
}

/* A value that key_check() has passed: "all", "none" or names. */
static uint64_t capabilities_of(const struct policy *policy)
{
	uint64_t bits = 0;

	if (key_is(policy, KEY_CAPABILITIES, "all")) {
		return RESTRICT_CAPABILITIES_ALL;
	}
	(void)value_capabilities(item_of(policy, KEY_CAPABILITIES)->text, &bits); /* or "none" */
	return bits;
}

/* Values that key_check() has passed: what they leave untouched is "unlimited". */
static struct plan_limits limits_of(const struct policy *policy)
{
	struct plan_limits limits = { 0 };

	(void)value_memory(item_of(policy, KEY_MEMORY_MAX)->text, &limits.memory,
			   &limits.memory_percent);
	(void)value_number(item_of(policy, KEY_TASKS_MAX)->text, 1, PLAN_TASKS_LIMIT,
			   &limits.tasks);
	(void)value_percent(item_of(policy, KEY_CPU_MAX)->text, &limits.cpu_percent);
	return limits;
}

static struct plan plan_of(const struct policy *policy, const struct policy_login *login,
			   bool nested)
{
	const bool shared = key_is(policy, KEY_SCOPE, "user") && !nested;
	struct plan plan = {
		.uid = login->uid,
		.namespaces = namespaces_of(policy),
		.scope = shared ? SCOPE_USER : SCOPE_LOGIN,
		.linger = linger_of(policy),
		.nested = nested_of(policy),
		.lenient = key_is(policy, KEY_ON_ERROR, "allow"),
		.nested_userns = key_is(policy, KEY_NESTED_USERNS, "yes"),
		.restrictions = {
			.capabilities = capabilities_of(policy),
			.no_new_privs = key_is(policy, KEY_NO_NEW_PRIVS, "yes"),
			.filter = key_is(policy, KEY_SECCOMP, "default"),
		},
		.digest = policy->digest,
	};

	/* From inside a space the host's control groups are out of reach: the outer space's hold. */
	if (!nested) {
		plan.limits = limits_of(policy);
	}
	/* All of these have been checked when they were read: none fails. */
	(void)value_number(item_of(policy, KEY_MAX_SPACES)->text, 1, PLAN_MAX_SPACES_LIMIT,
			   &plan.max_spaces);
	(void)value_groups(item_of(policy, KEY_PING_GROUP_RANGE)->text, &plan.ping_group_low,
			   &plan.ping_group_high);
	(void)value_number(item_of(policy, KEY_UNPRIVILEGED_PORT_START)->text, 0, 65535,
			   &plan.unprivileged_port_start);
	if (plan.linger == LINGER_TIME) {
		(void)value_time(item_of(policy, KEY_LINGER)->text, &plan.linger_seconds);
	}
	text_of(policy, KEY_TMP_SIZE, plan.tmp_size, sizeof(plan.tmp_size));
	text_of(policy, KEY_HOSTNAME, plan.hostname, sizeof(plan.hostname));
	text_of(policy, KEY_NETWORK, plan.network, sizeof(plan.network));
	(void)snprintf(plan.tty, sizeof(plan.tty), "%s", login->tty != NULL ? login->tty : "");
	return plan;
}

/* "text (key = value, file:line)"; what is too long is cut. */
static void reason_from(char *reason, size_t size, const char *text, enum key key,
			const struct policy_item *item)
{
	char place[PROBLEM_FILE_SIZE + 16] = "the default";

	if (item->file != NULL) {
		(void)snprintf(place, sizeof(place), "%s:%u", item->file, item->line);
	}
	if (text[0] == '\0') {
		(void)snprintf(reason, size, "%s = %s (%s)", key_about(key)->name, item->text,
			       place);
	} else {
		(void)snprintf(reason, size, "%s (%s = %s, %s)", text, key_about(key)->name,
			       item->text, place);
	}
}

static int contradiction(const struct policy *policy, enum key key, const char *text,
			 struct problem *problem)
{
	const struct policy_item *item = item_of(policy, key);
	char reason[sizeof(problem->text)];

	reason_from(reason, sizeof(reason), text, key, item);
	problem_set(problem, item->file, item->line, "%s", reason);
	return -EINVAL;
}

int decision_privileges_check(const struct policy *policy, struct problem *problem)
{
	const bool user = list_has(policy, KEY_NAMESPACES, "user");

	if (key_is(policy, KEY_NESTED_USERNS, "no") && key_is(policy, KEY_SECCOMP, "none") &&
	    !user) {
		return contradiction(policy, KEY_NESTED_USERNS,
				     "needs user among the namespaces, or seccomp = default",
				     problem);
	}
	/* A default gives way. */
	if (user && key_is(policy, KEY_PRIVATE_DEV, "no") &&
	    item_of(policy, KEY_PRIVATE_DEV)->file != NULL) {
		return contradiction(policy, KEY_PRIVATE_DEV,
				     "contradicts user among the namespaces", problem);
	}
	return 0;
}

/* Is the login denied by what the policy says? Then why. */
static bool denied(const struct policy *policy, bool nested, char *reason, size_t size)
{
	struct problem problem = { 0 };

	if (decision_privileges_check(policy, &problem) < 0) {
		(void)snprintf(reason, size, "%s", problem.text);
		return true;
	}
	if (nested && key_is(policy, KEY_NESTED, "deny")) {
		reason_from(reason, size, "a login from inside a space is denied", KEY_NESTED,
			    item_of(policy, KEY_NESTED));
		return true;
	}
	return false;
}

/* What the login has of the network and sees of the file system; or why it cannot be so. */
static int space_of(const struct policy *policy, const struct policy_login *login, bool nested,
		    struct plan *plan, char *reason, size_t size)
{
	char uid[16];
	const struct view_words words = {
		.user = login->user,
		.uid = uid,
		.home = policy->home != NULL ? policy->home : "",
	};
	struct problem problem = { .line = 0 };
	int err;

	(void)snprintf(uid, sizeof(uid), "%u", login->uid);
	err = decision_network(policy, nested, plan, &problem);
	if (err == 0) {
		err = view_plan(policy, &words, plan, &problem);
	}
	if (err < 0) {
		(void)problem_format(reason, size, &problem);
	}
	return err;
}

/* Is it let in as it is, and none of ours? Then why. */
static bool ignored(const struct policy *policy, const struct policy_login *login, bool nested,
		    char *reason, size_t size)
{
	if (!login->any_service && !list_has(policy, KEY_SERVICES, login->service)) {
		(void)snprintf(reason, size, "%s", POLICY_NOT_LISTED);
		return true;
	}
	if (login->uid == 0 && !policy->root_named) {
		(void)snprintf(reason, size, "uid 0 is not confined");
		return true;
	}
	if (key_is(policy, KEY_ISOLATE, "no")) {
		reason_from(reason, size, "", KEY_ISOLATE, item_of(policy, KEY_ISOLATE));
		return true;
	}
	if (nested && key_is(policy, KEY_NESTED, "keep")) {
		(void)snprintf(reason, size, "inside a space already (nested = keep)");
		return true;
	}
	return false;
}

/* Shown when they are not as by default. */
static const enum key VIEW_KEYS[] = { KEY_HIDEPID,       KEY_PRIVATE_DEV,  KEY_DEVPTS,
				      KEY_HOME,          KEY_SYSTEM,       KEY_ROOT,
				      KEY_ROOT_OVERLAY,  KEY_USER_BUS,     KEY_SYSTEM_BUS,
				      KEY_NESTED_USERNS, KEY_NO_NEW_PRIVS, KEY_CAPABILITIES,
				      KEY_SECCOMP,       KEY_MEMORY_MAX,   KEY_TASKS_MAX,
				      KEY_CPU_MAX };

static void audit_view(const struct policy *policy, char *reason, size_t size)
{
	size_t i, length = strlen(reason);

	for (i = 0; i < sizeof(VIEW_KEYS) / sizeof(VIEW_KEYS[0]) && length < size; i++) {
		const struct key_about *about = key_about(VIEW_KEYS[i]);

		if (!key_is(policy, VIEW_KEYS[i], about->fallback)) {
			length +=
				(size_t)snprintf(reason + length, size - length, " %s=%s",
						 about->name, item_of(policy, VIEW_KEYS[i])->text);
		}
	}
}

/* What would be done, as words of a log line. */
static void audit_space(const struct policy *policy, const struct plan *plan, char *reason,
			size_t size)
{
	static const char *const scopes[SCOPE_COUNT] = { "login", "user" };
	char namespaces[64] = "";
	size_t i, length = 0;

	for (i = 0; i < NAMESPACES_COUNT; i++) {
		if ((plan->namespaces & NAMESPACES[i].number) != 0) {
			length += (size_t)snprintf(namespaces + length, sizeof(namespaces) - length,
						   "%s%s", length == 0 ? "" : ",",
						   NAMESPACES[i].word);
		}
	}
	(void)snprintf(reason, size,
		       "space scope=%s network=%s namespaces=%s private_tmp=%s tmp_size=%s "
		       "hostname=\"%s\" linger=%s nested=%s max_spaces=%u",
		       scopes[plan->scope], plan->network, namespaces,
		       item_of(policy, KEY_PRIVATE_TMP)->text, plan->tmp_size,
		       (plan->namespaces & CLONE_NEWUTS) != 0 ? plan->hostname : "",
		       item_of(policy, KEY_LINGER)->text, item_of(policy, KEY_NESTED)->text,
		       plan->max_spaces);
	audit_view(policy, reason, size);
}

struct decision policy_decide(const struct policy *policy, const struct policy_login *login,
			      bool nested, struct plan *ret_plan)
{
	const bool audit = key_is(policy, KEY_ISOLATE, "audit");
	struct decision decision = { .verdict = VERDICT_JOIN };
	char why[sizeof(decision.reason)];

	if (ignored(policy, login, nested, decision.reason, sizeof(decision.reason))) {
		decision.verdict = VERDICT_IGNORE;
		return decision;
	}
	*ret_plan = plan_of(policy, login, nested);
	if (denied(policy, nested, why, sizeof(why)) ||
	    space_of(policy, login, nested, ret_plan, why, sizeof(why)) < 0) {
		decision.verdict = audit ? VERDICT_AUDIT : VERDICT_DENY;
		(void)snprintf(decision.reason, sizeof(decision.reason),
			       audit ? "deny reason=\"%.450s\"" : "%s", why);
	} else if (audit) {
		decision.verdict = VERDICT_AUDIT;
		audit_space(policy, ret_plan, decision.reason, sizeof(decision.reason));
	}
	return decision;
}
