/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registries.h - a registry of the test's own, and processes that hold something of it. Include
 * after cmocka.h.
 */
#ifndef LOGINSPACE_TEST_REGISTRIES_H
#define LOGINSPACE_TEST_REGISTRIES_H

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "registry.h"
#include "sandbox.h"

#define FOLDER "/run/loginspace"

/* Root of a user namespace with FLAGS besides, over an empty /run. */
static inline int own_run(int flags)
{
	if (sandbox_enter(CLONE_NEWNS | flags) < 0 ||
	    mount("none", "/run", "tmpfs", 0, "mode=755") < 0) {
		return CHILD_SKIP;
	}
	return CHILD_PASS;
}

/* As the helper does it: a glance. 0, -EUSERS, or another negative errno. */
static inline int has_room(int registry, uid_t uid, unsigned int max)
{
	uint32_t number;

	return registry_find(registry, uid, max, &number);
}

/* As the helper and its child do it; the last word is the taker's. */
static inline int number_take(int registry, uid_t uid, unsigned int max, uint32_t *ret_number)
{
	uint32_t seen = 0;

	(void)registry_find(registry, uid, max, &seen);
	return registry_take(registry, uid, max, seen, ret_number);
}

/* A process that has taken something of a registry. */
struct holder {
	pid_t pid;
	int result; /* of what it has called */
};

/* A fork that calls TAKE, as init does, and lives until it is killed. */
static inline int holder_start(int (*take)(int registry, const void *about), int registry,
			       const void *about, struct holder *ret)
{
	int pipes[2], result;

	CHECK(pipe2(pipes, O_CLOEXEC) == 0);
	ret->pid = fork();
	CHECK(ret->pid >= 0);
	if (ret->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		result = take(registry, about);
		while (write(pipes[1], &result, sizeof(result)) == sizeof(result)) {
			(void)pause();
		}
		_exit(1);
	}
	CHECK(read(pipes[0], &ret->result, sizeof(ret->result)) == sizeof(ret->result));
	CHECK(close(pipes[0]) == 0 && close(pipes[1]) == 0);
	return CHILD_PASS;
}

static inline int holder_end(const struct holder *holder)
{
	CHECK(kill(holder->pid, SIGKILL) == 0 && waitpid(holder->pid, NULL, 0) == holder->pid);
	return CHILD_PASS;
}

#endif
