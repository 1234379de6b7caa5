/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.c - words, numbers, times and sizes of the configuration. Pure.
 */
#include "value.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <strings.h>

#include "hostname.h"

/* Plain loops: for a few letters they are faster than strspn(3), and many sections come by. */
static bool is_one_of(char c, const char *letters)
{
	while (*letters != '\0' && *letters != c) {
		letters++;
	}
	return *letters != '\0';
}

bool value_next(const char **cursor, const char *separators, const char **ret_item,
		size_t *ret_length)
{
	const char *item = *cursor;
	const char *end;

	while (is_one_of(*item, separators)) {
		item++;
	}
	for (end = item; *end != '\0' && !is_one_of(*end, separators);) {
		end++;
	}
	*cursor = end;
	if (end == item) {
		return false;
	}
	*ret_item = item;
	*ret_length = (size_t)(end - item);
	return true;
}

bool value_among(const char *words, const char *text, size_t length)
{
	const char *word;
	size_t word_length;

	while (value_next(&words, " ", &word, &word_length)) {
		if (word_length == length && memcmp(word, text, length) == 0) {
			return true;
		}
	}
	return false;
}

/* A decimal number at *CURSOR, at most MOST; *CURSOR goes behind it. "010" is eight to some. */
static int digits(const char **cursor, uint64_t most, uint64_t *ret_number)
{
	const char *at = *cursor;
	uint64_t number = 0;

	if (at[0] == '0' && at[1] >= '0' && at[1] <= '9') {
		return -EINVAL;
	}
	for (; *at >= '0' && *at <= '9'; at++) {
		const uint64_t digit = (uint64_t)(*at - '0');

		if (number > (UINT64_MAX - digit) / 10) {
			return -EINVAL;
		}
		number = number * 10 + digit;
	}
	if (at == *cursor || number > most) {
		return -EINVAL;
	}
	*cursor = at;
	*ret_number = number;
	return 0;
}

int value_number(const char *text, uint32_t low, uint32_t high, uint32_t *ret_number)
{
	uint64_t number;

	if (digits(&text, high, &number) < 0 || *text != '\0' || number < low) {
		return -EINVAL;
	}
	*ret_number = (uint32_t)number;
	return 0;
}

int value_range(const char *text, size_t length, uint32_t most, uint32_t *ret_low,
		uint32_t *ret_high)
{
	const char *const end = text + length;
	uint64_t low, high;

	if (digits(&text, most, &low) < 0) {
		return -EINVAL;
	}
	high = low;
	if (text < end) {
		if (*text != '-') {
			return -EINVAL;
		}
		text++;
		if (digits(&text, most, &high) < 0) {
			return -EINVAL;
		}
	}
	if (text != end || low > high) {
		return -EINVAL;
	}
	*ret_low = (uint32_t)low;
	*ret_high = (uint32_t)high;
	return 0;
}

struct unit {
	const char *names;
	uint32_t seconds;
};

static const struct unit UNITS[] = {
	{ "s sec", 1 }, { "m min", 60 }, { "h hr", 3600 }, { "d", 86400 }, { "w", 604800 },
};

static uint32_t unit_seconds(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < sizeof(UNITS) / sizeof(UNITS[0]); i++) {
		if (value_among(UNITS[i].names, text, length)) {
			return UNITS[i].seconds;
		}
	}
	return 0;
}

int value_time(const char *text, uint32_t *ret_seconds)
{
	uint64_t sum = 0;

	while (*text != '\0') {
		uint64_t number;
		size_t length;
		uint32_t unit;

		if (digits(&text, VALUE_SECONDS_MAX, &number) < 0) {
			return -EINVAL;
		}
		length = strspn(text, "abcdefghijklmnopqrstuvwxyz");
		unit = unit_seconds(text, length);
		if (unit == 0) {
			return -EINVAL; /* a number alone: of what? */
		}
		sum += number * unit;
		if (sum > VALUE_SECONDS_MAX) {
			return -EINVAL;
		}
		text += length;
		text += strspn(text, " \t");
	}
	if (sum == 0) {
		return -EINVAL;
	}
	*ret_seconds = (uint32_t)sum;
	return 0;
}

