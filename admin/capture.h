/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.h - what another program prints.
 */
#ifndef LOGINSPACE_ADMIN_CAPTURE_H
#define LOGINSPACE_ADMIN_CAPTURE_H

/*
 * capture_run - runs ARGV (NULL at its end; ARGV[0] is its path) with no input, no environment but
 * a PATH, and its stderr dropped, for up to TIMEOUT_MS; *RET_TEXT, to be freed, is what it has
 * printed, up to 1 MiB. Returns 0; -ETIMEDOUT (it was killed); -EFBIG; -ECHILD (it has failed);
 * another negative errno.
 */
int capture_run(char *const argv[], int timeout_ms, char **ret_text);

#endif
