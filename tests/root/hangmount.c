// SPDX-License-Identifier: BSD-2-Clause
/*
 * hangmount FOLDER: mounts a file system on FOLDER as an ordinary user does, by fusermount3(1), and
 * never answers a request. Prints "ready", and stays until it is killed.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* fusermount3 opens /dev/fuse, mounts, and sends the fd over the socket that the variable names. */
static int mount_by_helper(const char *folder)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	char byte, number[16];
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int pair[2], fuse = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) {
		err(1, "socketpair");
	}
	if (fork() == 0) {
		snprintf(number, sizeof(number), "%d", pair[0]);
		setenv("_FUSE_COMMFD", number, 1);
		execlp("fusermount3", "fusermount3", "-o", "fsname=hangs", "--", folder,
		       (char *)NULL);
		err(127, "fusermount3");
	}
	close(pair[0]);
	if (recvmsg(pair[1], &message, 0) == 1 && CMSG_FIRSTHDR(&message)) {
		memcpy(&fuse, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fuse));
	}
	(void)wait(NULL);
	return fuse;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		errx(2, "usage: hangmount FOLDER");
	}
	if (mount_by_helper(argv[1]) < 0) {
		errx(1, "%s is not mounted", argv[1]);
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		pause();
	}
}
