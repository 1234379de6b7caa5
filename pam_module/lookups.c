/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookups.c - name services, loaded while the host's are still the ones. Runs in the PAM application.
 *
 * The C library looks at nsswitch.conf(5) at each look-up and loads what has come into it, since
 * glibc 2.33; and loads a service when a name is looked up that no other one has.
 */
#include "lookups.h"

#include <errno.h>
#include <gnu/libc-version.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* No name of anybody's, see useradd(8): so every service is asked, and has to be there for it. */
#define NOBODYS_NAME "?"

/* What a login asks for after it is in. What else there is comes from files, or not at all. */
static const char *const OTHERS[] = { "aliases",  "ethers",    "gshadow", "netgroup",
				      "networks", "protocols", "rpc",     "services" };

/* The application may hold what these functions have told it before: so with memory of our own. */
#define ROOM_FIRST ((size_t)16 * 1024)
#define ROOM_MOST  ((size_t)16 * 1024 * 1024) /* a group with a million members */

typedef int (*ask)(char *room, size_t size);

static int ask_user(char *room, size_t size)
{
	struct passwd entry, *found;

	return getpwnam_r(NOBODYS_NAME, &entry, room, size, &found);
}

static int ask_group(char *room, size_t size)
{
	struct group entry, *found;

	return getgrnam_r(NOBODYS_NAME, &entry, room, size, &found);
}

static int ask_shadow(char *room, size_t size)
{
	struct spwd entry, *found;

	return getspnam_r(NOBODYS_NAME, &entry, room, size, &found);
}

/* With too little room for a line the services behind it are not asked. */
static void ask_all(ask question)
{
	size_t size = ROOM_FIRST;
	int error = ERANGE;

	while (error == ERANGE && size <= ROOM_MOST) {
		char *room = malloc(size);

		if (room == NULL) {
			return;
		}
		error = question(room, size);
		free(room);
		size *= 4;
	}
}

/*
 * sshd looks up where a forwarding leads to. Since glibc 2.34 dns is in the C library itself:
 * nothing is loaded for it.
 */
static const char *hosts_services(void)
{
	return strverscmp(gnu_get_libc_version(), "2.34") < 0 ? "files" : "files dns";
}

void lookups_settle(void)
{
	gid_t groups[1];
	int count = 1;
	size_t i;

	ask_all(ask_user);
	ask_all(ask_group);
	ask_all(ask_shadow);
	(void)getgrouplist(NOBODYS_NAME, (gid_t)-1, groups, &count);
	/* From here on the file is not read any more. */
	(void)__nss_configure_lookup("hosts", hosts_services());
	for (i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
		(void)__nss_configure_lookup(OTHERS[i], "files");
	}
}
