/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration.h - is there a configuration that this build would have to honour?
 */
#ifndef LOGINSPACE_CONFIGURATION_H
#define LOGINSPACE_CONFIGURATION_H

/*
 * configuration_check - CONF is the module argument conf= (a file, or a root folder), or empty for
 * the system's own places: /etc/security/loginspace.conf, the drop-ins beside it, the vendor's
 * files. This build knows the defaults only, so any file that exists is refused: an
 * administrator's rule never passes silently.
 * Returns 0 (no file); -EOPNOTSUPP (a file); -ENOENT (conf= names nothing that exists); -EINVAL
 * (it has a character of glob(7)); another negative errno.
 */
int configuration_check(const char *conf);

#endif
