/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/session.c pam_module/namespaces.c pam_module/proc.c pam_module/cwd.c lib/channel.c lib/message.c lib/cached.c */
/*
 * test_session.c - what the module keeps in an application that forks, closes fds it does not
 * know, and uses their numbers again.
 */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "channel.h"
#include "child.h"
#include "fds.h"
#include "proc.h"
#include "sandbox.h"

#define ALL_KINDS \
	(CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWCGROUP)

/* A session with init's end of its socket in the test's hands. */
struct rig {
	struct session *session;
	int init;
};

/* As the module makes one: the first half before it knows what the helper answers. */
static int session_make(int proc, uint32_t flags, int channel, struct session **ret)
{
	struct session *session;
	int err;

	err = session_new("alice", proc, &session);
	if (err < 0) {
		return err;
	}
	err = session_adopt(session, flags, channel);
	if (err < 0) {
		session_free(session);
		return err;
	}
	*ret = session;
	return 0;
}

static int rig_open(struct rig *rig, uint32_t flags)
{
	int ends[2], proc, err;

	err = proc_open(&proc);
	if (err < 0) {
		return err;
	}
	err = channel_pair(ends);
	if (err < 0) {
		return err;
	}
	err = session_make(proc, flags, ends[0], &rig->session);
	(void)close(proc);
	(void)close(ends[0]); /* the session has a copy */
	rig->init = ends[1];
	return err;
}

/* The same for a test's own process. */
static void rig_make(struct rig *rig, uint32_t flags)
{
	if (rig_open(rig, flags) < 0) {
		fail_msg("no session");
		abort(); /* never: fail_msg jumps, but its prototype does not say so */
	}
}

static void rig_close(struct rig *rig)
{
	session_free(rig->session);
	assert_int_equal(close(rig->init), 0);
}

/* The kind of the one word that init hears, or a negative errno. */
static int heard(int init)
{
	int fds[CHANNEL_FDS_MAX];
	size_t length, count;
	struct word word;
	int err;

	err = channel_receive(init, channel_now_ms() + 50, &word, sizeof(word), &length, fds,
			      &count);
	if (err == 0) {
		err = count == 0 ? word_check(&word, length) : -EBADMSG;
	}
	return err < 0 ? err : (int)word.kind;
}

static void fds_are_high_and_close_on_exec(void **state)
{
	struct rig rig;
	size_t before = fds_count(), i;

	(void)state;
	rig_make(&rig, ALL_KINDS);
	assert_int_equal(fds_count(), before + 1 + 1 + NAMESPACES_COUNT);
	assert_true(rig.session->channel > 2 && fd_is_cloexec(rig.session->channel));
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		assert_true(rig.session->from.fds[i] > 2);
		assert_true(fd_is_cloexec(rig.session->from.fds[i]));
	}
	rig_close(&rig);
	assert_int_equal(fds_count(), before);
}

static void only_the_flags_are_remembered(void **state)
{
	struct rig rig;
	size_t i;

	(void)state;
	rig_make(&rig, CLONE_NEWNET | CLONE_NEWNS);
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		const uint32_t flag = NAMESPACE_KINDS[i].flag;
		const int kept = flag == CLONE_NEWNET || flag == CLONE_NEWNS;

		assert_int_equal(rig.session->from.fds[i] >= 0, kept);
	}
	/* The mount namespace is gone back to last, when the others no longer need its /proc. */
	assert_int_equal(NAMESPACE_KINDS[NAMESPACES_COUNT - 1].flag, CLONE_NEWNS);
	rig_close(&rig);
}

static void nothing_to_free(void **state)
{
	(void)state;
	session_free(NULL);
}

static int is_no_opener(void *data)
{
	const struct session *session = data;

	CHECK(!session_is_opener(session));
	return CHILD_PASS;
}

static int forks_again(void *data)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		_exit(is_no_opener(data));
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	return CHILD_PASS;
}

static void a_fork_is_not_the_opener(void **state)
{
	struct rig rig;

	(void)state;
	rig_make(&rig, 0);
	assert_true(session_is_opener(rig.session));
	child_assert(is_no_opener, rig.session);
	child_assert(forks_again, rig.session);
	assert_true(session_is_opener(rig.session));
	rig_close(&rig);
}

static void words_arrive(void **state)
{
	struct rig rig;

	(void)state;
	rig_make(&rig, 0);
	assert_int_equal(session_tell(rig.session, WORD_JOINED), 0);
	assert_int_equal(heard(rig.init), WORD_JOINED);
	assert_int_equal(session_tell(rig.session, WORD_CLOSE), 0);
	assert_int_equal(heard(rig.init), WORD_CLOSE);
	session_free(rig.session);
	assert_int_equal(heard(rig.init), -ECONNRESET); /* hung up, with no word of its own */
	assert_int_equal(close(rig.init), 0);
}

static void init_is_gone(void **state)
{
	struct rig rig;

	(void)state;
	rig_make(&rig, 0);
	assert_int_equal(close(rig.init), 0);
	assert_int_equal(session_tell(rig.session, WORD_CLOSE), -EPIPE);
	session_free(rig.session);
}

