/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spaces.h - the spaces that live, each asked what it is. As root.
 */
#ifndef LOGINSPACE_ADMIN_SPACES_H
#define LOGINSPACE_ADMIN_SPACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "knock.h"
#include "registry.h"
#include "space_id.h"

/* One login that holds a space. */
struct owner {
	struct owner_card card;
	pid_t pid; /* of the PAM application, as the caller numbers it; -1: it is just ending */
};

/* Does the policy that the space was made by still hold? */
enum space_policy {
	SPACE_POLICY_UNKNOWN, /* nobody holds it, or the configuration cannot be read */
	SPACE_POLICY_SAME,
	SPACE_POLICY_CHANGED,
};

struct space {
	char id[SPACE_ID_SIZE];
	char user[MESSAGE_USER_SIZE];
	uid_t uid;
	uint32_t number;
	pid_t init;
	int error; /* why init could not be asked, a negative errno; 0: what follows is known */
	ino_t pid_namespace; /* 0: could not be looked at, and so its processes */
	ino_t net_namespace; /* 0: likewise, or it is the caller's: the space has none of its own */
	struct space_card card;
	int64_t lingers_since; /* seconds of CLOCK_REALTIME; 0: there are owners */
	struct owner *owners;
	size_t owner_count;
	/* Left zeroed by spaces_gather; processes_tally and space_policy_compare fill them. */
	size_t processes;
	uint64_t memory; /* bytes */
	enum space_policy policy;
};

struct spaces {
	struct space *items; /* by uid and number */
	size_t count;
};

/*
 * spaces_gather - all of them; one that ends meanwhile is left out, and one that is about to is waited
 * for, 0.6 seconds at most. *RET is to be freed with spaces_free. Returns 0, also when there is no registry and so no space; or a negative errno,
 * -EPERM when others than root can change the registry.
 */
int spaces_gather(struct spaces *ret);

/*
 * spaces_entries - those of UID, or with NULL all, that the registry lists, none of them asked.
 * *RET_REGISTRY is an fd, or -1 where there is no registry and so no space; *RET is to be freed with
 * free(3). Returns as spaces_gather().
 */
int spaces_entries(const uid_t *uid, int *ret_registry, struct registry_entry **ret,
		   size_t *ret_count);

/* spaces_keep - drops those of other users than UID; NULL: none. */
void spaces_keep(struct spaces *spaces, const uid_t *uid);

/* spaces_drop - that one. */
void spaces_drop(struct spaces *spaces, size_t index);

void spaces_free(struct spaces *spaces);

/* Has its init answered? Otherwise there is no card and no owner. */
bool space_is_known(const struct space *space);

/* space_is_ending - has its init shut its door, and cannot end? Then space_is_known() is false. */
bool space_is_ending(const struct space *space);

/* space_error_phrase - a sentence for the administrator about an ERROR of a space, and the mend. */
const char *space_error_phrase(int error);

/* spaces_complain - says on stderr, once, that some spaces could not be asked. */
void spaces_complain(const struct spaces *spaces);

#endif
