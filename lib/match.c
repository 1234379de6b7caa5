/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * match.c - the header of a section, and whether a login is meant by it. Pure.
 */
#include "match.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quote.h"

#define BLANKS " \t"

/* No uid: (uid_t)-1 means "none" to the kernel. */
#define UID_HIGHEST (UINT32_MAX - 1)

/* What is quoted of a header: enough to find it. */
#define SHOWN_SIZE 64

/* Is the item good? If not: a phrase, what a good one is. */
static const char *user_check(const char *item, size_t length)
{
	(void)item;
	return length > 0 ? NULL : "takes names of users";
}

static const char *group_check(const char *item, size_t length)
{
	(void)item;
	return length > 0 ? NULL : "takes names of groups";
}

static const char *service_check(const char *item, size_t length)
{
	char service[VALUE_LENGTH_MAX + 1];

	if (length >= sizeof(service)) {
		return "takes names of PAM services, no longer ones";
	}
	memcpy(service, item, length);
	service[length] = '\0';
	return value_is_service(service) ? NULL : "takes names of PAM services";
}

static const char *uid_check(const char *item, size_t length)
{
	uint32_t low, high;

	return value_range(item, length, UID_HIGHEST, &low, &high) == 0
		       ? NULL
		       : "takes numbers and ranges such as 1000-1999";
}

static const char *rhost_check(const char *item, size_t length)
{
	struct value_prefix prefix;

	switch (value_prefix(item, length, &prefix)) {
	case 0:
		return NULL;
	case -ERANGE:
		return "takes prefixes that are zero behind their length, such as 10.0.0.0/8";
	default:
		return "takes addresses and prefixes such as 10.0.0.0/8 and 2001:db8::/32";
	}
}

/* True when one of the items does; see match_holds(). */
static bool user_holds(const char *item, size_t length, const struct match_login *login)
{
	const struct name *name = names_find(login->names, NAMES_USER, item, length);

	return name != NULL && name->known && name->id == login->uid;
}

static int compare_gids(const void *left, const void *right)
{
	const gid_t a = *(const gid_t *)left, b = *(const gid_t *)right;

	return (a > b) - (a < b);
}

static bool group_holds(const char *item, size_t length, const struct match_login *login)
{
	const struct name *name = names_find(login->names, NAMES_GROUP, item, length);

	if (name == NULL || !name->known) {
		return false;
	}
	return name->member ||
	       (login->group_count > 0 && bsearch(&name->id, login->groups, login->group_count,
						  sizeof(gid_t), compare_gids) != NULL);
}

static bool service_holds(const char *item, size_t length, const struct match_login *login)
{
	return strlen(login->service) == length && memcmp(login->service, item, length) == 0;
}

static bool uid_holds(const char *item, size_t length, const struct match_login *login)
{
	uint32_t low, high;

	return value_range(item, length, UID_HIGHEST, &low, &high) == 0 && login->uid >= low &&
	       login->uid <= high;
}

static bool rhost_holds(const char *item, size_t length, const struct match_login *login)
{
	struct value_prefix prefix;

	return login->rhost == RHOST_ADDRESS && value_prefix(item, length, &prefix) == 0 &&
	       value_prefix_holds(&prefix, &login->address);
}

struct condition {
	const char *name;
	const char *(*check)(const char *item, size_t length);
	bool (*holds)(const char *item, size_t length, const struct match_login *login);
};

static const struct condition CONDITIONS[MATCH_CONDITIONS] = {
	[MATCH_USER] = { "user", user_check, user_holds },
	[MATCH_GROUP] = { "group", group_check, group_holds },
	[MATCH_SERVICE] = { "service", service_check, service_holds },
	[MATCH_UID] = { "uid", uid_check, uid_holds },
	[MATCH_RHOST] = { "rhost", rhost_check, rhost_holds },
};

#define CONDITION_NAMES "user, group, service, uid and rhost"

/* A sentence about a part of the header. */
static int wrong(char *why, size_t size, const char *before, const char *part, size_t length,
		 const char *after)
{
	char shown[SHOWN_SIZE], quoted[QUOTE_SIZE(SHOWN_SIZE)];

	(void)snprintf(shown, sizeof(shown), "%.*s",
		       (int)(length < SHOWN_SIZE ? length : SHOWN_SIZE), part);
	(void)snprintf(why, size, "%s%s%s", before, quote(quoted, sizeof(quoted), shown), after);
	return -EINVAL;
}

/* Every item between two commas, an empty one, too. */
static int items_check(const struct condition *condition, const char *value, char *why, size_t size)
{
	const char *item = value;

	for (;;) {
		const size_t length = (size_t)(strchrnul(item, ',') - item);
		const char *phrase =
			length == 0 ? "has a comma too many" : condition->check(item, length);
		char before[128];

		if (phrase != NULL) {
			(void)snprintf(before, sizeof(before), "%s= %s, not ", condition->name,
				       phrase);
			return wrong(why, size, before, item, length, "");
		}
		if (item[length] == '\0') {
			return 0;
		}
		item += length + 1;
	}
}

