/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.h - what json-c leaves open: text that is no UTF-8, control characters that a terminal
 * would obey, and a write that fails.
 */
#ifndef LOGINSPACE_ADMIN_JSON_H
#define LOGINSPACE_ADMIN_JSON_H

#include <stdint.h>

#include <json-c/json.h>

/*
 * json_text - TEXT as a string, each byte that is not part of valid UTF-8 as U+FFFD; NULL becomes
 * null. Pure.
 */
struct json_object *json_text(const char *text);

/* json_number - null when it is negative: not known. */
struct json_object *json_number(int64_t number);

/* json_clock - SECONDS of CLOCK_REALTIME as RFC 3339; 0 becomes null: never. */
struct json_object *json_clock(int64_t seconds);

/*
 * json_put - OBJECT[KEY] = VALUE, which then belongs to OBJECT. KEY has to live as long as the
 * object (a literal).
 */
void json_put(struct json_object *object, const char *key, struct json_object *value);

/*
 * json_write - the whole text, ended by a newline, to be freed with free(3): DEL and the C1
 * control characters, which json-c leaves as they are, as \u00XX. NULL: no memory. Pure.
 */
char *json_write(struct json_object *value);

/* json_print - to stdout; drops VALUE. Returns 0 or -ENOMEM; the stream keeps its own errors. */
int json_print(struct json_object *value);

#endif
