/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fds.h - fds at numbers that have no meaning.
 */
#ifndef LOGINSPACE_FDS_H
#define LOGINSPACE_FDS_H

/* Below this numbers are given away: the standard ones, the helper's socket, those of init_fds.h. */
#define FDS_FREE 8

/*
 * fds_reserve - gives the free numbers below FDS_FREE to copies of fd 0, close-on-exec: whatever is
 * opened from then on has its number already. Returns 0 or a negative errno.
 */
int fds_reserve(void);

/*
 * fd_raise - moves *FD to FDS_FREE or above, close-on-exec. Returns 0 or a negative errno; *FD is
 * good in any case.
 */
int fd_raise(int *fd);

/*
 * fd_place - moves FD, which may be there already, to NUMBER, open across an exec; what was open there
 * is closed. Returns 0, or a negative errno: then FD is as it was.
 */
int fd_place(int fd, int number);

#endif
