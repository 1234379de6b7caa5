/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tool.c - runs a program of the system once. Called in the helper, as root, before PHASE_BUILD;
 * the program gets what its phase of privileges.c keeps.
 */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fds.h"
#include "scope.h"

const char *tool_find(const char *const *paths, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (access(paths[i], X_OK) == 0) {
			return paths[i];
		}
	}
	return NULL;
}

int tool_memory(const char *text, int *ret_file)
{
	const size_t length = strlen(text);
	int file, err;

	file = memfd_create("tool", MFD_CLOEXEC);
	if (file < 0) {
		return -errno;
	}
	err = fd_raise(&file); /* clear of the standard fds */
	if (err == 0 && write(file, text, length) != (ssize_t)length) {
		err = -EIO;
	}
	if (err == 0 && lseek(file, 0, SEEK_SET) < 0) {
		err = -errno;
	}
	if (err < 0) {
		(void)close(file);
		return err;
	}
	*ret_file = file;
	return 0;
}

void tool_line(int file, char *line)
{
	ssize_t length = pread(file, line, TOOL_LINE_SIZE - 1, 0);
	char *c;

	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	for (c = line; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~') {
			*c = '?';
		}
	}
}

/* In the child. All other fds are close-on-exec. */
static void tool_become(const struct tool *tool, pid_t helper)
{
	static char *const ENVIRONMENT[] = { NULL };
	sigset_t none;
	int err = 0;

	/* What dies with the helper cannot come late. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || dup2(tool->input, STDIN_FILENO) < 0 ||
	    dup2(tool->output, STDOUT_FILENO) < 0 || dup2(tool->output, STDERR_FILENO) < 0) {
		err = -errno;
	}
	if (err == 0) {
		err = getppid() == helper ? 0 : -ESRCH; /* it may have ended before that */
	}
	if (err == 0) {
		err = privileges_enter(tool->phase, 0);
	}
	if (err == 0) {
		(void)sigemptyset(&none);
		(void)sigprocmask(SIG_SETMASK, &none, NULL);
		(void)execve(tool->path, tool->argv, ENVIRONMENT);
		err = -errno;
	}
	(void)dprintf(tool->output, "%s: %s\n", tool->path, strerror(-err));
}

/* Waits for the end of CHILD and reaps it. */
static int child_wait(int child, int patience_ms)
{
	struct pollfd watched = { .fd = child, .events = POLLIN };
	siginfo_t end = { 0 };
	int ready;

	ready = poll(&watched, 1, patience_ms);
	if (ready <= 0) {
		(void)pidfd_send_signal(child, SIGKILL, NULL, 0);
	}
	if (waitid(P_PIDFD, (id_t)child, &end, WEXITED) < 0) {
		return -errno;
	}
	if (ready <= 0) {
		return -ETIMEDOUT;
	}
	return end.si_code == CLD_EXITED && end.si_status == 0 ? 0 : -EPROTO;
}

int tool_run(const struct tool *tool)
{
	SCOPE_FD int child = -1;
	const pid_t helper = getpid();
	const pid_t pid = fork();

	if (pid < 0) {
		return -errno;
	}
	if (pid == 0) {
		tool_become(tool, helper);
		_exit(1);
	}
	/* SIGCHLD has its default action, so a child that has ended keeps its number until here. */
	child = pidfd_open(pid, 0);
	if (child < 0) {
		const int err = -errno;

		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return err;
	}
	return child_wait(child, tool->patience_ms);
}
