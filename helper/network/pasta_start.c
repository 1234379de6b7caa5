/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_start.c - the program pasta(1) as a process. Runs in the helper, as root with all
 * privileges, and in the child that becomes the program.
 *
 * The program does not live in the space's PID namespace, where the end of init would be its end.
 * There the user's "kill -9 -1" would take his network away, linger = processes would wait for it,
 * and another root file system would have no such program. Instead it is on a leash: a pipe that it
 * holds the writing end of, its stdout, and init the only reading end. The kernel tells the owner
 * of a file with O_ASYNC of what happens to it, and the signal for that is SIGKILL here: F_SETOWN
 * and F_SETSIG of fcntl(2). What happens is the death of the last reader, pipe_release() of the
 * kernel's fs/pipe.c. A read would be told as well, so nobody reads: that there is something to
 * read is the news, and whoever polls has it.
 */
#include "pasta_start.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "scope.h"

/* To enter the space's network namespace and hide its own mounts; to make its interface there. */
static const cap_value_t KEPT[] = { CAP_SYS_ADMIN, CAP_NET_ADMIN };

#define KEPT_COUNT ((int)(sizeof(KEPT) / sizeof(KEPT[0])))

/*
 * As the user: F_SETOWN takes the ids of now, and those may signal the program, which has the same.
 * Root's may not where root is that of a container: sigio_perm() of the kernel's fs/fcntl.c.
 */
static int leash_wear(int leash)
{
	struct pollfd readers = { .fd = leash };

	if (fcntl(leash, F_SETOWN, getpid()) < 0 || fcntl(leash, F_SETSIG, SIGKILL) < 0 ||
	    fcntl(leash, F_SETFL, O_WRONLY | O_ASYNC | O_NONBLOCK) < 0) {
		return -errno;
	}
	/* Whoever has died before that could not tell us. */
	return poll(&readers, 1, 0) == 0 || (readers.revents & POLLERR) == 0 ? 0 : -ECHILD;
}

/* In the user namespace the ids mean what they mean outside; root means nothing. */
static int become_user(const struct pasta_start *start)
{
	if (setgroups(0, NULL) < 0 || setns(start->user, CLONE_NEWUSER) < 0 ||
	    setresgid(start->gid, start->gid, start->gid) < 0 ||
	    setresuid(start->uid, start->uid, start->uid) < 0) {
		return -errno;
	}
	return 0;
}

static bool is_kept(cap_value_t value)
{
	int i;

	for (i = 0; i < KEPT_COUNT; i++) {
		if (KEPT[i] == value) {
			return true;
		}
	}
	return false;
}

/* All of these are capabilities of the user namespace: the way into it has taken the others. */
static int keep_capabilities(void)
{
	cap_t caps = cap_init();
	cap_value_t value;
	int err = 0, i;

	for (value = 0; err == 0 && value < cap_max_bits(); value++) {
		err = is_kept(value) || cap_drop_bound(value) == 0 ? 0 : -errno;
	}
	if (caps == NULL || err < 0) {
		(void)cap_free(caps);
		return caps == NULL ? -ENOMEM : err;
	}
	if (cap_set_flag(caps, CAP_PERMITTED, KEPT_COUNT, KEPT, CAP_SET) < 0 ||
	    cap_set_flag(caps, CAP_EFFECTIVE, KEPT_COUNT, KEPT, CAP_SET) < 0 ||
	    cap_set_flag(caps, CAP_INHERITABLE, KEPT_COUNT, KEPT, CAP_SET) < 0 ||
	    cap_set_proc(caps) < 0) {
		err = -errno;
	}
	(void)cap_free(caps);
	for (i = 0; err == 0 && i < KEPT_COUNT; i++) {
		err = cap_set_ambient(KEPT[i], CAP_SET) < 0 ? -errno : 0;
	}
	return err;
}

/* All but 0, 1 and 2 is close-on-exec from birth, in the helper. */
static int place_fds(const struct pasta_start *start, int leash, int words)
{
	if (dup2(start->network, STDIN_FILENO) < 0 || dup2(leash, STDOUT_FILENO) < 0 ||
	    dup2(words, STDERR_FILENO) < 0) {
		return -errno;
	}
	return 0;
}

static _Noreturn void become_pasta(const struct pasta_start *start, int leash, int words)
{
	char *const *argv;
	char *const environment[] = { NULL };
	sigset_t none;
	int err;

	(void)setsid(); /* cannot fail in a process just born */
	err = become_user(start);
	if (err == 0) {
		err = keep_capabilities();
	}
	if (err == 0) {
		err = leash_wear(leash);
	}
	if (err == 0) {
		err = place_fds(start, leash, words);
	}
	if (err == 0) {
		(void)sigemptyset(&none);
		(void)sigprocmask(SIG_SETMASK, &none, NULL);
		memcpy(&argv, &start->argv, sizeof(argv)); /* execve changes no argument */
		(void)execve(PASTA_PROGRAM, argv, environment);
		err = -errno;
	}
	(void)dprintf(words, "cannot be started: %s\n", strerror(-err));
	_exit(1);
}

/*
 * A pipe: READER with O_NONBLOCK, WRITER of the user, as the program opens its stdout anew, by the
 * name that --pid has given it.
 */
static int pipe_make(const struct pasta_start *start, int ret_ends[2])
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		return -errno;
	}
	if (fchown(ends[1], start->uid, start->gid) < 0) {
		const int err = -errno;

		(void)close(ends[0]);
		(void)close(ends[1]);
		return err;
	}
	ret_ends[0] = ends[0];
	ret_ends[1] = ends[1];
	return 0;
}

int pasta_start(const struct pasta_start *start, int *ret_leash, int *ret_words)
{
	SCOPE_FD int leash_pastas = -1;
	SCOPE_FD int words_pastas = -1;
	int leash[2] = { -1, -1 }, words[2] = { -1, -1 };
	pid_t pid;
	int err;

	err = pipe_make(start, leash);
	if (err < 0) {
		return err;
	}
	leash_pastas = leash[1];
	err = pipe_make(start, words);
	if (err == 0) {
		words_pastas = words[1];
		pid = fork();
		if (pid == 0) {
			(void)close(leash[0]); /* or it would hold its own leash */
			(void)close(words[0]);
			become_pasta(start, leash[1], words[1]);
		}
		err = pid < 0 ? -errno : 0;
		if (err < 0) {
			(void)close(words[0]);
		}
	}
	if (err < 0) {
		(void)close(leash[0]);
		return err;
	}
	*ret_leash = leash[0];
	*ret_words = words[0];
	return 0;
}
