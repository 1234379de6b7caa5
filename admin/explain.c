/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - `loginspace explain`: what a login would get, and why. As anybody who may read the
 * configuration. Changes nothing and asks no space.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complaint.h"
#include "explanation.h"
#include "explanation_mounts.h"
#include "json.h"
#include "options.h"
#include "policy.h"
#include "quote.h"
#include "user.h"
#include "switch.h"
#include "verbs.h"
#include "view.h"

static int text_print(char *text)
{
	if (text == NULL) {
		return -ENOMEM;
	}
	(void)fputs(text, stdout);
	free(text);
	return 0;
}

static int outcome_print(const struct policy_login *login, const struct decision *decision,
			 const struct policy *policy, const struct plan *plan, bool json)
{
	int err;

	if (json) {
		return json_print(explanation_json(login, decision, policy, plan));
	}
	err = text_print(explanation_head(login, decision));
	if (err == 0 && policy != NULL) {
		(void)putchar('\n');
		err = text_print(explanation_keys(policy, plan));
	}
	if (err == 0 && plan != NULL && plan->mount_count > 0) {
		(void)putchar('\n');
		err = text_print(explanation_mounts(plan));
	}
	return err;
}

/* For these it is worked out to its end. */
static bool is_planned(const struct decision *decision)
{
	return decision->verdict == VERDICT_JOIN ||
	       (decision->verdict == VERDICT_AUDIT && strncmp(decision->reason, "deny ", 5) != 0);
}

/* A broken configuration is also an answer: this is what the login would meet. */
static int broken_print(const struct policy_login *login, const struct problem *problem, bool json)
{
	struct decision decision = { .verdict = login->uid == 0 ? VERDICT_IGNORE : VERDICT_DENY };
	int err;

	if (json) {
		(void)problem_format(decision.reason, sizeof(decision.reason), problem);
	} else {
		(void)snprintf(decision.reason, sizeof(decision.reason), "%s",
			       "the configuration is broken");
	}
	err = outcome_print(login, &decision, NULL, NULL, json);
	complaint_problem(problem);
	if (login->uid != 0) {
		complaint_say("logins of all but root are denied until that is mended");
	}
	return err < 0 ? err : -EINVAL;
}

static int login_explain(const char *conf, const struct policy_login *login, bool json)
{
	struct problem problem;
	struct policy *policy;
	struct decision decision;
	const char *reason;
	struct plan plan = { 0 };
	bool off = false;
	int err;

	err = policy_read(conf, login, &policy, &problem);
	if (err < 0) {
		return broken_print(login, &problem, json);
	}
	decision = policy_decide(policy, login, false, &plan);
	err = outcome_print(login, &decision, policy, is_planned(&decision) ? &plan : NULL, json);
	view_free(&plan);
	policy_free(policy);
	if (err < 0) {
		complaint_say("cannot explain: %s", strerror(-err));
	} else if (switch_look(&off, &reason) == 0 && off) {
		complaint_say("but now " SWITCH_PATH " is there: everybody is let in as is");
	}
	return err;
}

int explain_main(int argc, char **argv)
{
	struct policy_login login = { .service = "sshd", .rhost = "" };
	const char *conf = NULL, *wrong = NULL;
	bool json = false;
	const struct option_rule rules[] = {
		{ .name = "service", .value = &login.service },
		{ .name = "rhost", .value = &login.rhost },
		{ .name = "conf", .value = &conf },
		{ .name = "json", .flag = &json },
	};
	char quoted[QUOTE_SIZE(MESSAGE_USER_SIZE)];
	struct user user;
	int err, first;

	err = options_read(argc, argv, rules, sizeof(rules) / sizeof(rules[0]), &first, &wrong);
	if (err < 0 || argc - first != 1) {
		return verb_usage(argv[0], err < 0 ? wrong : NULL);
	}
	err = user_find(argv[first], &user);
	if (err == 0 && user.name[0] == '\0') {
		err = -ENOENT;
	}
	if (err < 0) {
		complaint_say("no user %s: %s", quote(quoted, sizeof(quoted), argv[first]),
			      strerror(-err));
		return VERB_FAILED;
	}
	login.user = user.name;
	login.uid = user.uid;
	return login_explain(conf, &login, json) < 0 ? VERB_FAILED : VERB_DONE;
}
