/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * concern.h - is this login any of ours, as far as that can be said without the helper?
 */
#ifndef LOGINSPACE_CONCERN_H
#define LOGINSPACE_CONCERN_H

#include <stdbool.h>

#include "arguments.h"

/*
 * concern_configured - may there be a configuration that the helper would read? What cannot be
 * looked at counts as there. Without one the defaults hold, and the module knows by itself which
 * services they are for, and that uid 0 is not confined.
 */
bool concern_configured(const struct arguments *arguments);

/* concern_configured_below - the same for the root folder ROOT; "" for the real one. */
bool concern_configured_below(const char *root);

#endif
