// SPDX-License-Identifier: BSD-2-Clause
/*
 * logins LOGINS WORKERS PERCENT SEED WHOLE SSHD-CONFIGURATION SSH-OPTIONS...: so many ssh logins,
 * one at a time in each worker, each worker with a user (ls1, ls2...) and an sshd of its own. In
 * PERCENT of them one process is killed with SIGKILL at a random moment: sshd's monitor, the helper
 * or init. WHOLE is the command of a login, see whole.c.
 *
 * A login that was not killed has to be whole; one that was killed may be whole, denied or cut off,
 * but never anything else. Prints figures; ends with 1 when something was wrong.
 * As root in the rig, called by logins.sh.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "victims.h"

#define FIRST_PORT  2301
#define STAY_MS     "300"
#define QUIET_LIMIT 10000000
#define REFUSED     "This login was refused:"

enum outcome { WHOLE, DENIED, CUT, BROKEN, OUTCOMES };

static const char *const kind_words[KINDS] = { "nobody", "owner", "helper", "init" };
static const char *const outcome_words[OUTCOMES] = { "whole", "denied", "cut off", "broken" };

/* What the workers share: each login has a place in times, each worker its own counters. */
struct tally {
	unsigned long outcomes[KINDS][OUTCOMES];
	unsigned long late; /* the victim had gone already: such a login counts as spared */
	unsigned long done, wrong, left;
	unsigned long fds_first, fds_last; /* of the listener */
};

struct task {
	int logins, workers, percent;
	const char *whole, *configuration;
	char **options;
	struct tally *tallies;
	uint32_t *times; /* microseconds; 0: not a spared login */
};

static unsigned long fds_of(pid_t pid)
{
	char path[64];
	unsigned long n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	while (dir && readdir(dir)) {
		n++;
	}
	if (dir) {
		closedir(dir);
	}
	return n;
}

static pid_t listener_start(const struct task *task, int worker)
{
	char port[16];
	pid_t pid = fork();

	if (pid == 0) {
		snprintf(port, sizeof(port), "%d", FIRST_PORT + worker);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2); /* a line for each of its steps */
		execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-e", "-f", task->configuration,
		      "-p", port, "-o", "PidFile=none", NULL);
		err(1, "sshd");
	}
	return pid;
}

static _Noreturn void client_exec(const struct task *task, int worker, bool stays)
{
	char *argv[64] = { "ssh" };
	char port[16], where[64], command[256];
	int n = 1;

	snprintf(port, sizeof(port), "%d", FIRST_PORT + worker);
	snprintf(where, sizeof(where), "ls%d@127.0.0.1", worker + 1);
	snprintf(command, sizeof(command), task->whole, stays ? "--stay " STAY_MS : "");
	for (char **option = task->options; *option && n < 56; option++) {
		argv[n++] = *option;
	}
	argv[n++] = "-n";
	argv[n++] = "-p";
	argv[n++] = port;
	argv[n++] = where;
	argv[n++] = command;
	execvp("ssh", argv);
	err(255, "ssh");
}

/* Begins a login; what it prints comes through ret_out. */
static pid_t client_start(const struct task *task, int worker, bool stays, int *ret_out)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		err(1, "pipe");
	}
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 1);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC),
		     2); /* those that are cut off say so */
		client_exec(task, worker, stays);
	}
	close(ends[1]);
	*ret_out = ends[0];
	return pid;
}

static enum outcome outcome_of(const char *said, int status)
{
	/* Or sshd has shown what the module says to the user. */
	if (said[0] == '\0' || (strncmp(said, REFUSED, sizeof(REFUSED) - 1) == 0 && status != 0)) {
		return DENIED;
	}
	if (strcmp(said, "whole\n") != 0) {
		return BROKEN;
	}
	return status == 0 ? WHOLE : CUT;
}

static enum outcome client_end(pid_t pid, int out, int *ret_status, char *said, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len < size - 1 && (got = read(out, said + len, size - 1 - len)) > 0) {
		len += (size_t)got;
	}
	said[len] = '\0';
	close(out);
	*ret_status = -1;
	while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR) {
	}
	return outcome_of(said, *ret_status);
}

/* Until all that the logins have started is gone, but for the listener. */
static bool relatives_gone(const struct family *family)
{
	uint64_t until = clock_us() + QUIET_LIMIT;

	for (;;) {
		while (waitpid(-1, NULL, WNOHANG) > 0) {
		}
		if (!relatives_live(family)) {
			return true;
		}
		if (clock_us() > until) {
			return false;
		}
		pause_us(2000);
	}
}

static void wrong_print(int worker, enum kind kind, enum outcome outcome, int status,
			const char *said)
{
	time_t now = time(NULL);
	char clock[16];

	strftime(clock, sizeof(clock), "%T", localtime(&now));
	printf("# %s ls%d, killed %s: %s, status 0x%x, said '%.*s'\n", clock, worker + 1,
	       kind_words[kind], outcome_words[outcome], (unsigned)status, (int)strcspn(said, "\n"),
	       said);
	fflush(stdout);
}

