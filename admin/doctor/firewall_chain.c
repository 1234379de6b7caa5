/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firewall_chain.c - what nft(8) prints as JSON. Used by `loginspace doctor`. Pure.
 */
#include "firewall_chain.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ruleset.h"

/* A text of OBJECT, "" when it has none of this name. */
static const char *text_of(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value) ||
	    !json_object_is_type(value, json_type_string)) {
		return "";
	}
	return json_object_get_string(value);
}

/* The array of all objects. NULL: it is none. *RET_ROOT is to be put. */
static struct json_object *items_parse(const char *text, struct json_object **ret_root)
{
	struct json_object *root = json_tokener_parse(text), *items;

	if (!json_object_object_get_ex(root, "nftables", &items) ||
	    !json_object_is_type(items, json_type_array)) {
		(void)json_object_put(root);
		return NULL;
	}
	*ret_root = root;
	return items;
}

static bool is_concerned(struct json_object *chain)
{
	const char *family = text_of(chain, "family");

	return strcmp(text_of(chain, "hook"), "forward") == 0 &&
	       (strcmp(family, "ip") == 0 || strcmp(family, "ip6") == 0 ||
		strcmp(family, "inet") == 0) &&
	       (strcmp(family, "inet") != 0 || strcmp(text_of(chain, "table"), RULESET_TABLE) != 0);
}

static void chain_fill(struct json_object *object, struct firewall_chain *chain)
{
	(void)snprintf(chain->family, sizeof(chain->family), "%s", text_of(object, "family"));
	(void)snprintf(chain->table, sizeof(chain->table), "%s", text_of(object, "table"));
	(void)snprintf(chain->name, sizeof(chain->name), "%s", text_of(object, "name"));
	chain->drops = strcmp(text_of(object, "policy"), "drop") == 0;
}

int firewall_chains(const char *text, struct firewall_chain **ret_chains, size_t *ret_count)
{
	struct json_object *root = NULL, *items = items_parse(text, &root), *object;
	struct firewall_chain *chains;
	size_t count = 0, i;

	if (items == NULL) {
		return -EBADMSG;
	}
	chains = calloc(json_object_array_length(items) + 1, sizeof(*chains));
	for (i = 0; chains != NULL && i < json_object_array_length(items); i++) {
		if (json_object_object_get_ex(json_object_array_get_idx(items, i), "chain",
					      &object) &&
		    is_concerned(object)) {
			chain_fill(object, &chains[count++]);
		}
	}
	(void)json_object_put(root);
	if (chains == NULL) {
		return -ENOMEM;
	}
	*ret_chains = chains;
	*ret_count = count;
	return 0;
}

/* Is it one that every packet meets, and that ends its way? */
static bool drops_all(struct json_object *statements)
{
	bool drops = false;
	size_t i;

	for (i = 0; i < json_object_array_length(statements); i++) {
		struct json_object *statement = json_object_array_get_idx(statements, i);

		if (json_object_object_get_ex(statement, "drop", NULL) ||
		    json_object_object_get_ex(statement, "reject", NULL)) {
			drops = true;
		} else if (!json_object_object_get_ex(statement, "counter", NULL) &&
			   !json_object_object_get_ex(statement, "log", NULL)) {
			return false;
		}
	}
	return drops;
}

/* iifname "ls*", with which an administrator accepts what comes from spaces. */
static bool names_ours(struct json_object *statement)
{
	struct json_object *match, *left, *meta;

	return json_object_object_get_ex(statement, "match", &match) &&
	       json_object_object_get_ex(match, "left", &left) &&
	       json_object_object_get_ex(left, "meta", &meta) &&
	       strcmp(text_of(meta, "key"), "iifname") == 0 &&
	       strcmp(text_of(match, "op"), "==") == 0 &&
	       strncmp(text_of(match, "right"), "ls", 2) == 0;
}

static bool accepts_ours(struct json_object *statements)
{
	bool ours = false, accepts = false;
	size_t i;

	for (i = 0; i < json_object_array_length(statements); i++) {
		struct json_object *statement = json_object_array_get_idx(statements, i);

		ours = ours || names_ours(statement);
		accepts = accepts || json_object_object_get_ex(statement, "accept", NULL);
	}
	return ours && accepts;
}

enum firewall_fate firewall_fate(const char *text, const struct firewall_chain *chain)
{
	struct json_object *root = NULL, *items = items_parse(text, &root), *rule, *statements;
	bool drops = chain->drops, accepts = false;
	size_t i;

	if (items == NULL) {
		return drops ? FIREWALL_DROPS : FIREWALL_UNKNOWN;
	}
	for (i = 0; i < json_object_array_length(items); i++) {
		if (!json_object_object_get_ex(json_object_array_get_idx(items, i), "rule",
					       &rule) ||
		    !json_object_object_get_ex(rule, "expr", &statements) ||
		    !json_object_is_type(statements, json_type_array)) {
			continue;
		}
		/* Such a rule may also stand in a chain that this one jumps to. */
		accepts = accepts || accepts_ours(statements);
		drops = drops ||
			(strcmp(text_of(rule, "chain"), chain->name) == 0 && drops_all(statements));
	}
	(void)json_object_put(root);
	if (!drops) {
		return FIREWALL_PASSES;
	}
	return accepts ? FIREWALL_ACCEPTS_OURS : FIREWALL_DROPS;
}

bool firewall_name_is_plain(const char *name)
{
	static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-.";

	return name[0] != '\0' && name[0] != '-' && name[strspn(name, PLAIN)] == '\0';
}
