/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nft.c - the program nft(8), run once. Called by nat_table.c in the helper, as root; the program
 * gets what PHASE_TOOL of privileges.c keeps.
 */
#include "nft.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "scope.h"
#include "tool.h"

#define PATIENCE_MS 5000 /* a table takes nft some 10 ms */

static const char *const PATHS[] = { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft" };

static int nft_run(const char *path, int input, int output)
{
	static char NAME[] = "nft", FILE_OPTION[] = "-f", STANDARD_INPUT[] = "-";
	static char *const ARGUMENTS[] = { NAME, FILE_OPTION, STANDARD_INPUT, NULL };
	const struct tool tool = {
		.path = path,
		.argv = ARGUMENTS,
		.phase = PHASE_TOOL,
		.input = input,
		.output = output,
		.patience_ms = PATIENCE_MS,
	};

	return tool_run(&tool);
}

static void detail_write(int err, const char *path, int output, char *detail)
{
	char line[TOOL_LINE_SIZE];

	tool_line(output, line);
	switch (err) {
	case -ETIMEDOUT:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "%s did not end within %d seconds: try `nft list ruleset`", path,
			       PATIENCE_MS / 1000);
		break;
	case -EPROTO:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "nft cannot make the table inet loginspace: %s",
			       line[0] != '\0' ? line : "it does not say why");
		break;
	default:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s cannot be run: %s", path,
			       strerror(-err));
	}
}

int nft_load(const char *text, char *detail)
{
	const char *path = tool_find(PATHS, sizeof(PATHS) / sizeof(PATHS[0]));
	SCOPE_FD int input = -1;
	SCOPE_FD int output = -1;
	int err;

	if (path == NULL) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "nft is not there: install nftables, which network = nat needs");
		return -ENOENT;
	}
	err = tool_memory(text, &input);
	if (err == 0) {
		err = tool_memory("", &output);
	}
	if (err == 0) {
		err = nft_run(path, input, output);
	}
	if (err < 0) {
		detail_write(err, path, output, detail);
	}
	return err;
}
