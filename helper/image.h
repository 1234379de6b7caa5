/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - the program that init goes on as: loginspace-init, small and static, beside the helper.
 *
 * The loop is the same without it (init.c); what it saves is the helper's memory, once a space.
 */
#ifndef LOGINSPACE_IMAGE_H
#define LOGINSPACE_IMAGE_H

/*
 * image_open - an O_PATH fd of the program in the helper's own folder. Call before the clone.
 * Returns 0; -EPERM (not a file of root's, or others may write to it); another negative errno.
 */
int image_open(int *ret_image);

/*
 * image_exec - execveat(2). What init_prepare made stays open, and with it the locks of the space.
 * GROUP: as of init_run. Returns a negative errno, or not at all.
 */
int image_exec(int image, char *group);

#endif
