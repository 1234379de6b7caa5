/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill.c - `loginspace kill`: ends a space, or all spaces of a user. As root.
 *
 * Init takes SIGTERM as the word to end its space: it asks the processes to go, and after a short
 * grace makes them (helper/init/init.c). SIGKILL to it has the kernel end all of them at once.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "channel.h"
#include "complaint.h"
#include "options.h"
#include "quote.h"
#include "registry.h"
#include "scope.h"
#include "space_id.h"
#include "space_name.h"
#include "user.h"
#include "verbs.h"

/* How long init has for a polite end: far longer than its own grace. */
#define POLITE_MS 5000

/* How long the kernel may take for the processes after SIGKILL. */
#define FORCE_MS 5000

struct target {
	char id[SPACE_ID_SIZE];
	int pidfd;
	int err;     /* a signal that could not be sent, a negative errno */
	bool forced; /* got SIGKILL */
	bool gone;
};

struct targets {
	struct target *items;
	size_t count;
};

/* One that has just ended is none. */
static int target_add(int registry, uid_t uid, uint32_t number, struct targets *targets)
{
	struct target *target = &targets->items[targets->count];
	pid_t init;
	int err;

	err = registry_holder(registry, uid, number, &target->pidfd, &init);
	if (err < 0) {
		return err == -ENOENT ? 0 : err;
	}
	space_id_format(target->id, uid, number);
	targets->count++;
	return 0;
}

/* Of all spaces of UID, or of the one with NUMBER. */
static int targets_find(uid_t uid, const uint32_t *number, struct targets *targets)
{
	const struct registry_entry only = { .number = number != NULL ? *number : 0 };
	struct registry_entry *entries = NULL;
	SCOPE_FD int registry = -1;
	size_t count = 1, i;
	int err;

	err = registry_open(&registry);
	if (err == 0 && number == NULL) {
		err = registry_list(registry, &uid, &entries, &count);
	}
	if (err < 0) {
		return err == -ENOENT ? 0 : err;
	}
	targets->items = calloc(count + 1, sizeof(*targets->items));
	err = targets->items == NULL ? -ENOMEM : 0;
	for (i = 0; i < count && err == 0; i++) {
		const struct registry_entry *entry = entries != NULL ? &entries[i] : &only;

		err = target_add(registry, uid, entry->number, targets);
	}
	free(entries);
	return err;
}

static void targets_free(struct targets *targets)
{
	size_t i;

	for (i = 0; i < targets->count; i++) {
		scope_close(&targets->items[i].pidfd);
	}
	free(targets->items);
}

static void targets_signal(struct targets *targets, int signal)
{
	size_t i;

	for (i = 0; i < targets->count; i++) {
		struct target *target = &targets->items[i];

		if (target->gone) {
			continue;
		}
		target->forced = target->forced || signal == SIGKILL;
		if (pidfd_send_signal(target->pidfd, signal, NULL, 0) < 0 && errno != ESRCH) {
			target->err = -errno;
		}
	}
}

/* A pidfd is readable when its process has ended, pidfd_open(2). */
static bool target_wait(const struct target *target, int64_t deadline_ms)
{
	struct pollfd wanted = { .fd = target->pidfd, .events = POLLIN };

	for (;;) {
		int64_t left = deadline_ms - channel_now_ms();
		int ready = poll(&wanted, 1, left > 0 ? (int)left : 0);

		if (ready > 0) {
			return true;
		}
		if (ready == 0 || errno != EINTR) {
			return false;
		}
	}
}

static bool targets_wait(struct targets *targets, int64_t deadline_ms)
{
	bool all = true;
	size_t i;

	for (i = 0; i < targets->count; i++) {
		struct target *target = &targets->items[i];

		target->gone = target->gone || target_wait(target, deadline_ms);
		all = all && target->gone;
	}
	return all;
}

static int targets_end(struct targets *targets, bool now)
{
	int status = VERB_DONE;
	size_t i;

	if (!now) {
		targets_signal(targets, SIGTERM);
	}
	if (now || !targets_wait(targets, channel_now_ms() + POLITE_MS)) {
		targets_signal(targets, SIGKILL);
		(void)targets_wait(targets, channel_now_ms() + FORCE_MS);
	}
	for (i = 0; i < targets->count; i++) {
		const struct target *target = &targets->items[i];

		if (target->gone) {
			(void)printf("%s %s\n", target->id, target->forced ? "killed" : "ended");
			continue;
		}
		status = VERB_FAILED;
		complaint_say("%s does not end: %s", target->id,
			      target->err < 0 ? strerror(-target->err)
					      : "a process of it is stuck in the kernel, or its "
						"dead ones are not reaped outside of it");
	}
	return status;
}

/* Prints why not when there is nobody. */
static int victim_find(const char *word, struct targets *targets)
{
	char quoted[QUOTE_SIZE(MESSAGE_USER_SIZE)];
	struct user user;
	uint32_t number;
	int err;

	if (space_name_parse(word, &user.uid, &number) == 0) {
		err = targets_find(user.uid, &number, targets);
	} else {
		err = user_find(word, &user);
		if (err < 0) {
			complaint_say("no space and no user %s: %s",
				      quote(quoted, sizeof(quoted), word), strerror(-err));
			return err;
		}
		err = targets_find(user.uid, NULL, targets);
	}
	if (err < 0) {
		complaint_say("cannot find the space: %s", strerror(-err));
	} else if (targets->count == 0) {
		complaint_say("%s has no living space", quote(quoted, sizeof(quoted), word));
		err = -ENOENT;
	}
	return err;
}

int kill_main(int argc, char **argv)
{
	const char *wrong = NULL;
	struct targets targets = { 0 };
	bool now = false;
	const struct option_rule rules[] = { { .name = "now", .flag = &now } };
	int err, first, status = VERB_FAILED;

	err = options_read(argc, argv, rules, sizeof(rules) / sizeof(rules[0]), &first, &wrong);
	if (err < 0 || argc - first != 1) {
		return verb_usage(argv[0], err < 0 ? wrong : NULL);
	}
	if (victim_find(argv[first], &targets) == 0) {
		status = targets_end(&targets, now);
	}
	targets_free(&targets);
	return status;
}
