/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_outer.c - the caller's process of a fake root, see root_outer.h. Used by `loginspace root`.
 */
#include "root_outer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "complaint.h"
#include "root_note.h"
#include "root_reaper.h"

struct outer {
	pid_t reaper;
	int channel;
	int signals;
	bool interrupted;
	bool alone;    /* the command has a group of its own */
	bool stopping; /* the command has stopped, and no SIGCONT has been read since */
	int status;    /* -1: not yet */
	struct root_failure failure;
};

/* --- signals ------------------------------------------------------------------------------------ */

static void note_send(const struct outer *outer, enum root_note_kind kind, int value)
{
	const struct root_note note = { .kind = kind, .value = value };

	/* EPIPE: the reaper has ended, which SIGCHLD tells. */
	(void)channel_send(outer->channel, &note, sizeof(note), NULL, 0);
}

/* What was typed at the terminal is for all of our group; the command in it has got it itself. */
static void signal_forward(struct outer *outer, const struct signalfd_siginfo *about)
{
	if (outer->alone || about->ssi_code != SI_KERNEL) {
		note_send(outer, ROOT_SIGNAL, (int)about->ssi_signo);
	}
}

/* A terminal of ours. -1: there is none, or it is not the one that rules our session. */
static int terminal_find(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (tcgetpgrp(fd) >= 0) {
			return fd;
		}
	}
	return -1;
}

/* In the background it goes on without the terminal. */
static void command_continue(const struct outer *outer)
{
	if (tcgetpgrp(STDIN_FILENO) == getpgrp()) {
		note_send(outer, ROOT_FOREGROUND, 0);
	}
	note_send(outer, ROOT_SIGNAL, SIGCONT);
}

static void signal_continue(struct outer *outer, const struct signalfd_siginfo *about)
{
	(void)about;
	outer->stopping = false;
	command_continue(outer);
}

/* Only the reaper's can come: it is our one child. Nothing is left in there when it can be reaped. */
static void signal_child(struct outer *outer, const struct signalfd_siginfo *about)
{
	int status;

	(void)about;
	if (waitpid(outer->reaper, &status, WNOHANG) == outer->reaper) {
		outer->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
}

struct heard {
	int number;
	void (*act)(struct outer *outer, const struct signalfd_siginfo *about);
};

static const struct heard HEARD[] = {
	{ SIGHUP, signal_forward },  { SIGINT, signal_forward },   { SIGQUIT, signal_forward },
	{ SIGTERM, signal_forward }, { SIGUSR1, signal_forward },  { SIGUSR2, signal_forward },
	{ SIGTSTP, signal_forward }, { SIGCONT, signal_continue }, { SIGCHLD, signal_child },
};

#define HEARD_COUNT (sizeof(HEARD) / sizeof(HEARD[0]))

static void signals_read(struct outer *outer)
{
	struct signalfd_siginfo about;
	size_t i;

	while (read(outer->signals, &about, sizeof(about)) == (ssize_t)sizeof(about)) {
		for (i = 0; i < HEARD_COUNT; i++) {
			if (HEARD[i].number == (int)about.ssi_signo) {
				HEARD[i].act(outer, &about);
			}
		}
	}
}

/* --- the command has stopped -------------------------------------------------------------------- */

/*
 * So do we, with all that was started with us, and whoever waits for us takes the terminal. Where
 * nobody could wake us the kernel does not stop us; then the command goes on, or Ctrl-Z would be
 * the end of it. But not when it wants the terminal: it would ask again at once, for ever.
 */
static void stop_too(struct outer *outer, int number)
{
	sigset_t only, before;

	outer->stopping = true;
	signals_read(outer);
	if (!outer->stopping) {
		return; /* all of us have been stopped and woken already, and the command goes on */
	}
	(void)sigemptyset(&only);
	(void)sigaddset(&only, SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &only, &before);
	(void)kill(0, SIGTSTP); /* we stop in here */
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	signals_read(outer);
	if (outer->stopping && number != SIGTTIN && number != SIGTTOU) {
		command_continue(outer);
	}
	outer->stopping = false;
}

static void note_act(struct outer *outer, const struct root_note *note)
{
	switch (note->kind) {
	case ROOT_STOPPED:
		if (outer->status < 0) {
			stop_too(outer, note->value);
		}
		break;
	case ROOT_INTERRUPTED:
		outer->interrupted = true;
		break;
	default:
		outer->failure = (struct root_failure){ note->step, -note->value };
		break;
	}
}

/* Returns whether there may be more. */
static bool note_read(struct outer *outer)
{
	struct root_note note;
	const ssize_t length = recv(outer->channel, &note, sizeof(note), MSG_DONTWAIT);

	if (length == (ssize_t)sizeof(note)) {
		note_act(outer, &note);
		return true;
	}
	/* ECONNRESET, once: it has not read all of ours. What it sent comes after that. */
	return length < 0 && errno == ECONNRESET;
}

/* --- all of it ---------------------------------------------------------------------------------- */

/* A shell in there that had the terminal has not given it back to a group that it cannot name. */
static void terminal_reclaim(void)
{
	const int terminal = terminal_find();
	const pid_t group = terminal < 0 ? -1 : tcgetpgrp(terminal);

	if (group > 0 && group != getpgrp() && kill(-group, 0) < 0 && errno == ESRCH) {
		(void)tcsetpgrp(terminal, getpgrp()); /* it has hung up: nothing to reclaim */
	}
}

/* A pipe must end for its other side when the command has closed it. */
static void pipes_leave(const struct root_run *run)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++) {
		if (isatty(fd) == 0) {
			(void)dup2(run->null, fd); /* else it stays open a little longer */
		}
	}
}

