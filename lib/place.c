/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place.c - paths of control groups, as systemd makes them: systemd.slice(5), and what logind does
 * by sd-login(3), and as Slurm does. Pure.
 */
#include "place.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SLICES "/user.slice"

int place_read(const char *text, char ret_place[PLACE_SIZE])
{
	const char *line = text;
	size_t length;

	while (strncmp(line, "0::/", 4) != 0) {
		line = strchr(line, '\n');
		if (line == NULL) {
			return -ENOENT;
		}
		line++;
	}
	line += 3;
	length = strcspn(line, "\n");
	if (length >= PLACE_SIZE) {
		return -ENAMETOOLONG;
	}
	memcpy(ret_place, line, length);
	ret_place[length] = '\0';
	return 0;
}

void place_slice(uid_t uid, char ret_unit[PLACE_SIZE], char ret_place[PLACE_SIZE])
{
	(void)snprintf(ret_unit, PLACE_SIZE, "user-%u.slice", uid);
	(void)snprintf(ret_place, PLACE_SIZE, SLICES "/user-%u.slice", uid);
}

/* What stands behind "/user.slice/user-UID.slice/", or NULL. */
static const char *behind_slice(const char *place, uid_t uid)
{
	char unit[PLACE_SIZE], slice[PLACE_SIZE];
	size_t length;

	place_slice(uid, unit, slice);
	length = strlen(slice);
	return strncmp(place, slice, length) == 0 && place[length] == '/' ? place + length + 1
									  : NULL;
}

bool place_in_slice(const char *place, uid_t uid)
{
	return behind_slice(place, uid) != NULL;
}

bool place_session(const char *place, uid_t uid, char ret_unit[PLACE_SIZE])
{
	static const char HEAD[] = "session-", TAIL[] = ".scope";
	const char *unit = behind_slice(place, uid);
	size_t id;

	if (unit == NULL || strncmp(unit, HEAD, strlen(HEAD)) != 0) {
		return false;
	}
	id = strspn(unit + strlen(HEAD), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789");
	if (id == 0 || strcmp(unit + strlen(HEAD) + id, TAIL) != 0) {
		return false;
	}
	(void)snprintf(ret_unit, PLACE_SIZE, "%s", unit);
	return true;
}

/* "/system.slice/HOST_slurmstepd.scope/job_1/step_0/user/task_0", or without the host's name. */
bool place_in_job(const char *place)
{
	static const char ROOT[] = "/system.slice/", SCOPE[] = "slurmstepd.scope/job_";
	const char *unit, *scope;

	if (strncmp(place, ROOT, strlen(ROOT)) != 0) {
		return false;
	}
	unit = place + strlen(ROOT);
	scope = strstr(unit, SCOPE);
	return scope != NULL && strcspn(unit, "/") == (size_t)(scope - unit) + strcspn(SCOPE, "/");
}

void place_scope(uid_t uid, pid_t owner, int64_t now_ms, char ret_unit[PLACE_SIZE],
		 char ret_place[PLACE_SIZE])
{
	(void)snprintf(ret_unit, PLACE_SIZE, "loginspace-%u-%d-%" PRId64 ".scope", uid, owner,
		       now_ms);
	(void)snprintf(ret_place, PLACE_SIZE,
		       SLICES "/user-%u.slice/loginspace-%u-%d-%" PRId64 ".scope", uid, uid, owner,
		       now_ms);
}
