// SPDX-License-Identifier: BSD-2-Clause
/*
 * procdump: prints what a process gets from those who started it, in a form that can be compared
 * between two logins: open files, environment, signals, limits, rights, groups, folder.
 * What differs between any two logins by nature (ports, numbers of pipes) is left out.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int text_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void env_print(char **env)
{
	static const char *const varying[] = { "LOGINSPACE=", "SSH_CLIENT=",    "SSH_CONNECTION=",
					       "SSH_TTY=",    "SSH_AUTH_SOCK=", "XDG_SESSION_ID=" };
	size_t n = 0;

	while (env[n]) {
		n++;
	}
	qsort(env, n, sizeof(*env), text_compare);
	for (; *env; env++) {
		int skip = 0;

		for (size_t i = 0; i < sizeof(varying) / sizeof(varying[0]); i++) {
			skip |= strncmp(*env, varying[i], strlen(varying[i])) == 0;
		}
		if (!skip) {
			printf("env %s\n", *env);
		}
	}
}

static void fds_print(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char text[256] = "";

		if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(dir)) {
			continue;
		}
		(void)!readlinkat(dirfd(dir), entry->d_name, text, sizeof(text) - 1);
		if (strchr(text, ':')) {
			*strchr(text, ':') = '\0';
		}
		printf("fd %s %s\n", entry->d_name, text);
	}
	if (dir) {
		closedir(dir);
	}
}

static void limits_print(void)
{
	for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
		struct rlimit limit;

		getrlimit((__rlimit_resource_t)i, &limit);
		printf("limit %d %llu %llu\n", i, (unsigned long long)limit.rlim_cur,
		       (unsigned long long)limit.rlim_max);
	}
}

static void status_print(void)
{
	static const char *const wanted[] = { "Umask",   "Uid",         "Gid", "Groups",
					      "Sig",     "Shd",         "Cap", "NoNewPrivs",
					      "Seccomp", "Speculation", "THP" };
	char line[512];
	FILE *file = fopen("/proc/self/status", "r");

	while (file && fgets(line, sizeof(line), file)) {
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
			/* The queue counts all signals of the user, also those of other logins. */
			if (strncmp(line, wanted[i], strlen(wanted[i])) == 0 &&
			    strncmp(line, "SigQ", 4) != 0) {
				printf("status %s", line);
			}
		}
	}
	if (file) {
		fclose(file);
	}
}

static void file_print(const char *path)
{
	char text[128] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		(void)!read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[strcspn(text, "\n")] = '\0';
	printf("file %s %s\n", path, text);
}

int main(int argc, char **argv, char **env)
{
	char cwd[4096] = "";

	(void)argc;
	(void)argv;
	fds_print();
	env_print(env);
	limits_print();
	status_print();
	file_print("/proc/self/oom_score_adj");
	file_print("/proc/self/loginuid");
	file_print("/proc/self/coredump_filter");
	file_print("/proc/self/timerslack_ns");
	printf("cwd %s\n", getcwd(cwd, sizeof(cwd)) ? cwd : "(none)");
	printf("nice %d policy %d securebits %d dumpable %d subreaper %d\n",
	       getpriority(PRIO_PROCESS, 0), sched_getscheduler(0), prctl(PR_GET_SECUREBITS),
	       prctl(PR_GET_DUMPABLE), 0);
	printf("leader %d tty %s\n", getsid(0) == getpgrp(), ttyname(0) ? "yes" : "no");
	return 0;
}
