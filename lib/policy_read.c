/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_read.c - the steps from the files to what holds for one login. Runs as root: in the
 * helper, and in the administrator's command.
 */
#include "policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "configuration.h"
#include "view.h"

static int files_read(struct configuration *configuration, const char *conf,
		      struct problem *problem)
{
	struct configuration_list list = { 0 };
	int err = configuration_list(conf, &list, problem);
	size_t i;

	for (i = 0; i < list.count && err == 0; i++) {
		char *data;
		size_t size;

		err = configuration_load(list.paths[i], &data, &size, problem);
		if (err == 0) {
			err = configuration_parse(configuration, list.paths[i], data, size,
						  problem);
		}
	}
	configuration_list_free(&list);
	return err;
}

static bool asks_for_groups(const struct configuration *configuration)
{
	size_t i;

	for (i = 0; i < configuration->section_count; i++) {
		if (configuration->sections[i].match.values[MATCH_GROUP] != NULL) {
			return true;
		}
	}
	return false;
}

/* The entry of the login's user has been looked up with all other names. */
static int groups_read(const struct configuration *configuration, const struct policy_login *login,
		       gid_t **ret_groups, size_t *ret_count, struct problem *problem)
{
	const struct name *user =
		names_find(&configuration->names, NAMES_USER, login->user, strlen(login->user));
	int err;

	if (user == NULL || user->id != login->uid) {
		problem_set(problem, NULL, 0,
			    "the user's groups cannot be told: the name has another uid now");
		return -ESTALE;
	}
	err = accounts_groups(login->user, user->primary, ret_groups, ret_count);
	if (err < 0) {
		problem_set(problem, NULL, 0, "the look-up of the user's groups failed: %s",
			    strerror(-err));
	}
	return err;
}

static int home_read(struct configuration *configuration, const struct policy_login *login,
		     struct policy *policy, struct problem *problem)
{
	int err;

	if (!view_needs_home(policy)) {
		return 0;
	}
	err = accounts_home(login->user, login->uid, &configuration->home, problem);
	if (err == 0) {
		policy->home = configuration->home;
	}
	return err;
}

static int resolve(struct configuration *configuration, const struct policy_login *login,
		   struct policy *ret_policy, struct problem *problem)
{
	const bool grouped = asks_for_groups(configuration);
	struct match_login matched = {
		.uid = login->uid,
		.service = login->service,
		.names = &configuration->names,
	};
	gid_t *groups = NULL;
	int err = 0;

	if (grouped && names_add(&configuration->names, NAMES_USER, login->user,
				 strlen(login->user), NULL, 0) < 0) {
		problem_set(problem, NULL, 0, "out of memory");
		return -ENOMEM;
	}
	err = accounts_look_up(&configuration->names, login->user, problem);
	if (err == 0 && grouped) {
		err = groups_read(configuration, login, &groups, &matched.group_count, problem);
	}
	if (err == 0) {
		matched.groups = groups;
		matched.rhost = match_rhost(login->rhost, &matched.address);
		err = configuration_resolve(configuration, &matched, ret_policy, problem);
	}
	if (err == 0) {
		err = home_read(configuration, login, ret_policy, problem);
	}
	free(groups);
	return err;
}

int policy_read(const char *conf, const struct policy_login *login, struct policy **ret,
		struct problem *ret_problem)
{
	struct policy *policy = calloc(1, sizeof(*policy));
	struct configuration *configuration = calloc(1, sizeof(*configuration));
	struct problem problem = { .line = 0 };
	int err;

	if (policy == NULL || configuration == NULL) {
		free(policy);
		free(configuration);
		problem_set(ret_problem, NULL, 0, "out of memory");
		return -ENOMEM;
	}
	err = files_read(configuration, conf, &problem);
	if (err == 0) {
		err = resolve(configuration, login, policy, &problem);
	}
	policy->storage = configuration;
	if (err < 0) {
		policy_free(policy);
		*ret_problem = problem;
		return err;
	}
	*ret = policy;
	return 0;
}

void policy_free(struct policy *policy)
{
	struct configuration *configuration;

	if (policy == NULL) {
		return;
	}
	configuration = (struct configuration *)policy->storage;
	configuration_free(configuration);
	free(configuration);
	free(policy);
}
