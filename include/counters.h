/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counters.h - how often things happened since the machine started, for `loginspace metrics`.
 *
 * The counters are a file of one page in the registry's folder, /run/loginspace/counters (0600,
 * root's). The module adds to it through a mapping that all logins share, with atomic additions:
 * there is no lock that a stopped process could hold. /run is gone with the next start of the
 * machine, and so are the counts.
 *
 * What is counted happens when a session is opened. Its end is not: a space may end without
 * pam_close_session, and a module that is older than the file would speak then.
 */
#ifndef LOGINSPACE_COUNTERS_H
#define LOGINSPACE_COUNTERS_H

#include <stdint.h>

#include "steps.h"

#define COUNTERS_NAME "counters"

/* The size of the file, whatever the size of a page: the mapping ends with it. */
#define COUNTERS_SIZE 4096

enum counter {
	COUNTER_OPENS,   /* a login got a space of its own making */
	COUNTER_JOINS,   /* a login joined a living space */
	COUNTER_IGNORED, /* none of ours */
	COUNTER_AUDITS,  /* isolate = audit: let in without a space */
	COUNTER_EXEMPT,  /* uid 0 */
	COUNTER_LENIENT, /* on_error = allow: let in without a space */
	COUNTER_OFF,     /* the kill switch */
	COUNTER_DENIALS, /* by step; the last one */
	COUNTER_COUNT,
};

struct counters {
	uint64_t events[COUNTER_DENIALS]; /* by enum counter */
	uint64_t denials[STEP_COUNT];     /* by enum step */
};

/* The word for a counter, such as "opens". Never NULL. */
const char *counters_name(unsigned int counter);

/*
 * counters_add - one more of COUNTER, and of its STEP when it is COUNTER_DENIALS (STEP is ignored
 * otherwise). FOLDER is REGISTRY_PATH of registry.h, as the calling process sees it now: a process
 * that has joined a space may see another, and has held the right one before. Makes the folder (0700) and the file when they are
 * missing, and replaces a file whose counters are those of another version. Leaves no fd, no
 * mapping, no lock, and umask and errno as they were.
 * Returns 0, or a negative errno with nothing counted:
 *   -EINVAL      no such counter or step
 *   -ENOSPC      no room for the file; it is made whole or not at all, so that to add to it can
 *                never fail for want of memory (SIGBUS of mmap(2))
 *   -EFBIG       the file is missing and RLIMIT_FSIZE of getrlimit(2) forbids to make it
 *   -EPERM       folder or file are not root's alone
 *   -ENOTDIR, -ELOOP      the folder, or the file, is a symbolic link or something else
 *   -EMEDIUMTYPE the file is not regular, or not on a tmpfs(5)
 *   -EBADMSG     the file has another size, a hole, or does not begin as it should
 *   another      of open(2), mkdir(2), linkat(2), mmap(2)
 */
int counters_add(const char *folder, enum counter counter, unsigned int step);

/*
 * counters_hold, counters_add_in - the same in two steps: the folder is opened, close-on-exec and the
 * caller's to close, and added to later, wherever the process is by then.
 */
int counters_hold(const char *folder, int *ret_folder);
int counters_add_in(int folder, enum counter counter, unsigned int step);

/*
 * counters_read - all counters; maps nothing and makes nothing. Each count is whole, but they are
 * not of one instant.
 * Returns 0; -ENOENT (nothing was counted yet); -EPROTO (the counters of another version: the next
 * login replaces them); -EPERM, -ENOTDIR, -ELOOP, -EMEDIUMTYPE, -EBADMSG as above; another errno.
 */
int counters_read(const char *folder, struct counters *ret);

#endif
