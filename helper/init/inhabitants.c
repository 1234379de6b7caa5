/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inhabitants.c - see inhabitants.h. Runs in init, PID 1 of the space, which needs CAP_KILL.
 *
 * With hidepid the kernel shows all processes to those in the group of that mount, which is 0 unless
 * it is told otherwise, proc(5): init is in it. Should a folder of processes be unreadable all the same,
 * kill(-1) has the last word.
 */
#include "inhabitants.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "fds.h"
#include "init_fds.h"

#define BUFFER_SIZE 1024
#define TWO_SIZE    64 /* ours and one more: each entry of a process takes the kernel an inode */

/* Where our entry is: the names of files come before it, and the other processes after it. */
static off_t ours = -1;

int inhabitants_open(void)
{
	int err, fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		return -errno;
	}
	err = fd_place(fd, INIT_PROC_FD);
	if (err < 0) {
		(void)close(fd);
	}
	return err;
}

static ssize_t entries_read(char *buffer, size_t size)
{
	return getdents64(INIT_PROC_FD, buffer, size);
}

static int ours_find(void)
{
	_Alignas(struct dirent64) char buffer[BUFFER_SIZE];
	ssize_t length, at;
	off_t begin = 0;

	if (lseek(INIT_PROC_FD, 0, SEEK_SET) < 0) {
		return -errno;
	}
	while ((length = entries_read(buffer, sizeof(buffer))) > 0) {
		for (at = 0; at < length;) {
			const struct dirent64 *entry = (const void *)(buffer + at);

			if (strcmp(entry->d_name, "1") == 0) {
				ours = begin;
				return 0;
			}
			begin = entry->d_off; /* of the next one */
			at += entry->d_reclen;
		}
	}
	return length < 0 ? -errno : -ENOENT;
}

static int ours_seek(void)
{
	int err = ours < 0 ? ours_find() : 0;

	if (err == 0 && lseek(INIT_PROC_FD, ours, SEEK_SET) < 0) {
		err = -errno;
	}
	return err;
}

bool inhabitants_any(void)
{
	_Alignas(struct dirent64) char buffer[BUFFER_SIZE];
	const struct dirent64 *first = (const void *)buffer;
	ssize_t length = -1;

	if (ours_seek() == 0) {
		length = entries_read(buffer, TWO_SIZE);
	}
	return length <= 0 ? kill(-1, 0) == 0 : length > first->d_reclen;
}

/* Those of one buffer. */
static void entries_signal(const char *buffer, ssize_t length, int number)
{
	ssize_t at = 0;

	while (at < length) {
		const struct dirent64 *entry = (const void *)(buffer + at);
		const long pid = strtol(entry->d_name, NULL, 10);

		if (pid > 1) {
			(void)kill((pid_t)pid, number); /* it may have gone */
		}
		at += entry->d_reclen;
	}
}

void inhabitants_signal(int number)
{
	_Alignas(struct dirent64) char buffer[BUFFER_SIZE];
	ssize_t length = -1;
	bool read = false;

	if (ours_seek() == 0) {
		while ((length = entries_read(buffer, sizeof(buffer))) > 0) {
			entries_signal(buffer, length, number);
			read = true;
		}
	}
	/* We are there, so nothing at all is no answer. */
	if (length < 0 || !read) {
		(void)kill(-1, number);
	}
}
