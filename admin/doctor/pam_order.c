/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_order.c - are our lines in a PAM stack where they belong? Pure.
 *
 * Whoever comes after the line that opens works inside the space, without a /proc/self; some do not
 * mind. Whatever can end the stack before it, or jump over it, lets a login in without a space.
 */
#include "pam_order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pam_indifferent.h"
#include "quote.h"
#include "text.h"

#define SUBJECT "pam"

#define NONE ((size_t)-1)

/* One service as it is judged. */
struct stack {
	const char *service;
	const struct pam_lines *lines;
	struct findings *findings;
	size_t open;  /* index of the last line of ours that opens, or NONE */
	size_t close; /* of the first with "close", or NONE */
	size_t opens; /* how many */
	bool selinux;
};

/* "sshd:12 (pam_motd.so)", escaped. */
#define PLACE_SIZE 256

static const char *place(char buffer[PLACE_SIZE], const struct pam_line *line)
{
	char file[96], module[96];

	(void)snprintf(buffer, PLACE_SIZE, "%s:%u (%s)", text_show(file, sizeof(file), line->file),
		       line->line, text_show(module, sizeof(module), line->module));
	return buffer;
}

bool pam_line_is_ours(const struct pam_line *line)
{
	const char *slash = strrchr(line->module, '/');

	return strcmp(slash != NULL ? slash + 1 : line->module, "pam_loginspace.so") == 0;
}

const char *pam_line_value(const struct pam_line *line, const char *name)
{
	size_t length = strlen(name), i;

	for (i = 0; i < line->word_count; i++) {
		if (strncmp(line->words[i], name, length) == 0) {
			return line->words[i] + length;
		}
	}
	return NULL;
}

static bool has_word(const struct pam_line *line, const char *word)
{
	size_t i;

	for (i = 0; i < line->word_count; i++) {
		if (strcmp(line->words[i], word) == 0) {
			return true;
		}
	}
	return false;
}

static void lines_find(struct stack *stack)
{
	size_t i;

	for (i = 0; i < stack->lines->count; i++) {
		const struct pam_line *line = &stack->lines->items[i];

		if (!pam_line_is_ours(line)) {
			continue;
		}
		if (has_word(line, "close")) {
			stack->close = stack->close == NONE ? i : stack->close;
		} else {
			stack->open = i;
			stack->opens++;
		}
	}
}

static void words_judge(const struct stack *stack, const struct pam_line *line)
{
	static const char *const SWITCHES[] = { "debug", "no_warn", "any_service", "close" };
	static const char *const PATHS[] = { "conf=/", "helper=/" };
	char at[PLACE_SIZE], service[64], word[128];
	size_t i, k;

	for (i = 0; i < line->word_count; i++) {
		bool known = false;

		for (k = 0; k < sizeof(SWITCHES) / sizeof(SWITCHES[0]); k++) {
			known = known || strcmp(line->words[i], SWITCHES[k]) == 0;
		}
		for (k = 0; k < sizeof(PATHS) / sizeof(PATHS[0]); k++) {
			known = known || strncmp(line->words[i], PATHS[k], strlen(PATHS[k])) == 0;
		}
		if (!known) {
			finding_add(stack->findings, FINDING_FAIL, SUBJECT,
				    "take it out, see OPTIONS in pam_loginspace(8)",
				    "%s: %s does not understand %s: it denies every login",
				    text_show(service, sizeof(service), stack->service),
				    place(at, line), quote(word, sizeof(word), line->words[i]));
		}
	}
}

static void control_judge(const struct stack *stack, const struct pam_line *line)
{
	char at[PLACE_SIZE], control[128];

	if (line->dash) {
		finding_add(stack->findings, FINDING_FAIL, SUBJECT,
			    "write session, without the dash",
			    "%s: with the dash before its type the log does not say so when the "
			    "module is missing, and the login is denied",
			    place(at, line));
	}
	if (strcmp(line->control, "required") == 0 || strcmp(line->control, "requisite") == 0) {
		return;
	}
	(void)quote(control, sizeof(control), line->control);
	if (line->control[0] == '[') {
		finding_add(stack->findings, FINDING_WARN, SUBJECT, "use required",
			    "%s: a failure must deny the login; whether it does under %s is not "
			    "looked at here",
			    place(at, line), control);
	} else {
		finding_add(stack->findings, FINDING_FAIL, SUBJECT, "use required",
			    "%s: with %s a login for which no space can be made is let in without "
			    "one",
			    place(at, line), control);
	}
}

/* What is said for a [value=action ...] of the line; "sufficient" is one, pam.d(5). */
static bool ends_stack(const struct pam_line *line)
{
	return strcmp(line->control, "sufficient") == 0 || strstr(line->control, "=done") != NULL;
}

/* The farthest that the line may jump: 0, not at all. */
static size_t jump_of(const struct pam_line *line)
{
	const char *at = line->control;
	size_t most = 0;

	if (at[0] != '[') {
		return 0;
	}
	while ((at = strchr(at, '=')) != NULL) {
		size_t jump = strtoul(++at, NULL, 10);

		jump = *at >= '0' && *at <= '9' ? jump : 0;
		most = jump > most ? jump : most;
	}
	return most;
}

/* May what line FROM does touch line TO, which comes later? Not out of its substack. */
static bool reaches(const struct pam_line *from, const struct pam_line *to)
{
	return from->stack == 0 || from->stack == to->stack;
}

