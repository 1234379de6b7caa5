/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/message.c */
/*
 * seeds FOLDER: writes the binary seeds of request, reply, word and channel into FOLDER/NAME/.
 * They are the structs of message.h as this machine lays them out; run it again after a change of
 * message.h: seeds tests/fuzz/corpus. The seeds of arguments and quote are text, made by hand.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "steps.h"

#define FIVE (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET)

static int folder;

static void seed(const char *driver, const char *name, const void *data, size_t size)
{
	char path[128];
	int fd;

	if (mkdirat(folder, driver, 0777) < 0 && errno != EEXIST) {
		err(EXIT_FAILURE, "%s", driver);
	}
	(void)snprintf(path, sizeof(path), "%s/%s", driver, name);
	fd = openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) < 0) {
		err(EXIT_FAILURE, "%s", path);
	}
}

static void requests(void)
{
	struct request request = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.uid = 1000,
		.deadline_ms = 9000,
		.user = "alice",
		.service = "sshd",
		.rhost = "2001:db8::1",
		.tty = "ssh",
	};

	seed("request", "ssh", &request, sizeof(request));
	seed("request", "too_short", &request, sizeof(request) - 1);
	request.flags = REQUEST_FLAGS_KNOWN + 1u;
	seed("request", "unknown_flag", &request, sizeof(request));
	request.flags = 0;
	(void)message_text_set(request.service, sizeof(request.service), "cron");
	seed("request", "not_listed", &request, sizeof(request));
	request.flags = REQUEST_ANY_SERVICE;
	(void)message_text_set(request.conf, sizeof(request.conf), "/etc/x.conf");
	seed("request", "any_service", &request, sizeof(request));
	memset(request.tty, 't', sizeof(request.tty));
	seed("request", "tty_without_end", &request, sizeof(request));
	request.version++;
	seed("request", "other_version", &request, sizeof(request));
}

static void replies(void)
{
	struct reply reply = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.verdict = VERDICT_JOIN,
		.namespaces = FIVE,
		.number = 3,
	};

	seed("reply", "join", &reply, sizeof(reply));
	reply.namespaces |= CLONE_NEWUSER;
	seed("reply", "join_too_much", &reply, sizeof(reply));
	reply = (struct reply){
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.verdict = VERDICT_DENY,
		.step = STEP_CLONE,
		.error = ENOSPC,
		.detail = "a limit of namespaces is reached",
	};
	seed("reply", "deny", &reply, sizeof(reply));
	seed("reply", "too_short", &reply, sizeof(reply) - 4);
	reply.verdict = VERDICT_IGNORE;
	reply.error = 0;
	reply.step = STEP_NONE;
	seed("reply", "ignore", &reply, sizeof(reply));
}

static void words(void)
{
	struct word word = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.kind = WORD_JOINED,
	};

	seed("word", "joined", &word, sizeof(word));
	word.kind = WORD_CLOSE;
	seed("word", "close", &word, sizeof(word));
	word.kind = WORD_CLOSE + 1;
	seed("word", "unknown", &word, sizeof(word));
}

static void channels(void)
{
	/* fds, room, packet */
	static const char plain[] = { 0, 16, 'a', 'b', 'c' };
	static const char with_fds[] = { 2, 16, 'a', 'b', 'c' };
	static const char too_many_fds[] = { 3, 16, 'a', 'b', 'c' };
	static const char too_long[] = { 1, 2, 'a', 'b', 'c' };
	static const char empty[] = { 1, 16 };

	seed("channel", "plain", plain, sizeof(plain));
	seed("channel", "with_fds", with_fds, sizeof(with_fds));
	seed("channel", "too_many_fds", too_many_fds, sizeof(too_many_fds));
	seed("channel", "too_long", too_long, sizeof(too_long));
	seed("channel", "empty", empty, sizeof(empty));
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		errx(2, "usage: seeds FOLDER");
	}
	folder = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		err(EXIT_FAILURE, "%s", argv[1]);
	}
	requests();
	replies();
	words();
	channels();
	return 0;
}
