/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h - what the module keeps between pam_open_session and pam_close_session.
 */
#ifndef LOGINSPACE_SESSION_H
#define LOGINSPACE_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "cwd.h"
#include "message.h"
#include "namespaces.h"
#include "space_id.h"

struct session {
	const uint32_t *opener; /* a page that reads 1 in the process that opened, 0 in its forks */
	struct namespaces from;
	bool stranded; /* there is no way back to them */
	struct cwd cwd;
	int channel; /* to init, close-on-exec, above 2 */
	dev_t channel_device;
	ino_t channel_inode;
	char *user; /* PAM_USER when it was opened */
	char space[SPACE_ID_SIZE];
};

/*
 * session_new - remembers whose it is and where the application is: its working folder and all its
 * namespaces. Returns 0 or a negative errno.
 */
int session_new(const char *user, int proc, struct session **ret);

/*
 * session_adopt - this session will leave the namespaces in FLAGS, and talk to init over CHANNEL,
 * of which it keeps a copy. With CLONE_NEWUSER among them nothing is remembered: there is no way
 * back. Returns 0 or a negative errno.
 */
int session_adopt(struct session *session, uint32_t flags, int channel);

/*
 * session_free - closes the fds that are still ours; ends nothing. NULL is allowed.
 */
void session_free(struct session *session);

/* Is this the process that opened the session, not a fork of it? */
bool session_is_opener(const struct session *session);

/*
 * session_tell - a word to init. Returns 0; -EBADF when the application has closed or reused the
 * fd; -EPIPE, -ECONNREFUSED or -ECONNRESET when init is gone; another negative errno.
 */
int session_tell(const struct session *session, enum word_kind kind);

/* session_strand - there is no way back from now on: out of a user namespace, past a filter. */
void session_strand(struct session *session);

/*
 * session_leave - back to where the application came from, cwd included. Returns 0 or a negative
 * errno. One that is stranded stays where it is: that is no error here.
 */
int session_leave(const struct session *session);

#endif
