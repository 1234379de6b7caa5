/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the words after a verb: options from a table, operands among them.
 */
#ifndef LOGINSPACE_ADMIN_OPTIONS_H
#define LOGINSPACE_ADMIN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* One of FLAG and VALUE is set: an option without or with a value. */
struct option_rule {
	const char *name; /* without the dashes */
	bool *flag;
	const char **value;
};

#define OPTIONS_MAX 8

/*
 * options_read - takes the options of RULES (COUNT, at most OPTIONS_MAX) out of ARGV, whose first
 * word is the verb; what is no option is moved to the end, *RET_FIRST is its index. Not to be
 * called twice. Returns 0, or -EINVAL with the word that is wrong in *RET_WORD.
 */
int options_read(int argc, char **argv, const struct option_rule *rules, size_t count,
		 int *ret_first, const char **ret_word);

#endif
