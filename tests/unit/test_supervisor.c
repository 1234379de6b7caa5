/* SPDX-License-Identifier: BSD-2-Clause */
/* links: slurm/supervisor.c */
/*
 * test_supervisor.c - what slurmstepd, which is this program here, sees of a task behind a
 * supervisor, and what the task does: the same as without.
 */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#define PATIENCE_MS 10000
#define TICK_MS     5
/* A second signal would come at once. */
#define SECOND_MS 200

/* What the processes tell each other. */
struct board {
	atomic_int error; /* of supervisor_begin */
	atomic_int task;  /* its number; 0: not yet */
	atomic_int group; /* its process group */
	atomic_int heard; /* SIGUSR1, so many times */
	atomic_int masked;
	atomic_int ignored;
	int pipe[2];
};

static struct board *board;

static int board_make(void **state)
{
	(void)state;
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (board == MAP_FAILED) {
		return -1;
	}
	return pipe2(board->pipe, O_CLOEXEC);
}

static int board_clear(void **state)
{
	(void)state;
	(void)close(board->pipe[0]);
	(void)close(board->pipe[1]);
	return munmap(board, sizeof(*board));
}

static void heard(int number)
{
	(void)number;
	(void)atomic_fetch_add(&board->heard, 1);
}

static void patience(void)
{
	(void)poll(NULL, 0, TICK_MS);
}

/* Until *VALUE is no more 0. */
static int await(const atomic_int *value)
{
	int left = PATIENCE_MS / TICK_MS;

	while (atomic_load(value) == 0 && left-- > 0) {
		patience();
	}
	return atomic_load(value);
}

/* --- tasks -------------------------------------------------------------------------------------- */

static int task_exits(void)
{
	return 7;
}

static int task_dies(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)raise(SIGXCPU);
	return 0;
}

static int task_listens(void)
{
	const struct sigaction action = { .sa_handler = heard };

	(void)sigaction(SIGUSR1, &action, NULL);
	atomic_store(&board->group, getpgrp());
	atomic_store(&board->task, getpid());
	while (poll(NULL, 0, PATIENCE_MS) <= 0) {
	}
	return 0;
}

static int task_looks(void)
{
	struct sigaction action;
	sigset_t mask;

	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	(void)sigaction(SIGCHLD, NULL, &action);
	atomic_store(&board->masked, sigismember(&mask, SIGUSR2) + sigismember(&mask, SIGUSR1));
	atomic_store(&board->ignored, action.sa_handler == SIG_IGN);
	return 0;
}

static int task_is_traced(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0) {
		return 1;
	}
	(void)raise(SIGSTOP);
	return 7;
}

/* A terminal's signal counts 1, one that somebody has handed on as well, 100. */
static int task_interrupted(void)
{
	siginfo_t about;
	sigset_t only;

	(void)sigemptyset(&only);
	(void)sigaddset(&only, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &only, NULL);
	atomic_store(&board->task, getpid());
	for (;;) {
		if (sigwaitinfo(&only, &about) == SIGINT) {
			(void)atomic_fetch_add(&board->heard, about.si_code > SI_USER ? 1 : 100);
		}
	}
	return 0;
}

static int task_closes(void)
{
	(void)close(board->pipe[1]);
	return task_listens();
}

/* --- slurmstepd --------------------------------------------------------------------------------- */

/*
 * As slurmstepd does it: forked, put into a group of its own, and only then let go. With a
 * terminal, if SLAVE is one, it has a session of its own already.
 */
static pid_t task_start_on(int slave, int (*body)(void), pid_t stepd)
{
	int go[2];
	char byte = 0;
	pid_t known;

	assert_return_code(pipe2(go, O_CLOEXEC), errno);
	known = fork();
	assert_return_code(known, errno);
	if (known == 0) {
		(void)close(go[1]);
		if (slave >= 0 && login_tty(slave) < 0) {
			_exit(1);
		}
		if (read(go[0], &byte, 1) != 1) {
			_exit(1);
		}
		atomic_store(&board->error, supervisor_begin(stepd));
		if (atomic_load(&board->error) < 0) {
			_exit(100);
		}
		_exit(body());
	}
	if (slave < 0) {
		(void)setpgid(known, known);
	}
	(void)close(go[0]);
	assert_int_equal(write(go[1], &byte, 1), 1);
	(void)close(go[1]);
	return known;
}

static pid_t task_start(int (*body)(void), pid_t stepd)
{
	return task_start_on(-1, body, stepd);
}

static int status_of(pid_t known)
{
	int status = -1;

	assert_int_equal(waitpid(known, &status, 0), known);
	return status;
}

/* Until the supervisor has left the task's group. */
static void supervisor_await(pid_t known)
{
	int left = PATIENCE_MS / TICK_MS;

	assert_int_not_equal(await(&board->task), 0);
	while (getpgid(known) == known && left-- > 0) {
		patience();
	}
	assert_int_equal(getpgid(known), getpgrp());
}

static void heard_once(void)
{
	assert_int_equal(await(&board->heard), 1);
	(void)poll(NULL, 0, SECOND_MS);
	assert_int_equal(atomic_load(&board->heard), 1);
}

static void task_ends(int pidfd)
{
	struct pollfd entry = { .fd = pidfd, .events = POLLIN };

	assert_int_equal(poll(&entry, 1, PATIENCE_MS), 1);
	(void)close(pidfd);
}

