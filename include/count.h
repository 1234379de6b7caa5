/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * count.h - how many elements an array has, of which the compiler knows the size.
 */
#ifndef LOGINSPACE_COUNT_H
#define LOGINSPACE_COUNT_H

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
