/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show.c - `loginspace show`: all about one space, with its processes by both their numbers. As
 * root.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "addresses.h"
#include "complaint.h"
#include "json.h"
#include "options.h"
#include "processes.h"
#include "quote.h"
#include "space_json.h"
#include "space_name.h"
#include "space_policy.h"
#include "spaces.h"
#include "table.h"
#include "text.h"
#include "user.h"
#include "verbs.h"
#include "namespaces.h"

#define LABEL_WIDTH 12

static const struct table_column PROCESS_COLUMNS[] = {
	{ .title = "HOST PID", .right = true },
	{ .title = "INNER PID", .right = true },
	{ .title = "USER" },
	{ .title = "STATE" },
	{ .title = "MEMORY", .right = true },
	{ .title = "COMMAND" },
};

static const struct table_column OWNER_COLUMNS[] = {
	{ .title = "PID", .right = true }, { .title = "SERVICE" }, { .title = "FROM" },
	{ .title = "TERMINAL" },           { .title = "SINCE" },
};

/* What is shown, with all that was found out about it. */
struct view {
	const struct space *space;
	const struct inhabitant *inhabitants;
	size_t inhabitant_count;
	struct address *addresses; /* NULL: not known, or those of the caller's network */
	size_t address_count;
	const struct problem *problem; /* why the policy cannot be compared; NULL: it was */
	int64_t now;
};

static void line_print(const char *label, const char *text)
{
	(void)printf("%-*s %s\n", LABEL_WIDTH, label, text);
}

static void policy_print(const struct view *view)
{
	char text[PROBLEM_FILE_SIZE + PROBLEM_TEXT_SIZE + 16];

	switch (view->space->policy) {
	case SPACE_POLICY_SAME:
		line_print("policy", "the one of today");
		break;
	case SPACE_POLICY_CHANGED:
		line_print("policy", "stale: the configuration says something else by now");
		break;
	case SPACE_POLICY_UNKNOWN:
		line_print("policy", view->problem != NULL
					     ? problem_format(text, sizeof(text), view->problem)
					     : "not known: nobody holds the space");
		break;
	}
}

static void namespaces_print(uint32_t flags)
{
	char text[64];
	size_t at = 0, i;

	text[0] = '\0';
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		const char *name = namespaces_name(i, flags);

		if (name != NULL) {
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s",
					       at > 0 ? " " : "", name);
		}
	}
	line_print("namespaces", text);
}

static void linger_print(const struct view *view)
{
	const struct space *space = view->space;
	char length[TEXT_SIZE], since[TEXT_SIZE];

	(void)printf("%-*s %s", LABEL_WIDTH, "linger", plan_linger_name(space->card.linger));
	if (space->card.linger == LINGER_TIME) {
		(void)printf(", %s", text_age(length, sizeof(length), space->card.linger_seconds));
	}
	if (space->lingers_since != 0) {
		(void)printf("; without an owner since %s",
			     text_time(since, sizeof(since), space->lingers_since));
	}
	(void)putchar('\n');
}

/* One a line. What is local to the space is left out. */
static void addresses_print(const struct view *view)
{
	char text[QUOTE_SIZE(IFNAMSIZ)];
	size_t i;

	for (i = 0; i < view->address_count; i++) {
		const struct address *address = &view->addresses[i];

		if (!address->local) {
			(void)printf("%-*s %s/%u %s\n", LABEL_WIDTH, "address", address->text,
				     address->bits,
				     text_show(text, sizeof(text), address->interface));
		}
	}
}

static void card_print(const struct view *view)
{
	const struct space_card *card = &view->space->card;
	char text[QUOTE_SIZE(MESSAGE_PATH_SIZE)], age[TEXT_SIZE];

	line_print("scope", plan_scope_name(card->scope));
	line_print("network", text_show(text, sizeof(text), card->network));
	namespaces_print(card->namespaces);
	line_print("hostname", text_show(text, sizeof(text), card->hostname));
	if (card->conf[0] != '\0') {
		line_print("conf", text_line(text, sizeof(text), card->conf));
	}
	(void)printf("%-*s %s, %s ago\n", LABEL_WIDTH, "since",
		     text_time(text, sizeof(text), card->since),
		     text_age(age, sizeof(age), view->now - card->since));
	linger_print(view);
	policy_print(view);
}

