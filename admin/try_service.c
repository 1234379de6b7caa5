/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * try_service.c - a PAM service that no file system shows. Runs in loginspace(8), as root.
 */
#include "try_service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "file.h"
#include "message.h"
#include "scope.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

int try_service_name_check(const char *name)
{
	const size_t length = strlen(name);

	if (length == 0 || length >= MESSAGE_SERVICE_SIZE || name[0] == '.' ||
	    name[strspn(name, LETTERS "-_.@+")] != '\0') {
		return -EINVAL;
	}
	return 0;
}

int try_service_path_check(const char *path)
{
	const unsigned char *at;

	if (path[0] != '/' || strlen(path) >= MESSAGE_PATH_SIZE) {
		return -EINVAL;
	}
	for (at = (const unsigned char *)path; *at != '\0'; at++) {
		if (*at <= ' ' || *at == 0x7f || strchr("#[]\\", *at) != NULL) {
			return -EINVAL;
		}
	}
	return 0;
}

static int folder_make(int *ret_folder)
{
	const unsigned int attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	SCOPE_FD int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
	int folder;

	if (context < 0 || fsconfig(context, FSCONFIG_SET_STRING, "mode", "0700", 0) < 0 ||
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
		return -errno;
	}
	folder = fsmount(context, FSMOUNT_CLOEXEC, attributes);
	if (folder < 0) {
		return -errno;
	}
	*ret_folder = folder;
	return 0;
}

/*
 * pam_permit first: a stack of which every module says PAM_IGNORE fails, and the module says so for
 * a login that is to be let in as it is.
 */
int try_service_make(const struct try_service *service, int *ret_folder)
{
	static const char OTHER[] = "auth required pam_deny.so\n"
				    "account required pam_deny.so\n"
				    "password required pam_deny.so\n"
				    "session required pam_deny.so\n";
	char text[4 * MESSAGE_PATH_SIZE];
	SCOPE_FD int folder = -1;
	int err;

	(void)snprintf(text, sizeof(text),
		       "account required pam_permit.so\n"
		       "session required pam_permit.so\n"
		       "session required %s helper=%s%s%s\n",
		       service->module, service->helper, service->conf != NULL ? " conf=" : "",
		       service->conf != NULL ? service->conf : "");
	err = folder_make(&folder);
	if (err == 0) {
		err = file_write(folder, service->name, O_CREAT | O_EXCL, text);
	}
	/* libpam always looks for this one, and complains to the log if there is none. */
	if (err == 0 && strcmp(service->name, "other") != 0) {
		err = file_write(folder, "other", O_CREAT | O_EXCL, OTHER);
	}
	if (err < 0) {
		return err;
	}
	*ret_folder = folder;
	folder = -1;
	return 0;
}