/* Does the jump from line FROM, which is before TO, lead beyond TO? A substack counts as one. */
static bool jumps_over(const struct pam_lines *lines, size_t from, size_t to)
{
	const unsigned int stack = lines->items[from].stack;
	size_t left = jump_of(&lines->items[from]), i;
	unsigned int substack = stack;

	for (i = from + 1; i <= to; i++) {
		const struct pam_line *line = &lines->items[i];

		if (line->stack != stack && (line->parent != stack || line->stack == substack)) {
			continue; /* counted with the line that its substack began with */
		}
		if (left == 0) {
			return false;
		}
		left--;
		substack = line->stack;
	}
	return true;
}

static void before_judge(const struct stack *stack)
{
	const struct pam_line *open = &stack->lines->items[stack->open];
	char at[PLACE_SIZE], ours[PLACE_SIZE];
	size_t i;

	for (i = 0; i < stack->open; i++) {
		const struct pam_line *line = &stack->lines->items[i];

		if (pam_line_is_ours(line) || !reaches(line, open)) {
			continue;
		}
		if (ends_stack(line)) {
			finding_add(stack->findings, FINDING_FAIL, SUBJECT,
				    "use required there, or a substack",
				    "%s may end the stack, so that %s is never reached",
				    place(at, line), place(ours, open));
		} else if (jump_of(line) > 0 && jumps_over(stack->lines, i, stack->open)) {
			finding_add(stack->findings, FINDING_FAIL, SUBJECT, "make the jump shorter",
				    "%s may jump over %s", place(at, line), place(ours, open));
		}
	}
}

static void after_judge(const struct stack *stack)
{
	char at[PLACE_SIZE], ours[PLACE_SIZE];
	size_t i;

	for (i = stack->open + 1; i < stack->lines->count; i++) {
		const struct pam_line *line = &stack->lines->items[i];

		if (!pam_line_is_ours(line) && !pam_line_opens_inside(line, stack->selinux)) {
			finding_add(
				stack->findings, FINDING_FAIL, SUBJECT,
				"move the line of pam_loginspace to the end, behind all includes",
				"%s comes after %s: it works inside the space, without a "
				"/proc/self",
				place(at, line), place(ours, &stack->lines->items[stack->open]));
			return;
		}
	}
}

static void open_judge(const struct stack *stack)
{
	const struct pam_line *line = &stack->lines->items[stack->open];
	char at[PLACE_SIZE];

	control_judge(stack, line);
	before_judge(stack);
	after_judge(stack);
	if (stack->opens > 1) {
		finding_add(stack->findings, FINDING_WARN, SUBJECT, "keep one, the last",
			    "%s is one of %zu lines that open: the first counts", place(at, line),
			    stack->opens);
	}
}

/* The first line before line END that had better close on the host, or NONE. */
static size_t closer_find(const struct stack *stack, size_t end)
{
	size_t i;

	for (i = 0; i < end; i++) {
		const struct pam_line *line = &stack->lines->items[i];

		if (!pam_line_is_ours(line) && !pam_line_closes_inside(line, stack->selinux)) {
			return i;
		}
	}
	return NONE;
}

static void close_judge(const struct stack *stack)
{
	static const char MEND[] = "begin the session lines with: session required "
				   "pam_loginspace.so close";
	const bool none = stack->close == NONE;
	const size_t closer = closer_find(stack, none ? stack->open : stack->close);
	char at[PLACE_SIZE], other[PLACE_SIZE], shown[64];

	if (!none && stack->close > stack->open) {
		finding_add(
			stack->findings, FINDING_WARN, SUBJECT, MEND,
			"%s, with close, comes after %s: it does nothing, and the log has a line "
			"twice of each login",
			place(at, &stack->lines->items[stack->close]),
			place(other, &stack->lines->items[stack->open]));
		return;
	}
	if (closer == NONE) {
		return;
	}
	(void)place(other, &stack->lines->items[closer]);
	if (none) {
		finding_add(stack->findings, FINDING_WARN, SUBJECT, MEND,
			    "%s: without a line with close, %s and others close inside the space",
			    text_show(shown, sizeof(shown), stack->service), other);
	} else {
		finding_add(stack->findings, FINDING_WARN, SUBJECT, MEND,
			    "%s, with close, is not the first session line: %s closes inside the "
			    "space",
			    place(at, &stack->lines->items[stack->close]), other);
	}
}

void pam_order_judge(const char *service, const struct pam_lines *lines, bool selinux,
		     struct findings *findings)
{
	struct stack stack = {
		.service = service,
		.lines = lines,
		.findings = findings,
		.open = NONE,
		.close = NONE,
		.selinux = selinux,
	};
	const size_t before = findings->count;
	char shown[64], at[PLACE_SIZE];
	size_t i;

	(void)text_show(shown, sizeof(shown), service);
	lines_find(&stack);
	for (i = 0; i < lines->count; i++) {
		if (pam_line_is_ours(&lines->items[i])) {
			words_judge(&stack, &lines->items[i]);
		}
	}
	if (stack.open == NONE && stack.close == NONE) {
		finding_add(findings, FINDING_OK, SUBJECT, NULL,
			    "%s has no line of pam_loginspace: its logins get no space", shown);
		return;
	}
	if (stack.open == NONE) {
		finding_add(findings, FINDING_FAIL, SUBJECT,
			    "end the session lines with: session required pam_loginspace.so",
			    "%s has a line with close only: its logins get no space", shown);
		return;
	}
	open_judge(&stack);
	close_judge(&stack);
	if (findings->count == before) {
		const size_t after = lines->count - stack.open - 1;

		finding_add(findings, FINDING_OK, SUBJECT, NULL,
			    "%s: %s opens, last of %zu session lines%s", shown,
			    place(at, &lines->items[stack.open]), stack.open + 1,
			    after > 0 ? "; those after it may work inside" : "");
	}
}
