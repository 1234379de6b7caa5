/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_id.h - the name of a space: "UID-N", both decimal, N the lowest number free for that uid.
 */
#ifndef LOGINSPACE_SPACE_ID_H
#define LOGINSPACE_SPACE_ID_H

#include <stdint.h>

#define SPACE_ID_SIZE 22 /* "4294967294-4294967295" and a NUL */

/* Writes the id and its NUL; always fits. */
void space_id_format(char text[SPACE_ID_SIZE], uint32_t uid, uint32_t number);

#endif
