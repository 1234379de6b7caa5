/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/init/doorkeeper.c helper/init/owners.c lib/channel.c lib/knock.c lib/message.c */
/*
 * fuzz_door.c - a doorkeeper and whoever knocks, through real socket pairs: its count of owners
 * stays that of its fds, nothing leaks, and what it answers is an answer.
 *
 * The input is a script of visits. Each begins with three bytes: the kind of knock in the low four
 * bits of the first, with 0x40 for a byte too many and 0x80 for one too few; in the second the
 * number of fds below, and what the first of them is above; in the third how many changes follow,
 * three bytes each: an offset in the knock, high byte first, and what to put there.
 */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/sandbox.h"
#include "channel.h"
#include "doorkeeper.h"

#define FDS_SENT_MAX 4
/* Two fds an owner, for half of OWNERS_MAX, and what the driver has. */
#define FDS_LIMIT 400

#define LONGER  0x40u
#define SHORTER 0x80u

enum first_fd { FIRST_SOCKET, FIRST_SELF, FIRST_FILE, FIRST_DEAD, FIRST_COUNT };

/* These live as long as the driver. */
static struct {
	int first[FIRST_COUNT]; /* that of FIRST_SOCKET is another one at each visit */
	uint32_t root;
} world = { .first = { -1, -1, -1, -1 } };

static int dead_process(void)
{
	pid_t pid = fork();
	int fd;

	MUST(pid >= 0);
	if (pid == 0) {
		_exit(0);
	}
	fd = pidfd_open(pid, 0);
	MUST(fd >= 0 && waitpid(pid, NULL, 0) == pid);
	return fd;
}

static void world_make(void)
{
	if (world.first[FIRST_SELF] < 0) {
		if (geteuid() != 0) {
			(void)sandbox_enter(0); /* else all visits are by strangers */
		}
		world.first[FIRST_SELF] = pidfd_open(getpid(), 0);
		world.first[FIRST_FILE] = open("/dev/null", O_RDWR | O_CLOEXEC);
		world.first[FIRST_DEAD] = dead_process();
		world.root = geteuid() == 0;
	}
}

/* How many fds are open: by number, as /proc may not be there for every driver. */
static size_t fds_open(void)
{
	size_t count = 0;
	int fd;

	for (fd = 0; fd < FDS_LIMIT; fd++) {
		count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
	}
	return count;
}

struct script {
	const uint8_t *data;
	size_t left;
};

static uint8_t script_next(struct script *script)
{
	if (script->left == 0) {
		return 0;
	}
	script->left--;
	return *script->data++;
}

struct visit {
	struct knock knock;
	uint8_t too_long; /* the byte behind it */
	size_t length;
	int fds[FDS_SENT_MAX];
	size_t count;
};

static void visit_read(struct script *script, int channel, struct visit *visit)
{
	const uint8_t kind = script_next(script), fds = script_next(script);
	unsigned int changes = script_next(script);
	size_t i;

	memset(visit, 0, sizeof(*visit));
	visit->knock = (struct knock){
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.kind = kind & 0x0fu,
		.space = { .uid = 1000, .namespaces = 1, .scope = SCOPE_USER, .user = "alice" },
		.owner = { .service = "sshd" },
	};
	while (changes-- > 0 && script->left > 0) {
		const size_t high = script_next(script), at = high << 8 | script_next(script);

		((uint8_t *)&visit->knock)[at % sizeof(visit->knock)] = script_next(script);
	}
	visit->length = sizeof(visit->knock) + ((kind & LONGER) != 0 ? 1 : 0) -
			((kind & SHORTER) != 0 ? 1 : 0);
	visit->count = (fds & 0x0fu) % (FDS_SENT_MAX + 1);
	for (i = 0; i < FDS_SENT_MAX; i++) {
		visit->fds[i] = channel;
	}
	if ((fds >> 4) % FIRST_COUNT != FIRST_SOCKET) {
		visit->fds[0] = world.first[(fds >> 4) % FIRST_COUNT];
	}
}

