/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_json.c - a space as JSON. Pure.
 */
#include "space_json.h"

#include <stdio.h>

#include "json.h"
#include "namespaces.h"

static struct json_object *namespaces_json(uint32_t flags)
{
	struct json_object *names = json_object_new_array();
	size_t i;

	for (i = 0; i < NAMESPACES_COUNT; i++) {
		const char *name = namespaces_name(i, flags);

		if (name != NULL) {
			(void)json_object_array_add(names, json_text(name));
		}
	}
	return names;
}

static struct json_object *owners_json(const struct space *space)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < space->owner_count; i++) {
		const struct owner *owner = &space->owners[i];
		struct json_object *item = json_object_new_object();

		json_put(item, "pid", json_number(owner->pid));
		json_put(item, "service", json_text(owner->card.service));
		json_put(item, "rhost", json_text(owner->card.rhost));
		json_put(item, "tty", json_text(owner->card.tty));
		json_put(item, "since", json_clock(owner->card.since));
		(void)json_object_array_add(list, item);
	}
	return list;
}

/* So that other programs find it: a path that setns(2) takes, while init lives. */
static struct json_object *netns_json(const struct space *space)
{
	struct json_object *object;
	char path[48];

	if (space->net_namespace == 0) {
		return NULL;
	}
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", space->init);
	object = json_object_new_object();
	json_put(object, "path", json_text(path));
	json_put(object, "inode", json_number((int64_t)space->net_namespace));
	return object;
}

static const char *policy_word(enum space_policy policy)
{
	static const char *const WORDS[] = {
		[SPACE_POLICY_UNKNOWN] = "unknown",
		[SPACE_POLICY_SAME] = "same",
		[SPACE_POLICY_CHANGED] = "changed",
	};

	return WORDS[policy];
}

/* What init has said; without an answer all of it is null. */
static void card_put(struct json_object *object, const struct space *space, int64_t now)
{
	const struct space_card *card = &space->card;
	const bool known = space_is_known(space);

	json_put(object, "scope", known ? json_text(plan_scope_name(card->scope)) : NULL);
	json_put(object, "network", known ? json_text(card->network) : NULL);
	json_put(object, "namespaces", known ? namespaces_json(card->namespaces) : NULL);
	json_put(object, "hostname", known ? json_text(card->hostname) : NULL);
	json_put(object, "conf", known && card->conf[0] != '\0' ? json_text(card->conf) : NULL);
	json_put(object, "since", known ? json_clock(card->since) : NULL);
	json_put(object, "age_seconds",
		 known ? json_number(now > card->since ? now - card->since : 0) : NULL);
	json_put(object, "owners", known ? owners_json(space) : NULL);
	json_put(object, "lingers",
		 known ? json_object_new_boolean(space->lingers_since != 0) : NULL);
	json_put(object, "lingers_since", known ? json_clock(space->lingers_since) : NULL);
	json_put(object, "linger", known ? json_text(plan_linger_name(card->linger)) : NULL);
	json_put(object, "linger_seconds",
		 known && card->linger == LINGER_TIME ? json_number(card->linger_seconds) : NULL);
}

struct json_object *space_json(const struct space *space, int64_t now)
{
	struct json_object *object = json_object_new_object();
	const bool counted = space->pid_namespace != 0;

	json_put(object, "id", json_text(space->id));
	json_put(object, "uid", json_number(space->uid));
	json_put(object, "user", json_text(space->user));
	json_put(object, "number", json_number(space->number));
	json_put(object, "init_pid", space->init > 0 ? json_number(space->init) : NULL);
	json_put(object, "netns", netns_json(space));
	card_put(object, space, now);
	json_put(object, "ending", json_object_new_boolean(space_is_ending(space)));
	json_put(object, "processes", counted ? json_number((int64_t)space->processes) : NULL);
	json_put(object, "memory_bytes", counted ? json_number((int64_t)space->memory) : NULL);
	json_put(object, "stale", json_object_new_boolean(space->policy == SPACE_POLICY_CHANGED));
	json_put(object, "policy", json_text(policy_word(space->policy)));
	return object;
}
