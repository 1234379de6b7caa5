// SPDX-License-Identifier: BSD-2-Clause
/*
 * probe [PID]: an ordinary user tries everything on PID (default 1). One line a try; exits 1 when
 * any of them got through. The target is left alone but for the tries themselves: signal 0 first,
 * and the real signals only when that one was refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int passed;

/* result is that of a system call: below 0 means refused, as wanted. */
static void try(const char *name, long result)
{
	if (result < 0) {
		printf("refused %s: %s\n", name, strerror(errno));
		return;
	}
	printf("PASSED %s\n", name);
	passed = 1;
}

static void signals_try(pid_t pid)
{
	char name[32];

	if (kill(pid, 0) == 0) {
		try("kill 0", 0);
		return;
	}
	for (int sig = 0; sig <= SIGRTMAX; sig++) {
		snprintf(name, sizeof(name), "kill %d", sig);
		try(name, kill(pid, sig));
	}
}

static void files_try(pid_t pid)
{
	static const struct {
		const char *name;
		int flags;
	} files[] = {
		{ "mem", O_RDONLY },        { "mem", O_RDWR },
		{ "environ", O_RDONLY },    { "maps", O_RDONLY },
		{ "auxv", O_RDONLY },       { "io", O_RDONLY },
		{ "pagemap", O_RDONLY },    { "exe", O_RDONLY },
		{ "exe", O_WRONLY },        { "cwd", O_RDONLY },
		{ "root", O_RDONLY },       { "root/etc", O_RDONLY },
		{ "fd", O_RDONLY },         { "fdinfo", O_RDONLY },
		{ "fd/0", O_RDONLY },       { "fd/3", O_RDONLY },
		{ "map_files", O_RDONLY },  { "ns/mnt", O_RDONLY },
		{ "ns/net", O_RDONLY },     { "ns/pid", O_RDONLY },
		{ "ns/user", O_RDONLY },    { "oom_score_adj", O_WRONLY },
		{ "clear_refs", O_WRONLY }, { "comm", O_WRONLY },
		{ "setgroups", O_WRONLY },  { "coredump_filter", O_WRONLY },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[64], name[96], byte;
		int fd;

		snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, files[i].name);
		snprintf(name, sizeof(name), "open %s (%s)", path,
			 files[i].flags == O_RDONLY ? "read" : "write");
		fd = open(path, files[i].flags | O_CLOEXEC);
		/* Some of them open for anybody and are refused, or empty, at the first read. */
		if (fd >= 0 && files[i].flags == O_RDONLY && read(fd, &byte, 1) <= 0 &&
		    errno != EISDIR) {
			printf("refused %s: at read\n", name);
			close(fd);
			continue;
		}
		try(name, fd);
		if (fd >= 0) {
			close(fd);
		}
	}
}

static void calls_try(pid_t pid)
{
	char byte;
	struct iovec local = { &byte, 1 }, remote = { (void *)0x400000, 1 };
	struct rlimit limit = { 0, 0 };
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	try("process_vm_readv", process_vm_readv(pid, &local, 1, &remote, 1, 0));
	try("process_vm_writev", process_vm_writev(pid, &local, 1, &remote, 1, 0));
	try("prlimit", prlimit(pid, RLIMIT_CPU, &limit, NULL));
	try("setpriority", setpriority(PRIO_PROCESS, (id_t)pid, 19));
	try("kcmp", syscall(SYS_kcmp, getpid(), pid, 0, 0, 0));
	if (pidfd >= 0) {
		for (int fd = 0; fd < 32; fd++) {
			try("pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd, fd, 0));
		}
		try("pidfd_send_signal", syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0));
		close(pidfd);
	}
	try("ptrace seize", ptrace(PTRACE_SEIZE, pid, NULL, NULL));
	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) < 0) {
		try("ptrace attach", -1);
	} else {
		try("ptrace attach", 0);
		(void)waitpid(pid, NULL, 0);
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
	}
}

int main(int argc, char **argv)
{
	pid_t pid = argc > 1 ? (pid_t)atoi(argv[1]) : 1;

	signals_try(pid);
	files_try(pid);
	calls_try(pid);
	return passed;
}
