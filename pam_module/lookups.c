/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookups.c - name services, loaded while the host's are still the ones. Runs in the PAM application.
 *
 * The C library looks at nsswitch.conf(5) at each look-up and loads what has come into it, since
 * glibc 2.33; and loads a service when it first asks that. It does so when a name is looked up that none
 * before has; or, as with "sss [!UNAVAIL=return] ldap", when one before does not work, which who is root
 * inside can bring about. So all are asked for what none has to offer. What cannot be loaded then never is.
 */
#include "lookups.h"

#include <aliases.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No name of anybody's, see useradd(8): so every service is asked, and has to be there for it. */
#define NOBODYS_NAME "?"

/* What a login asks for after it is in. What else there is comes from files, or not at all. */
static const char *const OTHERS[] = { "aliases",  "ethers",    "gshadow", "netgroup",
				      "networks", "protocols", "rpc",     "services" };

/* Looked up by the host's services, which are loaded for all databases at once. */
static const char *const ASKED[] = { "passwd", "group", "shadow", "initgroups" };

#define SWITCH "/etc/nsswitch.conf"
#define BLANKS " \t\r\n"

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

/*
 * To have them ready: some connect to a daemon. With too little room for a line the services behind it are
 * not asked, nor any without memory, which may be as scarce as the caller of su has made it.
 */
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

/* Another failure: a database that this C library does not know, and so cannot look up either. */
static int services_set(const char *database, const char *services)
{
	return __nss_configure_lookup(database, services) < 0 && errno == ENOMEM ? -ENOMEM : 0;
}

static bool is_asked(const char *database)
{
	size_t i;

	for (i = 0; i < sizeof(ASKED) / sizeof(ASKED[0]); i++) {
		if (strcmp(database, ASKED[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* What is in brackets is no service. */
static void actions_blank(char *text)
{
	bool inside = false;

	for (; *text != '\0'; text++) {
		const bool last = *text == ']';

		inside = inside || *text == '[';
		if (inside) {
			*text = ' ';
		}
		inside = inside && !last;
	}
}

/* "passwd: files sss": all but "files", which is in the C library. */
static void line_collect(char *line, FILE *ret)
{
	char *services, *database, *rest, *service;

	line[strcspn(line, "#")] = '\0';
	services = strchr(line, ':');
	if (services == NULL) {
		return;
	}
	*services++ = '\0';
	database = strtok_r(line, BLANKS, &rest);
	if (database == NULL || !is_asked(database)) {
		return;
	}
	actions_blank(services);
	service = strtok_r(services, BLANKS, &rest);
	while (service != NULL) {
		if (strcmp(service, "files") != 0) {
			(void)fprintf(ret, "%s ", service);
		}
		service = strtok_r(NULL, BLANKS, &rest);
	}
}

static int lines_collect(FILE *ret)
{
	FILE *file = fopen(SWITCH, "re");
	char *line = NULL;
	size_t room = 0;
	int err;

	if (file == NULL) {
		return errno == ENOENT || errno == EACCES ? 0 : -errno;
	}
	while (getline(&line, &room, file) >= 0) {
		line_collect(line, ret);
	}
	err = feof(file) ? 0 : -ENOMEM;
	free(line);
	(void)fclose(file);
	return err;
}

/* In one string, to be freed, with blanks between. */
static int services_collect(char **ret)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int err;

	if (stream == NULL) {
		return -errno;
	}
	err = lines_collect(stream);
	if (fclose(stream) != 0) {
		err = -ENOMEM;
	}
	if (err < 0) {
		free(text);
		return err;
	}
	*ret = text;
	return 0;
}

/*
 * What they know of mail is no matter: to find that out each is loaded. Once, as the C library before 2.34
 * keeps the services that it has asked for this first.
 */
static int services_load(void)
{
	struct aliasent entry, *found;
	char room[1024];
	char *services = NULL;
	int err = services_collect(&services);

	if (err == 0 && services != NULL && services[0] != '\0') {
		err = services_set("aliases", services);
		if (err == 0) {
			(void)getaliasbyname_r(NOBODYS_NAME, &entry, room, sizeof(room), &found);
		}
	}
	free(services);
	return err;
}

/* From the first of these on the file is not read any more. */
static int services_fix(void)
{
	int err = services_set("hosts", hosts_services());
	size_t i;

	for (i = 0; err == 0 && i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
		err = services_set(OTHERS[i], "files");
	}
	return err;
}

int lookups_settle(void)
{
	gid_t groups[1];
	int count = 1, err;

	ask_all(ask_user);
	ask_all(ask_group);
	ask_all(ask_shadow);
	(void)getgrouplist(NOBODYS_NAME, (gid_t)-1, groups, &count);
	err = services_load();
	return err < 0 ? err : services_fix();
}
