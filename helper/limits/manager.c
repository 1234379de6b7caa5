/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manager.c - limits by way of systemd. Called by resources.c in the helper, as root.
 *
 * The groups below /sys/fs/cgroup are systemd's: whoever writes there beside it has his values
 * overwritten when it next looks. So it is asked, over D-Bus by busctl(1), which needs no more than
 * uid 0, for what it documents: properties of a unit, or a scope for processes that there are, see
 * systemd.resource-control(5) and systemd.scope(5). It answers before it has done it. That it is
 * done is read from the kernel. One thing is not asked of it: to put the application into a scope of
 * ours, see owner_move().
 */
#include "manager.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "channel.h"
#include "controllers.h"
#include "member.h"
#include "message.h"
#include "place.h"
#include "scope.h"
#include "tool.h"

#define INIT_SCOPE  "/init.scope" /* where systemd itself is, systemd.special(7) */
#define PATIENCE_MS 5000          /* an answer takes some 10 ms */
#define LOOK_NS     2000000       /* from one look to the next */

static const char *const PATHS[] = { "/usr/bin/busctl", "/bin/busctl" };

/* What is being asked for, and of whom. */
struct asked {
	uid_t uid;
	int owner_fd; /* its pidfd */
	pid_t owner;
	const struct figures *figures;
	int64_t deadline_ms;
	char *detail;
};

bool manager_runs(void)
{
	struct stat about;

	return lstat("/run/systemd/system", &about) == 0 && S_ISDIR(about.st_mode);
}

static int patience_of(const struct asked *asked)
{
	const int64_t left = asked->deadline_ms - channel_now_ms();

	return left < 0 ? 0 : (int)(left < PATIENCE_MS ? left : PATIENCE_MS);
}

static int busctl_run(const struct asked *asked, const struct call *call)
{
	SCOPE_FD int output = -1;
	struct tool tool = {
		.path = tool_find(PATHS, sizeof(PATHS) / sizeof(PATHS[0])),
		.argv = call->words,
		.phase = PHASE_ASK,
		.input = STDIN_FILENO,
		.patience_ms = patience_of(asked),
	};
	char line[TOOL_LINE_SIZE];
	int err;

	if (tool.path == NULL) {
		(void)snprintf(asked->detail, MESSAGE_DETAIL_SIZE,
			       "busctl is not there, by which systemd is asked for limits");
		return -ENOENT;
	}
	err = tool_memory("", &output);
	if (err < 0) {
		return err;
	}
	tool.output = output;
	err = tool_run(&tool);
	if (err == -ETIMEDOUT) {
		(void)snprintf(asked->detail, MESSAGE_DETAIL_SIZE,
			       "systemd does not answer when it is asked for limits");
	} else if (err < 0) {
		tool_line(output, line);
		(void)snprintf(asked->detail, MESSAGE_DETAIL_SIZE, "systemd sets no limits: %s",
			       line[0] != '\0' ? line : "it does not say why");
	}
	return err;
}

static void look_later(void)
{
	const struct timespec pause = { .tv_nsec = LOOK_NS };

	(void)nanosleep(&pause, NULL);
}

static int late(const struct asked *asked, const char *what)
{
	(void)snprintf(asked->detail, MESSAGE_DETAIL_SIZE, "systemd was asked, but %s in time",
		       what);
	return -ETIMEDOUT;
}

/* Until the group at PLACE has the figures. */
static int await_figures(const struct asked *asked, const char *place)
{
	int err;

	for (;;) {
		err = controllers_hold_at(place, asked->figures);
		if (err != -EAGAIN) {
			return err;
		}
		if (channel_now_ms() >= asked->deadline_ms) {
			return late(asked, "the limits do not hold");
		}
		look_later();
	}
}

static bool is_at(pid_t pid, const char *place)
{
	char now[PLACE_SIZE];

	return controllers_place(pid, now) == 0 && strcmp(now, place) == 0;
}

