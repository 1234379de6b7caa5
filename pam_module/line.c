/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.c - one entry for the log, as text and as fields. Pure.
 */
#include "line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "quote.h"

/* Room for a value in its quotes. Log lines are read by people: a name need not be 1 KiB long. */
#define VALUE_SIZE QUOTE_SIZE(64)
#define LONG_SIZE  QUOTE_SIZE(MESSAGE_DETAIL_SIZE)

struct key {
	const char *word;  /* in the line */
	const char *field; /* in the journal */
	bool outside;      /* may come from outside: always in quotes */
	bool prose;        /* a sentence of ours: a quote in it becomes ', which needs no escape */
	size_t size;       /* room for it in quotes */
};

static const struct key KEYS[LINE_KEY_COUNT] = {
	[LINE_USER] = { "user", "LOGINSPACE_USER", true, false, VALUE_SIZE },
	[LINE_UID] = { "uid", "LOGINSPACE_UID", false, false, VALUE_SIZE },
	[LINE_SERVICE] = { "service", "LOGINSPACE_SERVICE", true, false, VALUE_SIZE },
	[LINE_RHOST] = { "rhost", "LOGINSPACE_RHOST", true, false, VALUE_SIZE },
	[LINE_SPACE] = { "space", "LOGINSPACE_SPACE", false, false, VALUE_SIZE },
	[LINE_SCOPE] = { "scope", "LOGINSPACE_SCOPE", false, false, VALUE_SIZE },
	[LINE_NETWORK] = { "network", "LOGINSPACE_NETWORK", false, false, VALUE_SIZE },
	[LINE_MS] = { "ms", "LOGINSPACE_MS", false, false, VALUE_SIZE },
	[LINE_HELPER] = { "helper", "LOGINSPACE_HELPER", true, false, LONG_SIZE },
	[LINE_VERDICT] = { "verdict", "LOGINSPACE_VERDICT", false, false, VALUE_SIZE },
	[LINE_STEP] = { "step", "LOGINSPACE_STEP", false, false, VALUE_SIZE },
	[LINE_NUMBER] = { "number", "LOGINSPACE_NUMBER", false, false, VALUE_SIZE },
	[LINE_NAMESPACES] = { "namespaces", "LOGINSPACE_NAMESPACES", false, false, VALUE_SIZE },
	[LINE_ERRNO] = { "errno", "LOGINSPACE_ERRNO", false, false, VALUE_SIZE },
	[LINE_REASON] = { "reason", "LOGINSPACE_REASON", true, true, LONG_SIZE },
	[LINE_WOULD] = { "would", "LOGINSPACE_WOULD", true, true, LONG_SIZE },
	[LINE_DETAIL] = { "detail", "LOGINSPACE_DETAIL", true, true, LONG_SIZE },
};

void line_begin(struct line *line, int priority, const char *event)
{
	memset(line, 0, sizeof(*line));
	line->priority = priority;
	line->event = event;
}

static void soften(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"') {
			*text = '\'';
		}
	}
}

void line_add(struct line *line, enum line_key key, const char *format, ...)
{
	struct line_value *value = &line->values[line->count];
	char *text = line->storage + line->used;
	size_t room = sizeof(line->storage) - line->used;
	va_list arguments;

	if (line->count == LINE_VALUES_MAX || room == 0) {
		return;
	}
	if (room > KEYS[key].size) {
		room = KEYS[key].size; /* what is in quotes is no shorter than what came */
	}
	va_start(arguments, format);
	(void)vsnprintf(text, room, format, arguments); /* cut: see line_text */
	va_end(arguments);
	if (KEYS[key].prose) {
		soften(text);
	}
	line->used += strlen(text) + 1;
	line->count++;
	value->key = key;
	value->text = text;
}

void line_add_login(struct line *line, const struct login *login)
{
	line_add(line, LINE_USER, "%s", login->user);
	if (login->known) {
		line_add(line, LINE_UID, "%" PRIu32, (uint32_t)login->uid);
	} else {
		line_add(line, LINE_UID, "-");
	}
	line_add(line, LINE_SERVICE, "%s", login->service);
	line_add(line, LINE_RHOST, "%s", login->rhost);
}

/* A value that is a word and nothing else: it can stand without quotes. */
static bool is_word(const char *text)
{
	const char *at;

	for (at = text; *at != '\0'; at++) {
		if (*at <= ' ' || *at > '~' || *at == '"' || *at == '\\') {
			return false;
		}
	}
	return at != text;
}

char *line_text(const struct line *line, char *buffer, size_t size)
{
	char quoted[LONG_SIZE];
	size_t at, i;

	at = (size_t)snprintf(buffer, size, "%s:", line->event);
	for (i = 0; i < line->count; i++) {
		const struct key *key = &KEYS[line->values[i].key];
		const char *text = line->values[i].text;

		if (key->outside || !is_word(text)) {
			text = quote(quoted, key->size, text);
		}
		if (at + strlen(key->word) + strlen(text) + sizeof(" =") > size) {
			break;
		}
		at += (size_t)snprintf(buffer + at, size - at, " %s=%s", key->word, text);
	}
	return buffer;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

char *line_escape(char *buffer, size_t size, const char *text)
{
	size_t at = 0;

	for (; *text != '\0'; text++) {
		const size_t needed = is_control(*text) ? 4 : 1;

		if (at + needed + 1 > size) {
			break;
		}
		if (is_control(*text)) {
			(void)snprintf(buffer + at, size - at, "\\x%02x", (unsigned char)*text);
		} else {
			buffer[at] = *text;
		}
		at += needed;
	}
	buffer[at] = '\0';
	return buffer;
}

void line_fields(const struct line *line, struct line_fields *ret)
{
	size_t used = 0, i;

	ret->fields[0] = (struct journal_field){ "LOGINSPACE_EVENT", line->event };
	for (i = 0; i < line->count && used < sizeof(ret->storage); i++) {
		const struct key *key = &KEYS[line->values[i].key];
		const size_t left = sizeof(ret->storage) - used;
		char *text = ret->storage + used;

		line_escape(text, left < key->size ? left : key->size, line->values[i].text);
		used += strlen(text) + 1;
		ret->fields[1 + i] = (struct journal_field){ key->field, text };
	}
	ret->count = 1 + i;
}
