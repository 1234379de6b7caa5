/* SPDX-License-Identifier: BSD-2-Clause */
/* The options that floor and pam_bench have in common. */
#include "arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define NUMBER_MAX 4194304 /* the highest PID */

static int number_read(const char *text, unsigned int *ret_number)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end || number > NUMBER_MAX) {
		return -EINVAL;
	}
	*ret_number = (unsigned int)number;
	return 0;
}

int arguments_read(int argc, char **argv, struct app_options *ret_options)
{
	struct app_options options = { .rounds = 1 };
	int option;
	int r = 0;

	while (r == 0 && (option = getopt(argc, argv, "+n:w:s:k:j:c:m:")) != -1) {
		switch (option) {
		case 'n':
			r = number_read(optarg, &options.rounds);
			break;
		case 'w':
			r = number_read(optarg, &options.warm);
			break;
		case 's':
			r = number_read(optarg, &options.rest_ms);
			break;
		case 'k':
			r = number_read(optarg, &options.keep);
			break;
		case 'j':
			r = number_read(optarg, &options.joins);
			break;
		case 'c':
			r = number_read(optarg, &options.at_once);
			break;
		case 'm':
			r = number_read(optarg, &options.mark);
			break;
		default:
			r = -EINVAL;
		}
	}
	if (r == 0) {
		*ret_options = options;
	}
	return r;
}
