/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c */
/*
 * test_keys.c - the table of keys is whole, and takes and honours what it should.
 */
#include "keys.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "count.h"

static void every_key_is_described(void **state)
{
	const char *const letters = "abcdefghijklmnopqrstuvwxyz_0123456789";
	unsigned int key, other;

	(void)state;
	for (key = 0; key < KEY_COUNT; key++) {
		const struct key_about *about = key_about((enum key)key);
		enum key found;

		assert_non_null(about->name);
		assert_in_range(strlen(about->name), 3, 30);
		assert_int_equal(strspn(about->name, letters), strlen(about->name));
		assert_true(about->values != NULL && about->values[0] != '\0');
		assert_true(about->section != NULL && about->section[0] != '\0');
		assert_true(about->help != NULL && about->help[0] != '\0');
		assert_null(strpbrk(about->help, "\n\"\\"));
		assert_int_equal(key_find(about->name, &found), 0);
		assert_int_equal(found, key);
		for (other = 0; other < key; other++) {
			assert_string_not_equal(about->name, key_about((enum key)other)->name);
		}
	}
}

/* A default that is refused would deny every login. */
static void every_default_is_good(void **state)
{
	unsigned int key;

	(void)state;
	for (key = 0; key < KEY_COUNT; key++) {
		const struct key_about *about = key_about((enum key)key);
		char text[256] = "";

		if (key_check((enum key)key, about->fallback, text, sizeof(text)) != 0) {
			fail_msg("%s = %s: %s", about->name, about->fallback, text);
		}
		if (!about->list) {
			assert_true(about->fallback[0] != '\0');
			assert_int_equal(key_check((enum key)key, "", text, sizeof(text)), -EINVAL);
		}
	}
}

struct example {
	const char *value;
	enum key key;
	bool good;
};

static const struct example EXAMPLES[] = {
	{ "audit", KEY_ISOLATE, true },
	{ "no", KEY_ISOLATE, true },
	{ "maybe", KEY_ISOLATE, false },
	{ "yes no", KEY_ISOLATE, false },
	{ "sshd, cron", KEY_SERVICES, true },
	{ "sshd a/b", KEY_SERVICES, false },
	{ "mount,pid", KEY_NAMESPACES, true },
	{ "mount pid user", KEY_NAMESPACES, true },
	{ "cgroup", KEY_NAMESPACES, true },
	{ "time", KEY_NAMESPACES, false },
	{ "user", KEY_SCOPE, true },
	{ "group", KEY_SCOPE, false },
	{ "processes", KEY_LINGER, true },
	{ "1h 30min", KEY_LINGER, true },
	{ "30", KEY_LINGER, false },
	{ "deny", KEY_NESTED, true },
	{ "yes", KEY_NESTED, false },
	{ "1", KEY_MAX_SPACES, true },
	{ "65536", KEY_MAX_SPACES, true },
	{ "0", KEY_MAX_SPACES, false },
	{ "65537", KEY_MAX_SPACES, false },
	{ "allow", KEY_ON_ERROR, true },
	{ "ignore", KEY_ON_ERROR, false },
	{ "%u-%h", KEY_HOSTNAME, true },
	{ "%x", KEY_HOSTNAME, false },
	{ "host", KEY_NETWORK, true },
	{ "nat", KEY_NETWORK, true },
	{ "pasta", KEY_NETWORK, true },
	{ "netns:blue", KEY_NETWORK, true },
	{ "bridge", KEY_NETWORK, false },
	{ "10.0.0.0/8", KEY_ADDRESS_POOL, true },
	{ "none", KEY_ADDRESS_POOL, true },
	{ "none", KEY_ADDRESS_POOL6, true },
	{ "10.0.0.0", KEY_ADDRESS_POOL, false },
	{ "fd00::/64", KEY_ADDRESS_POOL6, true },
	{ "10.0.0.0/8", KEY_ADDRESS_POOL6, false },
	{ "192.0.2.1 2001:db8::1", KEY_DNS, true },
	{ "ns.example.org", KEY_DNS, false },
	{ "", KEY_DNS, true },
	{ "yes", KEY_REACH_HOST, true },
	{ "1", KEY_REACH_HOST, false },
	{ "yes", KEY_REACH_SPACES, true },
	{ "on", KEY_REACH_SPACES, false },
	{ "8080:80 53:53/udp", KEY_PUBLISH, true },
	{ "8080", KEY_PUBLISH, false },
	{ "1 0", KEY_PING_GROUP_RANGE, true },
	{ "all", KEY_PING_GROUP_RANGE, false },
	{ "0", KEY_UNPRIVILEGED_PORT_START, true },
	{ "65535", KEY_UNPRIVILEGED_PORT_START, true },
	{ "65536", KEY_UNPRIVILEGED_PORT_START, false },
	{ "yes", KEY_HIDEPID, true },
	{ "2", KEY_HIDEPID, false },
	{ "no", KEY_PRIVATE_TMP, true },
	{ "/srv/tmp", KEY_PRIVATE_TMP, true },
	{ "srv/tmp", KEY_PRIVATE_TMP, false },
	{ "512m", KEY_TMP_SIZE, true },
	{ "512", KEY_TMP_SIZE, false },
	{ "yes", KEY_PRIVATE_DEV, true },
	{ "full", KEY_PRIVATE_DEV, false },
	{ "host", KEY_DEVPTS, true },
	{ "private", KEY_DEVPTS, true },
	{ "new", KEY_DEVPTS, false },
	{ "own", KEY_HOME, true },
	{ "none", KEY_HOME, false },
	{ "ro", KEY_SYSTEM, true },
	{ "read-only", KEY_SYSTEM, false },
	{ "/opt /srv", KEY_READ_ONLY, true },
	{ "/opt,-/srv", KEY_READ_ONLY, true },
	{ "-", KEY_READ_ONLY, false },
	{ "/opt srv", KEY_READ_ONLY, false },
	{ "/var/log", KEY_WRITABLE, true },
	{ "/var/../etc", KEY_WRITABLE, false },
	{ "/boot,%h/.aws", KEY_HIDE, true },
	{ "~/.aws", KEY_HIDE, false },
	{ "/srv/%u:/data:rw", KEY_BIND, true },
	{ "/srv/%u", KEY_BIND, false },
	{ "/scratch:10%", KEY_TMPFS, true },
	{ "/scratch:10", KEY_TMPFS, false },
	{ "/srv/root", KEY_ROOT, true },
	{ "-/srv/root", KEY_ROOT, false },
	{ "yes", KEY_ROOT, false },
	{ "tmpfs", KEY_ROOT_OVERLAY, true },
	{ "yes", KEY_ROOT_OVERLAY, false },
	{ "hide", KEY_USER_BUS, true },
	{ "no", KEY_USER_BUS, false },
	{ "hide", KEY_SYSTEM_BUS, true },
	{ "no", KEY_SYSTEM_BUS, false },
	{ "no", KEY_NESTED_USERNS, true },
	{ "deny", KEY_NESTED_USERNS, false },
	{ "yes", KEY_NO_NEW_PRIVS, true },
	{ "true", KEY_NO_NEW_PRIVS, false },
	{ "none", KEY_CAPABILITIES, true },
	{ "CAP_NET_RAW, CAP_CHOWN", KEY_CAPABILITIES, true },
	{ "CAP_EVERYTHING", KEY_CAPABILITIES, false },
	{ "all CAP_CHOWN", KEY_CAPABILITIES, false },
	{ "default", KEY_SECCOMP, true },
	{ "strict", KEY_SECCOMP, false },
	{ "4g", KEY_MEMORY_MAX, true },
	{ "4", KEY_MEMORY_MAX, false },
	{ "4194304", KEY_TASKS_MAX, true },
	{ "0", KEY_TASKS_MAX, false },
	{ "150%", KEY_CPU_MAX, true },
	{ "1.5", KEY_CPU_MAX, false },
};

