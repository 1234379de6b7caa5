/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/match.c lib/names.c lib/value.c lib/value_network.c lib/hostname.c lib/quote.c */
/*
 * fuzz_match.c - any header of a section and any remote host: the input is two lines.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "match.h"

/* One bit of an address, the first one is number 0. */
static unsigned int bit_of(const struct value_address *address, unsigned int i)
{
	return ((unsigned int)address->bytes[i / 8] >> (7 - i % 8)) & 1u;
}

/* The rule written once more, bit by bit. */
static bool holds(const struct value_prefix *prefix, const struct value_address *address)
{
	bool of_4 = true;
	unsigned int i;

	for (i = 0; i < 96; i++) {
		of_4 = of_4 && bit_of(address, i) == (i >= 80);
	}
	if (of_4 && prefix->bits < 96) {
		return false;
	}
	for (i = 0; i < prefix->bits; i++) {
		if (bit_of(&prefix->address, i) != bit_of(address, i)) {
			return false;
		}
	}
	return true;
}

/* What rhost= says of an address. */
static bool rhost_holds(const struct match *match, const struct value_address *address)
{
	const char *cursor = match->values[MATCH_RHOST];
	const char *item;
	size_t length;

	while (value_next(&cursor, ",", &item, &length)) {
		struct value_prefix prefix;

		MUST(value_prefix(item, length, &prefix) == 0);
		MUST(prefix.bits <= 128);
		MUST(value_prefix_holds(&prefix, address) == holds(&prefix, address));
		if (holds(&prefix, address)) {
			return true;
		}
	}
	return false;
}

/* Every name gets a number, so that some are the login's. */
static void names_know(struct names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		struct name *name = &names->list[i];

		MUST(name->length > 0);
		MUST(names_find(names, name->kind, name->text, name->length) == name);
		names_set(names, name, (uint32_t)name->text[0], 0);
	}
	MUST(names->unknown[NAMES_USER] == 0 && names->unknown[NAMES_GROUP] == 0);
}

static void must_decide(const struct match *match, const char *rhost, const struct names *names)
{
	static const gid_t groups[] = { 'A', 'g', 's' };
	struct match_login login = {
		.uid = 'a',
		.service = "sshd",
		.groups = groups,
		.group_count = sizeof(groups) / sizeof(groups[0]),
		.names = names,
	};
	struct match rest = *match;
	bool whole = true, part = true;
	int err;

	login.rhost = match_rhost(rhost, &login.address);
	MUST((login.rhost == RHOST_NONE) == (rhost[0] == '\0'));
	err = match_holds(match, &login, &whole);
	rest.values[MATCH_RHOST] = NULL;
	MUST(match_holds(&rest, &login, &part) == 0);
	if (match->values[MATCH_RHOST] == NULL) {
		MUST(err == 0 && whole == part);
	} else if (part && login.rhost == RHOST_NAME) {
		MUST(err == -EDESTADDRREQ);
	} else {
		MUST(err == 0);
		MUST(whole ==
		     (part && login.rhost == RHOST_ADDRESS && rhost_holds(match, &login.address)));
	}
}

static void must_parse(char *header, const char *rhost)
{
	struct names names = { 0 };
	struct match match = { { "untouched" } };
	char why[256] = "";
	int err = match_parse(header, &match, why, sizeof(why));

	if (err != 0) {
		MUST(err == -EINVAL);
		MUST(why[0] != '\0' && strpbrk(why, "\n\r\033") == NULL);
		MUST(strcmp(match.values[0], "untouched") == 0);
		return;
	}
	MUST(why[0] == '\0');
	MUST(match_names(&match, &names, "f", 1) == 0);
	MUST((names.count > 0) ==
	     (match.values[MATCH_USER] != NULL || match.values[MATCH_GROUP] != NULL));
	names_know(&names);
	must_decide(&match, rhost, &names);
	names_free(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	const size_t length = end == NULL ? size : (size_t)(end - data);
	char *header = strndup((const char *)data, length);
	char *rhost = end == NULL ? strdup("") : strndup((const char *)end + 1, size - length - 1);

	MUST(header != NULL && rhost != NULL);
	if (header[0] == '[') { /* see match.h */
		must_parse(header, rhost);
	}
	free(header);
	free(rhost);
	return 0;
}
