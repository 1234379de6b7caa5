/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * knock.c - the checks that every knock and every answer to one passes. Pure.
 */
#include "knock.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

static bool text_ends(const char *field, size_t size)
{
	return memchr(field, '\0', size) != NULL;
}

static bool header_ours(uint32_t magic, uint32_t version)
{
	return magic == MESSAGE_MAGIC && version == MESSAGE_VERSION;
}

static bool space_card_ends(const struct space_card *card)
{
	return text_ends(card->user, sizeof(card->user)) &&
	       text_ends(card->network, sizeof(card->network)) &&
	       text_ends(card->hostname, sizeof(card->hostname)) &&
	       text_ends(card->conf, sizeof(card->conf));
}

static bool space_card_sound(const struct space_card *card)
{
	return card->uid != (uid_t)-1 && card->number < PLAN_MAX_SPACES_LIMIT &&
	       card->namespaces != 0 && card->scope < SCOPE_COUNT && card->linger < LINGER_COUNT &&
	       card->user[0] != '\0' && restriction_words_valid(&card->restrictions);
}

static bool owner_card_ends(const struct owner_card *card)
{
	return text_ends(card->service, sizeof(card->service)) &&
	       text_ends(card->rhost, sizeof(card->rhost)) &&
	       text_ends(card->tty, sizeof(card->tty));
}

int knock_check(const struct knock *knock, size_t length)
{
	if (length != sizeof(*knock)) {
		return -EMSGSIZE;
	}
	if (!header_ours(knock->magic, knock->version)) {
		return -EPROTO;
	}
	if (!space_card_ends(&knock->space) || !owner_card_ends(&knock->owner)) {
		return -EINVAL;
	}
	switch ((enum knock_kind)knock->kind) {
	case KNOCK_CHARTER:
		return knock->index == 0 && space_card_sound(&knock->space) ? 0 : -EINVAL;
	case KNOCK_JOIN:
		return knock->index == 0 ? 0 : -EINVAL;
	case KNOCK_SHOW:
		return 0;
	}
	return -EINVAL;
}

int knock_answer_check(const struct knock_answer *answer, size_t length)
{
	if (length != sizeof(*answer)) {
		return -EMSGSIZE;
	}
	if (!header_ours(answer->magic, answer->version)) {
		return -EPROTO;
	}
	if (answer->error < 0 || !space_card_ends(&answer->space) ||
	    !owner_card_ends(&answer->owner)) {
		return -EINVAL;
	}
	/* A refusal may come from an init that has no card yet. */
	return answer->error != 0 || space_card_sound(&answer->space) ? 0 : -EINVAL;
}

size_t knock_fd_count(enum knock_kind kind)
{
	return kind == KNOCK_SHOW ? 1 : 2;
}
