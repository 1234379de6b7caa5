/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proc.h - the application's own /proc, opened once and known to be procfs.
 */
#ifndef LOGINSPACE_PROC_H
#define LOGINSPACE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * proc_open - an O_PATH fd of /proc for openat(2), the caller's to close.
 * Returns 0; -ENODEV when something else is mounted there; another negative errno.
 */
int proc_open(int *ret_proc);

/* proc_namespace_open - the namespace file NAME ("net", "pid", ...) of PID, 0 for self. */
int proc_namespace_open(int proc, pid_t pid, const char *name, int *ret_namespace);

#endif
