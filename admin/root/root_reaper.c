/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_reaper.c - PID 1 of a fake root, see root_outer.h. In a user namespace of the caller's, with
 * all power in there and none outside.
 *
 * It ends with the command, with its status, and takes whatever else runs in there along: the kernel
 * kills that before it tells outer. When outer dies it dies, even while it is stopped.
 */
#include "root_reaper.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "complaint.h"
#include "quote.h"
#include "root_namespace.h"
#include "root_note.h"
#include "run.h"

struct reaper {
	const struct reaper_start *start;
	int signals;
	pid_t command;
};

static void note_send(const struct reaper *reaper, enum root_note_kind kind, enum root_step step,
		      int value)
{
	const struct root_note note = { .kind = kind, .step = step, .value = value };

	/* EPIPE: outer has died, and so do we. */
	(void)channel_send(reaper->start->channel, &note, sizeof(note), NULL, 0);
}

static _Noreturn void give_up(const struct reaper *reaper, enum root_step step, int err)
{
	note_send(reaper, ROOT_FAILED, step, -err);
	_exit(RUN_FAILED);
}

/* --- the command -------------------------------------------------------------------------------- */

static _Noreturn void command_main(const struct reaper_start *start)
{
	char quoted[QUOTE_SIZE(256)];
	int err;

	if (start->alone) {
		/* Neither can fail but when the terminal has just hung up. SIGTTOU is blocked. */
		(void)setpgid(0, 0);
		(void)tcsetpgrp(STDIN_FILENO, getpid());
	}
	(void)sigaction(SIGCHLD, &start->child, NULL); /* cannot fail with this number */
	(void)sigprocmask(SIG_SETMASK, &start->mask, NULL);
	(void)execvp(start->file, start->words);
	err = errno;
	complaint_say("cannot run %s: %s", quote(quoted, sizeof(quoted), start->file),
		      strerror(err));
	_exit(err == ENOENT ? RUN_MISSING : RUN_CANNOT);
}

static void command_signal(const struct reaper *reaper, int number)
{
	/* With what it has started in its group; its group may be the caller's, who is not meant. */
	const pid_t group = getpgid(reaper->command);

	(void)kill(group == reaper->command ? -group : reaper->command, number);
}

/* Outer's group is 0 in here, and then the terminal is where it has to be. */
static void foreground(const struct reaper *reaper)
{
	const pid_t group = getpgid(reaper->command);

	if (group > 0) {
		(void)tcsetpgrp(STDIN_FILENO, group); /* ENOTTY: fd 0 is none, or it has hung up */
	}
}

/* --- who has ended ------------------------------------------------------------------------------ */

static void children_look(const struct reaper *reaper)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (pid != reaper->command) {
			continue; /* one that has lost its parent */
		}
		if (WIFSTOPPED(status)) {
			note_send(reaper, ROOT_STOPPED, 0, WSTOPSIG(status));
		} else {
			if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) {
				note_send(reaper, ROOT_INTERRUPTED, 0, SIGINT);
			}
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		}
	}
}

static void notes_read(const struct reaper *reaper)
{
	struct root_note note;
	const ssize_t length = recv(reaper->start->channel, &note, sizeof(note), MSG_DONTWAIT);

	if (length == 0) {
		_exit(RUN_FAILED); /* outer has died */
	}
	if (length == (ssize_t)sizeof(note) && note.kind == ROOT_SIGNAL) {
		command_signal(reaper, note.value);
	} else if (length == (ssize_t)sizeof(note) && note.kind == ROOT_FOREGROUND) {
		foreground(reaper);
	}
}

/* --- all of it ---------------------------------------------------------------------------------- */

/* Until outer has written the maps. Whatever else comes is its end. */
static void go_await(const struct reaper *reaper)
{
	struct root_note note = { .kind = 0 };

	if (recv(reaper->start->channel, &note, sizeof(note), 0) != (ssize_t)sizeof(note) ||
	    note.kind != ROOT_GO) {
		_exit(RUN_FAILED);
	}
}

/* What the command closes must end for its other side; only a terminal is needed here, on fd 0. */
static void files_leave(const struct reaper *reaper)
{
	const unsigned int channel = (unsigned int)reaper->start->channel;
	const unsigned int signals = (unsigned int)reaper->signals;
	const unsigned int low = channel < signals ? channel : signals;
	const unsigned int high = channel < signals ? signals : channel;
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (isatty(fd) == 0) {
			(void)dup2(reaper->start->null,
				   fd); /* else it stays open a little longer */
		}
	}
	/* An empty range is EINVAL, and right. */
	(void)close_range(STDERR_FILENO + 1, low - 1, 0);
	(void)close_range(low + 1, high - 1, 0);
	(void)close_range(high + 1, ~0u, 0);
}

static int signals_open(void)
{
	sigset_t heard;
	int fd;

	(void)sigemptyset(&heard);
	(void)sigaddset(&heard, SIGCHLD);
	fd = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

static _Noreturn void loop(const struct reaper *reaper)
{
	struct pollfd entries[] = { { .fd = reaper->signals, .events = POLLIN },
				    { .fd = reaper->start->channel, .events = POLLIN } };
	struct signalfd_siginfo about;

	for (;;) {
		if (poll(entries, 2, -1) < 0) {
			continue; /* EINTR, or ENOMEM for a moment */
		}
		while (read(reaper->signals, &about, sizeof(about)) > 0) {
		}
		children_look(reaper);
		if (entries[1].revents != 0) {
			notes_read(reaper);
		}
	}
}

int reaper_main(void *data)
{
	struct reaper reaper = { .start = data };
	bool kept = false;
	int err;

	/* Also while we are stopped. Had outer died before, go_await sees it. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)close(reaper.start->outer);
	go_await(&reaper);
	err = namespace_settle(&kept);
	if (err < 0) {
		give_up(&reaper, ROOT_MOUNTS, err);
	}
	if (kept) {
		complaint_say(
			"/proc stays as it was, as parts of it are covered and the kernel then "
			"allows no new one: the numbers of processes in it are not those in here");
	}
	reaper.signals = signals_open();
	if (reaper.signals < 0) {
		give_up(&reaper, ROOT_START, reaper.signals);
	}
	reaper.command = fork();
	if (reaper.command < 0) {
		give_up(&reaper, ROOT_START, -errno);
	}
	if (reaper.command == 0) {
		command_main(reaper.start);
	}
	files_leave(&reaper);
	loop(&reaper);
}
