/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_json.h - a space as JSON; the keys are those of loginspace(8), and stay. Pure.
 */
#ifndef LOGINSPACE_ADMIN_SPACE_JSON_H
#define LOGINSPACE_ADMIN_SPACE_JSON_H

#include <stdint.h>

#include <json-c/json.h>

#include "spaces.h"

/* NOW: seconds of CLOCK_REALTIME. What is not known is null. */
struct json_object *space_json(const struct space *space, int64_t now);

#endif
