// SPDX-License-Identifier: BSD-2-Clause
/*
 * nettraffic VERB ARGS: traffic between test hosts: who answers, and who is asked.
 *
 *   serve PORT               TCP and UDP, IPv4 and IPv6, on all addresses, until killed: tells each
 *                            caller the address he seems to have, and prints "tcp" or "udp", it,
 *                            and the first word of a datagram
 *   tcp ADDRESS PORT [FROM]  prints the answer; 1 when there is none within a second
 *   udp ADDRESS PORT [FROM]  likewise. FROM need not be an address of this host; it may name an
 *                            interface: FROM%IF
 *   crowd ADDRESS PORT COUNT connections at once, all open until the last has its answer; prints
 *                            how many those were, and from how many addresses
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MS 1000 /* or what ANSWER_MS in the environment says: where a crowd asks at once */
#define CROWD_MS  30000
#define TEXT_SIZE 128

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	};
	socklen_t len;
};

static struct address address_read(const char *text, const char *port)
{
	struct address a = { .len = sizeof(a.in) };
	char host[TEXT_SIZE];
	char *zone;

	snprintf(host, sizeof(host), "%s", text);
	zone = strchr(host, '%');
	if (zone != NULL) {
		*zone++ = '\0';
	}
	if (strchr(host, ':') != NULL) {
		a.in6.sin6_family = AF_INET6;
		a.in6.sin6_port = htons((uint16_t)atoi(port));
		a.in6.sin6_scope_id = zone == NULL ? 0 : if_nametoindex(zone);
		a.len = sizeof(a.in6);
	} else {
		a.in.sin_family = AF_INET;
		a.in.sin_port = htons((uint16_t)atoi(port));
	}
	if (inet_pton(a.any.sa_family, host,
		      a.any.sa_family == AF_INET ? (void *)&a.in.sin_addr
						 : (void *)&a.in6.sin6_addr) != 1) {
		errx(2, "no address: %s", host);
	}
	return a;
}

/* One of IPv4 that came over a socket of IPv6: as one of IPv4. */
static const char *address_text(const struct sockaddr_in6 *from, char *text)
{
	if (IN6_IS_ADDR_V4MAPPED(&from->sin6_addr)) {
		return inet_ntop(AF_INET, from->sin6_addr.s6_addr + 12, text, TEXT_SIZE);
	}
	return inet_ntop(AF_INET6, &from->sin6_addr, text, TEXT_SIZE);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int answer_ms(void)
{
	const char *text = getenv("ANSWER_MS");

	return text != NULL ? atoi(text) : ANSWER_MS;
}

static void files_raise(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
}

/* --- serve ------------------------------------------------------------------------------------ */

static int server_socket(int type, uint16_t port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	const int one = 1, zero = 0;
	int sock = socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	(void)setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	if (bind(sock, (struct sockaddr *)&any, sizeof(any)) < 0 ||
	    (type == SOCK_STREAM && listen(sock, 4096) < 0)) {
		err(1, "port %d", port);
	}
	return sock;
}

static void server_accept(int poller, int listener)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP };
	struct sockaddr_in6 from = { 0 };
	socklen_t len = sizeof(from);
	char text[TEXT_SIZE];

	event.data.fd =
		accept4(listener, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (event.data.fd < 0) {
		return;
	}
	printf("tcp %s\n", address_text(&from, text));
	dprintf(event.data.fd, "%s\n", text);
	epoll_ctl(poller, EPOLL_CTL_ADD, event.data.fd, &event);
}

static void server_answer(int sock)
{
	struct sockaddr_in6 from = { 0 };
	socklen_t len = sizeof(from);
	char text[TEXT_SIZE], word[TEXT_SIZE] = "", answer[TEXT_SIZE + 1];

	if (recvfrom(sock, word, sizeof(word) - 1, 0, (struct sockaddr *)&from, &len) < 0) {
		return;
	}
	word[strcspn(word, " \n")] = '\0';
	printf("udp %s %s\n", address_text(&from, text), word);
	snprintf(answer, sizeof(answer), "%s\n", text);
	(void)!sendto(sock, answer, strlen(answer), 0, (struct sockaddr *)&from, len);
}

static _Noreturn void server_run(const char *port)
{
	const int poller = epoll_create1(EPOLL_CLOEXEC);
	const int tcp = server_socket(SOCK_STREAM, (uint16_t)atoi(port));
	const int udp = server_socket(SOCK_DGRAM, (uint16_t)atoi(port));
	struct epoll_event event = { .events = EPOLLIN };
	char text[TEXT_SIZE];

	files_raise();
	setvbuf(stdout, NULL, _IOLBF, 0);
	event.data.fd = tcp;
	epoll_ctl(poller, EPOLL_CTL_ADD, tcp, &event);
	event.data.fd = udp;
	epoll_ctl(poller, EPOLL_CTL_ADD, udp, &event);
	puts("ready");
	for (;;) {
		if (epoll_wait(poller, &event, 1, -1) != 1) {
			continue;
		}
		if (event.data.fd == tcp) {
			server_accept(poller, tcp);
		} else if (event.data.fd == udp) {
			server_answer(udp);
		} else if (read(event.data.fd, text, sizeof(text)) <= 0) {
			close(event.data.fd);
		}
	}
}

