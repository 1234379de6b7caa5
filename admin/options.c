/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.c - getopt_long(3) over a table.
 */
#include "options.h"

#include <errno.h>
#include <getopt.h>

int options_read(int argc, char **argv, const struct option_rule *rules, size_t count,
		 int *ret_first, const char **ret_word)
{
	struct option longs[OPTIONS_MAX + 1] = { { 0 } };
	size_t i;
	int index = 0, found;

	for (i = 0; i < count && i < OPTIONS_MAX; i++) {
		longs[i].name = rules[i].name;
		longs[i].has_arg = rules[i].value != NULL ? required_argument : no_argument;
		longs[i].val = 1;
	}
	opterr = 0;
	while ((found = getopt_long(argc, argv, "", longs, &index)) != -1) {
		if (found != 1) {
			*ret_word = argv[optind - 1];
			return -EINVAL;
		}
		if (rules[index].value != NULL) {
			*rules[index].value = optarg;
		} else {
			*rules[index].flag = true;
		}
	}
	*ret_first = optind;
	return 0;
}
