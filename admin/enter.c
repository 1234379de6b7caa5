/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.c - `loginspace enter`: a command in a space that lives, as its user or as root, or one of
 * the host's in its network. As root, with CAP_SYS_ADMIN (setns(2)) and CAP_SYS_PTRACE (to find
 * init's door). All look-ups are made on the host; inside, nothing is believed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "account.h"
#include "channel.h"
#include "complaint.h"
#include "door.h"
#include "enter_net.h"
#include "options.h"
#include "quote.h"
#include "registry.h"
#include "run.h"
#include "run_environment.h"
#include "run_shell.h"
#include "scope.h"
#include "space_id.h"
#include "space_name.h"
#include "spaces.h"
#include "verbs.h"

#define DOOR_MS 3000

struct entry {
	bool as_root;
	bool net; /* only its network */
	char id[SPACE_ID_SIZE];
	uid_t uid;
	uint32_t number;
	char **words; /* of the command; the first is NULL: a shell */
	int init;     /* pidfd */
	int root;     /* the folder that is "/" in there */
	struct space_card card;
};

static int arguments_read(int argc, char **argv, struct entry *entry)
{
	const struct option_rule rules[] = { { "root", &entry->as_root, NULL },
					     { "net", &entry->net, NULL } };
	const char *word = NULL;
	int first;

	if (options_read(argc, argv, rules, sizeof(rules) / sizeof(rules[0]), &first, &word) < 0) {
		return verb_usage(argv[0], word);
	}
	if (entry->as_root && entry->net) {
		complaint_say("--net runs as root, outside: it does not go with --root");
		return verb_usage(argv[0], NULL);
	}
	if (first >= argc) {
		return verb_usage(argv[0], NULL);
	}
	if (space_name_parse(argv[first], &entry->uid, &entry->number) < 0) {
		return verb_usage(argv[0], argv[first]);
	}
	space_id_format(entry->id, entry->uid, entry->number);
	entry->words = argv + first + 1;
	return VERB_DONE;
}

/* The folder that is "/" in there. By the number, as long as the process still is who it was. */
static int root_open(int init, pid_t pid, int *ret_root)
{
	char path[40];
	int root;

	(void)snprintf(path, sizeof(path), "/proc/%d/root", (int)pid);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0) {
		return -errno;
	}
	if (pidfd_send_signal(init, 0, NULL, 0) < 0) {
		(void)close(root);
		return -ESRCH;
	}
	*ret_root = root;
	return 0;
}

/* A pidfd of the space's init, its root folder, and what init says the space is. */
static int space_find(struct entry *entry, int *ret_init, int *ret_root)
{
	SCOPE_FD int registry = -1;
	SCOPE_FD int init = -1;
	SCOPE_FD int door = -1;
	SCOPE_FD int owner = -1;
	struct knock_answer answer;
	pid_t pid;
	int err;

	err = registry_open(&registry);
	if (err == 0) {
		err = registry_holder(registry, entry->uid, entry->number, &init, &pid);
	}
	if (err == 0) {
		err = door_take(init, &door);
	}
	if (err == 0) {
		err = door_show(door, 0, channel_now_ms() + DOOR_MS, &answer, &owner);
	}
	if (err == 0 && (answer.space.uid != entry->uid || answer.space.number != entry->number)) {
		err = -ESRCH; /* the init of another that has the number by now */
	}
	if (err == 0 && !entry->net) {
		err = root_open(init, pid, ret_root);
	}
	if (err < 0) {
		return err;
	}
	entry->card = answer.space;
	*ret_init = init;
	init = -1;
	return 0;
}

static int complain(const struct entry *entry, int err)
{
	switch (err) {
	case -ENOENT:
		complaint_say("there is no space %s", entry->id);
		break;
	case -ESRCH:
	case -EBADF:
	case -EPIPE:
	case -ECONNRESET:
		complaint_say("the space %s is just ending", entry->id);
		break;
	default:
		complaint_say("cannot enter %s: %s", entry->id, space_error_phrase(err));
		break;
	}
	return VERB_FAILED;
}

