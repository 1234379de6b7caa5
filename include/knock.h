/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * knock.h - what root says to the init of a living space, and what it answers.
 *
 * Init has a socket pair, its door. It reads one end; the other it keeps at a known number for
 * whoever finds init in the registry and may take the fd out of it, pidfd_getfd(2): root only, as
 * init is root's and not dumpable. So there is no file to plant, to connect to, or to leave behind.
 *
 *   helper's child -> its own door   KNOCK_CHARTER, with the owner's pidfd and init's end of the
 *                                    module's socket: what the space is, and its first owner
 *   helper -> init                   KNOCK_JOIN, with the same two fds: another owner
 *   loginspace(8) -> init            KNOCK_SHOW, with one end of a socket of its own
 *
 * KNOCK_JOIN and KNOCK_SHOW are answered over the socket that came with them, with one struct
 * knock_answer. An init that is ending drops what it has not read, which hangs those sockets up.
 */
#ifndef LOGINSPACE_KNOCK_H
#define LOGINSPACE_KNOCK_H

#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "plan.h"

enum knock_kind {
	KNOCK_CHARTER = 1,
	KNOCK_JOIN = 2,
	KNOCK_SHOW = 3,
};

/* What a space is: decided when it was made. Every text is NUL-terminated. */
struct space_card {
	uint32_t uid;
	uint32_t number;                       /* N of the space id */
	uint32_t namespaces;                   /* CLONE_NEW* flags */
	uint32_t scope;                        /* enum plan_scope */
	uint32_t linger;                       /* enum plan_linger */
	uint32_t linger_seconds;               /* of LINGER_TIME */
	uint64_t digest;                       /* of the policy */
	struct restriction_words restrictions; /* of the login that made it */
	int64_t since;                         /* seconds of CLOCK_REALTIME */
	char user[MESSAGE_USER_SIZE];
	char network[PLAN_NETWORK_SIZE];
	char hostname[PLAN_HOSTNAME_SIZE];
	char conf[MESSAGE_PATH_SIZE]; /* the module argument conf=, or empty */
};

/* One login that holds a space. */
struct owner_card {
	int64_t since; /* seconds of CLOCK_REALTIME */
	char service[MESSAGE_SERVICE_SIZE];
	char rhost[MESSAGE_RHOST_SIZE]; /* empty: a local login */
	char tty[MESSAGE_TTY_SIZE];
};

struct knock {
	uint32_t magic;
	uint32_t version;
	uint32_t kind;           /* of enum knock_kind */
	uint32_t index;          /* KNOCK_SHOW: of the owner that is asked for; else 0 */
	struct space_card space; /* KNOCK_CHARTER; else zeros */
	struct owner_card owner; /* KNOCK_CHARTER, KNOCK_JOIN; else zeros */
};

struct knock_answer {
	uint32_t magic;
	uint32_t version;
	int32_t error;         /* errno, positive: refused. EUSERS: too many owners; EACCES:
				* not a shared space; EAGAIN: it has no card yet */
	uint32_t owners;       /* how many there are */
	int64_t lingers_since; /* seconds of CLOCK_REALTIME; 0: there are owners */
	struct space_card space;
	/* KNOCK_SHOW: the owner asked for, with its pidfd as the message's fd, when there is one */
	struct owner_card owner;
};

/* As in message.h: 0, -EMSGSIZE, -EPROTO or -EINVAL. */
int knock_check(const struct knock *knock, size_t length);
int knock_answer_check(const struct knock_answer *answer, size_t length);

/* How many fds belong to a knock of this kind. */
size_t knock_fd_count(enum knock_kind kind);

#endif
