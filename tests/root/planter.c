// SPDX-License-Identifier: BSD-2-Clause
/*
 * planter VERB ARGS: a user who knows how loginspace works and plants what it might take for its own.
 *
 *   init FOLDER     pose as the init of a space: its name, its fds by number, locks on FOLDER, a yes
 *                   to each knock. Prints "ready", and "knocked" for each knock
 *   lock FOLDER     0 when a byte of FOLDER can be locked
 *   sockets DIR...  listen in each DIR under names of ours, and in the abstract name space; say yes.
 *                   Prints "ready", and "knocked" when root has come
 *   storm COUNT     COUNT connects to each socket that shows in /proc/net/unix and to what ours
 *                   might be called, over and over; prints "round" after each
 *   word SERVICE USER   (as root) a session; its child, as USER, has the module's socket until it
 *                   execs: tells init to end, asks to join, tries to go back. 0 when nothing of it helps
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../include/init_fds.h"
#include "../../include/knock.h"

#define ATTACKER 2001 /* alice */

/* --- what looks like ours ----------------------------------------------------------------------- */

static const struct knock_answer YES = {
	.magic = MESSAGE_MAGIC,
	.version = MESSAGE_VERSION,
	.owners = 1,
	.space = { .uid = ATTACKER,
		   .namespaces = CLONE_NEWNS | CLONE_NEWPID,
		   .scope = SCOPE_USER,
		   .user = "alice",
		   .network = "loopback" },
};

/* Reads what came at FD and says yes: there, and over each socket that came along. */
static void say_yes(int fd)
{
	union {
		char bytes[CMSG_SPACE(4 * sizeof(int))];
		struct cmsghdr align;
	} control;
	char text[8192];
	struct iovec part = { text, sizeof(text) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *header;

	if (recvmsg(fd, &message, 0) <= 0) {
		return;
	}
	(void)send(fd, &YES, sizeof(YES), MSG_NOSIGNAL | MSG_DONTWAIT);
	header = CMSG_FIRSTHDR(&message);
	for (size_t i = 0; header && i < (header->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
		int came;

		memcpy(&came, CMSG_DATA(header) + i * sizeof(int), sizeof(came));
		(void)send(came, &YES, sizeof(YES), MSG_NOSIGNAL | MSG_DONTWAIT);
		close(came);
	}
}

static int folder_lock(const char *folder, off_t byte)
{
	struct flock lock = { .l_type = F_RDLCK, .l_start = byte, .l_len = 1 };
	int fd = open(folder, O_RDONLY | O_DIRECTORY);

	if (fd < 0 || fcntl(fd, F_SETLK, &lock) < 0) {
		return -1;
	}
	return fd;
}

static void pose_as_init(const char *folder)
{
	struct stat st = { 0 };
	struct pollfd door = { .fd = INIT_DOOR_FD, .events = POLLIN };
	int ends[2];

	prctl(PR_SET_NAME, "loginspace-init", 0, 0, 0);
	(void)stat("/proc/self/ns/pid", &st);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0 || dup2(ends[0], 20) < 0 ||
	    dup2(ends[1], 21) < 0 || dup2(20, INIT_DOOR_FD) < 0 || dup2(21, INIT_KNOCKER_FD) < 0) {
		err(2, "socketpair");
	}
	/* The number, the shared space, the mark: see include/registry.h. */
	if (folder_lock(folder, (off_t)ATTACKER * 65536) < 0 ||
	    folder_lock(folder, ((off_t)1 << 49) + ATTACKER) < 0 ||
	    folder_lock(folder, ((off_t)1 << 50) + (off_t)st.st_ino) < 0) {
		err(2, "%s", folder);
	}
	printf("ready\n");
	fflush(stdout);
	while (poll(&door, 1, -1) == 1) {
		say_yes(INIT_DOOR_FD);
		printf("knocked\n");
		fflush(stdout);
	}
}

/* --- sockets ------------------------------------------------------------------------------------ */

static const char *const NAMES[] = { "loginspace", "loginspace-init", "2001-0" };
#define NAMES_COUNT (sizeof(NAMES) / sizeof(NAMES[0]))

/* NAME with an @ in front is an abstract one. */
static socklen_t address_set(struct sockaddr_un *address, const char *name)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	(void)snprintf(address->sun_path, sizeof(address->sun_path), "%s", name);
	if (name[0] != '@') {
		return sizeof(*address);
	}
	address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
}

static int listen_at(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = address_set(&address, name);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, 64) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Nobody else's processes are root's: it was a login. */
static void visitor_note(int fd)
{
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == 0) {
		printf("knocked\n");
		fflush(stdout);
	}
}

static void sockets_plant(char **dirs)
{
	struct pollfd slots[256];
	nfds_t count = 0;

	for (; *dirs && count + NAMES_COUNT < 256; dirs++) {
		for (size_t i = 0; i < NAMES_COUNT; i++) {
			char name[108];

			(void)snprintf(name, sizeof(name), "%s%s%s", *dirs,
				       **dirs == '@' ? "" : "/", NAMES[i]);
			slots[count] = (struct pollfd){ .fd = listen_at(name), .events = POLLIN };
			count += slots[count].fd >= 0;
		}
	}
	printf("ready %lu\n", (unsigned long)count);
	fflush(stdout);
	while (poll(slots, count, -1) > 0) {
		for (nfds_t i = 0; i < count; i++) {
			int fd = slots[i].revents ? accept(slots[i].fd, NULL, NULL) : -1;

			if (fd >= 0) {
				visitor_note(fd);
				(void)send(fd, &YES, sizeof(YES), MSG_NOSIGNAL | MSG_DONTWAIT);
				close(fd);
			}
		}
	}
}

