/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arguments.h - the words after pam_loginspace.so in a PAM line.
 */
#ifndef LOGINSPACE_ARGUMENTS_H
#define LOGINSPACE_ARGUMENTS_H

#include <stdbool.h>

struct arguments {
	const char *conf;   /* absolute path; NULL: the compiled-in place */
	const char *helper; /* absolute path */
	bool debug;
	bool no_warn;
	bool any_service;
	bool close; /* this line has its part in pam_close_session only */
};

/*
 * arguments_parse - fills *RET from ARGC words; the paths point into ARGV.
 * Returns 0, or -EINVAL with the word nobody knows, or with a bad value, in *RET_WORD and
 * *RET holding what was understood.
 */
int arguments_parse(int argc, const char *const *argv, struct arguments *ret,
		    const char **ret_word);

#endif
