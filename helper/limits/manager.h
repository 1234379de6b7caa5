/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manager.h - systemd, where it runs: the control groups are its own, and it is asked for limits.
 */
#ifndef LOGINSPACE_MANAGER_H
#define LOGINSPACE_MANAGER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "figures.h"

/* manager_runs - is systemd this system's manager? As sd_booted(3). */
bool manager_runs(void);

/*
 * manager_limit - FIGURES for the processes of a login of UID's, of which OWNER, with the pidfd
 * OWNER_FD, is the one whose session it is. SHARED: for all logins of UID, with what else is in logind's slice of his. Where
 * OWNER is not in a session of his own, he and the caller get a scope in that slice. Returns when
 * the kernel says that they hold, or at DEADLINE_MS of channel_now_ms. 0, or a negative errno with
 * the reason in DETAIL of MESSAGE_DETAIL_SIZE.
 */
int manager_limit(uid_t uid, bool shared, int owner_fd, pid_t owner, const struct figures *figures,
		  int64_t deadline_ms, char *detail);

#endif
