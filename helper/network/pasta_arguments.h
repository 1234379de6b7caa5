/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_arguments.h - how pasta(1) is called. Pure.
 */
#ifndef LOGINSPACE_PASTA_ARGUMENTS_H
#define LOGINSPACE_PASTA_ARGUMENTS_H

#include <stdbool.h>

#include "plan.h"

/* [ADDRESS/]HOSTPORT:PORT */
#define PASTA_SPEC_SIZE 64

/* Those that do not depend on the plan, two for each port, and the NULL behind them. */
#define PASTA_ARGUMENTS_MAX (32 + 2 * PLAN_PUBLISH_MAX + 1)

struct pasta_arguments {
	const char *argv[PASTA_ARGUMENTS_MAX];
	char specs[PLAN_PUBLISH_MAX][PASTA_SPEC_SIZE];
};

/*
 * pasta_arguments_make - all of them are options of the versions from 2023 on. The program finds
 * the space's network namespace at fd 0, and writes its pid to fd 1 when it is ready. FORWARD_DNS:
 * PASTA_DNS leads to the host's first name server. RET may not be moved: argv leads into it.
 */
void pasta_arguments_make(const struct plan_network *net, bool forward_dns,
			  struct pasta_arguments *ret);

#endif
