/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.c - a terminal of its own for a command. Runs in loginspace(8), as root, on the host.
 */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "scope.h"

const struct terminal TERMINAL_NONE = { .outer = -1, .master = -1, .slave = -1 };

/* The one that shows what is written, which should be the one that is typed at, too. */
static int ours_find(void)
{
	static const int ORDER[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
	size_t i;

	for (i = 0; i < sizeof(ORDER) / sizeof(ORDER[0]); i++) {
		if (isatty(ORDER[i])) {
			return ORDER[i];
		}
	}
	return -1;
}

/*
 * The fd that we were given is shared with the shell that started us: O_NONBLOCK on it would be
 * the shell's, too. So it is opened anew; without /proc, writing to it may block us for a while.
 */
static int ours_open(int fd)
{
	char path[32];
	int again;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (again < 0) {
		again = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	}
	return again < 0 ? -errno : again;
}

/*
 * The multiplexer of a space. Who is root in there may have put anything in its place: only a
 * device is opened, and only that one. Opened anew by the fd, it finds the devpts beside it.
 */
static int multiplexer_open_at(int root)
{
	const struct open_how how = { .flags = O_PATH | O_CLOEXEC,
				      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	SCOPE_FD int found = (int)syscall(SYS_openat2, root, "dev/ptmx", &how, sizeof(how));
	struct stat about;
	char path[32];
	int fd;

	if (found < 0 || fstat(found, &about) < 0) {
		return -errno;
	}
	if (!S_ISCHR(about.st_mode) || about.st_rdev != makedev(TTYAUX_MAJOR, 2)) {
		return -ENODEV;
	}
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Without one in the space, one of the host's: its name then leads nowhere inside. */
static int multiplexer_open(int root)
{
	int fd = root < 0 ? -ENOENT : multiplexer_open_at(root);

	if (fd < 0) {
		fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

static int pair_open(int root, struct terminal *terminal)
{
	unsigned int number = 0;
	const int unlocked = 0;

	terminal->master = multiplexer_open(root);
	if (terminal->master < 0) {
		return terminal->master;
	}
	if (ioctl(terminal->master, TIOCSPTLCK, &unlocked) < 0 ||
	    ioctl(terminal->master, TIOCGPTN, &number) < 0) {
		return -errno;
	}
	(void)snprintf(terminal->name, sizeof(terminal->name), "/dev/pts/%u", number);
	/* By the fd, not by the name: what the name leads to may be another devpts. */
	terminal->slave = ioctl(terminal->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return terminal->slave < 0 ? -errno : 0;
}

static int pair_adjust(const struct terminal *terminal, uid_t owner)
{
	struct termios settings = terminal->before;

	if (!terminal->reads) {
		/* Ours stays as it is and ends the lines; two that do so make stairs or gaps. */
		settings.c_oflag &= ~(tcflag_t)OPOST;
	}
	if (tcsetattr(terminal->slave, TCSANOW, &settings) < 0) {
		return -errno;
	}
	if (fchown(terminal->slave, owner, (gid_t)-1) < 0) {
		return -errno;
	}
	terminal_resize(terminal);
	return 0;
}

static int terminal_fill(int fd, uid_t owner, int root, struct terminal *terminal)
{
	int err;

	terminal->outer = ours_open(fd);
	if (terminal->outer < 0) {
		return terminal->outer;
	}
	if (tcgetattr(terminal->outer, &terminal->before) < 0) {
		return -errno;
	}
	terminal->reads = fd == STDIN_FILENO;
	err = pair_open(root, terminal);
	return err < 0 ? err : pair_adjust(terminal, owner);
}

int terminal_open(uid_t owner, int root, struct terminal *ret)
{
	struct terminal terminal = TERMINAL_NONE;
	int fd = ours_find();
	int err;

	if (fd >= 0) {
		err = terminal_fill(fd, owner, root, &terminal);
		if (err < 0) {
			terminal_close(&terminal);
			return err;
		}
	}
	*ret = terminal;
	return 0;
}

void terminal_close(struct terminal *terminal)
{
	int *const fds[] = { &terminal->outer, &terminal->master, &terminal->slave };
	size_t i;

	terminal_restore(terminal);
	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0) {
			(void)close(*fds[i]); /* nothing is buffered on our side */
			*fds[i] = -1;
		}
	}
}

static int settings_set(int fd, const struct termios *settings)
{
	int result;

	do {
		result = tcsetattr(fd, TCSADRAIN, settings);
	} while (result < 0 && errno == EINTR);
	return result < 0 ? -errno : 0;
}

int terminal_raw(struct terminal *terminal)
{
	struct termios raw = terminal->before;
	int err;

	if (!terminal->reads || terminal->raw) {
		return 0;
	}
	cfmakeraw(&raw);
	err = settings_set(terminal->outer, &raw);
	if (err == 0) {
		terminal->raw = true;
	}
	return err;
}

void terminal_restore(struct terminal *terminal)
{
	if (terminal->raw) {
		/* EIO: it has hung up, and nobody uses it any more. */
		(void)settings_set(terminal->outer, &terminal->before);
		terminal->raw = false;
	}
}

void terminal_resize(const struct terminal *terminal)
{
	struct winsize size;

	if (terminal->master >= 0 && ioctl(terminal->outer, TIOCGWINSZ, &size) == 0) {
		(void)ioctl(terminal->master, TIOCSWINSZ, &size); /* a size is no necessity */
	}
}
