/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value_network.c - addresses, prefixes, ports and interfaces of the configuration. Pure.
 */
#include "value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "plan.h"

/* The bits before the IPv4 address in ::ffff:a.b.c.d. */
#define MAPPED_BITS 96

static const uint8_t MAPPED[MAPPED_BITS / 8] = { [10] = 0xff, [11] = 0xff };

/* The LENGTH bytes of TEXT with a NUL behind them. False when they are too many. */
static bool text_copy(char *buffer, size_t size, const char *text, size_t length)
{
	if (length >= size) {
		return false;
	}
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	return true;
}

int value_address(const char *text, size_t length, struct value_address *ret_address)
{
	const char *zone = memchr(text, '%', length);
	struct value_address address;
	char buffer[INET6_ADDRSTRLEN];

	if (zone != NULL) {
		if (zone == text + length - 1) {
			return -EINVAL;
		}
		length = (size_t)(zone - text);
	}
	if (!text_copy(buffer, sizeof(buffer), text, length)) {
		return -EINVAL;
	}
	memcpy(address.bytes, MAPPED, sizeof(MAPPED));
	if ((zone != NULL || inet_pton(AF_INET, buffer, address.bytes + sizeof(MAPPED)) != 1) &&
	    inet_pton(AF_INET6, buffer, address.bytes) != 1) {
		return -EINVAL;
	}
	*ret_address = address;
	return 0;
}

bool value_address_is_4(const struct value_address *address)
{
	return memcmp(address->bytes, MAPPED, sizeof(MAPPED)) == 0;
}

/* Are the first BITS of both the same? */
static bool begin_alike(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	const unsigned int bytes = bits / 8, rest = bits % 8;

	return memcmp(a, b, bytes) == 0 && (rest == 0 || (a[bytes] ^ b[bytes]) >> (8 - rest) == 0);
}

static bool has_bits_beyond(const struct value_prefix *prefix)
{
	const uint8_t *bytes = prefix->address.bytes;
	unsigned int i = prefix->bits / 8;

	if (prefix->bits % 8 != 0 && (bytes[i++] & (0xffu >> (prefix->bits % 8))) != 0) {
		return true;
	}
	for (; i < sizeof(prefix->address.bytes); i++) {
		if (bytes[i] != 0) {
			return true;
		}
	}
	return false;
}

int value_prefix(const char *text, size_t length, struct value_prefix *ret_prefix)
{
	const char *slash = memchr(text, '/', length);
	struct value_prefix prefix = { .bits = 128 };
	const size_t address_length = slash == NULL ? length : (size_t)(slash - text);
	const bool colon = memchr(text, ':', address_length) != NULL;

	if (memchr(text, '%', length) != NULL ||
	    value_address(text, address_length, &prefix.address) < 0) {
		return -EINVAL;
	}
	if (slash != NULL) {
		char buffer[4];
		uint32_t bits;

		if (!text_copy(buffer, sizeof(buffer), slash + 1, length - address_length - 1) ||
		    value_number(buffer, 0, colon ? 128 : 32, &bits) < 0) {
			return -EINVAL;
		}
		prefix.bits = colon ? bits : bits + MAPPED_BITS;
	}
	if (has_bits_beyond(&prefix)) {
		return -ERANGE;
	}
	*ret_prefix = prefix;
	return 0;
}

bool value_prefix_holds(const struct value_prefix *prefix, const struct value_address *address)
{
	/* ::/0 is "everybody by IPv6", and not those by IPv4. */
	if (value_address_is_4(address) && prefix->bits < MAPPED_BITS) {
		return false;
	}
	return begin_alike(prefix->address.bytes, address->bytes, prefix->bits);
}

/* What no host can have: "this network", loopback, link-local, multicast and what is reserved. */
static const char *const NEVER[] = { "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3",
				     "::/8",      "fe80::/10",   "ff00::/8" };

static bool is_usable(const struct value_prefix *pool)
{
	struct value_prefix never;
	size_t i;

	for (i = 0; i < sizeof(NEVER) / sizeof(NEVER[0]); i++) {
		const char *text = NEVER[i];

		/* ::/8 has the IPv4 addresses in it, but only in the way they are kept here. */
		if (value_prefix(text, strlen(text), &never) == 0 &&
		    value_address_is_4(&never.address) == value_address_is_4(&pool->address) &&
		    begin_alike(never.address.bytes, pool->address.bytes,
				never.bits < pool->bits ? never.bits : pool->bits)) {
			return false;
		}
	}
	return true;
}

