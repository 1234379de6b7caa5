/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * group.c - the last thing that PID 1 of a space does, where the space has a control group of our
 * own. Runs in init; rmdir is all it needs.
 */
#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <unistd.h>

#include "init_fds.h"

#define PAUSE_MS 20
#define TRIES    100

void group_remove(const char *name)
{
	int i;

	/* EBUSY: sshd has closed the session, but not ended yet. */
	for (i = 0; i < TRIES && unlinkat(INIT_GROUP_FD, name, AT_REMOVEDIR) < 0 && errno == EBUSY;
	     i++) {
		(void)poll(NULL, 0, PAUSE_MS);
	}
}
