/* SPDX-License-Identifier: BSD-2-Clause */
/* What an application answers to its driver, over their SOCK_SEQPACKET pair. */
#ifndef BENCH_DRIVER_REPORT_H
#define BENCH_DRIVER_REPORT_H

#include <stdint.h>
#include <sys/types.h>

#define NAMESPACE_COUNT 5

/* As in /proc/PID/ns. */
extern const char *const namespace_names[NAMESPACE_COUNT];

struct report {
	int status; /* of the step: 0 or a negative errno */
	int64_t began_ns;
	int64_t took_ns;
	ino_t inside[NAMESPACE_COUNT]; /* of a process of the session; with "open" only */
};

/* The caller's own; 0 for one that cannot be had. */
void namespace_inodes(ino_t inodes[NAMESPACE_COUNT]);

/* FD is passed along unless it is -1. Returns 0 or a negative errno. */
int report_send(int channel, struct report *report, int fd);

/*
 * *RET_FD gets the passed fd, or -1. Returns the report's own status; -ETIMEDOUT after
 * REPORT_TIMEOUT_MS, -EPIPE when the application is gone, or another negative errno.
 */
#define REPORT_TIMEOUT_MS 30000
int report_receive(int channel, struct report *ret_report, int *ret_fd);

#endif
