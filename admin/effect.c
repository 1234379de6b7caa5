/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * effect.c - where a plan does something else than a key says. Pure.
 */
#include "effect.h"

#include <sched.h>
#include <string.h>

#include "count.h"
#include "path.h"

#define USER "user is among the namespaces"

static const struct effect AS_SAID = { .value = NULL };

static bool has_own(const struct plan *plan, uint32_t namespace)
{
	return (plan->namespaces & namespace) != 0;
}

static struct effect of_namespaces(const struct plan *plan, const struct policy_item *item)
{
	if (strcmp(item->text, "net") == 0 && !has_own(plan, CLONE_NEWNET)) {
		return (struct effect){ "left out", "network = host" };
	}
	return AS_SAID;
}

static struct effect of_hostname(const struct plan *plan, const struct policy_item *item)
{
	(void)item;
	return has_own(plan, CLONE_NEWUTS)
		       ? AS_SAID
		       : (struct effect){ "the host's", "uts is not among the namespaces" };
}

static struct effect of_network(const struct plan *plan, const struct policy_item *item)
{
	return strcmp(item->text, plan->network) == 0
		       ? AS_SAID
		       : (struct effect){ plan->network, "net is not among the namespaces" };
}

static struct effect of_private_dev(const struct plan *plan, const struct policy_item *item)
{
	return plan->private_dev && strcmp(item->text, "no") == 0 ? (struct effect){ "yes", USER }
								  : AS_SAID;
}

static struct effect of_devpts(const struct plan *plan, const struct policy_item *item)
{
	if (strcmp(item->text, "auto") != 0) {
		return AS_SAID;
	}
	if ((plan->namespaces & CLONE_NEWUSER) != 0) {
		return (struct effect){ "private", USER };
	}
	return plan->private_devpts
		       ? (struct effect){ "private", "scope = login; a login that comes with a "
						     "terminal, as by su, keeps the host's" }
		       : (struct effect){ "host", "scope = user" };
}

static struct effect of_home(const struct plan *plan, const struct policy_item *item)
{
	return plan->root[0] != '\0' && strcmp(item->text, "all") == 0
		       ? (struct effect){ "own", plan->root_about }
		       : AS_SAID;
}

/* What of the host's is at FOLDER, or at something in it, is put there. */
static bool is_bound(const struct plan *plan, const char *folder)
{
	size_t i;

	for (i = 0; i < plan->mount_count; i++) {
		if (plan->mounts[i].kind == MOUNT_BIND &&
		    (path_is_within(plan->mounts[i].target, folder) ||
		     path_is_within(folder, plan->mounts[i].target))) {
			return true;
		}
	}
	return false;
}

/* Another root has nothing of the host's /run. */
static struct effect of_bus(const struct plan *plan, const struct policy_item *item,
			    const char *folder)
{
	size_t i;

	if (strcmp(item->text, "keep") != 0) {
		return AS_SAID;
	}
	for (i = 0; i < plan->mount_count; i++) {
		const struct plan_mount *mount = &plan->mounts[i];

		if (mount->kind == MOUNT_HIDE && path_is_within(folder, mount->target)) {
			/* No line about that folder: a default that gives way. */
			return (struct effect){ "hide", strncmp(mount->about, "namespaces", 10) == 0
								? USER
								: mount->about };
		}
	}
	return plan->root[0] != '\0' && !is_bound(plan, folder)
		       ? (struct effect){ "hide", plan->root_about }
		       : AS_SAID;
}

static struct effect of_user_bus(const struct plan *plan, const struct policy_item *item)
{
	return of_bus(plan, item, "/run/user");
}

static struct effect of_system_bus(const struct plan *plan, const struct policy_item *item)
{
	return of_bus(plan, item, "/run/dbus");
}

static struct effect of_nested_userns(const struct plan *plan, const struct policy_item *item)
{
	return strcmp(item->text, "yes") == 0 && plan->restrictions.filter
		       ? (struct effect){ "no", "seccomp = default" }
		       : AS_SAID;
}

static const struct {
	enum key key;
	struct effect (*of)(const struct plan *plan, const struct policy_item *item);
} EFFECTS[] = {
	{ KEY_NAMESPACES, of_namespaces },
	{ KEY_HOSTNAME, of_hostname },
	{ KEY_NETWORK, of_network },
	{ KEY_PRIVATE_DEV, of_private_dev },
	{ KEY_DEVPTS, of_devpts },
	{ KEY_HOME, of_home },
	{ KEY_USER_BUS, of_user_bus },
	{ KEY_SYSTEM_BUS, of_system_bus },
	{ KEY_NESTED_USERNS, of_nested_userns },
};

struct effect effect_of(const struct plan *plan, enum key key, const struct policy_item *item)
{
	size_t i;

	for (i = 0; i < COUNT(EFFECTS); i++) {
		if (EFFECTS[i].key == key) {
			return EFFECTS[i].of(plan, item);
		}
	}
	return AS_SAID;
}
