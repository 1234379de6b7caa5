// SPDX-License-Identifier: BSD-2-Clause
/*
 * racer JOBS: a user inside a space who waits for those that come in. Each of JOBS processes goes
 * through /proc again and again and tries to take what it can from every other process: its files,
 * memory, root, by ptrace and by pidfd. Until stdin ends; then prints "tries=N seen=N won=N", seen
 * being such as are closed to it. What it could take is one of
 *
 *   won NAME: PROGRAM     of a process that runs one of the programs that come in
 *   won fd: TARGET        an open file of anybody's that is a namespace, a pidfd, or another socket
 *   won root: PATH        a root or working folder of another mount namespace
 *
 * What runs a program of his own choice he may trace, of course.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct counts {
	unsigned long tries, seen, won;
} * counts;
static char own_mounts[64];

static void won(const char *what, const char *of)
{
	printf("won %s: %s\n", what, of);
	fflush(stdout);
	__atomic_add_fetch(&counts->won, 1, __ATOMIC_RELAXED);
}

/* The program of a process; "" while that cannot be known. Then nothing else can be, either. */
static int program_of(pid_t pid, char *out, size_t room)
{
	char path[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	len = readlink(path, out, room - 1);
	out[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* What comes in from outside, and "other", which the test has for one. */
static int is_foreign(const char *program)
{
	static const char *const foreign[] = { "sshd", "sshd-session", "loginspace",      "su",
					       "sudo", "pam_driver",   "loginspace-init", "other" };
	const char *name = strrchr(program, '/');

	for (size_t i = 0; name && i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		if (strcmp(name + 1, foreign[i]) == 0) {
			return 1;
		}
	}
	return 0;
}

static int is_racer(const char *program)
{
	const char *name = strrchr(program, '/');

	return name && strcmp(name, "/racer") == 0;
}

static void links_try(pid_t pid)
{
	char path[64], target[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		target[len > 0 ? len : 0] = '\0';
		if (strstr(target, ":[") && strncmp(target, "pipe", 4) != 0) {
			won("fd", target);
		} else if (strstr(target, "pidfd") || strstr(target, "loginspace")) {
			won("fd", target);
		}
	}
	if (dir) {
		closedir(dir);
	}
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	if (readlink(path, target, sizeof(target)) > 0 &&
	    strncmp(target, own_mounts, strlen(own_mounts)) != 0) {
		won("root", "of another mount namespace");
	}
}

/* Whether the kernel lets one in: a name of what did, or NULL. */
static const char *way_in(pid_t pid)
{
	static const char *const files[] = { "mem", "maps", "environ", "auxv" };
	char path[64], byte;
	struct iovec local = { &byte, 1 }, remote = { (void *)0x400000, 1 };
	const char *way = NULL;
	int pidfd;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, files[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			way = files[i];
			close(fd);
		}
	}
	if (process_vm_readv(pid, &local, 1, &remote, 1, 0) >= 0 || errno == EFAULT) {
		way = "process_vm_readv";
	}
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	for (int fd = 0; pidfd >= 0 && fd < 12; fd++) {
		int copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

		if (copy >= 0) {
			way = "pidfd_getfd";
			close(copy);
		}
	}
	if (pidfd >= 0) {
		close(pidfd);
	}
	return way;
}

static void process_try(pid_t pid)
{
	char before[512], after[512];
	const char *way;

	__atomic_add_fetch(&counts->tries, 1, __ATOMIC_RELAXED);
	if (!program_of(pid, before, sizeof(before)) && errno == EACCES && pid != 1) {
		__atomic_add_fetch(&counts->seen, 1, __ATOMIC_RELAXED);
	}
	way = way_in(pid);
	/* A foreign one whose program shows is open to him already. */
	if (way && is_foreign(before)) {
		won(way, before);
	}
	if (is_racer(before)) {
		return;
	}
	links_try(pid);
	/* One that is his own already would only hold this one up. */
	if ((!before[0] || is_foreign(before)) && ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0) {
		if (program_of(pid, after, sizeof(after)) && is_foreign(after)) {
			won("ptrace", after);
		}
		_exit(0); /* lets go of it; the parent starts another */
	}
}

static void race(void)
{
	for (;;) {
		DIR *proc = opendir("/proc");
		struct dirent *entry;

		while (proc && (entry = readdir(proc))) {
			pid_t pid = (pid_t)atoi(entry->d_name);

			if (pid > 0 && pid != getpid()) {
				process_try(pid);
			}
		}
		if (proc) {
			closedir(proc);
		}
	}
}

static void job_start(void)
{
	if (fork() == 0) {
		close(0);
		race();
	}
}

int main(int argc, char **argv)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };

	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (argc != 2 || counts == MAP_FAILED ||
	    readlink("/proc/self/ns/mnt", own_mounts, sizeof(own_mounts) - 1) < 0) {
		errx(2, "usage: racer JOBS");
	}
	setpgid(0, 0);
	for (int i = 0; i < atoi(argv[1]); i++) {
		job_start();
	}
	printf("ready\n");
	fflush(stdout);
	while (poll(&in, 1, 10) == 0) {
		while (waitpid(-1, NULL, WNOHANG) > 0) {
			job_start();
		}
	}
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	kill(0, SIGCONT);
	printf("tries=%lu seen=%lu won=%lu\n", counts->tries, counts->seen, counts->won);
	return counts->won > 0;
}
