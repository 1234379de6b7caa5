/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - figures and names as people read them. Pure.
 */
#include "text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "quote.h"

#define MINUTE INT64_C(60)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* What quote() would leave alone, from FIRST on. */
static bool is_plain(const char *text, char first)
{
	for (; *text != '\0'; text++) {
		if (*text < first || *text > '~' || *text == '"' || *text == '\\') {
			return false;
		}
	}
	return true;
}

static const char *show(char *buffer, size_t size, const char *text, char first)
{
	if (text[0] == '\0' || (is_plain(text, first) && strlen(text) < size)) {
		(void)snprintf(buffer, size, "%s", text[0] == '\0' ? "-" : text);
		return buffer;
	}
	return quote(buffer, size, text);
}

const char *text_show(char *buffer, size_t size, const char *text)
{
	return show(buffer, size, text, '!');
}

const char *text_line(char *buffer, size_t size, const char *text)
{
	return show(buffer, size, text, ' ');
}

const char *text_bytes(char *buffer, size_t size, uint64_t bytes)
{
	static const char UNITS[] = "KMGTPE";
	uint64_t tenths;
	size_t unit = 0;

	if (bytes < 1024) {
		(void)snprintf(buffer, size, "%" PRIu64, bytes);
		return buffer;
	}
	/* Whole units until it is below 1024 of one, so that the tenths cannot overflow. */
	while (bytes >= (uint64_t)1024 * 1024) {
		bytes /= 1024;
		unit++;
	}
	tenths = bytes * 10 / 1024;
	if (tenths < 100) {
		(void)snprintf(buffer, size, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
			       UNITS[unit]);
	} else {
		(void)snprintf(buffer, size, "%" PRIu64 "%c", tenths / 10, UNITS[unit]);
	}
	return buffer;
}

const char *text_age(char *buffer, size_t size, int64_t seconds)
{
	seconds = seconds < 0 ? 0 : seconds;
	if (seconds < MINUTE) {
		(void)snprintf(buffer, size, "%" PRId64 "s", seconds);
	} else if (seconds < HOUR) {
		(void)snprintf(buffer, size, "%" PRId64 "m %" PRId64 "s", seconds / MINUTE,
			       seconds % MINUTE);
	} else if (seconds < DAY) {
		(void)snprintf(buffer, size, "%" PRId64 "h %" PRId64 "m", seconds / HOUR,
			       seconds % HOUR / MINUTE);
	} else {
		(void)snprintf(buffer, size, "%" PRId64 "d %" PRId64 "h", seconds / DAY,
			       seconds % DAY / HOUR);
	}
	return buffer;
}

const char *text_since(char *buffer, size_t size, int64_t since, int64_t now)
{
	time_t seconds = (time_t)since;
	struct tm broken;

	if (now - since < DAY) {
		return text_age(buffer, size, now - since);
	}
	if (localtime_r(&seconds, &broken) == NULL ||
	    strftime(buffer, size, "%Y-%m-%d %H:%M", &broken) == 0) {
		(void)snprintf(buffer, size, "?"); /* a year beyond what struct tm holds */
	}
	return buffer;
}

const char *text_time(char *buffer, size_t size, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm broken;

	if (gmtime_r(&time, &broken) == NULL ||
	    strftime(buffer, size, "%Y-%m-%dT%H:%M:%SZ", &broken) == 0) {
		(void)snprintf(buffer, size, "?");
	}
	return buffer;
}
