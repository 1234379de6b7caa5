/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookups.h - the application's look-ups of names, once it is where root may be somebody else.
 */
#ifndef LOGINSPACE_LOOKUPS_H
#define LOGINSPACE_LOOKUPS_H

/*
 * lookups_settle - before the join of a user namespace: the name services of the host's
 * nsswitch.conf(5) are loaded now, and the file is not read again by this process, nor another
 * service loaded: who is root inside could put his own in their places, and the application is root
 * of the host to many calls still. Names of hosts come from files, and from dns with glibc 2.34 and
 * newer, which has it built in. Its programs are not concerned: an exec begins anew.
 * Returns 0, or a negative errno: some may not be loaded, and would be later.
 */
int lookups_settle(void);

#endif
