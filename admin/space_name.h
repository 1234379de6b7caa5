/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_name.h - reading a space id, "UID-N", back. Pure.
 */
#ifndef LOGINSPACE_ADMIN_SPACE_NAME_H
#define LOGINSPACE_ADMIN_SPACE_NAME_H

#include <stdint.h>
#include <sys/types.h>

/* Exactly as space_id_format writes it. Returns 0 or -EINVAL. */
int space_name_parse(const char *text, uid_t *ret_uid, uint32_t *ret_number);

#endif
