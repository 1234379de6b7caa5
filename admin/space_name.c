/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_name.c - reading a space id back. Pure.
 */
#include "space_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "space_id.h"

int space_name_parse(const char *text, uid_t *ret_uid, uint32_t *ret_number)
{
	char again[SPACE_ID_SIZE];
	unsigned long uid, number;
	char *end = NULL;

	uid = strtoul(text, &end, 10);
	if (*end != '-' || uid >= (uid_t)-1) {
		return -EINVAL;
	}
	number = strtoul(end + 1, &end, 10);
	if (number >= PLAN_MAX_SPACES_LIMIT) {
		return -EINVAL;
	}
	/* No sign, blank, leading zero or more: what it would be called must be what was read. */
	space_id_format(again, (uint32_t)uid, (uint32_t)number);
	if (strcmp(again, text) != 0) {
		return -EINVAL;
	}
	*ret_uid = (uid_t)uid;
	*ret_number = (uint32_t)number;
	return 0;
}
