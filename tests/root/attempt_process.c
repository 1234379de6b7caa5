// SPDX-License-Identifier: BSD-2-Clause
/*
 * attempt_process [into]: at init (PID 1), at a process of root's outside (T_ROOT), at one of
 * the same user outside (T_SAME), and at one of another user in his space (T_OTHER). With
 * "into": from outside at T_SAME only, which is in a space.
 */
#include "attempt.h"

#include <dirent.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

/* --- what may be done to a process ------------------------------------------------------------ */

static enum outcome signalled(pid_t pid)
{
	return judged(kill(pid, 0), WORKS);
}

/* PTRACE_SEIZE does not stop it. It ends with this process. */
static enum outcome traced(pid_t pid)
{
	return judged(ptrace(PTRACE_SEIZE, pid, NULL, NULL), WORKS);
}

static enum outcome memory_read(pid_t pid)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { (void *)8, 1 };

	return probed(process_vm_readv(pid, &here, 1, &there, 1, 0), EFAULT);
}

static enum outcome memory_written(pid_t pid)
{
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { (void *)8, 1 };

	return probed(process_vm_writev(pid, &here, 1, &there, 1, 0), EFAULT);
}

/* Of the fds 0 to 19 any. */
static enum outcome fd_taken(pid_t pid)
{
	enum outcome outcome;
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	outcome = judged(pidfd, REFUSED);
	for (int fd = 0; pidfd >= 0 && fd < 20; fd++) {
		outcome = judged(syscall(SYS_pidfd_getfd, pidfd, fd, 0), WORKS);
		if (outcome == WORKS || why != EBADF) {
			break;
		}
	}
	return outcome;
}

static enum outcome proc_opened(pid_t pid, const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return opened(path, flags);
}

/* The greatest of several. */
static enum outcome proc_any(pid_t pid, const char *const *names, int flags)
{
	enum outcome most = NOT_THERE, outcome;
	int reason = 0;

	for (; *names; names++) {
		outcome = proc_opened(pid, *names, flags);
		if (outcome >= most) {
			most = outcome;
			reason = why;
		}
	}
	why = reason;
	return most;
}

/* O_PATH is enough for the folders, and for what is open. */
static const char *const LINKS[] = { "root", "cwd",  "fd/0", "fd/1", "fd/2", "fd/3",
				     "fd/4", "fd/5", "fd/6", "fd/7", "fd/8", NULL };
static const char *const TEXTS[] = { "environ", "maps", "auxv", NULL };

/* All that nsenter -t PID would join, in one call; then one by one. */
static enum outcome entered(pid_t pid)
{
	static const char *const kinds[] = { "mnt", "net", "uts", "ipc", "pid", "user", "cgroup" };
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	enum outcome outcome = judged(fd, REFUSED);
	char path[64];

	if (outcome == NOT_THERE) {
		return outcome;
	}
	outcome =
		judged(setns(fd, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC), WORKS);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && outcome == REFUSED; i++) {
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, kinds[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		outcome = judged(fd < 0 ? -1 : setns(fd, 0), WORKS);
	}
	return outcome;
}

/* --- init ------------------------------------------------------------------------------------- */

/* On a host without a space PID 1 is the host's. */
static enum outcome init_own(enum outcome outcome)
{
	return outcome == WORKS ? own_or_works("pid") : outcome;
}

static enum outcome init_signal(void)
{
	return init_own(signalled(1));
}

static enum outcome init_trace(void)
{
	return traced(1);
}

static enum outcome init_memory(void)
{
	enum outcome outcome = memory_read(1);

	return outcome == WORKS ? outcome : memory_written(1);
}

static enum outcome init_mem(void)
{
	return proc_opened(1, "mem", O_RDWR);
}

static enum outcome init_links(void)
{
	return proc_any(1, LINKS, O_PATH);
}

static enum outcome init_texts(void)
{
	return proc_any(1, TEXTS, O_RDONLY);
}

