/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * landlock.h - init gives up files and the network by landlock(7), beside what its filter and its
 * missing capabilities say: a second lock of another make.
 */
#ifndef LOGINSPACE_LANDLOCK_H
#define LOGINSPACE_LANDLOCK_H

/*
 * landlock_enter - from here on nothing can be opened, made, removed (but folders in the folder
 * EMPTY, unless that is -1) or run, no TCP port be bound or connected to, and no abstract socket of
 * others be reached, as far as this kernel knows how to say so. What is open stays so. Needs
 * no_new_privs. Returns 0; -EOPNOTSUPP or -ENOSYS when the kernel has no Landlock, or it is
 * switched off; another negative errno.
 */
int landlock_enter(int empty);

#endif