static void loop(struct outer *outer)
{
	struct pollfd entries[] = { { .fd = outer->signals, .events = POLLIN },
				    { .fd = outer->channel, .events = POLLIN } };

	while (outer->status < 0) {
		if (poll(entries, 2, -1) < 0) {
			continue; /* EINTR, or ENOMEM for a moment */
		}
		if (entries[1].revents != 0 && !note_read(outer)) {
			entries[1].fd = -1; /* SIGCHLD will tell */
		}
		signals_read(outer);
	}
	while (note_read(outer)) { /* what it has said last */
	}
}

static int maps_write(const struct root_run *run, pid_t reaper)
{
	return run->ranges ? namespace_map_ranges(reaper, &run->users, &run->groups)
			   : namespace_map_own(reaper);
}

/* It waits for ROOT_GO; without that it ends, and it is waited for. */
static void reaper_drop(struct outer *outer)
{
	(void)kill(outer->reaper, SIGKILL);
	while (waitpid(outer->reaper, NULL, 0) < 0 && errno == EINTR) {
	}
}

static int command_run(const struct root_run *run, struct outer *outer, struct reaper_start *start)
{
	int err;

	outer->reaper = namespace_clone(reaper_main, start);
	(void)close(start->channel);
	if (outer->reaper < 0) {
		outer->failure = (struct root_failure){ ROOT_CLONE, outer->reaper };
		return -1;
	}
	err = maps_write(run, outer->reaper);
	if (err < 0) {
		reaper_drop(outer);
		outer->failure = (struct root_failure){ ROOT_MAPS, err };
		return -1;
	}
	if (run->notice[0] != '\0') {
		complaint_say("%s", run->notice);
	}
	pipes_leave(run);
	note_send(outer, ROOT_GO, 0);
	loop(outer);
	terminal_reclaim();
	return outer->failure.err < 0 ? -1 : outer->status;
}

/* What the caller has set to be ignored, as nohup(1) does, is not for the command either. */
static void signals_choose(sigset_t *ret)
{
	struct sigaction now;
	size_t i;

	(void)sigemptyset(ret);
	for (i = 0; i < HEARD_COUNT; i++) {
		if (sigaction(HEARD[i].number, NULL, &now) < 0 || now.sa_handler != SIG_IGN) {
			(void)sigaddset(ret, HEARD[i].number);
		}
	}
}

static int channel_run(const struct root_run *run, struct outer *outer, struct reaper_start *start)
{
	int ends[2], status;
	const int err = channel_pair(ends);

	if (err < 0) {
		outer->failure = (struct root_failure){ ROOT_CHANNEL, err };
		return -1;
	}
	outer->channel = start->outer = ends[0];
	start->channel = ends[1];
	status = command_run(run, outer, start);
	(void)close(ends[0]);
	return status;
}

static bool is_alone(bool shell)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && (shell || getpgrp() == getpid()) &&
	       tcgetpgrp(STDIN_FILENO) == getpgrp();
}

int root_run(const struct root_run *run, struct root_failure *ret)
{
	static const struct sigaction DEFAULT = { .sa_handler = SIG_DFL };
	struct reaper_start start = { .file = run->file, .words = run->words, .null = run->null };
	struct outer outer = { .status = -1 };
	sigset_t heard, blocked;
	int status = -1;

	start.alone = outer.alone = is_alone(run->shell);
	(void)sigaction(SIGCHLD, &DEFAULT, &start.child); /* before we look what is ignored */
	signals_choose(&heard);
	blocked = heard;
	(void)sigaddset(&blocked, SIGTTOU); /* to give the terminal away, and to take it back */
	(void)sigaddset(&blocked, SIGTTIN); /* for all of our group; we stop when the command has */
	(void)sigprocmask(SIG_BLOCK, &blocked, &start.mask);
	outer.signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	if (outer.signals < 0) {
		outer.failure = (struct root_failure){ ROOT_CHANNEL, -errno };
	} else {
		status = channel_run(run, &outer, &start);
		(void)close(outer.signals);
	}
	(void)sigprocmask(SIG_SETMASK, &start.mask, NULL);
	(void)sigaction(SIGCHLD, &start.child, NULL);
	if (outer.interrupted) {
		/* Or the script or loop that we are in would go on: it looks how we have ended. */
		(void)sigaction(SIGINT, &DEFAULT, NULL);
		(void)raise(SIGINT);
	}
	*ret = outer.failure;
	return status;
}
