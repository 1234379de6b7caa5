/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_outer.c - the outer process of a command, see run.h. Runs in loginspace(8), as root, in the
 * space's namespaces but for the PID namespace. It opens nothing by name.
 */
#include "run_outer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "complaint.h"
#include "run_monitor.h"
#include "run_note.h"
#include "terminal_relay.h"

struct outer {
	const struct run *run;
	struct terminal *terminal;
	struct relay relay;
	int channel; /* to the monitor */
	int signals;
	bool hung_up;   /* the monitor has been told */
	bool ending;    /* the space is */
	bool impatient; /* the signals just read want an end */
	bool stopping;  /* SIGTSTP has been passed on; the command has not stopped yet */
	bool resumed;   /* and meanwhile we were told to go on */
	int status;     /* what to end with; -1: not yet */
};

/* --- signals ------------------------------------------------------------------------------------ */

static void note_send(const struct outer *outer, enum run_note_kind kind, int value)
{
	const struct run_note note = { .kind = kind, .value = value };

	/* EPIPE: it has ended, which the main loop hears, too. */
	(void)channel_send(outer->channel, &note, sizeof(note), NULL, 0);
}

static void signal_forward(struct outer *outer, int number)
{
	note_send(outer, NOTE_SIGNAL, number);
}

static void signal_end(struct outer *outer, int number)
{
	outer->impatient = true;
	note_send(outer, NOTE_SIGNAL, number);
}

static void signal_resize(struct outer *outer, int number)
{
	(void)number;
	terminal_resize(outer->terminal);
}

/* Somebody stops all that was started with us. We follow when the command has. */
static void signal_stop(struct outer *outer, int number)
{
	outer->stopping = true;
	outer->resumed = false;
	note_send(outer, NOTE_SIGNAL, number);
}

/*
 * We go on: so does the command, with the terminal as it had it. In the background that stops us
 * again (SIGTTOU), as it should, but not when this is about an end: "kill %1" wakes us, too.
 */
static void signal_continue(struct outer *outer, int number)
{
	outer->resumed = outer->stopping;
	if (!outer->impatient) {
		(void)terminal_raw(outer->terminal); /* EIO: hung up, as the relay will find */
		terminal_resize(outer->terminal);
	}
	note_send(outer, NOTE_SIGNAL, number);
}

struct heard {
	int number;
	void (*act)(struct outer *outer, int number);
};

/* A signalfd gives them in the order of their numbers: an end comes before SIGCONT. */
static const struct heard HEARD[] = {
	{ SIGHUP, signal_end },   { SIGINT, signal_end },       { SIGQUIT, signal_end },
	{ SIGTERM, signal_end },  { SIGUSR1, signal_forward },  { SIGUSR2, signal_forward },
	{ SIGTSTP, signal_stop }, { SIGCONT, signal_continue }, { SIGWINCH, signal_resize },
};

#define HEARD_COUNT (sizeof(HEARD) / sizeof(HEARD[0]))

static void signals_read(struct outer *outer)
{
	struct signalfd_siginfo about;
	size_t i;

	outer->impatient = false;
	while (read(outer->signals, &about, sizeof(about)) == (ssize_t)sizeof(about)) {
		for (i = 0; i < HEARD_COUNT; i++) {
			if (HEARD[i].number == (int)about.ssi_signo) {
				HEARD[i].act(outer, HEARD[i].number);
			}
		}
	}
}

/* --- the terminal ------------------------------------------------------------------------------- */

static bool interrupted(void *data)
{
	struct outer *outer = data;

	signals_read(outer);
	return outer->impatient;
}

static void drain(struct outer *outer)
{
	const struct relay_watch watch = { outer->signals, interrupted, outer };

	if (outer->terminal->master >= 0) {
		relay_drain(&outer->relay, &watch);
	}
}

static void hang_up(struct outer *outer)
{
	if (outer->relay.lost && !outer->hung_up) {
		outer->hung_up = true;
		note_send(outer, NOTE_HANGUP, 0);
		/* The last one but the monitor's, which closes it after it has read that. */
		(void)close(outer->terminal->master);
		outer->terminal->master = -1;
	}
}

