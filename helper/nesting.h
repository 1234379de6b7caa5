/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nesting.h - a login from inside a space.
 */
#ifndef LOGINSPACE_NESTING_H
#define LOGINSPACE_NESTING_H

#include <stdbool.h>

/* nesting_look - is the application, with us, in a space? Returns 0 or a negative errno. */
int nesting_look(bool *ret_nested);

/*
 * nesting_obstacle - what the space around us has taken away, and another space in it would need: the
 * calls, by a filter; or a new /proc, see fence.c. A sentence for the log; NULL: nothing.
 */
const char *nesting_obstacle(void);

#endif
