/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/effect.c lib/path.c */
/*
 * test_effect.c - where a plan does something else than a key says.
 */
#include "effect.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "count.h"

#define ALL (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWNET)

static struct plan_mount OF_KEY = { .kind = MOUNT_HIDE,
				    .target = "/run/dbus",
				    .about = "namespaces = user (/a:1)" };
static struct plan_mount OF_LIST = { .kind = MOUNT_HIDE,
				     .target = "/run/dbus",
				     .about = "hide = /run/dbus (/a:1)" };
static struct plan_mount BOUND = { .kind = MOUNT_BIND,
				   .target = "/run/dbus/system_bus_socket",
				   .source = "/run/dbus/system_bus_socket" };

/* VALUE NULL: as the key says. */
static const struct example {
	enum key key;
	const char *text;
	struct plan plan;
	struct plan_mount *mount;
	const char *value, *cause;
} EXAMPLES[] = {
	{ KEY_NAMESPACES, "net", { .namespaces = ALL }, NULL, NULL, NULL },
	{ KEY_NAMESPACES, "net", { .namespaces = 0 }, NULL, "left out", "network = host" },
	{ KEY_NAMESPACES, "pid", { .namespaces = 0 }, NULL, NULL, NULL },
	{ KEY_HOSTNAME, "x", { .namespaces = ALL }, NULL, NULL, NULL },
	{ KEY_HOSTNAME, "x", { .namespaces = 0 }, NULL, "the host's", "uts is not among" },
	{ KEY_NETWORK, "nat", { .network = "nat" }, NULL, NULL, NULL },
	{ KEY_NETWORK, "loopback", { .network = "host" }, NULL, "host", "net is not among" },
	{ KEY_PRIVATE_DEV, "no", { .private_dev = false }, NULL, NULL, NULL },
	{ KEY_PRIVATE_DEV, "yes", { .private_dev = true }, NULL, NULL, NULL },
	{ KEY_PRIVATE_DEV, "no", { .private_dev = true }, NULL, "yes", "user is among" },
	{ KEY_DEVPTS, "host", { .private_devpts = false }, NULL, NULL, NULL },
	{ KEY_DEVPTS, "auto", { .private_devpts = true }, NULL, "private", "scope = login" },
	{ KEY_DEVPTS, "auto", { .private_devpts = false }, NULL, "host", "scope = user" },
	{ KEY_DEVPTS,
	  "auto",
	  { .private_devpts = true, .namespaces = CLONE_NEWUSER },
	  NULL,
	  "private",
	  "user is among" },
	{ KEY_HOME, "all", { .root = "" }, NULL, NULL, NULL },
	{ KEY_HOME, "all", { .root = "/r", .root_about = "root = /r" }, NULL, "own", "root = /r" },
	{ KEY_HOME, "own", { .root = "/r" }, NULL, NULL, NULL },
	{ KEY_SYSTEM_BUS, "keep", { .root = "" }, NULL, NULL, NULL },
	{ KEY_SYSTEM_BUS, "hide", { .root = "" }, &OF_KEY, NULL, NULL },
	{ KEY_SYSTEM_BUS, "keep", { .root = "" }, &OF_KEY, "hide", "user is among" },
	{ KEY_SYSTEM_BUS, "keep", { .root = "" }, &OF_LIST, "hide", "hide = /run/dbus (/a:1)" },
	{ KEY_SYSTEM_BUS,
	  "keep",
	  { .root = "/r", .root_about = "root = /r" },
	  NULL,
	  "hide",
	  "root = /r" },
	{ KEY_SYSTEM_BUS, "keep", { .root = "/r" }, &BOUND, NULL, NULL },
	{ KEY_USER_BUS, "keep", { .root = "" }, NULL, NULL, NULL },
	{ KEY_USER_BUS,
	  "keep",
	  { .root = "/r", .root_about = "root = /r" },
	  &BOUND,
	  "hide",
	  "root = /r" },
	{ KEY_NESTED_USERNS, "yes", { .uid = 1 }, NULL, NULL, NULL },
	{ KEY_NESTED_USERNS,
	  "yes",
	  { .restrictions = { .filter = true } },
	  NULL,
	  "no",
	  "seccomp = default" },
	{ KEY_SCOPE, "login", { .scope = SCOPE_USER }, NULL, NULL, NULL },
};

static void examples(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(EXAMPLES); i++) {
		const struct example *example = &EXAMPLES[i];
		const struct policy_item item = { .text = example->text };
		struct plan plan = example->plan;
		struct effect effect;

		plan.mounts = example->mount;
		plan.mount_count = example->mount != NULL ? 1 : 0;
		effect = effect_of(&plan, example->key, &item);
		if (example->value == NULL) {
			assert_null(effect.value);
		} else if (effect.value == NULL || strcmp(effect.value, example->value) != 0 ||
			   strstr(effect.cause, example->cause) == NULL) {
			fail_msg("example %zu: %s", i, effect.value);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
