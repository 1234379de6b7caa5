/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * patient.c - files of the machine that `loginspace doctor` looks at, which may lie below a folder.
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "quote.h"
#include "scope.h"
#include "text.h"

#define FILE_MAX (1 << 20)

int patient_open(const struct patient *patient, const char *path, int flags)
{
	const struct open_how how = {
		.flags = (uint64_t)(unsigned int)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	long fd = syscall(SYS_openat2, patient->root, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

static int text_read(int fd, char *text, size_t size)
{
	size_t length = 0;

	while (length + 1 < size) {
		ssize_t got = read(fd, text + length, size - 1 - length);

		if (got < 0) {
			return -errno;
		}
		if (got == 0) {
			break;
		}
		length += (size_t)got;
	}
	text[length] = '\0';
	return 0;
}

int patient_read(const struct patient *patient, const char *path, char **ret_text)
{
	SCOPE_FD int fd = patient_open(patient, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat about;
	char *text;
	int err;

	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &about) < 0) {
		return -errno;
	}
	if (!S_ISREG(about.st_mode)) {
		return -EMEDIUMTYPE;
	}
	if (about.st_size >= FILE_MAX) {
		return -EFBIG;
	}
	text = malloc((size_t)about.st_size + 1);
	if (text == NULL) {
		return -ENOMEM;
	}
	err = text_read(fd, text, (size_t)about.st_size + 1);
	if (err < 0) {
		free(text);
		return err;
	}
	*ret_text = text;
	return 0;
}

int patient_program(const struct patient *patient, const char *path, const char *what,
		    enum finding_level missing, struct findings *findings)
{
	SCOPE_FD int fd = patient_open(patient, path, O_PATH);
	char shown[256];
	struct stat about;
	int found;

	(void)text_line(shown, sizeof(shown), path);
	if (fd < 0 || fstat(fd, &about) < 0) {
		finding_add(findings, missing, "programs", "install loginspace again", "%s, %s: %s",
			    what, shown, strerror(fd < 0 ? -fd : errno));
		return fd < 0 ? fd : -errno;
	}
	if (!S_ISREG(about.st_mode) || about.st_uid != 0 ||
	    (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		finding_add(findings, FINDING_FAIL, "programs",
			    "find out who has changed it, and install loginspace again",
			    "%s, %s, is not a file of root's that only root may write to", what,
			    shown);
		return -EPERM;
	}
	found = fd;
	fd = -1;
	return found;
}

int patient_executable(const struct patient *patient, const char *path, const char *what,
		       enum finding_level missing, struct findings *findings)
{
	int fd = patient_program(patient, path, what, missing, findings);
	struct stat about;
	char shown[256];

	/* Root executes what anybody may: execve(2). */
	if (fd >= 0 && fstat(fd, &about) == 0 &&
	    (about.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
		finding_add(findings, missing, "programs", "chmod 0700",
			    "%s, %s, cannot be executed: mode %04o", what,
			    text_line(shown, sizeof(shown), path), about.st_mode & 07777u);
	}
	return fd;
}
