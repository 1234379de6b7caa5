/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init_fds.h - the fds of a space's init, by number: those that its program finds, and the one
 * that root takes out of it.
 */
#ifndef LOGINSPACE_INIT_FDS_H
#define LOGINSPACE_INIT_FDS_H

/* 0 to 2 are /dev/null. */
#define INIT_SIGNALS_FD  3 /* a signalfd */
#define INIT_DOOR_FD     4 /* the end of the door that init reads */
#define INIT_KNOCKER_FD  5 /* the other end, for door_take */
#define INIT_REGISTRY_FD 6 /* holds the locks */
#define INIT_PROC_FD     7 /* the space's /proc */

/* The folder of control groups of our own, in a space that has one. Above what is open by then. */
#define INIT_GROUP_FD 100

#endif
