/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal_relay.h - bytes between our terminal and the new one, both ways; never waits by itself.
 */
#ifndef LOGINSPACE_ADMIN_TERMINAL_RELAY_H
#define LOGINSPACE_ADMIN_TERMINAL_RELAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "terminal.h"

#define RELAY_BUFFER_SIZE 16384

struct relay_buffer {
	size_t start, end; /* what is to be written: from start up to end */
	char bytes[RELAY_BUFFER_SIZE];
};

struct relay {
	const struct terminal *terminal;
	struct relay_buffer typed; /* from ours to the new one */
	struct relay_buffer shown; /* from the new one to ours */
	bool lost;                 /* ours has hung up, or is closed */
	bool done;                 /* nobody has the new one open any more */
};

#define RELAY_ENTRIES 2

/* relay_await - what to poll(2) for; entries that are not needed have fd -1. */
void relay_await(const struct relay *relay, struct pollfd entries[RELAY_ENTRIES]);

/* relay_step - reads and writes what poll(2) has found possible. Sets lost and done. */
void relay_step(struct relay *relay, const struct pollfd entries[RELAY_ENTRIES]);

/* Who wants to know when FD can be read; true: the rest need not be shown. */
struct relay_watch {
	int fd;
	bool (*interrupted)(void *data);
	void *data;
};

/*
 * relay_drain - shows what has been written so far, and returns when there is no more, ours is
 * lost, or WATCH has had enough. Nothing that was written before the call is left out.
 */
void relay_drain(struct relay *relay, const struct relay_watch *watch);

#endif
