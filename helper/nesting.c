/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nesting.c - see nesting.h. Runs in the helper, as root, in the namespaces of the application.
 */
#include "nesting.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry.h"

/* The kernel numbers its first namespaces itself: include/linux/proc_ns.h, PROC_USER_INIT_INO. */
#define FIRST_USERNS 0xeffffffdu
#define FIRST_PIDNS  0xeffffffcu

/* A folder that is not there has no spaces. */
int nesting_look(bool *ret_nested)
{
	bool nested = false;
	struct stat about;
	int registry, err;

	if (stat("/proc/self/ns/pid", &about) < 0) {
		return -errno;
	}
	if (about.st_ino != FIRST_PIDNS) {
		err = registry_open(&registry);
		if (err < 0 && err != -ENOENT) {
			return err;
		}
		if (err == 0) {
			err = registry_marked(registry, about.st_ino, &nested);
			(void)close(registry);
			if (err < 0) {
				return err;
			}
		}
	}
	*ret_nested = nested;
	return 0;
}

const char *nesting_obstacle(void)
{
	static const char FILTERED[] = "a space with seccomp = default takes no other inside; "
				       "nested = keep lets the login stay in it";
	static const char FENCED[] = "a space with user in namespaces takes no other inside; "
				     "nested = keep lets the login stay in it";
	struct stat about;

	/* Many have a filter of somebody's; what it forbids is what counts. No file: EBADF without. */
	if (setns(-1, 0) < 0 && errno == EPERM) {
		return FILTERED;
	}
	if (stat("/proc/self/ns/user", &about) < 0 || about.st_ino != FIRST_USERNS) {
		return FENCED;
	}
	return NULL;
}
