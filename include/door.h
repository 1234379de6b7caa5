/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * door.h - knocking at the door of a living space's init, see knock.h. For the helper and
 * loginspace(8), as root with CAP_SYS_PTRACE (pidfd_getfd(2)).
 */
#ifndef LOGINSPACE_DOOR_H
#define LOGINSPACE_DOOR_H

#include <stdint.h>
#include <sys/types.h>

#include "knock.h"

/*
 * door_take - the outer end of the door of the process behind PIDFD, which registry_holder gave.
 * Returns 0; -EBADF (it is ending and has shut its door); -ESRCH (dead); -EPERM (no
 * CAP_SYS_PTRACE, or kernel.yama.ptrace_scope is 3); another negative errno.
 */
int door_take(int pidfd, int *ret_door);

/*
 * door_join - asks for OWNER, a pidfd, to be one more owner. *RET_CHANNEL is the module's end of
 * its socket to init, *RET_ANSWER what init says of the space. Returns 0; -ECONNRESET or -EPIPE (it
 * is ending); -ETIMEDOUT; init's own refusal.
 */
int door_join(int door, const struct owner_card *card, int owner, int64_t deadline_ms,
	      struct knock_answer *ret_answer, int *ret_channel);

/*
 * door_show - what the space is, and its owner INDEX. *RET_OWNER is a pidfd of it, the caller's to
 * close, or -1 when there are not so many. Returns as door_join.
 */
int door_show(int door, uint32_t index, int64_t deadline_ms, struct knock_answer *ret_answer,
	      int *ret_owner);

#endif
