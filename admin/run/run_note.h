/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_note.h - what outer and monitor tell each other, see run.h: packets of one socket pair. When
 * one of them has ended the other hears its end.
 */
#ifndef LOGINSPACE_ADMIN_RUN_NOTE_H
#define LOGINSPACE_ADMIN_RUN_NOTE_H

#include <stdint.h>

enum run_note_kind {
	/* outer -> monitor */
	NOTE_SIGNAL = 1, /* value: for the command's process group */
	NOTE_HANGUP = 2, /* our terminal is gone: hang up the command's, too */
	/* monitor -> outer */
	NOTE_STOPPED = 3, /* value: the signal that stopped it; no other before a NOTE_SIGNAL */
	NOTE_ENDED = 4,   /* value: the command's exit status, 128+n for a signal */
	NOTE_ENDING = 5,  /* the space's init has told everybody to go */
	NOTE_FAILED = 6,  /* value: an errno; there is no command */
};

struct run_note {
	uint32_t kind;
	int32_t value;
};

#endif