static void head_print(const struct view *view)
{
	const struct space *space = view->space;
	char text[QUOTE_SIZE(MESSAGE_USER_SIZE)];

	line_print("id", space->id);
	(void)printf("%-*s %s, uid %" PRIu32 "\n", LABEL_WIDTH, "user",
		     text_show(text, sizeof(text), space->user), space->uid);
	(void)printf("%-*s %d\n", LABEL_WIDTH, "init", space->init);
	if (space->net_namespace != 0) { /* for nsenter(1) and `ip netns attach` */
		(void)printf("%-*s /proc/%d/ns/net net:[%ju]\n", LABEL_WIDTH, "netns", space->init,
			     (uintmax_t)space->net_namespace);
		addresses_print(view);
	}
	if (space_is_known(space)) {
		card_print(view);
	}
	if (space->pid_namespace != 0) {
		(void)printf("%-*s %zu\n", LABEL_WIDTH, "processes", view->inhabitant_count);
		line_print("memory", text_bytes(text, sizeof(text), space->memory));
	}
}

static int table_end(struct table *table, int err)
{
	char *text = NULL;

	if (err == 0) {
		err = table_format(table, 0, &text);
	}
	table_free(table);
	if (err == 0) {
		(void)printf("\n%s", text);
		free(text);
	}
	return err;
}

static int owner_add(struct table *table, const struct owner *owner)
{
	char pid[TEXT_SIZE], service[QUOTE_SIZE(MESSAGE_SERVICE_SIZE)];
	char rhost[QUOTE_SIZE(MESSAGE_RHOST_SIZE)], tty[QUOTE_SIZE(MESSAGE_TTY_SIZE)];
	char since[TEXT_SIZE];
	const char *const cells[] = {
		pid,
		text_show(service, sizeof(service), owner->card.service),
		text_show(rhost, sizeof(rhost), owner->card.rhost),
		text_show(tty, sizeof(tty), owner->card.tty),
		text_time(since, sizeof(since), owner->card.since),
	};

	(void)snprintf(pid, sizeof(pid), "%d", owner->pid);
	if (owner->pid < 0) {
		(void)snprintf(pid, sizeof(pid), "-");
	}
	return table_add(table, cells);
}

static int owners_print(const struct space *space)
{
	struct table *table;
	size_t i;
	int err;

	if (space->owner_count == 0) {
		return 0;
	}
	err = table_new(OWNER_COLUMNS, sizeof(OWNER_COLUMNS) / sizeof(OWNER_COLUMNS[0]), &table);
	if (err < 0) {
		return err;
	}
	for (i = 0; i < space->owner_count && err == 0; i++) {
		err = owner_add(table, &space->owners[i]);
	}
	return table_end(table, err);
}

static int inhabitant_add(struct table *table, const struct inhabitant *inhabitant)
{
	const struct process *process = &inhabitant->process;
	char host[TEXT_SIZE], inner[TEXT_SIZE], memory[TEXT_SIZE];
	char name[MESSAGE_USER_SIZE], user[QUOTE_SIZE(MESSAGE_USER_SIZE)];
	char command[QUOTE_SIZE(sizeof(inhabitant->command))];
	const char state[] = { process->state, '\0' };
	const char *const cells[] = {
		host,
		inner,
		text_show(user, sizeof(user), user_name(name, sizeof(name), process->uid)),
		state,
		text_bytes(memory, sizeof(memory), process->memory),
		text_line(command, sizeof(command), inhabitant->command),
	};

	(void)snprintf(host, sizeof(host), "%d", process->pids[0]);
	(void)snprintf(inner, sizeof(inner), "%d", inhabitant->inner);
	return table_add(table, cells);
}

static int inhabitants_print(const struct view *view)
{
	struct table *table;
	size_t i;
	int err;

	err = table_new(PROCESS_COLUMNS, sizeof(PROCESS_COLUMNS) / sizeof(PROCESS_COLUMNS[0]),
			&table);
	if (err < 0) {
		return err;
	}
	for (i = 0; i < view->inhabitant_count && err == 0; i++) {
		err = inhabitant_add(table, &view->inhabitants[i]);
	}
	return table_end(table, err);
}

static int view_print(const struct view *view)
{
	int err;

	head_print(view);
	err = owners_print(view->space);
	return err < 0 ? err : inhabitants_print(view);
}

