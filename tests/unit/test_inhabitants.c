/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/init/inhabitants.c lib/fds.c */
/*
 * test_inhabitants.c - who lives in a PID namespace, as its PID 1 sees it: in one of the test's own,
 * with a /proc of its own, hidden or not.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../helper/init/inhabitants.h"
#include "child.h"
#include "fds.h"
#include "init_fds.h"
#include "sandbox.h"

#define MANY 200 /* more than one buffer of entries */

/* As PID 1 over a /proc mounted with OPTIONS, BODY's word in the end. */
static int as_init(const char *options, int (*body)(void))
{
	int status;
	pid_t pid;

	if (sandbox_enter(CLONE_NEWNS | CLONE_NEWPID) < 0) {
		return CHILD_SKIP;
	}
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		if (getpid() != 1 || mount("proc", "/proc", "proc", 0, options) < 0) {
			_exit(CHILD_SKIP);
		}
		_exit(body());
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static pid_t sleeper_start(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)alarm(10); /* one that no signal reaches ends the test, and not well */
		for (;;) {
			(void)pause();
		}
	}
	return pid;
}

static int sleeper_end(pid_t pid, int number)
{
	int status;

	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == number);
	return CHILD_PASS;
}

static int looking(void)
{
	pid_t one, other;
	siginfo_t about;

	CHECK(inhabitants_open() == 0 && !fd_is_cloexec(INIT_PROC_FD));
	CHECK(!inhabitants_any());
	one = sleeper_start();
	other = sleeper_start();
	CHECK(one > 1 && other > 1 && inhabitants_any());
	inhabitants_signal(0);
	inhabitants_signal(SIGTERM);
	CHECK(sleeper_end(one, SIGTERM) == CHILD_PASS);
	/* A zombie counts until it is reaped. */
	CHECK(waitid(P_PID, (id_t)other, &about, WEXITED | WNOWAIT) == 0 && inhabitants_any());
	CHECK(sleeper_end(other, SIGTERM) == CHILD_PASS && !inhabitants_any());
	return CHILD_PASS;
}

/* Numbers begin anew once they have all been used: who comes later may have a lower one. */
static int wrapping(void)
{
	pid_t high, low;
	FILE *last;

	CHECK(inhabitants_open() == 0 && !inhabitants_any());
	last = fopen("/proc/sys/kernel/ns_last_pid", "w");
	CHECK(last != NULL && fputs("20000", last) >= 0);
	if (fclose(last) != 0) {
		return CHILD_SKIP;
	}
	high = sleeper_start();
	CHECK(high == 20001 && inhabitants_any());
	last = fopen("/proc/sys/kernel/ns_last_pid", "w");
	CHECK(last != NULL && fputs("1", last) >= 0 && fclose(last) == 0);
	low = sleeper_start();
	CHECK(low == 2);
	inhabitants_signal(SIGTERM);
	CHECK(sleeper_end(low, SIGTERM) == CHILD_PASS && sleeper_end(high, SIGTERM) == CHILD_PASS);
	CHECK(!inhabitants_any());
	return CHILD_PASS;
}

static int many(void)
{
	pid_t pids[MANY];
	size_t i;

	CHECK(inhabitants_open() == 0);
	for (i = 0; i < MANY; i++) {
		pids[i] = sleeper_start();
		CHECK(pids[i] > 1);
	}
	inhabitants_signal(SIGKILL);
	for (i = 0; i < MANY; i++) {
		CHECK(sleeper_end(pids[i], SIGKILL) == CHILD_PASS);
	}
	CHECK(!inhabitants_any());
	return CHILD_PASS;
}

/* What was put at that number cannot be read: the other way has the same answers. */
static int unreadable(void)
{
	pid_t pid;

	CHECK(dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), INIT_PROC_FD) == INIT_PROC_FD);
	CHECK(!inhabitants_any());
	pid = sleeper_start();
	CHECK(pid > 1 && inhabitants_any());
	inhabitants_signal(SIGTERM);
	CHECK(sleeper_end(pid, SIGTERM) == CHILD_PASS && !inhabitants_any());
	CHECK(close(INIT_PROC_FD) == 0 && !inhabitants_any());
	return CHILD_PASS;
}

#define AS_INIT(name, options, body) \
	static int in_##name(void *data) \
	{ \
		(void)data; \
		return as_init(options, body); \
	} \
	static void test_##name(void **state) \
	{ \
		(void)state; \
		child_assert(in_##name, NULL); \
	}

AS_INIT(looking, NULL, looking)
AS_INIT(hidden, "hidepid=2", looking)
AS_INIT(wrapping, NULL, wrapping)
AS_INIT(many, NULL, many)
AS_INIT(unreadable, NULL, unreadable)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looking),    cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_wrapping),   cmocka_unit_test(test_many),
		cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
