/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.c - what proc_pid_status(5) says of a process. Pure. A process cannot forge a line: the
 * kernel escapes the newline in its name.
 */
#include "process.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What follows "NAME:" at the beginning of a line, or NULL. */
static const char *field_find(const char *text, const char *name)
{
	size_t length = strlen(name);

	while (text != NULL) {
		if (strncmp(text, name, length) == 0 && text[length] == ':') {
			return text + length + 1;
		}
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	return NULL;
}

/* In kB, which here are 1024 bytes. Kernel threads and zombies have no such field. */
static uint64_t field_bytes(const char *text, const char *name)
{
	const char *field = field_find(text, name);

	return field != NULL ? strtoull(field, NULL, 10) * 1024 : 0;
}

static void numbers_parse(const char *field, struct process *process)
{
	while (process->levels < PROCESS_LEVELS) {
		char *end = NULL;
		long number;

		field += strspn(field, " \t");
		number = strtol(field, &end, 10);
		if (end == field) {
			return;
		}
		process->pids[process->levels++] = (pid_t)number;
		field = end;
	}
}

int process_parse(const char *text, struct process *ret)
{
	struct process process = { 0 };
	const char *name = field_find(text, "Name"), *state = field_find(text, "State");
	const char *uid = field_find(text, "Uid"), *numbers = field_find(text, "NSpid");

	if (name == NULL || state == NULL || uid == NULL || numbers == NULL ||
	    sscanf(state, " %c", &process.state) != 1 ||
	    sscanf(uid, "%*u %" SCNu32, &process.uid) != 1) {
		return -EBADMSG;
	}
	numbers_parse(numbers, &process);
	if (process.levels == 0) {
		return -EBADMSG;
	}
	name += strspn(name, "\t");
	(void)snprintf(process.name, sizeof(process.name), "%.*s", (int)strcspn(name, "\n"), name);
	process.memory = field_bytes(text, "RssAnon") + field_bytes(text, "RssShmem");
	*ret = process;
	return 0;
}
