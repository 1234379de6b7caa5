/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spawn.c - start the helper without the application noticing. Runs in the PAM application, root.
 *
 * The application may ignore SIGCHLD, or reap every child in a handler. So the helper is not its
 * child: a child in between starts the helper and exits at once. That one never execs, so its exit
 * signal stays 0 (clone(2)): it raises no SIGCHLD, is invisible to wait(2) without __WALL or
 * __WCLONE, and is reaped here. It shares our memory until it exits (CLONE_VM | CLONE_VFORK), so
 * no page tables are copied, and our table of fds, so that the helper's pidfd is ours.
 */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"

#define STACK_SIZE ((size_t)64 * 1024) /* posix_spawn(3) maps a stack of its own */

struct call {
	const char *path;
	const posix_spawn_file_actions_t *actions;
	const posix_spawnattr_t *attributes;
	int helper; /* result: a pidfd */
	int err;    /* result: 0 or a negative errno */
};

/*
 * Under su the real uid is the caller's, who may kill or stop a process that has it. Done by hand,
 * as the C library's functions would do it to all threads of an application; these are the
 * credentials of this one process, those of the application stay.
 */
static int leave_callers_hands(void)
{
	if (syscall(SYS_setresgid, 0, 0, 0) < 0 || syscall(SYS_setresuid, 0, 0, 0) < 0) {
		return -errno;
	}
	return 0;
}

/* The child in between. Nothing here may touch the application's state but *CALL and new fds. */
static int start_helper(void *argument)
{
	static const struct sigaction DEFAULT = { .sa_handler = SIG_DFL };
	static char name[] = "loginspace-helper";
	char *const argv[] = { name, NULL };
	char *const envp[] = { NULL };
	struct call *call = argument;
	pid_t pid;

	call->err = leave_callers_hands();
	if (call->err < 0) {
		return 0;
	}
	/* Dispositions are not shared. A dead helper must keep its number until pidfd_open. */
	(void)sigaction(SIGCHLD, &DEFAULT, NULL);
	call->err = -posix_spawn(&pid, call->path, call->actions, call->attributes, argv, envp);
	if (call->err < 0) {
		return 0;
	}
	call->helper = pidfd_open(pid, 0);
	if (call->helper < 0) {
		call->err = -errno;
		(void)kill(pid, SIGKILL); /* our own child, not reaped yet */
	}
	return 0;
}

static int run_between(struct call *call)
{
	sigset_t all, before;
	int err = 0, status = 0;
	char *stack;
	pid_t pid;

	stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED) {
		return -errno;
	}
	/* No handler of the application may run in the child: it would run in our memory. */
	(void)sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &before) < 0) {
		err = -errno;
		(void)munmap(stack, STACK_SIZE);
		return err;
	}
	pid = clone(start_helper, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_FILES, call);
	if (pid < 0) {
		err = -errno;
	} else if (waitpid(pid, &status, __WALL) < 0) {
		err = -errno;
	} else if (!WIFEXITED(status)) {
		err = -ECHILD;
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	/* Killed half-way it may leave a helper that still runs in our memory, on this stack. */
	if (WIFEXITED(status)) {
		(void)munmap(stack, STACK_SIZE);
	}
	return err;
}

static int fill_actions(posix_spawn_file_actions_t *actions, int channel)
{
	int err, fd;

	/* The channel first: it may itself be 0, 1 or 2 in an application that closed those. */
	err = posix_spawn_file_actions_adddup2(actions, channel, MESSAGE_HELPER_FD);
	for (fd = 0; fd <= 2 && err == 0; fd++) {
		err = posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_RDWR, 0);
	}
	if (err == 0) {
		err = posix_spawn_file_actions_addclosefrom_np(actions, MESSAGE_HELPER_FD + 1);
	}
	if (err == 0) {
		err = posix_spawn_file_actions_addchdir_np(actions, "/");
	}
	return -err;
}

/* The mask stays full, as it is around run_between: the helper decides itself what it hears. */
static int fill_attributes(posix_spawnattr_t *attributes)
{
	sigset_t all;
	int err;

	(void)sigfillset(&all);
	err = posix_spawnattr_setsigdefault(attributes, &all);
	if (err == 0) {
		err = posix_spawnattr_setflags(attributes,
					       POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
	}
	return -err;
}

static int call_spawn(const char *path, int channel, posix_spawn_file_actions_t *actions,
		      posix_spawnattr_t *attributes, int *ret_helper)
{
	struct call call = {
		.path = path, .actions = actions, .attributes = attributes, .helper = -1
	};
	int err;

	err = fill_actions(actions, channel);
	if (err < 0) {
		return err;
	}
	err = fill_attributes(attributes);
	if (err < 0) {
		return err;
	}
	err = run_between(&call);
	if (err == 0) {
		err = call.err;
	}
	if (err < 0) {
		if (call.helper >= 0) {
			(void)close(call.helper);
		}
		return err;
	}
	*ret_helper = call.helper;
	return 0;
}

int spawn_helper(const char *path, int channel, int *ret_helper)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err != 0) {
		return -err;
	}
	err = posix_spawnattr_init(&attributes);
	if (err == 0) {
		err = call_spawn(path, channel, &actions, &attributes, ret_helper);
		(void)posix_spawnattr_destroy(&attributes);
	} else {
		err = -err;
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return err;
}
