/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - `loginspace list`: the spaces that live, as a table, as JSON, or their ids. As root.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "complaint.h"
#include "json.h"
#include "options.h"
#include "processes.h"
#include "quote.h"
#include "registry.h"
#include "scope.h"
#include "space_json.h"
#include "space_policy.h"
#include "spaces.h"
#include "table.h"
#include "text.h"
#include "user.h"
#include "verbs.h"

#define WIDTH_DEFAULT 80 /* of a terminal that does not say */

enum column {
	COLUMN_ID,
	COLUMN_USER,
	COLUMN_FROM,
	COLUMN_SERVICE,
	COLUMN_SINCE,
	COLUMN_PROCS,
	COLUMN_MEMORY,
	COLUMN_NETWORK,
	COLUMN_OWNERS,
	COLUMN_STATE,
	COLUMN_COUNT,
};

static const struct table_column COLUMNS[COLUMN_COUNT] = {
	[COLUMN_ID] = { .title = "ID" },
	[COLUMN_USER] = { .title = "USER", .shrinks = true },
	[COLUMN_FROM] = { .title = "FROM", .shrinks = true },
	[COLUMN_SERVICE] = { .title = "SERVICE", .shrinks = true },
	[COLUMN_SINCE] = { .title = "SINCE" },
	[COLUMN_PROCS] = { .title = "PROCS", .right = true },
	[COLUMN_MEMORY] = { .title = "MEMORY", .right = true },
	[COLUMN_NETWORK] = { .title = "NETWORK", .shrinks = true },
	[COLUMN_OWNERS] = { .title = "OWNERS", .right = true },
	[COLUMN_STATE] = { .title = "STATE" },
};

/* Room for the texts of a row's cells. */
struct row {
	char user[QUOTE_SIZE(MESSAGE_USER_SIZE)];
	char from[QUOTE_SIZE(MESSAGE_RHOST_SIZE)];
	char service[QUOTE_SIZE(MESSAGE_SERVICE_SIZE)];
	char since[TEXT_SIZE];
	char processes[TEXT_SIZE];
	char memory[TEXT_SIZE];
	char network[QUOTE_SIZE(PLAN_NETWORK_SIZE)];
	char owners[TEXT_SIZE];
};

static const char *state_word(const struct space *space)
{
	if (space->policy == SPACE_POLICY_CHANGED) {
		return "stale";
	}
	if (space_is_ending(space)) {
		return "ending";
	}
	if (!space_is_known(space)) {
		return "no answer";
	}
	return space->lingers_since != 0 ? "lingers" : "";
}

static int row_add(struct table *table, const struct space *space, int64_t now)
{
	static const char UNKNOWN[] = "?";
	const struct owner *first = space->owner_count > 0 ? &space->owners[0] : NULL;
	const bool known = space_is_known(space), counted = space->pid_namespace != 0;
	const char *cells[COLUMN_COUNT];
	struct row row;

	(void)snprintf(row.processes, sizeof(row.processes), "%zu", space->processes);
	(void)snprintf(row.owners, sizeof(row.owners), "%zu", space->owner_count);
	cells[COLUMN_ID] = space->id;
	cells[COLUMN_USER] = text_show(row.user, sizeof(row.user), space->user);
	cells[COLUMN_FROM] =
		text_show(row.from, sizeof(row.from), first != NULL ? first->card.rhost : "");
	cells[COLUMN_SERVICE] = text_show(row.service, sizeof(row.service),
					  first != NULL ? first->card.service : "");
	cells[COLUMN_SINCE] =
		known ? text_since(row.since, sizeof(row.since), space->card.since, now) : UNKNOWN;
	cells[COLUMN_PROCS] = counted ? row.processes : UNKNOWN;
	cells[COLUMN_MEMORY] =
		counted ? text_bytes(row.memory, sizeof(row.memory), space->memory) : UNKNOWN;
	cells[COLUMN_NETWORK] =
		known ? text_show(row.network, sizeof(row.network), space->card.network) : UNKNOWN;
	cells[COLUMN_OWNERS] = known ? row.owners : UNKNOWN;
	cells[COLUMN_STATE] = state_word(space);
	return table_add(table, cells);
}

