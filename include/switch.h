/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * switch.h - the kill switch: while there is an empty file /run/loginspace/off, the module steps
 * aside.
 */
#ifndef LOGINSPACE_SWITCH_H
#define LOGINSPACE_SWITCH_H

#include <stdbool.h>

#include "registry.h"

#define SWITCH_NAME "off"

#define SWITCH_PATH REGISTRY_PATH "/" SWITCH_NAME

/*
 * switch_look - is it off? It is when "off" in REGISTRY_PATH of registry.h is an empty regular
 * file of root's, in a folder that is root's and that no other may write to. No such file, or no
 * such folder: it is not. Leaves no fd, and errno as it was.
 * Returns 0; or a negative errno, which counts as "not off": there is something, but not that, and
 * *RET_REASON, a constant sentence for the log, says why it has no effect. -EPERM: owner or mode of
 * the folder, owner of the file; -ENOTDIR, -ELOOP: the folder is something else; -EMEDIUMTYPE: the
 * file is not regular; -EFBIG: it is not empty; another errno: they could not be looked at.
 */
int switch_look(bool *ret_off, const char **ret_reason);

/* switch_look_in - the same, in another folder. */
int switch_look_in(const char *folder, bool *ret_off, const char **ret_reason);

#endif
