/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.c - what another program prints: a pipe, and a clock.
 */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "scope.h"

#define TEXT_MAX (1 << 20)

static int program_start(char *const argv[], int output, pid_t *ret_pid)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const environment[] = { path, NULL };
	posix_spawn_file_actions_t actions;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err != 0) {
		return -err;
	}
	err = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (err == 0) {
		err = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	}
	if (err == 0) {
		err = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
						       O_WRONLY, 0);
	}
	if (err == 0) {
		err = posix_spawn(ret_pid, argv[0], &actions, NULL, argv, environment);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return -err;
}

/* Up to the end of the output, or the clock's. */
static int text_read(int fd, int64_t deadline_ms, char *text)
{
	size_t length = 0;

	for (;;) {
		struct pollfd wanted = { .fd = fd, .events = POLLIN };
		int64_t left = deadline_ms - channel_now_ms();
		int ready = left > 0 ? poll(&wanted, 1, (int)left) : 0;
		ssize_t got;

		if (ready == 0) {
			return -ETIMEDOUT;
		}
		if (length == TEXT_MAX - 1) {
			return -EFBIG;
		}
		got = ready < 0 ? -1 : read(fd, text + length, TEXT_MAX - 1 - length);
		if (got < 0 && errno != EINTR) {
			return -errno;
		}
		if (got == 0) {
			text[length] = '\0';
			return 0;
		}
		length += got > 0 ? (size_t)got : 0;
	}
}

/* What has closed its output ends now, or is made to. */
static int program_end(pid_t pid, int err)
{
	int status = 0;

	if (err < 0) {
		(void)kill(pid, SIGKILL); /* our own child, not waited for yet: it is still it */
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	if (err == 0 && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
		err = -ECHILD;
	}
	return err;
}

int capture_run(char *const argv[], int timeout_ms, char **ret_text)
{
	SCOPE_FD int output = -1;
	char *text;
	int ends[2], err;
	pid_t pid = -1;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	output = ends[0];
	err = program_start(argv, ends[1], &pid);
	(void)close(ends[1]);
	if (err < 0) {
		return err;
	}
	text = malloc(TEXT_MAX);
	err = text == NULL ? -ENOMEM : text_read(output, channel_now_ms() + timeout_ms, text);
	err = program_end(pid, err);
	if (err < 0) {
		free(text);
		return err;
	}
	*ret_text = text;
	return 0;
}
