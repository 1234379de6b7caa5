/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * group.h - the control group of a space that has one of our own: see limits/subtree.h.
 */
#ifndef LOGINSPACE_GROUP_H
#define LOGINSPACE_GROUP_H

/*
 * group_remove - NAME from the folder INIT_GROUP_FD. It waits for up to two seconds for the
 * application to end, which is in it, too. What has not gone by then the user's next login removes.
 */
void group_remove(const char *name);

#endif
