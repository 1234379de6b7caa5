// SPDX-License-Identifier: BSD-2-Clause
/*
 * stuff TEXT: types TEXT into the terminal on fd 0, with TIOCSTI, as if somebody sat there. Ends
 * with 0 when the kernel has taken it, 1 when it has refused, which it then says.
 */
#include <err.h>
#include <sys/ioctl.h>
#include <termios.h>

int main(int argc, char **argv)
{
	if (argc != 2) {
		errx(2, "usage: stuff TEXT");
	}
	for (const char *at = argv[1]; *at; at++) {
		if (ioctl(0, TIOCSTI, at) < 0) {
			err(1, "TIOCSTI");
		}
	}
	return 0;
}
