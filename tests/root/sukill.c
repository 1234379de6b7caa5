// SPDX-License-Identifier: BSD-2-Clause
/*
 * sukill N: as an ordinary user, starts `su alice` N times and does to its children what he may:
 * as soon as there is one it is stopped, let go in small bites until it has a child itself, and
 * killed. Counts how often a signal reached the helper-to-be, which runs in su's memory.
 * Ends with 0 when each su ended by itself within the module's deadline.
 */
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Killer and su on a processor each, where there are two: a bite is then really small. */
static void processor_take(int number)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(number, &set);
	(void)sched_setaffinity(0, sizeof(set), &set); /* one processor will do, too */
}

static void bite(pid_t pid)
{
	kill(pid, SIGCONT);
	for (volatile int i = 0; i < 200; i++) {
	}
	kill(pid, SIGSTOP);
}

static pid_t child_of(pid_t pid)
{
	char path[64], text[64];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return 0;
	}
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	return (pid_t)atoi(text);
}

static pid_t su_start(void)
{
	int input[2];
	pid_t pid;

	if (pipe(input) < 0) {
		err(2, "pipe");
	}
	dprintf(input[1], "rigsecret\n");
	pid = fork();
	if (pid == 0) {
		processor_take(1);

		int null = open("/dev/null", O_WRONLY);

		dup2(input[0], 0);
		dup2(null, 1);
		dup2(null, 2);
		execlp("su", "su", "alice", "-c", "true", NULL);
		_exit(9);
	}
	close(input[0]);
	close(input[1]);
	return pid;
}

static int lives(pid_t pid)
{
	siginfo_t about = { 0 };

	return waitid(P_PID, (id_t)pid, &about, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       about.si_pid == 0;
}

/* One su: 1 when a signal reached the helper-to-be. */
static int attack(pid_t su)
{
	pid_t between = 0, helper = 0;
	int reached = 0;

	while (between <= 0 && lives(su)) {
		between = child_of(su);
	}
	if (between <= 0) {
		return 0;
	}
	kill(between, SIGSTOP);
	for (int i = 0; i < 4000 && helper == 0; i++) {
		bite(between);
		helper = child_of(between);
	}
	if (helper > 0 && kill(helper, SIGSTOP) == 0) {
		reached = 1;
		kill(between, SIGKILL);
		kill(helper, SIGCONT);
	}
	kill(between, SIGCONT);
	return reached;
}

/* The module's deadline is 10 s. */
static int ended(pid_t su)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	for (int i = 0; i < 1500; i++) {
		if (waitpid(su, NULL, WNOHANG) == su) {
			return 1;
		}
		/* A su that has seen its own child stop stops as well, su(1), until it is told. */
		kill(su, SIGCONT);
		nanosleep(&pause, NULL);
	}
	kill(su, SIGKILL);
	waitpid(su, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 10;
	int reached = 0, hung = 0;

	processor_take(0);
	for (int i = 0; i < count; i++) {
		pid_t su = su_start();

		reached += attack(su);
		hung += !ended(su);
	}
	printf("%d su, %d reached, %d hung\n", count, reached, hung);
	return hung != 0;
}
