/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - the frame around a command, see run.h: what the caller's process is set to, and gets
 * back.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "complaint.h"
#include "run_outer.h"

/* What the caller has set to be ignored, as nohup(1) does, is not for the command either. */
static void signals_choose(sigset_t *heard)
{
	struct sigaction now;
	int number;

	outer_signals(heard);
	for (number = 1; number < NSIG; number++) {
		if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN) {
			(void)sigdelset(heard, number);
		}
	}
}

/*
 * SIGCHLD is ignored, so that the kernel reaps the monitor: a zombie of it would keep the space for
 * as long as we are stopped. What it has to say it says by its socket.
 */
struct dispositions {
	struct sigaction child;
	struct sigaction pipe;
	sigset_t mask;
};

static void dispositions_set(struct dispositions *before)
{
	static const struct sigaction IGNORE = { .sa_handler = SIG_IGN };
	sigset_t all;

	/* None of these can fail with these numbers, sigaction(2). */
	(void)sigaction(SIGCHLD, &IGNORE, &before->child);
	(void)sigaction(SIGPIPE, &IGNORE, &before->pipe);
	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGTTIN); /* in the background we stop, as anybody does */
	(void)sigdelset(&all, SIGTTOU);
	(void)sigprocmask(SIG_SETMASK, &all, &before->mask);
}

static void dispositions_restore(const struct dispositions *before)
{
	(void)sigaction(SIGCHLD, &before->child, NULL);
	(void)sigaction(SIGPIPE, &before->pipe, NULL);
	(void)sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

int run_command(const struct run *run, struct terminal *terminal)
{
	struct dispositions before;
	sigset_t heard;
	int status = RUN_FAILED, signals;

	signals_choose(&heard);
	dispositions_set(&before);
	signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0) {
		complaint_say("cannot listen to signals: %s", strerror(errno));
	} else {
		status = outer_run(run, terminal, signals);
		(void)close(signals);
	}
	dispositions_restore(&before);
	return status;
}

int run_standard_open(int *ret_null)
{
	int fd;

	/* The lowest free number, as long as that is a standard one. */
	do {
		fd = open("/dev/null", O_RDWR | O_NOCTTY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		return -errno;
	}
	*ret_null = fd;
	return 0;
}
