/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_indifferent.c - session modules that may work inside the space, which pam_order.c asks. A
 * module that is not listed is taken for one that may not. What is said of each is from its manual
 * page, and holds for a space with the files of the host.
 */
#include "pam_indifferent.h"

#include <stddef.h>
#include <string.h>

struct module {
	const char *name;
	bool opens;
	bool closes;
};

static const struct module MODULES[] = {
	/* They touch nothing but the process, its environment and what it says to the user. */
	{ "pam_deny.so", true, true },
	{ "pam_echo.so", true, true },
	{ "pam_env.so", true, true },
	{ "pam_permit.so", true, true },
	{ "pam_umask.so", true, true },
	{ "pam_warn.so", true, true },
	/* They read files that are the host's in there, too, and do nothing on closing. */
	{ "pam_limits.so", true, true },
	{ "pam_mail.so", true, true },
	{ "pam_motd.so", true, true },
	/* They need /proc/self, or make what is needed before; on closing they do nothing. */
	{ "pam_loginuid.so", false, true },
	{ "pam_mkhomedir.so", false, true },
	/* A key ring, a line in the log, a word to logind, a record in a file: the same inside. */
	{ "pam_keyinit.so", false, true },
	{ "pam_lastlog.so", false, true },
	{ "pam_lastlog2.so", false, true },
	{ "pam_systemd.so", false, true },
	{ "pam_unix.so", false, true },
	{ "pam_wtmpdb.so", false, true },
};

/* Without SELinux it does nothing; with it, it writes to /proc/self/attr, both ways. */
static const char SELINUX[] = "pam_selinux.so";

static const char *name_of(const struct pam_line *line)
{
	const char *slash = strrchr(line->module, '/');

	return slash != NULL ? slash + 1 : line->module;
}

static const struct module *module_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(MODULES) / sizeof(MODULES[0]); i++) {
		if (strcmp(MODULES[i].name, name) == 0) {
			return &MODULES[i];
		}
	}
	return NULL;
}

bool pam_line_opens_inside(const struct pam_line *line, bool selinux)
{
	const struct module *module = module_find(name_of(line));

	return (module != NULL && module->opens) ||
	       (!selinux && strcmp(name_of(line), SELINUX) == 0);
}

bool pam_line_closes_inside(const struct pam_line *line, bool selinux)
{
	const struct module *module = module_find(name_of(line));

	return (module != NULL && module->closes) ||
	       (!selinux && strcmp(name_of(line), SELINUX) == 0);
}
