/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_path.h - paths of a view: from the words of the configuration to a path of the login, and
 * how paths lie to each other. Pure. Internal to lib/.
 */
#ifndef LOGINSPACE_LIB_VIEW_PATH_H
#define LOGINSPACE_LIB_VIEW_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "plan.h"
#include "view.h"

/* view_path_names_home - does "%h" stand in TEXT? "%%h" is a percent sign and a letter. */
bool view_path_names_home(const char *text);

/*
 * view_path_home - TEXT of a user's entry, in the form of a path in a plan; empty stays empty.
 * Returns 0; -EINVAL: it is no absolute path, has "." or ".." in it or a control character, or is
 * too long.
 */
int view_path_home(const char *text, char ret_home[PLAN_PATH_SIZE]);

/*
 * view_path_expand - the first LENGTH bytes of TEXT, which value_is_path has passed, with WORDS
 * put in. Returns 0; -EINVAL (a word cannot stand in a path) with *RET_WHY, a phrase;
 * -ENAMETOOLONG.
 */
int view_path_expand(const char *text, size_t length, const struct view_words *words,
		     char ret_path[PLAN_PATH_SIZE], const char **ret_why);

/* view_path_is_system - a folder that has more in it than the homes of users: never covered. */
bool view_path_is_system(const char *path);

/*
 * view_path_is_own - can HOME be the home of one user? Not so "/" and "/usr/sbin", which users of
 * the system have: what is there is not theirs.
 */
bool view_path_is_own(const char *home);

#endif
