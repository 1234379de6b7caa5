// SPDX-License-Identifier: BSD-2-Clause
/*
 * attempt_host doors: the other end of what attempt_door tries, on the host, as the same user: its
 * T_SOCKET, T_ABSTRACT, T_PORT, T_NUMBER and T_KEY; "ready" when they are there.
 * attempt_host key NAME: adds a key to the user keyring, for some minutes, and prints its number.
 * attempt_host serve PATH MODE: a daemon of root's, which answers to root.
 */
#include "attempt.h"
#include "attempt_socket.h"

#include <arpa/inet.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sys/shm.h>

static int listening(int fd, const void *at, socklen_t length)
{
	if (fd < 0 || bind(fd, at, length) < 0 || listen(fd, 8) < 0) {
		err(1, "socket");
	}
	return fd;
}

static int named_listen(const char *name)
{
	struct sockaddr_un at;
	socklen_t length = name_set(&at, name);

	return listening(socket(AF_UNIX, SOCK_STREAM, 0), &at, length);
}

static void folder_give(int connection)
{
	int root = open("/", O_PATH | O_DIRECTORY);
	union control control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
					    .cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS } };
	struct iovec data = { "x", 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };

	memcpy(CMSG_DATA(&control.head), &root, sizeof(root));
	(void)sendmsg(connection, &message, MSG_NOSIGNAL);
	close(connection);
	close(root);
}

/* It goes by itself: user keyrings outlive their users. */
static int key_add(const char *name)
{
	long key = syscall(SYS_add_key, "user", name, "x", 1UL, KEY_SPEC_USER_KEYRING);

	if (key < 0 || syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, 300) < 0) {
		warn("no key");
	}
	printf("%ld\n", key);
	return 0;
}

static int doors(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)target_pid("T_PORT")),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int folders, fd;

	listening(socket(AF_INET, SOCK_STREAM, 0), &at, sizeof(at));
	named_listen(target("T_ABSTRACT"));
	folders = named_listen(target("T_SOCKET"));
	if (chmod(target("T_SOCKET"), 0666) < 0 ||
	    shmget((key_t)target_pid("T_NUMBER"), 1, IPC_CREAT | 0600) < 0) {
		err(1, "shmget");
	}
	key_add(target("T_KEY"));
	printf("ready\n");
	fflush(stdout);
	while ((fd = accept(folders, NULL, NULL)) >= 0) {
		folder_give(fd);
	}
	return 1;
}

/* As a daemon of root's does: whoever the kernel says is uid 0 is root. */
static int serve(const char *name, const char *mode)
{
	static const char answer[] = "at your service\n";
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd, server = named_listen(name);

	if (chmod(name, (mode_t)strtol(mode, NULL, 8)) < 0) {
		err(1, "%s", name);
	}
	while ((fd = accept(server, NULL, NULL)) >= 0) {
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == 0) {
			(void)send(fd, answer, strlen(answer), MSG_NOSIGNAL);
		}
		close(fd);
	}
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "serve") == 0) {
		return serve(argv[2], argv[3]);
	}
	if (argc == 3 && strcmp(argv[1], "key") == 0) {
		return key_add(argv[2]);
	}
	return doors();
}
