// SPDX-License-Identifier: BSD-2-Clause
/*
 * follow.c - the processes from the first to the last.
 */
#include <sys/ptrace.h>

#include "follow.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"
#include "tracee.h"

#define HANGS 124
#define OPTIONS \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
	 PTRACE_O_TRACEEXEC)

static bool calls_matter(const struct tracee *t)
{
	if (t->role == ROLE_NONE || t->role == ROLE_TOOL) {
		return false;
	}
	return want.action == ACTION_LIST || t->hit ||
	       (!reached && (wanted_role(t) || (t->role == ROLE_APP && phases_matter())));
}

static void go_on(struct tracee *t, int sig)
{
	ptrace(calls_matter(t) ? PTRACE_SYSCALL : PTRACE_CONT, t->pid, 0, sig);
}

static void stop_handle(struct tracee *t, int status)
{
	int sig = WSTOPSIG(status), event = status >> 16;

	if (sig == (SIGTRAP | 0x80)) {
		if (syscall_stop(t)) {
			go_on(t, 0);
		}
	} else if (event == PTRACE_EVENT_EXEC) {
		if (program_take(t)) {
			go_on(t, 0);
		} else {
			ptrace(PTRACE_DETACH, t->pid, 0, 0);
			tracee_drop(t);
		}
	} else if (event == PTRACE_EVENT_STOP) {
		if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU) {
			ptrace(PTRACE_LISTEN, t->pid, 0, 0);
		} else {
			go_on(t, 0);
		}
	} else {
		go_on(t, event == 0 ? sig : 0);
	}
}

/* Only now, at its first stop, is a child ours to let go. */
static void newcomer_handle(pid_t pid)
{
	struct tracee *t = tracee_new(pid);

	if (t->role == ROLE_TOOL || (t->role == ROLE_INIT && reached && !want.list)) {
		ptrace(PTRACE_DETACH, pid, 0, 0);
		tracee_drop(t);
	} else {
		go_on(t, 0);
	}
}

static void resume(void)
{
	if (stopped != 0) {
		kill(stopped,
		     SIGCONT); /* its parent may have reaped it: in here numbers do not return soon */
		stopped = 0;
	}
}

static void everybody_end(void)
{
	resume();
	for (int i = 0; i < TRACEES_MAX; i++) {
		if (tracees[i]) {
			kill(tracees[i]->pid, SIGKILL);
		}
	}
}

static void news_handle(pid_t pid, int status, pid_t root)
{
	struct tracee *t = tracee_find(pid);

	if (!WIFSTOPPED(status)) {
		tracee_drop(t);
	} else if (t) {
		stop_handle(t, status);
	} else if (pid != root) {
		newcomer_handle(pid);
	}
}

static int result_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int follow(pid_t root, time_t hang_at)
{
	int status, result = -1;
	time_t leave_at = hang_at;

	for (;;) {
		pid_t pid = waitpid(-1, &status, __WALL);
		time_t now = time(NULL);

		if (pid < 0 && errno == ECHILD) {
			return result;
		}
		if (pid > 0) {
			news_handle(pid, status, root);
		}
		if (pid == root && !WIFSTOPPED(status)) {
			result = result_of(status);
			leave_at = now + 3;
		}
		if (now >= resume_at || result >= 0) {
			resume();
		}
		if (now > leave_at) {
			break;
		}
	}
	if (result < 0) {
		everybody_end();
		return HANGS;
	}
	return result;
}

pid_t root_start(char **argv)
{
	int gate[2];
	char byte;
	pid_t pid;

	if (pipe(gate) < 0) {
		err(OWN_ERROR, "pipe");
	}
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		(void)!read(gate[0], &byte, 1);
		close(gate[0]);
		execvp(argv[0], argv);
		err(OWN_ERROR, "%s", argv[0]);
	}
	close(gate[0]);
	tracees[0] = calloc(1, sizeof(*tracees[0]));
	if (pid < 0 || !tracees[0] || ptrace(PTRACE_SEIZE, pid, 0, OPTIONS) < 0) {
		err(OWN_ERROR, "%s", argv[0]);
	}
	tracees[0]->pid = pid;
	close(gate[1]);
	return pid;
}
