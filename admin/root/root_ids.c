/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_ids.c - which ids a fake root gets, see root_ids.h. Used by `loginspace root`. Pure. It grants
 * nothing: newuidmap(1) reads the files itself and decides.
 */
#include "root_ids.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 512

/* The last is (uid_t)-1, which is no id. */
#define ID_LAST (UINT32_MAX - 1)

static bool number_read(const char *text, uint32_t *ret)
{
	uint64_t number = 0;
	const char *at;

	for (at = text; *at >= '0' && *at <= '9'; at++) {
		number = number * 10 + (uint64_t)(*at - '0');
		if (number > UINT32_MAX) {
			return false;
		}
	}
	if (at == text || *at != '\0') {
		return false;
	}
	*ret = (uint32_t)number;
	return true;
}

static bool range_read(const char *first, const char *count, struct id_range *ret)
{
	struct id_range range;

	if (first == NULL || count == NULL || !number_read(first, &range.first) ||
	    !number_read(count, &range.count) || range.count == 0 || range.first > ID_LAST ||
	    range.count - 1 > ID_LAST - range.first) {
		return false;
	}
	*ret = range;
	return true;
}

static bool overlap(const struct id_range *a, const struct id_range *b)
{
	return a->first <= b->first + (b->count - 1) && b->first <= a->first + (a->count - 1);
}

static void range_add(struct ids *ids, uint32_t own, const struct id_range *range)
{
	const struct id_range itself = { .first = own, .count = 1 };
	uint64_t inside = 1; /* the next free number there */
	size_t i;

	if (ids->count == IDS_RANGES_MAX || overlap(&itself, range)) {
		return;
	}
	for (i = 0; i < ids->count; i++) {
		if (overlap(&ids->ranges[i], range)) {
			return;
		}
		inside += ids->ranges[i].count;
	}
	if (inside + range->count - 1 <= ID_LAST) {
		ids->ranges[ids->count++] = *range;
	}
}

/* The user's own line, by his name or his number, as subuid(5) has it. */
static bool is_owner(const char *owner, const char *name, uid_t uid)
{
	uint32_t number;

	return (name != NULL && name[0] != '\0' && strcmp(owner, name) == 0) ||
	       (number_read(owner, &number) && number == uid);
}

/* Returns false for a line that is the user's and is no range. */
static bool line_read(char *line, const char *name, uid_t uid, uint32_t own, struct ids *ids)
{
	char *rest = line;
	const char *owner = strsep(&rest, ":");
	const char *first = strsep(&rest, ":");
	struct id_range range;

	if (!is_owner(owner, name, uid)) {
		return true;
	}
	if (!range_read(first, rest, &range)) {
		return false;
	}
	range_add(ids, own, &range);
	return true;
}

void ids_read(const char *text, size_t length, const char *name, uid_t uid, uint32_t own,
	      struct ids *ret)
{
	struct ids ids = { .count = 0 };
	const char *end = text + length;
	char line[LINE_SIZE];
	size_t number;

	for (number = 1; text < end; number++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const size_t size = (size_t)((stop != NULL ? stop : end) - text);

		/* Whoever has such a name has no ranges; and a NUL is in no name and in no number. */
		if (size < sizeof(line) && memchr(text, '\0', size) == NULL) {
			memcpy(line, text, size);
			line[size] = '\0';
			if (!line_read(line, name, uid, own, &ids) && ids.bad_line == 0) {
				ids.bad_line = number;
			}
		}
		text += size + 1;
	}
	*ret = ids;
}

static void word_add(struct ids_words *words, size_t at, uint32_t number)
{
	(void)snprintf(words->numbers[at], sizeof(words->numbers[at]), "%u", number);
	words->argv[at + 1] = words->numbers[at];
}

void ids_words_fill(char *program, pid_t pid, uint32_t own, const struct ids *ids,
		    struct ids_words *ret)
{
	uint32_t inside = 1;
	size_t at = 0, i;

	ret->argv[0] = program;
	word_add(ret, at++, (uint32_t)pid);
	word_add(ret, at++, 0);
	word_add(ret, at++, own);
	word_add(ret, at++, 1);
	for (i = 0; i < ids->count; i++) {
		word_add(ret, at++, inside);
		word_add(ret, at++, ids->ranges[i].first);
		word_add(ret, at++, ids->ranges[i].count);
		inside += ids->ranges[i].count;
	}
	ret->argv[at + 1] = NULL;
}