static void connects(const char *name, long count)
{
	static const int types[] = { SOCK_SEQPACKET, SOCK_STREAM, SOCK_DGRAM };
	const struct knock knock = { .magic = MESSAGE_MAGIC,
				     .version = MESSAGE_VERSION,
				     .kind = KNOCK_JOIN };
	struct sockaddr_un address;
	socklen_t length = address_set(&address, name);

	for (long i = 0; i < count; i++) {
		int fd = socket(AF_UNIX, types[i % 3] | SOCK_NONBLOCK, 0);

		if (connect(fd, (struct sockaddr *)&address, length) == 0) {
			(void)send(fd, &knock, sizeof(knock), MSG_NOSIGNAL);
		}
		close(fd);
	}
}

#define SEEN_MAX 64

/* Each connection to a socket shows again under the socket's name. */
static int is_new(char seen[SEEN_MAX][108], size_t *count, const char *name)
{
	for (size_t i = 0; i < *count; i++) {
		if (strcmp(seen[i], name) == 0) {
			return 0;
		}
	}
	if (*count < SEEN_MAX) {
		strcpy(seen[(*count)++], name);
	}
	return 1;
}

/* "...: 00000002 00000000 00010000 0005 01 12345 /path": the eighth word, where there is one. */
static void storm(long count)
{
	for (;;) {
		FILE *file = fopen("/proc/net/unix", "r");
		char line[512], name[108], seen[SEEN_MAX][108];
		size_t names = 0;

		while (file && fgets(line, sizeof(line), file)) {
			/* Not the syslog of the rig: what goes there is a line in a file. */
			if (sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %107s", name) == 1 &&
			    strcmp(name, "/dev/log") != 0 && strcmp(name, "Path") != 0 &&
			    is_new(seen, &names, name)) {
				connects(name, count);
			}
		}
		if (file) {
			fclose(file);
		}
		connects("/run/loginspace", count);
		connects("/run/loginspace/2001-0", count);
		connects("@loginspace", count);
		printf("round\n");
		fflush(stdout);
	}
}

/* --- words to init ------------------------------------------------------------------------------ */

static int talk(int count, const struct pam_message **messages, struct pam_response **ret_answers,
		void *data)
{
	(void)messages;
	(void)data;
	*ret_answers = calloc((size_t)count, sizeof(**ret_answers));
	return *ret_answers ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* What the kernel lets one say: with CREDENTIALS, as root. */
static int words_send(int fd, const void *text, size_t length, int claim)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control = { { 0 } };
	const struct ucred root = { .pid = getpid() };
	struct iovec part = { (void *)(uintptr_t)text, length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (claim) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		control.align = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(root)),
						  .cmsg_level = SOL_SOCKET,
						  .cmsg_type = SCM_CREDENTIALS };
		memcpy(CMSG_DATA(&control.align), &root, sizeof(root));
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL) > 0;
}

/* As the user, with all fds of the application. Returns how many words went out. */
static int words_try(const struct passwd *entry)
{
	const struct word close_word = { MESSAGE_MAGIC, MESSAGE_VERSION, WORD_CLOSE };
	const struct knock join = { .magic = MESSAGE_MAGIC,
				    .version = MESSAGE_VERSION,
				    .kind = KNOCK_JOIN };
	int sent = 0;

	if (setgroups(0, NULL) < 0 || setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) < 0 ||
	    setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) < 0) {
		err(2, "ids");
	}
	for (int fd = 3; fd < 256; fd++) {
		int type = 0;
		socklen_t size = sizeof(type);

		if (setns(fd, 0) == 0) {
			errx(3, "out of the space by fd %d", fd);
		}
		if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 ||
		    type != SOCK_SEQPACKET) {
			continue;
		}
		sent += words_send(fd, &close_word, sizeof(close_word), 0);
		sent += words_send(fd, &join, sizeof(join), 0);
		if (words_send(fd, &close_word, sizeof(close_word), 1)) {
			errx(3, "a word as root went out");
		}
	}
	return sent;
}

static int word_main(const char *service, const char *user)
{
	static const struct pam_conv conv = { talk, NULL };
	const struct timespec pause = { .tv_nsec = 700000000 }; /* longer than init's grace */
	const struct passwd *entry = getpwnam(user);
	pam_handle_t *pam;
	int status;
	pid_t pid;

	if (!entry || pam_start(service, user, &conv, &pam) != PAM_SUCCESS ||
	    pam_open_session(pam, PAM_SILENT) != PAM_SUCCESS) {
		errx(2, "session of %s", user);
	}
	pid = fork();
	if (pid == 0) {
		if (words_try(entry) == 0) {
			errx(4, "found no socket of init's");
		}
		nanosleep(&pause, NULL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (pam_close_session(pam, PAM_SILENT) != PAM_SUCCESS) {
		errx(5, "close_session");
	}
	printf("status %d, signal %d\n", WEXITSTATUS(status), WTERMSIG(status));
	return status != 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";

	if (strcmp(verb, "init") == 0) {
		pose_as_init(argv[2]);
	} else if (strcmp(verb, "lock") == 0) {
		return folder_lock(argv[2], 0) < 0;
	} else if (strcmp(verb, "sockets") == 0) {
		sockets_plant(argv + 2);
	} else if (strcmp(verb, "storm") == 0) {
		storm(atol(argv[2]));
	} else if (strcmp(verb, "word") == 0 && argc > 3) {
		return word_main(argv[2], argv[3]);
	}
	errx(2, "usage: planter init|lock FOLDER, sockets DIR..., storm COUNT, word SERVICE USER");
}
