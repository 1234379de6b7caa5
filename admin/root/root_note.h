/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_note.h - what the caller's process and PID 1 of a fake root tell each other: packets of one
 * socket pair. When one of them has ended the other hears its end.
 */
#ifndef LOGINSPACE_ADMIN_ROOT_NOTE_H
#define LOGINSPACE_ADMIN_ROOT_NOTE_H

#include <stdint.h>

enum root_note_kind {
	/* outer -> reaper */
	ROOT_GO = 1,         /* the ids are there */
	ROOT_SIGNAL = 2,     /* value: for the command */
	ROOT_FOREGROUND = 3, /* the terminal is the command's */
	/* reaper -> outer */
	ROOT_STOPPED = 4,     /* value: the signal that has stopped the command */
	ROOT_INTERRUPTED = 6, /* SIGINT has ended the command */
	ROOT_FAILED = 5,      /* there is no command. step; value: an errno */
};

struct root_note {
	uint32_t kind;
	uint32_t step; /* enum root_step */
	int32_t value;
};

#endif
