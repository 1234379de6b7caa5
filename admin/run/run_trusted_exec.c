/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_trusted_exec.c - executes what run_trusted.c has found. Runs as root inside a space, in the
 * process that becomes the command.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run_script.h"
#include "run_trusted.h"
#include "scope.h"

/* A file that may be executed: open for reading, and the way to it. */
struct program {
	int fd;
	char path[PATH_MAX];
	struct script script; /* interpreter is empty: it is no script */
};

/* An O_PATH fd cannot be read. The path is one that only root changes; still it must be the same. */
static int reopen(int found, const char *path)
{
	struct stat wanted, about;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		return -errno;
	}
	if (fstat(found, &wanted) < 0 || fstat(fd, &about) < 0 || about.st_dev != wanted.st_dev ||
	    about.st_ino != wanted.st_ino) {
		(void)close(fd);
		return -ESTALE;
	}
	return fd;
}

static int program_read(struct program *program)
{
	char head[SCRIPT_HEAD_SIZE];
	const ssize_t length = pread(program->fd, head, sizeof(head), 0);
	struct stat about;

	if (length < 0 || fstat(program->fd, &about) < 0) {
		return -errno;
	}
	if ((about.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
		return -EACCES;
	}
	return script_parse(head, (size_t)length, &program->script);
}

static int program_open(const char *path, struct program *ret, char reason[TRUSTED_REASON_SIZE])
{
	SCOPE_FD int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	SCOPE_FD int found = -1;
	int err;

	err = trusted_open(root, path, S_IFREG, &found, ret->path, reason);
	if (err < 0) {
		return err;
	}
	ret->fd = reopen(found, ret->path);
	if (ret->fd < 0) {
		(void)snprintf(reason, TRUSTED_REASON_SIZE, "%s", strerror(-ret->fd));
		return ret->fd;
	}
	err = program_read(ret);
	if (err < 0) {
		(void)snprintf(reason, TRUSTED_REASON_SIZE, "%s", strerror(-err));
	}
	return err;
}

/* The first of the folders in PATH that has NAME, and if none may be run, why the first may not. */
static int program_find(const char *name, const char *path, struct program *ret,
			char reason[TRUSTED_REASON_SIZE])
{
	char candidate[PATH_MAX], why[TRUSTED_REASON_SIZE] = "";
	int first = -ENOENT, err;

	(void)snprintf(reason, TRUSTED_REASON_SIZE, "%s", strerror(ENOENT));
	while (*path != '\0') {
		const size_t length = strcspn(path, ":");

		if (snprintf(candidate, sizeof(candidate), "%.*s/%s", (int)length, path, name) >=
		    (int)sizeof(candidate)) {
			return -ENAMETOOLONG;
		}
		err = program_open(candidate, ret, why);
		if (err == 0) {
			return 0;
		}
		if (err != -ENOENT && first == -ENOENT) {
			first = err;
			memcpy(reason, why, TRUSTED_REASON_SIZE);
		}
		path += length + (path[length] == ':' ? 1 : 0);
	}
	return first;
}

static char *path_of(char *const *environment)
{
	size_t i;

	for (i = 0; environment[i] != NULL; i++) {
		if (strncmp(environment[i], "PATH=", 5) == 0) {
			return environment[i] + 5;
		}
	}
	return NULL;
}

/* What execve(2) makes of a script, with an interpreter that was looked at. */
static int script_exec(struct program *program, char *const *words, char *const *environment,
		       char reason[TRUSTED_REASON_SIZE])
{
	struct program interpreter = { .fd = -1 };
	size_t count = 0, at = 0;
	char **all;
	int err;

	err = program_open(program->script.interpreter, &interpreter, reason);
	if (err == 0 && interpreter.script.interpreter[0] != '\0') {
		(void)snprintf(reason, TRUSTED_REASON_SIZE, "the interpreter is a script itself");
		err = -ENOEXEC;
	}
	if (err < 0) {
		return err == -ENOENT ? -ENOEXEC : err; /* the script itself is there */
	}
	while (words[count] != NULL) {
		count++;
	}
	all = calloc(count + 4, sizeof(*all));
	if (all == NULL) {
		return -ENOMEM;
	}
	all[at++] = program->script.interpreter;
	if (program->script.argument[0] != '\0') {
		all[at++] = program->script.argument;
	}
	all[at++] = program->path;
	memcpy(all + at, words + 1, (count - 1) * sizeof(*all));
	(void)execveat(interpreter.fd, "", all, environment, AT_EMPTY_PATH);
	err = -errno;
	free(all);
	return err;
}

int trusted_exec(const char *file, char *const *words, char *const *environment,
		 char reason[TRUSTED_REASON_SIZE])
{
	SCOPE_FD int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct program program = { .fd = -1 };
	char *path = path_of(environment);
	int err;

	if (path != NULL) {
		trusted_path_filter(root, path);
	}
	if (strchr(file, '/') != NULL || file[0] == '\0') {
		err = program_open(file, &program, reason);
	} else {
		err = program_find(file, path != NULL ? path : "", &program, reason);
	}
	if (err < 0) {
		return err;
	}
	reason[0] = '\0';
	if (program.script.interpreter[0] != '\0') {
		err = script_exec(&program, words, environment, reason);
	} else {
		(void)execveat(program.fd, "", words, environment, AT_EMPTY_PATH);
		err = -errno;
	}
	if (reason[0] == '\0') {
		(void)snprintf(reason, TRUSTED_REASON_SIZE, "%s", strerror(-err));
	}
	return err;
}
