/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init_main.c - loginspace-init: PID 1 of a space as a program of its own, see image.h. Started by
 * the helper's child with the fds of init_fds.h in place, all signals blocked and CAP_KILL ambient;
 * static, so that a space costs a few pages and not a dynamic linker with three libraries.
 */
#include <stddef.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "init.h"

/* For what(1) and `loginspace doctor`: programs of two versions do not go together. */
__attribute__((used, retain)) static const char VERSION_MARK[] =
	"@(#)loginspace " LOGINSPACE_VERSION;

int main(int argc, char **argv)
{
	/* By hand it is nobody's init: the kernel gives PID 1 to the first of a namespace only. */
	if (getpid() != 1) {
		return EX_USAGE;
	}
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* an exec has set it; cannot fail */
	init_run(argc > 1 ? argv[1] : NULL);
}