static void visit_send(int knocker, const struct visit *visit)
{
	union {
		char bytes[CMSG_SPACE(FDS_SENT_MAX * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec part = { .iov_base = (void *)(uintptr_t)&visit->knock,
			      .iov_len = visit->length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (visit->count > 0) {
		struct cmsghdr *header;

		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(visit->count * sizeof(int));
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(visit->count * sizeof(int));
		memcpy(CMSG_DATA(header), visit->fds, visit->count * sizeof(int));
	}
	MUST(sendmsg(knocker, &message, MSG_NOSIGNAL) == (ssize_t)visit->length);
}

/* At most one answer, and a whole one. */
static void must_answer(const struct doorkeeper *keeper, int channel, const struct visit *visit)
{
	struct knock_answer answer;
	int fds[CHANNEL_FDS_MAX];
	size_t length, count;
	char byte;

	if (recv(channel, &byte, 1, MSG_DONTWAIT | MSG_PEEK) <= 0) {
		return;
	}
	MUST(world.root == 1);
	MUST(channel_receive(channel, channel_now_ms() + 10000, &answer, sizeof(answer), &length,
			     fds, &count) == 0);
	MUST(length == sizeof(answer) && answer.magic == MESSAGE_MAGIC);
	MUST(answer.error == EPROTO || visit->length == sizeof(visit->knock));
	MUST(answer.error >= 0 && answer.owners == keeper->owners.count);
	/* A charter that failed leaves a card of zeros; init ends then. */
	MUST(knock_answer_check(&answer, length) == 0 || keeper->space.user[0] == '\0');
	MUST(count <= (visit->knock.kind == KNOCK_SHOW ? 1u : 0u));
	if (count == 1) {
		MUST(close(fds[0]) == 0);
	}
	MUST(recv(channel, &byte, 1, MSG_DONTWAIT | MSG_PEEK) <= 0);
}

/* The number of places taken, each with its two fds. */
static size_t must_be_sane(const struct doorkeeper *keeper)
{
	size_t taken = 0, i;

	MUST(keeper->owners.used <= OWNERS_MAX);
	for (i = 0; i < keeper->owners.used; i++) {
		const struct owner *owner = &keeper->owners.places[i];

		if (owner->pidfd >= 0) {
			MUST(fcntl(owner->pidfd, F_GETFD) == FD_CLOEXEC);
			MUST(fcntl(owner->channel, F_GETFD) == FD_CLOEXEC);
			MUST(owners_at(&keeper->owners, taken) == owner);
			taken++;
		}
	}
	MUST(taken == keeper->owners.count && owners_at(&keeper->owners, taken) == NULL);
	MUST(world.root == 1 || (taken == 0 && !keeper->chartered));
	MUST(keeper->chartered || taken == 0);
	return taken;
}

static void run_visit(struct doorkeeper *keeper, struct script *script, const int door[2])
{
	const size_t owners = keeper->owners.count, before = fds_open();
	struct visit visit;
	int ends[2];

	MUST(channel_pair(ends) == 0);
	visit_read(script, ends[1], &visit);
	visit_send(door[1], &visit);
	MUST(close(ends[1]) == 0);
	MUST(doorkeeper_hear(keeper, door[0]) && !doorkeeper_hear(keeper, door[0]));
	must_answer(keeper, ends[0], &visit);
	MUST(close(ends[0]) == 0);
	MUST(must_be_sane(keeper) >= owners);
	MUST(fds_open() == before + 2 * (keeper->owners.count - owners));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script script = { .data = data, .left = size };
	static struct doorkeeper keeper = { .owners.most = OWNERS_MAX };
	const int on = 1;
	size_t before, i;
	int door[2];

	world_make();
	before = fds_open();
	memset(&keeper, 0, sizeof(keeper));
	keeper.owners.most = OWNERS_MAX;
	MUST(channel_pair(door) == 0);
	MUST(setsockopt(door[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	while (script.left > 0 && keeper.owners.count < OWNERS_MAX / 2) {
		run_visit(&keeper, &script, door);
	}
	for (i = 0; i < keeper.owners.used; i++) {
		owners_drop(&keeper.owners, &keeper.owners.places[i]);
	}
	MUST(keeper.owners.count == 0);
	MUST(close(door[0]) == 0 && close(door[1]) == 0 && fds_open() == before);
	return 0;
}
