/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/init/owners.c lib/channel.c lib/message.c */
/*
 * test_owners.c - who holds a space: places, deaths, and the words of modules.
 */
#include "owners.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "knocks.h"
#include "message.h"

#define NOBODY 65534

/* Each test runs in a fork and so has its own, all zeros, as init has. */
static struct owners owners = { .most = OWNERS_MAX };

/* What the module sees of its owner. */
struct module {
	struct owner *owner;
	int channel;
};

/* One more owner: PIDFD is given away. */
static int owner_make(int pidfd, const char *service, struct module *ret)
{
	const struct owner_card card = owner_card_of(service);
	const size_t count = owners.count;
	int ends[2];

	CHECK(pidfd >= 0 && channel_pair(ends) == 0);
	CHECK(owners_add(&owners, &card, pidfd, ends[1]) == 0 && owners.count == count + 1);
	for (ret->owner = owners.places; ret->owner->channel != ends[1]; ret->owner++) {
		CHECK(ret->owner < owners.places + owners.used);
	}
	ret->channel = ends[0];
	return CHILD_PASS;
}

static int say(int channel, uint32_t kind)
{
	const struct word word = { .magic = MESSAGE_MAGIC,
				   .version = MESSAGE_VERSION,
				   .kind = kind };

	return channel_send_signed(channel, &word, sizeof(word));
}

static int is_at(size_t index, const char *service)
{
	const struct owner *owner = owners_at(&owners, index);

	return owner != NULL && strcmp(owner->card.service, service) == 0;
}

static int places(void *data)
{
	struct module a, b, c;
	const struct owner *place;
	size_t before = fds_count();

	(void)data;
	CHECK(owners_at(&owners, 0) == NULL);
	CHECK(owner_make(pidfd_open(getpid(), 0), "a", &a) == 0);
	CHECK(owner_make(pidfd_open(getpid(), 0), "b", &b) == 0);
	CHECK(owner_make(pidfd_open(getpid(), 0), "c", &c) == 0);
	CHECK(owners.used == 3 && owners.count == 3);
	CHECK(is_at(0, "a") && is_at(1, "b") && is_at(2, "c"));
	CHECK(owners_at(&owners, 3) == NULL && owners_at(&owners, SIZE_MAX) == NULL);
	place = b.owner;
	b.owner->joined = true;
	owners_drop(&owners, b.owner);
	CHECK(owners.count == 2 && channel_hung_up(b.channel));
	CHECK(is_at(0, "a") && is_at(1, "c") && owners_at(&owners, 2) == NULL);
	CHECK(close(b.channel) == 0);
	/* The free place is taken again, and does not know who had it. */
	CHECK(owner_make(pidfd_open(getpid(), 0), "d", &b) == 0);
	CHECK(b.owner == place && owners.used == 3 && owners.count == 3);
	CHECK(is_at(1, "d") && !b.owner->joined);
	owners_drop(&owners, a.owner);
	owners_drop(&owners, b.owner);
	owners_drop(&owners, c.owner);
	CHECK(owners.count == 0 && owners_at(&owners, 0) == NULL && !owners.entered);
	CHECK(close(a.channel) == 0 && close(b.channel) == 0 && close(c.channel) == 0);
	CHECK(fds_count() == before);
	return CHILD_PASS;
}

/* As many fds as the test needs. */
static int room_for_fds(void)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	if (limit.rlim_max < FDS_LIMIT) {
		return CHILD_SKIP;
	}
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	return CHILD_PASS;
}

