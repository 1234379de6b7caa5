/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * problem.c - one sentence about what is wrong, with its file and line. Pure.
 */
#include "problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The text comes quoted; the name of a file may hold whatever root has put there. */
static void file_set(struct problem *problem, const char *file)
{
	size_t i;

	(void)snprintf(problem->file, sizeof(problem->file), "%s", file == NULL ? "" : file);
	for (i = 0; problem->file[i] != '\0'; i++) {
		const unsigned char c = (unsigned char)problem->file[i];

		if (c < 0x20 || c == 0x7f) {
			problem->file[i] = '?';
		}
	}
}

void problem_set(struct problem *problem, const char *file, unsigned int line, const char *format,
		 ...)
{
	va_list arguments;

	file_set(problem, file);
	problem->line = line;
	va_start(arguments, format);
	(void)vsnprintf(problem->text, sizeof(problem->text), format, arguments); /* cut is fine */
	va_end(arguments);
}

const char *problem_format(char *buffer, size_t size, const struct problem *problem)
{
	/* What does not fit is cut: the text is for people. */
	if (problem->file[0] == '\0') {
		(void)snprintf(buffer, size, "%s", problem->text);
	} else if (problem->line == 0) {
		(void)snprintf(buffer, size, "%s: %s", problem->file, problem->text);
	} else {
		(void)snprintf(buffer, size, "%s:%u: %s", problem->file, problem->line,
			       problem->text);
	}
	return buffer;
}
