/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.h - the forms that values of the configuration have: words, numbers, times, sizes,
 * addresses, paths. Pure.
 */
#ifndef LOGINSPACE_VALUE_H
#define LOGINSPACE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No value, nor an item of a list, is longer; it bounds what is copied to end it with a NUL. */
#define VALUE_LENGTH_MAX 255

#define VALUE_SECONDS_MAX 31536000u /* 365 days */

/* The lowest group above the kernel's range, GID_T_MAX of net/ipv4/sysctl_net_ipv4.c. */
#define VALUE_GROUP_MAX 2147483647u

/*
 * value_next - the next of the items in *CURSOR, which stand between the characters SEPARATORS.
 * Moves *CURSOR behind it. False at the end. Items are never empty.
 */
bool value_next(const char **cursor, const char *separators, const char **ret_item,
		size_t *ret_length);

/* Items of a list in a value. */
#define VALUE_SEPARATORS ", \t"

/* value_among - is TEXT of LENGTH bytes one of WORDS, which blanks separate? */
bool value_among(const char *words, const char *text, size_t length);

/*
 * value_number - a decimal number from LOW to HIGH without sign or needless zeros. Returns 0 or
 * -EINVAL.
 */
int value_number(const char *text, uint32_t low, uint32_t high, uint32_t *ret_number);

/* value_range - "LOW-HIGH" or one number, each at most MOST, LOW not above HIGH. 0 or -EINVAL. */
int value_range(const char *text, size_t length, uint32_t most, uint32_t *ret_low,
		uint32_t *ret_high);

/*
 * value_time - a sum of numbers with units as in systemd.time(7): "30min", "1h 30min"; s sec m min
 * h hr d w. From one second to VALUE_SECONDS_MAX. Returns 0 or -EINVAL.
 */
int value_time(const char *text, uint32_t *ret_seconds);

/* value_groups - "LOW HIGH" of ping_group_range, icmp(7); LOW above HIGH: nobody. 0 or -EINVAL. */
int value_groups(const char *text, uint32_t *ret_low, uint32_t *ret_high);

/* value_memory - "4g": that many bytes, and 0 percent; "25%": 0 bytes, and 25. 0 or -EINVAL. */
int value_memory(const char *text, uint64_t *ret_bytes, uint32_t *ret_percent);

/* value_percent - "150%", 1 to 100000. 0 or -EINVAL. */
int value_percent(const char *text, uint32_t *ret_percent);

/* An IP address; IPv4 as IPv4-mapped IPv6, ::ffff:a.b.c.d. */
struct value_address {
	uint8_t bytes[16];
};

struct value_prefix {
	struct value_address address;
	unsigned int bits; /* 0 to 128; of an IPv4 prefix: 96 to 128 */
};

/* value_address - an IPv4 or IPv6 address; "%zone" behind it is ignored. Returns 0 or -EINVAL. */
int value_address(const char *text, size_t length, struct value_address *ret_address);

/*
 * value_prefix - ADDRESS or ADDRESS/BITS. Returns 0; -EINVAL; -ERANGE when the address has bits
 * beyond the prefix: one of the two is a mistake.
 */
int value_prefix(const char *text, size_t length, struct value_prefix *ret_prefix);

/* Is the address one of IPv4? Then only a prefix of IPv4 holds it. */
bool value_address_is_4(const struct value_address *address);
bool value_prefix_holds(const struct value_prefix *prefix, const struct value_address *address);

/* A port of the host that leads into a space. */
struct value_publish {
	bool udp; /* or TCP */
	bool any; /* on all addresses of the host, or on ADDRESS */
	struct value_address address;
	uint16_t host_port, port; /* from 1 */
};

/* value_publish - [ADDRESS:]HOSTPORT:PORT[/tcp|/udp], an IPv6 address in brackets. 0 or -EINVAL. */
int value_publish(const char *text, struct value_publish *ret_publish);

/* Whole values; true when TEXT has the form. */
bool value_is_time(const char *text);
bool value_is_size(const char *text);     /* of a tmpfs(5): "25%", "512m"; k, m, g */
bool value_is_memory(const char *text);   /* "25%", "512m"; k, m, g, t */
bool value_is_percent(const char *text);  /* "150%", 1 to 100000 */
bool value_is_service(const char *text);  /* a PAM service's name */
bool value_is_hostname(const char *text); /* see hostname.h */
bool value_is_groups(const char *text);
bool value_is_capabilities(const char *text); /* CAP_* of capabilities(7), several */
/* value_capabilities - their bits, bit N for the capability N. Returns 0 or -EINVAL. */
int value_capabilities(const char *text, uint64_t *ret_bits);
/*
 * value_capabilities_wrong - of a TEXT that is none: the one name in it that is unknown, or all of it,
 * where a word is in it that stands alone ("all", "none").
 */
const char *value_capabilities_wrong(const char *text, size_t *ret_length);
bool value_is_network(const char *text); /* netns:NAME, device:IF, macvlan:IF */
bool value_is_pool4(const char *text);   /* an IPv4 prefix, 8 to 30 bits */
bool value_is_pool6(const char *text);   /* an IPv6 prefix, 16 to 120 bits */
bool value_is_address(const char *text);
bool value_is_publish(const char *text); /* see value_publish */
bool value_is_path(const char *text);    /* absolute, or from "%h" on; no "..", no ':' */
bool value_is_place(const char *text);   /* a path; "-" before it: when it is there */
bool value_is_bind(const char *text);    /* [-]SRC:DST[:ro|:rw] */
bool value_is_tmpfs(const char *text);   /* [-]PATH[:SIZE] */

#endif
