/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_path.c - paths of a view: templates filled in, and what lies below what. Pure.
 */
#include "view_path.h"

#include <errno.h>
#include <string.h>

#include "count.h"
#include "path.h"

/* The system itself, with all that is below. */
static const char *const SYSTEM_TREES[] = { "/bin",   "/boot",  "/dev",    "/etc",  "/lib",
					    "/lib32", "/lib64", "/libx32", "/proc", "/run",
					    "/sbin",  "/sys",   "/usr" };

/* Folders of the system; what is below may be anybody's. */
static const char *const SYSTEM_FOLDERS[] = { "/",    "/home", "/media", "/mnt",    "/opt",
					      "/srv", "/tmp",  "/var",   "/var/tmp" };

bool view_path_names_home(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '%') {
			text++;
			if (*text == 'h') {
				return true;
			}
			if (*text == '\0') {
				break;
			}
		}
	}
	return false;
}

static bool is_in_tree(const char *path)
{
	size_t i;

	for (i = 0; i < COUNT(SYSTEM_TREES); i++) {
		if (path_is_within(path, SYSTEM_TREES[i])) {
			return true;
		}
	}
	return false;
}

static bool is_folder(const char *path)
{
	size_t i;

	for (i = 0; i < COUNT(SYSTEM_FOLDERS); i++) {
		if (strcmp(path, SYSTEM_FOLDERS[i]) == 0) {
			return true;
		}
	}
	return false;
}

bool view_path_is_system(const char *path)
{
	return is_in_tree(path) || is_folder(path) || strcmp(path, "/root") == 0 ||
	       (path_is_below(path, "/var") && !path_is_within(path, "/var/home"));
}

bool view_path_is_own(const char *home)
{
	return home[0] != '\0' && !is_in_tree(home) && !is_folder(home);
}

static bool is_dots(const char *part, size_t length)
{
	return (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.');
}

/* An absolute path, without what a plan has not. False: it has "." or ".." in it. */
static bool path_tidy(char *path)
{
	char *to = path;
	const char *from = path;

	while (*from != '\0') {
		const size_t slashes = strspn(from, "/");
		const size_t length = strcspn(from + slashes, "/");

		if (is_dots(from + slashes, length)) {
			return false;
		}
		if (length == 0) {
			break;
		}
		*to++ = '/';
		memmove(to, from + slashes, length);
		to += length;
		from += slashes + length;
	}
	if (to == path) {
		*to++ = '/';
	}
	*to = '\0';
	return true;
}

static bool has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f) {
			return true;
		}
	}
	return false;
}

int view_path_home(const char *text, char ret_home[PLAN_PATH_SIZE])
{
	char home[PLAN_PATH_SIZE];
	const size_t length = strlen(text);

	if (length >= sizeof(home) || has_control(text)) {
		return -EINVAL;
	}
	memcpy(home, text, length + 1);
	if (length > 0 && (home[0] != '/' || !path_tidy(home))) {
		return -EINVAL;
	}
	memcpy(ret_home, home, sizeof(home));
	return 0;
}

struct path_word {
	const char *text;
	const char *why; /* it cannot stand in a path; NULL: it can */
};

/* A name that leads out of the folder it stands in would choose the path itself. */
static struct path_word name_word(const char *text)
{
	if (text[0] == '\0' || strchr(text, '/') != NULL || has_control(text)) {
		return (struct path_word){ .why = "the user's name cannot be part of a path" };
	}
	return (struct path_word){ .text = text };
}

static struct path_word word_of(char letter, const struct view_words *words)
{
	switch (letter) {
	case 'u':
		return name_word(words->user);
	case 'U':
		return (struct path_word){ .text = words->uid };
	case 'h':
		if (words->home[0] == '\0') {
			return (struct path_word){ .why = "the user has no home folder" };
		}
		return (struct path_word){ .text = words->home };
	default:
		return (struct path_word){ .text = "%" };
	}
}

/* One name for one place: /var/run is a link to /run, hier(7). */
static void path_name(char *path)
{
	if (path_is_within(path, "/var/run")) {
		memmove(path, path + strlen("/var"), strlen(path + strlen("/var")) + 1);
	}
}

int view_path_expand(const char *text, size_t length, const struct view_words *words,
		     char ret_path[PLAN_PATH_SIZE], const char **ret_why)
{
	char path[PLAN_PATH_SIZE];
	size_t at = 0, i;

	for (i = 0; i < length; i++) {
		struct path_word word = { .text = text + i };
		size_t size = 1;

		if (text[i] == '%' && i + 1 < length) {
			word = word_of(text[++i], words);
			if (word.text == NULL) {
				*ret_why = word.why;
				return -EINVAL;
			}
			size = strlen(word.text);
		}
		if (size >= sizeof(path) - at) {
			return -ENAMETOOLONG;
		}
		memcpy(path + at, word.text, size);
		at += size;
	}
	path[at] = '\0';
	if (path[0] != '/' || !path_tidy(path)) {
		*ret_why = "the user's name cannot be part of a path";
		return -EINVAL;
	}
	path_name(path);
	memcpy(ret_path, path, strlen(path) + 1);
	return 0;
}
