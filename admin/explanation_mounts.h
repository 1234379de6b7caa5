/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explanation_mounts.h - the mounts that keys of the configuration ask for, in words. Pure.
 */
#ifndef LOGINSPACE_ADMIN_EXPLANATION_MOUNTS_H
#define LOGINSPACE_ADMIN_EXPLANATION_MOUNTS_H

#include <json-c/json.h>

#include "plan.h"

/* explanation_mounts - a table of those of PLAN, in the order of work; to be freed, or NULL. */
char *explanation_mounts(const struct plan *plan);

/* explanation_mounts_json - the same as an array. */
struct json_object *explanation_mounts_json(const struct plan *plan);

#endif
