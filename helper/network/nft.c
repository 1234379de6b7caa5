/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nft.c - the program nft(8), run once. Called by nat_table.c in the helper, as root; the program gets
 * what PHASE_TOOL of privileges.c keeps.
 *
 * What it reads and what it says are files in memory: nobody has to keep a pipe empty while the
 * time runs.
 */
#include "nft.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fds.h"
#include "message.h"
#include "privileges.h"
#include "scope.h"

#define PATIENCE_MS 5000 /* a table takes nft some 10 ms */
#define LINE_SIZE   256

static const char *const PATHS[] = { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft" };

static const char *nft_find(void)
{
	size_t i;

	for (i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++) {
		if (access(PATHS[i], X_OK) == 0) {
			return PATHS[i];
		}
	}
	return NULL;
}

/* A file in memory, with TEXT in it, that is read from its beginning. */
static int memory_open(const char *text, int *ret_file)
{
	const size_t length = strlen(text);
	int file, err;

	file = memfd_create("nft", MFD_CLOEXEC);
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

/* The first line of FILE, safe for a log. */
static void line_read(int file, char *line)
{
	ssize_t length = pread(file, line, LINE_SIZE - 1, 0);
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
static void nft_become(const char *path, int input, int output)
{
	static char NAME[] = "nft", FILE_OPTION[] = "-f", STANDARD_INPUT[] = "-";
	static char *const ARGUMENTS[] = { NAME, FILE_OPTION, STANDARD_INPUT, NULL };
	static char *const ENVIRONMENT[] = { NULL };
	sigset_t none;
	int err = 0;

	/* What dies with the helper cannot come late. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || dup2(input, STDIN_FILENO) < 0 ||
	    dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) {
		err = -errno;
	}
	if (err == 0) {
		err = privileges_enter(PHASE_TOOL, 0);
	}
	if (err == 0) {
		(void)sigemptyset(&none);
		(void)sigprocmask(SIG_SETMASK, &none, NULL);
		(void)execve(path, ARGUMENTS, ENVIRONMENT);
		err = -errno;
	}
	(void)dprintf(output, "%s: %s\n", path, strerror(-err));
}

/* Waits for the end of CHILD and reaps it. */
static int child_wait(int child)
{
	struct pollfd watched = { .fd = child, .events = POLLIN };
	siginfo_t end = { 0 };
	int ready;

	ready = poll(&watched, 1, PATIENCE_MS);
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

static int nft_run(const char *path, int input, int output)
{
	SCOPE_FD int child = -1;
	const pid_t pid = fork();

	if (pid < 0) {
		return -errno;
	}
	if (pid == 0) {
		nft_become(path, input, output);
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
	return child_wait(child);
}

static void detail_write(int err, const char *path, int output, char *detail)
{
	char line[LINE_SIZE];

	line_read(output, line);
	switch (err) {
	case -ETIMEDOUT:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "%s did not end within %d seconds: try `nft list ruleset`", path,
			       PATIENCE_MS / 1000);
		break;
	case -EPROTO:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "nft cannot make the table inet loginspace: %s",
			       line[0] != '\0' ? line : "it does not say why");
		break;
	default:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s cannot be run: %s", path,
			       strerror(-err));
	}
}

int nft_load(const char *text, char *detail)
{
	const char *path = nft_find();
	SCOPE_FD int input = -1;
	SCOPE_FD int output = -1;
	int err;

	if (path == NULL) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "nft is not there: install nftables, which network = nat needs");
		return -ENOENT;
	}
	err = memory_open(text, &input);
	if (err == 0) {
		err = memory_open("", &output);
	}
	if (err == 0) {
		err = nft_run(path, input, output);
	}
	if (err < 0) {
		detail_write(err, path, output, detail);
	}
	return err;
}
