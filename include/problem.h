/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * problem.h - what is wrong, and where: one sentence with the file and line it is about.
 */
#ifndef LOGINSPACE_PROBLEM_H
#define LOGINSPACE_PROBLEM_H

#include <stddef.h>

#define PROBLEM_FILE_SIZE 256
#define PROBLEM_TEXT_SIZE 256

struct problem {
	char file[PROBLEM_FILE_SIZE]; /* empty: not about a file */
	unsigned int line;            /* from 1; 0: about the file as a whole */
	char text[PROBLEM_TEXT_SIZE]; /* a phrase without newline; names from outside are quoted */
};

/* problem_set - fills *PROBLEM; FILE may be NULL; what is too long is cut. */
void problem_set(struct problem *problem, const char *file, unsigned int line, const char *format,
		 ...) __attribute__((format(printf, 4, 5)));

/* problem_format - "file:line: text" into BUFFER, cut where it ends. Returns BUFFER. */
const char *problem_format(char *buffer, size_t size, const struct problem *problem);

#endif
