// SPDX-License-Identifier: BSD-2-Clause
/*
 * sweep_tracer --list FILE CMD ARGS
 * sweep_tracer --role ROLE --call CALL --number N (--error ERRNO | --late ERRNO | --kill | --stop SECONDS) CMD ARGS
 *
 * Runs CMD, which makes logins with pam_driver, and follows the programs of each: ROLE is one of
 * app, between, helper, init, with the number of the login (app1). With --list, FILE gets a line
 * "ROLE CALL N" for each system call of theirs, CALL being its number and N counting the calls of
 * that number in that process; of the application only what it does in open_session, close_session
 * and pam_end. Without it, that one call is not made but fails with ERRNO (--late: it is made, and
 * fails all the same, as close(2) does), or the process is killed before it, or stopped before it
 * for SECONDS (or until CMD has ended). Unlike strace(1), which would do so in each process that
 * comes to its N-th.
 *
 * Ends as CMD does (128 + signal), with 125 for its own errors, 124 when CMD hangs. The last line on
 * stderr is "sweep: reached" when it came to that call.
 */
#include <err.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include "follow.h"
#include "tracee.h"

#define HANG_S 60

static void usage(void)
{
	errx(OWN_ERROR, "usage: see the top of sweep_tracer/main.c");
}

static void options_take(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "list", 1, NULL, 'l' },   { "role", 1, NULL, 'r' },  { "call", 1, NULL, 'c' },
		{ "number", 1, NULL, 'n' }, { "error", 1, NULL, 'e' }, { "late", 1, NULL, 'L' },
		{ "kill", 0, NULL, 'k' },   { "stop", 1, NULL, 's' },  { 0 },
	};
	int which;

	while ((which = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		switch (which) {
		case 'l':
			want.list = fopen(optarg, "we");
			if (!want.list) {
				err(OWN_ERROR, "%s", optarg);
			}
			break;
		case 'r':
			snprintf(want.role, sizeof(want.role), "%s", optarg);
			break;
		case 'c':
			want.call = atol(optarg);
			break;
		case 'n':
			want.number = atoi(optarg);
			break;
		case 'e':
		case 'L':
			want.action = which == 'e' ? ACTION_ERROR : ACTION_LATE;
			want.error = atoi(optarg);
			break;
		case 'k':
			want.action = ACTION_KILL;
			break;
		case 's':
			want.action = ACTION_STOP;
			want.seconds = atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind >= argc || (want.action == ACTION_LIST) != (want.list != NULL)) {
		usage();
	}
}

static void on_alarm(int sig)
{
	(void)sig;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, 200000 }, { 0, 200000 } };
	time_t hang_at;
	int result;

	options_take(argc, argv);
	sigaction(SIGALRM, &action, NULL);
	hang_at = time(NULL) + HANG_S;
	pid_t root = root_start(argv + optind);
	setitimer(ITIMER_REAL, &often, NULL);
	result = follow(root, hang_at);
	if (reached) {
		fprintf(stderr, "sweep: reached\n");
	}
	return result < 0 ? OWN_ERROR : result;
}
