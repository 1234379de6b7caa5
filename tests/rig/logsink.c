// SPDX-License-Identifier: BSD-2-Clause
/*
 * logsink SOCKET FILE: a syslog for the rig. Writes each datagram as one line, "<PRI>..." and all,
 * so that tests can read facility and text. A newline inside a message would let one message pass
 * for two: it is shown as \n.
 */
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int sink_open(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int size = 1 << 20;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(addr.sun_path)) {
		err(1, "socket %s", path);
	}
	strcpy(addr.sun_path, path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 || chmod(path, 0666) < 0) {
		err(1, "bind %s", path);
	}
	/* A full queue blocks the writer, as with a real syslog; a large one seldom fills. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

/* Escapes the message into out, which holds twice its length and one more. */
static size_t message_escape(const char *in, size_t len, char *out)
{
	size_t n = 0;

	while (len > 0 && (in[len - 1] == '\n' || in[len - 1] == '\0')) {
		len--;
	}
	for (size_t i = 0; i < len; i++) {
		if (in[i] == '\n') {
			out[n++] = '\\';
			out[n++] = 'n';
		} else {
			out[n++] = in[i];
		}
	}
	out[n++] = '\n';
	return n;
}

int main(int argc, char **argv)
{
	static char in[8192], out[2 * sizeof(in) + 1];
	int sock, file;
	ssize_t len;

	if (argc != 3) {
		errx(2, "usage: logsink SOCKET FILE");
	}
	file = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (file < 0) {
		err(1, "%s", argv[2]);
	}
	sock = sink_open(argv[1]);
	while ((len = recv(sock, in, sizeof(in), 0)) >= 0) {
		if (write(file, out, message_escape(in, (size_t)len, out)) < 0) {
			err(1, "%s", argv[2]);
		}
	}
	err(1, "recv");
}
