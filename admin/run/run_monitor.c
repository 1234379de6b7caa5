/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_monitor.c - the first process of a command in the space. It stays root, so that the user can
 * neither trace nor kill it and it can signal a command that has become another user (sudo). It
 * reads nothing that comes from inside but the exit status.
 */
#include "run_monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "run_exec.h"
#include "run_note.h"

/* How long a command whose outer process has died may take to end by itself. */
#define GRACE_MS 1000
#define TICK_MS  20

/* The space's own, in there. Signals from it are its farewell. */
#define INIT_PID 1

/* The monitor's fds, in a row from here on; see fds_gather. */
#define FDS_FIRST 3
#define FDS_ABOVE 64

struct monitor {
	const struct run *run;
	int channel;
	int signals;
	int slave;  /* -1: no terminal */
	int master; /* kept, so that the terminal hangs up only when we say so */
	pid_t command;
	bool ending;  /* outer has been told */
	bool stopped; /* outer has been told, and has sent no signal since */
};

static void note_send(const struct monitor *monitor, enum run_note_kind kind, int value)
{
	const struct run_note note = { .kind = kind, .value = value };

	/*
	 * EPIPE: outer has died, which the main loop hears, too. No EAGAIN: of the notes that may
	 * come again and again it gets no other before it has answered.
	 */
	(void)channel_send(monitor->channel, &note, sizeof(note), NULL, 0);
}

/*
 * Closes all but the four, 0 to 2 among them once the command has its own. First out of the way of
 * each other, then to their places.
 */
static int fds_gather(struct monitor *monitor)
{
	int *const fds[] = { &monitor->channel, &monitor->signals, &monitor->slave,
			     &monitor->master };
	const size_t count = sizeof(fds) / sizeof(fds[0]);
	size_t i;

	for (i = 0; i < count; i++) {
		if (*fds[i] >= 0) {
			*fds[i] = fcntl(*fds[i], F_DUPFD_CLOEXEC, FDS_ABOVE);
			if (*fds[i] < 0) {
				return -errno;
			}
		}
	}
	for (i = 0; i < count; i++) {
		if (*fds[i] < 0) {
			(void)close(FDS_FIRST + (int)i); /* whatever it is, if anything */
			continue;
		}
		*fds[i] = dup3(*fds[i], FDS_FIRST + (int)i, O_CLOEXEC);
		if (*fds[i] < 0) {
			return -errno;
		}
	}
	return close_range(FDS_FIRST + (unsigned int)count, ~0u, 0) < 0 ? -errno : 0;
}

static int session_start(const struct monitor *monitor)
{
	static const struct sigaction DEFAULT = { .sa_handler = SIG_DFL };
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigaction(SIGCHLD, &DEFAULT, NULL); /* outer's children are not to be waited for */
	/* Between here and the command's exec nobody may look into us; after it he may. */
	if (sigprocmask(SIG_SETMASK, &all, NULL) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
	    setsid() < 0) {
		return -errno;
	}
	if (monitor->slave >= 0 && ioctl(monitor->slave, TIOCSCTTY, 0) < 0) {
		return -errno;
	}
	return 0;
}

static int signals_open(struct monitor *monitor)
{
	sigset_t heard;

	(void)sigemptyset(&heard);
	(void)sigaddset(&heard, SIGCHLD);
	(void)sigaddset(&heard, SIGHUP);
	(void)sigaddset(&heard, SIGTERM);
	monitor->signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	return monitor->signals < 0 ? -errno : 0;
}

static int command_start(struct monitor *monitor)
{
	pid_t pid = fork();

	if (pid < 0) {
		return -errno;
	}
	if (pid == 0) {
		run_exec(monitor->run, monitor->slave);
	}
	/* It does the same: whoever is first. Later it cannot be done any more, and need not be. */
	(void)setpgid(pid, pid);
	monitor->command = pid;
	return 0;
}

static int monitor_prepare(struct monitor *monitor)
{
	int fd, err;

	err = signals_open(monitor);
	if (err == 0) {
		err = fds_gather(monitor);
	}
	if (err == 0) {
		err = session_start(monitor);
	}
	if (err == 0) {
		err = command_start(monitor);
	}
	/* A pipe must end for its other side when the command has closed it. */
	for (fd = STDIN_FILENO; err == 0 && fd <= STDERR_FILENO; fd++) {
		(void)close(fd);
	}
	return err;
}

