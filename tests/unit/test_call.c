/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/limits/call.c helper/limits/figures.c */
/*
 * test_call.c - what systemd is asked, word by word.
 */
#include "call.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD \
	"busctl --quiet call org.freedesktop.systemd1 /org/freedesktop/systemd1 " \
	"org.freedesktop.systemd1.Manager "

static const struct figures ALL = { .values = { 8192, 100, 1500000 } };
static const struct figures TASKS = { .values = { 0, 7, 0 } };

static const char *joined(const struct call *call)
{
	static char text[CALL_TEXT_SIZE];
	size_t i, length = 0;

	assert_null(call->words[call->count]);
	for (i = 0; i < call->count; i++) {
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
					   i > 0 ? " " : "", call->words[i]);
	}
	return text;
}

static void properties(void **state)
{
	struct call call;

	(void)state;
	assert_int_equal(call_set(&call, "session-5.scope", &ALL), 0);
	assert_string_equal(joined(&call),
			    HEAD "SetUnitProperties sba(sv) session-5.scope true 4 "
				 "MemoryMax t 8192 TasksMax t 100 CPUQuotaPerSecUSec t 1500000 "
				 "MemorySwapMax t 0");
	assert_int_equal(call_set(&call, "user-1000.slice", &TASKS), 0);
	assert_string_equal(joined(&call), HEAD "SetUnitProperties sba(sv) user-1000.slice true 1 "
						"TasksMax t 7");
}

static void scope(void **state)
{
	struct call_scope wanted = {
		.unit = "a.scope",
		.slice = "user-1000.slice",
		.member = 12,
		.oom_policy = true,
	};
	struct call call;

	(void)state;
	assert_int_equal(call_scope(&call, &wanted, &ALL), 0);
	assert_string_equal(joined(&call),
			    HEAD "StartTransientUnit ssa(sv)a(sa(sv)) a.scope fail 9 PIDs au 1 12 "
				 "Slice s user-1000.slice Description s Login with loginspace "
				 "CollectMode s inactive-or-failed OOMPolicy s continue "
				 "MemoryMax t 8192 TasksMax t 100 CPUQuotaPerSecUSec t 1500000 "
				 "MemorySwapMax t 0 0");
	wanted.oom_policy = false;
	assert_int_equal(call_scope(&call, &wanted, NULL), 0);
	assert_string_equal(joined(&call),
			    HEAD "StartTransientUnit ssa(sv)a(sa(sv)) a.scope fail 4 PIDs au 1 12 "
				 "Slice s user-1000.slice Description s Login with loginspace "
				 "CollectMode s inactive-or-failed 0");
}

static void too_long(void **state)
{
	char name[CALL_TEXT_SIZE];
	struct call call;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(call_set(&call, name, &ALL), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties),
		cmocka_unit_test(scope),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
