// SPDX-License-Identifier: BSD-2-Clause
/*
 * mounter FOLDER: mounts something there and unmounts it, as fast as it goes, until it is killed.
 */
#include <err.h>
#include <sys/mount.h>

int main(int argc, char **argv)
{
	if (argc != 2) {
		errx(2, "usage: mounter FOLDER");
	}
	for (;;) {
		if (mount("rig-busy", argv[1], "tmpfs", 0, NULL) < 0 || umount(argv[1]) < 0) {
			err(1, "%s", argv[1]);
		}
	}
}
