// SPDX-License-Identifier: BSD-2-Clause
/*
 * attempt_door: at what is shared by name: sockets, memory, keys, terminals, and the files of
 * root's and of loginspace. attempt_host is at the other end.
 *
 * T_SOCKET: a socket with a path at which the other end gives away a folder of the host's;
 * T_ABSTRACT: the name of one without a path; T_PORT of 127.0.0.1; T_NUMBER: that of its SysV
 * memory; T_CANARY: a file that shows in the folder; T_KEY: the name of its key in the user
 * keyring; T_OTHER_KEY: the number of one of another user's; T_TERMINAL: one of root's;
 * T_SYSTEMD, T_ORDERS: sockets at which only root may give orders; T_SYSTEM_BUS: one for all;
 * T_BUS: one of the user's; T_REGISTRY: device and inode of the registry; T_INIT: the file that
 * init is run from.
 */
#include "attempt.h"
#include "attempt_socket.h"

#include <arpa/inet.h>
#include <linux/keyctl.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/shm.h>

/* --- sockets ---------------------------------------------------------------------------------- */

static int name_connect(const char *name)
{
	struct sockaddr_un at;
	socklen_t length = name_set(&at, name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (struct sockaddr *)&at, length) < 0 ? -1 : fd;
}

static enum outcome abstract(void)
{
	return judged(name_connect(target("T_ABSTRACT")), WORKS);
}

static enum outcome user_bus(void)
{
	return judged(name_connect(target("T_BUS")), WORKS);
}

static enum outcome system_bus(void)
{
	return judged(name_connect(target("T_SYSTEM_BUS")), WORKS);
}

static enum outcome systemd(void)
{
	return judged(name_connect(target("T_SYSTEMD")), WORKS);
}

static enum outcome orders(void)
{
	return judged(name_connect(target("T_ORDERS")), WORKS);
}

static enum outcome port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)target_pid("T_PORT")),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return judged(connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&at, sizeof(at)),
		      WORKS);
}

/* A folder of the host's, from a process that is there. What is in it shows. */
static enum outcome folder_taken(void)
{
	char byte;
	union control control;
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int fd, socket = name_connect(target("T_SOCKET"));

	if (socket < 0 || recvmsg(socket, &message, 0) != 1 || message.msg_controllen == 0) {
		return judged(-1, WORKS);
	}
	memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	return judged(openat(fd, target("T_CANARY"), O_RDONLY), WORKS);
}

static enum outcome raw_packets(void)
{
	enum outcome outcome = judged(socket(AF_PACKET, SOCK_RAW, 0), WORKS);

	return outcome == WORKS ? own_or_works("net") : outcome;
}

static enum outcome raw_internet(void)
{
	enum outcome outcome = judged(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), WORKS);

	return outcome == WORKS ? own_or_works("net") : outcome;
}

/* The flags that lo has, once more. */
static enum outcome link_set(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	enum outcome outcome;

	if (ioctl(fd, SIOCGIFFLAGS, &lo) < 0) {
		return UNKNOWN;
	}
	outcome = judged(ioctl(fd, SIOCSIFFLAGS, &lo), WORKS);
	return outcome == WORKS ? own_or_works("net") : outcome;
}

static enum outcome vsock(void)
{
	return judged(socket(AF_VSOCK, SOCK_STREAM, 0), WORKS);
}

/* --- memory, files ---------------------------------------------------------------------------- */

static enum outcome memory_shared(void)
{
	return judged(shmget((key_t)target_pid("T_NUMBER"), 0, 0), WORKS);
}

static enum outcome queue(void)
{
	return opened("/dev/mqueue/canary", O_RDONLY);
}

static enum outcome shared_files(void)
{
	static const char *const paths[] = { "/tmp/canary", "/var/tmp/canary", "/dev/shm/canary" };
	enum outcome most = NOT_THERE, outcome;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		outcome = opened(paths[i], O_RDONLY);
		most = outcome > most ? outcome : most;
	}
	return most;
}

/* A `user` space has an empty one of its own. */
static enum outcome registry_own(enum outcome outcome)
{
	struct stat about;
	char id[64] = "";

	if (outcome == WORKS && stat("/run/loginspace", &about) == 0) {
		snprintf(id, sizeof(id), "%lu:%lu", (unsigned long)about.st_dev,
			 (unsigned long)about.st_ino);
		return strcmp(id, target("T_REGISTRY")) == 0 ? WORKS : OWN;
	}
	return outcome;
}

static enum outcome registry_open(void)
{
	return registry_own(opened("/run/loginspace", O_RDONLY | O_DIRECTORY));
}

