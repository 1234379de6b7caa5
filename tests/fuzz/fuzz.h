/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.h - what every driver here has: libFuzzer's entry point, and an assertion that stays.
 *
 * Built with clang -fsanitize=fuzzer a driver looks for inputs of its own; linked with replay.c
 * it runs the inputs it is given, with any compiler.
 */
#ifndef LOGINSPACE_FUZZ_H
#define LOGINSPACE_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) \
	do { \
		if (!(condition)) { \
			(void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

#endif
