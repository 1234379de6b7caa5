/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_programs.c - `loginspace doctor`: are module, helper and init there, root's, and of the
 * version of this command? Each has its version in it, for what(1) and for us.
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scope.h"
#include "text.h"

#define SUBJECT "programs"

/* In two parts, so that the command itself has it once only, as its own mark. */
#define MARK_BEGIN "@(#)"
#define MARK_NAME  "loginspace "

#define INIT_NAME "loginspace-init"

/* What follows the mark in DATA, up to its NUL. */
static int mark_find(const char *data, size_t size, char *version, size_t room)
{
	const char mark[] = MARK_BEGIN MARK_NAME;
	const char *at = memmem(data, size, mark, sizeof(mark) - 1);
	size_t length;

	if (at == NULL) {
		return -ENOENT;
	}
	at += sizeof(mark) - 1;
	length = strnlen(at, size - (size_t)(at - data));
	(void)snprintf(version, room, "%.*s", (int)(length < room ? length : room - 1), at);
	return 0;
}

static int version_read(const struct patient *patient, const char *path, char *version, size_t room)
{
	SCOPE_FD int fd = patient_open(patient, path, O_RDONLY);
	struct stat about;
	void *data;
	int err;

	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &about) < 0) {
		return -errno;
	}
	if (about.st_size <= 0) {
		return -ENOENT;
	}
	data = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED) {
		return -errno;
	}
	err = mark_find(data, (size_t)about.st_size, version, room);
	(void)munmap(data, (size_t)about.st_size);
	return err;
}

static void version_look(const struct patient *patient, const char *path, const char *what,
			 struct findings *findings)
{
	char version[64], shown[256], quoted[256];
	int err = version_read(patient, path, version, sizeof(version));

	(void)text_line(shown, sizeof(shown), path);
	if (err == -ENOENT) {
		finding_add(findings, FINDING_WARN, SUBJECT, "install loginspace again",
			    "%s, %s, does not say its version", what, shown);
	} else if (err < 0) {
		finding_add(findings, FINDING_WARN, SUBJECT, "run this as root",
			    "%s, %s, cannot be read: %s", what, shown, strerror(-err));
	} else if (strcmp(version, LOGINSPACE_VERSION) != 0) {
		finding_add(findings, FINDING_FAIL, SUBJECT, "install loginspace again",
			    "%s, %s, is of version %s, this command of " LOGINSPACE_VERSION, what,
			    shown, text_show(quoted, sizeof(quoted), version));
	} else {
		finding_add(findings, FINDING_OK, SUBJECT, NULL, "%s is %s, version %s", what,
			    shown, version);
	}
}

static void program_look(const struct patient *patient, const char *path, const char *what,
			 enum finding_level missing, struct findings *findings)
{
	SCOPE_FD int fd = patient_executable(patient, path, what, missing, findings);

	if (fd >= 0) {
		version_look(patient, path, what, findings);
	}
}

/* Libpam loads it: it need not be executable. */
static void module_look(const struct patient *patient, struct findings *findings)
{
	static const char WHAT[] = "the module";
	SCOPE_FD int fd = patient_program(patient, LOGINSPACE_MODULE, WHAT, FINDING_FAIL, findings);

	if (fd >= 0) {
		version_look(patient, LOGINSPACE_MODULE, WHAT, findings);
	}
}

/* Of this command; that the others are of its version is looked at. */
static void build_look(struct findings *findings)
{
	if (!LOGINSPACE_FILTERS) {
		finding_add(findings, FINDING_FAIL, "build",
			    "build without FILTERS=0, and install that",
			    "THIS IS A BUILD FOR TESTS (FILTERS=0): helper and PID 1 give up no "
			    "system calls, and seccomp = default does nothing");
	}
}

void doctor_programs(const struct patient *patient, struct findings *findings)
{
	static const char HELPER[] = LOGINSPACE_HELPER;
	char init[sizeof(HELPER) + sizeof(INIT_NAME)];

	build_look(findings);
	/* Init is always looked for beside the helper; without it a copy of the helper does. */
	(void)snprintf(init, sizeof(init), "%.*s%s", (int)(strrchr(HELPER, '/') + 1 - HELPER),
		       HELPER, INIT_NAME);
	module_look(patient, findings);
	program_look(patient, HELPER, "the helper", FINDING_FAIL, findings);
	program_look(patient, init, "init", FINDING_WARN, findings);
}
