/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exposition.c - figures as text for a monitoring system. Pure.
 *
 * Series that can be foreseen are there with 0 from the start: a rate over a series that appears
 * only with its first event misses that event.
 */
#include "exposition.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "loginspace_"
#define OLDEST "oldest_space_age_seconds"

struct page {
	FILE *out;
	enum exposition format;
};

const char *exposition_label(char *buffer, size_t size, const char *text)
{
	size_t at = 0;

	for (; *text != '\0' && at + 3 < size; text++) {
		if (*text == '\\' || *text == '"' || *text == '\n') {
			buffer[at++] = '\\';
			buffer[at++] = (char)(*text == '\n' ? 'n' : *text);
		} else {
			buffer[at++] = *text;
			if (*text < ' ' || *text > '~') {
				buffer[at - 1] = '?';
			}
		}
	}
	buffer[at] = '\0';
	return buffer;
}

static void gauge_head(const struct page *page, const char *name, const char *help)
{
	(void)fprintf(page->out, "# TYPE " PREFIX "%s gauge\n# HELP " PREFIX "%s %s\n", name, name,
		      help);
}

static void gauge_write(const struct page *page, const char *name, const char *help, uint64_t value)
{
	gauge_head(page, name, help);
	(void)fprintf(page->out, PREFIX "%s %" PRIu64 "\n", name, value);
}

/* The samples of a counter end with "_total"; OpenMetrics has its TYPE and HELP without. */
static void counter_head(const struct page *page, const char *name, const char *help)
{
	const char *end = page->format == EXPOSITION_OPENMETRICS ? "" : "_total";

	(void)fprintf(page->out, "# TYPE " PREFIX "%s%s counter\n# HELP " PREFIX "%s%s %s\n", name,
		      end, name, end, help);
}

/* Spaces of one scope on one kind of network. */
static size_t spaces_count(const struct spaces *spaces, enum plan_scope scope, const char *network)
{
	size_t count = 0, i;

	for (i = 0; i < spaces->count; i++) {
		const struct space *space = &spaces->items[i];

		count += space_is_known(space) && space->card.scope == scope &&
					 strcmp(space->card.network, network) == 0
				 ? 1
				 : 0;
	}
	return count;
}

static void network_write(const struct page *page, const struct spaces *spaces, const char *network)
{
	char label[2 * PLAN_NETWORK_SIZE + 3];
	enum plan_scope scope;

	for (scope = 0; scope < SCOPE_COUNT; scope++) {
		(void)fprintf(page->out, PREFIX "spaces{scope=\"%s\",network=\"%s\"} %zu\n",
			      plan_scope_name(scope),
			      exposition_label(label, sizeof(label), network),
			      spaces_count(spaces, scope, network));
	}
}

/* Those that are there in any case. */
static const char *const NETWORKS[] = { "loopback", "host" };

#define NETWORK_COUNT (sizeof(NETWORKS) / sizeof(NETWORKS[0]))

/* Has the network of space INDEX had its lines already? */
static bool network_seen(const struct spaces *spaces, size_t index)
{
	const char *network = spaces->items[index].card.network;
	size_t i;

	for (i = 0; i < NETWORK_COUNT; i++) {
		if (strcmp(NETWORKS[i], network) == 0) {
			return true;
		}
	}
	for (i = 0; i < index; i++) {
		if (space_is_known(&spaces->items[i]) &&
		    strcmp(spaces->items[i].card.network, network) == 0) {
			return true;
		}
	}
	return false;
}

static void spaces_write(const struct page *page, const struct spaces *spaces)
{
	size_t i;

	gauge_head(page, "spaces", "Living spaces.");
	for (i = 0; i < NETWORK_COUNT; i++) {
		network_write(page, spaces, NETWORKS[i]);
	}
	for (i = 0; i < spaces->count; i++) {
		if (space_is_known(&spaces->items[i]) && !network_seen(spaces, i)) {
			network_write(page, spaces, spaces->items[i].card.network);
		}
	}
}

static void owners_write(const struct page *page, const struct spaces *spaces)
{
	size_t owners = 0, lingering = 0, unknown = 0, i;

	for (i = 0; i < spaces->count; i++) {
		const struct space *space = &spaces->items[i];

		owners += space->owner_count;
		lingering += space_is_known(space) && space->lingers_since != 0 ? 1 : 0;
		unknown += space_is_known(space) ? 0 : 1;
	}
	gauge_write(page, "space_owners", "Logins that hold a space.", owners);
	gauge_write(page, "spaces_lingering", "Spaces that no login holds any more.", lingering);
	gauge_write(page, "spaces_unknown", "Spaces whose init gave no answer; in no other figure.",
		    unknown);
}

