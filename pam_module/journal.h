/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal.h - log lines with fields, to systemd-journald(8) where it runs, in its native protocol
 * (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/): a datagram an entry, to a socket in the file
 * system. Nothing has to be set up, and sending is how it is found out whether a journal runs.
 *
 * And syslog? On a machine with systemd /dev/log is journald's own socket (the Symlinks= of
 * systemd-journald-dev-log.socket), so what syslog(3) gets goes to the journal, too, and a syslog
 * daemon has it from there (ForwardToSyslog= of journald.conf(5), or by reading the journal). There
 * an entry that was sent here must not go to syslog(3) again. Where /dev/log is a daemon's of its
 * own, or there is none, it is sent to both: journal_has_syslog tells.
 */
#ifndef LOGINSPACE_JOURNAL_H
#define LOGINSPACE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#ifndef JOURNAL_SOCKET
#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#endif

/* Where syslog(3) sends to, and where journald takes that. */
#define JOURNAL_SYSLOG_SOCKET "/dev/log"
#define JOURNAL_SYSLOG_INPUT  "/run/systemd/journal/dev-log"

/* The longest entry, with all names and values. */
#define JOURNAL_ENTRY_SIZE 8192

struct journal_field {
	const char
		*name; /* A-Z, 0-9 and _, no digit or _ first, 64 at most: else journald drops it */
	const char *value; /* any text */
};

/*
 * journal_encode - an entry with MESSAGE, PRIORITY (0 to 7, as LOG_INFO of syslog(3)),
 * SYSLOG_FACILITY=10 (authpriv), SYSLOG_IDENTIFIER and the COUNT fields. The process's ids are not
 * in it: journald takes them from the kernel. Pure.
 * Returns 0; -EINVAL (a name or the priority is not as it has to be); -EMSGSIZE (longer than SIZE).
 */
int journal_encode(char *entry, size_t size, int priority, const char *identifier,
		   const char *message, const struct journal_field *fields, size_t count,
		   size_t *ret_length);

/*
 * A journal that is held: reached by a process also after it has gone where somebody else says what
 * lies at the paths above.
 */
struct journal_held {
	int fd;          /* connected; -1: not held */
	bool has_syslog; /* journal_has_syslog, when it was held */
};

#define JOURNAL_NOT_HELD \
	{ \
		.fd = -1 \
	}

/*
 * journal_hold - that of JOURNAL_SOCKET, for scope_close(&ret->fd): close-on-exec, above 2. Where no
 * journal runs it is not held, and there are the paths. Leaves errno as it was.
 */
void journal_hold(struct journal_held *ret);

/* journal_hold_at - the same, at another path; *RET is as it was when it cannot be. */
int journal_hold_at(const char *path, struct journal_held *ret);

/*
 * journal_send - the same, sent to the one that is HELD, or, with NULL or one that is not, to
 * JOURNAL_SOCKET. Never waits, but for one that is held: a second at most. Leaves no fd, sends no
 * SIGPIPE, and leaves errno as it was.
 * Returns 0; -ENOENT or -ECONNREFUSED (no journal runs); -EAGAIN (it does not keep up); -EINVAL or
 * -EMSGSIZE as above; another of socket(2) or sendto(2). After any of them the line has to go to
 * syslog(3).
 */
int journal_send(const struct journal_held *held, int priority, const char *identifier,
		 const char *message, const struct journal_field *fields, size_t count);

/* journal_send_to - the same to another socket, never held. */
int journal_send_to(const char *path, int priority, const char *identifier, const char *message,
		    const struct journal_field *fields, size_t count);

/*
 * journal_has_syslog - does what is sent to syslog(3) end in the journal? With one that is HELD: did
 * it then? Leaves errno alone.
 */
bool journal_has_syslog(const struct journal_held *held);

/* journal_same_socket - are PATH and OTHER there, and one socket? */
bool journal_same_socket(const char *path, const char *other);

#endif
