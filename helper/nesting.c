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

#include "init_fds.h"
#include "registry.h"

/* The kernel numbers its first namespaces itself: include/linux/proc_ns.h, PROC_USER_INIT_INO. */
#define FIRST_USERNS 0xeffffffdu
#define FIRST_PIDNS  0xeffffffcu

#define STRING(number) TEXT(number)
#define TEXT(number)   #number
#define INIT_FOLDER    "/proc/1/fd/" STRING(INIT_REGISTRY_FD)

/*
 * PID 1 of a space has the registry's folder open, which nobody but root can open. To see that takes
 * CAP_SYS_PTRACE, as our init is not dumpable; -EACCES without it, and from inside a user namespace.
 */
static int look_at_init(const struct stat *folder, bool *ret_nested)
{
	struct stat about;

	if (stat(INIT_FOLDER, &about) < 0) {
		if (errno != ENOENT) {
			return -errno;
		}
		about = (struct stat){ .st_ino = 0 };
	}
	*ret_nested = about.st_dev == folder->st_dev && about.st_ino == folder->st_ino;
	return 0;
}

/* A space with a user namespace has a registry of its own, in which its init is marked: fence.c. */
static int look_for_mark(ino_t namespace, bool *ret_nested)
{
	int registry, err = registry_open(&registry);

	if (err == 0) {
		err = registry_marked(registry, namespace, ret_nested);
		(void)close(registry);
	}
	return err;
}

int nesting_look(bool *ret_nested)
{
	struct stat namespace, folder;
	int err;

	if (stat("/proc/self/ns/pid", &namespace) < 0) {
		return -errno;
	}
	/* A folder that is not there has no spaces. */
	if (namespace.st_ino == FIRST_PIDNS || lstat(REGISTRY_PATH, &folder) < 0) {
		*ret_nested = false;
		return namespace.st_ino == FIRST_PIDNS || errno == ENOENT ? 0 : -errno;
	}
	err = look_at_init(&folder, ret_nested);
	if (err == -EACCES) {
		err = look_for_mark(namespace.st_ino, ret_nested);
		if (err == 0 && !*ret_nested) {
			err = -EACCES;
		}
	}
	return err;
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
