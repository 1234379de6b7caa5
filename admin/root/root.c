/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.c - `loginspace root`: a command that is root over nothing but namespaces of its own. Run by
 * a plain user, in his space or outside of one, without any privilege; the ids beside his own are
 * given by newuidmap(1), which checks them itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "complaint.h"
#include "contents.h"
#include "options.h"
#include "root_outer.h"
#include "root_path.h"
#include "root_reason.h"
#include "run.h"
#include "run_shell.h"
#include "scope.h"
#include "verbs.h"

#define REASON_SIZE 320

/* --- what there is ------------------------------------------------------------------------------ */

/* Up to SIZE - 1 bytes of it. Returns their number; 0: it is empty, or cannot be read. */
static size_t file_read(const char *path, char *text, size_t size)
{
	SCOPE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t length = 0;
	ssize_t got = fd < 0 ? -1 : 1;

	while (got > 0 && length + 1 < size) {
		got = read(fd, text + length, size - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	}
	text[length] = '\0';
	return length;
}

static bool setting_is(const char *path, char value)
{
	char text[16];

	return file_read(path, text, sizeof(text)) > 0 && text[0] == value && text[1] == '\n';
}

static void limits_look(struct root_limits *ret)
{
	struct contents status = { 0 };

	(void)contents_read(&status, AT_FDCWD, "/proc/self/status", SIZE_MAX);
	*ret = (struct root_limits){
		.none_allowed = setting_is("/proc/sys/user/max_user_namespaces", '0'),
		.clone_off = setting_is("/proc/sys/kernel/unprivileged_userns_clone", '0'),
		.apparmor =
			setting_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'),
		.filtered = status.length > 0 && strstr(status.text, "\nSeccomp:\t2\n") != NULL,
		.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1,
	};
	contents_free(&status);
}

static void ranges_look(const char *path, const char *name, uint32_t own, struct ids *ret)
{
	struct contents file = { 0 };
	int err;

	*ret = (struct ids){ .count = 0 };
	/* Of any length, as newuidmap(1) takes it. What cannot be read gives nothing. */
	err = contents_read(&file, AT_FDCWD, path, SIZE_MAX);
	if (err == 0) {
		ids_read(file.text, file.length, name, geteuid(), own, ret);
	} else if (err != -ENOENT) {
		ret->error = err;
	}
	contents_free(&file);
}

static bool is_program(const char *path)
{
	return path != NULL && path[0] == '/' && access(path, X_OK) == 0;
}

/* The one that he uses, or the one that the administrator has given him. */
static const char *shell_find(const struct passwd *entry)
{
	const char *own = getenv("SHELL");

	if (is_program(own)) {
		return own;
	}
	return entry != NULL && is_program(entry->pw_shell) ? entry->pw_shell : "/bin/sh";
}

static int path_set(void)
{
	char *path = path_extend(getenv("PATH"));
	const int err = path == NULL || setenv("PATH", path, 1) < 0 ? -ENOMEM : 0;

	free(path);
	return err;
}

/* --- what is done ------------------------------------------------------------------------------- */

static int complain(const struct root_failure *failure, const struct root_limits *limits)
{
	static const char *const WHAT[] = {
		[ROOT_CHANNEL] = "cannot prepare",
		[ROOT_CLONE] = "cannot make a fake root",
		[ROOT_MAPS] = "cannot map an id",
		[ROOT_MOUNTS] = "cannot arrange the mounts",
		[ROOT_START] = "cannot start the command",
	};

	complaint_say("%s: %s", WHAT[failure->step],
		      reason_failed(failure->step, failure->err, limits));
	return VERB_FAILED;
}

static int single_run(struct root_run *run, const char *name, int err,
		      const struct root_limits *limits)
{
	char reason[REASON_SIZE];
	struct root_failure failure;
	int status;

	(void)snprintf(run->notice, sizeof(run->notice), "only your own id is there, as root: %s",
		       reason_single(reason, sizeof(reason), name, &run->users, &run->groups, err,
				     limits));
	run->ranges = false;
	status = root_run(run, &failure);
	return status < 0 ? complain(&failure, limits) : status;
}

/* With all ids if there are any and somebody maps them, else with one. */
static int ranges_run(struct root_run *run, const char *name)
{
	struct root_limits limits;
	struct root_failure failure = { .err = 0 };
	int status;

	limits_look(&limits);
	ranges_look("/etc/subuid", name, geteuid(), &run->users);
	ranges_look("/etc/subgid", name, getegid(), &run->groups);
	run->ranges = run->users.count > 0 && run->groups.count > 0 && !limits.no_new_privs;
	if (run->ranges) {
		status = root_run(run, &failure);
		if (status >= 0) {
			return status;
		}
		if (failure.step != ROOT_MAPS) {
			return complain(&failure, &limits);
		}
	}
	return single_run(run, name, failure.err, &limits);
}

static int shell_run(char **words, int null)
{
	/* Its memory is this process's, and there is no other look-up. */
	const struct passwd *entry = getpwuid(geteuid());
	char number[16], *path = strdup(shell_find(entry));
	const struct account account = { .shell = path };
	struct root_run run = { .shell = words[0] == NULL, .null = null };
	struct shell shell = { .file = NULL };
	int status = VERB_FAILED;

	(void)snprintf(number, sizeof(number), "%u", geteuid());
	if (path == NULL || path_set() < 0 || shell_choose(&account, false, words, &shell) < 0) {
		complaint_say("cannot prepare: %s", strerror(ENOMEM));
	} else {
		run.file = shell.file;
		run.words = shell.words;
		status = ranges_run(&run, entry != NULL ? entry->pw_name : number);
	}
	shell_free(&shell);
	free(path);
	return status;
}

int root_main(int argc, char **argv)
{
	SCOPE_FD int null = -1;
	const char *word = NULL;
	int first, err;

	if (options_read(argc, argv, NULL, 0, &first, &word) < 0) {
		return verb_usage(argv[0], word);
	}
	if (geteuid() == 0) {
		complaint_say("you are root already; unshare(1) makes namespaces for root");
		return VERB_FAILED;
	}
	err = run_standard_open(&null);
	if (err < 0) {
		complaint_say("cannot open /dev/null: %s", strerror(-err));
		return VERB_FAILED;
	}
	return shell_run(argv + first, null);
}
