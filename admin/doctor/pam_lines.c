/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_lines.c - the PAM stack of a service, pam.d(5). Pure. It reads as libpam does: '#' begins a
 * comment anywhere, a backslash at the end goes on in the next line, [...] is one word, names of
 * types and controls may be written in capitals; "@include" is Debian's.
 */
#include "pam_lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t\r"

/* One file as it is being read. */
struct source {
	const char *file;
	char *rest;        /* of its text */
	unsigned int line; /* that is being read */
	unsigned int next; /* that comes then */
	unsigned int stack, parent;
};

/* The files that are being read, each included by the one before. */
struct reading {
	const struct pam_reader *reader;
	const char *type;
	struct pam_lines *lines;
	struct source sources[PAM_DEPTH_MAX];
	size_t depth;
	const char **ret_file;
	unsigned int *ret_line;
};

static int reading_fail(const struct reading *reading, const char *file, unsigned int line, int err)
{
	*reading->ret_file = file;
	*reading->ret_line = line;
	return err;
}

/* TEXT belongs to the lines from now on. Returns 0 or -ENOMEM. */
static int text_keep(struct pam_lines *lines, char *text)
{
	char **texts;

	if (text == NULL) {
		return -ENOMEM;
	}
	texts = (char **)reallocarray((void *)lines->texts, lines->text_count + 1, sizeof(*texts));
	if (texts == NULL) {
		free(text);
		return -ENOMEM;
	}
	lines->texts = texts;
	texts[lines->text_count++] = text;
	return 0;
}

/* What counts of a line of the file, without blanks around it and its comment. */
struct span {
	char *begin;
	size_t length;
	bool comment; /* there was one: it ends the whole line, backslash or not */
};

static struct span span_next(char **cursor)
{
	struct span span = { .begin = *cursor };
	char *end = span.begin + strcspn(span.begin, "\n"), *comment;

	*cursor = *end == '\0' ? end : end + 1;
	span.begin += strspn(span.begin, BLANKS);
	comment = memchr(span.begin, '#', (size_t)(end - span.begin));
	span.comment = comment != NULL;
	end = span.comment ? comment : end;
	while (end > span.begin && strchr(BLANKS, end[-1]) != NULL) {
		end--;
	}
	span.length = (size_t)(end - span.begin);
	return span;
}

/*
 * The next line of *CURSOR, with those that it goes on in; empty lines and comments among them are
 * passed over. *RET_COUNT is how many lines of the file it takes. Returns 0; -ENOENT at the end;
 * -EBADMSG: it goes on, but the file does not.
 */
static int line_next(char **cursor, char **ret_line, unsigned int *ret_count)
{
	char *line = *cursor, *at = line;
	bool more = false;

	*ret_count = 0;
	while (**cursor != '\0') {
		struct span span = span_next(cursor);

		(*ret_count)++;
		if (span.length == 0 && more) {
			continue;
		}
		more = !span.comment && span.length > 0 && span.begin[span.length - 1] == '\\';
		/* Never beyond where it was: the blank stands in the place of the backslash. */
		memmove(at, span.begin, span.length);
		at += span.length;
		if (!more) {
			*at = '\0';
			*ret_line = line;
			return 0;
		}
		at[-1] = ' ';
	}
	return more ? -EBADMSG : -ENOENT;
}

/* The next word of *CURSOR, NULL at the end; [...] may have blanks, and \] within. */
static char *word_next(char **cursor)
{
	char *begin = *cursor + strspn(*cursor, BLANKS), *end;

	if (*begin == '\0') {
		return NULL;
	}
	end = begin + strcspn(begin, BLANKS);
	if (*begin == '[') {
		for (end = begin + 1; *end != '\0' && *end != ']'; end++) {
			end += *end == '\\' && end[1] != '\0' ? 1 : 0;
		}
		end += *end == ']' ? 1 : 0;
	}
	*cursor = *end == '\0' ? end : end + 1;
	*end = '\0';
	return begin;
}

static void lower(char *word)
{
	for (; *word != '\0'; word++) {
		*word = (char)tolower((unsigned char)*word);
	}
}

