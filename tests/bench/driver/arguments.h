/* SPDX-License-Identifier: BSD-2-Clause */
/* The options that floor and pam_bench have in common. */
#ifndef BENCH_DRIVER_ARGUMENTS_H
#define BENCH_DRIVER_ARGUMENTS_H

#include "apps.h"

#define ARGUMENTS_HELP \
	"[-n ROUNDS] [-w WARM-UPS] [-s REST_MS] [-k KEEP] [-j INIT] [-c AT_ONCE] [-m MARK]"

/* Fills options and leaves optind at the first operand; -EINVAL for a bad option. */
int arguments_read(int argc, char **argv, struct app_options *ret_options);

#endif
