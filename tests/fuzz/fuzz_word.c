/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/message.c */
/*
 * fuzz_word.c - any packet to init, whose socket a user's process may hold for a moment.
 */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include "message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct word word;
	int err;

	memset(&word, 0xff, sizeof(word));
	memcpy(&word, data, size < sizeof(word) ? size : sizeof(word));
	err = word_check(&word, size);
	if (size != sizeof(word)) {
		MUST(err == -EMSGSIZE);
	} else if (word.magic != MESSAGE_MAGIC || word.version != MESSAGE_VERSION) {
		MUST(err == -EPROTO);
	} else if (word.kind == WORD_JOINED || word.kind == WORD_CLOSE) {
		MUST(err == 0);
	} else {
		MUST(err == -EINVAL);
	}
	return 0;
}
