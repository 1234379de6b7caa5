// SPDX-License-Identifier: BSD-2-Clause
/*
 * hungfuse deaf|mute|later FOLDER UID: a file system of the user UID, mounted on FOLDER by root so
 * that all may use it, whose server does not answer. Deaf: it reads no request at all. Mute: it
 * answers the first, FUSE_INIT, reads the others and leaves it at that. Later: until SIGUSR1 it
 * has a folder of any name that is asked for, then it is mute. Prints "ready"; ends, with the
 * mount, when stdin does.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile sig_atomic_t mute = 1;

static void become_mute(int number)
{
	(void)number;
	mute = 1;
}

static void answer(int fuse, const struct fuse_in_header *in, int error, void *body, size_t size)
{
	struct fuse_out_header out = { .len = (uint32_t)(sizeof(out) + size),
				       .error = error,
				       .unique = in->unique };
	struct iovec parts[] = { { &out, sizeof(out) }, { body, size } };

	if (writev(fuse, parts, 2) < 0) {
		err(1, "answer to %u", in->opcode);
	}
}

static void request_answer(int fuse, const struct fuse_in_header *in)
{
	struct fuse_init_out init = { .major = 7, .minor = 31, .max_write = 4096 };
	struct fuse_attr folder = { .ino = in->nodeid, .mode = S_IFDIR | 0755, .nlink = 2 };
	struct fuse_attr_out about = { .attr = folder };
	struct fuse_entry_out entry = { .nodeid = in->nodeid + 1, .attr = folder };

	entry.attr.ino = entry.nodeid;
	if (in->opcode == FUSE_INIT) {
		answer(fuse, in, 0, &init, sizeof(init));
	} else if (mute || in->opcode == FUSE_FORGET || in->opcode == FUSE_BATCH_FORGET) {
		return;
	} else if (in->opcode == FUSE_LOOKUP) {
		answer(fuse, in, 0, &entry, sizeof(entry));
	} else if (in->opcode == FUSE_GETATTR) {
		answer(fuse, in, 0, &about, sizeof(about));
	} else {
		answer(fuse, in, -ENOSYS, NULL, 0);
	}
}

static void request_read(int fuse)
{
	static char request[1 << 20];

	if (read(fuse, request, sizeof(request)) > 0) {
		request_answer(fuse, (const struct fuse_in_header *)request);
	}
}

int main(int argc, char **argv)
{
	char options[128], byte;
	struct pollfd waiting[2] = { { .fd = 0, .events = POLLIN },
				     { .fd = -1, .events = POLLIN } };
	int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (argc != 4 || fuse < 0) {
		err(2, "usage: hungfuse deaf|mute|later FOLDER UID, with /dev/fuse");
	}
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=%s,group_id=%s,allow_other", fuse, argv[3], argv[3]);
	if (mount("hung", argv[2], "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
		err(1, "mount %s", argv[2]);
	}
	waiting[1].fd = strcmp(argv[1], "deaf") == 0 ? -1 : fuse;
	mute = strcmp(argv[1], "later") != 0;
	signal(SIGUSR1, become_mute);
	printf("ready\n");
	fflush(stdout);
	while (poll(waiting, 2, -1) > 0 || errno == EINTR) {
		if (waiting[0].revents != 0 && read(0, &byte, 1) <= 0) {
			break;
		}
		if (waiting[1].revents != 0) {
			request_read(fuse);
		}
	}
	(void)umount2(argv[2], MNT_DETACH | UMOUNT_NOFOLLOW);
	return 0;
}
