/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of the benchmark: starts applications, tells each when to open and when to close,
 * and prints what they measured. Runs as root in the host's namespaces and stays there; only the
 * applications change theirs. Driver and application talk over one SOCK_SEQPACKET pair: the
 * driver sends a byte for "go on", the application answers each step with a struct report.
 */
#include "apps.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

#define APP_FD 3 /* the application's end of its channel */

struct app {
	pid_t pid;
	int channel; /* the driver's end */
	int init;    /* pidfd of process 1 as the session sees it */
	struct report open;
	struct report close;
};

int64_t apps_clock_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/*
 * The application's side.
 */

static bool app_may_go_on(void)
{
	char byte;

	return read(APP_FD, &byte, 1) == 1;
}

static struct report app_step(int (*step)(void *), void *ctx)
{
	struct report report = { .began_ns = apps_clock_ns() };

	report.status = step(ctx);
	report.took_ns = apps_clock_ns() - report.began_ns;
	return report;
}

/* Answers "open" from a process of the session, as its shell would be: it sees the namespaces. */
static int app_answer_open(struct report *report)
{
	pid_t pid = report->status ? 0 : fork();

	if (pid < 0) {
		report->status = -errno;
	}
	if (report->status) {
		return report_send(APP_FD, report, -1);
	}
	if (pid == 0) {
		namespace_inodes(report->inside);
		int init = (int)syscall(SYS_pidfd_open, 1, 0);

		_exit(report_send(APP_FD, report, init) ? 1 : 0);
	}
	int status;
	waitpid(pid, &status, 0);
	return status == 0 ? 0 : -EPIPE;
}

/* The life of one application; never returns. */
static void app_main(const struct app_work *work)
{
	struct report prepared = { .status = work->prepare(work->ctx) };

	if (report_send(APP_FD, &prepared, -1) || prepared.status || !app_may_go_on()) {
		_exit(1);
	}
	struct report report = app_step(work->open, work->ctx);
	if (app_answer_open(&report) || report.status || !app_may_go_on()) {
		_exit(1);
	}
	report = app_step(work->close, work->ctx);
	(void)report_send(APP_FD, &report, -1); /* the driver misses it, and says so */
	(void)app_may_go_on();                  /* it has been seen, or the driver is gone */
	work->end(work->ctx);
	_exit(0);
}

/*
 * The driver's side.
 */

/* Waits for "prepared". On failure the application is still to be ended. */
static int app_start(struct app *app, const struct app_work *work)
{
	int pair[2];
	int unused;
	struct report prepared;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
		return -errno;
	}
	app->pid = fork();
	if (app->pid == 0) {
		/* Nothing of the driver or of other applications may stay open in this one. */
		if (dup2(pair[1], APP_FD) < 0) {
			_exit(1);
		}
		close_range(APP_FD + 1, ~0U, 0);
		fcntl(APP_FD, F_SETFD, FD_CLOEXEC);
		app_main(work);
	}
	app->channel = pair[0];
	close(pair[1]);
	if (app->pid < 0) {
		return -errno;
	}
	return report_receive(app->channel, &prepared, &unused);
}

static int app_open(struct app *app)
{
	if (write(app->channel, "", 1) != 1) {
		return -errno;
	}
	return report_receive(app->channel, &app->open, &app->init);
}

static int app_close(struct app *app)
{
	int unused;

	if (write(app->channel, "", 1) != 1) {
		return -errno;
	}
	return report_receive(app->channel, &app->close, &unused);
}

/* The application goes by itself once its channel is closed; a stuck one is killed. */
static void app_end(struct app *app)
{
	if (app->pid > 0) {
		struct pollfd wait = { .fd = (int)syscall(SYS_pidfd_open, app->pid, 0),
				       .events = POLLIN };

		close(app->channel);
		if (wait.fd < 0 || poll(&wait, 1, REPORT_TIMEOUT_MS) != 1) {
			kill(app->pid, SIGKILL);
		}
		waitpid(app->pid, NULL, 0);
		close(wait.fd);
	}
	if (app->init >= 0) {
		close(app->init);
	}
	*app = (struct app){ .channel = -1, .init = -1 };
}

/* The host's number of the session's process 1; 1 if the session made no PID namespace. */
static pid_t app_init_pid(const struct app *app)
{
	char path[64];
	char line[128];
	pid_t pid = -1;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", app->init);
	FILE *info = fopen(path, "re");
	while (info && fgets(line, sizeof(line), info)) {
		if (strncmp(line, "Pid:", 4) == 0) {
			pid = (pid_t)strtol(line + 4, NULL, 10);
		}
	}
	if (info) {
		(void)fclose(info);
	}
	return pid;
}