int value_groups(const char *text, uint32_t *ret_low, uint32_t *ret_high)
{
	uint64_t low, high;
	size_t blanks;

	if (digits(&text, VALUE_GROUP_MAX, &low) < 0) {
		return -EINVAL;
	}
	blanks = strspn(text, " \t");
	text += blanks;
	if (blanks == 0 || digits(&text, VALUE_GROUP_MAX, &high) < 0 || *text != '\0') {
		return -EINVAL;
	}
	*ret_low = (uint32_t)low;
	*ret_high = (uint32_t)high;
	return 0;
}

bool value_is_time(const char *text)
{
	uint32_t seconds;

	return value_time(text, &seconds) == 0;
}

bool value_is_groups(const char *text)
{
	uint32_t low, high;

	return value_groups(text, &low, &high) == 0;
}

/*
 * A percentage, or a number with one of UNITS, each 1024 times the one before it. Nothing that
 * overflows the kernel's arithmetic in bytes (memparse() of its lib/cmdline.c does not check), and
 * no number without a unit: 512 is hardly meant to be 512 bytes.
 */
static int size_read(const char *text, const char *units, uint64_t *ret_bytes,
		     uint32_t *ret_percent)
{
	const char *unit;
	uint64_t number;

	if (digits(&text, INT64_MAX, &number) < 0 || number == 0 || text[0] == '\0' ||
	    text[1] != '\0') {
		return -EINVAL;
	}
	if (text[0] == '%') {
		*ret_bytes = 0;
		*ret_percent = (uint32_t)number;
		return number <= 100 ? 0 : -EINVAL;
	}
	unit = strchr(units, text[0] | 0x20); /* a capital letter as well */
	if (unit == NULL || number > (uint64_t)INT64_MAX >> (10 * (unit - units + 1))) {
		return -EINVAL;
	}
	*ret_bytes = number << (10 * (unit - units + 1));
	*ret_percent = 0;
	return 0;
}

bool value_is_size(const char *text)
{
	uint64_t bytes;
	uint32_t percent;

	return size_read(text, "kmg", &bytes, &percent) == 0;
}

int value_memory(const char *text, uint64_t *ret_bytes, uint32_t *ret_percent)
{
	uint64_t bytes;
	uint32_t percent;

	if (size_read(text, "kmgt", &bytes, &percent) < 0) {
		return -EINVAL;
	}
	*ret_bytes = bytes;
	*ret_percent = percent;
	return 0;
}

bool value_is_memory(const char *text)
{
	uint64_t bytes;
	uint32_t percent;

	return value_memory(text, &bytes, &percent) == 0;
}

int value_percent(const char *text, uint32_t *ret_percent)
{
	uint64_t number;

	if (digits(&text, 100000, &number) < 0 || number == 0 || strcmp(text, "%") != 0) {
		return -EINVAL;
	}
	*ret_percent = (uint32_t)number;
	return 0;
}

bool value_is_percent(const char *text)
{
	uint32_t percent;

	return value_percent(text, &percent) == 0;
}

bool value_is_service(const char *text)
{
	static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.@+-";

	return text[0] != '\0' && text[strspn(text, LETTERS)] == '\0';
}

bool value_is_hostname(const char *text)
{
	return hostname_template_check(text) == 0;
}

