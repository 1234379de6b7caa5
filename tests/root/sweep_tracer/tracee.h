/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tracee.h - what sweep_tracer has been asked for, and the processes that it follows. It has one thing
 * to do, so what it knows of that is global.
 */
#ifndef LOGINSPACE_SWEEP_TRACEE_H
#define LOGINSPACE_SWEEP_TRACEE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#define OWN_ERROR   125
#define CALLS_MAX   1024
#define TRACEES_MAX 256

enum role { ROLE_NONE, ROLE_APP, ROLE_BETWEEN, ROLE_HELPER, ROLE_INIT, ROLE_TOOL };
enum phase { AT_START, IN_OPEN, IN_SESSION, IN_CLOSE, AFTER_CLOSE, IN_END, AT_END };
enum action { ACTION_LIST, ACTION_ERROR, ACTION_LATE, ACTION_KILL, ACTION_STOP };

/* A process that we follow. */
struct tracee {
	pid_t pid;
	enum role role;
	int login;
	enum phase phase; /* of an application */
	bool hit;         /* that one is the one */
	bool muted;       /* between two marks: it writes what tests/coverage counts */
	unsigned short calls[CALLS_MAX];
};

struct want {
	enum action action;
	FILE *list;
	char role[32];
	long call;
	int number, error, seconds;
};

extern struct want want;
extern struct tracee *tracees[TRACEES_MAX];
extern bool reached;     /* that one call */
extern pid_t stopped;    /* before it; 0: none */
extern time_t resume_at; /* when it goes on */

struct tracee *tracee_find(pid_t pid);
struct tracee *tracee_new(pid_t pid);

/* T may be NULL. */
void tracee_drop(struct tracee *t);

/* After an exec. False when it is none of ours. */
bool program_take(struct tracee *t);

/* Whether the application's calls have to be followed; else its children show by what they exec. */
bool phases_matter(void);

/* "helper1" and so on. */
void tracee_name(const struct tracee *t, char *name, size_t size);
bool wanted_role(const struct tracee *t);

#endif
