/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * etcfiles.h - the files of /etc/netns/NAME, which go over those of the same name in /etc, as
 * ip-netns(8) does.
 */
#ifndef LOGINSPACE_ETCFILES_H
#define LOGINSPACE_ETCFILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "ledger.h"
#include "plan.h"

#define ETCFILES_MAX 16 /* resolv.conf, hosts, nsswitch.conf...; more is an error */

struct etcfile {
	int tree; /* detached, or -1 */
	bool is_folder;
	char path[sizeof("/etc/") + NAME_MAX];
};

/* The ledger keeps the paths: it stays until that has been read back. */
struct etcfiles {
	struct etcfile files[ETCFILES_MAX];
	size_t count;
};

/*
 * etcfiles_take - in the child, while paths lead to the host's tree: what /etc/netns/NAME has, when
 * the plan's network is NETWORK_NETNS. No such folder: nothing. Names that begin with a dot are
 * left out, and so is what is neither a file nor a folder. Links are followed as by walk_open.
 *
 * etcfiles_put - where they belong, read-only, as other spaces have them, too; a file that /etc
 * does not have is left out. Also over a /etc/hosts of the space's own.
 *
 * Both return 0 or a negative errno with a sentence in DETAIL.
 */
void etcfiles_init(struct etcfiles *files);
int etcfiles_take(const struct plan *plan, struct etcfiles *files, char *detail);
int etcfiles_put(const struct etcfiles *files, struct ledger *ledger, char *detail);

/* Closes the trees, also when nothing was taken; those that were put in place stay there. */
void etcfiles_drop(struct etcfiles *files);

/*
 * etc_target - what has to be covered so that PATH, in /etc, is another file: the file itself, or
 * the link when it is one, so that whoever replaces the link's target does not uncover it.
 * Returns 0; -ENOENT; another negative errno.
 */
int etc_target(const char *path, int *ret_target);

#endif
