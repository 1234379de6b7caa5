/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolver.c - the name servers of a space. resolver_read and resolver_use run in the helper as
 * root; resolver_put in the child inside the new mount namespace, with CAP_SYS_ADMIN.
 */
#include "resolver.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "etcfiles.h"
#include "message.h"
#include "pasta.h"
#include "pool.h"
#include "resolver_host.h"
#include "route.h"
#include "scope.h"
#include "scratch.h"

static bool is_own_address(struct rtnl *rtnl, const struct value_address *address)
{
	struct route route;

	/* A host that has no route at the moment may have one later. */
	return route_find(rtnl, address, &route) == 0 && route.type == RTN_LOCAL;
}

/* Does what the space sends there arrive? */
static bool is_reachable(const struct plan *plan, struct rtnl *rtnl,
			 const struct value_address *server)
{
	const struct plan_network *net = &plan->net;
	const struct value_prefix *pool = value_address_is_4(server) ? &net->pool4 : &net->pool6;

	if (resolver_text_is_loopback(server) || resolver_text_is_near(server)) {
		return false;
	}
	if (net->kind == NETWORK_NAT && !pool_is(pool)) {
		return false;
	}
	/* With the others the host's address is the space's own, or beyond the interface. */
	return (net->kind == NETWORK_NAT && net->reach_host) || !is_own_address(rtnl, server);
}

/* Those of COUNT SERVERS that the space can reach, in their order. RETURN: as many. */
static size_t reachable(const struct plan *plan, struct rtnl *rtnl,
			const struct value_address *servers, size_t count,
			struct value_address *ret_servers)
{
	size_t i, found = 0;

	for (i = 0; i < count; i++) {
		if (is_reachable(plan, rtnl, &servers[i])) {
			ret_servers[found++] = servers[i];
		}
	}
	return found;
}

static bool has_loopback(const struct resolver_file *file)
{
	size_t i;

	for (i = 0; i < file->count; i++) {
		if (resolver_text_is_loopback(&file->servers[i])) {
			return true;
		}
	}
	return false;
}

static int read_hosts(const struct plan *plan, struct rtnl *rtnl, struct resolver *ret,
		      char *detail)
{
	struct value_address servers[RESOLVER_SERVERS_MAX];
	struct resolver_file file, uplink;
	char text[POOL_TEXT_SIZE];
	size_t count = 0;
	int err = resolver_host_read(&file, detail);

	if (err < 0 || file.count == 0) {
		return err;
	}
	if (has_loopback(&file) && resolver_uplink_read(&uplink) == 0) {
		count = reachable(plan, rtnl, uplink.servers, uplink.count, servers);
	}
	if (count == 0) {
		count = reachable(plan, rtnl, file.servers, file.count, servers);
	}
	if (count == 0 && plan->net.kind == NETWORK_PASTA &&
	    value_address(PASTA_DNS, strlen(PASTA_DNS), &servers[0]) == 0) {
		count = 1; /* the program leads from there to the host's first server */
	}
	if (count == 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "the host's resolver %s cannot be reached from the space: name "
			       "servers with dns =",
			       pool_address_text(text, &file.servers[0]));
		return -EHOSTUNREACH;
	}
	resolver_text_make(&file, servers, count, ret->text);
	ret->own = true;
	return 0;
}

/* All of them, in their order, when one is of any use; a resolver inside the space may be meant. */
static int check_named(const struct plan *plan, struct rtnl *rtnl, char *detail)
{
	const struct plan_network *net = &plan->net;
	char text[POOL_TEXT_SIZE];
	size_t i;

	for (i = 0; i < net->dns_count; i++) {
		if (resolver_text_is_loopback(&net->dns[i]) ||
		    is_reachable(plan, rtnl, &net->dns[i])) {
			return 0;
		}
	}
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
		       "dns = %s cannot be reached from the space: name another server%s",
		       pool_address_text(text, &net->dns[0]),
		       net->kind == NETWORK_NAT && is_own_address(rtnl, &net->dns[0])
			       ? ", or set reach_host = yes, as it is the host's own address"
			       : "");
	return -EHOSTUNREACH;
}

/* Has the administrator put something else there? */
static bool is_mounted_over(const struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->mount_count; i++) {
		const struct plan_mount *mount = &plan->mounts[i];

		if ((mount->kind == MOUNT_BIND || mount->kind == MOUNT_HIDE) &&
		    strcmp(mount->target, RESOLVER_PATH) == 0) {
			return true;
		}
	}
	return false;
}

static bool has_own(const struct plan *plan)
{
	switch (plan->net.kind) {
	case NETWORK_NAT:
	case NETWORK_PASTA:
		return true;
	case NETWORK_MACVLAN:
		return plan->net.pool_named || plan->net.dns_count > 0;
	case NETWORK_DEVICE:
		return plan->net.dns_count > 0;
	default:
		return false;
	}
}

int resolver_read(const struct plan *plan, struct rtnl *rtnl, struct resolver *ret_resolver,
		  char *detail)
{
	int err;

	ret_resolver->own = false;
	if (!has_own(plan) || is_mounted_over(plan)) {
		return 0;
	}
	if (plan->net.dns_count == 0) {
		return read_hosts(plan, rtnl, ret_resolver, detail);
	}
	err = check_named(plan, rtnl, detail);
	return err < 0 ? err
		       : resolver_use(plan->net.dns, plan->net.dns_count, ret_resolver, detail);
}

int resolver_use(const struct value_address *servers, size_t count, struct resolver *ret_resolver,
		 char *detail)
{
	struct resolver_file file;
	int err = resolver_host_read(&file, detail);

	if (err == 0) {
		resolver_text_make(&file, servers, count, ret_resolver->text);
		ret_resolver->own = true;
	}
	return err;
}

static int fill(int file, const void *data)
{
	const char *text = data;
	const size_t length = strlen(text);
	const ssize_t written = write(file, text, length);

	if (written < 0) {
		return -errno;
	}
	return (size_t)written == length ? 0 : -ENOSPC;
}

int resolver_put(const struct resolver *resolver, struct ledger *ledger, char *detail)
{
	SCOPE_FD int target = -1;
	SCOPE_FD int tree = -1;
	int err;

	if (!resolver->own) {
		return 0;
	}
	err = etc_target(RESOLVER_PATH, &target);
	if (err == -ENOENT) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "there is no " RESOLVER_PATH
			       " in the root file system of the space, "
			       "which its name servers could be mounted over: make an empty one");
	}
	if (err == 0) {
		err = scratch_file(fill, resolver->text, &tree);
	}
	return err < 0 ? err : ledger_put(ledger, tree, target, RESOLVER_PATH, 0);
}
