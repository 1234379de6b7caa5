/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration_resolve.c - which sections hold for a login, and what their keys add up to. Pure.
 */
#include "configuration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* No setting. */
#define NONE UINT32_MAX

/* What has been said of a key so far. */
struct chain {
	uint32_t first, last; /* settings */
	bool said;            /* else the default holds */
};

static const char *file_of(const struct configuration *configuration, const struct section *section)
{
	return configuration->files[section->file].name;
}

static void chain_add(struct configuration *configuration, struct chain *chain, uint32_t at)
{
	struct setting *setting = &configuration->settings[at];

	chain->said = true;
	setting->next = NONE;
	if (!key_about(setting->key)->list || setting->items == 0) {
		chain->first = NONE;
	}
	if (setting->items == 0) {
		return;
	}
	if (chain->first == NONE) {
		chain->first = at;
	} else {
		configuration->settings[chain->last].next = at;
	}
	chain->last = at;
}

static void section_apply(struct configuration *configuration, const struct section *section,
			  struct chain *chains)
{
	uint32_t i;

	for (i = section->first; i < section->first + section->count; i++) {
		chain_add(configuration, &chains[configuration->settings[i].key], i);
	}
}

static int defaults_apply(struct configuration *configuration, struct chain *chains)
{
	size_t i;

	for (i = 0; i < KEY_COUNT; i++) {
		chains[i] = (struct chain){ .first = NONE, .last = NONE };
	}
	for (i = 0; i < configuration->section_count; i++) {
		if (match_is_default(&configuration->sections[i].match)) {
			section_apply(configuration, &configuration->sections[i], chains);
		}
	}
	return 0;
}

static int matches_apply(struct configuration *configuration, const struct match_login *login,
			 struct chain *chains, struct problem *problem)
{
	size_t i;

	for (i = 0; i < configuration->section_count; i++) {
		const struct section *section = &configuration->sections[i];
		bool holds;
		int err;

		if (match_is_default(&section->match)) {
			continue;
		}
		err = match_holds(&section->match, login, &holds);
		if (err < 0) {
			problem_set(problem, file_of(configuration, section), section->line,
				    "rhost= cannot be compared: the login's remote host is a name; "
				    "set UseDNS no in sshd_config");
			return err;
		}
		if (holds) {
			section_apply(configuration, section, chains);
		}
	}
	return 0;
}

enum needed {
	NEEDED_MOUNT = 1u << 0,
	NEEDED_PID = 1u << 1,
	NEEDED_ALL = NEEDED_MOUNT | NEEDED_PID,
};

static unsigned int needed_in(const struct setting *setting)
{
	const char *item = setting->text;
	unsigned int needed = 0;
	uint32_t i;

	for (i = 0; i < setting->items; i++) {
		if (strcmp(item, "mount") == 0) {
			needed |= NEEDED_MOUNT;
		} else if (strcmp(item, "pid") == 0) {
			needed |= NEEDED_PID;
		}
		item += strlen(item) + 1;
	}
	return needed;
}

/*
 * A space without its own mounts and processes is none. Checked for each section, not for the sum
 * that a login happens to get: so a mistake shows before the first login that it is about. *NEEDED
 * comes with what [default] sections before have named.
 */
static int namespaces_check(const struct configuration *configuration,
			    const struct section *section, unsigned int *needed,
			    struct problem *problem)
{
	const struct setting *last = NULL;
	uint32_t i;

	for (i = section->first; i < section->first + section->count; i++) {
		const struct setting *setting = &configuration->settings[i];

		if (setting->key == KEY_NAMESPACES) {
			*needed = setting->items == 0 ? 0 : *needed | needed_in(setting);
			last = setting;
		}
	}
	if (last == NULL || *needed == NEEDED_ALL) {
		return 0;
	}
	problem_set(problem, file_of(configuration, section), last->line,
		    "namespaces needs mount and pid; %s is missing",
		    (*needed & NEEDED_MOUNT) != 0 ? "pid" : "mount");
	return -EINVAL;
}

static int all_namespaces_check(const struct configuration *configuration, struct problem *problem)
{
	unsigned int in_default = 0;
	int defaults;

	for (defaults = 1; defaults >= 0; defaults--) {
		size_t i;

		for (i = 0; i < configuration->section_count; i++) {
			const struct section *section = &configuration->sections[i];
			unsigned int needed = in_default;
			int err;

			if (match_is_default(&section->match) != (defaults == 1)) {
				continue;
			}
			err = namespaces_check(configuration, section, &needed, problem);
			if (err < 0) {
				return err;
			}
			in_default = defaults == 1 ? needed : in_default;
		}
	}
	return 0;
}