/* Goes on with another file, in stack NUMBER, which is in PARENT. */
static int source_open(struct reading *reading, const char *name, unsigned int number,
		       unsigned int parent)
{
	struct source source = { .next = 1, .stack = number, .parent = parent };
	char *file = strdup(name), *text = NULL;
	int err;

	err = text_keep(reading->lines, file);
	if (err < 0) {
		return err;
	}
	err = reading->reader->read(reading->reader, name, &text);
	if (err < 0) {
		return reading_fail(reading, file, 0, err);
	}
	err = text_keep(reading->lines, text);
	if (err < 0) {
		return err;
	}
	source.file = file;
	source.rest = text;
	reading->sources[reading->depth++] = source;
	return 0;
}

static int source_include(struct reading *reading, const char *name, bool substack)
{
	const struct source *from = &reading->sources[reading->depth - 1];

	if (reading->depth == PAM_DEPTH_MAX) {
		return reading_fail(reading, from->file, from->line, -ELOOP);
	}
	if (substack) {
		return source_open(reading, name, ++reading->lines->stacks, from->stack);
	}
	return source_open(reading, name, from->stack, from->parent);
}

static int line_add(const struct reading *reading, bool dash, char *control, char *module,
		    char **cursor)
{
	const struct source *source = &reading->sources[reading->depth - 1];
	struct pam_lines *lines = reading->lines;
	struct pam_line *items, *line;
	char *word;

	items = reallocarray(lines->items, lines->count + 1, sizeof(*items));
	if (items == NULL) {
		return -ENOMEM;
	}
	lines->items = items;
	line = &items[lines->count++];
	*line = (struct pam_line){
		.file = source->file,
		.line = source->line,
		.dash = dash,
		.control = control,
		.module = module,
		.stack = source->stack,
		.parent = source->parent,
	};
	while (line->word_count < PAM_WORDS_MAX && (word = word_next(cursor)) != NULL) {
		line->words[line->word_count++] = word;
	}
	return 0;
}

static int line_read(struct reading *reading, char *text)
{
	const struct source *source = &reading->sources[reading->depth - 1];
	char *type = word_next(&text), *control, *module;
	bool dash;

	if (type == NULL) {
		return 0;
	}
	control = word_next(&text);
	if (control == NULL) {
		return reading_fail(reading, source->file, source->line, -EBADMSG);
	}
	if (strcmp(type, "@include") == 0) {
		return source_include(reading, control, false);
	}
	dash = type[0] == '-';
	if (strcasecmp(type + (dash ? 1 : 0), reading->type) != 0) {
		return 0;
	}
	lower(control);
	module = word_next(&text);
	if (module == NULL) {
		return reading_fail(reading, source->file, source->line, -EBADMSG);
	}
	if (strcmp(control, "include") == 0 || strcmp(control, "substack") == 0) {
		return source_include(reading, module, control[0] == 's');
	}
	return line_add(reading, dash, control, module, &text);
}

int pam_lines_read(const struct pam_reader *reader, const char *service, const char *type,
		   struct pam_lines *ret, const char **ret_file, unsigned int *ret_line)
{
	struct reading reading = {
		.reader = reader,
		.type = type,
		.lines = ret,
		.ret_file = ret_file,
		.ret_line = ret_line,
	};
	int err;

	*ret = (struct pam_lines){ 0 };
	err = source_open(&reading, service, 0, 0);
	while (err == 0 && reading.depth > 0) {
		struct source *source = &reading.sources[reading.depth - 1];
		unsigned int count = 0;
		char *line = NULL;

		source->line = source->next;
		err = line_next(&source->rest, &line, &count);
		source->next += count;
		if (err == -ENOENT) {
			reading.depth--;
			err = 0;
		} else if (err < 0) {
			err = reading_fail(&reading, source->file, source->line, err);
		} else {
			err = line_read(&reading, line);
		}
	}
	return err;
}

void pam_lines_free(struct pam_lines *lines)
{
	size_t i;

	for (i = 0; i < lines->text_count; i++) {
		free(lines->texts[i]);
	}
	free((void *)lines->texts);
	free(lines->items);
	*lines = (struct pam_lines){ 0 };
}