static int account_choose(const struct entry *entry, struct account **ret)
{
	int err;

	err = entry->as_root ? account_root(ret)
			     : account_find_uid(entry->uid, entry->card.user, ret);
	if (err < 0) {
		complaint_say("cannot find out who uid %" PRIu32 " is: %s", (uint32_t)entry->uid,
			      err == -ENOENT ? "no passwd entry" : strerror(-err));
	}
	return err;
}

static int enter(const struct entry *entry, const struct run *run)
{
	struct terminal terminal = TERMINAL_NONE;
	int err, status;

	err = terminal_open(run->account->uid, entry->root, &terminal);
	if (err < 0) {
		complaint_say("cannot open a terminal: %s", strerror(-err));
		return VERB_FAILED;
	}
	/* All of them or none. The mount namespace also takes the working folder to "/". */
	if (setns(entry->init, (int)entry->card.namespaces) < 0) {
		status = complain(entry, -errno);
	} else {
		/* A user namespace that is not root's own has set it to what fs.suid_dumpable says. */
		(void)prctl(PR_SET_DUMPABLE, 0);
		status = run_command(run, &terminal);
	}
	terminal_close(&terminal);
	return status;
}

static int account_enter(const struct entry *entry, int null, const struct account *account)
{
	const char *const path = entry->as_root ? RUN_PATH_ROOT : RUN_PATH_USER;
	char variable[sizeof("LOGINSPACE=") + SPACE_ID_SIZE];
	const char *const more[] = { variable, NULL };
	const struct restrictions restrictions = restrictions_of(&entry->card.restrictions);
	struct shell shell;
	struct run run = { .account = account,
			   .restrictions = entry->as_root ? NULL : &restrictions,
			   .trusted = entry->as_root,
			   .home = entry->as_root ? "/" : account->home,
			   .space = entry->id,
			   .null = null };
	int status;

	/* No login shell for root: that sets a PATH of its own, which nobody has looked at. */
	if (shell_choose(account, !entry->as_root, entry->words, &shell) < 0) {
		return complain(entry, -ENOMEM);
	}
	(void)snprintf(variable, sizeof(variable), "LOGINSPACE=%s", entry->id);
	run.file = shell.file;
	run.words = shell.words;
	run.environment = environment_make(account, path, environ, more);
	status = run.environment == NULL ? complain(entry, -ENOMEM) : enter(entry, &run);
	environment_free(run.environment);
	shell_free(&shell);
	return status;
}

/* For good: what runs is no child of ours, so its terminal and its end are the caller's affair. */
static int network_enter(const struct entry *entry)
{
	const int err = net_enter(entry->init);

	if (err == -EALREADY) {
		complaint_say("the space %s has no network of its own, but the host's", entry->id);
		return VERB_FAILED;
	}
	return err < 0 ? complain(entry, err) : net_exec(entry->words);
}

static int account_run(struct entry *entry, int null)
{
	struct account *account = NULL;
	int status = VERB_FAILED;

	if (account_choose(entry, &account) == 0) {
		status = account_enter(entry, null, account);
		account_free(account);
	}
	return status;
}

int enter_main(int argc, char **argv)
{
	struct entry entry = { .init = -1, .root = -1 };
	SCOPE_FD int null = -1;
	int status = arguments_read(argc, argv, &entry);
	int err;

	if (status != VERB_DONE) {
		return status;
	}
	err = run_standard_open(&null);
	if (err == 0) {
		err = space_find(&entry, &entry.init, &entry.root);
	}
	if (err < 0) {
		return complain(&entry, err);
	}
	status = entry.net ? network_enter(&entry) : account_run(&entry, null);
	scope_close(&entry.init);
	scope_close(&entry.root);
	return status;
}
