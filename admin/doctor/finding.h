/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding.h - what `loginspace doctor` has found, in order. Pure.
 */
#ifndef LOGINSPACE_ADMIN_FINDING_H
#define LOGINSPACE_ADMIN_FINDING_H

#include <stddef.h>

enum finding_level {
	FINDING_OK,
	FINDING_WARN, /* works, but not as one would want */
	FINDING_FAIL, /* logins are denied, or not confined */
};

#define FINDING_TEXT_SIZE 512

struct finding {
	enum finding_level level;
	const char *subject;          /* a literal: "kernel", "pam" */
	char text[FINDING_TEXT_SIZE]; /* a sentence; text from outside is escaped */
	const char *mend;             /* a literal; NULL: nothing to do */
};

struct findings {
	struct finding *items;
	size_t count;
};

/*
 * finding_add - a text that is there already is not added again. Without memory for it the process
 * aborts: a check that is lost would look like one passed.
 */
void finding_add(struct findings *findings, enum finding_level level, const char *subject,
		 const char *mend, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* How many are of this level. */
size_t findings_count(const struct findings *findings, enum finding_level level);

/* "ok", "warn", "fail". */
const char *finding_word(enum finding_level level);

void findings_free(struct findings *findings);

#endif
