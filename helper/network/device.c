/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.c - an interface of the host, moved into the space. device_prepare and device_attach run
 * in the helper, device_furnish in the child; moving needs CAP_NET_ADMIN on both sides.
 *
 * Nothing has to be undone: when the space's network namespace goes, however that is, the kernel
 * moves the interface to the initial one, under its own name, or as devN when that is taken there;
 * down, and without addresses. What the host needs for itself is not given away, as whoever logs
 * in remotely might come in through it.
 */
#include "device.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "message.h"
#include "pool.h"
#include "uplink.h"

/* Kinds with netns_refund in their struct rtnl_link_ops: hardware all the same. */
static const char *const HANDED_BACK[] = { "can", "dsa" };

/* One question about the interface: 0, or a negative errno with the sentence that says why not. */
struct question {
	struct rtnl *rtnl;
	const struct link *link;
	char *detail;
};

static bool is_handed_back(const struct link *link)
{
	size_t i;

	if (link->kind[0] == '\0') {
		return true;
	}
	for (i = 0; i < sizeof(HANDED_BACK) / sizeof(HANDED_BACK[0]); i++) {
		if (strcmp(link->kind, HANDED_BACK[i]) == 0) {
			return true;
		}
	}
	return false;
}

static int is_hardware(struct question *question)
{
	const struct link *link = question->link;

	if ((link->flags & IFF_LOOPBACK) != 0) {
		(void)snprintf(question->detail, MESSAGE_DETAIL_SIZE,
			       "%s is the loopback interface: each space has its own", link->name);
		return -EINVAL;
	}
	if (!is_handed_back(link)) {
		(void)snprintf(
			question->detail, MESSAGE_DETAIL_SIZE,
			"%s is of the kind %s: the kernel would delete it together with the space; "
			"network = macvlan:%s leaves it here",
			link->name, link->kind, link->name);
		return -EINVAL;
	}
	return 0;
}

static int has_no_master(struct question *question)
{
	struct link master;
	int err;

	if (question->link->master == 0) {
		return 0;
	}
	err = link_look(question->rtnl, question->link->master, &master);
	(void)snprintf(question->detail, MESSAGE_DETAIL_SIZE,
		       "%s belongs to %s: ip link set %s nomaster frees it", question->link->name,
		       err == 0 ? master.name : "another interface", question->link->name);
	return -EBUSY;
}

static int refuse_address(const struct value_prefix *address, unsigned int scope, void *data)
{
	const struct question *question = data;
	char text[POOL_TEXT_SIZE];

	if (scope >= RT_SCOPE_LINK) {
		return 0;
	}
	(void)snprintf(
		question->detail, MESSAGE_DETAIL_SIZE,
		"%s has the host's address %s, and the host would lose it: take it off first",
		question->link->name, pool_address_text(text, &address->address));
	return -EADDRINUSE;
}

static int has_no_address(struct question *question)
{
	return address_each(question->rtnl, question->link->index, refuse_address, question);
}

static int is_no_uplink(struct question *question)
{
	static const int FAMILIES[] = { AF_INET, AF_INET6 };
	struct uplink uplink = { .is = false };
	size_t i;
	int err = 0;

	for (i = 0; err == 0 && i < sizeof(FAMILIES) / sizeof(FAMILIES[0]); i++) {
		err = uplink_find(question->rtnl, question->link->index, FAMILIES[i], &uplink);
		if (err == 0 && uplink.is) {
			(void)snprintf(question->detail, MESSAGE_DETAIL_SIZE,
				       "a default route of the host leads through %s: name another",
				       question->link->name);
			err = -EADDRINUSE;
		}
	}
	return err;
}

static int refuse_upper(const struct link *upper, void *data)
{
	const struct question *question = data;

	if (upper->lower_elsewhere || upper->lower != question->link->index ||
	    upper->index == question->link->index) {
		return 0;
	}
	(void)snprintf(question->detail, MESSAGE_DETAIL_SIZE,
		       "%s of the host stands on %s: ip link delete %s frees it", upper->name,
		       question->link->name, upper->name);
	return -EBUSY;
}

static int carries_nothing(struct question *question)
{
	return link_each(question->rtnl, refuse_upper, question);
}

static int (*const QUESTIONS[])(struct question *question) = {
	is_hardware, has_no_master, is_no_uplink, has_no_address, carries_nothing,
};

static int say_missing(const char *name, char *detail)
{
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
		       "there is no interface %s here; another space may have it", name);
	return -ENODEV;
}

int device_prepare(const struct plan *plan, struct network *network, char *detail)
{
	struct question question = { .rtnl = &network->rtnl,
				     .link = &network->link,
				     .detail = detail };
	size_t i;
	int err;

	err = link_find(&network->rtnl, plan->net.name, &network->link);
	if (err == -ENODEV) {
		return say_missing(plan->net.name, detail);
	}
	for (i = 0; err == 0 && i < sizeof(QUESTIONS) / sizeof(QUESTIONS[0]); i++) {
		err = QUESTIONS[i](&question);
	}
	return err;
}

/* -ENODEV: of two logins that have found it the other was faster. */
int device_attach(struct network *network, pid_t init, struct network_word *ret_word, char *detail)
{
	const struct link *link = &network->link;
	int err = link_move(&network->rtnl, link->index, init, -1);

	switch (err) {
	case 0:
		memcpy(ret_word->name, link->name, sizeof(ret_word->name));
		break;
	case -ENODEV:
		return say_missing(link->name, detail);
	case -EINVAL:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "the kernel does not let %s leave its network namespace, as with "
			       "wireless interfaces: name another",
			       link->name);
		break;
	default:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s cannot be moved into the space",
			       link->name);
		break;
	}
	return err;
}

int device_furnish(struct rtnl *inside, const struct network_word *word, char *detail)
{
	struct link link;
	int err = link_find(inside, word->name, &link);

	if (err == 0) {
		err = link_up(inside, link.index);
	}
	if (err < 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s cannot be brought up inside",
			       word->name);
	}
	return err;
}
