/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempt_socket.h - what attempt_door.c and attempt_host.c say to each other by.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A NAME that begins with "@" has no path. */
static inline socklen_t name_set(struct sockaddr_un *at, const char *name)
{
	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(at->sun_path, sizeof(at->sun_path), "%s", name);
	if (name[0] == '@') {
		at->sun_path[0] = '\0';
	}
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
}

/* One file descriptor. */
union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int))];
};
