/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - the program that init goes on as: loginspace-init, small and static, beside the helper.
 *
 * The loop is the same without it (init.c); what it saves is the helper's memory, once a space.
 */
#ifndef LOGINSPACE_IMAGE_H
#define LOGINSPACE_IMAGE_H

#include "init.h"

/*
 * image_open - an O_PATH fd of the program in the helper's own folder. Call before the clone.
 * Returns 0; -EPERM (not a file of root's, or others may write to it); another negative errno.
 */
int image_open(int *ret_image);

/*
 * image_exec - execveat(2), with the fds of INIT where init_main.c finds them. REGISTRY, which
 * holds the space's lock, stays open. Returns a negative errno, with INIT still good, or not at
 * all.
 */
int image_exec(int image, int registry, struct init *init);

#endif
