/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place.h - which control group a process is in, and what that is to systemd. Pure.
 */
#ifndef LOGINSPACE_PLACE_H
#define LOGINSPACE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PLACE_SIZE 512 /* of a control group's path, and of a unit's name */

/*
 * place_read - from the TEXT of /proc/PID/cgroup, the path in the hierarchy of version 2,
 * cgroups(7). Returns 0; -ENOENT (there is none); -ENAMETOOLONG.
 */
int place_read(const char *text, char ret_place[PLACE_SIZE]);

/*
 * place_session - is PLACE a session of UID's own that logind keeps? Then *RET_UNIT is its scope.
 * The whole path counts: below it users may have groups of any name.
 */
bool place_session(const char *place, uid_t uid, char ret_unit[PLACE_SIZE]);

/* place_slice - logind's slice for all that is UID's, and its path. */
void place_slice(uid_t uid, char ret_unit[PLACE_SIZE], char ret_place[PLACE_SIZE]);

/* place_in_slice - is PLACE somewhere in there? */
bool place_in_slice(const char *place, uid_t uid);

/* place_in_job - is PLACE a group that Slurm has made for a job, by its cgroup/v2? */
bool place_in_job(const char *place);

/*
 * place_scope - the name of a scope of our own for the process OWNER, which asks at NOW_MS of the
 * monotonic clock: no other has had it since the machine was started. And its path.
 */
void place_scope(uid_t uid, pid_t owner, int64_t now_ms, char ret_unit[PLACE_SIZE],
		 char ret_place[PLACE_SIZE]);

#endif
