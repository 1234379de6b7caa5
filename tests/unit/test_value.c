/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c */
/*
 * test_value.c - the forms of values, each with what just is one and what just is not; and that
 * the kernel takes every size that passes.
 */
#include "value.h"

#include <errno.h>
#include <linux/mount.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "count.h"
#include "sandbox.h"

struct form {
	const char *name;
	bool (*form)(const char *text);
	const char *good[16];
	const char *bad[25];
};

#define FORM(name, ...) \
	{ \
#name, name, __VA_ARGS__ \
	}

static const struct form FORMS[] = {
	FORM(value_is_time,
	     { "1s", "5sec", "30m", "30min", "2h", "2hr", "1d", "1w", "1h30min", "1h 30min 5s",
	       "365d", "0h1s", "31536000s" },
	     { "", "0s", "30", "s", "min", "1y", "1M", "1 h", "-1s", "366d", "365d1s", "01s",
	       "1.5h", "1h30", "99999999999999999999s", " 1s", "1S" }),
	FORM(value_is_size,
	     { "1%", "25%", "100%", "4k", "512m", "2g", "512M", "1K", "8589934591G",
	       "9007199254740991k" },
	     { "", "0%", "101%", "0m", "512", "m", "%", "-1m", "1t", "1mb", "1 m", "010m", "0x1m",
	       "1m,mode=777", "8589934592g", "99999999999999999999k", "1.5g", "25%%" }),
	FORM(value_is_memory, { "4g", "1t", "50%", "8388607T" },
	     { "", "4", "0t", "unlimited", "8388608t", "1p" }),
	FORM(value_is_percent, { "1%", "150%", "100000%" },
	     { "", "0%", "150", "%", "100001%", "-1%", "1%%" }),
	FORM(value_is_service, { "sshd", "su-l", "a.b_c@d+e", "X" },
	     { "", "a/b", "a b", "a\n", "\xc3\xb6", "a:b", "*" }),
	FORM(value_is_hostname, { "%h", "a-%u" }, { "", "-a", "%" }),
	FORM(value_is_groups, { "0 2147483647", "1 0", "100\t200", "0 0" },
	     { "", "0", "0 ", "0-1", "0 2147483648", "-1 0", "0 1 2", "a b" }),
	FORM(value_is_capabilities,
	     { "CAP_NET_RAW", "cap_chown CAP_SYS_PTRACE", "CAP_BPF,CAP_KILL",
	       "CAP_CHECKPOINT_RESTORE" },
	     { "", "NET_RAW", "CAP_", "CAP_NOTHING", "CAP_KILL all", "CAP_KILLER", "," }),
	FORM(value_is_network, { "netns:blue", "device:eth1", "macvlan:enp3s0.7" },
	     { "", "netns:", "netns:..", "netns:a/b", "device:", "device:aaaaaaaaaaaaaaaa",
	       "macvlan:a b", "bridge:br0", "loopback", "netns:-x" }),
	FORM(value_is_pool4, { "10.0.0.0/8", "10.213.0.0/16", "192.168.1.0/30" },
	     { "", "10.0.0.0", "10.0.0.0/7", "10.0.0.0/31", "10.0.0.1/8", "fd00::/48", "10.0.0.0/",
	       "10.0.0/8", "::ffff:10.0.0.0/104", "10.0.0.0/08", "0.0.0.0/8", "127.0.0.0/8",
	       "127.1.0.0/16", "169.254.0.0/16", "224.0.0.0/8", "255.255.255.0/24" }),
	FORM(value_is_pool6, { "fd6c:7370:6163::/48", "2001:db8::/32", "fd00::/120" },
	     { "", "fd00::", "fd00::1/48", "::/15", "fd00::/121", "10.0.0.0/8", "fe80::%lo/64",
	       "::ffff:10.0.0.0/104", "fe80::/64", "ff00::/16", "::/64" }),
	FORM(value_is_address, { "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1" },
	     { "", "192.0.2", "192.0.2.256", "box", "fe80::1%lo", "[::1]", "1.2.3.4/8" }),
	FORM(value_is_publish,
	     { "8080:80", "8080:80/tcp", "53:53/udp", "192.0.2.1:8080:80",
	       "[2001:db8::1]:80:80/tcp", "1:65535" },
	     { "", "80", "80:", ":80", "0:80", "80:65536", "80:80/sctp", "80:80/", "box:80:80",
	       "::1:80:80", "[::1:80:80", "[]:80:80", "[192.0.2.1]:80:80", "192.0.2.1:80", "[",
	       "[fe80::1%lo]:1:1", "1:1:1:1", "080:80" }),
	FORM(value_is_path,
	     { "/", "/srv", "/srv/", "/srv/%u/x", "/srv/%U-%u", "%h", "%h/.cache", "/a/...",
	       "/a%%b" },
	     { "",      "srv",  "./srv", "/srv/..", "/../srv", "/a/./b", "//a",
	       "/a//b", "/a b", "/a,b",  "/a:b",    "/a%x",    "/a%",    "%h/../x",
	       "%u/x",  "%hx",  "/a\nb", "/a\x7f",  "%h//",    "-/a" }),
	FORM(value_is_place, { "/", "/srv/%u", "-/srv", "-%h/x" },
	     { "", "-", "--/a", "- /a", "-a", "/a:/b", "-/../a" }),
	FORM(value_is_bind, { "/a:/b", "/a:/b:ro", "/srv/%u:%h/data:rw", "-/a:/b:ro" },
	     { "", "/a", "/a:", ":/b", "/a:b", "/a:/b:", "/a:/b:rx", "/a:/b:ro:ro", "/a/..:/b",
	       "/a:-/b", "--/a:/b", "-" }),
	FORM(value_is_tmpfs, { "/a", "/a:10%", "%h/x:512m", "-/a:1g" },
	     { "", "/a:", "/a:512", "a:1m", ":1m", "/a:1m:1m", "/a:0%", "-", "--/a" }),
};

