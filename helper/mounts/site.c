/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site.c - why a mount of the plan cannot be at its site, in words. Pure.
 */
#include "site.h"

#include <errno.h>
#include <stdio.h>

#include "message.h"

static const char *explain(int err)
{
	switch (err) {
	case -ENOENT:
		return "does not exist";
	case -ELOOP:
		return "is a link, or behind one, in a folder that others than root may write";
	case -ENOTDIR:
		return "is no folder, and what is to be there is one";
	case -EISDIR:
		return "is a folder, and what is to be there is none";
	default:
		return "cannot be mounted on";
	}
}

int site_fail(const struct sites *sites, const struct plan_mount *mount, int err)
{
	(void)snprintf(sites->detail, MESSAGE_DETAIL_SIZE, "%s: %.100s %s", mount->about,
		       mount->target, explain(err));
	return err;
}
