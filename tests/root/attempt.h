/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempt.h - what the programs attempt_*.c share: a table of attempts to get out of a space,
 * and one line for each of them, "ID|WHAT|MUST|OUTCOME|WHY".
 *
 * Each attempt runs in a child of its own, is harmless when it succeeds, and leaves nothing.
 * MUST names the columns of docs/ESCAPES.md, by the letters of 54-escapes.sh, in which it may
 * not work: a capital letter, but for what is the login's own; a small one, not even there.
 */
#pragma once

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In this order: of several ways to the same end the greatest counts. */
enum outcome { NOT_THERE, REFUSED, OWN, WORKS, UNKNOWN };

struct attempt {
	const char *id, *what, *must;
	enum outcome (*run)(void);
};

static const char *const OUTCOMES[] = { "not there", "refused", "own only", "works", "-" };
#define OUTCOME_COUNT (sizeof(OUTCOMES) / sizeof(OUTCOMES[0]))

/* Why the last call that was judged has failed, an errno. */
static int why;

/* What the result of a call says: below 0 is a failure, with its errno. */
static inline enum outcome judged(long result, enum outcome success)
{
	why = result < 0 ? errno : 0;
	if (result >= 0) {
		return success;
	}
	switch (why) {
	case ENOENT:
	case ESRCH:
	case ECONNREFUSED:
		return NOT_THERE;
	case ENOSYS:
	case ENODEV:
	case EAFNOSUPPORT:
	case EOPNOTSUPP:
		return UNKNOWN;
	default:
		return REFUSED;
	}
}

/* For an argument that cannot do anything: ERROR comes after the check of privileges. */
static inline enum outcome probed(long result, int error)
{
	enum outcome outcome = judged(result, WORKS);

	return result < 0 && why == error ? WORKS : outcome;
}

/* A setting of 54-escapes.sh, by the environment. */
static inline const char *target(const char *name)
{
	const char *text = getenv(name);

	if (!text) {
		errx(2, "%s is not set", name);
	}
	return text;
}

static inline pid_t target_pid(const char *name)
{
	return (pid_t)atoi(target(name));
}

/* Is this process in the host's namespace of that kind? NS_pid and so on say which that is. */
static inline enum outcome own_or_works(const char *kind)
{
	char path[64], name[64], link[64] = "";

	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	snprintf(name, sizeof(name), "NS_%s", kind);
	if (readlink(path, link, sizeof(link) - 1) < 0) {
		err(2, "%s", path);
	}
	return strcmp(link, target(name)) == 0 ? WORKS : OWN;
}

/* Opens, and reads or writes nothing. */
static inline enum outcome opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum outcome outcome = judged(fd, WORKS);

	if (fd >= 0) {
		close(fd);
	}
	return outcome;
}

/* Writes what is in there already. */
static inline enum outcome rewritten(const char *path)
{
	char text[4096];
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text));
	enum outcome outcome = judged(length < 0 ? -1 : pwrite(fd, text, (size_t)length, 0), WORKS);

	if (fd >= 0) {
		close(fd);
	}
	return outcome;
}

static inline bool text_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0) {
		close(fd);
	}
	return done;
}

/* Root of a user namespace of its own, with other new namespaces, and mounts of its own. */
static inline bool nest(int flags)
{
	const uid_t uid = geteuid();
	const gid_t gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | flags) < 0) {
		return false;
	}
	(void)text_put("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (!text_put("/proc/self/uid_map", map)) {
		return false;
	}
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return text_put("/proc/self/gid_map", map);
}

/* Runs it in a child. */
static inline enum outcome apart(enum outcome (*run)(void), bool nested)
{
	enum outcome outcome;
	int ends[2], status;
	pid_t pid;

	fflush(stdout);
	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		err(2, "fork");
	}
	if (pid == 0) {
		alarm(20);
		why = 0;
		outcome = nested && !nest(0) ? judged(-1, REFUSED) : run();
		_exit(write(ends[1], &why, sizeof(why)) < 0 ? 99 : (int)outcome);
	}
	close(ends[1]);
	why = 0;
	(void)!read(ends[0], &why, sizeof(why));
	close(ends[0]);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) >= (int)OUTCOME_COUNT) {
		errx(2, "an attempt ended with status %#x", status);
	}
	return (enum outcome)WEXITSTATUS(status);
}

/* As it is, and then as root of a nested user namespace: the one that gets further. */
static inline enum outcome both(enum outcome (*run)(void))
{
	enum outcome plain = apart(run, false), nested;
	int reason = why;

	if (plain == WORKS || plain == UNKNOWN) {
		return plain;
	}
	nested = apart(run, true);
	if (nested != UNKNOWN && nested > plain) {
		return nested;
	}
	why = reason;
	return plain;
}

/* A second function, NAME_b, that does that. */
#define BOTH(name) \
	static enum outcome name##_b(void) \
	{ \
		return both(name); \
	}

static inline int attempts_run(const struct attempt *attempts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct attempt *attempt = &attempts[i];
		enum outcome outcome = apart(attempt->run, false);

		printf("%s|%s|%s|%s|%s\n", attempt->id, attempt->what, attempt->must,
		       OUTCOMES[outcome], why ? strerrorname_np(why) : "");
	}
	return 0;
}
