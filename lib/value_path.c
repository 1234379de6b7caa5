/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value_path.c - paths of the configuration. They are templates: %u, %U and %h stand for the
 * user's name, number and home folder. Pure.
 */
#include "value.h"

#include <string.h>

/* Letters that end an item of a list or a part of one, or that could not be shown. */
static bool is_plain(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && c != ':' && c != ',';
}

/* "%u" and the like from TEXT on, none other. */
static bool are_words_known(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (!is_plain(text[i])) {
			return false;
		}
		if (text[i] == '%') {
			i++;
			if (i == length || strchr("uUh%", text[i]) == NULL) {
				return false;
			}
		}
	}
	return true;
}

/* No "." and "..", and no empty part but behind a last slash. */
static bool are_parts_plain(const char *path, size_t length)
{
	size_t start = 0;

	while (start < length) {
		const char *slash = memchr(path + start, '/', length - start);
		const size_t end = slash == NULL ? length : (size_t)(slash - path);

		if (end == start || (end - start == 1 && path[start] == '.') ||
		    (end - start == 2 && path[start] == '.' && path[start + 1] == '.')) {
			return false;
		}
		start = end + 1;
	}
	return true;
}

static bool is_path(const char *text, size_t length)
{
	if (length == 0 || !are_words_known(text, length)) {
		return false;
	}
	if (text[0] == '/') {
		return are_parts_plain(text + 1, length - 1);
	}
	/* "%h" is a home folder: an absolute path by itself. */
	return length >= 2 && strncmp(text, "%h", 2) == 0 &&
	       (length == 2 || (text[2] == '/' && are_parts_plain(text + 3, length - 3)));
}

bool value_is_path(const char *text)
{
	return is_path(text, strlen(text));
}

/* Behind the "-" of an item that may be missing. */
static const char *needed(const char *text)
{
	return text[0] == '-' ? text + 1 : text;
}

bool value_is_place(const char *text)
{
	return value_is_path(needed(text));
}

static bool is_bind(const char *text)
{
	const size_t source = strcspn(text, ":");
	const char *target = text + source + 1;
	size_t length;

	if (text[source] == '\0' || !is_path(text, source)) {
		return false;
	}
	length = strcspn(target, ":");
	return is_path(target, length) &&
	       (target[length] == '\0' || strcmp(target + length, ":ro") == 0 ||
		strcmp(target + length, ":rw") == 0);
}

bool value_is_bind(const char *text)
{
	return is_bind(needed(text));
}

static bool is_tmpfs(const char *text)
{
	const size_t length = strcspn(text, ":");

	return is_path(text, length) && (text[length] == '\0' || value_is_size(text + length + 1));
}

bool value_is_tmpfs(const char *text)
{
	return is_tmpfs(needed(text));
}
