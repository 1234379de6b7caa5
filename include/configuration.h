/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration.h - the files of the configuration: which there are, what stands in them, and what
 * of it holds for one login. policy.h is what others need of it.
 */
#ifndef LOGINSPACE_CONFIGURATION_H
#define LOGINSPACE_CONFIGURATION_H

#include <stddef.h>
#include <stdint.h>

#include "keys.h"
#include "match.h"
#include "names.h"
#include "policy.h"
#include "problem.h"

#define CONFIGURATION_SIZE_MAX  (1u << 20) /* of a file */
#define CONFIGURATION_FILES_MAX 1000u
#define CONFIGURATION_LINE_MAX  197u /* of "key = value": the room of an inih of 200 bytes */

/* The files to be read, in their order. Born zeroed. */
struct configuration_list {
	char **paths;
	size_t count;
};

/*
 * configuration_list - the files that there are, see policy_read() for CONF. Their folders are
 * checked, they themselves when they are read. Returns 0; -ENOENT, -EPERM, or another negative
 * errno, with *PROBLEM. *RET is to be freed with configuration_list_free.
 */
int configuration_list(const char *conf, struct configuration_list *ret, struct problem *problem);
void configuration_list_free(struct configuration_list *list);

/*
 * configuration_load - the bytes of a file that is root's alone to write. *RET_DATA is to be freed
 * with free(3), and has room for one byte more. Returns 0, or as policy_read() with *PROBLEM.
 */
int configuration_load(const char *path, char **ret_data, size_t *ret_size,
		       struct problem *problem);

/* "key = value" in a section. */
struct setting {
	enum key key;
	uint32_t items;   /* of a list, 0: empties it; 1 of others */
	const char *text; /* the items, a NUL behind each */
	unsigned int line;
	uint32_t section; /* index */
	uint32_t next;    /* while a policy is worked out: the next of the same list */
};

struct section {
	struct match match;
	uint32_t file; /* index */
	unsigned int line;
	uint32_t first; /* of its settings, index */
	uint32_t count;
};

struct configuration_file {
	char *name;
	char *data;
};

/* All files. Born zeroed; to be freed with configuration_free. */
struct configuration {
	struct configuration_file *files;
	size_t file_count;
	struct section *sections;
	size_t section_count, section_room;
	struct setting *settings;
	size_t setting_count, setting_room;
	struct names names;        /* of all matches */
	struct policy_item *items; /* of the policy that was worked out */
	char *defaults;            /* texts of such items */
	char *home;                /* of the login's user, when its policy needs it */
};

/*
 * configuration_parse - adds a file's sections. DATA of SIZE bytes comes from malloc(3), has room
 * for one byte more, and belongs to the configuration from now on, whatever is returned; NAME is
 * copied. Returns 0; -EINVAL with *PROBLEM; -ENOMEM with *PROBLEM.
 */
int configuration_parse(struct configuration *configuration, const char *name, char *data,
			size_t size, struct problem *problem);

/*
 * configuration_resolve - what holds for LOGIN; the names are known. The policy points into the
 * configuration, and there is only one at a time. Returns 0; -EINVAL, -EDESTADDRREQ (a remote host
 * cannot be compared), -ENOMEM, all with *PROBLEM.
 */
int configuration_resolve(struct configuration *configuration, const struct match_login *login,
			  struct policy *ret_policy, struct problem *problem);

/*
 * configuration_preview - what [default] adds up to, with SECTION on top, a [match] whoever it is
 * about; NULL, or a [default]: alone. For checks that need no login; nothing is looked up. The
 * policy as that of configuration_resolve. Returns 0; -ENOMEM with *PROBLEM.
 */
int configuration_preview(struct configuration *configuration, const struct section *section,
			  struct policy *ret_policy, struct problem *problem);

void configuration_free(struct configuration *configuration);

#endif
