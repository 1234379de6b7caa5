/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta.c - network = pasta. pasta_prepare runs in the helper, as root with all privileges;
 * pasta_furnish in the child that becomes init, when the rest of the space is made: by then the
 * program mostly is ready.
 */
#include "pasta.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fds.h"
#include "message.h"
#include "pasta_arguments.h"
#include "pasta_ports.h"
#include "pasta_reach.h"
#include "pasta_start.h"
#include "registry.h"
#include "scope.h"
#include "userns.h"

#define PATIENCE_MS 6000
#define TUN         "/dev/net/tun"
#define WORDS_SIZE  2048

static int check_program(char *detail)
{
	if (access(PASTA_PROGRAM, X_OK) < 0) {
		const int err = -errno;

		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       PASTA_PROGRAM " is not there: install the package passt");
		return err;
	}
	return 0;
}

static int check_tun(char *detail)
{
	struct stat about;

	if (stat(TUN, &about) < 0) {
		const int err = -errno;

		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, TUN " is not there: modprobe tun");
		return err;
	}
	if ((about.st_mode & (S_IROTH | S_IWOTH)) != (S_IROTH | S_IWOTH)) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "pasta runs as the user, and " TUN
			       " is closed to users: chmod 0666 " TUN);
		return -EACCES;
	}
	return 0;
}

static int make_namespaces(const struct pasta_start *start, int *ret_user, int *ret_network,
			   char *detail)
{
	const struct userns_wanted wanted = { .uid = start->uid, .gid = start->gid, .ids = 1 };
	int err = userns_make(&wanted, ret_user, ret_network);

	if (err == -ENOSPC) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "pasta needs a user namespace, and there may be no more: raise "
			       "user.max_user_namespaces and user.max_net_namespaces");
	}
	return err;
}

static int gid_of(uid_t uid, gid_t *ret_gid)
{
	const struct passwd *entry = getpwuid(uid);

	if (entry == NULL) {
		return -ENOENT;
	}
	*ret_gid = entry->pw_gid;
	return 0;
}

static bool forwards_dns(const struct resolver *resolver)
{
	return resolver->own && strstr(resolver->text, "nameserver " PASTA_DNS "\n") != NULL;
}

/* Low numbers are given to others in the child. */
static int raise_fds(struct network *network)
{
	int err = fd_raise(&network->namespace);

	if (err == 0) {
		err = fd_raise(&network->leash);
	}
	return err < 0 ? err : fd_raise(&network->words);
}

/* Does the space that the user's logins share live, with the ports that it has? */
static bool may_join(const struct plan *plan)
{
	SCOPE_FD int registry = -1;
	SCOPE_FD int init = -1;
	pid_t pid;

	return plan->scope == SCOPE_USER && registry_open(&registry) == 0 &&
	       registry_shared_holder(registry, plan->uid, &init, &pid) == 0;
}

/* What the administrator can mend, and the program would say less clearly. */
static int check(const struct plan *plan, struct network *network, char *detail)
{
	int err = check_program(detail);

	if (err == 0) {
		err = check_tun(detail);
	}
	if (err == 0) {
		err = pasta_ports_check(&plan->net, !may_join(plan), detail);
	}
	return err < 0 ? err : resolver_read(plan, &network->rtnl, &network->resolver, detail);
}

int pasta_prepare(const struct plan *plan, struct network *network, char *detail)
{
	struct pasta_arguments arguments;
	struct pasta_start start = { .uid = plan->uid, .argv = arguments.argv };
	SCOPE_FD int user = -1;
	int err = check(plan, network, detail);

	if (err == 0) {
		err = gid_of(plan->uid, &start.gid);
	}
	if (err == 0) {
		err = make_namespaces(&start, &user, &network->namespace, detail);
	}
	if (err == 0 && !plan->net.reach_host) {
		err = pasta_reach_read(&network->rtnl, &network->reach, detail);
	}
	if (err == 0) {
		start.user = user;
		start.network = network->namespace;
		pasta_arguments_make(&plan->net, forwards_dns(&network->resolver), &arguments);
		err = pasta_start(&start, &network->leash, &network->words);
	}
	return err < 0 ? err : raise_fds(network);
}

/* Its last line is why it has ended. Nothing of it but printable characters. */
static void take_words(int words, char *detail)
{
	char text[WORDS_SIZE];
	ssize_t length = read(words, text, sizeof(text) - 1);
	char *line, *c;

	length = length < 0 ? 0 : length;
	while (length > 0 && text[length - 1] == '\n') {
		length--;
	}
	text[length] = '\0';
	line = strrchr(text, '\n');
	line = line == NULL ? text : line + 1;
	for (c = line; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~') {
			*c = '?';
		}
	}
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "pasta: %.256s",
		       *line == '\0' ? "it ended without a word" : line);
}

static int wait_until_ready(const struct network *network, char *detail)
{
	struct pollfd leash = { .fd = network->leash, .events = POLLIN };

	if (poll(&leash, 1, PATIENCE_MS) < 0) {
		return -errno;
	}
	if ((leash.revents & POLLIN) != 0) {
		return 0;
	}
	if (leash.revents != 0) {
		take_words(network->words, detail);
		return -ENETDOWN;
	}
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "pasta is not ready in time");
	return -ETIMEDOUT;
}

int pasta_furnish(const struct plan *plan, const struct network *network, struct rtnl *inside,
		  char *detail)
{
	int err = wait_until_ready(network, detail);

	if (err == 0 && !plan->net.reach_host) {
		err = pasta_reach_close(inside, PASTA_INTERFACE, &network->reach, detail);
	}
	if (err < 0) {
		return err;
	}
	/* Init's own copy, open across its exec; the only one, once the helper is gone. */
	return fcntl(network->leash, F_DUPFD, FDS_FREE) < 0 ? -errno : 0;
}
