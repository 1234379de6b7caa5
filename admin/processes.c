/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * processes.c - the processes of spaces, by one walk over /proc. A process is looked at through one
 * fd of its folder, so all that is read is about the same one; when it ends, reading fails.
 */
#include "processes.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contents.h"
#include "members.h"
#include "scope.h"

/* A status has a number for each group, and the kernel allows 65,536, of ten digits and a blank. */
#define STATUS_MAX (1 << 20)

/* Called for each process of a listed space. Returns 0 or a negative errno, which ends the walk. */
struct visitor {
	int (*visit)(struct visitor *visitor, size_t index, int folder,
		     const struct process *process);
	void *data;
	struct contents status; /* of the process, for process_visit alone */
};

/* The whole file, or what of it has room, ended by a NUL. Returns its length or an errno. */
static ssize_t file_read(int folder, const char *name, char *buffer, size_t size)
{
	SCOPE_FD int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0) {
		return -errno;
	}
	length = read(fd, buffer, size - 1); /* procfs gives in one go what it has */
	if (length < 0) {
		return -errno;
	}
	buffer[length] = '\0';
	return length;
}

static int process_visit(int proc, const char *name, struct members *members,
			 struct visitor *visitor)
{
	SCOPE_FD int folder = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct process process;
	size_t index;
	int err;

	if (folder < 0) {
		return -errno;
	}
	err = members_find(members, folder, &index);
	if (err < 0) {
		return err;
	}
	err = contents_read(&visitor->status, folder, "status", STATUS_MAX);
	if (err < 0) {
		return err == -ENOMEM ? err : -ESRCH;
	}
	err = process_parse(visitor->status.text, &process);
	return err < 0 ? err : visitor->visit(visitor, index, folder, &process);
}

static int members_of(const struct spaces *spaces, struct members **ret)
{
	ino_t *namespaces = calloc(spaces->count + 1, sizeof(*namespaces));
	size_t i;
	int err;

	if (namespaces == NULL) {
		return -ENOMEM;
	}
	for (i = 0; i < spaces->count; i++) {
		namespaces[i] = spaces->items[i].pid_namespace;
	}
	err = members_new(namespaces, spaces->count, ret);
	free(namespaces);
	return err;
}

/* A process that has ended, or may not be looked at, is left out; no memory ends the walk. */
static int processes_walk(const struct spaces *spaces, struct visitor *visitor)
{
	struct members *members;
	struct dirent *entry;
	DIR *proc;
	int err;

	err = members_of(spaces, &members);
	if (err < 0) {
		return err;
	}
	proc = opendir("/proc");
	if (proc == NULL) {
		err = -errno;
		members_free(members);
		return err;
	}
	/* One stream, one thread. */
	while (err != -ENOMEM && (entry = readdir(proc)) != NULL) {
		if (isdigit((unsigned char)entry->d_name[0])) {
			err = process_visit(dirfd(proc), entry->d_name, members, visitor);
		}
	}
	(void)closedir(proc);
	members_free(members);
	contents_free(&visitor->status);
	return err == -ENOMEM ? err : 0;
}

static int tally_visit(struct visitor *visitor, size_t index, int folder,
		       const struct process *process)
{
	struct spaces *spaces = visitor->data;

	(void)folder;
	spaces->items[index].processes++;
	spaces->items[index].memory += process->memory;
	return 0;
}

int processes_tally(struct spaces *spaces)
{
	struct visitor visitor = { .visit = tally_visit, .data = spaces };
	size_t i = 0;
	int err;

	if (spaces->count == 0) {
		return 0;
	}
	err = processes_walk(spaces, &visitor);
	while (err == 0 && i < spaces->count) {
		const struct space *space = &spaces->items[i];

		/* Its init at least would be there. */
		if (space->processes == 0 && space->pid_namespace != 0) {
			spaces_drop(spaces, i);
		} else {
			i++;
		}
	}
	return err;
}

struct listing {
	size_t wanted; /* the index of the space */
	struct inhabitant *items;
	size_t count;
};

/* The words lie one after the other, each ended by a NUL. */
static void command_read(int folder, struct inhabitant *inhabitant)
{
	char *command = inhabitant->command;
	ssize_t length = file_read(folder, "cmdline", command, sizeof(inhabitant->command)), i;

	while (length > 0 && command[length - 1] == '\0') {
		length--;
	}
	if (length <= 0) {
		(void)snprintf(command, sizeof(inhabitant->command), "[%s]",
			       inhabitant->process.name);
		return;
	}
	for (i = 0; i < length; i++) {
		if (command[i] == '\0') {
			command[i] = ' ';
		}
	}
}

static int list_visit(struct visitor *visitor, size_t index, int folder,
		      const struct process *process)
{
	struct listing *listing = visitor->data;
	struct inhabitant *items;

	if (index != listing->wanted) {
		return 0;
	}
	items = reallocarray(listing->items, listing->count + 1, sizeof(*items));
	if (items == NULL) {
		return -ENOMEM;
	}
	listing->items = items;
	items[listing->count] = (struct inhabitant){ .process = *process };
	command_read(folder, &items[listing->count]);
	listing->count++;
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct inhabitant *a = left;
	const struct inhabitant *b = right;

	return (a->process.pids[0] > b->process.pids[0]) -
	       (a->process.pids[0] < b->process.pids[0]);
}

/* Init is at the space's level of namespaces, so the number at that level is the inner one. */
static void inner_numbers(struct listing *listing, pid_t init)
{
	size_t level = 0, i;

	for (i = 0; i < listing->count; i++) {
		if (listing->items[i].process.pids[0] == init) {
			level = listing->items[i].process.levels - 1;
		}
	}
	for (i = 0; i < listing->count; i++) {
		const struct process *process = &listing->items[i].process;

		listing->items[i].inner = process->levels > level ? process->pids[level] : 0;
	}
}

int processes_list(const struct spaces *spaces, size_t index, struct inhabitant **ret,
		   size_t *ret_count)
{
	struct listing listing = { .wanted = index };
	struct visitor visitor = { .visit = list_visit, .data = &listing };
	int err;

	err = processes_walk(spaces, &visitor);
	if (err < 0) {
		free(listing.items);
		return err;
	}
	if (listing.count > 0) {
		qsort(listing.items, listing.count, sizeof(listing.items[0]), compare);
	}
	inner_numbers(&listing, spaces->items[index].init);
	*ret = listing.items;
	*ret_count = listing.count;
	return 0;
}
