// SPDX-License-Identifier: BSD-2-Clause
/*
 * tracee.c - who is it? The roles of the processes that are followed.
 */
#include "tracee.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

static const char *const role_names[] = { "none", "app", "between", "helper", "init", "tool" };

struct want want;
struct tracee *tracees[TRACEES_MAX];
bool reached;

static int logins;

struct tracee *tracee_find(pid_t pid)
{
	for (int i = 0; i < TRACEES_MAX; i++) {
		if (tracees[i] && tracees[i]->pid == pid) {
			return tracees[i];
		}
	}
	return NULL;
}

void tracee_drop(struct tracee *t)
{
	for (int i = 0; i < TRACEES_MAX; i++) {
		if (tracees[i] == t) {
			tracees[i] = NULL;
		}
	}
	free(t);
}

/* The last word of the line of /proc/PID/status that begins so. */
static long status_read(pid_t pid, const char *begin)
{
	char path[64], line[512];
	long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, begin, strlen(begin)) == 0) {
			value = strtol(strrchr(line, '\t') + 1, NULL, 10);
		}
	}
	if (file) {
		fclose(file);
	}
	return value;
}

bool phases_matter(void)
{
	return want.action == ACTION_LIST || strncmp(want.role, "app", 3) == 0 ||
	       strncmp(want.role, "between", 7) == 0;
}

static enum role role_of_child(pid_t pid, const struct tracee *parent)
{
	switch (parent->role) {
	case ROLE_APP:
		return parent->phase == IN_OPEN || !phases_matter() ? ROLE_BETWEEN : ROLE_TOOL;
	case ROLE_BETWEEN:
		return ROLE_HELPER;
	case ROLE_HELPER:
		return status_read(pid, "NSpid:") == 1 ? ROLE_INIT : ROLE_TOOL;
	case ROLE_INIT:
	case ROLE_TOOL:
		return ROLE_TOOL;
	default:
		return ROLE_NONE;
	}
}

struct tracee *tracee_new(pid_t pid)
{
	const struct tracee *parent = tracee_find((pid_t)status_read(pid, "PPid:"));
	struct tracee *t = calloc(1, sizeof(*t));

	if (!t) {
		err(OWN_ERROR, "memory");
	}
	t->pid = pid;
	if (parent) {
		t->role = role_of_child(pid, parent);
		t->login = parent->login;
	}
	for (int i = 0; i < TRACEES_MAX; i++) {
		if (!tracees[i]) {
			tracees[i] = t;
			return t;
		}
	}
	errx(OWN_ERROR, "too many processes");
}

bool program_take(struct tracee *t)
{
	char path[64], name[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", t->pid);
	file = fopen(path, "r");
	if (file) {
		(void)!fgets(name, sizeof(name), file);
		fclose(file);
	}
	if (t->role == ROLE_NONE && strcmp(name, "pam_driver\n") == 0) {
		t->role = ROLE_APP;
		t->login = ++logins;
	}
	return t->role != ROLE_HELPER || strncmp(name, "loginspace-hel", 14) == 0;
}

void tracee_name(const struct tracee *t, char *name, size_t size)
{
	snprintf(name, size, "%s%d", role_names[t->role], t->login);
}

bool wanted_role(const struct tracee *t)
{
	char name[32];

	tracee_name(t, name, sizeof(name));
	return strcmp(name, want.role) == 0;
}