static void init_is_gone_with_a_word_unread(void **state)
{
	struct rig rig;

	(void)state;
	rig_make(&rig, 0);
	assert_int_equal(session_tell(rig.session, WORD_JOINED), 0);
	assert_int_equal(close(rig.init), 0);
	assert_int_equal(session_tell(rig.session, WORD_CLOSE), -ECONNRESET);
	session_free(rig.session);
}

/* It keeps nothing open for a way that there is not. */
static void stranded(void **state)
{
	struct rig rig;
	size_t before = fds_count();

	(void)state;
	rig_make(&rig, ALL_KINDS);
	assert_false(rig.session->stranded);
	session_strand(rig.session);
	assert_true(rig.session->stranded);
	assert_int_equal(fds_count(), before + 2); /* both ends of init's socket */
	assert_int_equal(session_leave(rig.session), 0);
	rig_close(&rig);
}

static void channel_closed_by_the_application(void **state)
{
	struct rig rig;
	size_t before;

	(void)state;
	rig_make(&rig, ALL_KINDS);
	assert_int_equal(close(rig.session->channel), 0);
	assert_int_equal(session_tell(rig.session, WORD_CLOSE), -EBADF);
	before = fds_count();
	rig_close(&rig);
	assert_int_equal(fds_count(), before - NAMESPACES_COUNT - 1);
}

static void channel_number_used_again(void **state)
{
	int foreign[2], number;
	struct rig rig;

	(void)state;
	rig_make(&rig, 0);
	assert_int_equal(channel_pair(foreign), 0);
	number = rig.session->channel;
	assert_int_equal(dup2(foreign[0], number), number);
	/* A socket like ours, but not ours: it must get no word. */
	assert_int_equal(session_tell(rig.session, WORD_CLOSE), -EBADF);
	assert_int_equal(heard(foreign[1]), -ETIMEDOUT);
	rig_close(&rig);
	assert_true(fd_is_open(number));
	assert_int_equal(close(number), 0);
	assert_int_equal(close(foreign[0]), 0);
	assert_int_equal(close(foreign[1]), 0);
}

static void namespace_closed_by_the_application(void **state)
{
	struct rig rig;
	size_t before = fds_count();

	(void)state;
	rig_make(&rig, CLONE_NEWUTS);
	assert_int_equal(close(rig.session->from.fds[2]), 0);
	assert_int_equal(namespaces_return(&rig.session->from), -EBADF);
	assert_int_equal(session_leave(rig.session), -EBADF);
	rig_close(&rig);
	assert_int_equal(fds_count(), before);
}

static void namespace_number_used_again(void **state)
{
	static const char *const others[] = { "/dev/null", "/proc/self/ns/ipc" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct rig rig;
		int number, fd;

		rig_make(&rig, CLONE_NEWUTS);
		number = rig.session->from.fds[2];
		fd = open(others[i], O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_int_equal(dup2(fd, number), number);
		assert_int_equal(namespaces_return(&rig.session->from), -EBADF);
		rig_close(&rig);
		assert_true(fd_is_open(number));
		assert_int_equal(close(number), 0);
		assert_int_equal(close(fd), 0);
	}
}

static void forgetting_twice_is_harmless(void **state)
{
	struct rig rig;
	size_t after;

	(void)state;
	rig_make(&rig, ALL_KINDS);
	namespaces_forget(&rig.session->from);
	after = fds_count();
	namespaces_forget(&rig.session->from);
	assert_int_equal(fds_count(), after);
	assert_int_equal(namespaces_return(&rig.session->from), 0);
	rig_close(&rig);
}

static int without_standard_fds(void *data)
{
	struct session *session;
	int ends[2], proc;
	size_t i;

	(void)data;
	CHECK(proc_open(&proc) == 0 && channel_pair(ends) == 0);
	/* Now 0 is the lowest free number, whatever is opened next. */
	CHECK(close(0) == 0 && close(1) == 0 && close(2) == 0);
	CHECK(session_make(proc, ALL_KINDS, ends[0], &session) == 0);
	CHECK(session->channel > 2 && fd_is_cloexec(session->channel));
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		CHECK(session->from.fds[i] > 2);
		CHECK(fd_is_cloexec(session->from.fds[i]));
	}
	CHECK(!fd_is_open(0) && !fd_is_open(1) && !fd_is_open(2));
	CHECK(session_tell(session, WORD_JOINED) == 0 && heard(ends[1]) == WORD_JOINED);
	session_free(session);
	CHECK(!fd_is_open(0) && !fd_is_open(1) && !fd_is_open(2));
	return CHILD_PASS;
}

static void standard_fds_closed_before(void **state)
{
	(void)state;
	child_assert(without_standard_fds, NULL);
}

static void no_channel_no_session(void **state)
{
	struct session *session = NULL;
	size_t before;
	int proc;

	(void)state;
	assert_int_equal(proc_open(&proc), 0);
	before = fds_count();
	assert_int_equal(session_make(proc, ALL_KINDS, FDS_LIMIT - 1, &session), -EBADF);
	assert_null(session);
	assert_int_equal(fds_count(), before);
	assert_int_equal(close(proc), 0);
}