/* Waits until init has exited. Nanoseconds from the start of close. */
static int64_t app_gone(const struct app *app)
{
	struct pollfd gone = { .fd = app->init, .events = POLLIN };

	if (poll(&gone, 1, REPORT_TIMEOUT_MS) != 1) {
		(void)fprintf(stderr, "the session's init did not end\n");
	}
	return apps_clock_ns() - app->close.began_ns;
}

/* gone_ns: 0 if no init ends with the session. */
static void app_print(const struct app *app, int64_t gone_ns)
{
	ino_t outside[NAMESPACE_COUNT];
	const char *comma = "";

	(void)printf("%.1f %.1f ", (double)app->open.took_ns / 1000,
		     (double)app->close.took_ns / 1000);
	if (gone_ns == 0) {
		(void)printf("- ");
	} else {
		(void)printf("%.1f ", (double)gone_ns / 1000);
	}
	namespace_inodes(outside);
	for (int i = 0; i < NAMESPACE_COUNT; i++) {
		if (app->open.inside[i] != outside[i]) {
			(void)printf("%s%s", comma, namespace_names[i]);
			comma = ",";
		}
	}
	(void)printf("%s\n", *comma ? "" : "-");
	(void)fflush(stdout);
}

int apps_one(const struct app_work *work, pid_t joins, bool print)
{
	struct app app = { .channel = -1, .init = -1 };
	int r = app_start(&app, work);

	if (r == 0) {
		r = app_open(&app);
	}
	pid_t init = r == 0 ? app_init_pid(&app) : -1;
	if (r == 0 && joins != 0 && init != joins) {
		(void)fprintf(stderr, "made a space of its own\n");
		r = -EXDEV;
	}
	if (r == 0) {
		r = app_close(&app);
	}
	int64_t gone_ns = r || init == 1 || joins != 0 ? 0 : app_gone(&app);
	if (r == 0 && print) {
		app_print(&app, gone_ns);
	}
	app_end(&app);
	return r;
}

static int apps_time(const struct app_work *work, const struct app_options *options)
{
	struct timespec rest = { options->rest_ms / 1000, options->rest_ms % 1000 * 1000000L };

	for (unsigned int i = 0; i < options->warm + options->rounds; i++) {
		nanosleep(&rest, NULL);
		int r = apps_one(work, (pid_t)options->joins, i >= options->warm);
		if (r) {
			return r;
		}
	}
	return 0;
}

int apps_wait_line(void)
{
	char line[16];

	return fgets(line, sizeof(line), stdin) ? 0 : -EPIPE;
}

static int apps_keep_stages(struct app *apps, pid_t *pids, const struct app_work *work,
			    unsigned int count)
{
	int r = 0;

	for (unsigned int i = 0; i < count && r == 0; i++) {
		r = app_start(&apps[i], work);
	}
	if (r == 0) {
		(void)printf("prepared");
		for (unsigned int i = 0; i < count; i++) {
			(void)printf(" %d", (int)apps[i].pid);
		}
		(void)printf("\n");
		(void)fflush(stdout);
		r = apps_wait_line();
	}
	for (unsigned int i = 0; i < count && r == 0; i++) {
		r = app_open(&apps[i]);
		pids[i] = app_init_pid(&apps[i]);
		/* One fd less of each: there may be more sessions than half of what one process may open. */
		close(apps[i].init);
		apps[i].init = -1;
	}
	if (r) {
		return r;
	}
	(void)printf("open");
	for (unsigned int i = 0; i < count; i++) {
		(void)printf(" %d", (int)pids[i]);
	}
	(void)printf("\n");
	(void)fflush(stdout);
	r = apps_wait_line();
	for (unsigned int i = 0; i < count && r == 0; i++) {
		r = app_close(&apps[i]);
	}
	return r;
}

static int apps_keep(const struct app_work *work, const struct app_options *options)
{
	struct app *apps = calloc(options->keep, sizeof(*apps));
	pid_t *pids = calloc(options->keep, sizeof(*pids));

	if (!apps || !pids) {
		free(apps);
		free(pids);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < options->keep; i++) {
		apps[i] = (struct app){ .channel = -1, .init = -1 };
	}
	int r = apps_keep_stages(apps, pids, work, options->keep);
	for (unsigned int i = 0; i < options->keep; i++) {
		app_end(&apps[i]);
	}
	free(apps);
	free(pids);
	if (r == 0) {
		(void)printf("closed\n");
	}
	return r;
}

int apps_run(const struct app_work *work, const struct app_options *options)
{
	int r;

	if (options->keep) {
		r = apps_keep(work, options);
	} else if (options->at_once) {
		r = apps_together(work, options);
	} else if (options->mark) {
		r = apps_in_a_row(work, options);
	} else {
		r = apps_time(work, options);
	}

	if (r) {
		(void)fprintf(stderr, "%s\n", strerror(-r));
	}
	return r;
}
