/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - what json-c leaves open. An allocation that fails inside json-c shows as null where the
 * value would be: the command's output is for reading, and no memory left for it ends it anyway.
 */
#include "json.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Sequences of UTF-8 by their first byte, RFC 3629: how long, and what the second byte may be. */
static const struct sequence {
	unsigned char first, last; /* the range of first bytes */
	unsigned char low, high;   /* of the second one */
	size_t length;
} SEQUENCES[] = {
	{ 0x01, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static bool sequence_holds(const struct sequence *sequence, const unsigned char *text)
{
	size_t i;

	if (text[0] < sequence->first || text[0] > sequence->last) {
		return false;
	}
	for (i = 1; i < sequence->length; i++) {
		unsigned char low = i == 1 ? sequence->low : 0x80;
		unsigned char high = i == 1 ? sequence->high : 0xbf;

		if (text[i] < low || text[i] > high) { /* so is the NUL */
			return false;
		}
	}
	return true;
}

/* The length of the character at TEXT; 0: there is none. */
static size_t character_length(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(SEQUENCES) / sizeof(SEQUENCES[0]); i++) {
		if (sequence_holds(&SEQUENCES[i], (const unsigned char *)text)) {
			return SEQUENCES[i].length;
		}
	}
	return 0;
}

struct json_object *json_text(const char *text)
{
	struct json_object *string;
	char *clean;
	size_t at = 0;

	if (text == NULL) {
		return NULL;
	}
	clean = malloc(strlen(text) * (sizeof(REPLACEMENT) - 1) + 1);
	if (clean == NULL) {
		return NULL;
	}
	while (*text != '\0') {
		size_t length = character_length(text);

		if (length > 0) {
			memcpy(clean + at, text, length);
			at += length;
			text += length;
		} else {
			memcpy(clean + at, REPLACEMENT, sizeof(REPLACEMENT) - 1);
			at += sizeof(REPLACEMENT) - 1;
			text++;
		}
	}
	string = json_object_new_string_len(clean, (int)at);
	free(clean);
	return string;
}

struct json_object *json_number(int64_t number)
{
	return number < 0 ? NULL : json_object_new_int64(number);
}

struct json_object *json_clock(int64_t seconds)
{
	char text[TEXT_SIZE];

	return seconds == 0 ? NULL : json_object_new_string(text_time(text, sizeof(text), seconds));
}

void json_put(struct json_object *object, const char *key, struct json_object *value)
{
	(void)json_object_object_add_ex(object, key, value, JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

char *json_write(struct json_object *value)
{
	const char *plain = json_object_to_json_string_ext(
		value,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
	char *text;
	size_t at = 0;

	text = plain != NULL ? malloc(strlen(plain) * 6 + 2) : NULL; /* "\u00XX" */
	if (text == NULL) {
		return NULL;
	}
	for (; *plain != '\0'; plain++) {
		unsigned char c = (unsigned char)plain[0], next = (unsigned char)plain[1];

		if (c == 0xc2 && next < 0xa0) { /* U+0080 to U+009F */
			at += (size_t)sprintf(text + at, "\\u%04x", next);
			plain++;
		} else if (c == 0x7f) {
			at += (size_t)sprintf(text + at, "\\u%04x", c);
		} else {
			text[at++] = (char)c;
		}
	}
	text[at++] = '\n';
	text[at] = '\0';
	return text;
}

int json_print(struct json_object *value)
{
	char *text = json_write(value);

	(void)json_object_put(value);
	if (text == NULL) {
		return -ENOMEM;
	}
	(void)fputs(text, stdout);
	free(text);
	return 0;
}