/* A slurmstepd that can be killed. */
static pid_t stepd_start(void)
{
	pid_t stepd = fork();

	assert_return_code(stepd, errno);
	if (stepd == 0) {
		(void)task_start(task_listens, getpid());
		for (;;) {
			patience();
		}
	}
	assert_int_not_equal(await(&board->task), 0);
	return stepd;
}

/* --- the tests ---------------------------------------------------------------------------------- */

static void status_is_the_tasks(void **state)
{
	int status = status_of(task_start(task_exits, getpid()));

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void signal_is_the_tasks(void **state)
{
	int status = status_of(task_start(task_dies, getpid()));

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGXCPU);
	assert_false(WCOREDUMP(status));
}

static void signal_for_one_comes_once(void **state)
{
	pid_t known = task_start(task_listens, getpid());

	(void)state;
	supervisor_await(known);
	assert_return_code(kill(known, SIGUSR1), errno);
	heard_once();
	assert_return_code(kill(known, SIGTERM), errno);
	assert_int_equal(WTERMSIG(status_of(known)), SIGTERM);
}

static void signal_for_the_group_comes_once(void **state)
{
	pid_t known = task_start(task_listens, getpid());

	(void)state;
	supervisor_await(known);
	assert_int_equal(atomic_load(&board->group), known);
	assert_return_code(kill(-known, SIGUSR1), errno);
	heard_once();
	assert_return_code(kill(-known, SIGKILL), errno);
	assert_int_equal(WTERMSIG(status_of(known)), SIGKILL);
}

static void signal_of_the_terminal_comes_once(void **state)
{
	static const char INTERRUPT = 3;
	int master, slave, i;
	pid_t known;

	(void)state;
	assert_return_code(openpty(&master, &slave, NULL, NULL, NULL), errno);
	known = task_start_on(slave, task_interrupted, getpid());
	assert_int_not_equal(await(&board->task), 0);
	/* Two at the same instant may be one: so several, each after the one before. */
	for (i = 1; i <= 5; i++) {
		int left = PATIENCE_MS / TICK_MS;

		assert_int_equal(write(master, &INTERRUPT, 1), 1);
		while (atomic_load(&board->heard) < i && left-- > 0) {
			patience();
		}
	}
	(void)poll(NULL, 0, SECOND_MS);
	assert_int_equal(atomic_load(&board->heard), 5);
	assert_return_code(kill(known, SIGKILL), errno);
	(void)status_of(known);
	(void)close(master);
	(void)close(slave);
}

static void task_is_born_as_it_was(void **state)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction was;
	sigset_t mask, mask_was;
	pid_t known;

	(void)state;
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGUSR2);
	(void)sigprocmask(SIG_BLOCK, &mask, &mask_was);
	(void)sigaction(SIGCHLD, &ignore, &was);
	known = task_start(task_looks, getpid());
	(void)sigaction(SIGCHLD, &was, NULL);
	(void)sigprocmask(SIG_SETMASK, &mask_was, NULL);
	assert_int_equal(status_of(known), 0);
	assert_int_equal(atomic_load(&board->masked), 1);
	assert_int_equal(atomic_load(&board->ignored), 1);
}

static void traced_task_goes_on(void **state)
{
	int status = status_of(task_start(task_is_traced, getpid()));

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void supervisor_holds_nothing_open(void **state)
{
	struct pollfd entry = { .fd = board->pipe[0], .events = 0 };
	pid_t known = task_start(task_closes, getpid());

	(void)state;
	supervisor_await(known);
	(void)close(board->pipe[1]);
	board->pipe[1] = -1;
	assert_int_equal(poll(&entry, 1, PATIENCE_MS), 1);
	assert_true((entry.revents & POLLHUP) != 0);
	assert_return_code(kill(known, SIGTERM), errno);
	(void)status_of(known);
}

static void task_ends_with_stepd(void **state)
{
	pid_t stepd = stepd_start();
	int task = pidfd_open(atomic_load(&board->task), 0);

	(void)state;
	assert_return_code(task, errno);
	assert_return_code(kill(stepd, SIGKILL), errno);
	task_ends(task);
	(void)status_of(stepd);
}

static void task_ends_with_its_supervisor(void **state)
{
	pid_t known = task_start(task_listens, getpid());
	int task;

	(void)state;
	supervisor_await(known);
	task = pidfd_open(atomic_load(&board->task), 0);
	assert_return_code(task, errno);
	assert_return_code(kill(known, SIGKILL), errno);
	task_ends(task);
	assert_int_equal(WTERMSIG(status_of(known)), SIGKILL);
}

static void no_task_without_stepd(void **state)
{
	int status = status_of(task_start(task_exits, getppid()));

	(void)state;
	assert_int_equal(WEXITSTATUS(status), 100);
	assert_int_equal(atomic_load(&board->error), -ESRCH);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, board_make, board_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(status_is_the_tasks),
		TEST(signal_is_the_tasks),
		TEST(signal_for_one_comes_once),
		TEST(signal_for_the_group_comes_once),
		TEST(signal_of_the_terminal_comes_once),
		TEST(task_is_born_as_it_was),
		TEST(traced_task_goes_on),
		TEST(supervisor_holds_nothing_open),
		TEST(task_ends_with_stepd),
		TEST(task_ends_with_its_supervisor),
		TEST(no_task_without_stepd),
	};

	/* The group that the rig begins with has no number in there. */
	(void)setpgid(0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