/* Room for all items of the policy, and for the default lists in pieces. */
static int items_allocate(struct configuration *configuration, const struct chain *chains)
{
	size_t items = 0, bytes = 0;
	unsigned int key;

	for (key = 0; key < KEY_COUNT; key++) {
		uint32_t at;

		if (!chains[key].said) { /* a list of N bytes has fewer items */
			items += strlen(key_about((enum key)key)->fallback) + 1;
			bytes += strlen(key_about((enum key)key)->fallback) + 1;
		}
		for (at = chains[key].first; at != NONE; at = configuration->settings[at].next) {
			items += configuration->settings[at].items;
		}
	}
	free(configuration->items);
	free(configuration->defaults);
	configuration->items = calloc(items + 1, sizeof(*configuration->items));
	configuration->defaults = calloc(bytes + 1, 1);
	return configuration->items == NULL || configuration->defaults == NULL ? -ENOMEM : 0;
}

/* From *ITEMS on, which is moved; texts of a default from *TEXTS on. */
static struct policy_value value_of(const struct configuration *configuration, enum key key,
				    const struct chain *chain, struct policy_item **items,
				    char **texts)
{
	const char *fallback = key_about(key)->fallback;
	struct policy_value value = { .items = *items };
	uint32_t at, i;

	if (!chain->said) {
		const char *item = fallback;
		size_t length = strlen(fallback);

		while (key_about(key)->list
			       ? value_next(&fallback, VALUE_SEPARATORS, &item, &length)
			       : value.count == 0) {
			memcpy(*texts, item, length); /* calloc has put the NUL behind it */
			value.items[value.count++] = (struct policy_item){ .text = *texts };
			*texts += length + 1;
		}
	}
	for (at = chain->first; at != NONE; at = configuration->settings[at].next) {
		const struct setting *setting = &configuration->settings[at];
		const char *text = setting->text;

		for (i = 0; i < setting->items; i++) {
			value.items[value.count++] = (struct policy_item){
				.text = text,
				.file = file_of(configuration,
						&configuration->sections[setting->section]),
				.line = setting->line,
			};
			text += strlen(text) + 1;
		}
	}
	*items += value.count;
	return value;
}

/* FNV-1a of 64 bits, with the NUL: "ab" "c" is not "a" "bc". */
static uint64_t digest_add(uint64_t digest, const char *text)
{
	do {
		digest = (digest ^ (unsigned char)*text) * UINT64_C(1099511628211);
	} while (*text++ != '\0');
	return digest;
}

static uint64_t digest_of(const struct policy *policy)
{
	uint64_t digest = UINT64_C(14695981039346656037);
	unsigned int key;
	size_t i;

	for (key = 0; key < KEY_COUNT; key++) {
		digest = digest_add(digest, key_about((enum key)key)->name);
		for (i = 0; i < policy->values[key].count; i++) {
			digest = digest_add(digest, policy->values[key].items[i].text);
		}
	}
	return digest;
}

static bool names_root(const struct configuration *configuration, const struct chain *chain)
{
	const struct setting *setting;

	if (!chain->said) {
		return false;
	}
	setting = &configuration->settings[chain->first];
	return match_has(&configuration->sections[setting->section].match, MATCH_USER, "root");
}

static int policy_make(struct configuration *configuration, const struct chain *chains,
		       struct policy *ret_policy, struct problem *problem)
{
	struct policy policy = { .root_named = false };
	struct policy_item *items;
	char *texts;
	unsigned int key;

	if (items_allocate(configuration, chains) < 0) {
		problem_set(problem, NULL, 0, "out of memory");
		return -ENOMEM;
	}
	items = configuration->items;
	texts = configuration->defaults;
	for (key = 0; key < KEY_COUNT; key++) {
		policy.values[key] =
			value_of(configuration, (enum key)key, &chains[key], &items, &texts);
	}
	policy.root_named = names_root(configuration, &chains[KEY_ISOLATE]);
	policy.digest = digest_of(&policy);
	*ret_policy = policy;
	return 0;
}

int configuration_resolve(struct configuration *configuration, const struct match_login *login,
			  struct policy *ret_policy, struct problem *problem)
{
	struct chain chains[KEY_COUNT];
	int err = all_namespaces_check(configuration, problem);

	if (err < 0) {
		return err;
	}
	defaults_apply(configuration, chains);
	err = matches_apply(configuration, login, chains, problem);
	return err < 0 ? err : policy_make(configuration, chains, ret_policy, problem);
}

int configuration_preview(struct configuration *configuration, const struct section *section,
			  struct policy *ret_policy, struct problem *problem)
{
	struct chain chains[KEY_COUNT];

	defaults_apply(configuration, chains);
	if (section != NULL && !match_is_default(&section->match)) { /* those are in already */
		section_apply(configuration, section, chains);
	}
	return policy_make(configuration, chains, ret_policy, problem);
}
