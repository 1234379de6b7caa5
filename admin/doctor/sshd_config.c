/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sshd_config.c - one keyword of sshd's configuration, sshd_config(5). Pure.
 */
#include "sshd_config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t\r"

static void copy(char *buffer, size_t size, const char *text, size_t length)
{
	(void)snprintf(buffer, size, "%.*s", (int)length, text);
}

int sshd_config_next(const char **cursor, char *keyword, size_t keyword_size, char *value,
		     size_t value_size)
{
	while (**cursor != '\0') {
		const char *at = *cursor + strspn(*cursor, BLANKS);
		const char *end = at + strcspn(at, "\n");
		size_t length = strcspn(at, BLANKS "=\n");

		*cursor = *end == '\0' ? end : end + 1;
		if (length == 0 || *at == '#') {
			continue;
		}
		copy(keyword, keyword_size, at, length);
		at += length;
		at += strspn(at, BLANKS);
		at += *at == '=' ? 1 : 0;
		at += strspn(at, BLANKS);
		if (*at == '"') {
			at++;
			length = strcspn(at, "\"\n");
		} else {
			length = strcspn(at, BLANKS "\n");
		}
		copy(value, value_size, at, length);
		return 0;
	}
	return -ENOENT;
}

int sshd_config_find(const char *text, const char *keyword, char *value, size_t size)
{
	char found[64], first[256];

	while (sshd_config_next(&text, found, sizeof(found), first, sizeof(first)) == 0) {
		if (strcasecmp(found, "match") == 0) {
			break;
		}
		if (strcasecmp(found, keyword) == 0) {
			copy(value, size, first, strlen(first));
			return 0;
		}
	}
	return -ENOENT;
}
