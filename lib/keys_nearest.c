/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys_nearest.c - what a mistyped key may have been meant to be. Pure.
 */
#include "keys.h"

#include <stdint.h>
#include <string.h>

/* The longest key has 23 letters. */
#define NAME_MAX_COMPARED 32

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many letters have to be put in, taken out or changed to make A from B (Levenshtein), two
 * neighbours that changed places counting once. One row of the table for each letter of A, of
 * which the last three are kept.
 */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_COMPARED + 1];
	const size_t a_length = strlen(a), b_length = strlen(b);
	size_t i, j;

	if (a_length > NAME_MAX_COMPARED || b_length > NAME_MAX_COMPARED) {
		return SIZE_MAX; /* it was not meant to be any key */
	}
	for (j = 0; j <= b_length; j++) {
		rows[0][j] = j;
	}
	for (i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i - 1) % 3];
		const size_t *before = rows[(i + 1) % 3]; /* i - 2; used from the second on */

		row[0] = i;
		for (j = 1; j <= b_length; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1,
				       above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				row[j] = least(row[j], before[j - 2] + 1);
			}
		}
	}
	return rows[a_length % 3][b_length];
}

const char *key_nearest(const char *name)
{
	/* A third of it may be wrong, or hardly anything is left of what was meant. */
	size_t nearest = strlen(name) / 3 + 1;
	const char *found = NULL;
	unsigned int key;

	for (key = 0; key < KEY_COUNT; key++) {
		const char *known = key_about((enum key)key)->name;
		const size_t steps = distance(name, known);

		if (steps < nearest) {
			nearest = steps;
			found = known;
		}
	}
	return found;
}
