/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inhabitants.h - the processes of a space besides its init, as init sees them.
 *
 * kill(-1) would do as well, but the kernel walks through all processes of the host for it, also when
 * it is PID 1 of a namespace who asks.
 */
#ifndef LOGINSPACE_INHABITANTS_H
#define LOGINSPACE_INHABITANTS_H

#include <stdbool.h>

/*
 * inhabitants_open - opens /proc, that of the space, at INIT_PROC_FD, open across an exec: in the
 * process that becomes init, once it is mounted. Returns 0 or a negative errno.
 */
int inhabitants_open(void);

/* inhabitants_any - is there one? Zombies that wait for a parent outside count. */
bool inhabitants_any(void);

/* inhabitants_signal - to each that is there now; one just being born may be missed. */
void inhabitants_signal(int number);

#endif
