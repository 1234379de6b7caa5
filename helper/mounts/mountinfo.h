/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mountinfo.h - /proc/self/mountinfo, proc_pid_mountinfo(5), line by line.
 */
#ifndef LOGINSPACE_MOUNTINFO_H
#define LOGINSPACE_MOUNTINFO_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Born zeroed. */
struct mountinfo {
	FILE *file;
	char *line;
	size_t size;
	/* Of the line that was read last: */
	uint64_t id, parent; /* as mount_id */
	const char *path;    /* without escapes; until the next line */
	const char *type;    /* of the file system, such as "proc"; until the next line */
	bool read_only;      /* the mount, whatever its file system is */
	bool unbindable;
};

int mountinfo_open(struct mountinfo *info);

/* mountinfo_next - the next line. 1; 0 at the end; a negative errno. */
int mountinfo_next(struct mountinfo *info);

void mountinfo_close(struct mountinfo *info);

#endif
