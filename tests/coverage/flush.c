// SPDX-License-Identifier: BSD-2-Clause
/*
 * flush.c - in the build of `make coverage` only: the counters of gcov are written before a program
 * ends without exit(3), as helper and init do, and before it becomes another one. Linked with
 * --wrap=_exit --wrap=execveat.
 */
#include <sys/syscall.h>
#include <unistd.h>

/* The names are the linker's, and those of gcov.h, which is GCC's own. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void __gcov_dump(void);
void __gcov_reset(void);
_Noreturn void __real__exit(int status);
int __real_execveat(int folder, const char *path, char *const argv[], char *const envp[],
		    int flags);
_Noreturn void __wrap__exit(int status);
int __wrap_execveat(int folder, const char *path, char *const argv[], char *const envp[],
		    int flags);
int __wrap_landlock_enter(int empty);

/* For sweep_tracer: what is between two of these is none of the program's own calls. */
#define MARK (-4242)

static void flush(void)
{
	(void)syscall(SYS_close, MARK);
	__gcov_dump();
	__gcov_reset();
	(void)syscall(SYS_close, MARK);
}

_Noreturn void __wrap__exit(int status)
{
	flush();
	__real__exit(status);
}

int __wrap_execveat(int folder, const char *path, char *const argv[], char *const envp[], int flags)
{
	flush();
	return __real_execveat(folder, path, argv, envp, flags);
}

/* Inside Landlock no counter could be written; the real one is counted by its unit test. */
int __wrap_landlock_enter(int empty)
{
	(void)empty;
	return 0;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
