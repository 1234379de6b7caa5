/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/spawn.c lib/channel.c */
/*
 * test_spawn.c - what the helper is born with, and what the application notices of it: nothing.
 *
 * The helper here is this very program, which spawn_helper starts under its constant name: it
 * reports what it finds over MESSAGE_HELPER_FD and lives until the other end is closed.
 */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "channel.h"
#include "child.h"
#include "fds.h"
#include "message.h"

#define HELPER_NAME "loginspace-helper"
#define SELF        "/proc/self/exe"
#define PATIENCE_MS 20000
/* The C library keeps 32 and 33 for itself. */
#define SIGNAL_IS_INTERNAL(number) ((number) == 32 || (number) == 33)

struct report {
	int32_t pid;
	uint32_t variables;   /* in the environment */
	uint32_t null_fds;    /* of 0 to 2: the null device, read and write */
	uint32_t other_fds;   /* above MESSAGE_HELPER_FD */
	uint32_t odd_signals; /* not at their default */
	uint32_t session_of_its_own;
	uint32_t at_root;
};

static uint32_t is_null_device(int fd)
{
	struct stat about;
	int flags = fcntl(fd, F_GETFL);

	return fstat(fd, &about) == 0 && S_ISCHR(about.st_mode) && about.st_rdev == makedev(1, 3) &&
	       flags >= 0 && ((unsigned int)flags & O_ACCMODE) == O_RDWR && !fd_is_cloexec(fd);
}

static uint32_t odd_signals(void)
{
	struct sigaction action;
	uint32_t count = 0;
	int number;

	for (number = 1; number < NSIG; number++) {
		if (!SIGNAL_IS_INTERNAL(number) && sigaction(number, NULL, &action) == 0 &&
		    action.sa_handler == SIG_IGN) {
			count++;
		}
	}
	return count;
}

/* The other life of this program. */
static int be_the_helper(void)
{
	struct report report = { .pid = getpid() };
	char **variable, folder[8], end;
	int fd;

	for (variable = environ; variable != NULL && *variable != NULL; variable++) {
		report.variables++;
	}
	for (fd = 0; fd <= 2; fd++) {
		report.null_fds += is_null_device(fd);
	}
	for (fd = MESSAGE_HELPER_FD + 1; fd < FDS_LIMIT; fd++) {
		report.other_fds += fd_is_open(fd) ? 1 : 0;
	}
	report.odd_signals = odd_signals();
	report.session_of_its_own = getsid(0) == getpid() ? 1 : 0;
	report.at_root = getcwd(folder, sizeof(folder)) != NULL && strcmp(folder, "/") == 0 ? 1 : 0;
	if (channel_send(MESSAGE_HELPER_FD, &report, sizeof(report), NULL, 0) < 0) {
		return 1;
	}
	while (read(MESSAGE_HELPER_FD, &end, 1) > 0) {
	}
	return 0;
}

struct helper {
	int pidfd;
	int channel;
};

/* CHECKs throughout, so that it can run in a fork whose standard fds are gone. */
static int helper_start(struct helper *ret, struct report *ret_report)
{
	int ends[2], fds[CHANNEL_FDS_MAX];
	size_t length, count;

	ret->pidfd = -7;
	CHECK(channel_pair(ends) == 0);
	CHECK(spawn_helper(SELF, ends[1], &ret->pidfd) == 0);
	CHECK(close(ends[1]) == 0);
	ret->channel = ends[0];
	CHECK(ret->pidfd >= 0 && fd_is_cloexec(ret->pidfd));
	CHECK(channel_receive(ret->channel, channel_now_ms() + PATIENCE_MS, ret_report,
			      sizeof(*ret_report), &length, fds, &count) == 0);
	CHECK(length == sizeof(*ret_report) && count == 0);
	return CHILD_PASS;
}

