/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explanation.c - the policy of one login in words. Pure.
 */
#include "explanation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

#define SETTING_WIDTH 44 /* "unprivileged_port_start = 1024" and the like; more moves the origin */

/* Each line stands for itself, so that grep(1) finds all there is to a key. */
static void item_write(FILE *out, const char *name, const struct policy_item *item)
{
	char value[QUOTE_SIZE(256)], file[QUOTE_SIZE(256)], setting[sizeof(value) + 64];

	(void)snprintf(setting, sizeof(setting), "%s = %s", name,
		       text_line(value, sizeof(value), item->text));
	(void)fprintf(out, "%-*s ", SETTING_WIDTH, setting);
	if (item->file == NULL) {
		(void)fputs("(default)\n", out);
	} else {
		(void)fprintf(out, "%s:%u\n", text_line(file, sizeof(file), item->file),
			      item->line);
	}
}

static void key_write(FILE *out, const char *name, const struct policy_value *value)
{
	size_t i;

	if (value->count == 0) {
		(void)fprintf(out, "%s =\n", name);
	}
	for (i = 0; i < value->count; i++) {
		item_write(out, name, &value->items[i]);
	}
}

char *explanation_keys(const struct policy *policy)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	enum key key;

	if (out == NULL) {
		return NULL;
	}
	for (key = 0; key < KEY_COUNT; key++) {
		key_write(out, key_about(key)->name, &policy->values[key]);
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

static struct json_object *value_json(enum key key, const struct policy_value *value)
{
	struct json_object *object = json_object_new_object();
	struct json_object *items;
	size_t i;

	if (key_about(key)->list) {
		items = json_object_new_array();
		for (i = 0; i < value->count; i++) {
			(void)json_object_array_add(items, json_text(value->items[i].text));
		}
		json_put(object, "items", items);
	} else {
		json_put(object, "value",
			 json_text(value->count > 0 ? value->items[0].text : NULL));
	}
	json_put(object, "origins", origins_json(value));
	return object;
}

struct json_object *explanation_json(const struct policy_login *login,
				     const struct decision *decision, const struct policy *policy)
{
	struct json_object *object = json_object_new_object(), *plan = NULL;
	enum key key;

	if (policy != NULL) {
		plan = json_object_new_object();
		for (key = 0; key < KEY_COUNT; key++) {
			json_put(plan, key_about(key)->name, value_json(key, &policy->values[key]));
		}
	}
	json_put(object, "user", json_text(login->user));
	json_put(object, "uid", json_number(login->uid));
	json_put(object, "service", json_text(login->service));
	json_put(object, "rhost", json_text(login->rhost));
	json_put(object, "decision", json_text(outcome_of(decision->verdict)->word));
	json_put(object, "reason",
		 decision->reason[0] != '\0' ? json_text(decision->reason) : NULL);
	json_put(object, "plan", plan);
	return object;
}