/* Stopped like a command that a shell has started itself, with all that was started with us. */
static void stop(bool group)
{
	sigset_t only, before;

	(void)sigemptyset(&only);
	(void)sigaddset(&only, SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &only, &before);
	(void)kill(group ? 0 : getpid(), SIGTSTP); /* we stop in here, if anybody can wake us */
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

static void stop_too(struct outer *outer)
{
	const bool typed = outer->terminal->reads;

	signals_read(outer);
	if (typed) {
		drain(outer);
		terminal_restore(outer->terminal);
	}
	if (!outer->resumed) {
		stop(typed);
		signals_read(outer);
	}
	/*
	 * SIGCONT has woken the command, if that is what we heard. Where what is typed is for the
	 * command alone, nobody else would wake it if we could not be stopped, or not any more.
	 */
	if (typed || outer->resumed) {
		signal_continue(outer, SIGCONT);
	}
	outer->stopping = false;
	outer->resumed = false;
}

/* To fork where the init has ended gives ENOMEM, pid_namespaces(7). */
static void say_not_started(const struct outer *outer, int err)
{
	if (err == -ENOMEM && outer->run->space != NULL) {
		complaint_say("cannot start the command: the space %s is just ending, or memory "
			      "is short",
			      outer->run->space);
	} else {
		complaint_say("cannot start the command: %s", strerror(-err));
	}
}

/* --- the monitor -------------------------------------------------------------------------------- */

static void note_act(struct outer *outer, const struct run_note *note)
{
	switch (note->kind) {
	case NOTE_STOPPED:
		stop_too(outer);
		break;
	case NOTE_ENDED:
		outer->status = note->value;
		break;
	case NOTE_ENDING:
		outer->ending = true;
		break;
	default:
		say_not_started(outer, -note->value);
		outer->status = RUN_FAILED;
		break;
	}
}

static void notes_read(struct outer *outer)
{
	struct run_note note;
	const ssize_t length = recv(outer->channel, &note, sizeof(note), MSG_DONTWAIT);

	if (length == (ssize_t)sizeof(note)) {
		note_act(outer, &note);
	} else if (length < 0) {
		return; /* ECONNRESET, once: it has not read all of ours. What it sent comes after that */
	} else {
		/* It is root's and says when it ends: so the space's init has died, and all with it. */
		outer->ending = true;
		outer->status = 128 + SIGKILL;
	}
}

static int monitor_start(struct outer *outer)
{
	int ends[2], err;
	pid_t pid;

	err = channel_pair(ends);
	if (err < 0) {
		return err;
	}
	pid = fork();
	if (pid == 0) {
		run_monitor(outer->run, outer->terminal, ends[1]);
	}
	err = pid < 0 ? -errno : 0;
	(void)close(ends[1]);
	if (err < 0) {
		(void)close(ends[0]);
		return err;
	}
	outer->channel = ends[0];
	return 0;
}

/* --- all of it ---------------------------------------------------------------------------------- */

/* A pipe must end for its other side when the command has closed it. */
static void pipes_leave(const struct outer *outer)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++) {
		if (isatty(fd) == 0) {
			(void)dup2(outer->run->null, fd); /* else it stays open a little longer */
		}
	}
}

static void loop(struct outer *outer)
{
	struct pollfd entries[2 + RELAY_ENTRIES];

	while (outer->status < 0) {
		entries[0] = (struct pollfd){ .fd = outer->channel, .events = POLLIN };
		entries[1] = (struct pollfd){ .fd = outer->signals, .events = POLLIN };
		relay_await(&outer->relay, entries + 2);
		if (poll(entries, 2 + RELAY_ENTRIES, -1) < 0) {
			continue; /* EINTR, or ENOMEM for a moment */
		}
		if (entries[1].revents != 0) {
			signals_read(outer);
		}
		relay_step(&outer->relay, entries + 2);
		hang_up(outer);
		if (entries[0].revents != 0) {
			notes_read(outer);
		}
	}
	drain(outer);
	terminal_restore(outer->terminal);
}

int outer_run(const struct run *run, struct terminal *terminal, int signals)
{
	struct outer outer = { .run = run,
			       .terminal = terminal,
			       .relay = { .terminal = terminal },
			       .signals = signals,
			       .status = -1 };
	int err = terminal_raw(terminal);

	if (err == 0) {
		err = monitor_start(&outer);
	}
	if (err < 0) {
		terminal_restore(terminal);
		say_not_started(&outer, err);
		return RUN_FAILED;
	}
	pipes_leave(&outer);
	loop(&outer);
	(void)close(outer.channel);
	if (outer.ending && run->space != NULL) {
		complaint_say("the space %s has ended", run->space);
	}
	return outer.status;
}

void outer_signals(sigset_t *ret)
{
	size_t i;

	(void)sigemptyset(ret);
	for (i = 0; i < HEARD_COUNT; i++) {
		(void)sigaddset(ret, HEARD[i].number);
	}
}
