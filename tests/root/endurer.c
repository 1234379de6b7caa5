// SPDX-License-Identifier: BSD-2-Clause
/*
 * endurer [--one-handle] TIMES SERVICE USER: one application that lives long. It opens and closes a
 * session TIMES times, by default each with a PAM handle of its own, and prints what it holds after
 * a tenth of them and in the end: open files, bytes on the heap, pages of memory.
 * endurer --orphans TIMES: leaves so many dead children to PID 1, each the child of a child that has
 * ended before.
 *
 * Ends with 1 when a session could not be opened or closed.
 */
#include <dirent.h>
#include <err.h>
#include <malloc.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int talk(int n, const struct pam_message **msg, struct pam_response **resp, void *data)
{
	(void)n, (void)msg, (void)resp, (void)data;
	return PAM_CONV_ERR;
}

static unsigned long fds_count(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned long n = 0;

	while (dir && readdir(dir)) {
		n++;
	}
	if (dir) {
		closedir(dir);
	}
	return n;
}

static unsigned long pages_count(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (!file || fscanf(file, "%lu", &pages) != 1) {
		errx(1, "/proc/self/statm");
	}
	fclose(file);
	return pages;
}

static void holdings_print(void)
{
	struct mallinfo2 heap = mallinfo2();

	printf("fds=%lu heap=%zu pages=%lu\n", fds_count(), heap.uordblks, pages_count());
}

static void handle_start(pam_handle_t **pam, const char *service, const char *user)
{
	static const struct pam_conv conv = { talk, NULL };

	if (pam_start(service, user, &conv, pam) != PAM_SUCCESS) {
		errx(1, "pam_start");
	}
}

/* While the session is open, the application does what it is there for: it has a child. */
static void session_use(pam_handle_t *pam)
{
	int status = -1;
	pid_t pid;

	if (pam_open_session(pam, PAM_SILENT) != PAM_SUCCESS) {
		errx(1, "open_session");
	}
	pid = fork();
	if (pid == 0) {
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		errx(1, "child");
	}
	if (pam_close_session(pam, PAM_SILENT) != PAM_SUCCESS) {
		errx(1, "close_session");
	}
}

static void sessions_run(int times, const char *service, const char *user, bool one_handle)
{
	pam_handle_t *pam = NULL;

	for (int i = 1; i <= times; i++) {
		if (!pam) {
			handle_start(&pam, service, user);
		}
		session_use(pam);
		if (!one_handle) {
			pam_end(pam, PAM_SUCCESS);
			pam = NULL;
		}
		if (i == times / 10 || i == times) {
			holdings_print();
		}
	}
	if (pam) {
		pam_end(pam, PAM_SUCCESS);
	}
}

static void orphans_make(int times)
{
	for (int i = 0; i < times; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			_exit(fork() < 0);
		}
		int status = -1;

		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
			errx(1, "orphan %d", i);
		}
	}
}

int main(int argc, char **argv)
{
	bool one_handle = argc == 5 && strcmp(argv[1], "--one-handle") == 0;

	if (argc == 3 && strcmp(argv[1], "--orphans") == 0) {
		orphans_make(atoi(argv[2]));
		return 0;
	}
	argv += one_handle;
	if (argc - one_handle != 4) {
		errx(2, "see the top of the file");
	}
	setvbuf(stdout, NULL, _IONBF, 0); /* a buffer would be in the figures */
	sessions_run(atoi(argv[1]), argv[2], argv[3], one_handle);
	return 0;
}
