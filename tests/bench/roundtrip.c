/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * roundtrip: TCP in the smallest pieces, for the network script, which runs it on both sides.
 *
 * serve: answers each byte with a byte, one connection after the other. turns: sends COUNT bytes
 * one by one, each after the answer to the one before, and prints the median and the 90th
 * percentile in microseconds. connects: opens and closes COUNT connections, and prints how many
 * that were a second.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WARM      200  /* turns that do not count */
#define BACKLOG   4096 /* net.core.somaxconn, unless changed */
#define TURNS_MAX 1000000

struct request {
	struct sockaddr_in address;
	long count;
};

static int64_t now_ns(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Nothing waits for more to send. */
static int at_once(int fd)
{
	const int on = 1;

	return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ? -errno : 0;
}

static int call(const struct request *request, int *ret_fd)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0) {
		return -errno;
	}
	err = at_once(fd);
	if (err == 0 &&
	    connect(fd, (const struct sockaddr *)&request->address, sizeof(request->address)) < 0) {
		err = -errno;
	}
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

static void answer(int fd)
{
	char byte;

	while (read(fd, &byte, 1) == 1 && write(fd, &byte, 1) == 1) {
	}
}

static int serve(const struct request *request)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (const struct sockaddr *)&request->address, sizeof(request->address)) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		return -errno;
	}
	(void)puts("ready");
	(void)fflush(stdout);
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client >= 0) {
			(void)at_once(client); /* slower without it, which would show */
			answer(client);
			(void)close(client);
		}
	}
}

static int compare(const void *one, const void *other)
{
	const int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;

	return a < b ? -1 : a > b;
}

static int turns_take(int fd, int64_t *times, long count)
{
	char byte = 'x';
	long i;

	for (i = -WARM; i < count; i++) {
		const int64_t begin = now_ns();

		errno = 0;
		if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1) {
			return errno != 0 ? -errno : -EPIPE;
		}
		if (i >= 0) {
			times[i] = now_ns() - begin;
		}
	}
	return 0;
}

static int turns(const struct request *request)
{
	const long middle = request->count / 2, high = request->count * 9 / 10;
	int64_t *times = calloc((size_t)request->count, sizeof(*times));
	int fd = -1, err;

	if (times == NULL) {
		return -ENOMEM;
	}
	err = call(request, &fd);
	if (err == 0) {
		err = turns_take(fd, times, request->count);
		(void)close(fd);
	}
	if (err == 0) {
		qsort(times, (size_t)request->count, sizeof(*times), compare);
		(void)printf("%.2f %.2f\n", (double)times[middle] / 1e3, (double)times[high] / 1e3);
	}
	free(times);
	return err;
}

static int connects(const struct request *request)
{
	const int64_t begin = now_ns();
	long i;

	for (i = 0; i < request->count; i++) {
		int fd = -1;
		int err = call(request, &fd);

		if (err < 0) {
			return err;
		}
		(void)close(fd);
	}
	(void)printf("%.0f\n", (double)request->count * 1e9 / (double)(now_ns() - begin));
	return 0;
}

static const struct verb {
	const char *name;
	int (*run)(const struct request *request);
} VERBS[] = { { "serve", serve }, { "turns", turns }, { "connects", connects } };

static int request_read(const char *const *words, struct request *ret_request)
{
	const long port = strtol(words[1], NULL, 10);
	const long count = words[2] == NULL ? 1 : strtol(words[2], NULL, 10);
	struct request request = { .address = { .sin_family = AF_INET }, .count = count };

	if (inet_pton(AF_INET, words[0], &request.address.sin_addr) != 1 || port < 1 ||
	    port > UINT16_MAX || count < 1 || count > TURNS_MAX) {
		return -EINVAL;
	}
	request.address.sin_port = htons((uint16_t)port);
	*ret_request = request;
	return 0;
}

int main(int argc, char **argv)
{
	struct request request;
	size_t i;

	if (argc < 4 || argc > 5 || request_read((const char *const *)argv + 2, &request) < 0) {
		(void)fputs("usage: roundtrip serve|turns|connects ADDRESS PORT [COUNT]\n", stderr);
		return 2;
	}
	for (i = 0; i < sizeof(VERBS) / sizeof(VERBS[0]); i++) {
		if (strcmp(argv[1], VERBS[i].name) == 0) {
			const int err = VERBS[i].run(&request);

			if (err < 0) {
				(void)fprintf(stderr, "roundtrip: %s: %s\n", argv[1],
					      strerror(-err));
			}
			return err < 0 ? 1 : 0;
		}
	}
	(void)fprintf(stderr, "roundtrip: no such thing as %s\n", argv[1]);
	return 2;
}
