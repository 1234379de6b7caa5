/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.h - a terminal of its own for a command, behind ours: what runs in a space must not have
 * the administrator's, into which it could type (TIOCSTI, ioctl_tty(2)).
 *
 * It is a new one of the devpts that the command will see, opened before anything is entered. Of
 * fds 0 to 2 those that are a terminal are replaced by it in the command; what is a pipe or a file
 * is handed on as it is.
 */
#ifndef LOGINSPACE_ADMIN_TERMINAL_H
#define LOGINSPACE_ADMIN_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#define TERMINAL_NAME_SIZE 64

struct terminal {
	int outer;  /* ours, open a second time and non-blocking; -1: we have none */
	int master; /* of the new one, non-blocking; -1: none was needed */
	int slave;
	bool reads; /* fd 0 is ours: what is typed is to be passed on, so it is made raw */
	bool raw;   /* it is: only then we read */
	struct termios before;         /* of ours */
	char name[TERMINAL_NAME_SIZE]; /* of the new one, "/dev/pts/3"; empty: none */
};

extern const struct terminal TERMINAL_NONE;

/*
 * terminal_open - looks at fds 0 to 2; if none of them is a terminal, *RET is TERMINAL_NONE. The
 * new one has the settings and the size of ours. It is OWNER's, as every login's is its user's.
 * ROOT: an fd of the root folder of the space that it is for; -1: the host's. Returns 0 or a
 * negative errno.
 */
int terminal_open(uid_t owner, int root, struct terminal *ret);

/* Also puts the settings back. */
void terminal_close(struct terminal *terminal);

/* terminal_raw - every key is for the command. Nothing to do unless READS. 0 or a negative errno. */
int terminal_raw(struct terminal *terminal);

void terminal_restore(struct terminal *terminal);

/* terminal_resize - the new one gets the size of ours, and the command SIGWINCH if it differs. */
void terminal_resize(const struct terminal *terminal);

#endif
