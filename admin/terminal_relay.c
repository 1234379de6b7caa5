/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal_relay.c - bytes between two terminals. Runs in loginspace(8).
 */
#include "terminal_relay.h"

#include <errno.h>
#include <unistd.h>

/* What the kernel keeps of a terminal's output is less; see relay_drain. */
#define DRAIN_MOST ((size_t)256 * 1024)

enum { OUTER, INNER };

static size_t room_of(const struct relay_buffer *buffer)
{
	return sizeof(buffer->bytes) - buffer->end;
}

static bool is_empty(const struct relay_buffer *buffer)
{
	return buffer->start == buffer->end;
}

/* More bytes read: their number, 0 (none now), or -EIO (there will be no more). */
static ssize_t buffer_fill(struct relay_buffer *buffer, int fd)
{
	ssize_t length;

	if (room_of(buffer) == 0) {
		return 0;
	}
	length = read(fd, buffer->bytes + buffer->end, room_of(buffer));
	if (length < 0) {
		return errno == EAGAIN || errno == EINTR ? 0 : -EIO;
	}
	if (length == 0) {
		return -EIO; /* a raw terminal says so only when it has hung up, termios(3) */
	}
	buffer->end += (size_t)length;
	return length;
}

/* Returns 0, or -EIO: nobody takes it. */
static int buffer_flush(struct relay_buffer *buffer, int fd)
{
	ssize_t length;

	if (is_empty(buffer)) {
		return 0;
	}
	length = write(fd, buffer->bytes + buffer->start, buffer->end - buffer->start);
	if (length < 0) {
		return errno == EAGAIN || errno == EINTR ? 0 : -EIO;
	}
	buffer->start += (size_t)length;
	if (is_empty(buffer)) {
		buffer->start = 0;
		buffer->end = 0;
	}
	return 0;
}

static short events(bool in, bool out)
{
	return (short)((in ? POLLIN : 0) | (out ? POLLOUT : 0));
}

void relay_await(const struct relay *relay, struct pollfd entries[RELAY_ENTRIES])
{
	const struct terminal *terminal = relay->terminal;

	entries[OUTER] = (struct pollfd){
		.fd = relay->lost ? -1 : terminal->outer,
		.events = events(terminal->raw && room_of(&relay->typed) > 0,
				 !is_empty(&relay->shown)),
	};
	entries[INNER] = (struct pollfd){
		.fd = relay->lost || relay->done ? -1 : terminal->master,
		.events = events(room_of(&relay->shown) > 0, !is_empty(&relay->typed)),
	};
}

void relay_step(struct relay *relay, const struct pollfd entries[RELAY_ENTRIES])
{
	const struct terminal *terminal = relay->terminal;
	const short outer = entries[OUTER].revents;
	const short inner = entries[INNER].revents;

	if ((outer & POLLIN) != 0) {
		relay->lost = buffer_fill(&relay->typed, terminal->outer) < 0;
	} else if ((outer & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
		relay->lost = true;
	}
	if ((inner & POLLIN) != 0) {
		relay->done = buffer_fill(&relay->shown, terminal->master) < 0;
	} else if ((inner & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
		relay->done = true; /* relay_drain reads what there still is */
	}
	if (!relay->done) {
		relay->done = buffer_flush(&relay->typed, terminal->master) < 0;
	}
	if (!relay->lost) {
		relay->lost = buffer_flush(&relay->shown, terminal->outer) < 0;
	}
}

/* Waits until ours takes more. False: WATCH has had enough, or there is no terminal any more. */
static bool show(struct relay *relay, const struct relay_watch *watch)
{
	struct pollfd entries[] = {
		{ .fd = relay->terminal->outer, .events = POLLOUT },
		{ .fd = watch->fd, .events = POLLIN },
	};

	if (buffer_flush(&relay->shown, relay->terminal->outer) < 0) {
		relay->lost = true;
		return false;
	}
	if (is_empty(&relay->shown) || poll(entries, 2, -1) < 0) {
		return true;
	}
	return entries[1].revents == 0 || !watch->interrupted(watch->data);
}

/*
 * When a read finds nothing the kernel has handed over all that was written before (n_tty_read). A
 * program in the background may write on and on, hence a limit.
 */
void relay_drain(struct relay *relay, const struct relay_watch *watch)
{
	size_t most = DRAIN_MOST;
	bool more = true;

	while (!relay->lost && (more || !is_empty(&relay->shown))) {
		if (more && room_of(&relay->shown) > 0) {
			const ssize_t length = buffer_fill(&relay->shown, relay->terminal->master);

			more = length > 0 && (size_t)length < most;
			most -= more ? (size_t)length : 0;
		}
		if (!show(relay, watch)) {
			return;
		}
	}
}
