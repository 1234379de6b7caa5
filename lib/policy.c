/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.c - which services get a space when no configuration says otherwise. The module links
 * this file of the policy and no other. Pure.
 */
#include "policy.h"

#include <string.h>

bool policy_concerns(const char *service)
{
	const size_t length = strlen(service);
	const char *listed = KEYS_SERVICES;

	while (*listed != '\0') {
		const size_t listed_length = strcspn(listed, " ");

		if (listed_length == length && memcmp(listed, service, length) == 0) {
			return true;
		}
		listed += listed_length;
		listed += strspn(listed, " ");
	}
	return false;
}