static void examples(void **state)
{
	bool seen_good[KEY_COUNT] = { false }, seen_bad[KEY_COUNT] = { false };
	unsigned int key;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(EXAMPLES); i++) {
		const struct example *example = &EXAMPLES[i];
		const struct key_about *about = key_about(example->key);
		char text[256] = "", wanted[256];
		const int err = key_check(example->key, example->value, text, sizeof(text));

		if (err != (example->good ? 0 : -EINVAL)) {
			fail_msg("%s = %s: %d %s", about->name, example->value, err, text);
		}
		if (example->good) {
			seen_good[example->key] = true;
			continue;
		}
		seen_bad[example->key] = true;
		(void)snprintf(wanted, sizeof(wanted), "takes %s", about->values);
		assert_string_equal(text, wanted);
	}
	for (key = 0; key < KEY_COUNT; key++) {
		if (!seen_bad[key] || !seen_good[key]) {
			fail_msg("%s has no example", key_about((enum key)key)->name);
		}
	}
}

static void too_long_for_any_form(void **state)
{
	char value[600], text[256];

	(void)state;
	memset(value, 'a', sizeof(value));
	value[0] = '/';
	value[sizeof(value) - 1] = '\0';
	assert_int_equal(key_check(KEY_ROOT, value, text, sizeof(text)), -EINVAL);
	assert_int_equal(key_check(KEY_HIDE, value, text, sizeof(text)), -EINVAL);
}

static void unknown_names(void **state)
{
	static const char *const names[] = { "", "isolat", "isolatee", "Isolate", "isolate ", "x" };
	enum key key = KEY_COUNT;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		assert_int_equal(key_find(names[i], &key), -ENOENT);
		assert_int_equal(key, KEY_COUNT);
	}
}

static void the_nearest(void **state)
{
	char long_name[300];

	(void)state;
	assert_string_equal(key_nearest("isolat"), "isolate");
	assert_string_equal(key_nearest("max_space"), "max_spaces");
	assert_string_equal(key_nearest("maxspaces"), "max_spaces");
	assert_string_equal(key_nearest("nework"), "network");
	assert_string_equal(key_nearest("newtork"), "network");
	assert_string_equal(key_nearest("hostnmae"), "hostname");
	assert_string_equal(key_nearest("dsn"), "dns"); /* one swap, not two changes */
	assert_string_equal(key_nearest("Scope"), "scope");
	assert_string_equal(key_nearest("address_pool7"), "address_pool");
	assert_null(key_nearest("colour"));
	assert_null(key_nearest(""));
	assert_null(key_nearest("x"));
	memset(long_name, 'i', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_null(key_nearest(long_name));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_described),
		cmocka_unit_test(every_default_is_good),
		cmocka_unit_test(examples),
		cmocka_unit_test(too_long_for_any_form),
		cmocka_unit_test(unknown_names),
		cmocka_unit_test(the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
