/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervisor.c - the process between slurmstepd and a task in a space. Runs as the job's user, in a
 * fork of slurmstepd that has opened the session: it is the owner of the space, which ends with it.
 *
 * setns(2) moves only children into a PID namespace, and slurmstepd executes the user's program
 * without a fork. So there has to be one more, as late as possible: by then slurmstepd has put this
 * process into the step's process group and control groups, which the child inherits.
 *
 * Which signals come here depends on Slurm's ProctrackType. linuxproc looks at the name of a
 * process and leaves alone what is called slurmstepd, as this one is; pgid signals the group;
 * cgroup sends all but SIGKILL to children of slurmstepd only; and "scancel --batch" means one
 * process in any case. So that the task has each of them once, the supervisor leaves the group and
 * hands on what reaches it.
 */
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct sigaction DEFAULT = { .sa_handler = SIG_DFL };

/* Whatever the task has come to, slurmstepd sees it of us. */
static _Noreturn void end_as(int status)
{
	sigset_t only;

	if (WIFEXITED(status)) {
		_exit(WEXITSTATUS(status));
	}
	/* No dump of this process: it is not dumpable. */
	(void)sigaction(WTERMSIG(status), &DEFAULT, NULL); /* SIGKILL: EINVAL, and right as it is */
	(void)sigemptyset(&only);
	(void)sigaddset(&only, WTERMSIG(status));
	(void)kill(getpid(), WTERMSIG(status));
	(void)sigprocmask(SIG_UNBLOCK, &only, NULL);
	_exit(128 + WTERMSIG(status));
}

static void ended(pid_t task, int status)
{
	if (!WIFSTOPPED(status)) {
		end_as(status);
	}
	/* It wants to be traced by its parent, ptrace(2), and has the wrong one. */
	(void)ptrace(PTRACE_DETACH, task, NULL, NULL);
}

/*
 * Nobody waits for the step any more. Our end is the owner's, and ends a space of the task's own;
 * in a shared one at least the task must not go on, nor its group, unless that is ours as well
 * (srun --pty).
 */
static _Noreturn void abandon(pid_t task, pid_t group)
{
	(void)kill(task, SIGKILL); /* ESRCH: has ended already */
	if (group != getpgrp()) {
		(void)kill(-group, SIGKILL);
	}
	_exit(1);
}

static _Noreturn void supervise(pid_t stepd, pid_t task, pid_t group)
{
	siginfo_t about;
	sigset_t all;
	int number, status;

	(void)sigfillset(&all);
	for (;;) {
		number = sigwaitinfo(&all, &about);
		/* What the kernel sends of a terminal, it sends to the task as well: SI_KERNEL. */
		if (number > 0 && number != SIGCHLD && about.si_code <= SI_USER) {
			(void)kill(task, number); /* EPERM: it has become another user */
		}
		if (waitpid(task, &status, WNOHANG) == task) {
			ended(task, status);
		}
		if (getppid() != stepd) {
			abandon(task, group);
		}
	}
}

/* GROUP is the step's. A session's leader, with a terminal (srun --pty), cannot leave its own. */
static _Noreturn void supervisor_main(pid_t stepd, pid_t task, pid_t group)
{
	/* Of the fds nobody shall wait for: pipes to slurmstepd, and what the session has open. */
	(void)close_range(0, ~0u, 0);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)setpgid(0, getpgid(stepd)); /* EPERM: with a terminal, and then nothing comes twice */
	supervise(stepd, task, group);
}

int supervisor_begin(pid_t stepd)
{
	struct sigaction child_was;
	sigset_t all, mask_was;
	pid_t task;
	int err = 0;

	/* It says so by the signal that wakes the loop anyway. */
	if (prctl(PR_SET_PDEATHSIG, SIGCHLD) < 0) {
		return -errno;
	}
	if (getppid() != stepd) {
		return -ESRCH;
	}
	(void)sigfillset(&all);
	(void)sigaction(SIGCHLD, &DEFAULT, &child_was);
	(void)sigprocmask(SIG_SETMASK, &all, &mask_was);
	task = fork();
	if (task > 0) {
		supervisor_main(stepd, task, getpgrp());
	}
	if (task < 0) {
		err = -errno;
	} else if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
		err = -errno; /* cannot fail with this number */
	}
	(void)sigaction(SIGCHLD, &child_was, NULL);
	(void)sigprocmask(SIG_SETMASK, &mask_was, NULL);
	return err;
}
