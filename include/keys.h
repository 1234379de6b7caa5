/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - the keys of the configuration: one table that the parser, `loginspace explain`, the
 * sample file and the test of loginspace.conf(5) all use. Pure.
 */
#ifndef LOGINSPACE_KEYS_H
#define LOGINSPACE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The default of services: those whose application forks the user's program, so that the PID
 * namespace takes hold. The module knows it without the table.
 */
#define KEYS_SERVICES "sshd login su su-l remote loginspace"

/* In the order of loginspace.conf(5). */
enum key {
	KEY_ISOLATE,
	KEY_SERVICES,
	KEY_NAMESPACES,
	KEY_SCOPE,
	KEY_LINGER,
	KEY_NESTED,
	KEY_MAX_SPACES,
	KEY_ON_ERROR,
	KEY_HOSTNAME,
	KEY_NETWORK,
	KEY_ADDRESS_POOL,
	KEY_ADDRESS_POOL6,
	KEY_DNS,
	KEY_REACH_HOST,
	KEY_REACH_SPACES,
	KEY_PUBLISH,
	KEY_PING_GROUP_RANGE,
	KEY_UNPRIVILEGED_PORT_START,
	KEY_HIDEPID,
	KEY_PRIVATE_TMP,
	KEY_TMP_SIZE,
	KEY_PRIVATE_DEV,
	KEY_DEVPTS,
	KEY_HOME,
	KEY_SYSTEM,
	KEY_READ_ONLY,
	KEY_WRITABLE,
	KEY_HIDE,
	KEY_BIND,
	KEY_TMPFS,
	KEY_ROOT,
	KEY_ROOT_OVERLAY,
	KEY_USER_BUS,
	KEY_SYSTEM_BUS,
	KEY_NESTED_USERNS,
	KEY_NO_NEW_PRIVS,
	KEY_CAPABILITIES,
	KEY_SECCOMP,
	KEY_MEMORY_MAX,
	KEY_TASKS_MAX,
	KEY_CPU_MAX,
	KEY_COUNT,
};

struct key_about {
	const char *name;
	const char *values;   /* what it takes, for people: "yes, no, audit" */
	const char *fallback; /* the default, as it would be written; "" for an empty list */
	const char *section;  /* of loginspace.conf(5) */
	const char *help;     /* one line */
	bool list;            /* items by comma or blank; sections add up; an empty value empties */
};

/* Never NULL for a KEY below KEY_COUNT. */
const struct key_about *key_about(enum key key);

/* key_find - by name. Returns 0 or -ENOENT. */
int key_find(const char *name, enum key *ret_key);

/* key_nearest - the key that NAME may have been meant to be, or NULL. */
const char *key_nearest(const char *name);

/*
 * key_check - may VALUE stand after the key? For a list: each item of it. Returns 0, or -EINVAL
 * with a phrase for the administrator, such as "takes yes, no, audit", in TEXT of SIZE bytes.
 */
int key_check(enum key key, const char *value, char *text, size_t size);

/*
 * key_wrong - of a VALUE that key_check has refused, what is to be shown of it: *RET_LENGTH bytes, in
 * most cases all. For a list VALUE is one item.
 */
const char *key_wrong(enum key key, const char *value, size_t *ret_length);

#endif
