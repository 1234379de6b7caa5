/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.c - arguments of busctl(1). Pure.
 */
#include "call.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void word_add(struct call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void word_add(struct call *call, const char *format, ...)
{
	char *const place = call->text + call->used;
	const size_t room = sizeof(call->text) - call->used;
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(place, room, format, list);
	va_end(list);
	if (length < 0 || (size_t)length >= room || call->count == CALL_WORDS_MAX) {
		call->full = true;
		return;
	}
	call->words[call->count++] = place;
	call->words[call->count] = NULL;
	call->used += (size_t)length + 1;
}

static void words_add(struct call *call, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		word_add(call, "%s", words[i]);
	}
}

/* Each a struct of a name and a variant. Swap would make of a limit of memory none at all. */
static void figures_add(struct call *call, const struct figures *figures)
{
	unsigned int i;

	for (i = 0; i < FIGURE_COUNT; i++) {
		if (figures->values[i] != 0) {
			word_add(call, "%s", figure_about((enum figure)i)->property);
			word_add(call, "t");
			word_add(call, "%" PRIu64, figures->values[i]);
		}
	}
	if (figures->values[FIGURE_MEMORY] != 0) {
		static const char *const SWAP[] = { "MemorySwapMax", "t", "0" };

		words_add(call, SWAP, 3);
	}
}

static size_t figures_count(const struct figures *figures)
{
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < FIGURE_COUNT; i++) {
		count += figures->values[i] != 0 ? 1u : 0u;
	}
	return count + (figures->values[FIGURE_MEMORY] != 0 ? 1u : 0u);
}

static void call_begin(struct call *call, const char *method, const char *signature)
{
	static const char *const HEAD[] = {
		"busctl",
		"--quiet",
		"call",
		"org.freedesktop.systemd1",
		"/org/freedesktop/systemd1",
		"org.freedesktop.systemd1.Manager",
	};

	*call = (struct call){ .count = 0 };
	words_add(call, HEAD, sizeof(HEAD) / sizeof(HEAD[0]));
	word_add(call, "%s", method);
	word_add(call, "%s", signature);
}

int call_set(struct call *call, const char *unit, const struct figures *figures)
{
	call_begin(call, "SetUnitProperties", "sba(sv)");
	word_add(call, "%s", unit);
	word_add(call, "true"); /* at runtime: not beyond the next start of the machine */
	word_add(call, "%zu", figures_count(figures));
	figures_add(call, figures);
	return call->full ? -E2BIG : 0;
}

int call_scope(struct call *call, const struct call_scope *scope, const struct figures *figures)
{
	static const char *const COLLECT[] = { "CollectMode", "s", "inactive-or-failed" };
	static const char *const CONTINUE[] = { "OOMPolicy", "s", "continue" };
	static const char *const ABOUT[] = { "Description", "s", "Login with loginspace" };
	size_t properties = scope->oom_policy ? 5 : 4;

	if (figures != NULL) {
		properties += figures_count(figures);
	}
	call_begin(call, "StartTransientUnit", "ssa(sv)a(sa(sv))");
	word_add(call, "%s", scope->unit);
	word_add(call, "fail");
	word_add(call, "%zu", properties);
	word_add(call, "PIDs");
	word_add(call, "au");
	word_add(call, "1");
	word_add(call, "%d", scope->member);
	word_add(call, "Slice");
	word_add(call, "s");
	word_add(call, "%s", scope->slice);
	words_add(call, ABOUT, 3);
	words_add(call, COLLECT, 3);
	if (scope->oom_policy) {
		words_add(call, CONTINUE, 3);
	}
	if (figures != NULL) {
		figures_add(call, figures);
	}
	word_add(call, "0"); /* no units beside it */
	return call->full ? -E2BIG : 0;
}
