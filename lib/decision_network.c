/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision_network.c - from the keys of the section "Network" to a plan's network. Pure. All values
 * have been checked when they were read: none of the conversions here fails.
 */
#include "decision_network.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "pool.h"
#include "value.h"

/* How a value of the key network begins; one with a colon has a name behind it. */
static const struct {
	const char *word;
	enum plan_network_kind kind;
} WORDS[] = {
	{ "loopback", NETWORK_LOOPBACK }, { "host", NETWORK_HOST },
	{ "nat", NETWORK_NAT },           { "pasta", NETWORK_PASTA },
	{ "netns:", NETWORK_NETNS },      { "device:", NETWORK_DEVICE },
	{ "macvlan:", NETWORK_MACVLAN },
};

static const struct policy_item *item_of(const struct policy *policy, enum key key)
{
	return &policy->values[key].items[0];
}

static bool is_yes(const struct policy *policy, enum key key)
{
	return strcmp(item_of(policy, key)->text, "yes") == 0;
}

static void kind_take(const char *text, struct plan_network *net)
{
	size_t i;

	for (i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		const size_t length = strlen(WORDS[i].word);

		if (strncmp(text, WORDS[i].word, length) == 0) {
			net->kind = WORDS[i].kind;
			(void)snprintf(net->name, sizeof(net->name), "%s", text + length);
			return;
		}
	}
}

/* "none" is no prefix: the pool stays without bits. */
static void pool_take(const struct policy *policy, enum key key, struct plan_network *net,
		      struct value_prefix *pool)
{
	const struct policy_item *item = item_of(policy, key);

	if (value_prefix(item->text, strlen(item->text), pool) == 0 && item->file != NULL) {
		net->pool_named = true;
	}
}

static int refuse(const struct policy_item *item, enum key key, const char *text,
		  struct problem *problem)
{
	problem_set(problem, item->file, item->line, "%s = %s: %s", key_about(key)->name,
		    item->text, text);
	return -EINVAL;
}

static int dns_take(const struct policy *policy, struct plan_network *net, struct problem *problem)
{
	const struct policy_value *value = &policy->values[KEY_DNS];
	size_t i;

	for (i = 0; i < value->count; i++) {
		const char *text = value->items[i].text;

		if (i == PLAN_DNS_MAX) {
			return refuse(&value->items[i], KEY_DNS, "more than 8 name servers",
				      problem);
		}
		(void)value_address(text, strlen(text), &net->dns[i]);
	}
	net->dns_count = value->count;
	return 0;
}

/* The port of the host of item INDEX: is it that of an item before, on an address they share? */
static bool is_published(const struct plan_network *net, size_t index)
{
	const struct value_publish *own = &net->publish[index];
	size_t i;

	for (i = 0; i < index; i++) {
		const struct value_publish *other = &net->publish[i];

		if (own->host_port == other->host_port && own->udp == other->udp &&
		    (own->any || other->any ||
		     memcmp(&own->address, &other->address, sizeof(own->address)) == 0)) {
			return true;
		}
	}
	return false;
}

static int publish_take(const struct policy *policy, struct plan_network *net,
			struct problem *problem)
{
	const struct policy_value *value = &policy->values[KEY_PUBLISH];
	size_t i;

	if (value->count > 0 && net->kind == NETWORK_NAT) {
		return refuse(&value->items[0], KEY_PUBLISH,
			      "works with network = pasta, and not with nat", problem);
	}
	for (i = 0; i < value->count; i++) {
		if (i == PLAN_PUBLISH_MAX) {
			return refuse(&value->items[i], KEY_PUBLISH, "more than 64 ports", problem);
		}
		(void)value_publish(value->items[i].text, &net->publish[i]);
		if (is_published(net, i)) {
			return refuse(&value->items[i], KEY_PUBLISH,
				      "this port of the host is listed already", problem);
		}
	}
	net->publish_count = value->count;
	return 0;
}

static int contradictions_find(const struct policy *policy, const struct plan *plan,
			       struct problem *problem)
{
	const struct policy_item *network = item_of(policy, KEY_NETWORK);
	const struct plan_network *net = &plan->net;

	if ((plan->namespaces & CLONE_NEWNET) == 0 && net->kind != NETWORK_LOOPBACK &&
	    net->kind != NETWORK_HOST) {
		return refuse(network, KEY_NETWORK, "needs net among the namespaces", problem);
	}
	if (net->kind == NETWORK_NAT && !pool_is(&net->pool4) && !pool_is(&net->pool6)) {
		return refuse(network, KEY_NETWORK, "needs address_pool or address_pool6", problem);
	}
	return 0;
}

int decision_network(const struct policy *policy, bool nested, struct plan *plan,
		     struct problem *problem)
{
	struct plan_network *net = &plan->net;
	int err;

	kind_take(item_of(policy, KEY_NETWORK)->text, net);
	pool_take(policy, KEY_ADDRESS_POOL, net, &net->pool4);
	pool_take(policy, KEY_ADDRESS_POOL6, net, &net->pool6);
	net->reach_host = is_yes(policy, KEY_REACH_HOST);
	net->reach_spaces = is_yes(policy, KEY_REACH_SPACES);
	err = dns_take(policy, net, problem);
	if (err == 0) {
		err = publish_take(policy, net, problem);
	}
	if (err == 0) {
		err = contradictions_find(policy, plan, problem);
	}
	if (err < 0) {
		return err;
	}
	if (nested && net->kind != NETWORK_LOOPBACK) {
		net->kind = NETWORK_HOST;
		(void)snprintf(plan->network, sizeof(plan->network), NETWORK_OUTER);
	}
	if (net->kind == NETWORK_HOST) {
		plan->namespaces &= ~(uint32_t)CLONE_NEWNET;
	} else if ((plan->namespaces & CLONE_NEWNET) == 0) {
		net->kind = NETWORK_HOST;
		(void)snprintf(plan->network, sizeof(plan->network), "host");
	}
	return 0;
}

int decision_network_check(const struct policy *policy, struct problem *problem)
{
	const struct policy_value *namespaces = &policy->values[KEY_NAMESPACES];
	struct plan plan = { .namespaces = 0 };
	size_t i;

	for (i = 0; i < namespaces->count; i++) {
		if (strcmp(namespaces->items[i].text, "net") == 0) {
			plan.namespaces |= CLONE_NEWNET;
		}
	}

	return decision_network(policy, false, &plan, problem);
}
