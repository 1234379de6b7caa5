/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.h - a test body in a fork, for what would spoil the test program: closed standard fds,
 * another working folder, signal dispositions, namespaces. cmocka's asserts jump back into the
 * list of tests, so in the fork CHECK stands in for them. Include after cmocka.h.
 */
#ifndef LOGINSPACE_TEST_CHILD_H
#define LOGINSPACE_TEST_CHILD_H

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum child_result {
	CHILD_PASS = 0,
	CHILD_FAIL = 1,
	CHILD_SKIP = 77,
};

/* The fork's stderr may be closed; its copy is at this number. */
#define CHILD_STDERR 200

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			(void)dprintf(CHILD_STDERR, "%s:%d: %s\n", __FILE__, __LINE__, \
				      #condition); \
			return CHILD_FAIL; \
		} \
	} while (0)

/* Runs BODY in a fork; returns what it returned, or 128 and the number of the signal. */
static inline int child_run(int (*body)(void *), void *data)
{
	int status;
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(STDERR_FILENO, CHILD_STDERR);
		_exit(body(data));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline void child_assert(int (*body)(void *), void *data)
{
	int result = child_run(body, data);

	if (result == CHILD_SKIP) {
		skip();
	}
	assert_int_equal(result, CHILD_PASS);
}

#endif