static int64_t age_of(const struct space *space, int64_t now)
{
	return now - space->card.since; /* negative when the clock was set back */
}

static void ages_write(const struct page *page, const struct figures *figures)
{
	static const int64_t LIMITS[] = { 60, 3600, 86400, 604800, 2592000 };
	const struct spaces *spaces = figures->spaces;
	int64_t oldest = 0;
	size_t i, k;

	gauge_head(page, "spaces_older_than",
		   "Living spaces that were made longer than so many seconds ago.");
	for (k = 0; k < sizeof(LIMITS) / sizeof(LIMITS[0]); k++) {
		size_t count = 0;

		for (i = 0; i < spaces->count; i++) {
			count += space_is_known(&spaces->items[i]) &&
						 age_of(&spaces->items[i], figures->now) > LIMITS[k]
					 ? 1
					 : 0;
		}
		(void)fprintf(page->out, PREFIX "spaces_older_than{seconds=\"%" PRId64 "\"} %zu\n",
			      LIMITS[k], count);
	}
	for (i = 0; i < spaces->count; i++) {
		int64_t age = space_is_known(&spaces->items[i])
				      ? age_of(&spaces->items[i], figures->now)
				      : 0;

		oldest = age > oldest ? age : oldest;
	}
	gauge_head(page, OLDEST, "Age of the oldest living space; 0 when there is none.");
	if (page->format == EXPOSITION_OPENMETRICS) {
		(void)fputs("# UNIT " PREFIX OLDEST " seconds\n", page->out);
	}
	(void)fprintf(page->out, PREFIX OLDEST " %" PRId64 "\n", oldest);
}

static const char *const EVENT_HELP[COUNTER_COUNT] = {
	[COUNTER_OPENS] = "Logins that got a space of their own making.",
	[COUNTER_JOINS] = "Logins that joined a living space.",
	[COUNTER_IGNORED] = "Logins that were let in as is: a service that is not listed, or "
			    "isolate = no.",
	[COUNTER_AUDITS] = "Logins that were let in as is: isolate = audit.",
	[COUNTER_EXEMPT] = "Logins of root, let in as is.",
	[COUNTER_LENIENT] = "Logins that were let in without a space after a failure: on_error = "
			    "allow.",
	[COUNTER_OFF] = "Logins that were let in as is: the kill switch.",
	[COUNTER_DENIALS] = "Logins that were denied, by the step that failed.",
};

static void events_write(const struct page *page, const struct counters *counters)
{
	unsigned int counter, step;

	for (counter = 0; counter < COUNTER_DENIALS; counter++) {
		const char *name = counters_name(counter);

		counter_head(page, name, EVENT_HELP[counter]);
		(void)fprintf(page->out, PREFIX "%s_total %" PRIu64 "\n", name,
			      counters->events[counter]);
	}
	counter_head(page, counters_name(COUNTER_DENIALS), EVENT_HELP[COUNTER_DENIALS]);
	for (step = 0; step < STEP_COUNT; step++) {
		(void)fprintf(page->out, PREFIX "%s_total{step=\"%s\"} %" PRIu64 "\n",
			      counters_name(COUNTER_DENIALS), step_name(step),
			      counters->denials[step]);
	}
}

char *exposition_format(const struct figures *figures, enum exposition format)
{
	char *text = NULL;
	size_t length = 0;
	const struct page page = { .out = open_memstream(&text, &length), .format = format };

	if (page.out == NULL) {
		return NULL;
	}
	gauge_write(&page, "up", "The figures could be gathered.", 1);
	gauge_head(&page, "build_info", "The version of loginspace.");
	(void)fprintf(page.out, PREFIX "build_info{version=\"%s\"} 1\n", LOGINSPACE_VERSION);
	gauge_write(&page, "switched_off", "The kill switch is thrown: no login gets a space.",
		    figures->off ? 1 : 0);
	spaces_write(&page, figures->spaces);
	owners_write(&page, figures->spaces);
	ages_write(&page, figures);
	events_write(&page, &figures->counters);
	if (format == EXPOSITION_OPENMETRICS) {
		(void)fputs("# EOF\n", page.out);
	}
	if (fclose(page.out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
