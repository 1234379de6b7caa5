// SPDX-License-Identifier: BSD-2-Clause
/*
 * nettool VERB ARGS: makes and finds the things that two logins must not share.
 *
 *   tcp-listen ADDRESS PORT TEXT   answers each connection with TEXT, until killed
 *   tcp-connect ADDRESS PORT       prints the answer; 1 when refused
 *   unix-listen NAME TEXT          NAME starts with @ for the abstract name space
 *   unix-connect NAME
 *   sysv-make KEY | sysv-find KEY  a shared memory segment, a semaphore set and a queue
 *   mq-make NAME | mq-find NAME    a POSIX message queue
 *   shm-make NAME | shm-find NAME  POSIX shared memory
 *   own-link NAME                  1 unless NAME is up
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	};
	socklen_t len;
};

static struct address address_tcp(const char *host, const char *port)
{
	struct address a = { .len = sizeof(a.in) };

	if (strchr(host, ':')) {
		a.in6.sin6_family = AF_INET6;
		a.in6.sin6_port = htons((uint16_t)atoi(port));
		a.len = sizeof(a.in6);
		inet_pton(AF_INET6, host, &a.in6.sin6_addr);
		return a;
	}
	a.in.sin_family = AF_INET;
	a.in.sin_port = htons((uint16_t)atoi(port));
	inet_pton(AF_INET, host, &a.in.sin_addr);
	return a;
}

static struct address address_unix(const char *name)
{
	struct address a = { 0 };

	a.un.sun_family = AF_UNIX;
	strncpy(a.un.sun_path, name, sizeof(a.un.sun_path) - 1);
	a.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(a.un.sun_path));
	if (name[0] == '@') {
		a.un.sun_path[0] = '\0';
	}
	return a;
}

static int listener_run(struct address a, const char *text)
{
	int one = 1;
	int sock = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(sock, &a.any, a.len) < 0 || listen(sock, 64) < 0) {
		err(1, "listen");
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		int conn = accept4(sock, NULL, NULL, SOCK_CLOEXEC);

		if (conn < 0) {
			err(1, "accept");
		}
		dprintf(conn, "%s\n", text);
		close(conn);
	}
}

static int connector_run(struct address a)
{
	char text[256];
	int sock = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ssize_t len;

	if (connect(sock, &a.any, a.len) < 0) {
		err(1, "connect");
	}
	while ((len = read(sock, text, sizeof(text))) > 0) {
		fwrite(text, 1, (size_t)len, stdout);
	}
	return 0;
}

static int sysv_make(const char *text)
{
	key_t key = (key_t)strtol(text, NULL, 0);

	if (shmget(key, 4096, IPC_CREAT | 0666) < 0 || semget(key, 1, IPC_CREAT | 0666) < 0 ||
	    msgget(key, IPC_CREAT | 0666) < 0) {
		err(1, "sysv");
	}
	return 0;
}

static int sysv_find(const char *text)
{
	key_t key = (key_t)strtol(text, NULL, 0);

	return shmget(key, 0, 0) < 0 && semget(key, 0, 0) < 0 && msgget(key, 0) < 0;
}

static int mq_make(const char *name)
{
	if (mq_open(name, O_RDWR | O_CREAT, 0666, NULL) < 0) {
		err(1, "mq_open");
	}
	return 0;
}

static int shm_make(const char *name)
{
	if (shm_open(name, O_RDWR | O_CREAT, 0666) < 0) {
		err(1, "shm_open");
	}
	return 0;
}

static int link_up(const char *name)
{
	struct ifreq request = { 0 };
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	return ioctl(sock, SIOCGIFFLAGS, &request) < 0 || !(request.ifr_flags & IFF_UP);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 5 && strcmp(verb, "tcp-listen") == 0) {
		return listener_run(address_tcp(argv[2], argv[3]), argv[4]);
	} else if (argc == 4 && strcmp(verb, "tcp-connect") == 0) {
		return connector_run(address_tcp(argv[2], argv[3]));
	} else if (argc == 4 && strcmp(verb, "unix-listen") == 0) {
		return listener_run(address_unix(argv[2]), argv[3]);
	} else if (argc == 3 && strcmp(verb, "unix-connect") == 0) {
		return connector_run(address_unix(argv[2]));
	} else if (argc == 3 && strcmp(verb, "sysv-make") == 0) {
		return sysv_make(argv[2]);
	} else if (argc == 3 && strcmp(verb, "sysv-find") == 0) {
		return sysv_find(argv[2]);
	} else if (argc == 3 && strcmp(verb, "mq-make") == 0) {
		return mq_make(argv[2]);
	} else if (argc == 3 && strcmp(verb, "mq-find") == 0) {
		return mq_open(argv[2], O_RDONLY) < 0;
	} else if (argc == 3 && strcmp(verb, "shm-make") == 0) {
		return shm_make(argv[2]);
	} else if (argc == 3 && strcmp(verb, "shm-find") == 0) {
		return shm_open(argv[2], O_RDONLY, 0) < 0;
	} else if (argc == 3 && strcmp(verb, "own-link") == 0) {
		return link_up(argv[2]);
	}
	errx(2, "usage: nettool VERB ARGS");
}
