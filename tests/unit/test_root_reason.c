/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/root/root_reason.c admin/text.c lib/quote.c */
/*
 * test_root_reason.c - why there is no fake root: each reason is told from the others, and names
 * what has to be done.
 */
#include "root_reason.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct root_limits NOTHING = { .none_allowed = false };

static void says(enum root_step step, int err, struct root_limits limits, const char *wanted)
{
	assert_non_null(strstr(reason_failed(step, err, &limits), wanted));
}

static void no_namespace(void **state)
{
	(void)state;
	says(ROOT_CLONE, -ENOSPC, (struct root_limits){ .none_allowed = true, .filtered = true },
	     "user.max_user_namespaces is 0");
	says(ROOT_CLONE, -ENOSPC, NOTHING, "as many namespaces as");
	says(ROOT_CLONE, -EUSERS, (struct root_limits){ .filtered = true },
	     "as many namespaces as");
	says(ROOT_CLONE, -EPERM, (struct root_limits){ .clone_off = true },
	     "kernel.unprivileged_userns_clone is 0");
	says(ROOT_CLONE, -EPERM, (struct root_limits){ .filtered = true }, "seccomp in");
	says(ROOT_CLONE, -ENOSYS, (struct root_limits){ .filtered = true }, "seccomp in");
	says(ROOT_CLONE, -EPERM, NOTHING, "chroot");
	says(ROOT_CLONE, -EACCES, NOTHING, "security module");
	says(ROOT_CLONE, -EINVAL, NOTHING, "CONFIG_USER_NS");
	says(ROOT_CLONE, -ENOSYS, NOTHING, "CONFIG_USER_NS");
	says(ROOT_CLONE, -ENOMEM, NOTHING, strerror(ENOMEM));
}

static void no_mount(void **state)
{
	(void)state;
	says(ROOT_MOUNTS, -EACCES, (struct root_limits){ .apparmor = true, .filtered = true },
	     "AppArmor");
	says(ROOT_MOUNTS, -EPERM, (struct root_limits){ .filtered = true }, "seccomp in");
	says(ROOT_MOUNTS, -EPERM, NOTHING, "a security module forbids");
	says(ROOT_MOUNTS, -EIO, (struct root_limits){ .apparmor = true }, strerror(EIO));
	says(ROOT_START, -EAGAIN, (struct root_limits){ .apparmor = true }, strerror(EAGAIN));
}

static void single_says(const struct ids *users, const struct ids *groups, int err,
			struct root_limits limits, const char *wanted)
{
	char text[320];

	assert_non_null(strstr(
		reason_single(text, sizeof(text), "alice", users, groups, err, &limits), wanted));
}

static void one_id(void **state)
{
	const struct ids none = { .count = 0 }, some = { .count = 1, .bad_line = 2 };
	const struct ids bad = { .bad_line = 7 }, closed = { .error = -EACCES };
	char text[256];

	(void)state;
	single_says(&none, &some, 0, NOTHING, "/etc/subuid has no range for alice");
	single_says(&closed, &some, 0, NOTHING,
		    "/etc/subuid cannot be read: Permission denied; the administrator");
	single_says(&none, &some, 0, NOTHING, "usermod --add-subuids FIRST-LAST alice");
	single_says(&some, &none, 0, NOTHING, "/etc/subgid has no range for alice");
	single_says(&some, &none, 0, NOTHING, "usermod --add-subgids FIRST-LAST alice");
	single_says(&bad, &some, 0, NOTHING, "/etc/subuid:7 is not name:first:count");
	single_says(&some, &bad, 0, NOTHING, "/etc/subgid:7 is not name:first:count");
	single_says(&some, &some, 0, (struct root_limits){ .no_new_privs = true }, "no_new_privs");
	single_says(&some, &some, -ENOENT, NOTHING, "package uidmap");
	single_says(&some, &some, -ETIMEDOUT, NOTHING, "did not answer in time");
	single_says(&some, &some, -ECHILD, NOTHING, "refused");
	(void)reason_single(text, sizeof(text), "a\nb", &none, &some, 0, &NOTHING);
	assert_null(strchr(text, '\n'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_namespace),
		cmocka_unit_test(no_mount),
		cmocka_unit_test(one_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
