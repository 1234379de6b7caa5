// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who of a login is to be killed, and when. A worker is the child subreaper of all that its logins
 * start (PR_SET_CHILD_SUBREAPER), so the parents tell whose a process is: sshd's monitor is a child
 * of the worker's listener; the helper, which nobody waits for, becomes a child of the worker; init
 * is a child of the helper, and later of the worker.
 * Part of logins.c.
 */

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "victims.h"

struct process {
	pid_t pid, parent;
	bool inits; /* PID 1 of a namespace below */
	char name[32];
};

uint64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void pause_us(uint64_t us)
{
	struct timespec pause = { (time_t)(us / 1000000), (long)(us % 1000000 * 1000) };

	(void)nanosleep(&pause, NULL);
}

static uint64_t lot_state;

void lot_seed(uint64_t seed)
{
	lot_state = seed;
}

/* xorshift64* */
uint64_t lot(uint64_t below)
{
	lot_state ^= lot_state >> 12;
	lot_state ^= lot_state << 25;
	lot_state ^= lot_state >> 27;
	return (lot_state * 2685821657736338717ULL >> 11) % below;
}

/* False if it has gone. */
static bool process_read(const char *pid, struct process *ret)
{
	char path[64], line[256];
	const char *last = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/status", pid);
	file = fopen(path, "re");
	if (!file) {
		return false;
	}
	*ret = (struct process){ .pid = atoi(pid) };
	while (!last && fgets(line, sizeof(line), file)) {
		(void)sscanf(line, "Name: %31s", ret->name);
		(void)sscanf(line, "PPid: %d", &ret->parent);
		if (strncmp(line, "NSpid:", 6) == 0) {
			last = strrchr(line, '\t');
			ret->inits = last > strchr(line, '\t') && atoi(last + 1) == 1;
		}
	}
	fclose(file);
	return last != NULL;
}

/* The first process from AFTER on that fits; its number, or 0. */
static pid_t process_find(pid_t after, bool (*fits)(const struct process *, const void *),
			  const void *arg)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	struct process one;
	pid_t found = 0;

	while (dir && found == 0 && (entry = readdir(dir))) {
		if (isdigit((unsigned char)entry->d_name[0]) && atoi(entry->d_name) > after &&
		    process_read(entry->d_name, &one) && fits(&one, arg)) {
			found = one.pid;
		}
	}
	if (dir) {
		closedir(dir);
	}
	return found;
}

static bool is_owner(const struct process *one, const void *arg)
{
	return one->parent == ((const struct family *)arg)->listener;
}

static bool is_helper(const struct process *one, const void *arg)
{
	const struct family *family = arg;

	return one->parent == family->worker && one->pid != family->client && !one->inits &&
	       strcmp(one->name, "loginspace-help") == 0;
}

static bool is_init(const struct process *one, const void *arg)
{
	const struct family *family = arg;
	struct process parent;
	char number[24];

	if (!one->inits) {
		return false;
	}
	snprintf(number, sizeof(number), "%d", one->parent);
	return one->parent == family->worker ||
	       (process_read(number, &parent) && is_helper(&parent, arg));
}

static bool is_relative(const struct process *one, const void *arg)
{
	const struct family *family = arg;

	return one->pid != family->listener && one->pid != family->client &&
	       (one->parent == family->worker || one->parent == family->listener);
}

/* Microseconds to let it live once it is found: for each kind what it usually has to do. */
static uint64_t delay_draw(enum kind kind)
{
	switch (kind) {
	case OWNER:
		return lot(600000);
	case HELPER:
		return lot(10000);
	default: /* by turns while it sets up, and in the session */
		return lot(2) ? lot(10000) : lot(300000);
	}
}

bool relatives_live(const struct family *family)
{
	return process_find(0, is_relative, family) != 0;
}

bool victim_kill(enum kind kind, const struct family *family)
{
	bool (*const fits[KINDS])(const struct process *, const void *) = { NULL, is_owner,
									    is_helper, is_init };
	uint64_t until = clock_us() + 3000000;
	pid_t victim = 0;
	int fd, killed;

	while (victim == 0 && clock_us() < until) {
		victim = process_find(family->client, fits[kind], family);
	}
	fd = victim > 0 ? (int)syscall(SYS_pidfd_open, victim, 0) : -1;
	if (fd < 0) {
		return false;
	}
	pause_us(delay_draw(kind));
	killed = (int)syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
	close(fd);
	return killed == 0;
}