static int too_many(void *data)
{
	const struct owner_card card = owner_card_of("late");
	struct module module, last;
	int ends[2], pidfd, i;

	(void)data;
	if (room_for_fds() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	for (i = 0; i < OWNERS_MAX; i++) {
		CHECK(owner_make(pidfd_open(getpid(), 0), "one", &module) == 0);
		CHECK(close(module.channel) == 0);
	}
	last = module;
	pidfd = pidfd_open(getpid(), 0);
	CHECK(channel_pair(ends) == 0);
	CHECK(owners_add(&owners, &card, pidfd, ends[1]) == -EUSERS);
	CHECK(owners.count == OWNERS_MAX && owners.used == OWNERS_MAX);
	CHECK(fd_is_open(pidfd) && fd_is_open(ends[1])); /* still the caller's */
	owners_drop(&owners, &owners.places[7]);
	CHECK(owners_add(&owners, &card, pidfd, ends[1]) == 0);
	CHECK(owners.count == OWNERS_MAX && is_at(7, "late"));
	CHECK(owners_at(&owners, OWNERS_MAX - 1) == last.owner);
	CHECK(owners_at(&owners, OWNERS_MAX) == NULL);
	return CHILD_PASS;
}

static int no_owners(void *data)
{
	const struct owner_card card = owner_card_of("sshd");
	int ends[2], self, dead, file;

	(void)data;
	self = pidfd_open(getpid(), 0);
	dead = pidfd_of_dead();
	file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(self >= 0 && dead >= 0 && file >= 0 && channel_pair(ends) == 0);
	CHECK(owners_add(&owners, &card, dead, ends[1]) == -ESRCH);
	CHECK(owners_add(&owners, &card, self, file) == -ENOTSOCK);
	CHECK(fd_is_open(dead) && fd_is_open(file) && fd_is_open(ends[1]));
	CHECK(owners.count == 0 && owners.used == 0 && owners_at(&owners, 0) == NULL);
	return CHILD_PASS;
}

/* An application is never in the PID namespace of the space's init. */
static int from_inside(int pidfd, int dead)
{
	const struct owner_card card = owner_card_of("sshd");
	int ends[2];

	CHECK(getpid() == 1 && channel_pair(ends) == 0);
	CHECK(owners_add(&owners, &card, pidfd, ends[1]) == 0);
	CHECK(owners.count == 1 && is_at(0, "sshd"));
	CHECK(owners_add(&owners, &card, dead, ends[1]) == -ESRCH);
	CHECK(owners.count == 1);
	return CHILD_PASS;
}

static int owners_outside(void *data)
{
	int status, pidfd, dead;
	pid_t pid;

	(void)data;
	pidfd = pidfd_open(getpid(), 0);
	dead = pidfd_of_dead();
	CHECK(pidfd >= 0 && dead >= 0);
	if (sandbox_enter(CLONE_NEWPID) < 0) {
		return CHILD_SKIP;
	}
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		_exit(from_inside(pidfd, dead));
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int deaths(void *data)
{
	struct module module;
	struct pollfd entry;
	pid_t pid = sleeper_start();

	(void)data;
	CHECK(pid > 0);
	CHECK(owner_make(pidfd_open(pid, 0), "sshd", &module) == 0);
	entry = (struct pollfd){ .fd = module.owner->pidfd, .events = POLLIN };
	CHECK(poll(&entry, 1, 0) == 0);
	CHECK(kill(pid, SIGKILL) == 0);
	/* Dead is enough; whether its parent has waited for it is not our concern. */
	CHECK(poll(&entry, 1, KNOCKS_PATIENCE_MS) == 1);
	CHECK(waitpid(pid, NULL, 0) == pid);
	owners_drop(&owners, module.owner);
	CHECK(owners.count == 0 && channel_hung_up(module.channel));
	return CHILD_PASS;
}

static int words(void *data)
{
	struct module module, other;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(owner_make(pidfd_open(getpid(), 0), "sshd", &module) == 0);
	CHECK(owner_make(pidfd_open(getpid(), 0), "other", &other) == 0);
	CHECK(!owner_hear(&owners, module.owner)); /* nothing said */
	CHECK(!module.owner->joined && !owners.entered);
	CHECK(say(module.channel, WORD_JOINED) == 0);
	CHECK(!owner_hear(&owners, module.owner));
	CHECK(module.owner->joined && owners.entered && !other.owner->joined);
	CHECK(say(module.channel, WORD_CLOSE) == 0);
	CHECK(owner_hear(&owners, module.owner));
	/* The caller drops: a word alone changes no count. */
	CHECK(owners.count == 2);
	owners_drop(&owners, module.owner);
	CHECK(owners.count == 1 && owners.entered && is_at(0, "other"));
	CHECK(say(other.channel, WORD_CLOSE) == 0); /* without having joined */
	CHECK(owner_hear(&owners, other.owner));
	return CHILD_PASS;
}

static int hang_up(void *data)
{
	struct module joined, failed;
	size_t open_before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(owner_make(pidfd_open(getpid(), 0), "joined", &joined) == 0);
	CHECK(owner_make(pidfd_open(getpid(), 0), "failed", &failed) == 0);
	CHECK(close(failed.channel) == 0);
	CHECK(owner_hear(&owners, failed.owner)); /* that login has failed */
	CHECK(say(joined.channel, WORD_JOINED) == 0 && close(joined.channel) == 0);
	CHECK(!owner_hear(&owners, joined.owner) && joined.owner->joined);
	open_before = fds_count();
	CHECK(!owner_hear(&owners, joined.owner)); /* an application may close what it likes */
	CHECK(joined.owner->channel == -1 && joined.owner->pidfd >= 0);
	CHECK(fds_count() == open_before - 1 && owners.count == 2);
	owners_drop(&owners, joined.owner); /* one fd, and not number -1 */
	CHECK(fds_count() == open_before - 2);
	return CHILD_PASS;
}

/* With something of ours unread at its end, the kernel says ECONNRESET instead. */
static int hang_up_unread(void *data)
{
	struct module module;

	(void)data;
	CHECK(owner_make(pidfd_open(getpid(), 0), "sshd", &module) == 0);
	CHECK(channel_send(module.owner->channel, "unread", 6, NULL, 0) == 0);
	CHECK(close(module.channel) == 0);
	CHECK(owner_hear(&owners, module.owner));
	return CHILD_PASS;
}

static int nonsense(void *data)
{
	const struct word good = { .magic = MESSAGE_MAGIC,
				   .version = MESSAGE_VERSION,
				   .kind = WORD_CLOSE };
	struct word word = good;
	struct module module;
	char longer[2 * sizeof(word)] = { 0 };
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(owner_make(pidfd_open(getpid(), 0), "sshd", &module) == 0);
	before = fds_count();
	memcpy(longer, &good, sizeof(good));
	CHECK(channel_send_signed(module.channel, longer, sizeof(longer)) == 0);
	CHECK(!owner_hear(&owners, module.owner));
	CHECK(channel_send_signed(module.channel, &good, sizeof(good) - 1) == 0);
	CHECK(!owner_hear(&owners, module.owner));
	CHECK(channel_send_signed(module.channel, &good, 0) == 0); /* empty is not the end */
	CHECK(!owner_hear(&owners, module.owner));
	CHECK(say(module.channel, 0) == 0 && !owner_hear(&owners, module.owner));
	CHECK(say(module.channel, WORD_CLOSE + 1) == 0 && !owner_hear(&owners, module.owner));
	word.version++;
	CHECK(channel_send_signed(module.channel, &word, sizeof(word)) == 0);
	CHECK(!owner_hear(&owners, module.owner));
	CHECK(channel_send(module.channel, longer, 3, (const int[]){ 0, 1 }, 2) == 0);
	CHECK(!owner_hear(&owners, module.owner));
	CHECK(fds_count() == before && owners.count == 1 && !owners.entered);
	CHECK(say(module.channel, WORD_CLOSE) == 0 && owner_hear(&owners, module.owner));
	return CHILD_PASS;
}

/* The user's program has the module's end until its first exec. */
static int not_from_root(void *data)
{
	struct module module;
	int status;
	pid_t pid;

	(void)data;
	CHECK(owner_make(pidfd_open(getpid(), 0), "sshd", &module) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		_exit(geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) < 0
			      ? 1
			      : say(module.channel, WORD_JOINED) < 0 ||
					say(module.channel, WORD_CLOSE) < 0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(!owner_hear(&owners, module.owner) && !owner_hear(&owners, module.owner));
	CHECK(!module.owner->joined && !owners.entered && owners.count == 1);
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(places)
IN_CHILD(too_many)
IN_CHILD(no_owners)
IN_CHILD(owners_outside)
IN_CHILD(deaths)
IN_CHILD(words)
IN_CHILD(hang_up)
IN_CHILD(hang_up_unread)
IN_CHILD(nonsense)
IN_CHILD(not_from_root)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),    cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_no_owners), cmocka_unit_test(test_owners_outside),
		cmocka_unit_test(test_deaths),    cmocka_unit_test(test_words),
		cmocka_unit_test(test_hang_up),   cmocka_unit_test(test_hang_up_unread),
		cmocka_unit_test(test_nonsense),  cmocka_unit_test(test_not_from_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
