/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namespaces.h - kinds of namespaces by the names that the configuration has for them. Pure.
 */
#ifndef LOGINSPACE_ADMIN_NAMESPACES_H
#define LOGINSPACE_ADMIN_NAMESPACES_H

#include <stddef.h>
#include <stdint.h>

#define NAMESPACES_COUNT 7

/* The name of kind INDEX (below NAMESPACES_COUNT) if it is among FLAGS (CLONE_NEW*), or NULL. */
const char *namespaces_name(size_t index, uint32_t flags);

#endif