static struct json_object *inhabitant_json(const struct inhabitant *inhabitant)
{
	struct json_object *object = json_object_new_object();
	const char state[] = { inhabitant->process.state, '\0' };
	char user[MESSAGE_USER_SIZE];

	json_put(object, "pid", json_number(inhabitant->process.pids[0]));
	json_put(object, "inner_pid", json_number(inhabitant->inner));
	json_put(object, "uid", json_number(inhabitant->process.uid));
	json_put(object, "user", json_text(user_name(user, sizeof(user), inhabitant->process.uid)));
	json_put(object, "state", json_text(state));
	json_put(object, "memory_bytes", json_number((int64_t)inhabitant->process.memory));
	json_put(object, "command", json_text(inhabitant->command));
	return object;
}

/* `list` has a number where `show` has them all: its own key, so that each key has one type. */
static int view_print_json(const struct view *view)
{
	struct json_object *object = space_json(view->space, view->now);
	struct json_object *list = json_object_new_array();
	char text[PROBLEM_FILE_SIZE + PROBLEM_TEXT_SIZE + 16];
	size_t i;

	for (i = 0; i < view->inhabitant_count; i++) {
		(void)json_object_array_add(list, inhabitant_json(&view->inhabitants[i]));
	}
	json_put(object, "policy_problem",
		 view->problem != NULL
			 ? json_text(problem_format(text, sizeof(text), view->problem))
			 : NULL);
	json_put(object, "addresses",
		 view->addresses != NULL ? addresses_json(view->addresses, view->address_count)
					 : NULL);
	json_put(object, "process_list", list);
	return json_print(object);
}

static int space_view(struct spaces *spaces, size_t index, bool json)
{
	struct spaces one = { .items = &spaces->items[index], .count = 1 };
	struct view view = { .space = one.items, .now = time(NULL) };
	struct inhabitant *inhabitants = NULL;
	struct problem problem;
	size_t i;
	int err;

	err = processes_list(spaces, index, &inhabitants, &view.inhabitant_count);
	if (err == 0 && view.inhabitant_count == 0 && view.space->pid_namespace != 0) {
		err = -ENOENT; /* not even its init: it has ended */
	}
	if (err < 0) {
		free(inhabitants);
		return err;
	}
	one.items->processes = view.inhabitant_count;
	for (i = 0; i < view.inhabitant_count; i++) {
		one.items->memory += inhabitants[i].process.memory;
	}
	if (view.space->net_namespace != 0) { /* what is not known is left out */
		(void)addresses_read(view.space->init, view.space->net_namespace, &view.addresses,
				     &view.address_count);
	}
	view.inhabitants = inhabitants;
	view.problem = space_policy_compare(&one, &problem) < 0 ? &problem : NULL;
	err = json ? view_print_json(&view) : view_print(&view);
	spaces_complain(&one);
	free(view.addresses);
	free(inhabitants);
	return err;
}

static int space_show(const char *id, bool json)
{
	struct spaces spaces;
	size_t i;
	int err;

	err = spaces_gather(&spaces);
	if (err < 0) {
		return err;
	}
	for (i = 0; i < spaces.count && strcmp(spaces.items[i].id, id) != 0; i++) {
	}
	err = i < spaces.count ? space_view(&spaces, i, json) : -ENOENT;
	spaces_free(&spaces);
	return err;
}

int show_main(int argc, char **argv)
{
	const char *wrong = NULL;
	bool json = false;
	const struct option_rule rules[] = { { .name = "json", .flag = &json } };
	uint32_t number;
	uid_t uid;
	int err, first;

	err = options_read(argc, argv, rules, sizeof(rules) / sizeof(rules[0]), &first, &wrong);
	if (err < 0 || argc - first != 1 || space_name_parse(argv[first], &uid, &number) < 0) {
		return verb_usage(argv[0], err < 0 ? wrong : argc > first ? argv[first] : NULL);
	}
	err = space_show(argv[first], json);
	if (err == -ENOENT) {
		complaint_say("no space %s lives", argv[first]);
	} else if (err < 0) {
		complaint_say("cannot show %s: %s", argv[first], strerror(-err));
	}
	return err < 0 ? VERB_FAILED : VERB_DONE;
}
