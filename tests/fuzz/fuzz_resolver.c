/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/network/resolver_text.c lib/pool.c lib/value.c lib/value_network.c lib/hostname.c */
/*
 * fuzz_resolver.c - any bytes as a host's resolv.conf, which a daemon writes from what the network
 * tells it.
 */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include "resolver_text.h"

static void must_be_plain(const char *text)
{
	for (; *text != '\0'; text++) {
		MUST(*text == '\n' || (*text >= ' ' && *text <= '~'));
	}
}

/* Read again it is the same. */
static void must_make(const struct resolver_file *file)
{
	char made[RESOLVER_SIZE], again[RESOLVER_SIZE];
	struct resolver_file reread;
	const char *end;

	memset(made, 'x', sizeof(made));
	resolver_text_make(file, file->servers, file->count, made);
	end = memchr(made, '\0', sizeof(made));
	MUST(end != NULL && end[-1] == '\n');
	must_be_plain(made);
	MUST(resolver_text_parse(made, &reread) == 0);
	MUST(reread.count == file->count && reread.trust_ad == file->trust_ad);
	MUST(memcmp(reread.servers, file->servers, file->count * sizeof(file->servers[0])) == 0);
	MUST(strcmp(reread.kept, file->kept) == 0 && strcmp(reread.options, file->options) == 0);
	resolver_text_make(&reread, reread.servers, reread.count, again);
	MUST(strcmp(made, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct resolver_file file;
	char *text = malloc(size + 1);
	size_t i;
	int err;

	MUST(text != NULL);
	if (size > 0) {
		memcpy(text, data, size);
	}
	text[size] = '\0';
	err = resolver_text_parse(text, &file);
	MUST(err == 0 || err == -E2BIG);
	if (err == 0) {
		MUST(file.count <= RESOLVER_SERVERS_MAX);
		for (i = 0; i < file.count; i++) {
			MUST(!resolver_text_is_loopback(&file.servers[i]) ||
			     !resolver_text_is_near(&file.servers[i]));
		}
		must_make(&file);
	}
	free(text);
	return 0;
}