/* Until the caller is in the group at PLACE. */
static int await_place(const struct asked *asked, const char *place)
{
	while (!is_at(getpid(), place)) {
		if (channel_now_ms() >= asked->deadline_ms) {
			return late(asked, "the login does not come into its scope");
		}
		look_later();
	}
	return 0;
}

/*
 * Not by systemd, which takes numbers: between the look and the write nobody can hold us up, as we
 * are in a group of root's by now. Before, in one that the caller of su may freeze, he could, and
 * have another process get the number.
 */
static int owner_move(const struct asked *asked, const char *place)
{
	char path[PLACE_SIZE + 64];

	(void)snprintf(path, sizeof(path), "%s%s/cgroup.procs", CONTROLLERS_ROOT, place);
	return member_move(asked->owner_fd, asked->owner, AT_FDCWD, path);
}

/* A scope of our own; FIGURES NULL: it has no limits. */
static int scope_make(const struct asked *asked, const struct figures *figures,
		      char ret_place[PLACE_SIZE])
{
	char unit[PLACE_SIZE], slice[PLACE_SIZE], unused[PLACE_SIZE];
	struct call_scope scope = {
		.unit = unit,
		.slice = slice,
		.member = getpid(),
		.oom_policy = true,
	};
	struct call call;
	int err;

	place_scope(asked->uid, asked->owner, channel_now_ms(), unit, ret_place);
	place_slice(asked->uid, slice, unused);
	err = call_scope(&call, &scope, figures);
	if (err == 0) {
		err = busctl_run(asked, &call);
	}
	/* An older systemd refuses the whole for a property that it does not know. */
	if (err == -EPROTO) {
		scope.oom_policy = false;
		err = call_scope(&call, &scope, figures);
		if (err == 0) {
			err = busctl_run(asked, &call);
		}
	}
	if (err == 0) {
		err = await_place(asked, ret_place);
	}
	return err < 0 ? err : owner_move(asked, ret_place);
}

/* A unit that has them already is left as it is. */
static int unit_limit(const struct asked *asked, const char *unit, const char *place)
{
	struct call call;
	int err = controllers_hold_at(place, asked->figures);

	if (err != -EAGAIN) {
		return err;
	}
	err = call_set(&call, unit, asked->figures);
	if (err == 0) {
		err = busctl_run(asked, &call);
	}
	return err < 0 ? err : await_figures(asked, place);
}

static int session_limit(const struct asked *asked, const char *place)
{
	char unit[PLACE_SIZE], scope[PLACE_SIZE];
	int err;

	if (place_session(place, asked->uid, unit)) {
		return unit_limit(asked, unit, place);
	}
	err = scope_make(asked, asked->figures, scope);
	return err < 0 ? err : await_figures(asked, scope);
}

static int slice_limit(const struct asked *asked, const char *place)
{
	char unit[PLACE_SIZE], slice[PLACE_SIZE], scope[PLACE_SIZE];
	int err = 0;

	if (!place_in_slice(place, asked->uid)) {
		err = scope_make(asked, NULL, scope);
	}
	if (err == 0) {
		place_slice(asked->uid, unit, slice);
		err = unit_limit(asked, unit, slice);
	}
	return err;
}

int manager_limit(uid_t uid, bool shared, int owner_fd, pid_t owner, const struct figures *figures,
		  int64_t deadline_ms, char *detail)
{
	const struct asked asked = {
		.uid = uid,
		.owner_fd = owner_fd,
		.owner = owner,
		.figures = figures,
		.deadline_ms = deadline_ms,
		.detail = detail,
	};
	char place[PLACE_SIZE];
	int err = controllers_place(owner, place);

	if (err == 0) {
		err = member_lives(owner_fd); /* or it is somebody else's place */
	}
	if (err < 0) {
		return err;
	}
	/* By number it would take somebody else for the owner. */
	if (!is_at(1, INIT_SCOPE)) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "systemd runs, but not as PID 1 of this PID namespace");
		return -EXDEV;
	}
	return shared ? slice_limit(&asked, place) : session_limit(&asked, place);
}
