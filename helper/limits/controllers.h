/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * controllers.h - the control groups of this machine: can they limit what is to be limited, and do
 * they?
 */
#ifndef LOGINSPACE_CONTROLLERS_H
#define LOGINSPACE_CONTROLLERS_H

#include <sys/types.h>

#include "figures.h"
#include "place.h"

#define CONTROLLERS_ROOT "/sys/fs/cgroup"

/*
 * controllers_check - is version 2 mounted there, with a controller for each of FIGURES? Returns 0;
 * -EOPNOTSUPP, with the sentence in DETAIL of MESSAGE_DETAIL_SIZE; another negative errno.
 */
int controllers_check(const struct figures *figures, char *detail);

/* controllers_place - where the process PID is, see place_read. Returns 0 or a negative errno. */
int controllers_place(pid_t pid, char ret_place[PLACE_SIZE]);

/*
 * controllers_hold - does the group whose folder is GROUP have FIGURES, with a limit of memory no
 * swap, too? Returns 0; -EAGAIN: no, or it is not there; another negative errno.
 */
int controllers_hold(int group, const struct figures *figures);

/* controllers_hold_at - as controllers_hold, of the group at PLACE. */
int controllers_hold_at(const char *place, const struct figures *figures);

#endif
