/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostname.c - the host name of a space, from its template. Pure.
 */
#include "hostname.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* When nothing is left of a template that a host name may have, as of "%u" for the user "___". */
#define NAME_OF_LAST_RESORT "space"

/* isalnum(3) asks the locale, which is the administrator's. */
static bool letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

int hostname_template_check(const char *template)
{
	const size_t length = strlen(template);
	size_t i;

	if (length == 0 || length >= PLAN_TEMPLATE_SIZE || template[0] == '-' ||
	    template[0] == '.') {
		return -EINVAL;
	}
	for (i = 0; i < length; i++) {
		if (template[i] == '%') {
			i++;
			if (template[i] == '\0' || strchr("uUhis%", template[i]) == NULL) {
				return -EINVAL;
			}
		} else if (!letter_or_digit(template[i]) && template[i] != '-' &&
			   template[i] != '.') {
			return -EINVAL;
		}
	}
	return 0;
}

static const char *word_of(char letter, const struct hostname_words *words)
{
	switch (letter) {
	case 'u':
		return words->user;
	case 'U':
		return words->uid;
	case 'h':
		return words->host;
	case 'i':
		return words->id;
	case 's':
		return words->service;
	default:
		return "%";
	}
}

/* A name neither starts with '-' or '.' nor has an empty part between two dots. */
static size_t letter_add(char *name, size_t length, char c)
{
	if (!letter_or_digit(c) && c != '.') {
		c = '-';
	}
	if (length >= PLAN_HOSTNAME_SIZE - 1 || (length == 0 && !letter_or_digit(c)) ||
	    (c == '.' && name[length - 1] == '.')) {
		return length;
	}
	name[length] = c;
	return length + 1;
}

void hostname_expand(const char *template, const struct hostname_words *words,
		     char ret_name[PLAN_HOSTNAME_SIZE])
{
	size_t length = 0;

	for (; *template != '\0'; template ++) {
		const char *word;

		if (*template != '%') {
			length = letter_add(ret_name, length, *template);
			continue;
		}
		template ++;
		if (*template == '\0') {
			break;
		}
		for (word = word_of(*template, words); *word != '\0'; word++) {
			length = letter_add(ret_name, length, *word);
		}
	}
	while (length > 0 && !letter_or_digit(ret_name[length - 1])) {
		length--;
	}
	if (length == 0) {
		length = strlen(NAME_OF_LAST_RESORT);
		memcpy(ret_name, NAME_OF_LAST_RESORT, length);
	}
	memset(ret_name + length, 0, PLAN_HOSTNAME_SIZE - length);
}
