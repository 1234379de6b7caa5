/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * figures.h - the limits of a plan as numbers, and what the kernel and systemd call them. Pure.
 */
#ifndef LOGINSPACE_FIGURES_H
#define LOGINSPACE_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"

enum figure {
	FIGURE_MEMORY, /* bytes, whole pages */
	FIGURE_TASKS,  /* processes and threads */
	FIGURE_CPU,    /* microseconds of processor time a second */
	FIGURE_COUNT,
};

/* 0: unlimited, and nothing is set. */
struct figures {
	uint64_t values[FIGURE_COUNT];
};

struct figure_about {
	const char *key;        /* of loginspace.conf(5) */
	const char *controller; /* and FILE: see cgroups(7) */
	const char *file;
	const char *property; /* on D-Bus, of type t: see org.freedesktop.systemd1(5) */
};

#define FIGURE_TEXT_SIZE 48

/* Never NULL for a FIGURE below FIGURE_COUNT. */
const struct figure_about *figure_about(enum figure figure);

/* figures_of - for a machine of MEMORY bytes with pages of PAGE bytes. */
struct figures figures_of(const struct plan_limits *limits, uint64_t memory, uint64_t page);

/* figure_text - what is written to the file; for the memory whole pages, or the kernel rounds. */
void figure_text(enum figure figure, uint64_t value, char text[FIGURE_TEXT_SIZE]);

/* figure_holds - is TEXT, read from the file, this value? Of the CPU the period may be another. */
bool figure_holds(enum figure figure, uint64_t value, const char *text);

#endif
