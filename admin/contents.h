/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * contents.h - all that is in a file, however long.
 */
#ifndef LOGINSPACE_ADMIN_CONTENTS_H
#define LOGINSPACE_ADMIN_CONTENTS_H

#include <stddef.h>

/* Born zeroed. May be read into again and again; what it has grown to stays. */
struct contents {
	char *text; /* with a NUL behind it */
	size_t length;
	size_t room;
};

/*
 * contents_read - what PATH, openat(2) with FOLDER, has from its beginning to its end. Returns 0; -EFBIG:
 * more than MAX bytes; another negative errno, and then CONTENTS is empty, and still to be freed.
 */
int contents_read(struct contents *contents, int folder, const char *path, size_t max);

void contents_free(struct contents *contents);

#endif