/* ETXTBSY: could be written to if it did not run. */
static enum outcome init_exe(void)
{
	enum outcome outcome = proc_opened(1, "exe", O_WRONLY);

	return outcome == REFUSED && why == ETXTBSY ? WORKS : outcome;
}

static enum outcome init_fd(void)
{
	return fd_taken(1);
}

static enum outcome init_enter(void)
{
	return entered(1);
}

static enum outcome init_limits(void)
{
	struct rlimit limit;

	return prlimit(1, RLIMIT_NOFILE, NULL, &limit) < 0
		       ? judged(-1, WORKS)
		       : init_own(judged(prlimit(1, RLIMIT_NOFILE, &limit, NULL), WORKS));
}

static enum outcome init_oom(void)
{
	return init_own(rewritten("/proc/1/oom_score_adj"));
}

/* The process of sshd that has started the shell: until then it held what the module holds. */
static enum outcome sshd_fd(void)
{
	char path[64], name[32];
	pid_t pid = getppid();
	FILE *file;

	for (int up = 0; up < 8 && pid > 1; up++) {
		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		file = fopen(path, "re");
		if (!file || fscanf(file, "%*d (%31[^)]) %*c %d", name, &pid) != 2) {
			break;
		}
		fclose(file);
		if (strncmp(name, "sshd", 4) == 0) {
			return fd_taken((pid_t)atoi(path + strlen("/proc/")));
		}
	}
	return NOT_THERE;
}

/* --- others ----------------------------------------------------------------------------------- */

/* The greatest of all that may be done to it. */
static enum outcome anything(pid_t pid)
{
	const enum outcome outcomes[] = { signalled(pid), memory_read(pid),
					  fd_taken(pid),  proc_any(pid, LINKS, O_PATH),
					  entered(pid),   proc_any(pid, TEXTS, O_RDONLY),
					  traced(pid) };
	enum outcome most = NOT_THERE;

	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		most = outcomes[i] > most ? outcomes[i] : most;
	}
	why = 0;
	return most;
}

static enum outcome root_any(void)
{
	return anything(target_pid("T_ROOT"));
}

static enum outcome other_any(void)
{
	return anything(target_pid("T_OTHER"));
}

static enum outcome same_signal(void)
{
	return signalled(target_pid("T_SAME"));
}

static enum outcome same_trace(void)
{
	return traced(target_pid("T_SAME"));
}

static enum outcome same_memory(void)
{
	return memory_read(target_pid("T_SAME"));
}

static enum outcome same_fd(void)
{
	return fd_taken(target_pid("T_SAME"));
}

static enum outcome same_links(void)
{
	return proc_any(target_pid("T_SAME"), LINKS, O_PATH);
}

static enum outcome same_texts(void)
{
	return proc_any(target_pid("T_SAME"), TEXTS, O_RDONLY);
}

static enum outcome same_command(void)
{
	return proc_opened(target_pid("T_SAME"), "cmdline", O_RDONLY);
}

static enum outcome same_enter(void)
{
	return entered(target_pid("T_SAME"));
}

/* --- namespaces that others hold -------------------------------------------------------------- */

/* A link of /proc that is another network or mount namespace than ours; can it be joined? */
static enum outcome link_join(const char *path)
{
	char link[64] = "", own[64] = "";
	const char *kind;
	int fd;

	if (readlink(path, link, sizeof(link) - 1) < 0) {
		return errno == EACCES || errno == EPERM ? REFUSED : NOT_THERE;
	}
	kind = strncmp(link, "net:[", 5) == 0   ? "net"
	       : strncmp(link, "mnt:[", 5) == 0 ? "mnt"
						: NULL;
	if (!kind ||
	    readlink(kind[0] == 'n' ? "/proc/self/ns/net" : "/proc/self/ns/mnt", own,
		     sizeof(own) - 1) < 0 ||
	    strcmp(own, link) == 0) {
		return NOT_THERE;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return judged(fd < 0 ? -1 : setns(fd, 0), WORKS);
}

static enum outcome folder_join(const char *folder)
{
	enum outcome most = NOT_THERE, outcome;
	DIR *all = opendir(folder);
	struct dirent *entry;
	char path[PATH_MAX];

