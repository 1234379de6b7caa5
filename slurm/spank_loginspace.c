/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spank_loginspace.c - Slurm's hooks, in the order in which slurmstepd calls them (spank(7)): each
 * task of a job gets a PAM session of its own, and so, if the policy says so, a space.
 *
 * slurmstepd has threads and cannot be confined itself. Each of its tasks is a fork with one
 * thread, root at first. What goes wrong ends the task before anything of the user's has run, also
 * where plugstack.conf says "optional".
 */
#include <errno.h>
#include <pwd.h>
#include <slurm/spank.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "group.h"
#include "session.h"
#include "supervisor.h"

SPANK_PLUGIN(loginspace, 1)

#define ACCOUNT_SIZE 65536
#define VARIABLE     "LOGINSPACE"
/* Any that begins so is a terminal of the host's: lib/view.c. Its name is not known yet. */
#define TERMINAL "/dev/tty"

/* Slurm hands nothing from one hook to the next. Each task has its own copy. */
static struct {
	pid_t stepd;   /* 0: not in slurmstepd */
	bool decided;  /* this task has its session */
	bool confined; /* and a space by it */
} step;

static void say(const char *text)
{
	slurm_error("loginspace: %s", text);
}

/* In the task's own process, which nobody needs any more. */
static _Noreturn void task_end(const char *what, int err)
{
	slurm_error("loginspace: the task gets no space, and is not run: %s: %s", what,
		    strerror(-err));
	_exit(1);
}

static int user_find(spank_t spank, char *ret_name, size_t size)
{
	static char strings[ACCOUNT_SIZE];
	struct passwd entry, *found = NULL;
	uid_t uid;
	int err;

	if (spank_get_item(spank, S_JOB_UID, &uid) != ESPANK_SUCCESS) {
		return -EINVAL;
	}
	err = getpwuid_r(uid, &entry, strings, sizeof(strings), &found);
	if (found == NULL) {
		return err == 0 ? -ENOENT : -err;
	}
	if (strlen(entry.pw_name) >= size) {
		return -ENAMETOOLONG;
	}
	(void)snprintf(ret_name, size, "%s", entry.pw_name);
	return 0;
}

/* srun --pty; the user may say so, too, and then has the host's terminals in sight. */
static bool has_terminal(spank_t spank)
{
	char port[16];

	return spank_getenv(spank, "SLURM_PTY_PORT", port, sizeof(port)) != ESPANK_ENV_NOEXIST;
}

/* Also in srun, sbatch and slurmd, where it has nothing to do. */
int slurm_spank_init(spank_t spank, int argc, char **argv)
{
	if (argc > 0) {
		slurm_error("loginspace: plugstack.conf: unknown argument \"%s\"", argv[0]);
		return -1;
	}
	if (spank_remote(spank) == 1) {
		step.stepd = getpid();
	}
	return 0;
}

/* What is amiss with the control groups is no concern of a task without a space. */
static void session_begin(struct session *session)
{
	struct group group = GROUP_NONE;
	int err_group = group_remember(&group);
	int err = session_open(session);

	if (err < 0) {
		task_end("/etc/pam.d/" SESSION_SERVICE, err);
	}
	step.confined = session->space[0] != '\0';
	if (step.confined && err_group == 0) {
		err_group = group_clear(&group, session->space);
	}
	if (step.confined && err_group < 0) {
		task_end("the control group of PID 1", err_group);
	}
	group_forget(&group);
}

/* In the task, as root; slurmstepd may not yet have put it into the step's groups. */
int slurm_spank_task_init_privileged(spank_t spank, int argc, char **argv)
{
	char user[256];
	struct session session = { .user = user, .say = say };
	int err;

	(void)argc;
	(void)argv;
	if (getpid() == step.stepd) {
		say("slurmstepd calls this in the wrong process");
		return -1;
	}
	err = user_find(spank, user, sizeof(user));
	if (err < 0) {
		task_end("the user", err);
	}
	session.tty = has_terminal(spank) ? TERMINAL : NULL;
	session_begin(&session);
	if (step.confined && spank_setenv(spank, VARIABLE, session.space, 1) != ESPANK_SUCCESS) {
		task_end("the environment", -ENOMEM);
	}
	step.decided = true;
	return 0;
}

/* In the task, as the user, just before its program. */
int slurm_spank_task_init(spank_t spank, int argc, char **argv)
{
	int err;

	(void)spank;
	(void)argc;
	(void)argv;
	if (!step.decided) {
		task_end("the session", -EPROTO);
	}
	if (!step.confined) {
		return 0;
	}
	err = supervisor_begin(step.stepd);
	if (err < 0) {
		task_end("fork", err);
	}
	return 0;
}
