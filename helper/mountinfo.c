/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mountinfo.c - the mounts of this namespace. Runs in the child that becomes init, as long as /proc
 * is the host's.
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

/* Its number, its parent's, device, root, path, options, fields such as "unbindable", " - ". */
static int line_parse(struct mountinfo *info)
{
	unsigned long long id, parent;
	int start = 0, end = 0;
	const char *rest;

	if (sscanf(info->line, "%llu %llu %*s %*s %n%*s%n", &id, &parent, &start, &end) != 2 ||
	    end <= start) {
		return -EBADMSG;
	}
	rest = info->line + end;
	info->id = id;
	info->parent = parent;
	info->read_only = strncmp(rest, " ro,", 4) == 0 || strncmp(rest, " ro ", 4) == 0;
	info->unbindable = strstr(rest, " unbindable ") != NULL;
	info->line[end] = '\0';
	unescape(info->line + start);
	info->path = info->line + start;
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
