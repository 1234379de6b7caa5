/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/weakness.c admin/effect.c lib/decision.c lib/decision_network.c lib/plan.c lib/pool.c lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * test_weakness.c - which lines of a configuration hold less than they say.
 */
#include "weakness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "configuration.h"
#include "count.h"

/* What [default] and the last section together have, and the lines; 0: no warning. */
static const struct example {
	const char *text;
	unsigned int system_line, user_line, network_line;
} EXAMPLES[] = {
	{ "[default]\nsystem_bus = keep\nuser_bus = keep\n", 0, 0, 0 },
	{ "[default]\nmemory_max = unlimited\ntasks_max = unlimited\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\n", 2, 0, 0 },
	{ "[default]\ntasks_max = 9\n", 2, 0, 0 },
	{ "[default]\ncpu_max = 50%\n", 2, 0, 0 },
	{ "[default]\nisolate = audit\ncpu_max = 50%\n", 3, 0, 0 },
	{ "[default]\nisolate = no\ncpu_max = 50%\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\nsystem_bus = hide\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\nscope = user\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\nscope = user\nuser_bus = keep\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\nhide = /run/dbus\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\nroot = /srv/root\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\nhome = own\nbind = %h:/mnt\nhide = /run/dbus\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\nnamespaces = user\n", 0, 0, 3 },
	{ "[default]\nmemory_max = 4g\nnamespaces = user\nsystem_bus = keep\n", 4, 0, 3 },
	{ "[default]\nmemory_max = 4g\nuser_bus = keep\n", 2, 3, 0 },
	{ "[default]\nmemory_max = 4g\nsystem_bus = hide\nuser_bus = keep\n", 0, 4, 0 },
	{ "[default]\nmemory_max = 4g\nscope = user\n[match group=g]\nscope = login\n", 5, 0, 0 },
	{ "[default]\nsystem_bus = hide\n[match group=g]\ntasks_max = 9\nsystem_bus = keep\n", 5, 0,
	  0 },
	{ "[default]\nnamespaces = mount pid ipc uts net user\n", 0, 0, 0 },
	{ "[default]\nnamespaces = mount pid ipc uts net user\nnetwork = nat\n", 0, 0, 0 },
	{ "[default]\nnamespaces = mount pid ipc uts net user\nnetwork = host\n", 0, 0, 3 },
	{ "[default]\nnamespaces = mount pid user\n", 0, 0, 2 },
	{ "[default]\nnamespaces = mount pid\nnetwork = host\n", 0, 0, 0 },
	{ "[default]\nmemory_max = 4g\n[match group=g]\nmemory_max = unlimited\n", 0, 0, 0 },
};

static void line_is(const struct example *example, unsigned int line, const char *word,
		    const struct problem *warnings, size_t count)
{
	unsigned int found = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (strstr(warnings[i].text, word) != NULL) {
			assert_string_equal(warnings[i].file, "x.conf");
			assert_true(strlen(warnings[i].text) < PROBLEM_TEXT_SIZE - 1); /* not cut */
			found = warnings[i].line;
		}
	}
	if (found != line) {
		print_message("%s: %s\n", word, example->text);
	}
	assert_int_equal(found, line);
}

static void example_check(const struct example *example)
{
	struct configuration configuration = { 0 };
	struct problem problem = { 0 }, warnings[WEAKNESS_MAX] = { 0 };
	struct policy policy;
	char *data = strdup(example->text);
	size_t count;

	assert_non_null(data);
	assert_int_equal(
		configuration_parse(&configuration, "x.conf", data, strlen(data), &problem), 0);
	assert_int_equal(
		configuration_preview(&configuration,
				      &configuration.sections[configuration.section_count - 1],
				      &policy, &problem),
		0);
	count = weakness_find(&policy, warnings);
	assert_int_equal(count, (example->system_line > 0) + (example->user_line > 0) +
					(example->network_line > 0));
	line_is(example, example->system_line, "system_bus = hide", warnings, count);
	line_is(example, example->network_line, "/proc/net", warnings, count);
	line_is(example, example->user_line, "user_bus = keep", warnings, count);
	configuration_free(&configuration);
}

static void what_holds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(EXAMPLES); i++) {
		example_check(&EXAMPLES[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
