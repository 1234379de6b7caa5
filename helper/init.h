/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init.h - PID 1 of a space.
 */
#ifndef LOGINSPACE_INIT_H
#define LOGINSPACE_INIT_H

/* How long the processes of an ending space have between SIGTERM and SIGKILL. */
#define INIT_GRACE_MS 400

/* Where the program loginspace-init finds what init_prepare made; 0 to 2 are /dev/null. */
#define INIT_OWNER_FD   3
#define INIT_CHANNEL_FD 4
#define INIT_SIGNALS_FD 5

/*
 * init_prepare - what the loop needs and may not fail to get later. OWNER: a pidfd of the PAM
 * application. CHANNEL: init's end of the socket to the module. Both are init's from now on.
 * Returns 0 or a negative errno.
 */
struct init {
	int owner;
	int channel;
	int signals;
};
int init_prepare(struct init *init, int owner, int channel);

/* init_run - reaps until the space ends, ends it, and exits. Never returns. */
_Noreturn void init_run(struct init *init);

#endif