/* To the command's group, which lives as long as the command is not reaped. */
static void command_signal(const struct monitor *monitor, int number)
{
	(void)kill(-monitor->command, number); /* ESRCH: about to be reported */
}

/* As a terminal does that hangs up: also to the job in the foreground, if that is another. */
static void hang_up(const struct monitor *monitor)
{
	const pid_t front = monitor->slave >= 0 ? tcgetpgrp(monitor->slave) : -1;

	command_signal(monitor, SIGHUP);
	command_signal(monitor, SIGCONT);
	if (front > INIT_PID && front != monitor->command && front != getpid()) {
		(void)kill(-front, SIGHUP); /* a job that has just ended */
		(void)kill(-front, SIGCONT);
	}
}

/* Has the command ended? It stays a zombie, so its number stays its own. */
static bool has_ended(const struct monitor *monitor)
{
	siginfo_t about = { .si_pid = 0 };

	return waitid(P_PID, (id_t)monitor->command, &about, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	       about.si_pid != 0;
}

/* Outer is dead: what it has started must not go on without it. */
static _Noreturn void abandon(const struct monitor *monitor)
{
	const int64_t deadline_ms = channel_now_ms() + GRACE_MS;

	hang_up(monitor);
	command_signal(monitor, SIGTERM);
	while (!has_ended(monitor) && channel_now_ms() < deadline_ms) {
		(void)poll(NULL, 0, TICK_MS);
	}
	command_signal(monitor, SIGKILL);
	_exit(0);
}

/* What the command has come to. True: to its end. */
static bool command_look(struct monitor *monitor)
{
	siginfo_t about = { .si_pid = 0 };

	if (waitid(P_PID, (id_t)monitor->command, &about, WEXITED | WSTOPPED | WNOHANG) < 0 ||
	    about.si_pid == 0) {
		return false;
	}
	switch (about.si_code) {
	case CLD_EXITED:
		note_send(monitor, NOTE_ENDED, about.si_status);
		return true;
	case CLD_KILLED:
	case CLD_DUMPED:
		note_send(monitor, NOTE_ENDED, 128 + about.si_status);
		return true;
	default:
		/* A user can stop and wake it all the time, and outer, once stopped, reads nothing. */
		if (!monitor->stopped) {
			monitor->stopped = true;
			note_send(monitor, NOTE_STOPPED, about.si_status);
		}
		return false;
	}
}

static void signals_read(struct monitor *monitor)
{
	struct signalfd_siginfo about;

	while (read(monitor->signals, &about, sizeof(about)) == (ssize_t)sizeof(about)) {
		if (about.ssi_signo != SIGCHLD && about.ssi_pid == INIT_PID &&
		    monitor->run->space != NULL && !monitor->ending) {
			monitor->ending = true;
			note_send(monitor, NOTE_ENDING, 0);
		}
	}
}

static void notes_read(struct monitor *monitor)
{
	struct run_note note;
	const ssize_t length = recv(monitor->channel, &note, sizeof(note), MSG_DONTWAIT);

	if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) {
		abandon(monitor);
	}
	if (length != (ssize_t)sizeof(note)) {
		return;
	}
	if (note.kind == NOTE_SIGNAL) {
		monitor->stopped = false;
		command_signal(monitor, note.value);
	} else if (note.kind == NOTE_HANGUP && monitor->master >= 0) {
		hang_up(monitor);
		(void)close(monitor->master);
		monitor->master = -1;
	}
}

_Noreturn void run_monitor(const struct run *run, const struct terminal *terminal, int channel)
{
	struct monitor monitor = { .run = run,
				   .channel = channel,
				   .signals = -1,
				   .slave = terminal->slave,
				   .master = terminal->master };
	struct pollfd entries[2];
	int err = monitor_prepare(&monitor);

	if (err < 0) {
		note_send(&monitor, NOTE_FAILED, -err);
		_exit(0);
	}
	entries[0] = (struct pollfd){ .fd = monitor.signals, .events = POLLIN };
	entries[1] = (struct pollfd){ .fd = monitor.channel, .events = POLLIN };
	for (;;) {
		if (poll(entries, 2, -1) < 0) {
			continue; /* EINTR, or ENOMEM for a moment */
		}
		/* First who has sent what: init's farewell comes before the end that it brings. */
		signals_read(&monitor);
		if (command_look(&monitor)) {
			_exit(0);
		}
		if (entries[1].revents != 0) {
			notes_read(&monitor);
		}
	}
}
