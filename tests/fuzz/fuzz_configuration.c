/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/decision.c lib/decision_network.c lib/pool.c lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * fuzz_configuration.c - any bytes as a file of the configuration, for one login.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "configuration.h"
#include "policy.h"
#include "view.h"

static const struct policy_login LOGIN = {
	.user = "alice",
	.uid = 1000,
	.service = "sshd",
	.rhost = "192.0.2.7",
};

/* Known is who begins with an 'a'; that is the login's user or group. */
static void names_know(struct names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		names_set(names, &names->list[i], names->list[i].text[0] == 'a' ? 1000 : 7, 100);
	}
}

static int resolve(struct configuration *configuration, struct policy *policy,
		   struct problem *problem)
{
	static const gid_t groups[] = { 1000 };
	struct match_login login = {
		.uid = LOGIN.uid,
		.service = LOGIN.service,
		.groups = groups,
		.group_count = 1,
		.names = &configuration->names,
	};

	names_know(&configuration->names);
	login.rhost = match_rhost(LOGIN.rhost, &login.address);
	return configuration_resolve(configuration, &login, policy, problem);
}

static void must_be_good(const struct policy *policy)
{
	unsigned int key;
	size_t i;

	for (key = 0; key < KEY_COUNT; key++) {
		const struct policy_value *value = &policy->values[key];
		char text[256];

		MUST(value->count == 1 || key_about((enum key)key)->list);
		for (i = 0; i < value->count; i++) {
			MUST(key_check((enum key)key, value->items[i].text, text, sizeof(text)) ==
			     0);
			MUST((value->items[i].file == NULL) == (value->items[i].line == 0));
			MUST(strlen(value->items[i].text) <= CONFIGURATION_LINE_MAX);
		}
	}
}

static void must_decide(const struct policy *policy, bool nested)
{
	struct plan plan = { .uid = 7 };
	const struct decision decision = policy_decide(policy, &LOGIN, nested, &plan);

	MUST(memchr(decision.reason, '\0', sizeof(decision.reason)) != NULL);
	MUST((decision.verdict == VERDICT_JOIN) == (decision.reason[0] == '\0'));
	if (decision.verdict == VERDICT_IGNORE) {
		MUST(plan.uid == 7);
		return;
	}
	MUST(decision.verdict == VERDICT_JOIN || decision.verdict == VERDICT_DENY ||
	     decision.verdict == VERDICT_AUDIT);
	MUST(plan.uid == LOGIN.uid && plan.digest == policy->digest);
	MUST(plan.max_spaces >= 1 && plan.max_spaces <= PLAN_MAX_SPACES_LIMIT);
	MUST((plan.linger == LINGER_TIME) == (plan.linger_seconds > 0));
	MUST(plan.hostname[0] != '\0' && plan.network[0] != '\0' && plan.tmp_size[0] != '\0');
	view_free(&plan);
}

/* The policy, written as one [default] section, is the same policy. */
static void must_come_back(const struct policy *policy)
{
	struct configuration configuration = { 0 };
	struct problem problem;
	struct policy again;
	char *text = NULL;
	size_t size = 0, i;
	unsigned int key;
	FILE *stream = open_memstream(&text, &size);

	MUST(stream != NULL);
	(void)fputs("[default]\n", stream);
	for (key = 0; key < KEY_COUNT; key++) {
		const struct policy_value *value = &policy->values[key];

		if (value->count == 0) {
			(void)fprintf(stream, "%s=\n", key_about((enum key)key)->name);
		}
		for (i = 0; i < value->count; i++) {
			(void)fprintf(stream, "%s=%s\n", key_about((enum key)key)->name,
				      value->items[i].text);
		}
	}
	MUST(fclose(stream) == 0);
	MUST(configuration_parse(&configuration, "again", text, size, &problem) == 0);
	MUST(resolve(&configuration, &again, &problem) == 0);
	MUST(again.digest == policy->digest);
	configuration_free(&configuration);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct configuration configuration = { 0 };
	struct problem problem = { .line = 0 };
	struct policy policy;
	char *copy = malloc(size + 1); /* one byte of room, see configuration.h */
	int err;

	MUST(copy != NULL);
	if (size > 0) {
		memcpy(copy, data, size);
	}
	err = configuration_parse(&configuration, "fuzzed", copy, size, &problem);
	if (err == 0) {
		err = resolve(&configuration, &policy, &problem);
	}
	if (err != 0) {
		MUST(err == -EINVAL);
		MUST(strcmp(problem.file, "fuzzed") == 0 && problem.line > 0);
		MUST(problem.text[0] != '\0' && strpbrk(problem.text, "\n\r\033") == NULL);
	} else {
		must_be_good(&policy);
		must_decide(&policy, false);
		must_decide(&policy, true);
		must_come_back(&policy);
	}
	configuration_free(&configuration);
	return 0;
}
