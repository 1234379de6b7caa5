/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exposition.h - figures as OpenMetrics text, in the part of that format which the older text
 * format of Prometheus has, too: node_exporter's textfile collector reads the latter. Pure.
 */
#ifndef LOGINSPACE_ADMIN_EXPOSITION_H
#define LOGINSPACE_ADMIN_EXPOSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"
#include "spaces.h"

struct figures {
	const struct spaces *spaces;
	struct counters counters;
	bool off;    /* the kill switch */
	int64_t now; /* seconds of CLOCK_REALTIME */
};

/* The whole text, to be freed with free(3); NULL: no memory. */
char *exposition_format(const struct figures *figures);

/*
 * exposition_label - TEXT as the value of a label: backslash, quote and newline escaped; what is
 * not printable ASCII becomes '?'. Returns BUFFER.
 */
const char *exposition_label(char *buffer, size_t size, const char *text);

#endif
