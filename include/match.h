/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * match.h - the header of a section: "[default]" or "[match user=alice,bob uid=1000-1999]", and
 * whether a login is meant by it. Pure.
 */
#ifndef LOGINSPACE_MATCH_H
#define LOGINSPACE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "names.h"
#include "value.h"

enum match_condition {
	MATCH_USER,
	MATCH_GROUP,
	MATCH_SERVICE,
	MATCH_UID,
	MATCH_RHOST,
	MATCH_CONDITIONS,
};

/* What stands behind each "=", items by comma; NULL: no such condition. [default] has none. */
struct match {
	const char *values[MATCH_CONDITIONS];
};

enum match_rhost {
	RHOST_NONE, /* a local login */
	RHOST_ADDRESS,
	RHOST_NAME, /* nobody looks it up: its owner would say what it is */
};

/* The login that may be meant. */
struct match_login {
	uid_t uid;
	const char *service;
	enum match_rhost rhost;
	struct value_address address; /* of RHOST_ADDRESS */
	const gid_t *groups;          /* sorted */
	size_t group_count;
	const struct names *names; /* all that a header names is known in there */
};

/*
 * match_parse - TEXT is a line that begins with '[' and has no blanks at its end; its parts get
 * NULs and are pointed to by *RET. Returns 0, or -EINVAL with a sentence in WHY of SIZE bytes.
 */
int match_parse(char *text, struct match *ret_match, char *why, size_t size);

bool match_is_default(const struct match *match);

/* match_names - adds the users and groups of MATCH to NAMES. Returns 0 or -ENOMEM. */
int match_names(const struct match *match, struct names *names, const char *file,
		unsigned int line);

/* match_has - is ITEM one of those that the condition gives, as it is written there? */
bool match_has(const struct match *match, enum match_condition condition, const char *item);

/* match_rhost - what PAM says of the remote host; *RET_ADDRESS is set for RHOST_ADDRESS only. */
enum match_rhost match_rhost(const char *rhost, struct value_address *ret_address);

/*
 * match_holds - do all conditions? Returns 0; -EDESTADDRREQ (all others hold, but rhost= is given
 * and the login's is a name). [default] holds.
 */
int match_holds(const struct match *match, const struct match_login *login, bool *ret_holds);

#endif
