/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verbs.h - what loginspace(8) can do, one function a verb. ARGV[0] is the verb itself; each
 * returns the exit status of the program.
 */
#ifndef LOGINSPACE_ADMIN_VERBS_H
#define LOGINSPACE_ADMIN_VERBS_H

enum {
	VERB_DONE = 0,
	VERB_FAILED = 1,
	VERB_USAGE = 2,
};

int list_main(int argc, char **argv);
int show_main(int argc, char **argv);
int enter_main(int argc, char **argv);
int kill_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int check_main(int argc, char **argv);
int doctor_main(int argc, char **argv);
int try_main(int argc, char **argv);
int root_main(int argc, char **argv);
int metrics_main(int argc, char **argv);

/*
 * verb_usage - says on stderr which WORD of the command line is wrong (NULL: one is missing or too
 * many) and how the verb NAME is called. Returns VERB_USAGE.
 */
int verb_usage(const char *name, const char *word);

#endif
