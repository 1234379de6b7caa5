/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/restrict.c */
/*
 * test_restrict.c - what a process has given up, it and its children do not have. The filter is a
 * stand-in: see test_filter.c.
 */
#include "restrict.h"

#include <errno.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "filter.h"

static int installed, installs;

const struct filter FILTER_SESSION = { .length = 0 };

int filter_install(const struct filter *filter)
{
	if (filter == &FILTER_SESSION) {
		installed++;
	}
	return installs;
}

static int is_bounded(unsigned int capability)
{
	return prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
}

static int sets_read(struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return (int)syscall(SYS_capget, &header, data);
}

static int inheritable_fill(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (sets_read(data) < 0) {
		return -1;
	}
	data[0].inheritable = data[0].permitted;
	data[1].inheritable = data[1].permitted;
	return (int)syscall(SYS_capset, &header, data);
}

static int some_are_kept(void *data)
{
	const struct restrictions kept = {
		.capabilities = UINT64_C(1) << CAP_CHOWN | UINT64_C(1) << CAP_NET_RAW,
	};
	struct __user_cap_data_struct before[_LINUX_CAPABILITY_U32S_3];
	struct __user_cap_data_struct after[_LINUX_CAPABILITY_U32S_3];

	(void)data;
	CHECK(inheritable_fill() == 0);
	CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) == 0);
	CHECK(sets_read(before) == 0);
	CHECK(restrictions_apply(&kept) == 0);
	CHECK(is_bounded(CAP_CHOWN) == 1 && is_bounded(CAP_NET_RAW) == 1);
	CHECK(is_bounded(CAP_KILL) == 0 && is_bounded(CAP_SYS_ADMIN) == 0);
	CHECK(is_bounded(CAP_CHECKPOINT_RESTORE) != 1);
	CHECK(sets_read(after) == 0);
	/* The application goes on with what it has. */
	CHECK(after[0].effective == before[0].effective);
	CHECK(after[0].permitted == before[0].permitted);
	CHECK(after[0].inheritable ==
	      (before[0].inheritable & (CAP_TO_MASK(CAP_CHOWN) | CAP_TO_MASK(CAP_NET_RAW))));
	CHECK(after[1].inheritable == 0);
	CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0) == 0);
	CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
	CHECK(installed == 0);
	return 0;
}

static int none_is_kept(void *data)
{
	const struct restrictions none = { .no_new_privs = true, .filter = true };
	unsigned int capability;

	(void)data;
	CHECK(restrictions_apply(&none) == 0);
	for (capability = 0; capability < 64; capability++) {
		CHECK(is_bounded(capability) != 1);
	}
	CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	CHECK(installed == 1);
	/* A second time there is nothing left to do. */
	CHECK(restrictions_apply(&none) == 0);
	return 0;
}

static int all_are_kept(void *data)
{
	const struct restrictions all = { .capabilities = RESTRICT_CAPABILITIES_ALL };
	const int before = is_bounded(CAP_SYS_ADMIN);

	(void)data;
	CHECK(inheritable_fill() == 0);
	CHECK(restrictions_apply(&all) == 0);
	CHECK(is_bounded(CAP_SYS_ADMIN) == before);
	CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
	CHECK(installed == 0);
	return 0;
}

static int what_fails_is_told(void *data)
{
	struct restrictions wanted = { .capabilities = RESTRICT_CAPABILITIES_ALL, .filter = true };
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct nothing[_LINUX_CAPABILITY_U32S_3] = { 0 };

	(void)data;
	installs = -EINVAL;
	CHECK(restrictions_apply(&wanted) == -EINVAL);
	CHECK(syscall(SYS_capset, &header, nothing) == 0);
	wanted.capabilities = 0;
	CHECK(restrictions_apply(&wanted) == -EPERM); /* without CAP_SETPCAP */
	CHECK(installed == 1);
	return 0;
}

static void in_a_child(void **state)
{
	static int (*const CASES[])(void *) = { some_are_kept, none_is_kept, all_are_kept,
						what_fails_is_told };
	size_t i;

	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	for (i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		child_assert(CASES[i], NULL);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(in_a_child) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
