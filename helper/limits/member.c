/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * member.c - a process that goes into a control group. Called by resources.c, manager.c and
 * subtree.c in the helper, as root; needs CAP_KILL to ask whether it lives.
 */
#include "member.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "file.h"
#include "scope.h"

/* By the line "Pid:" of proc_pid_fdinfo(5). */
int member_number(int member, pid_t *ret_number)
{
	char path[64], text[512];
	const char *line;
	long number;
	int err;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", member);
	err = file_read(AT_FDCWD, path, text, sizeof(text));
	if (err < 0) {
		return err;
	}
	line = strstr(text, "\nPid:\t");
	number = line == NULL ? 0 : strtol(line + strlen("\nPid:\t"), NULL, 10);
	if (number <= 0) {
		return -ESRCH;
	}
	*ret_number = (pid_t)number;
	return 0;
}

int member_lives(int member)
{
	return pidfd_send_signal(member, 0, NULL, 0) < 0 ? -errno : 0;
}

/* Between the look and the write there is nothing that could take long. */
int member_move(int member, pid_t number, int folder, const char *path)
{
	SCOPE_FD int group = openat(folder, path, O_WRONLY | O_CLOEXEC);
	char text[16];
	int err, length;

	if (group < 0) {
		return -errno;
	}
	length = snprintf(text, sizeof(text), "%d", number);
	err = member_lives(member);
	if (err == 0 && write(group, text, (size_t)length) < 0) {
		err = -errno;
	}
	return err;
}
