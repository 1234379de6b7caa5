/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolver_text.c - the text of a resolv.conf(5), to read and to write. Pure.
 */
#include "resolver_text.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "pool.h"

#define HEADER   "# Made by loginspace for this space; see network in loginspace.conf(5).\n"
#define SERVER   "nameserver "
#define OPTIONS  "options"
#define TRUST_AD "trust-ad"
#define BLANKS   " \t"

static_assert(sizeof(HEADER) + RESOLVER_SERVERS_MAX * (sizeof(SERVER) + INET6_ADDRSTRLEN) +
			      RESOLVER_KEPT_SIZE + RESOLVER_OPTIONS_SIZE +
			      sizeof(OPTIONS TRUST_AD) + 3 <=
		      RESOLVER_SIZE,
	      "all parts have room in a text");

struct word {
	const char *text;
	size_t length;
};

/* A text that is filled from its beginning, and always ends with a NUL. */
struct writer {
	char *text;
	size_t size, used;
};

static bool word_is(const struct word *word, const char *text)
{
	return strlen(text) == word->length && memcmp(text, word->text, word->length) == 0;
}

/* The next word of the line that begins at *CURSOR; false at its end. */
static bool word_next(const char **cursor, struct word *ret)
{
	const char *start = *cursor + strspn(*cursor, BLANKS);
	const size_t length = strcspn(start, BLANKS "\n");

	*cursor = start + length;
	*ret = (struct word){ start, length };
	return length > 0;
}

/* What is put out again is plain text. */
static bool line_is_plain(const char *line)
{
	for (; *line != '\0' && *line != '\n'; line++) {
		if (*line != '\t' && (*line < ' ' || *line > '~')) {
			return false;
		}
	}
	return true;
}

static bool put(struct writer *writer, const char *text, size_t length)
{
	if (length >= writer->size - writer->used) {
		return false;
	}
	memcpy(writer->text + writer->used, text, length);
	writer->used += length;
	writer->text[writer->used] = '\0';
	return true;
}

static bool put_text(struct writer *writer, const char *text)
{
	return put(writer, text, strlen(text));
}

struct parser {
	struct resolver_file *file;
	struct writer kept, options;
};

static int take_server(struct parser *parser, const struct word *keyword, const char *rest)
{
	struct resolver_file *file = parser->file;
	struct value_address server;
	struct word word;

	(void)keyword;
	if (word_next(&rest, &word) && file->count < RESOLVER_SERVERS_MAX &&
	    value_address(word.text, word.length, &server) == 0) {
		file->servers[file->count++] = server;
	}
	return 0;
}

static int take_line(struct parser *parser, const struct word *keyword, const char *rest)
{
	struct writer *kept = &parser->kept;
	bool fits = put(kept, keyword->text, keyword->length);
	struct word word;

	while (word_next(&rest, &word)) {
		fits = fits && put(kept, " ", 1) && put(kept, word.text, word.length);
	}
	return fits && put(kept, "\n", 1) ? 0 : -E2BIG;
}

static int take_options(struct parser *parser, const struct word *keyword, const char *rest)
{
	struct writer *options = &parser->options;
	bool fits = true;
	struct word word;

	(void)keyword;
	while (word_next(&rest, &word)) {
		if (word_is(&word, TRUST_AD)) {
			parser->file->trust_ad = true;
		} else {
			fits = fits && put(options, " ", 1) && put(options, word.text, word.length);
		}
	}
	return fits ? 0 : -E2BIG;
}

static const struct keyword {
	const char *name;
	int (*take)(struct parser *parser, const struct word *keyword, const char *rest);
} KEYWORDS[] = {
	{ "nameserver", take_server }, { "search", take_line },   { "domain", take_line },
	{ "sortlist", take_line },     { OPTIONS, take_options },
};

static int parse_line(struct parser *parser, const char *line)
{
	struct word keyword;
	size_t i;

	/* A keyword stands at the very beginning of its line. */
	if (strcspn(line, BLANKS "\n") == 0 || !word_next(&line, &keyword) ||
	    !line_is_plain(line)) {
		return 0;
	}
	for (i = 0; i < sizeof(KEYWORDS) / sizeof(KEYWORDS[0]); i++) {
		if (word_is(&keyword, KEYWORDS[i].name)) {
			return KEYWORDS[i].take(parser, &keyword, line);
		}
	}
	return 0;
}

int resolver_text_parse(const char *text, struct resolver_file *ret_file)
{
	struct resolver_file file = { .count = 0 };
	struct parser parser = {
		.file = &file,
		.kept = { file.kept, sizeof(file.kept), 0 },
		.options = { file.options, sizeof(file.options), 0 },
	};
	int err = 0;

	while (*text != '\0' && err == 0) {
		err = parse_line(&parser, text);
		text += strcspn(text, "\n");
		text += *text == '\n' ? 1 : 0;
	}
	if (err == 0) {
		*ret_file = file;
	}
	return err;
}

static bool is_same(const struct resolver_file *file, const struct value_address *servers,
		    size_t count)
{
	return count == file->count &&
	       memcmp(servers, file->servers, count * sizeof(servers[0])) == 0;
}

void resolver_text_make(const struct resolver_file *file, const struct value_address *servers,
			size_t count, char text[RESOLVER_SIZE])
{
	struct writer writer = { text, RESOLVER_SIZE, 0 };
	const bool trust_ad = file->trust_ad && is_same(file, servers, count);
	char address[POOL_TEXT_SIZE];
	size_t i;

	/* There is room for all of it: see above. */
	(void)put_text(&writer, HEADER);
	for (i = 0; i < count && i < RESOLVER_SERVERS_MAX; i++) {
		(void)put_text(&writer, SERVER);
		(void)put_text(&writer, pool_address_text(address, &servers[i]));
		(void)put_text(&writer, "\n");
	}
	(void)put_text(&writer, file->kept);
	if (file->options[0] != '\0' || trust_ad) {
		(void)put_text(&writer, OPTIONS);
		(void)put_text(&writer, file->options);
		(void)put_text(&writer, trust_ad ? " " TRUST_AD "\n" : "\n");
	}
}

/* Is SERVER in TEXT, ADDRESS/BITS? */
static bool is_in(const struct value_address *server, const char *text)
{
	struct value_prefix prefix;

	return value_prefix(text, strlen(text), &prefix) == 0 &&
	       value_prefix_holds(&prefix, server);
}

bool resolver_text_is_loopback(const struct value_address *server)
{
	return is_in(server, "127.0.0.0/8") || is_in(server, "::1") || is_in(server, "::") ||
	       is_in(server, "0.0.0.0");
}

bool resolver_text_is_near(const struct value_address *server)
{
	return is_in(server, "fe80::/10") || is_in(server, "ff00::/8") ||
	       is_in(server, "224.0.0.0/3");
}
