/* SPDX-License-Identifier: BSD-2-Clause */
/* Who of a login is killed, and when. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* SPARED: nobody is. */
enum kind { SPARED, OWNER, HELPER, INIT, KINDS };

/* A login: the worker that tries it, the worker's sshd, the ssh client (0: none now). */
struct family {
	pid_t worker, listener, client;
};

/* The monotonic clock. */
uint64_t clock_us(void);
void pause_us(uint64_t us);

/* A number below BELOW; the same lots for the same seed, which is not 0. */
void lot_seed(uint64_t seed);
uint64_t lot(uint64_t below);

/* Whether anything of the worker's logins lives, or is dead and not reaped, but for the client. */
bool relatives_live(const struct family *family);

/*
 * Kills one process of the login that has begun with the client: waits until there is one of that
 * kind, and then for a random time. False if there was none for 3 seconds, or it has gone by itself.
 */
bool victim_kill(enum kind kind, const struct family *family);
