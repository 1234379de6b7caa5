/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mountinfo.c - the mounts of this namespace. Runs in the child that becomes init, with the
 * host's /proc or the space's own.
 */
#include "mountinfo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int mountinfo_open(struct mountinfo *info)
{
	info->file = fopen("/proc/self/mountinfo", "re");
	return info->file == NULL ? -errno : 0;
}

/* Space, tab, newline and backslash are written as \ooo. */
static void unescape(char *text)
{
	const char *from = text;

	while (*from != '\0') {
		if (from[0] == '\\' && from[1] != '\0' && from[2] != '\0' && from[3] != '\0') {
			*text++ = (char)(((from[1] - '0') << 6) | ((from[2] - '0') << 3) |
					 (from[3] - '0'));
			from += 4;
		} else {
			*text++ = *from++;
		}
	}
	*text = '\0';
}

/* The next field, which ends at a blank and at nothing else: a name may have any other character. */
static char *field_next(char **rest)
{
	char *field = *rest;
	char *end = field == NULL ? NULL : strchr(field, ' ');

	if (end != NULL) {
		*end = '\0';
		end++;
	}
	*rest = end;
	return field;
}

/* Its number, its parent's, device, root, path, options, fields such as "unbindable", " - ". */
static int line_parse(struct mountinfo *info)
{
	char *rest = info->line;
	const char *id = field_next(&rest);
	const char *parent = field_next(&rest);
	const char *options;
	char *path, *type;

	(void)field_next(&rest);
	(void)field_next(&rest);
	path = field_next(&rest);
	options = field_next(&rest);
	if (rest == NULL || path[0] != '/') {
		return -EBADMSG;
	}
	info->id = strtoull(id, NULL, 10);
	info->parent = strtoull(parent, NULL, 10);
	info->read_only = strncmp(options, "ro", 2) == 0 && strchr(",", options[2]) != NULL;
	info->unbindable =
		strncmp(rest, "unbindable ", 11) == 0 || strstr(rest, " unbindable ") != NULL;
	/* The fields before it are words and numbers, of the kernel's own. */
	type = strncmp(rest, "- ", 2) == 0 ? rest + 2 : strstr(rest, " - ");
	if (type == NULL) {
		return -EBADMSG;
	}
	type += type == rest + 2 ? 0 : strlen(" - ");
	info->type = field_next(&type);
	unescape(path);
	info->path = path;
	return 1;
}

int mountinfo_next(struct mountinfo *info)
{
	errno = 0;
	if (getline(&info->line, &info->size, info->file) < 0) {
		return errno == 0 ? 0 : -errno;
	}
	return line_parse(info);
}

void mountinfo_close(struct mountinfo *info)
{
	if (info->file != NULL) {
		(void)fclose(info->file); /* was only read */
	}
	free(info->line);
}
