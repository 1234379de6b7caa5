/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.h - runs a command in the space that the caller has just moved to, and stays with it: its
 * terminal, its signals, its exit status.
 *
 * The caller (setns(2), or the module in pam_open_session) is in the space's namespaces but the PID
 * namespace, which is only for its children: so it has no /proc/self.
 *
 *   outer    this process: outside the PID namespace, nobody inside sees or signals it. Passes on
 *            bytes between the terminals, and signals that it gets
 *   monitor  its child, root, first process in there: leads the session of the new terminal, is the
 *            parent of the command, kills it when outer has ended
 *   command  the monitor's child, in a process group of its own, as the account
 */
#ifndef LOGINSPACE_ADMIN_RUN_H
#define LOGINSPACE_ADMIN_RUN_H

#include <stdbool.h>

#include "account.h"
#include "restrict.h"
#include "terminal.h"

#define RUN_PATH_USER "/usr/local/bin:/usr/bin:/bin"
#define RUN_PATH_ROOT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* What a shell ends with when it cannot start a command, sh(1p). */
enum {
	RUN_FAILED = 1,
	RUN_CANNOT = 126,
	RUN_MISSING = 127,
};

struct run {
	const struct account *account;
	const char *file;   /* a path, or a name to look for in the PATH of ENVIRONMENT */
	char *const *words; /* its argv */
	char **environment;
	const struct restrictions *restrictions; /* of the command; NULL: none */
	bool trusted;      /* only a file that nobody but root can have changed, run_trusted.h */
	const char *home;  /* the working folder, or "/" where that cannot be entered */
	const char *space; /* its id; NULL: in no space */
	int null;          /* of run_standard_open */
};

/*
 * run_standard_open - what is closed of fds 0 to 2 becomes /dev/null, and so does *RET_NULL, which
 * is another and close-on-exec. Before anything else is opened. Returns 0 or a negative errno.
 */
int run_standard_open(int *ret_null);

/*
 * run_command - returns when the command has ended, with its exit status, 128+n for a signal, or
 * one of the above; what has failed was said on stderr. TERMINAL is put back but not closed. The
 * signal mask and dispositions are as before.
 */
int run_command(const struct run *run, struct terminal *terminal);

#endif
