/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_id.c - the name of a space. Pure.
 */
#include "space_id.h"

#include <inttypes.h>
#include <stdio.h>

void space_id_format(char text[SPACE_ID_SIZE], uint32_t uid, uint32_t number)
{
	(void)snprintf(text, SPACE_ID_SIZE, "%" PRIu32 "-%" PRIu32, uid, number);
}
