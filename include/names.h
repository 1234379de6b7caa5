/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - the users and groups that a configuration names, each once, and their numbers once
 * they have been looked up (accounts.h). Pure.
 */
#ifndef LOGINSPACE_NAMES_H
#define LOGINSPACE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum names_kind {
	NAMES_USER = 0,
	NAMES_GROUP = 1,
	NAMES_KINDS,
};

struct name {
	enum names_kind kind;
	const char *text; /* LENGTH bytes of the caller's; no NUL behind them */
	size_t length;
	const char *file; /* where it stands first; NULL: in no file */
	unsigned int line;
	uint32_t hash;
	bool known; /* looked up, and these are the numbers: */
	uint32_t id;
	uint32_t primary; /* of a user: the group in its passwd entry */
	bool member;      /* of a group: its own entry lists the user of this login */
};

/* Born zeroed. */
struct names {
	struct name *list;
	size_t count;
	size_t capacity;
	uint32_t *slots; /* a hash table: index into the list and one, 0: free */
	size_t slot_count;
	size_t unknown[NAMES_KINDS]; /* names not looked up yet */
};

/* names_add - a name that is there already stays as it is. Returns 0 or -ENOMEM. */
int names_add(struct names *names, enum names_kind kind, const char *text, size_t length,
	      const char *file, unsigned int line);

/* names_find - NULL: it was not added. */
struct name *names_find(const struct names *names, enum names_kind kind, const char *text,
			size_t length);

/* names_set - the name's numbers; the first ones stay. */
void names_set(struct names *names, struct name *name, uint32_t id, uint32_t primary);

void names_free(struct names *names);

#endif
