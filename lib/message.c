/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - the checks that every message passes before anybody acts on it. Pure.
 */
#include "message.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

#include "plan.h"
#include "steps.h"

/* What a reply may ask the module to join. */
#define NAMESPACES_KNOWN \
	(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWUSER | \
	 CLONE_NEWCGROUP)

int message_text_set(char *field, size_t size, const char *text)
{
	size_t length = text == NULL ? 0 : strlen(text);

	if (length >= size) {
		return -ENAMETOOLONG;
	}
	memset(field, 0, size);
	if (length > 0) {
		memcpy(field, text, length);
	}
	return 0;
}

static bool text_ends(const char *field, size_t size)
{
	return memchr(field, '\0', size) != NULL;
}

static bool header_ours(uint32_t magic, uint32_t version)
{
	return magic == MESSAGE_MAGIC && version == MESSAGE_VERSION;
}

int request_check(const struct request *request, size_t length)
{
	if (length != sizeof(*request)) {
		return -EMSGSIZE;
	}
	if (!header_ours(request->magic, request->version)) {
		return -EPROTO;
	}
	if (request->uid == (uid_t)-1) { /* "no change" to setresuid(2): nobody's */
		return -EINVAL;
	}
	if ((request->flags & ~(uint32_t)REQUEST_FLAGS_KNOWN) != 0 || request->deadline_ms == 0) {
		return -EINVAL;
	}
	if (!text_ends(request->user, sizeof(request->user)) ||
	    !text_ends(request->service, sizeof(request->service)) ||
	    !text_ends(request->rhost, sizeof(request->rhost)) ||
	    !text_ends(request->tty, sizeof(request->tty)) ||
	    !text_ends(request->conf, sizeof(request->conf))) {
		return -EINVAL;
	}
	if (request->user[0] == '\0' || request->service[0] == '\0') {
		return -EINVAL;
	}
	return 0;
}

struct restriction_words message_restrictions(const struct restrictions *restrictions)
{
	return (struct restriction_words){
		.capabilities = restrictions->capabilities,
		.no_new_privs = restrictions->no_new_privs ? 1 : 0,
		.filter = restrictions->filter ? 1 : 0,
	};
}

struct restrictions restrictions_of(const struct restriction_words *words)
{
	return (struct restrictions){
		.capabilities = words->capabilities,
		.no_new_privs = words->no_new_privs == 1,
		.filter = words->filter == 1,
	};
}

bool restriction_words_valid(const struct restriction_words *words)
{
	return words->no_new_privs <= 1 && words->filter <= 1;
}

static bool joins_nothing(const struct reply *reply)
{
	return reply->number == 0 && reply->scope == 0 && reply->joined == 0 &&
	       reply->restrictions.capabilities == 0 && reply->restrictions.no_new_privs == 0 &&
	       reply->restrictions.filter == 0;
}

/* A verdict comes with the fields that belong to it, and with no others. */
static bool reply_consistent(const struct reply *reply)
{
	const bool namespaces =
		reply->namespaces != 0 && (reply->namespaces & ~(uint32_t)NAMESPACES_KNOWN) == 0;

	if (reply->verdict == VERDICT_DENY) {
		return reply->error > 0 && reply->step != STEP_NONE && reply->namespaces == 0 &&
		       joins_nothing(reply);
	}
	if (reply->error != 0 || reply->step != STEP_NONE) {
		return false;
	}
	switch ((enum verdict)reply->verdict) {
	case VERDICT_IGNORE:
	case VERDICT_AUDIT:
	case VERDICT_LENIENT:
		return reply->namespaces == 0 && joins_nothing(reply);
	case VERDICT_MADE:
	case VERDICT_FOUND:
		return namespaces && joins_nothing(reply);
	case VERDICT_JOIN:
		return namespaces && reply->number < PLAN_MAX_SPACES_LIMIT &&
		       reply->scope < SCOPE_COUNT && reply->joined <= 1 &&
		       restriction_words_valid(&reply->restrictions);
	default:
		return false;
	}
}

int reply_check(const struct reply *reply, size_t length)
{
	if (length != sizeof(*reply)) {
		return -EMSGSIZE;
	}
	if (!header_ours(reply->magic, reply->version)) {
		return -EPROTO;
	}
	if (reply->step >= STEP_COUNT || !text_ends(reply->detail, sizeof(reply->detail)) ||
	    !reply_consistent(reply)) {
		return -EINVAL;
	}
	return 0;
}

int word_check(const struct word *word, size_t length)
{
	if (length != sizeof(*word)) {
		return -EMSGSIZE;
	}
	if (!header_ours(word->magic, word->version)) {
		return -EPROTO;
	}
	if (word->kind != WORD_JOINED && word->kind != WORD_CLOSE) {
		return -EINVAL;
	}
	return 0;
}

size_t reply_fd_count(enum verdict verdict)
{
	return verdict == VERDICT_JOIN || verdict == VERDICT_MADE || verdict == VERDICT_FOUND
		       ? REPLY_FDS_MAX
		       : 0;
}
