/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spawn: times a command as a whole process, from before it is started until it has been reaped,
 * and prints microseconds. For the rivals that are commands; the command's status is passed on.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double clock_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 2) {
		(void)fprintf(stderr, "usage: spawn COMMAND [ARGUMENT...]\n");
		return 2;
	}
	double began = clock_us();
	pid_t pid = fork();
	if (pid == 0) {
		(void)execvp(argv[1], argv + 1); /* returns only when it has failed */
		perror(argv[1]);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		perror("spawn");
		return 1;
	}
	double took = clock_us() - began;
	if (!WIFEXITED(status)) {
		return 1;
	}
	if (WEXITSTATUS(status) == 0) {
		(void)printf("%.1f\n", took);
	}
	return WEXITSTATUS(status);
}
