/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view.h - what a login sees of the file system: from the keys of the sections "Files" and "Buses"
 * to the list of mounts in a plan. Pure.
 *
 * The list is in the order of work: MOUNT_KEEP first, by path; then all the rest by path, so that a
 * folder comes before what is in it, and for one path in the order of enum plan_mount_kind. So
 * what is said of a path holds for all below it, until a longer path says something else.
 *
 * What is put on a folder of /run that a daemon makes when somebody needs it first, is anchored: the
 * folder has to be there beforehand, or the daemon's would show in spaces that live already.
 */
#ifndef LOGINSPACE_VIEW_H
#define LOGINSPACE_VIEW_H

#include "plan.h"
#include "policy.h"
#include "problem.h"

/* The words that stand for something in a path. */
struct view_words {
	const char *user; /* %u */
	const char *uid;  /* %U, in decimal */
	const char *home; /* %h: absolute, or empty: the user has none */
};

/*
 * view_needs_home - does what POLICY says depend on the user's home folder? Then it has to be
 * looked up before view_plan.
 */
bool view_needs_home(const struct policy *policy);

/*
 * view_plan - fills what PLAN has of the view: tmp, hidepid, private_dev, private_devpts,
 * system_ro, has_paths, overlay, mounts, home, root, overlay_folder. plan->scope, tty and uid are
 * set already. The list comes from malloc(3); view_free frees it. Returns 0; -EINVAL with *PROBLEM:
 * two lines contradict each other (at the place of the later one; the text names both), or a path
 * cannot be used; -ENAMETOOLONG (expanded, a path has more than PLAN_PATH_SIZE - 1 bytes); -E2BIG
 * (more than PLAN_MOUNTS_MAX); -ENOMEM; all with *PROBLEM.
 */
int view_plan(const struct policy *policy, const struct view_words *words, struct plan *plan,
	      struct problem *problem);
void view_free(struct plan *plan);

/*
 * view_check - for `loginspace check`: the contradictions that show without a user, with the
 * templates as they are written. Returns as view_plan.
 */
int view_check(const struct policy *policy, struct problem *problem);

#endif
