/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/message.c */
/*
 * seeds FOLDER: writes the binary seeds of request, reply, word, channel, knock, knock_answer
 * and door into FOLDER/NAME/. They are the structs of message.h and knock.h as this machine lays
 * them out; run it again after a change of those: seeds tests/fuzz/corpus. Seeds that are text are
 * made by hand.
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

#include "knock.h"
#include "message.h"
#include "plan.h"
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
	request.uid = 0;
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
		.scope = SCOPE_USER,
		.joined = 1,
		.detail = "loopback",
	};

	seed("reply", "join", &reply, sizeof(reply));
	reply.joined = 2;
	seed("reply", "join_twice", &reply, sizeof(reply));
	reply.joined = 0;
	reply.scope = SCOPE_COUNT;
	seed("reply", "join_unknown_scope", &reply, sizeof(reply));
	reply.scope = SCOPE_LOGIN;
	reply.namespaces |= CLONE_NEWUSER;
	seed("reply", "join_too_much", &reply, sizeof(reply));
	reply.namespaces = FIVE;
	reply.verdict = VERDICT_MADE;
	seed("reply", "made", &reply, sizeof(reply));
	reply.verdict = VERDICT_FOUND;
	seed("reply", "found", &reply, sizeof(reply));
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
	reply.verdict = VERDICT_AUDIT;
	seed("reply", "audit", &reply, sizeof(reply));
	reply.verdict = VERDICT_LENIENT;
	seed("reply", "lenient", &reply, sizeof(reply));
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

static const struct space_card SPACE = {
	.uid = 1000,
	.number = 3,
	.namespaces = FIVE,
	.scope = SCOPE_USER,
	.linger = LINGER_TIME,
	.linger_seconds = 60,
	.digest = 0x0123456789abcdef,
	.since = 1700000000,
	.user = "alice",
	.network = "loopback",
	.hostname = "alice-host",
	.conf = "/etc/x.conf",
};

static const struct owner_card OWNER = {
	.since = 1700000001,
	.service = "sshd",
	.rhost = "2001:db8::1",
	.tty = "ssh",
};

static struct knock knock_of(enum knock_kind kind)
{
	struct knock knock = { .magic = MESSAGE_MAGIC, .version = MESSAGE_VERSION, .kind = kind };

	if (kind == KNOCK_CHARTER) {
		knock.space = SPACE;
	}
	if (kind != KNOCK_SHOW) {
		knock.owner = OWNER;
	}
	return knock;
}

static void knocks(void)
{
	struct knock knock = knock_of(KNOCK_CHARTER);

	seed("knock", "charter", &knock, sizeof(knock));
	seed("knock", "too_short", &knock, sizeof(knock) - 1);
	knock.space.linger = LINGER_COUNT;
	seed("knock", "unknown_linger", &knock, sizeof(knock));
	knock.space.linger = LINGER_NONE;
	memset(knock.space.user, 'u', sizeof(knock.space.user));
	seed("knock", "user_without_end", &knock, sizeof(knock));
	knock = knock_of(KNOCK_JOIN);
	seed("knock", "join", &knock, sizeof(knock));
	memset(knock.owner.rhost, 'r', sizeof(knock.owner.rhost));
	seed("knock", "rhost_without_end", &knock, sizeof(knock));
	knock = knock_of(KNOCK_SHOW);
	knock.index = 255;
	seed("knock", "show", &knock, sizeof(knock));
	knock.version--;
	seed("knock", "other_version", &knock, sizeof(knock));
}

static void knock_answers(void)
{
	struct knock_answer answer = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.owners = 2,
		.space = SPACE,
		.owner = OWNER,
	};

	seed("knock_answer", "owner", &answer, sizeof(answer));
	seed("knock_answer", "too_short", &answer, sizeof(answer) - 8);
	answer.owners = 0;
	answer.lingers_since = 1700000002;
	answer.owner = (struct owner_card){ 0 };
	seed("knock_answer", "lingers", &answer, sizeof(answer));
	answer.space = (struct space_card){ 0 };
	seed("knock_answer", "no_space", &answer, sizeof(answer));
	answer.error = EAGAIN;
	seed("knock_answer", "no_charter", &answer, sizeof(answer));
	memset(answer.space.conf, 'c', sizeof(answer.space.conf));
	seed("knock_answer", "conf_without_end", &answer, sizeof(answer));
	answer.space = SPACE;
	answer.error = -EPERM;
	seed("knock_answer", "negative", &answer, sizeof(answer));
}

/* The bytes of one visit, see fuzz_door.c. */
static size_t visit(unsigned char *at, const unsigned char *bytes, size_t count)
{
	memcpy(at, bytes, count);
	return count;
}

static void doors(void)
{
	static const unsigned char charter[] = { KNOCK_CHARTER, 0x12, 0 };
	static const unsigned char join[] = { KNOCK_JOIN, 0x12, 0 };
	static const unsigned char show[] = { KNOCK_SHOW, 0x01, 0 };
	static const unsigned char show_second[] = { KNOCK_SHOW, 0x01, 1, 0, 12, 1 };
	static const unsigned char file_as_owner[] = { KNOCK_JOIN, 0x22, 0 };
	static const unsigned char dead_owner[] = { KNOCK_JOIN, 0x32, 0 };
	static const unsigned char too_many[] = { KNOCK_JOIN, 0x14, 0 };
	static const unsigned char too_long[] = { KNOCK_JOIN | 0x40, 0x12, 0 };
	static const unsigned char cut[] = { KNOCK_JOIN | 0x80, 0x12, 0 };
	unsigned char script[64];
	size_t at = 0;

	at += visit(script + at, charter, sizeof(charter));
	at += visit(script + at, join, sizeof(join));
	at += visit(script + at, show, sizeof(show));
	at += visit(script + at, show_second, sizeof(show_second));
	seed("door", "charter_join_show", script, at);
	seed("door", "join_first", script + sizeof(charter), at - sizeof(charter));
	at = visit(script, charter, sizeof(charter));
	at += visit(script + at, file_as_owner, sizeof(file_as_owner));
	at += visit(script + at, dead_owner, sizeof(dead_owner));
	at += visit(script + at, too_many, sizeof(too_many));
	at += visit(script + at, too_long, sizeof(too_long));
	at += visit(script + at, cut, sizeof(cut));
	at += visit(script + at, charter, sizeof(charter));
	seed("door", "refused", script, at);
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
	knocks();
	knock_answers();
	doors();
	return 0;
}
