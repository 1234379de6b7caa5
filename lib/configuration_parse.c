/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration_parse.c - from the bytes of a file to sections and settings. inih cuts the lines
 * into keys and values; what it would pass over in silence is found here before it sees them. Pure.
 */
#include "configuration.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "quote.h"

/* inih cuts long names of sections; it gets this one, and the header stays ours. */
#define SUBSTITUTE "[section]"

/* What is shown of a value, quoted. */
#define SHOWN_SIZE 96

static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";

_Static_assert(KEY_COUNT <= 64, "the keys of a section are bits");

struct parsing {
	struct configuration *configuration;
	const char *name; /* of the file */
	uint32_t file;    /* its index */
	char *next;       /* the line to come */
	char *end;        /* of the data */
	char *line;       /* without blanks; once inih has its copy, room for the value */
	unsigned int number;
	bool in_section, had_default;
	uint64_t keys; /* of the section so far */
	int err;
	struct problem *problem;
};

/* Notes what is wrong with the line; the first one stays. */
#define WRONG(parsing, error, ...) \
	do { \
		(parsing)->err = -(error); \
		problem_set((parsing)->problem, (parsing)->name, (parsing)->number, __VA_ARGS__); \
	} while (0)

/* Room for one more of SIZE bytes. */
static int grow(void **list, size_t count, size_t *room, size_t size)
{
	const size_t more = *room == 0 ? 32 : 2 * *room;
	void *bigger;

	if (count < *room) {
		return 0;
	}
	bigger = more > UINT32_MAX ? NULL : reallocarray(*list, more, size);
	if (bigger == NULL) {
		return -ENOMEM;
	}
	*list = bigger;
	*room = more;
	return 0;
}

static struct section *section_add(struct configuration *configuration)
{
	void *sections = configuration->sections;
	int err = grow(&sections, configuration->section_count, &configuration->section_room,
		       sizeof(struct section));

	configuration->sections = sections;
	return err < 0 ? NULL : &configuration->sections[configuration->section_count++];
}

static struct setting *setting_add(struct configuration *configuration)
{
	void *settings = configuration->settings;
	int err = grow(&settings, configuration->setting_count, &configuration->setting_room,
		       sizeof(struct setting));

	configuration->settings = settings;
	return err < 0 ? NULL : &configuration->settings[configuration->setting_count++];
}

static void header_take(struct parsing *parsing)
{
	struct configuration *configuration = parsing->configuration;
	struct section *section;
	struct match match;
	char why[PROBLEM_TEXT_SIZE];

	if (match_parse(parsing->line, &match, why, sizeof(why)) < 0) {
		WRONG(parsing, EINVAL, "%s", why);
		return;
	}
	if (match_is_default(&match)) {
		if (parsing->had_default) {
			WRONG(parsing, EINVAL, "a second [default] in this file; join the two");
			return;
		}
		parsing->had_default = true;
	}
	section = section_add(configuration);
	if (section == NULL ||
	    match_names(&match, &configuration->names, parsing->name, parsing->number) < 0) {
		WRONG(parsing, ENOMEM, "out of memory");
		return;
	}
	*section = (struct section){
		.match = match,
		.file = parsing->file,
		.line = parsing->number,
		.first = (uint32_t)configuration->setting_count,
	};
	parsing->in_section = true;
	parsing->keys = 0;
}

/* A line that inih shall cut: does it look like "key = value"? */
static void line_check(struct parsing *parsing, size_t length, size_t room)
{
	const size_t name = strcspn(parsing->line, "=:");

	if (length > room) {
		WRONG(parsing, EINVAL,
		      "the line has %zu bytes, %zu are allowed; a list may go on in another line "
		      "with the same key",
		      length, room);
	} else if (parsing->line[name] == ':') {
		WRONG(parsing, EINVAL, "\"key = value\" takes a =, not a colon");
	} else if (!parsing->in_section) {
		WRONG(parsing, EINVAL, "a key before any section; begin with [default]");
	}
}

/*
 * The next line, without blanks at both ends: inih takes a line that begins with one for the rest
 * of the value before. False at the end, or when the line is wrong.
 */
static bool line_next(struct parsing *parsing)
{
	char *line = parsing->next;
	char *end;

	if (line >= parsing->end || parsing->err < 0) {
		return false;
	}
	end = memchr(line, '\n', (size_t)(parsing->end - line));
	if (end == NULL) {
		end = parsing->end;
	}
	parsing->next = end + 1;
	parsing->number++;
	if (memchr(line, '\0', (size_t)(end - line)) != NULL) {
		WRONG(parsing, EINVAL, "a NUL byte: this is no text file");
		return false;
	}
	while (end > line && isspace((unsigned char)end[-1])) {
		end--;
	}
	*end = '\0';
	if (parsing->number == 1 &&
	    strncmp(line, BYTE_ORDER_MARK, sizeof(BYTE_ORDER_MARK) - 1) == 0) {
		WRONG(parsing, EINVAL, "the file begins with a byte order mark; save it without");
		return false;
	}
	while (isspace((unsigned char)*line)) {
		line++;
	}
	parsing->line = line;
	return true;
}

