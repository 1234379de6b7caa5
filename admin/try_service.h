/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * try_service.h - a PAM service that no file system shows: its file is in a tmpfs that is mounted
 * nowhere, and goes with the last fd of it.
 */
#ifndef LOGINSPACE_ADMIN_TRY_SERVICE_H
#define LOGINSPACE_ADMIN_TRY_SERVICE_H

/* What the file says; see pam_loginspace(8). CONF may be NULL: no conf= is written. */
struct try_service {
	const char *name; /* of the service, in lower case: so pam_start(3) looks for it */
	const char *module;
	const char *helper;
	const char *conf;
};

/* May this be a service's name? 0 or -EINVAL: empty, too long, or not letters, digits, "-_.@+". */
int try_service_name_check(const char *name);

/* May this stand in a PAM line? 0; -EINVAL: not absolute, or with what pam.conf(5) gives a meaning. */
int try_service_path_check(const char *path);

/*
 * try_service_make - *RET_FOLDER is the folder with the file, close-on-exec; pam_start_confdir(3)
 * takes it as /proc/self/fd/N. Needs CAP_SYS_ADMIN. Returns 0 or a negative errno.
 */
int try_service_make(const struct try_service *service, int *ret_folder);

#endif
