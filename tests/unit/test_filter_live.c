/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/filter.c filter/helper.c filter/init.c filter/session.c */
/*
 * test_filter_live.c - the filters for system calls in the kernel: processes that have one.
 */
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "child.h"

#define UPPER UINT64_C(0xabcd000000000000)

/* A live process under FILTER. */
static int confine(const struct filter *filter)
{
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(filter_install(filter) == 0);
	return CHILD_PASS;
}

static void *thread_run(void *data)
{
	return data;
}

static int session_child(void *data)
{
	char nothing[88] = { 0 }; /* struct clone_args */
	pthread_t thread;
	void *result = NULL;
	int status;
	pid_t pid;

	(void)data;
	/* Each fails in another way before. */
	CHECK(syscall(SYS_keyctl, -1, 0, 0, 0, 0) < 0 && errno != EPERM);
	CHECK(syscall(SYS_ioctl, -1, TIOCSTI | UPPER, 0) < 0 && errno == EBADF);
	CHECK(syscall(SYS_clone3, nothing, 1) < 0 && errno == EINVAL);
	if (confine(&FILTER_SESSION) != CHILD_PASS) {
		return CHILD_FAIL;
	}
	CHECK(syscall(SYS_keyctl, -1, 0, 0, 0, 0) < 0 && errno == EPERM);
	CHECK(syscall(SYS_ioctl, -1, TIOCSTI | UPPER, 0) < 0 && errno == EPERM);
	CHECK(syscall(SYS_clone3, nothing, 1) < 0 && errno == ENOSYS);
	CHECK(unshare(CLONE_NEWUSER) < 0 && errno == EPERM);
	CHECK(unshare(CLONE_FS | CLONE_FILES) == 0);
	CHECK(pthread_create(&thread, NULL, thread_run, &status) == 0);
	CHECK(pthread_join(thread, &result) == 0 && result == &status);
	pid = fork();
	if (pid == 0) {
		_exit(syscall(SYS_mount, 1, 1, 1, 0, 0) < 0 && errno == EPERM ? 0 : 1);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	return CHILD_PASS;
}

static int init_child(void *data)
{
	const int fd = open("/", O_RDONLY | O_CLOEXEC);
	const int on = 1;
	struct flock lock = { .l_type = F_UNLCK, .l_len = 1 };
	int ends[2];

	(void)data;
	CHECK(fd >= 0 && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	if (confine(&FILTER_INIT) != CHILD_PASS) {
		return CHILD_FAIL;
	}
	CHECK(kill(0, 0) == 0);
	CHECK(fcntl(fd, F_SETLK, &lock) == 0);
	CHECK(fcntl(fd, F_DUPFD, 0) < 0 && errno == EPERM);
	CHECK(setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	CHECK(setsockopt(ends[0], SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) < 0 && errno == EPERM);
	CHECK(open("/", O_RDONLY) < 0 && errno == EPERM);
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	CHECK(fork() < 0 && errno == EPERM);
	CHECK(close(fd) == 0);
	return CHILD_PASS;
}

static int helper_child(void *data)
{
	int ends[2];

	(void)data;
	if (confine(&FILTER_HELPER) != CHILD_PASS) {
		return CHILD_FAIL;
	}
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	CHECK(open("/proc/self/status", O_RDONLY | O_CLOEXEC) >= 0);
	(void)socket(AF_INET, SOCK_STREAM, 0);
	return CHILD_FAIL;
}

static int unprivileged_child(void *data)
{
	(void)data;
	if (geteuid() == 0) {
		CHECK(setresuid(1, 1, 1) == 0);
	}
	CHECK(filter_install(&FILTER_SESSION) == -EACCES);
	return CHILD_PASS;
}

static void live_test(void **state)
{
	(void)state;
	if (!LOGINSPACE_FILTERS) {
		assert_int_equal(filter_install(&FILTER_HELPER), 0); /* and nothing changes */
		assert_int_equal(prctl(PR_GET_SECCOMP, 0, 0, 0, 0), 0);
		skip();
	}
	child_assert(session_child, NULL);
	child_assert(init_child, NULL);
	assert_int_equal(child_run(helper_child, NULL), 128 + SIGSYS);
	child_assert(unprivileged_child, NULL);
}

#ifdef __x86_64__
/* A call in the way of 32 bit programs; a kernel without it ends the process. */
static long call32(long number, long first)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(first), "c"(0L), "d"(0L), "S"(0L), "D"(0L)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static int call32_child(void *data)
{
	const struct filter *filter = data;

	if (filter != NULL && confine(filter) != CHILD_PASS) {
		return CHILD_FAIL;
	}
	if (filter == &FILTER_SESSION) {
		CHECK(call32(20, 0) == getpid());
		CHECK(call32(310, CLONE_NEWUSER) == -EPERM);
		CHECK(call32(21, 1) == -EPERM);
	} else if (filter != NULL) {
		CHECK(call32(20, 0) == -EPERM);
	} else {
		CHECK(call32(20, 0) == getpid());
	}
	return CHILD_PASS;
}

static void call32_test(void **state)
{
	(void)state;
	if (!LOGINSPACE_FILTERS || child_run(call32_child, NULL) != CHILD_PASS) {
		skip();
	}
	child_assert(call32_child, (void *)(uintptr_t)&FILTER_SESSION);
	child_assert(call32_child, (void *)(uintptr_t)&FILTER_INIT);
	assert_int_equal(child_run(call32_child, (void *)(uintptr_t)&FILTER_HELPER), 128 + SIGSYS);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_test),
#ifdef __x86_64__
		cmocka_unit_test(call32_test),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
