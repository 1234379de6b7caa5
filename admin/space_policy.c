/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_policy.c - compares the policy of today with the digests that spaces carry.
 */
#include "space_policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

/* What was read already: a hundred logins of one user from one place read the files once. */
struct answer {
	const struct space_card *space; /* user, uid and conf */
	const struct owner_card *owner; /* service and rhost */
	uint64_t digest;
	int err;
};

struct answers {
	struct answer *items;
	size_t count;
};

static const struct answer *answer_find(const struct answers *answers,
					const struct space_card *space,
					const struct owner_card *owner)
{
	size_t i;

	for (i = answers->count; i-- > 0;) {
		const struct answer *answer = &answers->items[i];

		if (answer->space->uid == space->uid &&
		    strcmp(answer->owner->service, owner->service) == 0 &&
		    strcmp(answer->owner->rhost, owner->rhost) == 0 &&
		    strcmp(answer->space->user, space->user) == 0 &&
		    strcmp(answer->space->conf, space->conf) == 0) {
			return answer;
		}
	}
	return NULL;
}

static int digest_read(const struct space_card *space, const struct owner_card *owner,
		       uint64_t *ret_digest, struct problem *ret_problem)
{
	const struct policy_login login = {
		.user = space->user,
		.uid = space->uid,
		.service = owner->service,
		.rhost = owner->rhost,
	};
	struct policy *policy;
	int err = policy_read(space->conf, &login, &policy, ret_problem);

	if (err == 0) {
		*ret_digest = policy->digest;
		policy_free(policy);
	}
	return err;
}

/* NULL: no memory. */
static const struct answer *answer_get(struct answers *answers, const struct space_card *space,
				       const struct owner_card *owner, struct problem *ret_problem)
{
	const struct answer *known = answer_find(answers, space, owner);
	struct answer *items;

	if (known != NULL) {
		return known;
	}
	items = reallocarray(answers->items, answers->count + 1, sizeof(*items));
	if (items == NULL) {
		return NULL;
	}
	answers->items = items;
	items[answers->count] = (struct answer){ .space = space, .owner = owner };
	items[answers->count].err =
		digest_read(space, owner, &items[answers->count].digest, ret_problem);
	return &items[answers->count++];
}

static int space_compare(struct answers *answers, struct space *space, struct problem *ret_problem)
{
	size_t i;

	space->policy = SPACE_POLICY_UNKNOWN;
	for (i = 0; i < space->owner_count; i++) {
		const struct answer *answer =
			answer_get(answers, &space->card, &space->owners[i].card, ret_problem);

		if (answer == NULL) {
			return -ENOMEM;
		}
		if (answer->err < 0) {
			space->policy = SPACE_POLICY_UNKNOWN;
			return answer->err;
		}
		if (answer->digest == space->card.digest) {
			space->policy = SPACE_POLICY_SAME;
			return 0;
		}
		space->policy = SPACE_POLICY_CHANGED;
	}
	return 0;
}

int space_policy_compare(struct spaces *spaces, struct problem *ret_problem)
{
	struct answers answers = { 0 };
	struct problem problem = { .text = "out of memory" };
	int first = 0;
	size_t i;

	for (i = 0; i < spaces->count; i++) {
		int err;

		if (!space_is_known(&spaces->items[i])) {
			continue;
		}
		err = space_compare(&answers, &spaces->items[i], &problem);
		if (err < 0 && first == 0) {
			*ret_problem = problem;
			first = err;
		}
	}
	free(answers.items);
	return first;
}
