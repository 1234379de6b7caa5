/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_exec.c - the command's own process: root at first, then the account, for good.
 */
#include "run_exec.h"

#include <errno.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complaint.h"
#include "quote.h"
#include "run_trusted.h"

#define UMASK 022

static int terminal_take(int slave)
{
	int fd;

	if (slave < 0) {
		return 0;
	}
	if (tcsetpgrp(slave, getpid()) < 0) { /* SIGTTOU is blocked */
		return -errno;
	}
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (isatty(fd) == 1 && dup2(slave, fd) < 0) {
			return -errno;
		}
	}
	return 0;
}

static int signals_reset(void)
{
	static const struct sigaction DEFAULT = { .sa_handler = SIG_DFL };
	sigset_t none;
	int number;

	for (number = 1; number < NSIG; number++) {
		/* SIGKILL, SIGSTOP and the C library's own cannot be set, and need not be. */
		(void)sigaction(number, &DEFAULT, NULL);
	}
	(void)sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

static int folder_enter(const char *home)
{
	if (home[0] == '/' && chdir(home) == 0) {
		return 0;
	}
	return chdir("/") < 0 ? -errno : 0;
}

static int process_prepare(const struct run *run, int slave)
{
	int err;

	if (setpgid(0, 0) < 0) {
		return -errno;
	}
	err = terminal_take(slave);
	if (err == 0) {
		err = signals_reset();
	}
	if (err == 0) {
		(void)umask(UMASK); /* cannot fail */
		err = run->restrictions != NULL ? restrictions_apply(run->restrictions) : 0;
	}
	if (err == 0) {
		err = account_become(run->account);
	}
	if (err == 0) {
		err = folder_enter(run->home);
	}
	/* Whatever is open goes with the exec. */
	if (err == 0 && close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC) < 0) {
		err = -errno;
	}
	return err;
}

static _Noreturn void give_up(const char *file, int err, const char *reason)
{
	char quoted[QUOTE_SIZE(256)];

	complaint_say("cannot run %s: %s", quote(quoted, sizeof(quoted), file), reason);
	_exit(err == -ENOENT ? RUN_MISSING : RUN_CANNOT);
}

_Noreturn void run_exec(const struct run *run, int slave)
{
	int err = process_prepare(run, slave);

	if (err < 0) {
		complaint_say("cannot become the command: %s", strerror(-err));
		_exit(RUN_FAILED);
	}
	if (run->trusted) {
		char reason[TRUSTED_REASON_SIZE];

		err = trusted_exec(run->file, run->words, run->environment, reason);
		give_up(run->file, err, reason);
	}
	environ = run->environment; /* execvpe(3) looks along the PATH of this */
	(void)execvpe(run->file, run->words, run->environment);
	err = -errno;
	give_up(run->file, err, strerror(-err));
}
