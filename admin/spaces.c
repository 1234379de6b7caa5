/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spaces.c - the spaces that live. Asks the registry, then each space's init, by its pidfd: what a
 * number stands for may be another process a moment later, a pidfd stays what it is. Needs root and
 * CAP_SYS_PTRACE.
 */
#include "spaces.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "channel.h"
#include "complaint.h"
#include "door.h"
#include "registry.h"
#include "scope.h"
#include "user.h"

/* How long an init may take to answer; a healthy one needs less than a millisecond. */
#define ANSWER_MS 500

/* Owners that come and go while they are asked for: how often to begin again. */
#define OWNER_ROUNDS 3

/* How long a space may take to end before it is shown: longer than its init's own grace. */
#define ENDING_MS 600

/* What space.error is then. */
#define ENDING (-ESHUTDOWN)

static bool has_ended(int err)
{
	return err == -ESRCH || err == -ENOENT;
}

/* Errors of a door that init has shut: it ends, or has ended by now. */
static bool is_shut(int err)
{
	return err == -ECONNRESET || err == -EPIPE || err == -EBADF;
}

/* The process behind a pidfd, from proc_pid_fdinfo(5): "Pid:	-1" when it has ended. */
static pid_t pidfd_pid(int pidfd)
{
	char path[48], line[128];
	FILE *info;
	int pid = -1;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	info = fopen(path, "re");
	if (info == NULL) {
		return -1;
	}
	while (fgets(line, sizeof(line), info) != NULL) {
		if (sscanf(line, "Pid: %d", &pid) == 1) {
			break;
		}
	}
	(void)fclose(info);
	return pid > 0 ? pid : -1;
}

/* KIND as in proc_pid_ns(5). */
static int namespace_of(const char *process, const char *kind, ino_t *ret)
{
	struct stat about;
	char path[48];

	(void)snprintf(path, sizeof(path), "/proc/%s/ns/%s", process, kind);
	if (stat(path, &about) < 0) {
		return -errno;
	}
	*ret = about.st_ino;
	return 0;
}

static int namespaces_look(pid_t pid, int pidfd, struct space *space)
{
	ino_t pids = 0, net = 0, ours = 0;
	char number[16];
	int err;

	(void)snprintf(number, sizeof(number), "%d", pid);
	err = namespace_of(number, "pid", &pids);
	if (err == 0) {
		err = namespace_of(number, "net", &net);
	}
	if (err == 0) {
		err = namespace_of("self", "net", &ours);
	}
	/* The number counts only as long as the pidfd says that it is still that process. */
	if (err == 0 && pidfd_send_signal(pidfd, 0, NULL, 0) < 0) {
		err = -errno;
	}
	if (err == 0) {
		space->pid_namespace = pids;
		space->net_namespace = net != ours ? net : 0;
	}
	return err;
}

static int owner_add(struct space *space, const struct knock_answer *answer, int pidfd)
{
	struct owner *owners;

	owners = reallocarray(space->owners, space->owner_count + 1, sizeof(*owners));
	if (owners == NULL) {
		return -ENOMEM;
	}
	space->owners = owners;
	owners[space->owner_count++] =
		(struct owner){ .card = answer->owner, .pid = pidfd_pid(pidfd) };
	return 0;
}

/*
 * *RET_STEADY: nobody came or went while the owners were asked for, and init has seen what came of it. In
 * the turn of its loop in which the last owner goes it still answers, and only then ends, or lingers.
 */
static int owners_ask(int door, struct space *space, bool *ret_steady)
{
	const int64_t deadline_ms = channel_now_ms() + ANSWER_MS;
	struct knock_answer answer;
	uint32_t index, owners = 0;
	bool steady = true;

	space->owner_count = 0;
	for (index = 0;; index++) {
		SCOPE_FD int owner = -1;
		int err = door_show(door, index, deadline_ms, &answer, &owner);

		if (err < 0) {
			return err;
		}
		steady = steady && (index == 0 || answer.owners == owners);
		owners = answer.owners;
		if (owner < 0) {
			break;
		}
		err = owner_add(space, &answer, owner);
		if (err < 0) {
			return err;
		}
	}
	space->card = answer.space;
	space->lingers_since = answer.lingers_since;
	*ret_steady = steady && (owners > 0 || answer.lingers_since != 0);
	return 0;
}

static int space_ask(int pidfd, struct space *space)
{
	SCOPE_FD int door = -1;
	bool steady = false;
	int err, round;

	err = door_take(pidfd, &door);
	for (round = 0; err == 0 && !steady && round < OWNER_ROUNDS; round++) {
		err = owners_ask(door, space, &steady);
	}
	if (err == 0 && (space->card.uid != space->uid || space->card.number != space->number)) {
		err = -EPROTO;
	}
	return err;
}

/* Errors other than an end are kept in the space. Returns 0, an error of has_ended, or -ENOMEM. */
static int space_fill(int registry, const struct registry_entry *entry, struct space *space)
{
	SCOPE_FD int pidfd = -1;
	pid_t init;
	int err;

	space->uid = entry->uid;
	space->number = entry->number;
	space_id_format(space->id, entry->uid, entry->number);
	err = registry_holder(registry, entry->uid, entry->number, &pidfd, &init);
	if (err == 0) {
		space->init = init;
		err = namespaces_look(init, pidfd, space);
	}
	if (err == 0) {
		err = space_ask(pidfd, space);
		err = is_shut(err) ? ENDING : err;
	}
	if (has_ended(err) || err == -ENOMEM) {
		return err;
	}
	space->error = err;
	if (err == 0) {
		(void)snprintf(space->user, sizeof(space->user), "%s", space->card.user);
	} else {
		(void)user_name(space->user, sizeof(space->user), entry->uid);
	}
	return 0;
}

