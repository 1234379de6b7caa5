/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervisor.h - the process between slurmstepd and a task in a space.
 */
#ifndef LOGINSPACE_SLURM_SUPERVISOR_H
#define LOGINSPACE_SLURM_SUPERVISOR_H

#include <sys/types.h>

/*
 * supervisor_begin - forks: the child is the task from now on, and 0 is returned in it. Its parent,
 * the process that slurmstepd knows as the task, does not return: it ends with the task, in the
 * same way, hands on the signals that are sent to it alone, and ends the task when STEPD, its own
 * parent, has died. -errno: nothing has been forked; -ESRCH: STEPD has died already.
 */
int supervisor_begin(pid_t stepd);

#endif
