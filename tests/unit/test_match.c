/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/match.c lib/names.c lib/value.c lib/value_network.c lib/hostname.c lib/quote.c */
/*
 * test_match.c - headers, good and bad, and which logins they mean.
 */
#include "match.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "count.h"

struct bad {
	const char *header, *phrase;
};

static void bad_headers(void **state)
{
	static const struct bad table[] = {
		{ "[", "no ] ends" },
		{ "[match user=alice", "no ] ends" },
		{ "[]", "unknown section \"\"" },
		{ "[defaults]", "unknown section \"defaults\"; there are [default] and [match" },
		{ "[Default]", "unknown section" },
		{ "[matches user=a]", "unknown section" },
		{ "[default user=alice]", "takes no condition" },
		{ "[match]", "needs a condition" },
		{ "[ match ]", "needs a condition" },
		{ "[match user]", "the condition \"user\" has no value right behind its =" },
		{ "[match user=]", "the condition \"user\" has no value" },
		{ "[match user= alice]", "the condition \"user\" has no value" },
		{ "[match user = alice]", "the condition \"user\" has no value" },
		{ "[match user=alice bob]", "unknown condition \"bob\"; there are user, group," },
		{ "[match users=alice]", "unknown condition \"users\"" },
		{ "[match =alice]", "unknown condition \"\"" },
		{ "[match user=a user=b]", "the condition \"user\" is there twice" },
		{ "[match user=a,,b]", "user= has a comma too many" },
		{ "[match user=a,]", "user= has a comma too many" },
		{ "[match group=,a]", "group= has a comma too many" },
		{ "[match service=a/b]", "service= takes names of PAM services, not \"a/b\"" },
		{ "[match uid=alice]", "uid= takes numbers and ranges such as 1000-1999, not" },
		{ "[match uid=2-1]", "uid= takes numbers" },
		{ "[match uid=4294967295]", "uid= takes numbers" },
		{ "[match uid=1-2-3]", "uid= takes numbers" },
		{ "[match rhost=box.example.org]", "rhost= takes addresses and prefixes" },
		{ "[match rhost=10.0.0.1/8]", "rhost= takes prefixes that are zero behind" },
		{ "[match rhost=10.0.0.0/8,x]", "not \"x\"" },
		{ "[match rhost=[::1]]", "more text after the header: \"]\"" },
		{ "[match user=a] x", "more text after the header: \"x\"" },
		{ "[match user=a]x", "more text after the header" },
		{ "[m\033atch]", "\"m\\x1batch\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(table); i++) {
		struct match match = { { "untouched" } };
		char text[128], why[256] = "";

		(void)snprintf(text, sizeof(text), "%s", table[i].header);
		if (match_parse(text, &match, why, sizeof(why)) != -EINVAL ||
		    strstr(why, table[i].phrase) == NULL) {
			fail_msg("%s: %s", table[i].header, why);
		}
		assert_string_equal(match.values[0], "untouched");
	}
}

static void good_headers(void **state)
{
	char all[] = "[match\tuser=a,b  group=c service=sshd uid=1,2-3 rhost=::1 ] ; so it is";
	char plain[] = "[ default ]# comment";
	struct match match;
	char why[256];

	(void)state;
	assert_int_equal(match_parse(all, &match, why, sizeof(why)), 0);
	assert_false(match_is_default(&match));
	assert_string_equal(match.values[MATCH_USER], "a,b");
	assert_string_equal(match.values[MATCH_GROUP], "c");
	assert_string_equal(match.values[MATCH_SERVICE], "sshd");
	assert_string_equal(match.values[MATCH_UID], "1,2-3");
	assert_string_equal(match.values[MATCH_RHOST], "::1");
	assert_true(match_has(&match, MATCH_USER, "b"));
	assert_false(match_has(&match, MATCH_USER, "a,b"));
	assert_false(match_has(&match, MATCH_GROUP, "b"));

	assert_int_equal(match_parse(plain, &match, why, sizeof(why)), 0);
	assert_true(match_is_default(&match));
	assert_false(match_has(&match, MATCH_USER, "a"));
}

/* alice 1000 (in 100, 2000), bob 1001, twin 1000; staff 2000, wheel 10, ldap 3000. */
static const struct {
	enum names_kind kind;
	uint32_t id;
	const char *text;
} KNOWN[] = {
	{ NAMES_USER, 1000, "alice" },  { NAMES_USER, 1001, "bob" },  { NAMES_USER, 1000, "twin" },
	{ NAMES_GROUP, 2000, "staff" }, { NAMES_GROUP, 10, "wheel" }, { NAMES_GROUP, 3000, "ldap" },
	{ NAMES_GROUP, 1001, "bob" },
};

struct meant {
	const char *header, *service, *rhost;
	int outcome; /* 1, 0 or an errno */
};

static const struct meant MEANT[] = {
	{ "[default]", "sshd", "", 1 },
	{ "[match user=alice]", "sshd", "", 1 },
	{ "[match user=bob]", "sshd", "", 0 },
	{ "[match user=bob,alice]", "sshd", "", 1 },
	{ "[match user=twin]", "sshd", "", 1 },
	{ "[match group=staff]", "sshd", "", 1 },
	{ "[match group=wheel]", "sshd", "", 0 },
	{ "[match group=bob]", "sshd", "", 0 },
	{ "[match group=wheel,staff]", "sshd", "", 1 },
	{ "[match group=ldap]", "sshd", "", 1 },
	{ "[match service=sshd]", "sshd", "", 1 },
	{ "[match service=sshd]", "sshd2", "", 0 },
	{ "[match service=login,su]", "su", "", 1 },
	{ "[match uid=1000]", "sshd", "", 1 },
	{ "[match uid=500-999,1001-2000]", "sshd", "", 0 },
	{ "[match uid=500-999,1000-2000]", "sshd", "", 1 },
	{ "[match rhost=192.0.2.0/24]", "sshd", "192.0.2.9", 1 },
	{ "[match rhost=192.0.2.0/24]", "sshd", "::ffff:192.0.2.9", 1 },
	{ "[match rhost=192.0.2.0/24]", "sshd", "192.0.3.9", 0 },
	{ "[match rhost=192.0.2.0/24,2001:db8::/32]", "sshd", "2001:db8::9", 1 },
	{ "[match rhost=fe80::/10]", "sshd", "fe80::1%eth0", 1 },
	{ "[match rhost=::/0,0.0.0.0/0]", "sshd", "", 0 },
	{ "[match rhost=0.0.0.0/0]", "sshd", "box.example.org", -EDESTADDRREQ },
	{ "[match rhost=0.0.0.0/0]", "sshd", "UNKNOWN", -EDESTADDRREQ },
	{ "[match rhost=0.0.0.0/0]", "sshd", "192.0.2.1.example.org", -EDESTADDRREQ },
	{ "[match user=bob rhost=0.0.0.0/0]", "sshd", "box.example.org", 0 },
	{ "[match user=alice rhost=0.0.0.0/0]", "sshd", "box.example.org", -EDESTADDRREQ },
	{ "[match user=alice group=staff service=sshd uid=1000 rhost=::/0]", "sshd", "::1", 1 },
	{ "[match user=alice group=wheel service=sshd uid=1000 rhost=::/0]", "sshd", "::1", 0 },
	{ "[match user=alice group=staff service=su uid=1000 rhost=::/0]", "sshd", "::1", 0 },
	{ "[match user=alice group=staff service=sshd uid=1 rhost=::/0]", "sshd", "::1", 0 },
	{ "[match user=alice group=staff service=sshd uid=1000 rhost=::2]", "sshd", "::1", 0 },
};

static int outcome_of(const struct match *match, const struct meant *meant,
		      const struct names *names)
{
	static const gid_t groups[] = { 100, 2000 };
	struct match_login login = {
		.uid = 1000,
		.service = meant->service,
		.groups = groups,
		.group_count = COUNT(groups),
		.names = names,
	};
	bool holds = false;
	int err;

	login.rhost = match_rhost(meant->rhost, &login.address);
	err = match_holds(match, &login, &holds);
	return err < 0 ? err : (int)holds;
}

static void logins(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(MEANT); i++) {
		struct names names = { 0 };
		struct match match;
		char text[128], why[256];

		(void)snprintf(text, sizeof(text), "%s", MEANT[i].header);
		assert_int_equal(match_parse(text, &match, why, sizeof(why)), 0);
		assert_int_equal(match_names(&match, &names, "f", 1), 0);
		for (j = 0; j < COUNT(KNOWN); j++) {
			struct name *name = names_find(&names, KNOWN[j].kind, KNOWN[j].text,
						       strlen(KNOWN[j].text));

			if (name != NULL) {
				names_set(&names, name, KNOWN[j].id, 0);
				/* As the group's own entry may say. */
				name->member = strcmp(KNOWN[j].text, "ldap") == 0;
			}
		}
		assert_int_equal(names.unknown[NAMES_USER] + names.unknown[NAMES_GROUP], 0);
		if (outcome_of(&match, &MEANT[i], &names) != MEANT[i].outcome) {
			fail_msg("%s %s %s", MEANT[i].header, MEANT[i].service, MEANT[i].rhost);
		}
		names_free(&names);
	}
}

/* Who has no groups at all, or a name that was not looked up, is in none. */
static void nothing_is_known(void **state)
{
	char text[] = "[match group=staff]";
	struct names names = { 0 };
	struct match_login login = { .uid = 1, .service = "sshd", .names = &names };
	struct match match;
	char why[256];
	bool holds = true;

	(void)state;
	assert_int_equal(match_parse(text, &match, why, sizeof(why)), 0);
	assert_int_equal(match_holds(&match, &login, &holds), 0);
	assert_false(holds);
	assert_int_equal(match_names(&match, &names, "f", 1), 0);
	names_set(&names, &names.list[0], 0, 0);
	assert_int_equal(match_holds(&match, &login, &holds), 0);
	assert_false(holds);
	names_free(&names);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_headers),
		cmocka_unit_test(good_headers),
		cmocka_unit_test(logins),
		cmocka_unit_test(nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
