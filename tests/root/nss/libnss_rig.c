// SPDX-License-Identifier: BSD-2-Clause
/*
 * A name service of nsswitch.conf(5), "rig", that knows one group, rigstaff, with alice in it, and
 * answers as the first word of /run/rig/nss says: yes, slow (not before 30 s), again (try again
 * later), unavailable, unknown, abort, short (the buffer never is enough).
 */
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GID = 2777 };

/* NSS_STATUS_SUCCESS when the answer is to be a true one. */
static enum nss_status mood(int *errnop)
{
	char word[32] = "";
	FILE *file = fopen("/run/rig/nss", "re");

	if (file) {
		(void)!fscanf(file, "%31s", word);
		fclose(file);
	}
	*errnop = ENOENT;
	if (strcmp(word, "slow") == 0) {
		sleep(30);
	} else if (strcmp(word, "abort") == 0) {
		abort();
	} else if (strcmp(word, "again") == 0) {
		*errnop = EAGAIN;
		return NSS_STATUS_TRYAGAIN;
	} else if (strcmp(word, "short") == 0) {
		*errnop = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	} else if (strcmp(word, "unavailable") == 0) {
		*errnop = EIO;
		return NSS_STATUS_UNAVAIL;
	} else if (strcmp(word, "unknown") == 0) {
		return NSS_STATUS_NOTFOUND;
	}
	return NSS_STATUS_SUCCESS;
}

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the C library asks for it */
enum nss_status _nss_rig_getgrnam_r(const char *name, struct group *group, char *buffer,
				    size_t room, int *errnop)
{
	static char *members[] = { "alice", NULL };
	enum nss_status status;

	(void)buffer;
	(void)room;
	if (strcmp(name, "rigstaff") != 0) {
		*errnop = ENOENT;
		return NSS_STATUS_NOTFOUND;
	}
	status = mood(errnop);
	if (status == NSS_STATUS_SUCCESS) {
		*group = (struct group){
			.gr_name = "rigstaff", .gr_passwd = "x", .gr_gid = GID, .gr_mem = members
		};
	}
	return status;
}

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the C library asks for it */
enum nss_status _nss_rig_initgroups_dyn(const char *user, gid_t skip, long *start, long *size,
					gid_t **groups, long limit, int *errnop)
{
	(void)skip;
	(void)limit;
	*errnop = ENOENT;
	if (strcmp(user, "alice") != 0) {
		return NSS_STATUS_NOTFOUND;
	}
	if (*start < *size) {
		(*groups)[(*start)++] = GID;
	}
	return NSS_STATUS_SUCCESS;
}