/* ini_reader: the next line into BUFFER of SIZE bytes, or NULL. */
static char *line_hand_over(char *buffer, int size, void *stream)
{
	struct parsing *parsing = (struct parsing *)stream;
	const char *text;
	size_t room, length;

	if (!line_next(parsing)) {
		return NULL;
	}
	text = parsing->line;
	length = strlen(text);
	room = (size_t)size - 3; /* see INI_MAX_LINE in ini.h */
	room = room < CONFIGURATION_LINE_MAX ? room : CONFIGURATION_LINE_MAX;
	if (text[0] == '[') {
		header_take(parsing);
		text = SUBSTITUTE;
		length = sizeof(SUBSTITUTE) - 1;
	} else if (text[0] == '\0' || text[0] == '#' || text[0] == ';') {
		length = 0; /* a comment may be as long as it likes */
	} else {
		line_check(parsing, length, room);
	}
	if (parsing->err < 0) {
		return NULL;
	}
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	return buffer;
}

static void key_unknown(struct parsing *parsing, const char *name)
{
	const char *nearest = key_nearest(name);
	char quoted[SHOWN_SIZE];

	(void)quote(quoted, sizeof(quoted), name);
	WRONG(parsing, EINVAL, "unknown key %s%s%s%s", quoted,
	      nearest == NULL ? "; see loginspace.conf(5)" : "; is it ",
	      nearest == NULL ? "" : nearest, nearest == NULL ? "" : "?");
}

/* Copies VALUE, or its items, to TO, and checks it. Returns how many, or a negative errno. */
static int value_copy(struct parsing *parsing, enum key key, const char *value, char *to)
{
	const struct key_about *about = key_about(key);
	const char *item = value;
	size_t length = strlen(value);
	int items = 0;

	while (!about->list || value_next(&value, VALUE_SEPARATORS, &item, &length)) {
		char phrase[PROBLEM_TEXT_SIZE], quoted[SHOWN_SIZE];

		memcpy(to, item, length);
		to[length] = '\0';
		if (key_check(key, to, phrase, sizeof(phrase)) < 0) {
			const char *wrong = key_wrong(key, to, &length);

			to[(size_t)(wrong - to) + length] = '\0';
			(void)quote(quoted, sizeof(quoted), wrong);
			WRONG(parsing, EINVAL, "%s %s, not %s", about->name, phrase, quoted);
			return parsing->err;
		}
		to += length + 1;
		items++;
		if (!about->list) {
			break;
		}
	}
	return items;
}

static void setting_take(struct parsing *parsing, enum key key, const char *value)
{
	struct configuration *configuration = parsing->configuration;
	const uint64_t bit = UINT64_C(1) << key;
	struct setting *setting;
	int items;

	if ((parsing->keys & bit) != 0 && !key_about(key)->list) {
		WRONG(parsing, EINVAL, "%s is in this section already", key_about(key)->name);
		return;
	}
	parsing->keys |= bit;
	/* The value is shorter than its line, by a key and a "=". */
	items = value_copy(parsing, key, value, parsing->line);
	if (items < 0) {
		return;
	}
	setting = setting_add(configuration);
	if (setting == NULL) {
		WRONG(parsing, ENOMEM, "out of memory");
		return;
	}
	*setting = (struct setting){
		.key = key,
		.items = (uint32_t)items,
		.text = parsing->line,
		.line = parsing->number,
		.section = (uint32_t)configuration->section_count - 1,
	};
	configuration->sections[configuration->section_count - 1].count++;
}

/* ini_handler: 0 makes ini_parse_stream() return this line. */
static int setting_handler(void *user, const char *section, const char *name, const char *value)
{
	struct parsing *parsing = (struct parsing *)user;
	enum key key;

	(void)section;
	if (parsing->err < 0) {
		return 0;
	}
	if (key_find(name, &key) < 0) {
		key_unknown(parsing, name);
	} else {
		setting_take(parsing, key, value);
	}
	return parsing->err == 0;
}

/* Takes NAME and DATA, or frees DATA. */
static int file_add(struct configuration *configuration, const char *name, char *data)
{
	struct configuration_file *files =
		reallocarray(configuration->files, configuration->file_count + 1, sizeof(*files));
	char *copy;

	if (files == NULL) {
		free(data);
		return -ENOMEM;
	}
	configuration->files = files;
	copy = strdup(name);
	if (copy == NULL) {
		free(data);
		return -ENOMEM;
	}
	files[configuration->file_count++] =
		(struct configuration_file){ .name = copy, .data = data };
	return 0;
}

int configuration_parse(struct configuration *configuration, const char *name, char *data,
			size_t size, struct problem *problem)
{
	struct parsing parsing = {
		.configuration = configuration,
		.file = (uint32_t)configuration->file_count,
		.next = data,
		.end = data + size,
		.problem = problem,
	};
	int line, err = file_add(configuration, name, data);

	if (err < 0) {
		problem_set(problem, name, 0, "out of memory");
		return err;
	}
	parsing.name = configuration->files[parsing.file].name;
	line = ini_parse_stream(line_hand_over, &parsing, setting_handler, &parsing);
	if (line < 0) {
		problem_set(problem, name, 0, "out of memory");
		return -ENOMEM;
	}
	/* inih goes on behind a line that it cannot cut, so what was noted may be further down. */
	if (line > 0 && (parsing.err == 0 || (unsigned int)line < parsing.number)) {
		problem_set(problem, name, (unsigned int)line,
			    "neither \"key = value\" nor [section] nor # comment");
		return -EINVAL;
	}
	return parsing.err;
}
