/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal.c - log lines with fields, to systemd-journald(8). In the PAM application, as root; the
 * socket lies in a folder that only root can write to.
 */
#include "journal.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "scope.h"

/* Of systemd.journal-fields(7). */
#define NAME_LENGTH_MAX 64

/* The entry so far. It grows as if there were no bound, and writes nothing beyond it. */
struct entry {
	char *bytes;
	size_t size;
	size_t length;
};

static void entry_add(struct entry *entry, const void *bytes, size_t length)
{
	if (entry->length <= entry->size && length <= entry->size - entry->length) {
		memcpy(entry->bytes + entry->length, bytes, length);
	}
	entry->length += length;
}

/* NAME=value, or with the length in front when a newline in it would end the value. */
static void entry_field(struct entry *entry, const char *name, const char *value)
{
	const size_t length = strlen(value);
	const uint64_t length_le = htole64(length);

	entry_add(entry, name, strlen(name));
	if (memchr(value, '\n', length) == NULL) {
		entry_add(entry, "=", 1);
	} else {
		entry_add(entry, "\n", 1);
		entry_add(entry, &length_le, sizeof(length_le));
	}
	entry_add(entry, value, length);
	entry_add(entry, "\n", 1);
}

static void entry_number(struct entry *entry, const char *name, int number)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", number);
	entry_field(entry, name, text);
}

static bool name_valid(const char *name)
{
	const size_t length = strlen(name);

	return length > 0 && length <= NAME_LENGTH_MAX && name[0] >= 'A' && name[0] <= 'Z' &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == length;
}

int journal_encode(char *entry, size_t size, int priority, const char *identifier,
		   const char *message, const struct journal_field *fields, size_t count,
		   size_t *ret_length)
{
	struct entry so_far = { .bytes = entry, .size = size };
	size_t i;

	if (priority < LOG_EMERG || priority > LOG_DEBUG) {
		return -EINVAL;
	}
	entry_field(&so_far, "MESSAGE", message);
	entry_number(&so_far, "PRIORITY", priority);
	entry_number(&so_far, "SYSLOG_FACILITY", LOG_FAC(LOG_AUTHPRIV));
	entry_field(&so_far, "SYSLOG_IDENTIFIER", identifier);
	for (i = 0; i < count; i++) {
		if (!name_valid(fields[i].name)) {
			return -EINVAL;
		}
		entry_field(&so_far, fields[i].name, fields[i].value);
	}
	if (so_far.length > size) {
		return -EMSGSIZE;
	}
	*ret_length = so_far.length;
	return 0;
}

/* A socket of ours, and the address of that at PATH. */
static int datagram_socket(const char *path, struct sockaddr_un *address, int *ret)
{
	int fd;

	if (strlen(path) >= sizeof(address->sun_path)) {
		return -ENAMETOOLONG;
	}
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -errno;
	}
	*ret = fd;
	return 0;
}

static int datagram_send(const char *path, const void *bytes, size_t length)
{
	struct sockaddr_un address;
	SCOPE_FD int fd = -1;
	int err;

	err = datagram_socket(path, &address, &fd);
	if (err < 0) {
		return err;
	}
	if (sendto(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL,
		   (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return -errno;
	}
	return 0;
}

/*
 * Syslog is no way out for who holds a journal, as /dev/log may be another's: so a full queue, which
 * many can bring about, is waited for. As long as this.
 */
static const struct timeval HELD_PATIENCE = { .tv_sec = 1 };

int journal_hold_at(const char *path, struct journal_held *ret)
{
	struct sockaddr_un address;
	SCOPE_FD int fd = -1;
	int err, copy;

	err = datagram_socket(path, &address, &fd);
	if (err < 0) {
		return err;
	}
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &HELD_PATIENCE, sizeof(HELD_PATIENCE)) < 0) {
		return -errno;
	}
	/* Where the application has closed its standard fds, it may write to one in their place. */
	copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (copy < 0) {
		return -errno;
	}
	ret->fd = copy;
	ret->has_syslog = journal_same_socket(JOURNAL_SYSLOG_SOCKET, JOURNAL_SYSLOG_INPUT);
	return 0;
}

void journal_hold(struct journal_held *ret)
{
	const int errno_before = errno;

	(void)journal_hold_at(JOURNAL_SOCKET, ret); /* without: as the paths lead */
	errno = errno_before;
}

static bool is_held(const struct journal_held *held)
{
	return held != NULL && held->fd >= 0;
}

/* HELD, or else PATH. */
static int entry_send(const struct journal_held *held, const char *path, const void *bytes,
		      size_t length)
{
	if (!is_held(held)) {
		return datagram_send(path, bytes, length);
	}
	return send(held->fd, bytes, length, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int journal_submit(const struct journal_held *held, const char *path, int priority,
			  const char *identifier, const char *message,
			  const struct journal_field *fields, size_t count)
{
	const int errno_before = errno;
	char entry[JOURNAL_ENTRY_SIZE];
	size_t length;
	int err;

	err = journal_encode(entry, sizeof(entry), priority, identifier, message, fields, count,
			     &length);
	if (err == 0) {
		err = entry_send(held, path, entry, length);
	}
	errno = errno_before;
	return err;
}

int journal_send_to(const char *path, int priority, const char *identifier, const char *message,
		    const struct journal_field *fields, size_t count)
{
	return journal_submit(NULL, path, priority, identifier, message, fields, count);
}

int journal_send(const struct journal_held *held, int priority, const char *identifier,
		 const char *message, const struct journal_field *fields, size_t count)
{
	return journal_submit(held, JOURNAL_SOCKET, priority, identifier, message, fields, count);
}

bool journal_same_socket(const char *path, const char *other)
{
	const int errno_before = errno;
	struct stat a, b;
	bool same;

	same = stat(path, &a) == 0 && stat(other, &b) == 0 && S_ISSOCK(a.st_mode) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	errno = errno_before;
	return same;
}

bool journal_has_syslog(const struct journal_held *held)
{
	return is_held(held) ? held->has_syslog
			     : journal_same_socket(JOURNAL_SYSLOG_SOCKET, JOURNAL_SYSLOG_INPUT);
}