/* --- tcp, udp --------------------------------------------------------------------------------- */

/* For a sender that is no address of ours, which needs no privilege: ip(7), ipv6(7). */
static void sender_set(int sock, const char *from)
{
	struct address own = address_read(from, "0");
	const int one = 1;

	(void)setsockopt(sock, IPPROTO_IP, IP_FREEBIND, &one, sizeof(one));
	(void)setsockopt(sock, IPPROTO_IPV6, IPV6_FREEBIND, &one, sizeof(one));
	if (bind(sock, &own.any, own.len) < 0) {
		err(1, "bind");
	}
}

static int answer_print(int sock)
{
	struct pollfd waiting = { .fd = sock, .events = POLLIN };
	char text[TEXT_SIZE];
	ssize_t len;

	if (poll(&waiting, 1, answer_ms()) != 1) {
		errx(1, "no answer");
	}
	len = recv(sock, text, sizeof(text), 0);
	if (len <= 0) {
		err(1, "answer");
	}
	fwrite(text, 1, (size_t)len, stdout);
	return 0;
}

static int tcp_run(const char *host, const char *port, const char *from)
{
	struct address to = address_read(host, port);
	int sock = socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd waiting = { .fd = sock, .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof(error);

	if (from != NULL) {
		sender_set(sock, from);
	}
	if (connect(sock, &to.any, to.len) < 0 && errno != EINPROGRESS) {
		err(1, "connect");
	}
	if (poll(&waiting, 1, answer_ms()) != 1) {
		errx(1, "connect: no answer");
	}
	(void)getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0) {
		errno = error;
		err(1, "connect");
	}
	return answer_print(sock);
}

/* Not connected: an answer counts whatever address it comes from. */
static int udp_run(const char *host, const char *port, const char *from)
{
	struct address to = address_read(host, port);
	int sock = socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int one = 1;

	(void)setsockopt(sock, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
	if (from != NULL) {
		sender_set(sock, from);
	}
	if (sendto(sock, port, strlen(port), 0, &to.any, to.len) < 0) {
		err(1, "send");
	}
	return answer_print(sock);
}

/* --- crowd ------------------------------------------------------------------------------------ */

static void crowd_open(struct pollfd *fds, size_t count, const struct address *to)
{
	for (size_t i = 0; i < count; i++) {
		fds[i].fd =
			socket(to->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		fds[i].events = POLLIN;
		if (fds[i].fd < 0 ||
		    (connect(fds[i].fd, &to->any, to->len) < 0 && errno != EINPROGRESS)) {
			err(1, "connection %zu", i);
		}
	}
}

/* An answer that is the first one's again needs no room. */
static void crowd_hear(struct pollfd *one, char *first, size_t *answered, size_t *others)
{
	char text[TEXT_SIZE] = "";
	ssize_t len = recv(one->fd, text, sizeof(text) - 1, 0);

	if (len <= 0) {
		errx(1, "connection lost after %zu answers", *answered);
	}
	one->events = 0; /* stays open */
	if ((*answered)++ == 0) {
		memcpy(first, text, sizeof(text));
	}
	*others += strcmp(first, text) != 0;
}

static int crowd_run(const char *host, const char *port, size_t count)
{
	struct address to = address_read(host, port);
	struct pollfd *fds = calloc(count, sizeof(*fds));
	const int64_t until = now_ms() + CROWD_MS;
	char first[TEXT_SIZE] = "";
	size_t answered = 0, others = 0;

	files_raise();
	if (fds == NULL) {
		err(1, "memory");
	}
	crowd_open(fds, count, &to);
	while (answered < count && now_ms() < until) {
		if (poll(fds, count, 100) <= 0) {
			continue;
		}
		for (size_t i = 0; i < count; i++) {
			if (fds[i].revents & (POLLERR | POLLHUP)) {
				errx(1, "connection %zu fails", i);
			} else if (fds[i].revents & POLLIN) {
				crowd_hear(&fds[i], first, &answered, &others);
			}
		}
	}
	free(fds); /* its connections are open until the end */
	printf("%zu %zu %s", answered, others, first);
	return answered == count ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 3 && strcmp(verb, "serve") == 0) {
		server_run(argv[2]);
	} else if ((argc == 4 || argc == 5) && strcmp(verb, "tcp") == 0) {
		return tcp_run(argv[2], argv[3], argv[4]);
	} else if ((argc == 4 || argc == 5) && strcmp(verb, "udp") == 0) {
		return udp_run(argv[2], argv[3], argv[4]);
	} else if (argc == 5 && strcmp(verb, "crowd") == 0) {
		return crowd_run(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	}
	errx(2, "usage: nettraffic VERB ARGS");
}