	if (!all) {
		return errno == EACCES || errno == EPERM ? REFUSED : NOT_THERE;
	}
	while (most != WORKS && (entry = readdir(all))) {
		snprintf(path, sizeof(path), "%.200s/%.200s", folder, entry->d_name);
		outcome = link_join(path);
		most = outcome > most ? outcome : most;
	}
	closedir(all);
	return most;
}

static enum outcome any_join(void)
{
	enum outcome most = NOT_THERE, outcome;
	DIR *all = opendir("/proc");
	struct dirent *entry;
	char path[64];

	while (most != WORKS && all && (entry = readdir(all))) {
		for (int i = 0; i < 2 && atoi(entry->d_name) > 0; i++) {
			snprintf(path, sizeof(path), "/proc/%.16s/%s", entry->d_name,
				 i == 0 ? "ns" : "fd");
			outcome = folder_join(path);
			most = outcome > most ? outcome : most;
		}
	}
	why = 0;
	return most;
}

/* --- the tables ------------------------------------------------------------------------------- */

static const struct attempt ATTEMPTS[] = {
	{ "ESC-01", "signal PID 1", "SHU", init_signal },
	{ "ESC-01", "trace PID 1", "SHU", init_trace },
	{ "ESC-01", "read or write the memory of PID 1, process_vm_readv", "SHU", init_memory },
	{ "ESC-01", "open /proc/1/mem", "SHU", init_mem },
	{ "ESC-01", "open /proc/1/root, cwd, fd/0 to 8", "SHU", init_links },
	{ "ESC-01", "read /proc/1/environ, maps", "SHU", init_texts },
	{ "ESC-09", "open /proc/1/exe for writing", "SHU", init_exe },
	{ "ESC-01", "take a file descriptor of PID 1, pidfd_getfd", "SHU", init_fd },
	{ "ESC-01", "take a file descriptor of the sshd of this login", "SHU", sshd_fd },
	{ "ESC-01", "join the namespaces of PID 1, as nsenter does", "SHU", init_enter },
	{ "ESC-01", "set limits of PID 1, prlimit", "SHU", init_limits },
	{ "ESC-04", "write /proc/1/oom_score_adj", "SHU", init_oom },
	{ "ISO-01", "do anything to a process of root's outside", "SHU", root_any },
	{ "ISO-01", "do anything to another user's process in his space", "SHU", other_any },
	{ "ISO-01", "signal an own process outside", "SHU", same_signal },
	{ "ISO-01", "trace an own process outside", "SHU", same_trace },
	{ "ISO-01", "read the memory of an own process outside", "SHU", same_memory },
	{ "ISO-01", "take a file descriptor of an own process outside", "SHU", same_fd },
	{ "ESC-07", "open root, cwd, fd/0 to 8 of an own process outside", "SHU", same_links },
	{ "ISO-01", "join the namespaces of an own process outside", "SHU", same_enter },
	{ "ESC-07", "join any namespace that /proc shows, in ns or fd", "SHU", any_join },
};

static const struct attempt INTO[] = {
	{ "ISO-15", "signal it", "", same_signal },
	{ "ISO-15", "read its command line", "", same_command },
	{ "ISO-15", "trace it", "U", same_trace },
	{ "ISO-15", "read its memory", "U", same_memory },
	{ "ISO-15", "take a file descriptor of it", "U", same_fd },
	{ "ISO-15", "open its root, cwd, fd/0 to 8", "U", same_links },
	{ "ISO-15", "read its environ, maps", "U", same_texts },
	{ "ISO-15", "join its namespaces", "SHU", same_enter },
};

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "into") == 0) {
		return attempts_run(INTO, sizeof(INTO) / sizeof(INTO[0]));
	}
	return attempts_run(ATTEMPTS, sizeof(ATTEMPTS) / sizeof(ATTEMPTS[0]));
}