/* One "name=value", with a NUL behind it. */
static int condition_parse(char *word, struct match *match, char *why, size_t size)
{
	const size_t length = (size_t)(strchrnul(word, '=') - word);
	size_t i;

	for (i = 0; i < MATCH_CONDITIONS; i++) {
		if (strncmp(CONDITIONS[i].name, word, length) == 0 &&
		    CONDITIONS[i].name[length] == '\0') {
			break;
		}
	}
	if (i == MATCH_CONDITIONS) {
		return wrong(why, size, "unknown condition ", word, length,
			     "; there are " CONDITION_NAMES);
	}
	if (word[length] == '\0' || word[length + 1] == '\0') {
		return wrong(why, size, "the condition ", word, length,
			     " has no value right behind its =");
	}
	if (match->values[i] != NULL) {
		return wrong(why, size, "the condition ", word, length,
			     " is there twice; several values go by comma");
	}
	match->values[i] = word + length + 1;
	return items_check(&CONDITIONS[i], match->values[i], why, size);
}

static int conditions_parse(char *words, struct match *match, char *why, size_t size)
{
	bool any = false;

	for (words += strspn(words, BLANKS); *words != '\0'; words += strspn(words, BLANKS)) {
		char *word = words;
		int err;

		words += strcspn(words, BLANKS);
		if (*words != '\0') {
			*words++ = '\0';
		}
		err = condition_parse(word, match, why, size);
		if (err < 0) {
			return err;
		}
		any = true;
	}
	if (!any) {
		(void)snprintf(why, size,
			       "[match] needs a condition; what is meant for all goes "
			       "into [default]");
		return -EINVAL;
	}
	return 0;
}

int match_parse(char *text, struct match *ret_match, char *why, size_t size)
{
	struct match match = { { NULL } };
	char *end = strchr(text, ']');
	size_t length;
	int err;

	if (end == NULL) {
		return wrong(why, size, "no ] ends the header ", text, strlen(text), "");
	}
	*end++ = '\0';
	end += strspn(end, BLANKS);
	if (*end != '\0' && *end != '#' && *end != ';') {
		return wrong(why, size, "more text after the header: ", end, strlen(end), "");
	}
	text++;
	text += strspn(text, BLANKS);
	length = strcspn(text, BLANKS);
	if (length == 5 && memcmp(text, "match", length) == 0) {
		err = conditions_parse(text + length, &match, why, size);
		if (err < 0) {
			return err;
		}
	} else if (length != 7 || memcmp(text, "default", length) != 0) {
		return wrong(why, size, "unknown section ", text, strlen(text),
			     "; there are [default] and [match ...]");
	} else if (text[length + strspn(text + length, BLANKS)] != '\0') {
		return wrong(why, size, "[default] takes no condition: ", text, strlen(text), "");
	}
	*ret_match = match;
	return 0;
}

bool match_is_default(const struct match *match)
{
	size_t i;

	for (i = 0; i < MATCH_CONDITIONS; i++) {
		if (match->values[i] != NULL) {
			return false;
		}
	}
	return true;
}

int match_names(const struct match *match, struct names *names, const char *file, unsigned int line)
{
	static const enum match_condition conditions[NAMES_KINDS] = {
		[NAMES_USER] = MATCH_USER,
		[NAMES_GROUP] = MATCH_GROUP,
	};
	unsigned int kind;

	for (kind = 0; kind < NAMES_KINDS; kind++) {
		const char *cursor = match->values[conditions[kind]];
		const char *item;
		size_t length;

		while (cursor != NULL && value_next(&cursor, ",", &item, &length)) {
			int err = names_add(names, (enum names_kind)kind, item, length, file, line);

			if (err < 0) {
				return err;
			}
		}
	}
	return 0;
}

bool match_has(const struct match *match, enum match_condition condition, const char *item)
{
	const char *cursor = match->values[condition];
	const char *other;
	size_t length;

	while (cursor != NULL && value_next(&cursor, ",", &other, &length)) {
		if (strlen(item) == length && memcmp(item, other, length) == 0) {
			return true;
		}
	}
	return false;
}

enum match_rhost match_rhost(const char *rhost, struct value_address *ret_address)
{
	if (rhost[0] == '\0') {
		return RHOST_NONE;
	}
	return value_address(rhost, strlen(rhost), ret_address) == 0 ? RHOST_ADDRESS : RHOST_NAME;
}

static bool condition_holds(const struct match *match, size_t i, const struct match_login *login)
{
	const char *cursor = match->values[i];
	const char *item;
	size_t length;

	while (value_next(&cursor, ",", &item, &length)) {
		if (CONDITIONS[i].holds(item, length, login)) {
			return true;
		}
	}
	return false;
}

int match_holds(const struct match *match, const struct match_login *login, bool *ret_holds)
{
	bool holds = true;
	size_t i;

	_Static_assert(MATCH_RHOST == MATCH_CONDITIONS - 1, "the one that can fail is the last");
	for (i = 0; i < MATCH_CONDITIONS && holds; i++) {
		if (match->values[i] == NULL) {
			continue;
		}
		if (i == MATCH_RHOST && login->rhost == RHOST_NAME) {
			return -EDESTADDRREQ;
		}
		holds = condition_holds(match, i, login);
	}
	*ret_holds = holds;
	return 0;
}