static int entries_ask(int registry, const struct registry_entry *entries, size_t count,
		       struct spaces *spaces)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct space *space = &spaces->items[spaces->count];
		int err = space_fill(registry, &entries[i], space);

		if (err == 0) {
			spaces->count++;
			continue;
		}
		free(space->owners);
		*space = (struct space){ 0 };
		if (!has_ended(err)) {
			return err;
		}
	}
	return 0;
}

/* The same init still has the number, and goes on to have it. */
static bool goes_on(int registry, const struct space *space, int64_t deadline_ms)
{
	struct pollfd end = { .fd = -1, .events = POLLIN };
	int64_t left = deadline_ms - channel_now_ms();
	pid_t init;
	bool same;

	if (registry_holder(registry, space->uid, space->number, &end.fd, &init) < 0) {
		return false;
	}
	same = init == space->init && poll(&end, 1, left > 0 ? (int)left : 0) <= 0;
	(void)close(end.fd);
	return same;
}

/* Most that are ending are gone a moment later. Those that are not stay: something keeps them. */
static void endings_await(int registry, struct spaces *spaces)
{
	const int64_t deadline_ms = channel_now_ms() + ENDING_MS;
	size_t i = 0;

	while (i < spaces->count) {
		const struct space *space = &spaces->items[i];

		if (space_is_ending(space) && !goes_on(registry, space, deadline_ms)) {
			spaces_drop(spaces, i);
		} else {
			i++;
		}
	}
}

int spaces_entries(const uid_t *uid, int *ret_registry, struct registry_entry **ret,
		   size_t *ret_count)
{
	SCOPE_FD int registry = -1;
	int err = registry_open(&registry);

	if (err == -ENOENT) { /* no login yet since the machine started */
		*ret_registry = -1;
		*ret = NULL;
		*ret_count = 0;
		return 0;
	}
	if (err == 0) {
		err = registry_list(registry, uid, ret, ret_count);
	}
	if (err < 0) {
		return err;
	}
	*ret_registry = registry;
	registry = -1;
	return 0;
}

int spaces_gather(struct spaces *ret)
{
	struct registry_entry *entries = NULL;
	struct spaces spaces = { 0 };
	SCOPE_FD int registry = -1;
	size_t count = 0;
	int err;

	err = spaces_entries(NULL, &registry, &entries, &count);
	if (err < 0) {
		return err;
	}
	spaces.items = calloc(count + 1, sizeof(*spaces.items));
	err = spaces.items == NULL ? -ENOMEM : entries_ask(registry, entries, count, &spaces);
	free(entries);
	if (err < 0) {
		spaces_free(&spaces);
		return err;
	}
	endings_await(registry, &spaces);
	*ret = spaces;
	return 0;
}

void spaces_drop(struct spaces *spaces, size_t index)
{
	free(spaces->items[index].owners);
	spaces->count--;
	memmove(&spaces->items[index], &spaces->items[index + 1],
		(spaces->count - index) * sizeof(spaces->items[0]));
}

void spaces_keep(struct spaces *spaces, const uid_t *uid)
{
	size_t i = 0;

	while (uid != NULL && i < spaces->count) {
		if (spaces->items[i].uid != *uid) {
			spaces_drop(spaces, i);
		} else {
			i++;
		}
	}
}

void spaces_free(struct spaces *spaces)
{
	size_t i;

	for (i = 0; i < spaces->count; i++) {
		free(spaces->items[i].owners);
	}
	free(spaces->items);
	*spaces = (struct spaces){ 0 };
}

bool space_is_known(const struct space *space)
{
	return space->error == 0;
}

bool space_is_ending(const struct space *space)
{
	return space->error == ENDING;
}

const char *space_error_phrase(int error)
{
	switch (error) {
	case ENDING:
		return "it is ending, but some process is not gone: one that is stuck in the "
		       "kernel, or dead and not reaped outside of it";
	case -EPERM:
	case -EACCES:
		return "its init may not be asked: that takes CAP_SYS_PTRACE, and "
		       "kernel.yama.ptrace_scope below 3";
	case -ETIMEDOUT:
		return "its init does not answer: it is stopped, or its control group is frozen";
	case -EXDEV:
		return "its init is in another PID namespace: ask where the logins are";
	case -EPROTO:
	case -EMSGSIZE:
		return "its init is of another version, from before an upgrade";
	default:
		return strerror(-error);
	}
}

void spaces_complain(const struct spaces *spaces)
{
	const struct space *first = NULL;
	size_t i, count = 0;

	for (i = 0; i < spaces->count; i++) {
		if (!space_is_known(&spaces->items[i])) {
			first = first == NULL ? &spaces->items[i] : first;
			count++;
		}
	}
	if (count == 1) {
		complaint_say("%s: %s", first->id, space_error_phrase(first->error));
	} else if (count > 1) {
		complaint_say("%s and %zu more: %s", first->id, count - 1,
			      space_error_phrase(first->error));
	}
}