static void login_try(const struct task *task, int worker, struct family *family, uint32_t *time)
{
	struct tally *tally = &task->tallies[worker];
	enum kind kind = (int)lot(100) < task->percent ? OWNER + lot(KINDS - 1) : SPARED;
	uint64_t begin;
	enum outcome outcome;
	char said[256];
	int out, status;

	family->client = 0;
	if (kind != SPARED && !relatives_gone(family)) {
		tally->left++;
	}
	begin = clock_us();
	family->client = client_start(task, worker, kind != SPARED, &out);
	if (kind != SPARED && !victim_kill(kind, family)) {
		tally->late++;
		kind = SPARED;
		begin = 0;
	}
	outcome = client_end(family->client, out, &status, said, sizeof(said));
	*time = kind == SPARED && begin > 0 ? (uint32_t)(clock_us() - begin) : 0;
	tally->outcomes[kind][outcome]++;
	if (outcome == BROKEN || (kind == SPARED && outcome != WHOLE)) {
		tally->wrong++;
		wrong_print(worker, kind, outcome, status, said);
	}
	while (waitpid(-1, NULL, WNOHANG) > 0) {
	}
	tally->done++;
}

static int worker_run(const struct task *task, int worker, uint64_t seed)
{
	struct tally *tally = &task->tallies[worker];
	struct family family = { .worker = getpid() };

	lot_seed(seed + (uint64_t)worker + 1);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	family.listener = listener_start(task, worker);
	pause_us(1000000); /* its keys; who comes too early tries again: ConnectionAttempts */
	for (int i = worker; i < task->logins; i += task->workers) {
		login_try(task, worker, &family, &task->times[i]);
		if (i < 10 * task->workers && relatives_gone(&family)) {
			tally->fds_first = fds_of(family.listener);
		}
	}
	family.client = 0;
	tally->left += !relatives_gone(&family);
	tally->fds_last = fds_of(family.listener);
	kill(family.listener, SIGTERM);
	return 0;
}

static int compare(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return (one > other) - (one < other);
}

static double milliseconds(uint32_t us)
{
	return us / 1000.0;
}

static void times_print(const struct task *task)
{
	uint32_t *times = task->times;
	size_t n = (size_t)task->logins, first = 0;

	qsort(times, n, sizeof(*times), compare);
	while (first < n && times[first] == 0) {
		first++;
	}
	if (first < n) {
		times += first;
		n -= first;
		printf("milliseconds: %.1f median, %.1f 99 of 100, %.1f longest, of %zu logins\n",
		       milliseconds(times[n / 2]), milliseconds(times[n * 99 / 100]),
		       milliseconds(times[n - 1]), n);
	}
}

static struct tally tally_sum(const struct task *task)
{
	struct tally sum = { 0 };

	for (int i = 0; i < task->workers; i++) {
		const struct tally *one = &task->tallies[i];

		for (int kind = 0; kind < KINDS; kind++) {
			for (int outcome = 0; outcome < OUTCOMES; outcome++) {
				sum.outcomes[kind][outcome] += one->outcomes[kind][outcome];
			}
		}
		sum.late += one->late;
		sum.done += one->done;
		sum.wrong += one->wrong;
		sum.left += one->left + (one->fds_first != one->fds_last);
		sum.fds_first += one->fds_first;
		sum.fds_last += one->fds_last;
	}
	return sum;
}

static int report(const struct task *task)
{
	struct tally sum = tally_sum(task);

	printf("logins %lu, wrong %lu, not gone or fds of the listener grown %lu\n", sum.done,
	       sum.wrong, sum.left);
	printf("killed     whole   denied  cut off   broken\n");
	for (int kind = 0; kind < KINDS; kind++) {
		printf("%-7s", kind_words[kind]);
		for (int outcome = 0; outcome < OUTCOMES; outcome++) {
			printf(" %8lu", sum.outcomes[kind][outcome]);
		}
		putchar('\n');
	}
	printf("kills that came too late %lu (these logins count as nobody's)\n", sum.late);
	printf("fds of the listeners: %lu, %lu at the end\n", sum.fds_first, sum.fds_last);
	times_print(task);
	return sum.wrong > 0 || sum.left > 0 || sum.done != (unsigned long)task->logins;
}

static void *shared(size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED) {
		err(1, "memory");
	}
	return mem;
}

int main(int argc, char **argv)
{
	struct task task = { 0 };
	int failed = 0, status, alive;

	if (argc < 7) {
		errx(2, "see the top of the file");
	}
	task = (struct task){ .logins = atoi(argv[1]),
			      .workers = atoi(argv[2]),
			      .percent = atoi(argv[3]),
			      .whole = argv[5],
			      .configuration = argv[6],
			      .options = argv + 7 };
	task.tallies = shared((size_t)task.workers * sizeof(*task.tallies));
	task.times = shared((size_t)task.logins * sizeof(*task.times));
	for (int i = 0; i < task.workers; i++) {
		if (fork() == 0) {
			_exit(worker_run(&task, i, strtoull(argv[4], NULL, 10) * 1000));
		}
	}
	alive = task.workers;
	for (int second = 0; alive > 0; second++) {
		while (alive > 0 && waitpid(-1, &status, WNOHANG) > 0) {
			alive--;
			failed |= status != 0;
		}
		pause_us(1000000);
		if (second % 60 == 59) {
			printf("# %d min: %lu logins\n", second / 60 + 1, tally_sum(&task).done);
			fflush(stdout);
		}
	}
	return report(&task) || failed;
}
