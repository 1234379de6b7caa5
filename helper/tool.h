/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tool.h - a program of the system that is run once, such as nft(8) and busctl(1).
 */
#ifndef LOGINSPACE_TOOL_H
#define LOGINSPACE_TOOL_H

#include <stddef.h>

#include "privileges.h"

#define TOOL_LINE_SIZE 256

struct tool {
	const char *path;
	char *const *argv; /* ends with NULL; the environment is empty */
	enum phase phase;  /* what it holds, see privileges.h */
	int input;         /* its standard input */
	int output;        /* its standard output and error: a file of tool_memory */
	int patience_ms;   /* after which it is killed */
};

/* tool_find - the first of COUNT paths that can be executed, or NULL. */
const char *tool_find(const char *const *paths, size_t count);

/*
 * tool_memory - a file in memory with TEXT in it, that is read from its beginning: nobody has to
 * keep a pipe empty while the time runs. The fd is the caller's. Returns 0 or a negative errno.
 */
int tool_memory(const char *text, int *ret_file);

/*
 * tool_run - to its end. It dies with the caller, and has none of its fds. Returns 0; -ETIMEDOUT
 * (it was killed); -EPROTO (it has failed: see its output); another negative errno.
 */
int tool_run(const struct tool *tool);

/* tool_line - the first line of FILE, safe for a log, in LINE of TOOL_LINE_SIZE bytes. */
void tool_line(int file, char *line);

#endif
