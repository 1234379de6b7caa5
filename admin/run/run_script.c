/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_script.c - "#! interpreter argument", as in fs/binfmt_script.c of the kernel. Pure.
 */
#include "run_script.h"

#include <errno.h>
#include <string.h>

#define BLANKS " \t"

int script_parse(const char *head, size_t length, struct script *ret)
{
	struct script script = { .interpreter = "" };
	char line[SCRIPT_HEAD_SIZE + 1];
	const char *end, *word;
	size_t size;

	if (length < 2 || length > SCRIPT_HEAD_SIZE || memcmp(head, "#!", 2) != 0) {
		*ret = script;
		return 0;
	}
	end = memchr(head, '\n', length);
	if (end == NULL && length == SCRIPT_HEAD_SIZE) {
		return -ENOEXEC; /* where it would be cut could be another program's name */
	}
	size = end != NULL ? (size_t)(end - head) - 2 : length - 2;
	memcpy(line, head + 2, size);
	line[size] = '\0';
	while (size > 0 && strchr(BLANKS, line[size - 1]) != NULL) {
		line[--size] = '\0';
	}
	word = line + strspn(line, BLANKS);
	size = strcspn(word, BLANKS);
	if (size == 0) {
		return -ENOEXEC;
	}
	memcpy(script.interpreter, word, size);
	word += size;
	word += strspn(word, BLANKS);
	memcpy(script.argument, word, strlen(word));
	*ret = script;
	return 0;
}
