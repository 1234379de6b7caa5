/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.h - what is asked of systemd, as arguments of busctl(1): methods of the interface
 * org.freedesktop.systemd1.Manager, org.freedesktop.systemd1(5). Pure.
 */
#ifndef LOGINSPACE_CALL_H
#define LOGINSPACE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "figures.h"

#define CALL_WORDS_MAX 48
#define CALL_TEXT_SIZE 2048

struct call {
	char *words[CALL_WORDS_MAX + 1]; /* ends with NULL */
	size_t count;
	char text[CALL_TEXT_SIZE];
	size_t used;
	bool full; /* something had no room */
};

/*
 * call_set - SetUnitProperties of UNIT: of a scope until it ends, of a slice until the machine does.
 * Returns 0 or -E2BIG.
 */
int call_set(struct call *call, const char *unit, const struct figures *figures);

/* A scope that is to be made: systemd.scope(5). */
struct call_scope {
	const char *unit, *slice;
	pid_t member; /* the caller: a number of anybody else's may be another's by then */
	/*
	 * OOMPolicy=continue, without which the first process that the kernel kills for its memory
	 * takes all others with it. Below systemd 253 scopes have no such property, and do not need
	 * it.
	 */
	bool oom_policy;
};

/* call_scope - StartTransientUnit. Without FIGURES there are no limits. Returns 0 or -E2BIG. */
int call_scope(struct call *call, const struct call_scope *scope, const struct figures *figures);

#endif
