/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dev.h - /dev of a space: a private one (private_dev), and a /dev/pts of its own (devpts).
 */
#ifndef LOGINSPACE_DEV_H
#define LOGINSPACE_DEV_H

#include <limits.h>

#include "ledger.h"
#include "plan.h"

/* What of the host's /dev goes on into a private one: detached trees, -1: not there, not needed. */
struct dev {
	int pts; /* devpts = host */
	int shm; /* without an IPC namespace of its own, the host's */
	int mqueue;
	int tty; /* the terminal that the login has, when it is not below /dev/pts */
	int log; /* /dev/log, when that is a socket in /dev itself */
	char log_link[PATH_MAX]; /* /dev/log, when that is a link: where it leads; or "" */
	char tty_path[PLAN_TTY_SIZE + sizeof("/dev/")]; /* of tty; the ledger points to it */
};

#define DEV_NONE \
	{ \
		.pts = -1, .shm = -1, .mqueue = -1, .tty = -1, .log = -1 \
	}

/* dev_take - before anything is covered. Without private_dev it does nothing. 0 or -errno. */
int dev_take(const struct plan *plan, struct dev *ret);

/* dev_make - /dev anew, with what was taken. Without private_dev it does nothing. 0 or -errno. */
int dev_make(const struct plan *plan, const struct dev *dev, struct ledger *ledger);

/* devpts_make - a /dev/pts of its own, if the plan says so. 0 or -errno. */
int devpts_make(const struct plan *plan, struct ledger *ledger);

/* Closes what was taken; what was put in place stays. */
void dev_drop(struct dev *dev);

#endif