/* A lock there says which spaces live. */
static enum outcome registry_lock(void)
{
	struct flock lock = { .l_type = F_RDLCK, .l_start = 1L << 51, .l_len = 1 };
	int fd = open("/run/loginspace", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return registry_own(judged(fd < 0 ? -1 : fcntl(fd, F_SETLK, &lock), WORKS));
}

/* As the kill switch would be made, under another name. */
static enum outcome registry_write(void)
{
	int fd = open("/run/loginspace/attempt", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum outcome outcome = registry_own(judged(fd, WORKS));

	(void)unlink("/run/loginspace/attempt");
	return outcome;
}

static enum outcome init_overwrite(void)
{
	enum outcome outcome = opened(target("T_INIT"), O_WRONLY);

	return outcome == REFUSED && why == ETXTBSY ? WORKS : outcome;
}

static enum outcome shadow(void)
{
	return opened("/etc/shadow", O_RDONLY);
}

static enum outcome configuration(void)
{
	return opened("/etc/passwd", O_WRONLY);
}

/* --- keys ------------------------------------------------------------------------------------- */

static enum outcome key_found(void)
{
	return judged(syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user",
			      target("T_KEY"), 0),
		      WORKS);
}

static enum outcome key_of_other(void)
{
	char text[64];

	return judged(
		syscall(SYS_keyctl, KEYCTL_READ, target_pid("T_OTHER_KEY"), text, sizeof(text)),
		WORKS);
}

/* --- terminals -------------------------------------------------------------------------------- */

/* A byte that is typed for the user, into a terminal that this process makes its own. */
static enum outcome typed(void)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), own;
	char legacy = '1', byte = 'x';
	enum outcome outcome;
	int fd = open("/proc/sys/dev/tty/legacy_tiocsti", O_RDONLY);

	if (fd >= 0 && read(fd, &legacy, 1) != 1) {
		return UNKNOWN;
	}
	(void)setsid();
	if (terminal < 0 || unlockpt(terminal) < 0 || (own = open(ptsname(terminal), O_RDWR)) < 0 ||
	    ioctl(own, TIOCSCTTY, 0) < 0) {
		return UNKNOWN;
	}
	/* The host may have switched it off for all but its root: that says nothing here. */
	outcome = judged(ioctl(own, TIOCSTI, &byte), OWN);
	return outcome == REFUSED && legacy == '0' ? UNKNOWN : outcome;
}

static enum outcome terminal_of_root(void)
{
	return opened(target("T_TERMINAL"), O_RDWR);
}

static const struct attempt ATTEMPTS[] = {
	{ "ISO-04", "reach an abstract socket of the host", "SHU", abstract },
	{ "ISO-03", "reach 127.0.0.1 of the host", "SHU", port },
	{ "ISO-05", "SysV memory of an own process outside", "SHU", memory_shared },
	{ "ISO-05", "a POSIX queue of the host", "SHU", queue },
	{ "ISO-05", "files of the host in /tmp, /var/tmp, /dev/shm", "SHU", shared_files },
	{ "ESC-05", "reach the bus of the user's systemd", "SHU", user_bus },
	{ "ESC-07", "a folder of the host from an own process outside, by a socket with a path", "",
	  folder_taken },
	{ "ESC-04", "open a packet socket", "SHU", raw_packets },
	{ "ESC-04", "open a raw socket", "SHU", raw_internet },
	{ "ESC-04", "set the flags of lo", "SHU", link_set },
	{ "ISO-03", "open a socket to the hypervisor, AF_VSOCK", "", vsock },
	{ "ESC-08", "open /run/loginspace", "SHU", registry_open },
	{ "ESC-08", "lock a byte of /run/loginspace", "SHU", registry_lock },
	{ "ESC-08", "make a file in /run/loginspace", "SHU", registry_write },
	{ "ESC-09", "open loginspace-init for writing, where it lies", "SH", init_overwrite },
	{ "ISO-07", "find a key of an own login outside, in the user keyring", "", key_found },
	{ "ISO-07", "read a key of another user's", "SHU", key_of_other },
	{ "ESC-06", "type into an own terminal, TIOCSTI", "h", typed },
	{ "ESC-06", "open a terminal of root's", "SHU", terminal_of_root },
	{ "ESC-05", "reach the system's bus", "U", system_bus },
	{ "ESC-05", "reach systemd, /run/systemd/private", "SHU", systemd },
	{ "ESC-05", "reach another socket of root's, such as that of a daemon for containers", "SH",
	  orders },
	{ "ESC-04", "read /etc/shadow", "SH", shadow },
	{ "ESC-04", "open /etc/passwd for writing", "SH", configuration },
};

int main(void)
{
	return attempts_run(ATTEMPTS, sizeof(ATTEMPTS) / sizeof(ATTEMPTS[0]));
}
