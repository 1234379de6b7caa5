/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/exposition.c admin/spaces.c admin/complaint.c admin/user.c lib/counters.c lib/steps.c lib/plan.c lib/door.c lib/knock.c lib/channel.c lib/registry.c lib/registry_list.c lib/fds.c lib/message.c lib/space_id.c lib/problem.c lib/quote.c */
/*
 * test_exposition.c - the figures as text: what a monitoring system reads.
 */
#include "exposition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *format(struct space *items, size_t count, enum exposition exposition)
{
	struct spaces spaces = { .items = items, .count = count };
	struct figures figures = { .spaces = &spaces, .now = 1000000 };
	char *text;

	figures.counters.events[COUNTER_OPENS] = 12;
	figures.counters.events[COUNTER_OFF] = UINT64_MAX;
	figures.counters.denials[STEP_CLONE] = 3;
	figures.off = count > 0;
	text = exposition_format(&figures, exposition);
	assert_non_null(text);
	return text;
}

/* LINE stands in the text, as a whole line, COUNT times. */
static void has(const char *text, const char *line, int count)
{
	const size_t length = strlen(line);
	const char *at = text;
	int found = 0;

	while ((at = strstr(at, line)) != NULL) {
		found += (at == text || at[-1] == '\n') && at[length] == '\n' ? 1 : 0;
		at += length;
	}
	if (found != count) {
		print_message("%d times: %s\n", found, line);
	}
	assert_int_equal(found, count);
}

static void nothing_lives(void **state)
{
	char *text = format(NULL, 0, EXPOSITION_PROMETHEUS);

	(void)state;
	has(text, "loginspace_up 1", 1);
	has(text, "loginspace_switched_off 0", 1);
	has(text, "loginspace_spaces{scope=\"login\",network=\"loopback\"} 0", 1);
	has(text, "loginspace_spaces{scope=\"user\",network=\"host\"} 0", 1);
	has(text, "loginspace_space_owners 0", 1);
	has(text, "loginspace_oldest_space_age_seconds 0", 1);
	has(text, "loginspace_spaces_older_than{seconds=\"60\"} 0", 1);
	has(text, "# TYPE loginspace_opens_total counter", 1);
	has(text, "loginspace_opens_total 12", 1);
	has(text, "loginspace_joins_total 0", 1);
	has(text, "loginspace_off_total 18446744073709551615", 1);
	has(text, "loginspace_denials_total{step=\"clone\"} 3", 1);
	has(text, "loginspace_denials_total{step=\"join\"} 0", 1);
	assert_null(strstr(text, "# EOF"));
	assert_null(strstr(text, "# UNIT"));
	free(text);
}

static void as_openmetrics(void **state)
{
	char *text = format(NULL, 0, EXPOSITION_OPENMETRICS);

	(void)state;
	has(text, "# UNIT loginspace_oldest_space_age_seconds seconds", 1);
	has(text, "# TYPE loginspace_opens counter", 1);
	has(text, "loginspace_opens_total 12", 1);
	has(text, "loginspace_denials_total{step=\"clone\"} 3", 1);
	assert_string_equal(text + strlen(text) - 7, "\n# EOF\n");
	free(text);
}

static struct space space_of(enum plan_scope scope, const char *network, int64_t since)
{
	struct space space = { .owner_count = 2 };

	space.card.scope = scope;
	space.card.since = since;
	(void)snprintf(space.card.network, sizeof(space.card.network), "%s", network);
	return space;
}

static void some_live(void **state)
{
	struct space items[5];
	char *text;

	(void)state;
	items[0] = space_of(SCOPE_LOGIN, "loopback", 1000000 - 60);
	items[1] = space_of(SCOPE_LOGIN, "loopback", 1000000 - 3601);
	items[2] = space_of(SCOPE_USER, "netns:\"a\\b\n\033", 1000000 + 5); /* the clock was set */
	items[3] = space_of(SCOPE_LOGIN, "netns:\"a\\b\n\033", 1000000);
	items[3].owner_count = 0;
	items[3].lingers_since = 999999;
	items[4] = space_of(SCOPE_LOGIN, "loopback", 0);
	items[4].owner_count = 0;
	items[4].error = -1; /* no answer: nothing is known of it */
	text = format(items, 5, EXPOSITION_PROMETHEUS);
	has(text, "loginspace_switched_off 1", 1);
	has(text, "loginspace_spaces{scope=\"login\",network=\"loopback\"} 2", 1);
	has(text, "loginspace_spaces{scope=\"user\",network=\"loopback\"} 0", 1);
	has(text, "loginspace_spaces{scope=\"login\",network=\"netns:\\\"a\\\\b\\n?\"} 1", 1);
	has(text, "loginspace_spaces{scope=\"user\",network=\"netns:\\\"a\\\\b\\n?\"} 1", 1);
	has(text, "loginspace_space_owners 6", 1);
	has(text, "loginspace_spaces_lingering 1", 1);
	has(text, "loginspace_spaces_unknown 1", 1);
	has(text, "loginspace_spaces_older_than{seconds=\"60\"} 1", 1);
	has(text, "loginspace_spaces_older_than{seconds=\"3600\"} 1", 1);
	has(text, "loginspace_spaces_older_than{seconds=\"86400\"} 0", 1);
	has(text, "loginspace_oldest_space_age_seconds 3601", 1);
	free(text);
}

/* Each family is named once, with its help, before its samples, and all its samples stand together. */
static void families_check(char *text, const char *counter_end)
{
	char *line, *rest = text, family[64] = "", again[80], help[80], sample[80] = "";

	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		char type[16];

		if (sscanf(line, "# TYPE %63s %15s", family, type) == 2) {
			(void)snprintf(again, sizeof(again), "\n# TYPE %s ", family);
			assert_null(strstr(rest, again));
			(void)snprintf(help, sizeof(help), "# HELP %s ", family);
			assert_int_equal(strncmp(rest, help, strlen(help)), 0);
			(void)snprintf(sample, sizeof(sample), "%s%s", family,
				       strcmp(type, "counter") == 0 ? counter_end : "");
		} else if (line[0] != '#') {
			assert_int_equal(strncmp(line, sample, strlen(sample)), 0);
			assert_non_null(strchr(" {", line[strlen(sample)]));
		}
	}
	free(text);
}

static void families_are_whole(void **state)
{
	(void)state;
	families_check(format(NULL, 0, EXPOSITION_PROMETHEUS), "");
	families_check(format(NULL, 0, EXPOSITION_OPENMETRICS), "_total");
}

static void labels(void **state)
{
	char small[6], text[64];

	(void)state;
	assert_string_equal(exposition_label(text, sizeof(text), "a\"b\\c\nd\x80"),
			    "a\\\"b\\\\c\\nd?");
	assert_string_equal(exposition_label(small, sizeof(small), "\"\"\"\""), "\\\"\\\"");
	assert_string_equal(exposition_label(small, sizeof(small), "abcdefg"), "abc");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_lives), cmocka_unit_test(as_openmetrics),
		cmocka_unit_test(some_live),     cmocka_unit_test(families_are_whole),
		cmocka_unit_test(labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
