/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * knocks.h - knocks that make sense, and what tests of both sides of the door need.
 */
#ifndef LOGINSPACE_TEST_KNOCKS_H
#define LOGINSPACE_TEST_KNOCKS_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "knock.h"
#include "sandbox.h"

/* How long a test waits for what must come. */
#define KNOCKS_PATIENCE_MS 10000

static inline struct space_card space_card_of(enum plan_scope scope)
{
	return (struct space_card){
		.uid = 1000,
		.number = 3,
		.namespaces = CLONE_NEWNS | CLONE_NEWPID,
		.scope = scope,
		.linger = LINGER_TIME,
		.linger_seconds = 7,
		.digest = UINT64_MAX,
		.since = 1,
		.user = "alice",
		.network = "loopback",
		.hostname = "host",
		.conf = "/etc/x.conf",
	};
}

static inline struct owner_card owner_card_of(const char *service)
{
	struct owner_card card = { .since = 2, .rhost = "2001:db8::1", .tty = "ssh" };

	(void)snprintf(card.service, sizeof(card.service), "%s", service);
	return card;
}

static inline struct knock knock_of(enum knock_kind kind)
{
	struct knock knock = { .magic = MESSAGE_MAGIC, .version = MESSAGE_VERSION, .kind = kind };

	if (kind == KNOCK_CHARTER) {
		knock.space = space_card_of(SCOPE_USER);
	}
	if (kind != KNOCK_SHOW) {
		knock.owner = owner_card_of("sshd");
	}
	return knock;
}

static inline struct knock_answer knock_answer_of(int error)
{
	return (struct knock_answer){
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.error = error,
		.owners = 1,
		.space = space_card_of(SCOPE_USER),
		.owner = owner_card_of("sshd"),
	};
}

static inline bool same_text(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool same_space(const struct space_card *a, const struct space_card *b)
{
	return a->uid == b->uid && a->number == b->number && a->namespaces == b->namespaces &&
	       a->scope == b->scope && a->linger == b->linger &&
	       a->linger_seconds == b->linger_seconds && a->digest == b->digest &&
	       a->since == b->since && same_text(a->user, b->user) &&
	       same_text(a->network, b->network) && same_text(a->hostname, b->hostname) &&
	       same_text(a->conf, b->conf);
}

static inline bool same_owner(const struct owner_card *a, const struct owner_card *b)
{
	return a->since == b->since && same_text(a->service, b->service) &&
	       same_text(a->rhost, b->rhost) && same_text(a->tty, b->tty);
}

/* Only uid 0 is heard at a door: be it, at least in a user namespace. 0 or a negative errno. */
static inline int knocks_as_root(void)
{
	return geteuid() == 0 ? 0 : sandbox_enter(0);
}

/* The pid behind a pidfd; -1: dead and reaped; -2: not a pidfd. */
static inline int pidfd_number(int pidfd)
{
	char path[64], line[128];
	int pid = -2;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "Pid: %d", &pid) == 1) {
			break;
		}
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return pid;
}

/* A pidfd of a process that has ended and been waited for, or -1. */
static inline int pidfd_of_dead(void)
{
	pid_t pid = fork();
	int fd;

	if (pid == 0) {
		_exit(0);
	}
	fd = pid < 0 ? -1 : pidfd_open(pid, 0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? fd : -1;
}

/* A process that does nothing, as long as its parent lives; -1: none. */
static inline pid_t sleeper_start(void)
{
	int pipes[2];
	pid_t pid;
	char byte;

	if (pipe2(pipes, O_CLOEXEC) < 0) {
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		(void)close(pipes[1]);
		_exit(read(pipes[0], &byte, 1) == 0 ? 0 : 1);
	}
	(void)close(pipes[0]); /* the other end is the parent's until it ends */
	return pid;
}

/* Has the other end of CHANNEL no holder any more, and is there nothing left to read? */
static inline int channel_hung_up(int channel)
{
	char byte;

	return recv(channel, &byte, 1, MSG_DONTWAIT) == 0;
}

#endif