/* 0: as wide as it is, for what is no terminal. */
static size_t output_width(void)
{
	struct winsize size = { 0 };

	if (isatty(STDOUT_FILENO) == 0) {
		return 0;
	}
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0) {
		return WIDTH_DEFAULT;
	}
	return size.ws_col;
}

static int table_print(const struct spaces *spaces, int64_t now)
{
	struct table *table;
	char *text = NULL;
	size_t i;
	int err;

	err = table_new(COLUMNS, COLUMN_COUNT, &table);
	if (err < 0) {
		return err;
	}
	for (i = 0; i < spaces->count && err == 0; i++) {
		err = row_add(table, &spaces->items[i], now);
	}
	if (err == 0) {
		err = table_format(table, output_width(), &text);
	}
	table_free(table);
	if (err == 0) {
		(void)fputs(text, stdout);
		free(text);
	}
	return err;
}

static int array_print(const struct spaces *spaces, int64_t now)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < spaces->count; i++) {
		(void)json_object_array_add(array, space_json(&spaces->items[i], now));
	}
	return json_print(array);
}

/* Asks no init, so that a shell that completes a word never waits. */
static int ids_print(const uid_t *uid)
{
	struct registry_entry *entries = NULL;
	SCOPE_FD int registry = -1;
	size_t count = 0, i;
	int err;

	err = spaces_entries(uid, &registry, &entries, &count);
	if (err < 0) {
		return err;
	}
	for (i = 0; i < count; i++) {
		(void)printf("%" PRIu32 "-%" PRIu32 "\n", entries[i].uid, entries[i].number);
	}
	free(entries);
	return 0;
}

static int spaces_print(const uid_t *uid, bool json)
{
	const int64_t now = time(NULL);
	struct problem problem;
	struct spaces spaces;
	int err;

	/* All of them, as one may be inside another; what is not wanted goes after the counting. */
	err = spaces_gather(&spaces);
	if (err < 0) {
		return err;
	}
	err = processes_tally(&spaces);
	spaces_keep(&spaces, uid);
	if (err == 0 && space_policy_compare(&spaces, &problem) < 0) {
		complaint_problem(&problem);
		complaint_say("which spaces are stale is not known");
	}
	if (err == 0) {
		err = json ? array_print(&spaces, now) : table_print(&spaces, now);
	}
	spaces_complain(&spaces);
	spaces_free(&spaces);
	return err;
}

int list_main(int argc, char **argv)
{
	const char *user_word = NULL, *wrong = NULL;
	bool json = false, ids = false;
	const struct option_rule rules[] = {
		{ .name = "json", .flag = &json },
		{ .name = "ids", .flag = &ids },
		{ .name = "user", .value = &user_word },
	};
	char quoted[QUOTE_SIZE(MESSAGE_USER_SIZE)];
	struct user user;
	int err, first;

	err = options_read(argc, argv, rules, sizeof(rules) / sizeof(rules[0]), &first, &wrong);
	if (err < 0 || first < argc || (json && ids)) {
		return verb_usage(argv[0], err < 0 ? wrong : argv[first]);
	}
	if (user_word != NULL) {
		err = user_find(user_word, &user);
		if (err < 0) {
			complaint_say("no user %s: %s", quote(quoted, sizeof(quoted), user_word),
				      strerror(-err));
			return VERB_FAILED;
		}
	}
	err = ids ? ids_print(user_word != NULL ? &user.uid : NULL)
		  : spaces_print(user_word != NULL ? &user.uid : NULL, json);
	if (err < 0) {
		complaint_say("cannot list the spaces: %s", strerror(-err));
		return VERB_FAILED;
	}
	return VERB_DONE;
}
