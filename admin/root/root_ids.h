/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_ids.h - which ids a fake root gets: subuid(5) and subgid(5), and the words for newuidmap(1)
 * and newgidmap(1). Pure.
 */
#ifndef LOGINSPACE_ADMIN_ROOT_IDS_H
#define LOGINSPACE_ADMIN_ROOT_IDS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* More are left out; the kernel takes 340 lines of a map, user_namespaces(7). */
#define IDS_RANGES_MAX 32

struct id_range {
	uint32_t first;
	uint32_t count;
};

struct ids {
	struct id_range ranges[IDS_RANGES_MAX];
	size_t count;
	size_t bad_line; /* the first line that is the user's and is no range; 0: none */
	int error; /* why the file cannot be read, a negative errno; 0: it is read, or not there */
};

/*
 * ids_read - the ranges that TEXT, LENGTH bytes of such a file, gives to the user UID, whose name is
 * NAME (NULL: not known). OWN, his own id, and what an earlier line has given are not given again: a
 * line that overlaps them is left out, as the kernel refuses a map with it.
 */
void ids_read(const char *text, size_t length, const char *name, uid_t uid, uint32_t own,
	      struct ids *ret);

/* Each number: ten digits and a NUL. The program, the process, three numbers a range and OWN, NULL. */
#define IDS_NUMBERS_MAX (3 * (IDS_RANGES_MAX + 1) + 1)
#define IDS_WORDS_MAX   (IDS_NUMBERS_MAX + 2)

struct ids_words {
	char numbers[IDS_NUMBERS_MAX][11];
	char *argv[IDS_WORDS_MAX];
};

/*
 * ids_words_fill - "PROGRAM PID 0 OWN 1 1 FIRST COUNT ...": 0 inside is OWN, the ranges follow each
 * other from 1 on. *RET points into itself and to PROGRAM.
 */
void ids_words_fill(char *program, pid_t pid, uint32_t own, const struct ids *ids,
		    struct ids_words *ret);

#endif
