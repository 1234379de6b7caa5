/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/limits/resources.c helper/limits/manager.c helper/limits/subtree.c helper/limits/member.c helper/limits/controllers.c helper/limits/call.c helper/limits/figures.c lib/place.c lib/fds.c lib/hostname.c lib/value.c */
/*
 * test_resources.c - the limits of a login on a kernel and a systemd of the test's own: that they are
 * there, that a value which did not take denies, and that the owner may end before any of the
 * helper's acts without anybody else coming under his limits (PRV-11).
 */
#include "resources.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "child.h"
#include "kernel.h"
#include "message.h"

#define UID      1000
#define DEADLINE 10000
#define SESSION  "/user.slice/user-1000.slice/session-7.scope"
#define OTHERS   "/user.slice/user-1000.slice/session-9.scope"

static const struct plan_limits LIMITS = { .memory = 1 << 26, .tasks = 60, .cpu_percent = 100 };

/* Who sets the limits, and where the owner is. */
struct setting {
	bool systemd;
	enum plan_scope scope;
	const char *owner_place;
	const char *stuck;
	int fatal;
	mode_t umask;
};

static const struct setting SETTINGS[] = {
	{ .systemd = true, .scope = SCOPE_LOGIN, .owner_place = SESSION },
	{ .systemd = true, .scope = SCOPE_LOGIN, .owner_place = "/system.slice/a.service" },
	{ .systemd = true, .scope = SCOPE_USER, .owner_place = SESSION },
	{ .systemd = true, .scope = SCOPE_USER, .owner_place = "/system.slice/a.service" },
	{ .systemd = false, .scope = SCOPE_LOGIN, .owner_place = "/" },
};

#define SETTING_COUNT (sizeof(SETTINGS) / sizeof(SETTINGS[0]))

static char detail[MESSAGE_DETAIL_SIZE];

/* A login, from the preparation to the admission to the space 1000-3. Returns what denies it. */
static int log_in(const struct setting *setting)
{
	const struct plan plan = { .uid = UID, .scope = setting->scope, .limits = LIMITS };
	struct resources resources = RESOURCES_NONE;
	int owner, err;

	kernel.owner_place = setting->owner_place;
	kernel.other_place = OTHERS;
	kernel.stuck = setting->stuck;
	kernel.fatal = setting->fatal;
	owner = kernel_owner();
	err = resources_prepare(&plan, owner, DEADLINE, &resources, detail);
	if (err == 0) {
		err = resources_admit(&resources, UID, 3, owner);
	}
	resources_drop(&resources);
	if (!kernel.ended) {
		(void)kill(kernel.owner, SIGKILL);
		(void)waitpid(kernel.owner, NULL, 0);
	}
	return err;
}

static bool is_moved(const struct setting *setting)
{
	return strcmp(setting->owner_place, SESSION) != 0;
}

static int all_is_well(void *data)
{
	const struct setting *setting = data;

	if (kernel_enter(setting->systemd) < 0) {
		return CHILD_SKIP;
	}
	CHECK(log_in(setting) == 0);
	CHECK(kernel_moved() == (is_moved(setting) ? kernel.owner : 0));
	CHECK(!kernel.number_told);
	return CHILD_PASS;
}

static void limits_are_set(void **state)
{
	struct setting setting;
	size_t i;

	(void)state;
	for (i = 0; i < SETTING_COUNT; i++) {
		setting = SETTINGS[i];
		child_assert(all_is_well, &setting);
	}
}

/* Its status says whether the owner has lived through it all, which ends the sweep. */
#define LIVED 42

static int owner_ends(void *data)
{
	const struct setting *setting = data;
	int err;

	if (kernel_enter(setting->systemd) < 0) {
		return CHILD_SKIP;
	}
	err = log_in(setting);
	if (!kernel.ended) {
		CHECK(err == 0);
		return LIVED;
	}
	CHECK(err == -ESRCH || kernel.acts == kernel.fatal); /* or it was the last one */
	CHECK(!kernel.number_told);
	CHECK(strcmp(kernel.asked, "session-9.scope") != 0);
	CHECK(kernel.moved_alive || kernel_moved() == 0);
	return CHILD_PASS;
}

static void nobody_else_is_limited(void **state)
{
	struct setting setting;
	size_t i;
	int result;

	(void)state;
	for (i = 0; i < SETTING_COUNT; i++) {
		setting = SETTINGS[i];
		do {
			setting.fatal++;
			result = child_run(owner_ends, &setting);
			if (result == CHILD_SKIP) {
				skip();
			}
			assert_true(result == CHILD_PASS || result == LIVED);
		} while (result != LIVED);
		assert_in_range(setting.fatal, 5, 100);
	}
}

static int is_denied(void *data)
{
	const struct setting *setting = data;
	int err;

	if (kernel_enter(setting->systemd) < 0) {
		return CHILD_SKIP;
	}
	err = log_in(setting);
	CHECK(err == (setting->systemd ? -ETIMEDOUT : -EIO));
	CHECK(!setting->systemd || strstr(detail, "the limits do not hold in time") != NULL);
	CHECK(setting->systemd || kernel_moved() == 0);
	return CHILD_PASS;
}

static void what_does_not_take_denies(void **state)
{
	static const char *const FILES[] = { "memory.max", "pids.max", "cpu.max",
					     "memory.swap.max" };
	struct setting setting;
	size_t i, k;

	(void)state;
	for (i = 0; i < SETTING_COUNT; i++) {
		for (k = 0; k < sizeof(FILES) / sizeof(FILES[0]); k++) {
			setting = SETTINGS[i];
			setting.stuck = FILES[k];
			child_assert(is_denied, &setting);
		}
	}
}

static int has_mode_0755(const char *place)
{
	char path[KERNEL_PATH_SIZE];
	struct stat about;

	(void)snprintf(path, sizeof(path), CONTROLLERS_ROOT "%s", place);
	return stat(path, &about) == 0 && (about.st_mode & 07777) == 0755;
}

static int under_umasks(void *data)
{
	const struct setting *setting = data;

	if (kernel_enter(false) < 0) {
		return CHILD_SKIP;
	}
	(void)umask(setting->umask);
	CHECK(log_in(setting) == 0);
	CHECK(has_mode_0755("/loginspace") && has_mode_0755("/loginspace/init"));
	CHECK(has_mode_0755("/loginspace/1000-3"));
	return CHILD_PASS;
}

static void groups_are_read_by_all(void **state)
{
	static const mode_t UMASKS[] = { 0, 022, 077, 0777 };
	struct setting setting = SETTINGS[SETTING_COUNT - 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(UMASKS) / sizeof(UMASKS[0]); i++) {
		setting.umask = UMASKS[i];
		child_assert(under_umasks, &setting);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_set),
		cmocka_unit_test(nobody_else_is_limited),
		cmocka_unit_test(what_does_not_take_denies),
		cmocka_unit_test(groups_are_read_by_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
