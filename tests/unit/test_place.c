/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/place.c */
/*
 * test_place.c - control groups by their paths: whose session is it?
 */
#include "place.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "count.h"

static void reading(void **state)
{
	char place[PLACE_SIZE], text[PLACE_SIZE + 64];

	(void)state;
	assert_int_equal(place_read("0::/user.slice\n", place), 0);
	assert_string_equal(place, "/user.slice");
	assert_int_equal(place_read("9:name=systemd:/a\n1:cpu:/b\n0::/\n", place), 0);
	assert_string_equal(place, "/");
	assert_int_equal(place_read("0::/a", place), 0);
	assert_string_equal(place, "/a");
	assert_int_equal(place_read("9:name=systemd:/a\n", place), -ENOENT);
	assert_int_equal(place_read("", place), -ENOENT);
	assert_int_equal(place_read("10::/a\n", place), -ENOENT);
	(void)snprintf(text, sizeof(text), "0::/%0*d\n", PLACE_SIZE, 0);
	assert_int_equal(place_read(text, place), -ENAMETOOLONG);
	(void)snprintf(text, sizeof(text), "0::/%0*d\n", PLACE_SIZE - 2, 0);
	assert_int_equal(place_read(text, place), 0);
	assert_int_equal(strlen(place), PLACE_SIZE - 1);
}

static const struct {
	const char *place;
	const char *unit; /* NULL: it is none */
} SESSIONS[] = {
	{ "/user.slice/user-1000.slice/session-5.scope", "session-5.scope" },
	{ "/user.slice/user-1000.slice/session-c12.scope", "session-c12.scope" },
	/* Another's; and 1000 is not 100. */
	{ "/user.slice/user-1001.slice/session-5.scope", NULL },
	{ "/user.slice/user-10000.slice/session-5.scope", NULL },
	{ "/user.slice/user-100.slice/session-5.scope", NULL },
	/* What a user can make below the group that is his to divide. */
	{ "/user.slice/user-1000.slice/user@1000.service/user-1000.slice/session-5.scope", NULL },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/user-1000.slice/"
	  "session-5.scope",
	  NULL },
	{ "/user.slice/user-1000.slice/session-5.scope/session-6.scope", NULL },
	/* Others of systemd's, and of ours. */
	{ "/user.slice/user-1000.slice/user@1000.service/init.scope", NULL },
	{ "/user.slice/user-1000.slice/loginspace-1000-4-5.scope", NULL },
	{ "/user.slice/user-1000.slice/session-.scope", NULL },
	{ "/user.slice/user-1000.slice/session-5.scope (deleted)", NULL },
	{ "/user.slice/user-1000.slice", NULL },
	{ "/system.slice/ssh.service", NULL },
	{ "/", NULL },
	{ "", NULL },
};

static void sessions(void **state)
{
	char unit[PLACE_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(SESSIONS); i++) {
		const bool is = place_session(SESSIONS[i].place, 1000, unit);

		if (is != (SESSIONS[i].unit != NULL)) {
			fail_msg("%s: %d", SESSIONS[i].place, is);
		}
		if (is) {
			assert_string_equal(unit, SESSIONS[i].unit);
		}
	}
}

static void slices(void **state)
{
	char unit[PLACE_SIZE], place[PLACE_SIZE];

	(void)state;
	place_slice(1000, unit, place);
	assert_string_equal(unit, "user-1000.slice");
	assert_string_equal(place, "/user.slice/user-1000.slice");
	assert_true(place_in_slice("/user.slice/user-1000.slice/session-5.scope", 1000));
	assert_true(place_in_slice("/user.slice/user-1000.slice/user@1000.service/a", 1000));
	assert_false(place_in_slice("/user.slice/user-1000.slice", 1000));
	assert_false(place_in_slice("/user.slice/user-10000.slice/session-5.scope", 1000));
	assert_false(place_in_slice("/system.slice/ssh.service", 1000));
	assert_false(place_in_slice("/a/user.slice/user-1000.slice/session-5.scope", 1000));
}

static void jobs(void **state)
{
	(void)state;
	assert_true(place_in_job("/system.slice/slurmstepd.scope/job_1/step_0/user/task_0"));
	assert_true(place_in_job("/system.slice/n1_slurmstepd.scope/job_12/step_extern/user"));
	assert_false(place_in_job("/system.slice/n1_slurmstepd.scope/system"));
	assert_false(place_in_job("/system.slice/slurmd.service"));
	assert_false(place_in_job("/custom.slice/slurmstepd.scope/job_1"));
	assert_false(place_in_job("/system.slice/ssh.service/slurmstepd.scope/job_1"));
	assert_false(place_in_job(
		"/user.slice/user-1000.slice/user@1000.service/slurmstepd.scope/job_1"));
	assert_false(place_in_job("/system.slice/"));
	assert_false(place_in_job("/"));
	assert_false(place_in_job(""));
}

static void scopes(void **state)
{
	char unit[PLACE_SIZE], place[PLACE_SIZE];

	(void)state;
	place_scope(1000, 4711, 123456, unit, place);
	assert_string_equal(unit, "loginspace-1000-4711-123456.scope");
	assert_string_equal(place, "/user.slice/user-1000.slice/loginspace-1000-4711-123456.scope");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading), cmocka_unit_test(sessions), cmocka_unit_test(slices),
		cmocka_unit_test(jobs),    cmocka_unit_test(scopes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