/* A "/proc" in which the third of the five files is missing. */
static int fake_proc(char folder[])
{
	CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
	CHECK(mkdir("self", 0700) == 0 && mkdir("self/ns", 0700) == 0);
	CHECK(close(open("self/ns/pid_for_children", O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) == 0);
	CHECK(close(open("self/ns/ipc", O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) == 0);
	return CHILD_PASS;
}

static int remember_half(void *data)
{
	char folder[] = "/tmp/loginspace-unit-XXXXXX";
	struct session *session = NULL;
	int ends[2], proc;
	size_t before;

	(void)data;
	CHECK(fake_proc(folder) == CHILD_PASS);
	proc = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(proc >= 0 && channel_pair(ends) == 0);
	before = fds_count();
	CHECK(session_make(proc, ALL_KINDS, ends[0], &session) == -ENOENT);
	CHECK(session == NULL && fds_count() == before);
	CHECK(unlink("self/ns/ipc") == 0 && unlink("self/ns/pid_for_children") == 0);
	CHECK(rmdir("self/ns") == 0 && rmdir("self") == 0 && rmdir(folder) == 0);
	return CHILD_PASS;
}

static void half_remembered_is_forgotten(void **state)
{
	(void)state;
	child_assert(remember_half, NULL);
}

static ino_t inode_of(const char *path)
{
	struct stat about;

	return stat(path, &about) < 0 ? 0 : about.st_ino;
}

static int cwd_is(const char *path)
{
	char now[64];

	return getcwd(now, sizeof(now)) != NULL && strcmp(now, path) == 0;
}

/* "/" may be the doing of setns(2); any other folder is where the application wants to be. */
static int folders_after(const struct session *session)
{
	CHECK(unshare(CLONE_NEWNS) == 0 && chdir("/") == 0);
	CHECK(session_leave(session) == 0 && cwd_is("/usr"));
	CHECK(unshare(CLONE_NEWNS) == 0 && chdir("/etc") == 0);
	CHECK(session_leave(session) == 0 && cwd_is("/etc"));
	return CHILD_PASS;
}

/* Out and back, in namespaces of the test's own. Runs as PID 1 of one, root of the sandbox. */
static int leave_and_return(void)
{
	static const char *const links[] = {
		"/proc/self/ns/ipc",
		"/proc/self/ns/uts",
		"/proc/self/ns/net",
		"/proc/self/ns/mnt",
	};
	ino_t before[4];
	struct rig rig;
	size_t i;

	CHECK(chdir("/usr") == 0);
	for (i = 0; i < 4; i++) {
		before[i] = inode_of(links[i]);
	}
	CHECK(rig_open(&rig, ALL_KINDS) == 0);
	CHECK(unshare(ALL_KINDS) == 0);
	for (i = 0; i < 4; i++) {
		CHECK(inode_of(links[i]) != before[i]);
	}
	CHECK(session_leave(rig.session) == 0);
	for (i = 0; i < 4; i++) {
		CHECK(inode_of(links[i]) == before[i]);
	}
	CHECK(inode_of("/proc/self/ns/pid_for_children") == inode_of("/proc/self/ns/pid"));
	CHECK(cwd_is("/usr"));
	CHECK(folders_after(rig.session) == CHILD_PASS);
	/* An fd that the application has closed keeps none of the others back. */
	CHECK(unshare(ALL_KINDS) == 0);
	CHECK(close(rig.session->from.fds[0]) == 0);
	CHECK(session_leave(rig.session) == -EBADF);
	for (i = 0; i < 4; i++) {
		CHECK(inode_of(links[i]) == before[i]);
	}
	session_free(rig.session);
	return CHILD_PASS;
}

static int in_sandbox(void *data)
{
	int status;
	pid_t pid;

	(void)data;
	if (sandbox_enter(ALL_KINDS) < 0) {
		return CHILD_SKIP;
	}
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		_exit(leave_and_return());
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void leaving_goes_back_to_all(void **state)
{
	(void)state;
	child_assert(in_sandbox, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fds_are_high_and_close_on_exec),
		cmocka_unit_test(only_the_flags_are_remembered),
		cmocka_unit_test(nothing_to_free),
		cmocka_unit_test(a_fork_is_not_the_opener),
		cmocka_unit_test(words_arrive),
		cmocka_unit_test(init_is_gone),
		cmocka_unit_test(init_is_gone_with_a_word_unread),
		cmocka_unit_test(stranded),
		cmocka_unit_test(channel_closed_by_the_application),
		cmocka_unit_test(channel_number_used_again),
		cmocka_unit_test(namespace_closed_by_the_application),
		cmocka_unit_test(namespace_number_used_again),
		cmocka_unit_test(forgetting_twice_is_harmless),
		cmocka_unit_test(standard_fds_closed_before),
		cmocka_unit_test(no_channel_no_session),
		cmocka_unit_test(half_remembered_is_forgotten),
		cmocka_unit_test(leaving_goes_back_to_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
