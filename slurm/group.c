/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * group.c - PID 1 of a space among Slurm's control groups, those of cgroup/v2. In the task, as root.
 *
 * PID 1 is started by the task, so it is born in a group of its step, and, where pam_slurm_adopt has
 * adopted a login, of its job. With the step Slurm ends all that is in there, and removes the groups,
 * if they are empty: but a shared space has other owners. So PID 1 goes to the group "system", where
 * Slurm has what belongs to no step. Its end is that of the last owner; those stay with their jobs.
 *
 * Why the task itself does not go there, and come back with PID 1 made: slurmstepd moves the task
 * into the group of its limits at any time meanwhile.
 */
#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "file.h"
#include "place.h"
#include "registry.h"
#include "scope.h"

#define JOB "/job_"

/* STEPS is empty where we are in no group of a job's. */
static int steps_find(char ret_steps[PLACE_SIZE])
{
	char text[4096], *job = NULL;
	int err = file_read(AT_FDCWD, "/proc/self/cgroup", text, sizeof(text));

	ret_steps[0] = '\0';
	if (err < 0) {
		return err;
	}
	err = place_read(text, ret_steps);
	if (err == 0) {
		job = strstr(ret_steps, JOB);
	}
	if (job != NULL) {
		*job = '\0';
	} else {
		ret_steps[0] = '\0';
	}
	return err == -ENOENT ? 0 : err; /* a host without version 2 */
}

int group_remember(struct group *ret_group)
{
	char path[PLACE_SIZE + 64];
	int err = steps_find(ret_group->steps);

	if (err < 0 || ret_group->steps[0] == '\0') {
		return err;
	}
	(void)snprintf(path, sizeof(path), "/sys/fs/cgroup%s/system/cgroup.procs",
		       ret_group->steps);
	ret_group->members = open(path, O_WRONLY | O_CLOEXEC);
	if (ret_group->members < 0) {
		return -errno;
	}
	ret_group->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret_group->proc < 0) {
		return -errno;
	}
	err = registry_provide();
	return err < 0 ? err : registry_open(&ret_group->registry);
}

/* Not where its user has no job, as in a login of another node's, or where it has been before. */
static bool is_with_a_job(const struct group *group, pid_t init)
{
	const size_t length = strlen(group->steps);
	char path[32], text[4096], place[PLACE_SIZE];

	(void)snprintf(path, sizeof(path), "%d/cgroup", init);
	return file_read(group->proc, path, text, sizeof(text)) == 0 &&
	       place_read(text, place) == 0 && strncmp(place, group->steps, length) == 0 &&
	       strncmp(place + length, JOB, strlen(JOB)) == 0;
}

int group_clear(const struct group *group, const char space[SPACE_ID_SIZE])
{
	SCOPE_FD int pidfd = -1;
	uint32_t uid, number;
	pid_t init;
	int err;

	if (group->steps[0] == '\0') {
		return 0;
	}
	if (sscanf(space, "%" SCNu32 "-%" SCNu32, &uid, &number) != 2) {
		return -EINVAL;
	}
	err = registry_holder(group->registry, uid, number, &pidfd, &init);
	if (err < 0 || !is_with_a_job(group, init)) {
		return err;
	}
	/* Whoever has that number now has had it all the time. */
	if (pidfd_send_signal(pidfd, 0, NULL, 0) < 0 || dprintf(group->members, "%d", init) < 0) {
		return -errno;
	}
	return 0;
}

void group_forget(struct group *group)
{
	scope_close(&group->members);
	scope_close(&group->proc);
	scope_close(&group->registry);
}
