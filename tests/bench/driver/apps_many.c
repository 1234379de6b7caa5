/* SPDX-License-Identifier: BSD-2-Clause */
/* Many sessions of the benchmark's driver: at the same time, and one after another. */
#include "apps.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* One of those that run at the same time; never returns. */
static void worker_main(const struct app_work *work, unsigned int rounds)
{
	int r = 0;

	while (rounds-- > 0 && r == 0) {
		r = apps_one(work, 0, false);
	}
	_exit(r ? 1 : 0);
}

static int workers_wait(unsigned int started)
{
	int r = 0;

	while (started-- > 0) {
		int status;

		if (wait(&status) < 0 || status != 0) {
			r = -EIO;
		}
	}
	return r;
}

int apps_together(const struct app_work *work, const struct app_options *options)
{
	int64_t began = apps_clock_ns();
	unsigned int started = 0;
	int r = 0;

	for (; started < options->at_once; started++) {
		/* The first few have one more where it does not come out even. */
		unsigned int share = options->rounds / options->at_once +
				     (started < options->rounds % options->at_once);
		pid_t pid = fork();

		if (pid < 0) {
			r = -errno;
			break;
		}
		if (pid == 0) {
			worker_main(work, share);
		}
	}
	int ended = workers_wait(started);
	if (r == 0 && ended == 0) {
		(void)printf("together %u %.6f\n", options->rounds,
			     (double)(apps_clock_ns() - began) / 1e9);
	}
	return r ? r : ended;
}

int apps_in_a_row(const struct app_work *work, const struct app_options *options)
{
	int64_t began = apps_clock_ns();

	for (unsigned int i = 1; i <= options->rounds; i++) {
		int r = apps_one(work, 0, false);

		if (r) {
			return r;
		}
		if (i % options->mark == 0) {
			(void)printf("row %u %.6f\n", i, (double)(apps_clock_ns() - began) / 1e9);
			(void)fflush(stdout);
			if (apps_wait_line()) {
				return 0; /* whoever looks has seen enough */
			}
			began = apps_clock_ns();
		}
	}
	return 0;
}
