/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookups.c - name services, loaded while the host's are still the ones. Runs in the PAM application.
 *
 * The C library looks at nsswitch.conf(5) at each look-up and loads what has come into it, since
 * glibc 2.33; and loads a service when a name is looked up that no other one has.
 */
#include "lookups.h"

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>
#include <stddef.h>

/* No name of anybody's, see useradd(8): so every service is asked, and has to be there for it. */
#define NOBODYS_NAME "?"

/* What a login asks for after it is in. What else there is comes from files, or not at all. */
static const char *const OTHERS[] = { "aliases",  "ethers",    "gshadow", "hosts",   "netgroup",
				      "networks", "protocols", "rpc",     "services" };

void lookups_settle(void)
{
	gid_t groups[1];
	int count = 1;
	size_t i;

	(void)getpwnam(NOBODYS_NAME);
	(void)getgrnam(NOBODYS_NAME);
	(void)getspnam(NOBODYS_NAME);
	(void)getgrouplist(NOBODYS_NAME, (gid_t)-1, groups, &count);
	/* From the first of these on the file is not read any more. */
	for (i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
		(void)__nss_configure_lookup(OTHERS[i], "files");
	}
}