static void forms(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(FORMS); i++) {
		for (j = 0; FORMS[i].good[j] != NULL; j++) {
			if (!FORMS[i].form(FORMS[i].good[j])) {
				fail_msg("%s: \"%s\" is none", FORMS[i].name, FORMS[i].good[j]);
			}
		}
		for (j = 0; FORMS[i].bad[j] != NULL; j++) {
			if (FORMS[i].form(FORMS[i].bad[j])) {
				fail_msg("%s: \"%s\" is one", FORMS[i].name, FORMS[i].bad[j]);
			}
		}
	}
}

static void items(void **state)
{
	const char *cursor = " ,a, bc\t,,d ";
	const char *item;
	char found[16] = "";
	size_t length;

	(void)state;
	while (value_next(&cursor, VALUE_SEPARATORS, &item, &length)) {
		(void)strncat(found, item, length);
		(void)strncat(found, "|", 2);
	}
	assert_string_equal(found, "a|bc|d|");
	assert_false(value_next(&cursor, VALUE_SEPARATORS, &item, &length));
	assert_true(value_among("yes no", "no", 2));
	assert_false(value_among("yes no", "n", 1));
	assert_false(value_among("yes no", "yes no", 6));
	assert_false(value_among("yes no", "", 0));
}

static void numbers(void **state)
{
	uint32_t number = 7, high = 7;

	(void)state;
	assert_int_equal(value_number("0", 0, 10, &number), 0);
	assert_int_equal(number, 0);
	assert_int_equal(value_number("4294967295", 0, UINT32_MAX, &number), 0);
	assert_int_equal(number, UINT32_MAX);
	assert_int_equal(value_number("4294967296", 0, UINT32_MAX, &number), -EINVAL);
	assert_int_equal(value_number("18446744073709551616", 0, UINT32_MAX, &number), -EINVAL);
	assert_int_equal(value_number("9", 10, 20, &number), -EINVAL);
	assert_int_equal(value_number("", 0, 1, &number), -EINVAL);
	assert_int_equal(value_number("1 ", 0, 1, &number), -EINVAL);
	assert_int_equal(number, UINT32_MAX);

	/* What is behind the length does not count. */
	assert_int_equal(value_range("10-20,x", 5, 100, &number, &high), 0);
	assert_int_equal(number, 10);
	assert_int_equal(high, 20);
	assert_int_equal(value_range("5", 1, 100, &number, &high), 0);
	assert_int_equal(high, 5);
	assert_int_equal(value_range("20-10", 5, 100, &number, &high), -EINVAL);
	assert_int_equal(value_range("1-101", 5, 100, &number, &high), -EINVAL);
	assert_int_equal(value_range("1-", 2, 100, &number, &high), -EINVAL);
	assert_int_equal(value_range("-1", 2, 100, &number, &high), -EINVAL);
	assert_int_equal(value_range("1-2-3", 5, 100, &number, &high), -EINVAL);
	assert_int_equal(value_range("12", 1, 100, &number, &high), -EINVAL);

	assert_int_equal(value_time("1h 30min", &number), 0);
	assert_int_equal(number, 5400);
	assert_int_equal(value_groups("5 4", &number, &high), 0);
	assert_int_equal(number, 5);
	assert_int_equal(high, 4);
}

