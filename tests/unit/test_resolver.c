/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/network/resolver_text.c lib/pool.c lib/value.c lib/value_network.c lib/hostname.c */
/*
 * test_resolver.c - resolv.conf(5) in the forms that hosts have, and what is made of it.
 */
#include "resolver_text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "count.h"

/* What is made of TEXT with its own servers, without the first line, which is a comment. */
static const char *remade(const char *text)
{
	static char made[RESOLVER_SIZE];
	struct resolver_file file;

	assert_int_equal(resolver_text_parse(text, &file), 0);
	memset(made, 'x', sizeof(made));
	resolver_text_make(&file, file.servers, file.count, made);
	assert_int_equal(made[0], '#');
	return strchr(made, '\n') + 1;
}

static struct value_address address(const char *text)
{
	struct value_address result;

	assert_int_equal(value_address(text, strlen(text), &result), 0);
	return result;
}

struct form {
	const char *text, *made;
};

static void forms(void **state)
{
	static const struct form table[] = {
		{ "", "" },
		{ "nameserver 192.0.2.1\n", "nameserver 192.0.2.1\n" },
		{ "nameserver 192.0.2.1", "nameserver 192.0.2.1\n" },
		{ "nameserver\t 192.0.2.1 \t\n\n\nnameserver 2001:db8::1 # second\n",
		  "nameserver 192.0.2.1\nnameserver 2001:db8::1\n" },
		{ "nameserver 2001:DB8:0::0:1\n", "nameserver 2001:db8::1\n" },
		{ "nameserver fe80::1%eth0\n", "nameserver fe80::1\n" },
		{ "nameserver ::ffff:192.0.2.1\n", "nameserver 192.0.2.1\n" },
		{ "# nameserver 192.0.2.1\n; nameserver 192.0.2.2\n", "" },
		/* The C library wants a keyword at the very beginning. */
		{ " nameserver 192.0.2.1\n", "" },
		{ "\tsearch example.org\n", "" },
		{ "nameservers 192.0.2.1\nNAMESERVER 192.0.2.1\nname 192.0.2.1\n", "" },
		{ "nameserver\nnameserver \nnameserver 192.0.2\nnameserver example.org\n", "" },
		{ "nameserver 192.0.2.256\nnameserver 192.0.2.1:53\nnameserver [2001:db8::1]\n",
		  "" },
		{ "search a.example b.example\nnameserver 192.0.2.1\n",
		  "nameserver 192.0.2.1\nsearch a.example b.example\n" },
		{ "domain  one.example\nsearch\t two.example \nsortlist 192.0.2.0/24\n",
		  "domain one.example\nsearch two.example\nsortlist 192.0.2.0/24\n" },
		{ "search .\n", "search .\n" },
		{ "options edns0 ndots:2\noptions rotate\n", "options edns0 ndots:2 rotate\n" },
		{ "options\n", "" },
		{ "lookup file bind\nfamily inet6\n\xef\xbb\xbfnameserver 192.0.2.1\n", "" },
		/* Nothing that a terminal or a program could take for something else. */
		{ "search a\033[31m\nsearch b\x7f\noptions x\r\nsearch c\n", "search c\n" },
		{ "nameserver 192.0.2.1\r\n", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(table); i++) {
		assert_string_equal(remade(table[i].text), table[i].made);
	}
}

static void round_trips(void **state)
{
	static const char text[] = "nameserver 192.0.2.1\nnameserver 2001:db8::1\n"
				   "search a.example\noptions edns0 trust-ad\n";
	char once[RESOLVER_SIZE];

	(void)state;
	assert_string_equal(remade(text), text);
	(void)snprintf(once, sizeof(once), "%s", remade(text));
	assert_string_equal(remade(once), once);
}

static void other_servers(void **state)
{
	const struct value_address others[] = { address("198.51.100.1"), address("2001:db8::53") };
	struct resolver_file file;
	char made[RESOLVER_SIZE];

	(void)state;
	assert_int_equal(resolver_text_parse("nameserver 127.0.0.53\nsearch a.example\n"
					     "options edns0 trust-ad ndots:1\n",
					     &file),
			 0);
	assert_true(file.trust_ad);
	resolver_text_make(&file, others, COUNT(others), made);
	assert_string_equal(strchr(made, '\n') + 1,
			    "nameserver 198.51.100.1\nnameserver 2001:db8::53\nsearch a.example\n"
			    "options edns0 ndots:1\n");
	/* As many, but another one. */
	resolver_text_make(&file, others, 1, made);
	assert_null(strstr(made, "trust-ad"));
	/* Not all of them. */
	assert_int_equal(resolver_text_parse("nameserver 192.0.2.1\nnameserver 192.0.2.2\n"
					     "options trust-ad\n",
					     &file),
			 0);
	resolver_text_make(&file, file.servers, 1, made);
	assert_string_equal(strchr(made, '\n') + 1, "nameserver 192.0.2.1\n");
	resolver_text_make(&file, file.servers, 2, made);
	assert_non_null(strstr(made, "\noptions trust-ad\n"));
}

static void many_servers(void **state)
{
	char text[64 * 64] = "", made[RESOLVER_SIZE];
	struct resolver_file file;
	unsigned int i;

	(void)state;
	for (i = 0; i < 64; i++) {
		(void)snprintf(text + strlen(text), 64, "nameserver 192.0.2.%u\n", i);
	}
	assert_int_equal(resolver_text_parse(text, &file), 0);
	assert_int_equal(file.count, RESOLVER_SERVERS_MAX);
	resolver_text_make(&file, file.servers, file.count, made);
	assert_non_null(strstr(made, "nameserver 192.0.2.15\n"));
	assert_null(strstr(made, "nameserver 192.0.2.16\n"));
}

/* A line KEYWORD and a word behind it, LENGTH bytes without its end. */
static const char *line(const char *keyword, size_t length)
{
	static char text[RESOLVER_SIZE * 2];
	const size_t begin = (size_t)snprintf(text, sizeof(text), "%s ", keyword);

	memset(text + begin, 'a', length - begin);
	(void)snprintf(text + length, sizeof(text) - length, "\n");
	return text;
}

static void sizes(void **state)
{
	static const char longest[] = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
	struct resolver_file file;
	struct value_address servers[RESOLVER_SERVERS_MAX];
	char made[RESOLVER_SIZE];
	size_t i;

	(void)state;
	assert_int_equal(resolver_text_parse(line("search", RESOLVER_KEPT_SIZE - 1), &file),
			 -E2BIG);
	assert_int_equal(resolver_text_parse(line("search", RESOLVER_KEPT_SIZE - 2), &file), 0);
	assert_int_equal(strlen(file.kept), RESOLVER_KEPT_SIZE - 1);
	/* The most there can be has room. */
	memset(file.options, 'o', sizeof(file.options) - 1);
	for (i = 0; i < COUNT(servers); i++) {
		servers[i] = address(longest);
		file.servers[i] = servers[i];
	}
	file.count = COUNT(servers);
	file.trust_ad = true;
	resolver_text_make(&file, servers, COUNT(servers), made);
	assert_non_null(strstr(made, "ooo trust-ad\n"));
	/* "options" itself is not among what is kept. */
	assert_int_equal(resolver_text_parse(line("options", RESOLVER_OPTIONS_SIZE + 7), &file),
			 -E2BIG);
	assert_int_equal(resolver_text_parse(line("options", RESOLVER_OPTIONS_SIZE + 6), &file), 0);
	/* Comments and unknown words may be of any length. */
	assert_int_equal(resolver_text_parse(line("#", RESOLVER_SIZE), &file), 0);
	assert_int_equal(file.count, 0);
}

static void untouched_on_failure(void **state)
{
	struct resolver_file file = { .count = 7 };

	(void)state;
	assert_int_equal(resolver_text_parse(line("search", RESOLVER_SIZE), &file), -E2BIG);
	assert_int_equal(file.count, 7);
}

static void places(void **state)
{
	static const char *const loopback[] = { "127.0.0.1", "127.0.0.53", "127.255.255.255", "::1",
						"::",        "0.0.0.0",    "::ffff:127.0.0.1" };
	static const char *const near[] = { "fe80::1", "fe80::1%eth0", "febf::1",
					    "ff02::1", "224.0.0.251",  "255.255.255.255" };
	static const char *const far[] = { "192.0.2.1",   "10.0.0.1",  "169.254.169.253",
					   "2001:db8::1", "fd00::53",  "fec0::1",
					   "126.0.0.1",   "128.0.0.1", "223.255.255.255" };
	struct value_address one;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(loopback); i++) {
		one = address(loopback[i]);
		assert_true(resolver_text_is_loopback(&one));
		assert_false(resolver_text_is_near(&one));
	}
	for (i = 0; i < COUNT(near); i++) {
		one = address(near[i]);
		assert_true(resolver_text_is_near(&one));
		assert_false(resolver_text_is_loopback(&one));
	}
	for (i = 0; i < COUNT(far); i++) {
		one = address(far[i]);
		assert_false(resolver_text_is_near(&one) || resolver_text_is_loopback(&one));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),         cmocka_unit_test(round_trips),
		cmocka_unit_test(other_servers), cmocka_unit_test(many_servers),
		cmocka_unit_test(sizes),         cmocka_unit_test(untouched_on_failure),
		cmocka_unit_test(places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
