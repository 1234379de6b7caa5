/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - figures and names as people read them. Pure. Each writes into BUFFER, cut where SIZE
 * ends, and returns it.
 */
#ifndef LOGINSPACE_ADMIN_TEXT_H
#define LOGINSPACE_ADMIN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_SIZE 64 /* enough for all but text_show */

/*
 * text_show - a name from outside: as it is when it is a plain word, in quotes and escaped, as
 * quote() does, when it is not, "-" when it is empty.
 */
const char *text_show(char *buffer, size_t size, const char *text);

/* text_line - the same for a text of several words: blanks are plain here. */
const char *text_line(char *buffer, size_t size, const char *text);

/* "512", "1.5K", "312M": 1024 to the K. */
const char *text_bytes(char *buffer, size_t size, uint64_t bytes);

/* "40s", "5m 10s", "2h 5m", "3d 4h"; a negative number counts as 0. */
const char *text_age(char *buffer, size_t size, int64_t seconds);

/* The age of SINCE (CLOCK_REALTIME) at NOW below a day, the date and time after that. */
const char *text_since(char *buffer, size_t size, int64_t since, int64_t now);

/* "2025-01-31T23:59:59Z", RFC 3339. */
const char *text_time(char *buffer, size_t size, int64_t seconds);

#endif
