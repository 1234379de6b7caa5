/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detail.h - what an errno does not say, for the log.
 */
#ifndef LOGINSPACE_DETAIL_H
#define LOGINSPACE_DETAIL_H

/* detail_fail - a sentence into DETAIL, of MESSAGE_DETAIL_SIZE bytes. Returns ERR. */
int detail_fail(char *detail, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
