/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explanation.c - the policy of one login in words. Pure.
 */
#include "explanation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "effect.h"
#include "explanation_mounts.h"
#include "json.h"
#include "quote.h"
#include "text.h"

struct outcome {
	const char *word;     /* in JSON */
	const char *sentence; /* for people; what follows it is the reason */
};

static const struct outcome *outcome_of(enum verdict verdict)
{
	static const struct outcome SPACE = { "space", "gets a space" };
	static const struct outcome IGNORE = { "ignore", "is let in as is" };
	static const struct outcome AUDIT = { "audit", "is let in as is, and logged" };
	static const struct outcome DENY = { "deny", "is denied" };

	switch (verdict) {
	case VERDICT_JOIN:
		return &SPACE;
	case VERDICT_IGNORE:
		return &IGNORE;
	case VERDICT_AUDIT:
		return &AUDIT;
	default:
		return &DENY;
	}
}

char *explanation_head(const struct policy_login *login, const struct decision *decision)
{
	char user[QUOTE_SIZE(MESSAGE_USER_SIZE)], service[QUOTE_SIZE(MESSAGE_SERVICE_SIZE)];
	char rhost[QUOTE_SIZE(MESSAGE_RHOST_SIZE)], reason[QUOTE_SIZE(MESSAGE_DETAIL_SIZE)];
	char *text = NULL;
	int length;

	length = asprintf(
		&text, "%s over %s%s%s: %s%s%s\n", text_show(user, sizeof(user), login->user),
		text_show(service, sizeof(service), login->service),
		login->rhost[0] != '\0' ? " from " : ", a local login",
		login->rhost[0] != '\0' ? text_show(rhost, sizeof(rhost), login->rhost) : "",
		outcome_of(decision->verdict)->sentence, decision->reason[0] != '\0' ? ": " : "",
		decision->reason[0] != '\0' ? text_line(reason, sizeof(reason), decision->reason)
					    : "");
	return length < 0 ? NULL : text;
}

static struct effect plan_effect(const struct plan *plan, enum key key,
				 const struct policy_item *item)
{
	return plan != NULL ? effect_of(plan, key, item) : (struct effect){ .value = NULL };
}

#define SETTING_WIDTH 44 /* "unprivileged_port_start = 1024" and the like; more moves the origin */

static void effect_write(FILE *out, const struct effect *effect)
{
	char value[QUOTE_SIZE(PLAN_NETWORK_SIZE)], cause[QUOTE_SIZE(PLAN_ABOUT_SIZE)];

	if (effect->value != NULL) {
		(void)fprintf(out, " (in effect: %s, because %s)",
			      text_line(value, sizeof(value), effect->value),
			      text_line(cause, sizeof(cause), effect->cause));
	}
}

/* Each line stands for itself, so that grep(1) finds all there is to a key. */
static void item_write(FILE *out, enum key key, const struct policy_item *item,
		       const struct plan *plan)
{
	const struct effect effect = plan_effect(plan, key, item);
	char value[QUOTE_SIZE(256)], file[QUOTE_SIZE(256)], setting[sizeof(value) + 64];

	(void)snprintf(setting, sizeof(setting), "%s = %s", key_about(key)->name,
		       text_line(value, sizeof(value), item->text));
	(void)fprintf(out, "%-*s ", SETTING_WIDTH, setting);
	if (item->file == NULL) {
		(void)fputs("(default)", out);
	} else {
		(void)fprintf(out, "%s:%u", text_line(file, sizeof(file), item->file), item->line);
	}
	effect_write(out, &effect);
	(void)fputc('\n', out);
}

static void key_write(FILE *out, enum key key, const struct policy_value *value,
		      const struct plan *plan)
{
	size_t i;

	if (value->count == 0) {
		(void)fprintf(out, "%s =\n", key_about(key)->name);
	}
	for (i = 0; i < value->count; i++) {
		item_write(out, key, &value->items[i], plan);
	}
}

char *explanation_keys(const struct policy *policy, const struct plan *plan)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	enum key key;

	if (out == NULL) {
		return NULL;
	}
	for (key = 0; key < KEY_COUNT; key++) {
		key_write(out, key, &policy->values[key], plan);
	}
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static struct json_object *origins_json(const struct policy_value *value)
{
	struct json_object *origins = json_object_new_array();
	size_t i;

	for (i = 0; i < value->count; i++) {
		const struct policy_item *item = &value->items[i];
		struct json_object *origin = json_object_new_object();

		json_put(origin, "file", json_text(item->file));
		json_put(origin, "line", item->file != NULL ? json_number(item->line) : NULL);
		(void)json_object_array_add(origins, origin);
	}
	return origins;
}

/* Items of which nothing is left are left out. */
static struct json_object *items_json(const struct policy_value *value, enum key key,
				      const struct plan *plan)
{
	struct json_object *items = json_object_new_array();
	size_t i;

	for (i = 0; i < value->count; i++) {
		if (plan_effect(plan, key, &value->items[i]).value == NULL) {
			(void)json_object_array_add(items, json_text(value->items[i].text));
		}
	}
	return items;
}

static void effect_put(struct json_object *object, enum key key, const struct policy_value *value,
		       const struct plan *plan)
{
	struct effect effect = { .value = NULL };
	size_t i;

	for (i = 0; i < value->count && effect.value == NULL; i++) {
		effect = plan_effect(plan, key, &value->items[i]);
	}
	if (effect.value != NULL) {
		json_put(object, "in_effect",
			 key_about(key)->list ? items_json(value, key, plan)
					      : json_text(effect.value));
		json_put(object, "because", json_text(effect.cause));
	}
}

static struct json_object *value_json(enum key key, const struct policy_value *value,
				      const struct plan *plan)
{
	struct json_object *object = json_object_new_object();

	if (key_about(key)->list) {
		json_put(object, "items", items_json(value, key, NULL));
	} else {
		json_put(object, "value",
			 json_text(value->count > 0 ? value->items[0].text : NULL));
	}
	json_put(object, "origins", origins_json(value));
	effect_put(object, key, value, plan);
	return object;
}

struct json_object *explanation_json(const struct policy_login *login,
				     const struct decision *decision, const struct policy *policy,
				     const struct plan *plan)
{
	struct json_object *object = json_object_new_object(), *keys = NULL;
	enum key key;

	if (policy != NULL) {
		keys = json_object_new_object();
		for (key = 0; key < KEY_COUNT; key++) {
			json_put(keys, key_about(key)->name,
				 value_json(key, &policy->values[key], plan));
		}
	}
	json_put(object, "user", json_text(login->user));
	json_put(object, "uid", json_number(login->uid));
	json_put(object, "service", json_text(login->service));
	json_put(object, "rhost", json_text(login->rhost));
	json_put(object, "decision", json_text(outcome_of(decision->verdict)->word));
	json_put(object, "reason",
		 decision->reason[0] != '\0' ? json_text(decision->reason) : NULL);
	json_put(object, "plan", keys);
	json_put(object, "mounts", plan != NULL ? explanation_mounts_json(plan) : NULL);
	return object;
}
