/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_lines.h - the PAM stack of a service as libpam puts it together from its files, pam.d(5).
 * Pure: the files are read by the caller.
 */
#ifndef LOGINSPACE_ADMIN_PAM_LINES_H
#define LOGINSPACE_ADMIN_PAM_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define PAM_WORDS_MAX 32 /* after the module; more are dropped */
#define PAM_DEPTH_MAX 16 /* of files that include files; libpam stops at 16, too */

struct pam_line {
	const char *file; /* as it is named in the stack, "common-session" */
	unsigned int line;
	bool dash;     /* "-session": a module that is missing is passed over silently */
	char *control; /* "required", "[success=ok default=bad]", in small letters */
	char *module;
	char *words[PAM_WORDS_MAX];
	size_t word_count;
	unsigned int stack;  /* 0, or the number of the substack that it is in */
	unsigned int parent; /* of that substack */
};

struct pam_lines {
	struct pam_line *items;
	size_t count;
	unsigned int stacks;
	char **texts; /* what the lines point into */
	size_t text_count;
};

/*
 * Gives the text of a file of pam.d by its name, or by its path when it begins with '/': 0 and a
 * string to be freed with free(3), or a negative errno.
 */
struct pam_reader {
	int (*read)(const struct pam_reader *reader, const char *name, char **ret_text);
	const void *data;
};

/*
 * pam_lines_read - the lines of TYPE ("session") for SERVICE, with those of included files. *RET is
 * to be freed with pam_lines_free in any case.
 * Returns 0; what the reader returned, -ELOOP (files that include each other), -EBADMSG (a line
 * that libpam would not take), with the file concerned in *RET_FILE and the line in *RET_LINE, 0:
 * the file itself; -ENOMEM.
 */
int pam_lines_read(const struct pam_reader *reader, const char *service, const char *type,
		   struct pam_lines *ret, const char **ret_file, unsigned int *ret_line);

void pam_lines_free(struct pam_lines *lines);

#endif
