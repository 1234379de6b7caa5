/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owners.h - the owners of a space, whom its init counts. No allocation.
 */
#ifndef LOGINSPACE_OWNERS_H
#define LOGINSPACE_OWNERS_H

#include <stdbool.h>
#include <stddef.h>

#include "knock.h"

/* More logins one space does not take: two fds each, below the usual RLIMIT_NOFILE of 1024. */
#define OWNERS_MAX 256

struct owner {
	int pidfd;   /* of the PAM application; -1: this place is free */
	int channel; /* to its module; -1: hung up after WORD_JOINED */
	bool joined; /* the module has said WORD_JOINED */
	struct owner_card card;
};

struct owners {
	size_t most; /* so many it takes, at most OWNERS_MAX; set before the first */
	struct owner places[OWNERS_MAX];
	size_t used;  /* places from here on have never been taken */
	size_t count; /* owners */
	bool entered; /* one of them has ever said WORD_JOINED */
};

/*
 * owners_add - the fds are the owners' from now on, in case of success. Returns 0; -EUSERS (there
 * are as many as it takes); -ESRCH (PIDFD is that of a dead process); another negative errno.
 */
int owners_add(struct owners *owners, const struct owner_card *card, int pidfd, int channel);

/* owners_drop - this one is none any more. */
void owners_drop(struct owners *owners, struct owner *owner);

/* owners_at - the owner number INDEX, from 0; NULL when there are not so many. */
const struct owner *owners_at(const struct owners *owners, size_t index);

/*
 * owner_hear - reads the socket of OWNER, which poll(2) has reported: words that uid 0 has sent
 * count, others do not. Returns true when OWNER is to be dropped.
 */
bool owner_hear(struct owners *owners, struct owner *owner);

#endif