/* Without "CAP_", in the order of the kernel's numbers: uapi/linux/capability.h. */
static const char *const CAPABILITIES[] = {
	[CAP_CHOWN] = "CHOWN",
	[CAP_DAC_OVERRIDE] = "DAC_OVERRIDE",
	[CAP_DAC_READ_SEARCH] = "DAC_READ_SEARCH",
	[CAP_FOWNER] = "FOWNER",
	[CAP_FSETID] = "FSETID",
	[CAP_KILL] = "KILL",
	[CAP_SETGID] = "SETGID",
	[CAP_SETUID] = "SETUID",
	[CAP_SETPCAP] = "SETPCAP",
	[CAP_LINUX_IMMUTABLE] = "LINUX_IMMUTABLE",
	[CAP_NET_BIND_SERVICE] = "NET_BIND_SERVICE",
	[CAP_NET_BROADCAST] = "NET_BROADCAST",
	[CAP_NET_ADMIN] = "NET_ADMIN",
	[CAP_NET_RAW] = "NET_RAW",
	[CAP_IPC_LOCK] = "IPC_LOCK",
	[CAP_IPC_OWNER] = "IPC_OWNER",
	[CAP_SYS_MODULE] = "SYS_MODULE",
	[CAP_SYS_RAWIO] = "SYS_RAWIO",
	[CAP_SYS_CHROOT] = "SYS_CHROOT",
	[CAP_SYS_PTRACE] = "SYS_PTRACE",
	[CAP_SYS_PACCT] = "SYS_PACCT",
	[CAP_SYS_ADMIN] = "SYS_ADMIN",
	[CAP_SYS_BOOT] = "SYS_BOOT",
	[CAP_SYS_NICE] = "SYS_NICE",
	[CAP_SYS_RESOURCE] = "SYS_RESOURCE",
	[CAP_SYS_TIME] = "SYS_TIME",
	[CAP_SYS_TTY_CONFIG] = "SYS_TTY_CONFIG",
	[CAP_MKNOD] = "MKNOD",
	[CAP_LEASE] = "LEASE",
	[CAP_AUDIT_WRITE] = "AUDIT_WRITE",
	[CAP_AUDIT_CONTROL] = "AUDIT_CONTROL",
	[CAP_SETFCAP] = "SETFCAP",
	[CAP_MAC_OVERRIDE] = "MAC_OVERRIDE",
	[CAP_MAC_ADMIN] = "MAC_ADMIN",
	[CAP_SYSLOG] = "SYSLOG",
	[CAP_WAKE_ALARM] = "WAKE_ALARM",
	[CAP_BLOCK_SUSPEND] = "BLOCK_SUSPEND",
	[CAP_AUDIT_READ] = "AUDIT_READ",
	[CAP_PERFMON] = "PERFMON",
	[CAP_BPF] = "BPF",
	[CAP_CHECKPOINT_RESTORE] = "CHECKPOINT_RESTORE",
};

/* Its number, or -1. */
static int capability_find(const char *text, size_t length)
{
	size_t i;

	if (length < 4 || strncasecmp(text, "CAP_", 4) != 0) {
		return -1;
	}
	for (i = 0; i < sizeof(CAPABILITIES) / sizeof(CAPABILITIES[0]); i++) {
		if (strlen(CAPABILITIES[i]) == length - 4 &&
		    strncasecmp(CAPABILITIES[i], text + 4, length - 4) == 0) {
			return (int)i;
		}
	}
	return -1;
}

int value_capabilities(const char *text, uint64_t *ret_bits)
{
	const char *item;
	size_t length;
	uint64_t bits = 0;

	while (value_next(&text, VALUE_SEPARATORS, &item, &length)) {
		const int number = capability_find(item, length);

		if (number < 0) {
			return -EINVAL;
		}
		bits |= UINT64_C(1) << number;
	}
	if (bits == 0) {
		return -EINVAL;
	}
	*ret_bits = bits;
	return 0;
}

const char *value_capabilities_wrong(const char *text, size_t *ret_length)
{
	const char *rest = text, *item;
	size_t length;

	while (value_next(&rest, VALUE_SEPARATORS, &item, &length)) {
		if (capability_find(item, length) < 0 && !value_among("all none", item, length)) {
			*ret_length = length;
			return item;
		}
	}
	*ret_length = strlen(text);
	return text;
}

bool value_is_capabilities(const char *text)
{
	uint64_t bits;

	return value_capabilities(text, &bits) == 0;
}
