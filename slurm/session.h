/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h - the PAM session of a task.
 */
#ifndef LOGINSPACE_SLURM_SESSION_H
#define LOGINSPACE_SLURM_SESSION_H

#include "space_id.h"

/*
 * The PAM service of tasks. Not "slurm", which slurmstepd itself opens with UsePAM=1: it has
 * threads, and cannot be confined.
 */
#define SESSION_SERVICE "slurm-task"

/* What PAM says goes to SAY, a line at a time. */
struct session {
	const char *user;
	const char *tty; /* NULL: the task has no terminal */
	void (*say)(const char *text);
	char space[SPACE_ID_SIZE]; /* out: empty when the task is to run without one */
};

/*
 * session_open - in the task, as root, before it is anything of the user's. The session is never
 * closed: the end of this process is the end of the space's owner. Nothing but that closes it, so
 * nothing that has to be closed belongs into the service's file.
 *
 * Returns 0; -ENOENT: there is no PAM file for the service, and libpam would take "other", which
 * knows nothing of spaces; -EACCES: PAM refuses, and has said why; other negative errno.
 */
int session_open(struct session *session);

#endif
