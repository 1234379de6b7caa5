/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs applications, each a fresh process that opens and closes one session, and times them.
 * Shared by floor and pam_bench, so that both are measured by the same code.
 */
#ifndef BENCH_DRIVER_APPS_H
#define BENCH_DRIVER_APPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What one application does. Every step runs in the application's own process, as root, and
 * returns 0 or a negative errno; a failing step has said why on stderr. Only open and close are
 * timed. ctx is the driver's; the application has its own copy of it, being a fork.
 */
struct app_work {
	void *ctx;
	int (*prepare)(void *ctx);
	int (*open)(void *ctx);
	int (*close)(void *ctx);
	void (*end)(void *ctx);
};

/* How the driver runs them. */
struct app_options {
	unsigned int rounds;  /* timed applications, one after another */
	unsigned int warm;    /* applications before those, not reported */
	unsigned int rest_ms; /* pause before each */
	unsigned int joins;   /* not 0: each session joins the space of this init, which stays */
	unsigned int keep;    /* not 0: hold so many sessions open instead of timing */
	unsigned int at_once; /* not 0: so many processes share the rounds, in apps_many.c */
	unsigned int mark;    /* not 0: a look at it all after each so many, in apps_many.c */
};

/*
 * Timing: one line an application on stdout, "OPEN CLOSE GONE NEW". Microseconds for open,
 * for close, and from the start of close until the init of the session's PID namespace has
 * exited ("-" if the session made none, or joined one); NEW lists the namespaces the session made, as in
 * /proc/PID/ns, with commas, or "-".
 *
 * Holding: prints "prepared" and the PID of each application once all are alive and none open,
 * waits for a line on stdin, opens all, prints "open" and the host's PID of each init, waits for
 * a line, closes all, prints "closed".
 *
 * Together: the rounds are dealt out to so many processes that run at the same time; prints
 * "together ROUNDS SECONDS", from the first's start until the last session's init has exited.
 *
 * In a row: one after another; after each so many prints "row DONE SECONDS", the seconds being
 * those since the line before, and waits for a line on stdin.
 *
 * Returns 0 or a negative errno, the cause said on stderr.
 */
int apps_run(const struct app_work *work, const struct app_options *options);

/*
 * What apps_many.c and apps.c share. One application from its start until its init has exited;
 * print: its line, as above.
 */
int apps_one(const struct app_work *work, pid_t joins, bool print);
int64_t apps_clock_ns(void);
int apps_wait_line(void);
int apps_together(const struct app_work *work, const struct app_options *options);
int apps_in_a_row(const struct app_work *work, const struct app_options *options);

#endif
