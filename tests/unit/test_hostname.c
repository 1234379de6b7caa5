/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/hostname.c */
/*
 * test_hostname.c - templates, and that whatever a user is called, a host name comes of it.
 */
#include "hostname.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "count.h"

static void templates(void **state)
{
	static const char *const good[] = {
		"%h", "%u-%h", "a", "Box.example.org", "%u%U%h%i%s%%", "0",
	};
	static const char *const bad[] = {
		"", "-a", ".a", "a b", "a_b", "%", "a%", "%x", "%H", "h\xc3\xb6st", "a/b", "%%%",
	};
	char long_one[PLAN_TEMPLATE_SIZE + 1];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		assert_int_equal(hostname_template_check(good[i]), 0);
	}
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(hostname_template_check(bad[i]), -EINVAL);
	}
	memset(long_one, 'a', sizeof(long_one));
	long_one[PLAN_TEMPLATE_SIZE] = '\0';
	assert_int_equal(hostname_template_check(long_one), -EINVAL);
	long_one[PLAN_TEMPLATE_SIZE - 1] = '\0';
	assert_int_equal(hostname_template_check(long_one), 0);
}

struct expansion {
	const char *template, *user, *name;
};

static void expansions(void **state)
{
	static const struct expansion table[] = {
		{ "%h", "alice", "box.example.org" },
		{ "%u-%h", "alice", "alice-box.example.org" },
		{ "%u.%U.%i.%s", "alice", "alice.1000.1000-3.sshd" },
		{ "a%%b", "alice", "a-b" },
		{ "%u", "CORP\\alice b", "CORP-alice-b" },
		{ "%u", "_apt", "apt" },
		{ "%u", "..a..b..", "a.b" },
		{ "%u", "___", "space" },
		{ "%u", "", "space" },
		{ "%u", "j\xc3\xb6rg", "j--rg" },
		{ "x%u", "\n\033", "x" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(table); i++) {
		const struct hostname_words words = {
			.user = table[i].user,
			.uid = "1000",
			.host = "box.example.org",
			.id = "1000-3",
			.service = "sshd",
		};
		char name[PLAN_HOSTNAME_SIZE];

		memset(name, 'Z', sizeof(name));
		hostname_expand(table[i].template, &words, name);
		assert_string_equal(name, table[i].name);
	}
}

static void long_ones_are_cut(void **state)
{
	char user[300], name[PLAN_HOSTNAME_SIZE];
	const struct hostname_words words = {
		.user = user, .uid = "1", .host = "h", .id = "1-0", .service = "su"
	};

	(void)state;
	memset(user, 'u', sizeof(user) - 1);
	user[sizeof(user) - 1] = '\0';
	hostname_expand("%u%u", &words, name);
	assert_int_equal(strlen(name), 64);
	/* The cut leaves no '.' at the end. */
	user[63] = '.';
	hostname_expand("%u", &words, name);
	assert_int_equal(strlen(name), 63);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates),
		cmocka_unit_test(expansions),
		cmocka_unit_test(long_ones_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