/* A prefix with BITS from LOW to HIGH, counted as it is written. */
static bool is_pool(const char *text, bool of_4, unsigned int low, unsigned int high)
{
	const unsigned int before = of_4 ? MAPPED_BITS : 0;
	struct value_prefix prefix;

	return value_prefix(text, strlen(text), &prefix) == 0 &&
	       value_address_is_4(&prefix.address) == of_4 && (strchr(text, ':') == NULL) == of_4 &&
	       prefix.bits >= low + before && prefix.bits <= high + before && is_usable(&prefix);
}

bool value_is_pool4(const char *text)
{
	return is_pool(text, true, 8, 30);
}

bool value_is_pool6(const char *text)
{
	return is_pool(text, false, 16, 120);
}

bool value_is_address(const char *text)
{
	struct value_address address;

	return strchr(text, '%') == NULL && value_address(text, strlen(text), &address) == 0;
}

/* What ip-netns(8) takes: a file's name below /run/netns. */
static bool is_file_name(const char *text)
{
	return value_is_service(text) && text[0] != '-' && strcmp(text, ".") != 0 &&
	       strcmp(text, "..") != 0;
}

/* dev_valid_name() of the kernel's net/core/dev.c, and no letters that would need quoting. */
static bool is_interface(const char *text)
{
	return is_file_name(text) && strlen(text) < IFNAMSIZ;
}

struct network_form {
	const char *name;
	bool (*form)(const char *text);
};

static const struct network_form NETWORKS[] = {
	{ "netns:", is_file_name },
	{ "device:", is_interface },
	{ "macvlan:", is_interface },
};

bool value_is_network(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(NETWORKS) / sizeof(NETWORKS[0]); i++) {
		const size_t length = strlen(NETWORKS[i].name);

		if (strncmp(text, NETWORKS[i].name, length) == 0) {
			return strlen(text) < PLAN_NETWORK_SIZE && NETWORKS[i].form(text + length);
		}
	}
	return false;
}

/* The part of *TEXT before its last ':', which gets a NUL, and the port behind it. */
static bool port_cut(char *text, char **ret_colon, uint16_t *ret_port)
{
	char *colon = strrchr(text, ':');
	uint32_t port = 0;

	if (colon != NULL) {
		*colon = '\0';
	}
	*ret_colon = colon;
	if (value_number(colon == NULL ? text : colon + 1, 1, 65535, &port) < 0) {
		return false;
	}
	*ret_port = (uint16_t)port;
	return true;
}

/* An IPv4 address, or one of IPv6 in brackets. */
static bool listener_take(const char *text, struct value_address *ret_address)
{
	const size_t length = strlen(text);

	if (text[0] != '[') {
		return strchr(text, ':') == NULL && strchr(text, '%') == NULL &&
		       value_address(text, length, ret_address) == 0;
	}
	return text[length - 1] == ']' && memchr(text, ':', length) != NULL &&
	       memchr(text, '%', length) == NULL &&
	       value_address(text + 1, length - 2, ret_address) == 0;
}

/* "/tcp" or "/udp" at the end, which is cut off. */
static bool protocol_cut(char *text, bool *ret_udp)
{
	char *protocol = strchr(text, '/');

	*ret_udp = false;
	if (protocol == NULL) {
		return true;
	}
	*protocol++ = '\0';
	*ret_udp = strcmp(protocol, "udp") == 0;
	return *ret_udp || strcmp(protocol, "tcp") == 0;
}

int value_publish(const char *text, struct value_publish *ret_publish)
{
	struct value_publish publish = { .any = true };
	char buffer[VALUE_LENGTH_MAX + 1];
	char *colon;

	if (!text_copy(buffer, sizeof(buffer), text, strlen(text)) ||
	    !protocol_cut(buffer, &publish.udp) || !port_cut(buffer, &colon, &publish.port) ||
	    colon == NULL || !port_cut(buffer, &colon, &publish.host_port)) {
		return -EINVAL;
	}
	if (colon != NULL) {
		publish.any = false;
		if (!listener_take(buffer, &publish.address)) {
			return -EINVAL;
		}
	}
	*ret_publish = publish;
	return 0;
}

bool value_is_publish(const char *text)
{
	struct value_publish publish;

	return value_publish(text, &publish) == 0;
}
