/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sshd_config.h - one keyword of sshd's configuration. Pure.
 */
#ifndef LOGINSPACE_ADMIN_SSHD_CONFIG_H
#define LOGINSPACE_ADMIN_SSHD_CONFIG_H

#include <stddef.h>

/*
 * sshd_config_next - the next line of *CURSOR that has a keyword, in the form of sshd_config(5) or
 * of what `sshd -T` prints. KEYWORD and VALUE (its first word, without quotes) are cut where their
 * room ends. Returns 0 or -ENOENT: no more.
 */
int sshd_config_next(const char **cursor, char *keyword, size_t keyword_size, char *value,
		     size_t value_size);

/* sshd_config_find - the first value of KEYWORD before a Match. Returns 0 or -ENOENT. */
int sshd_config_find(const char *text, const char *keyword, char *value, size_t size);

#endif