struct held {
	const char *prefix, *address;
	bool holds;
};

static void limits(void **state)
{
	uint64_t bytes = 7;
	uint32_t percent = 7;

	(void)state;
	assert_int_equal(value_memory("4", &bytes, &percent), -EINVAL);
	assert_true(bytes == 7 && percent == 7);
	assert_int_equal(value_memory("4g", &bytes, &percent), 0);
	assert_true(bytes == UINT64_C(4) << 30 && percent == 0);
	assert_int_equal(value_memory("8388607T", &bytes, &percent), 0);
	assert_true(bytes == UINT64_C(8388607) << 40);
	assert_int_equal(value_memory("3k", &bytes, &percent), 0);
	assert_true(bytes == 3072);
	assert_int_equal(value_memory("25%", &bytes, &percent), 0);
	assert_true(bytes == 0 && percent == 25);
	assert_int_equal(value_percent("unlimited", &percent), -EINVAL);
	assert_int_equal(percent, 25);
	assert_int_equal(value_percent("150%", &percent), 0);
	assert_int_equal(percent, 150);
}

static void prefixes(void **state)
{
	static const struct held table[] = {
		{ "10.0.0.0/8", "10.255.0.1", true },
		{ "10.0.0.0/8", "11.0.0.1", false },
		{ "10.0.0.0/8", "::ffff:10.1.2.3", true },
		{ "::ffff:10.0.0.0/104", "10.1.2.3", true },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.6", false },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "192.0.2.128/25", "192.0.2.128", true },
		{ "0.0.0.0/0", "203.0.113.1", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "2001:db8::1", true },
		{ "::/0", "203.0.113.1", false },
		{ "2001:db8::/32", "2001:db8:ffff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::", false },
		{ "fe80::/10", "fe80::1%eth0", true },
		{ "2001:db8::1", "2001:db8::1", true },
	};
	struct value_prefix prefix;
	struct value_address address;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(table); i++) {
		assert_int_equal(value_prefix(table[i].prefix, strlen(table[i].prefix), &prefix),
				 0);
		assert_int_equal(
			value_address(table[i].address, strlen(table[i].address), &address), 0);
		if (value_prefix_holds(&prefix, &address) != table[i].holds) {
			fail_msg("%s and %s", table[i].prefix, table[i].address);
		}
	}
	assert_int_equal(value_prefix("10.0.0.1/8", 10, &prefix), -ERANGE);
	assert_int_equal(value_prefix("2001:db8::1/64", 14, &prefix), -ERANGE);
	assert_int_equal(value_prefix("10.0.0.0/33", 11, &prefix), -EINVAL);
	assert_int_equal(value_prefix("::/129", 6, &prefix), -EINVAL);
	assert_int_equal(value_prefix("::/1280", 7, &prefix), -EINVAL);
	assert_int_equal(value_prefix("fe80::1%lo", 10, &prefix), -EINVAL);
	assert_int_equal(value_prefix("", 0, &prefix), -EINVAL);
	assert_int_equal(value_address("192.0.2.1%lo", 12, &address), -EINVAL);
	assert_int_equal(value_address("fe80::1%", 8, &address), -EINVAL);
	assert_int_equal(value_address("box.example.org", 15, &address), -EINVAL);
}

/* A file system is configured and not mounted anywhere. */
static int size_is_taken(const char *size)
{
	int fd = (int)syscall(SYS_fsopen, "tmpfs", 0u);
	int err = 0;

	if (fd < 0 || syscall(SYS_fsconfig, fd, FSCONFIG_SET_STRING, "size", size, 0) < 0 ||
	    syscall(SYS_fsconfig, fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
		err = -errno;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	return err;
}

static int sizes_in_a_sandbox(void *data)
{
	size_t i, j;

	(void)data;
	if (sandbox_enter(CLONE_NEWNS) < 0) {
		return CHILD_SKIP;
	}
	CHECK(size_is_taken("nonsense") == -EINVAL);
	for (i = 0; i < COUNT(FORMS); i++) {
		if (FORMS[i].form != value_is_size) {
			continue;
		}
		for (j = 0; FORMS[i].good[j] != NULL; j++) {
			CHECK(size_is_taken(FORMS[i].good[j]) == 0);
		}
	}
	return CHILD_PASS;
}

static void the_kernel_takes_the_sizes(void **state)
{
	(void)state;
	child_assert(sizes_in_a_sandbox, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),    cmocka_unit_test(items),
		cmocka_unit_test(numbers),  cmocka_unit_test(limits),
		cmocka_unit_test(prefixes), cmocka_unit_test(the_kernel_takes_the_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
