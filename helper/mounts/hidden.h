/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hidden.h - what is put over that which is not to be seen: an empty folder or file of root's that
 * nobody may open.
 */
#ifndef LOGINSPACE_HIDDEN_H
#define LOGINSPACE_HIDDEN_H

#include <stdbool.h>

/* One of each, made when the first is asked for. */
struct hidden {
	int folder, file;
	bool folder_used, file_used; /* attached somewhere: only then it can be cloned */
};

#define HIDDEN_NONE \
	{ \
		.folder = -1, .file = -1 \
	}

/* hidden_take - a detached tree, read-only, to be closed by the caller. 0 or a negative errno. */
int hidden_take(struct hidden *hidden, bool folder, int *ret_tree);

void hidden_drop(struct hidden *hidden);

#endif
