/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.c - what the module keeps while a session is open.
 *
 * The application may fork and call pam_end in the child, close fds it does not know, or use
 * their numbers again. So "is this the opener" is a page that the kernel wipes in a fork
 * (MADV_WIPEONFORK of madvise(2)): getpid() would not do, as a child in a new PID namespace can
 * have its parent's number. And each fd is known by its inode.
 */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "channel.h"

static int opener_mark(const uint32_t **ret)
{
	uint32_t *mark;

	mark = mmap(NULL, sizeof(*mark), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	if (mark == MAP_FAILED) {
		return -errno;
	}
	if (madvise(mark, sizeof(*mark), MADV_WIPEONFORK) < 0) {
		int err = -errno;

		(void)munmap(mark, sizeof(*mark));
		return err;
	}
	*mark = 1;
	*ret = mark;
	return 0;
}

static int channel_keep(struct session *session, int channel)
{
	struct stat about;

	session->channel = fcntl(channel, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (session->channel < 0) {
		return -errno;
	}
	if (fstat(session->channel, &about) < 0) {
		const int err = -errno;

		/* Ours since a moment ago; later it would not be known for ours. */
		(void)close(session->channel);
		session->channel = -1;
		return err;
	}
	session->channel_device = about.st_dev;
	session->channel_inode = about.st_ino;
	return 0;
}

int session_new(const char *user, int proc, struct session **ret)
{
	struct session *session;
	int err;

	session = calloc(1, sizeof(*session));
	if (session == NULL) {
		return -ENOMEM;
	}
	session->channel = -1;
	session->from = NAMESPACES_NONE;
	session->user = strdup(user);
	err = session->user == NULL ? -ENOMEM : opener_mark(&session->opener);
	if (err == 0) {
		err = namespaces_remember(proc, &session->from);
	}
	if (err < 0) {
		session_free(session);
		return err;
	}
	cwd_remember(&session->cwd);
	*ret = session;
	return 0;
}

int session_adopt(struct session *session, uint32_t flags, int channel)
{
	namespaces_keep(&session->from, (flags & CLONE_NEWUSER) != 0 ? 0 : flags);
	return channel_keep(session, channel);
}

void session_strand(struct session *session)
{
	namespaces_forget(&session->from);
	session->stranded = true;
}

static bool channel_still_ours(const struct session *session)
{
	struct stat about;

	return session->channel >= 0 && fstat(session->channel, &about) == 0 &&
	       about.st_dev == session->channel_device && about.st_ino == session->channel_inode;
}

void session_free(struct session *session)
{
	if (session == NULL) {
		return;
	}
	if (channel_still_ours(session)) {
		(void)close(session->channel);
	}
	namespaces_forget(&session->from);
	if (session->opener != NULL) {
		(void)munmap((void *)(uintptr_t)session->opener, sizeof(*session->opener));
	}
	free(session->user);
	free(session);
}

bool session_is_opener(const struct session *session)
{
	return *session->opener == 1;
}

int session_tell(const struct session *session, enum word_kind kind)
{
	struct word word = { .magic = MESSAGE_MAGIC, .version = MESSAGE_VERSION, .kind = kind };

	if (!channel_still_ours(session)) {
		return -EBADF;
	}
	return channel_send_signed(session->channel, &word, sizeof(word));
}

int session_leave(const struct session *session)
{
	struct cwd now;
	int err, cwd_err;

	/* An application that has moved since stays where it went; "/" may be our doing. */
	cwd_remember(&now);
	err = namespaces_return(&session->from);
	cwd_err = cwd_restore(strcmp(now.path, "/") == 0 ? &session->cwd : &now, false);
	return err < 0 ? err : cwd_err;
}
