/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detail.c - words for a failure. Runs in the helper and in its child; needs nothing.
 */
#include "detail.h"

#include <stdarg.h>
#include <stdio.h>

#include "message.h"

int detail_fail(char *detail, int err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(detail, MESSAGE_DETAIL_SIZE, format, arguments);
	va_end(arguments);
	return err;
}
