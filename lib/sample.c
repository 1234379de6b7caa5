/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample.c - the sample configuration, from the table of keys.
 */
#include "sample.h"

#include <string.h>

#include "keys.h"

static const char HEAD[] =
	"# SPDX-License-Identifier: BSD-2-Clause\n"
	"#\n"
	"# loginspace.conf - which logins get a space, and what it is like: loginspace.conf(5).\n"
	"#\n"
	"# Every key is here with its default, as a comment. Local changes are best kept in files "
	"of\n"
	"# their own, /etc/security/loginspace.conf.d/NAME.conf: they are read after this one, in "
	"the\n"
	"# order of their names. `loginspace check` finds mistakes, `loginspace explain USER` "
	"shows what\n"
	"# holds for a user and where it comes from.\n"
	"\n"
	"#[default]\n";

static const char TAIL[] =
	"\n"
	"## Exceptions: all conditions of a section have to hold; what comes later wins.\n"
	"\n"
	"#[match group=staff service=sshd,login]\n"
	"#isolate = audit\n"
	"\n"
	"#[match user=alice,bob uid=1000-1999 rhost=192.0.2.0/24,2001:db8::/32]\n"
	"#scope = user\n"
	"#linger = processes\n";

void sample_write(FILE *stream)
{
	const char *section = "";
	unsigned int key;

	/* The caller asks the stream whether all went well. */
	(void)fputs(HEAD, stream);
	for (key = 0; key < KEY_COUNT; key++) {
		const struct key_about *about = key_about((enum key)key);

		if (strcmp(about->section, section) != 0) {
			section = about->section;
			(void)fprintf(stream, "\n## %s\n", section);
		}
		(void)fprintf(stream, "\n# %s\n# Takes %s%s.\n#%s =%s%s\n", about->help,
			      about->values, about->list ? "; sections add up" : "", about->name,
			      about->fallback[0] == '\0' ? "" : " ", about->fallback);
	}
	(void)fputs(TAIL, stream);
}