/* Lets the helper end and waits for it, as only a pidfd can. */
static int helper_end(const struct helper *helper)
{
	struct pollfd entry = { .fd = helper->pidfd, .events = POLLIN };
	int ready;

	CHECK(close(helper->channel) == 0);
	do {
		ready = poll(&entry, 1, PATIENCE_MS);
	} while (ready < 0 && errno == EINTR);
	CHECK(ready == 1);
	CHECK(close(helper->pidfd) == 0);
	return CHILD_PASS;
}

static int report_is_clean(const struct report *report)
{
	CHECK(report->variables == 0);
	CHECK(report->null_fds == 3);
	CHECK(report->other_fds == 0);
	CHECK(report->odd_signals == 0);
	CHECK(report->session_of_its_own == 1);
	CHECK(report->at_root == 1);
	return CHILD_PASS;
}

static int no_child_left(void)
{
	CHECK(waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	return CHILD_PASS;
}

static int born_clean(void *data)
{
	struct helper helper;
	struct report report;
	size_t before;
	int number, fd;

	(void)data;
	/* Everything that an application could hand down by mistake. */
	CHECK(setenv("LD_PRELOAD", "/no/such.so", 1) == 0 && setenv("PATH", "/tmp", 1) == 0);
	CHECK(chdir("/usr") == 0);
	for (number = 1; number < NSIG; number++) {
		(void)signal(number, SIG_IGN); /* not all can be */
	}
	for (fd = 10; fd < 20; fd++) {
		CHECK(dup2(CHILD_STDERR, fd) == fd); /* not close-on-exec */
	}
	before = fds_count();
	CHECK(helper_start(&helper, &report) == CHILD_PASS);
	CHECK(fds_count() == before + 2);
	CHECK(report_is_clean(&report) == CHILD_PASS);
	CHECK(report.pid != getpid());
	CHECK(helper_end(&helper) == CHILD_PASS);
	CHECK(fds_count() == before);
	return CHILD_PASS;
}

static void the_helper_is_born_clean(void **state)
{
	(void)state;
	child_assert(born_clean, NULL);
}

static int leaves_all_as_found(void *data)
{
	sigset_t mask, before, after;
	struct sigaction action;
	struct helper helper;
	struct report report;
	mode_t mode;
	char folder[8];
	int number;

	(void)data;
	(void)umask(0123);
	CHECK(chdir("/usr") == 0);
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGUSR1);
	CHECK(sigprocmask(SIG_BLOCK, &mask, NULL) == 0);
	CHECK(sigprocmask(SIG_BLOCK, NULL, &before) == 0);
	CHECK(signal(SIGCHLD, SIG_IGN) != SIG_ERR && signal(SIGHUP, SIG_IGN) != SIG_ERR);
	CHECK(helper_start(&helper, &report) == CHILD_PASS);
	CHECK(sigprocmask(SIG_BLOCK, NULL, &after) == 0);
	for (number = 1; number < NSIG; number++) {
		CHECK(sigismember(&before, number) == sigismember(&after, number));
	}
	CHECK(sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
	CHECK(sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
	CHECK(sigaction(SIGTERM, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
	mode = umask(0);
	CHECK(mode == 0123);
	CHECK(getcwd(folder, sizeof(folder)) != NULL && strcmp(folder, "/usr") == 0);
	CHECK(getsid(0) != getpid());
	CHECK(helper_end(&helper) == CHILD_PASS);
	return CHILD_PASS;
}

static void the_application_is_as_before(void **state)
{
	(void)state;
	child_assert(leaves_all_as_found, NULL);
}

static int killable(void *data)
{
	struct helper helper;
	struct report report;

	(void)data;
	CHECK(helper_start(&helper, &report) == CHILD_PASS);
	/* The pidfd is that of the helper, not of a child in between. */
	CHECK(kill(report.pid, 0) == 0);
	CHECK(pidfd_send_signal(helper.pidfd, SIGKILL, NULL, 0) == 0);
	CHECK(helper_end(&helper) == CHILD_PASS);
	return no_child_left();
}

static void the_pidfd_is_the_helper(void **state)
{
	(void)state;
	child_assert(killable, NULL);
}

static volatile sig_atomic_t handler_calls;
static volatile sig_atomic_t handler_reaped;

static void reap_all(int number)
{
	int saved = errno;

	(void)number;
	handler_calls++;
	while (waitpid(-1, NULL, WNOHANG) > 0) {
		handler_reaped++;
	}
	errno = saved;
}

static const struct sigaction CHILD_HABITS[] = {
	{ .sa_handler = SIG_DFL },
	{ .sa_handler = SIG_IGN },
	{ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT },
	{ .sa_handler = reap_all },
	{ .sa_handler = reap_all, .sa_flags = SA_RESTART | SA_NOCLDWAIT },
};

static int unnoticed(void *data)
{
	const struct sigaction *habit = data;
	struct helper helper;
	struct report report;
	struct sigaction now;
	size_t before;
	int i;

	CHECK(sigaction(SIGCHLD, habit, NULL) == 0);
	before = fds_count();
	for (i = 0; i < 5; i++) {
		CHECK(helper_start(&helper, &report) == CHILD_PASS);
		CHECK(report_is_clean(&report) == CHILD_PASS);
		CHECK(no_child_left() == CHILD_PASS); /* while the helper lives ... */
		CHECK(helper_end(&helper) == CHILD_PASS);
		CHECK(no_child_left() == CHILD_PASS); /* ... and afterwards */
	}
	(void)poll(NULL, 0, 20); /* a SIGCHLD that is late */
	CHECK(handler_calls == 0);
	CHECK(fds_count() == before);
	CHECK(sigaction(SIGCHLD, NULL, &now) == 0 && now.sa_handler == habit->sa_handler);
	return CHILD_PASS;
}

static void no_habit_of_the_application_matters(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(CHILD_HABITS) / sizeof(CHILD_HABITS[0]); i++) {
		struct sigaction habit = CHILD_HABITS[i];

		child_assert(unnoticed, &habit);
	}
}

/* The application's own child ends meanwhile: its status is the application's to collect. */
static int own_child_is_kept(void *data)
{
	struct helper helper;
	struct report report;
	siginfo_t about;
	int status;
	pid_t pid;

	(void)data;
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		_exit(42);
	}
	CHECK(waitid(P_PID, (id_t)pid, &about, WEXITED | WNOWAIT) == 0);
	CHECK(helper_start(&helper, &report) == CHILD_PASS);
	CHECK(helper_end(&helper) == CHILD_PASS);
	CHECK(waitpid(-1, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 42);
	return no_child_left();
}

static void own_children_are_not_reaped(void **state)
{
	(void)state;
	child_assert(own_child_is_kept, NULL);
}

static int without_standard_fds(void *data)
{
	const int *last = data;
	struct helper helper;
	struct report report;
	int fd;

	for (fd = 0; fd <= *last; fd++) {
		(void)close(fd);
	}
	CHECK(helper_start(&helper, &report) == CHILD_PASS);
	CHECK(report_is_clean(&report) == CHILD_PASS);
	CHECK(helper_end(&helper) == CHILD_PASS);
	for (fd = 0; fd <= *last; fd++) {
		CHECK(!fd_is_open(fd));
	}
	return CHILD_PASS;
}

/* The channel then is 0, 1, 2 or 3 itself, the pidfd too. */
static void low_fds_closed_before(void **state)
{
	int last;

	(void)state;
	for (last = 0; last <= 5; last++) {
		child_assert(without_standard_fds, &last);
	}
}

static int at_the_helpers_fd(void *data)
{
	int ends[2], fds[CHANNEL_FDS_MAX], pidfd;
	size_t length, count;
	struct report report;

	(void)data;
	CHECK(dup2(STDIN_FILENO, MESSAGE_HELPER_FD) == MESSAGE_HELPER_FD); /* so no end gets it */
	CHECK(channel_pair(ends) == 0);
	CHECK(dup3(ends[1], MESSAGE_HELPER_FD, O_CLOEXEC) == MESSAGE_HELPER_FD);
	CHECK(spawn_helper(SELF, MESSAGE_HELPER_FD, &pidfd) == 0);
	/* Ours stays close-on-exec although the helper's copy is not. */
	CHECK(fd_is_cloexec(MESSAGE_HELPER_FD));
	CHECK(channel_receive(ends[0], channel_now_ms() + PATIENCE_MS, &report, sizeof(report),
			      &length, fds, &count) == 0);
	return report_is_clean(&report);
}

static int number_three_in_use(void *data)
{
	struct helper helper;
	struct report report;
	struct stat before, after;

	(void)data;
	CHECK(dup2(open("/usr", O_RDONLY), MESSAGE_HELPER_FD) == MESSAGE_HELPER_FD);
	CHECK(fstat(MESSAGE_HELPER_FD, &before) == 0);
	CHECK(helper_start(&helper, &report) == CHILD_PASS);
	CHECK(report_is_clean(&report) == CHILD_PASS);
	CHECK(fstat(MESSAGE_HELPER_FD, &after) == 0 && before.st_ino == after.st_ino);
	return helper_end(&helper);
}

static void number_three_is_nothing_special(void **state)
{
	(void)state;
	child_assert(number_three_in_use, NULL);
	/* With the channel at 3 already there is nothing to copy, only close-on-exec to clear. */
	child_assert(at_the_helpers_fd, NULL);
}

struct bad_helper {
	const char *path;
	int err;
};

static int cannot_start(void *data)
{
	const struct bad_helper *bad = data;
	int ends[2], pidfd = -7;
	size_t before;

	handler_calls = 0;
	CHECK(sigaction(SIGCHLD, &CHILD_HABITS[3], NULL) == 0);
	CHECK(channel_pair(ends) == 0);
	before = fds_count();
	CHECK(spawn_helper(bad->path, ends[1], &pidfd) == bad->err);
	CHECK(pidfd == -7);
	CHECK(fds_count() == before);
	CHECK(handler_calls == 0);
	return no_child_left();
}

static void make_file(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static void helpers_that_cannot_start(void **state)
{
	char folder[] = "/tmp/loginspace-unit-XXXXXX", plain[64], garbage[64];
	const struct bad_helper bad[] = {
		{ "/no/such/helper", -ENOENT },
		{ "", -ENOENT },
		{ "/dev/null/x", -ENOTDIR },
		{ "/usr", -EACCES },
		{ plain, -EACCES },
		{ garbage, -ENOEXEC },
	};
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(plain, sizeof(plain), "%s/plain", folder);
	(void)snprintf(garbage, sizeof(garbage), "%s/garbage", folder);
	make_file(plain, 0644, "#!/bin/sh\n");
	make_file(garbage, 0755, "\001\002 no program\n");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bad_helper one = bad[i];

		child_assert(cannot_start, &one);
	}
	assert_int_equal(unlink(plain), 0);
	assert_int_equal(unlink(garbage), 0);
	assert_int_equal(rmdir(folder), 0);
}

/* In the test's own process, where the leak sanitizer looks at the end. */
static void no_memory_is_lost(void **state)
{
	int ends[2], pidfd = -7;

	(void)state;
	assert_int_equal(channel_pair(ends), 0);
	assert_int_equal(spawn_helper("/no/such/helper", ends[1], &pidfd), -ENOENT);
	assert_int_equal(pidfd, -7);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(close(ends[1]), 0);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_helper_is_born_clean),
		cmocka_unit_test(the_application_is_as_before),
		cmocka_unit_test(the_pidfd_is_the_helper),
		cmocka_unit_test(no_habit_of_the_application_matters),
		cmocka_unit_test(own_children_are_not_reaped),
		cmocka_unit_test(low_fds_closed_before),
		cmocka_unit_test(number_three_is_nothing_special),
		cmocka_unit_test(helpers_that_cannot_start),
		cmocka_unit_test(no_memory_is_lost),
	};

	if (argc == 1 && strcmp(argv[0], HELPER_NAME) == 0) {
		return be_the_helper();
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
