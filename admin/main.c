/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - loginspace(8), the administrator's command: the table of its verbs. Run by hand, by
 * scripts and by timers, mostly as root.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"
#include "quote.h"
#include "verbs.h"

struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	bool root; /* only root may */
	const char *words;
	const char *help;
};

/* For what(1), and for the doctor, who compares those of all programs. */
__attribute__((used)) static const char VERSION_MARK[] = "@(#)loginspace " LOGINSPACE_VERSION;

static int help_main(int argc, char **argv);
static int version_main(int argc, char **argv);

static const struct verb VERBS[] = {
	{ "list", list_main, true, "[--json] [--ids] [--user USER]", "the spaces that live" },
	{ "show", show_main, true, "ID [--json]", "all about one, with its processes" },
	{ "enter", enter_main, true, "[--root|--net] ID [-- COMMAND]",
	  "a shell in a space, or in its network" },
	{ "kill", kill_main, true, "ID|USER [--now]", "ends a space, or all of a user" },
	{ "explain", explain_main, false,
	  "USER [--service SERVICE] [--rhost HOST] [--conf PATH] [--json]",
	  "what a login would get, and why" },
	{ "check", check_main, false, "[FILE...] [--json]", "is the configuration right?" },
	{ "doctor", doctor_main, false, "[--json] [--root DIR]", "is the machine ready?" },
	{ "try", try_main, true,
	  "[--service SERVICE] [--rhost HOST] [--tty TTY] [--conf PATH] [--helper PATH] "
	  "[--module PATH] USER [-- COMMAND]",
	  "a login without a PAM file" },
	{ "root", root_main, false, "[-- COMMAND]", "a shell that is root, but only over its own" },
	{ "metrics", metrics_main, true, "[--prometheus]", "figures, as OpenMetrics text" },
	{ "help", help_main, false, "", "this list" },
	{ "version", version_main, false, "", "the version" },
};

#define VERB_COUNT (sizeof(VERBS) / sizeof(VERBS[0]))

static const struct verb *verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < VERB_COUNT; i++) {
		if (strcmp(VERBS[i].name, name) == 0) {
			return &VERBS[i];
		}
	}
	return NULL;
}

static void synopsis_print(FILE *out, const struct verb *verb)
{
	(void)fprintf(out, "usage: loginspace %s%s%s\n", verb->name,
		      verb->words[0] != '\0' ? " " : "", verb->words);
}

int verb_usage(const char *name, const char *word)
{
	const struct verb *verb = verb_find(name);
	char quoted[QUOTE_SIZE(64)];

	if (word != NULL) {
		complaint_say("%s does not take %s", name, quote(quoted, sizeof(quoted), word));
	}
	if (verb != NULL) {
		synopsis_print(stderr, verb);
	}
	return VERB_USAGE;
}

static int help_main(int argc, char **argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	(void)puts("usage: loginspace VERB [WORDS]\n");
	for (i = 0; i < VERB_COUNT; i++) {
		(void)printf("  %-8s %s\n", VERBS[i].name, VERBS[i].help);
	}
	(void)puts("\nloginspace VERB --help shows the words of a verb; more in loginspace(8).");
	return VERB_DONE;
}

static int version_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	(void)puts("loginspace " LOGINSPACE_VERSION);
	if (!LOGINSPACE_FILTERS) {
		(void)puts("A build for tests (FILTERS=0): no system calls are given up.");
	}
	return VERB_DONE;
}

static int verb_run(const struct verb *verb, int argc, char **argv)
{
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		synopsis_print(stdout, verb);
		return VERB_DONE;
	}
	if (verb->root && geteuid() != 0) {
		complaint_say("%s must be run as root", verb->name);
		return VERB_FAILED;
	}
	return verb->run(argc, argv);
}

/* Half a list must not pass for a whole one. */
static int output_end(int status)
{
	bool failed = ferror(stdout) != 0;

	if (fflush(stdout) != 0 || failed) {
		complaint_say("cannot write to standard output: %m");
		return status == VERB_DONE ? VERB_FAILED : status;
	}
	return status;
}

int main(int argc, char **argv)
{
	static const char *const SPELLINGS[][2] = {
		{ "--help", "help" },
		{ "-h", "help" },
		{ "--version", "version" },
	};
	const char *name = argc > 1 ? argv[1] : "";
	const struct verb *verb;
	char quoted[QUOTE_SIZE(64)];
	size_t i;

	for (i = 0; i < sizeof(SPELLINGS) / sizeof(SPELLINGS[0]); i++) {
		name = strcmp(name, SPELLINGS[i][0]) == 0 ? SPELLINGS[i][1] : name;
	}
	verb = verb_find(name);
	if (verb == NULL) {
		complaint_say("%s%s; loginspace help lists what there is",
			      argc > 1 ? "no such verb: " : "a verb is missing",
			      argc > 1 ? quote(quoted, sizeof(quoted), name) : "");
		return VERB_USAGE;
	}
	return output_end(verb_run(verb, argc - 1, argv + 1));
}
