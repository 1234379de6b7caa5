/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * network.h - the network of a space, by its kind: what the helper has ready before there is a
 * space, what it does on the host's side once there is one, and what the child does inside.
 *
 *   prepare   in the helper, with all privileges: looks, checks, opens; may start a program
 *   enter     in the helper, just before the clone: into a namespace that is there already
 *   attach    in the helper, after the clone, with CAP_NET_ADMIN: the host's side of it
 *   furnish   in the child, when its /sys and /proc are in place: addresses, routes
 *
 * A function that fails leaves a sentence in DETAIL, of MESSAGE_DETAIL_SIZE bytes, that names what
 * is wrong and the mend; what it has made vanishes with the space's network namespace.
 */
#ifndef LOGINSPACE_NETWORK_H
#define LOGINSPACE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lan.h"
#include "link.h"
#include "message.h"
#include "pasta_reach.h"
#include "plan.h"
#include "resolver.h"
#include "rtnl.h"

/* What "attach" tells the child: plain data. */
struct network_word {
	uint32_t number; /* of NAT: of the interface on the host, which is that of the address */
	char name[IFNAMSIZ]; /* of the interface inside */
};

/* What the child tells before "attach", if it does: see network_has_turn. */
struct network_turn {
	char taken; /* the space is the one that the user's logins share */
};

struct network {
	struct rtnl rtnl;         /* of the application's network namespace */
	int namespace;            /* of NETNS and PASTA: the namespace to enter; -1 */
	struct link link;         /* of DEVICE and MACVLAN: the interface of the host */
	struct lan lan[2];        /* of MACVLAN: of each family; see macvlan.h */
	struct pasta_reach reach; /* of PASTA: what reach_host = no keeps it from */
	int leash; /* of PASTA, raised (fds.h): readable when it is ready; it ends with it */
	int words; /* of PASTA, raised: what it says while it starts */
	struct resolver resolver; /* what /etc/resolv.conf says inside */
	int error;                /* of network_prepare: reported once a space has to be made */
	char detail[MESSAGE_DETAIL_SIZE];
};

#define NETWORK_NONE \
	{ \
		.namespace = -1, .leash = -1, .words = -1 \
	}

/* network_prepare - what fails is in network->error, a negative errno, with its detail. */
void network_prepare(const struct plan *plan, struct network *network);
void network_drop(struct network *network);

/* network_part - the child closes what is the helper's alone, before init takes the low numbers. */
void network_part(struct network *network);

/* network_clones - the CLONE_NEW* flags that the clone makes: some namespaces are entered. */
uint32_t network_clones(const struct plan *plan);

/* network_has_word - does the child wait for a word of network_attach? */
bool network_has_word(const struct plan *plan);

/*
 * network_has_turn - does the helper wait for the child before network_attach? Several first logins
 * of one moment each make a space, and all but one give theirs up; what there is once, such as an
 * interface of the host's, is for that one.
 */
bool network_has_turn(const struct plan *plan);

int network_attach(const struct plan *plan, struct network *network, pid_t init,
		   struct network_word *ret_word, char *detail);
/*
 * network_enter - into the namespace that the space is to be in, if there is one already, so that
 * the clone is born there and nobody sees it anywhere else.
 */
int network_enter(const struct network *network, char *detail);

int network_furnish(const struct plan *plan, struct network *network, struct rtnl *inside,
		    const struct network_word *word, char *detail);

#endif
