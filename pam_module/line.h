/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - one entry for the log: an event with fields, from which both the line of text and the
 * fields of the journal are made, so that they cannot tell different things.
 */
#ifndef LOGINSPACE_LINE_H
#define LOGINSPACE_LINE_H

#include <stddef.h>

#include "journal.h"
#include "login.h"

/* In no special order: a line has its fields in the order in which they were added. */
enum line_key {
	LINE_USER,
	LINE_UID,
	LINE_SERVICE,
	LINE_RHOST,
	LINE_SPACE,
	LINE_SCOPE,
	LINE_NETWORK,
	LINE_MS,
	LINE_HELPER,
	LINE_VERDICT,
	LINE_STEP,
	LINE_NUMBER,
	LINE_NAMESPACES,
	LINE_ERRNO,
	LINE_REASON,
	LINE_WOULD,
	LINE_DETAIL,
	LINE_KEY_COUNT,
};

/* The longest line, and the values that one line can hold. */
#define LINE_SIZE        4096
#define LINE_VALUES_MAX  12
#define LINE_VALUES_SIZE 3072

struct line_value {
	enum line_key key;
	const char *text; /* as it came; in the line's storage */
};

struct line {
	const char *event; /* a word of ours: "open" */
	int priority;      /* LOG_INFO and so on, of syslog(3) */
	size_t count;
	struct line_value values[LINE_VALUES_MAX];
	size_t used;
	char storage[LINE_VALUES_SIZE];
};

/* The same for the journal: LOGINSPACE_EVENT first, then a field for each value. */
struct line_fields {
	size_t count;
	struct journal_field fields[LINE_VALUES_MAX + 1];
	char storage[LINE_SIZE];
};

/* line_begin - *LINE is a line about EVENT, with no values. EVENT stays the caller's. */
void line_begin(struct line *line, int priority, const char *event);

/* line_add - a value, as of printf(3). It is cut where it is too long for a log; see line_text. */
void line_add(struct line *line, enum line_key key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* line_add_login - user, uid ("-" when it is not known), service and rhost. */
void line_add_login(struct line *line, const struct login *login);

/*
 * line_text - `event: key=value key="value"`: what comes from outside in quotes (quote.h), also
 * when it is a plain word, and any other value where it has to be; what is longer than 258 bytes
 * in its quotes is cut, but for a detail. SIZE is at least 64; what does not fit as a whole is left
 * out, and all after it. Returns BUFFER.
 */
char *line_text(const struct line *line, char *buffer, size_t size);

/*
 * line_fields - each value as it came, with no quotes, but control characters as \xNN; it is
 * cut at the same size as in line_text. The texts point into *RET and at constants.
 */
void line_fields(const struct line *line, struct line_fields *ret);

/* line_escape - TEXT with control characters as \xNN, cut at SIZE, which is 1 at least. */
char *line_escape(char *buffer, size_t size, const char *text);

#endif
