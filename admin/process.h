/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.h - what proc_pid_status(5) says of a process. Pure.
 */
#ifndef LOGINSPACE_ADMIN_PROCESS_H
#define LOGINSPACE_ADMIN_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* PID namespaces nest 32 deep, pid_namespaces(7), below the first one. */
#define PROCESS_LEVELS 33

struct process {
	pid_t pids[PROCESS_LEVELS]; /* its numbers, from the namespace of /proc inwards */
	size_t levels;
	uid_t uid;       /* effective */
	char state;      /* as ps(1) has it: R, S, D, T, t, Z, X, I */
	char name[65];   /* at most 16 bytes, each perhaps escaped by the kernel */
	uint64_t memory; /* bytes: what is its own, and what it shares by shmem; no file pages */
};

/* process_parse - the text of /proc/PID/status. Returns 0 or -EBADMSG: something is missing. */
int process_parse(const char *text, struct process *ret);

#endif
