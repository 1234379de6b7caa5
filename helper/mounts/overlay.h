/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * overlay.h - a root file system of two layers, overlayfs: the lower one is only read, what is
 * written goes into the upper one.
 */
#ifndef LOGINSPACE_OVERLAY_H
#define LOGINSPACE_OVERLAY_H

#include "plan.h"

/*
 * overlay_make - detached, over the folder LOWER and the mount that this is in, as PLAN->overlay
 * says: the upper layer is in memory, or in overlay_folder/UID, which is made when it is missing.
 * The overlay writes to it with the capabilities that the caller has now, whoever uses it. Returns
 * 0, or a negative errno with a sentence in DETAIL of MESSAGE_DETAIL_SIZE bytes.
 */
int overlay_make(const struct plan *plan, int lower, int *ret_mount, char *detail);

#endif
