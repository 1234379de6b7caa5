/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtnl.h - an rtnetlink(7) socket of the network namespace that it was opened in: requests, and
 * what the kernel answers, as 0 or a negative errno.
 */
#ifndef LOGINSPACE_RTNL_H
#define LOGINSPACE_RTNL_H

#include <libmnl/libmnl.h>
#include <stddef.h>
#include <stdint.h>

#define RTNL_BUFFER_SIZE 8192 /* MNL_SOCKET_BUFFER_SIZE is not a constant */

struct rtnl {
	struct mnl_socket *socket; /* NULL: not open */
	uint32_t sequence;
};

/* rtnl_open - for the caller's network namespace, close-on-exec; rtnl_close, also when not open. */
int rtnl_open(struct rtnl *rtnl);
void rtnl_close(struct rtnl *rtnl);

/*
 * rtnl_begin - a message of TYPE in BUFFER, of RTNL_BUFFER_SIZE bytes, with a body of SIZE zero
 * bytes in *RET_BODY: struct ifinfomsg, ifaddrmsg or rtmsg. Attributes are put behind it with
 * mnl_attr_put. FLAGS: NLM_F_* beside NLM_F_REQUEST.
 */
struct nlmsghdr *rtnl_begin(char *buffer, uint16_t type, uint16_t flags, size_t size,
			    void *ret_body);

/* rtnl_order - a request that is acknowledged. */
int rtnl_order(struct rtnl *rtnl, struct nlmsghdr *message);

/* rtnl_ask - one that is answered with a message, which READ gets; see mnl_cb_run. */
int rtnl_ask(struct rtnl *rtnl, struct nlmsghdr *message, mnl_cb_t read, void *data);

/*
 * rtnl_dump - one that is answered with any number of them. When something changes meanwhile, it
 * is asked again, and READ hears of some twice.
 */
int rtnl_dump(struct rtnl *rtnl, struct nlmsghdr *message, mnl_cb_t read, void *data);

#endif
