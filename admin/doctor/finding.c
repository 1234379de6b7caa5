/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding.c - what `loginspace doctor` has found. Pure.
 */
#include "finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* su and su-l share a file, and so its mistakes: each is said once. */
static void drop_repeated(struct findings *findings)
{
	const struct finding *last = &findings->items[findings->count - 1];
	size_t i;

	for (i = 0; i + 1 < findings->count; i++) {
		if (strcmp(findings->items[i].text, last->text) == 0) {
			findings->count--;
			return;
		}
	}
}

void finding_add(struct findings *findings, enum finding_level level, const char *subject,
		 const char *mend, const char *format, ...)
{
	struct finding *items, *finding;
	va_list args;

	items = reallocarray(findings->items, findings->count + 1, sizeof(*items));
	if (items == NULL) {
		abort();
	}
	findings->items = items;
	finding = &items[findings->count++];
	*finding = (struct finding){ .level = level, .subject = subject, .mend = mend };
	va_start(args, format);
	(void)vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	drop_repeated(findings);
}

size_t findings_count(const struct findings *findings, enum finding_level level)
{
	size_t count = 0, i;

	for (i = 0; i < findings->count; i++) {
		count += findings->items[i].level == level ? 1 : 0;
	}
	return count;
}

const char *finding_word(enum finding_level level)
{
	static const char *const WORDS[] = {
		[FINDING_OK] = "ok",
		[FINDING_WARN] = "warn",
		[FINDING_FAIL] = "fail",
	};

	return WORDS[level];
}

void findings_free(struct findings *findings)
{
	free(findings->items);
	*findings = (struct findings){ 0 };
}
