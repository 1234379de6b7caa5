/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * complaint.c - the command's lines on stderr. A result that cannot be written has no other place
 * to go, so it is ignored here.
 */
#include "complaint.h"

#include <stdarg.h>
#include <stdio.h>

void complaint_say(const char *format, ...)
{
	va_list args;

	(void)fflush(stdout); /* in the order in which it was written, if both go to one place */
	(void)fputs("loginspace: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
}

void complaint_problem(const struct problem *problem)
{
	char text[PROBLEM_FILE_SIZE + PROBLEM_TEXT_SIZE + 16];

	if (problem->file[0] == '\0') {
		complaint_say("%s", problem->text);
		return;
	}
	(void)fflush(stdout);
	(void)fprintf(stderr, "%s\n", problem_format(text, sizeof(text), problem));
}

void complaint_warning(const struct problem *problem)
{
	(void)fflush(stdout);
	(void)fprintf(stderr, "%s:%u: warning: %s\n", problem->file, problem->line, problem->text);
}
