/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exposition.h - figures as text for a monitoring system. Pure.
 *
 * No one text is right in both formats: a counter whose samples are named x_total is declared as
 * x_total in the one and as x in the other, and each takes the other's for a mistake.
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

enum exposition {
	EXPOSITION_OPENMETRICS, /* 1.0 */
	EXPOSITION_PROMETHEUS,  /* text format 0.0.4, for node_exporter's textfile collector */
};

/* The whole text, to be freed with free(3); NULL: no memory. */
char *exposition_format(const struct figures *figures, enum exposition format);

/*
 * exposition_label - TEXT as the value of a label: backslash, quote and newline escaped; what is
 * not printable ASCII becomes '?'. Returns BUFFER.
 */
const char *exposition_label(char *buffer, size_t size, const char *text);

#endif
