/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics.c - `loginspace metrics`: figures for a monitoring system. As root, mostly from a timer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "complaint.h"
#include "count.h"
#include "counters.h"
#include "exposition.h"
#include "options.h"
#include "registry.h"
#include "spaces.h"
#include "switch.h"
#include "verbs.h"

/* Half of the figures would look as if the rest had not happened. */
static int figures_gather(struct figures *ret, struct spaces *spaces)
{
	struct figures figures = { .now = time(NULL) };
	const char *reason;
	int err;

	(void)switch_look(&figures.off, &reason); /* one without effect is not off */
	err = counters_read(REGISTRY_PATH, &figures.counters);
	if (err == -ENOENT || err == -EPROTO) {
		figures.counters = (struct counters){ { 0 }, { 0 } }; /* no login yet, or no more */
	} else if (err < 0) {
		complaint_say("cannot read " REGISTRY_PATH "/" COUNTERS_NAME ": %s",
			      strerror(-err));
		return err;
	}
	err = spaces_gather(spaces);
	if (err < 0) {
		complaint_say("cannot list the spaces: %s", strerror(-err));
		return err;
	}
	figures.spaces = spaces;
	*ret = figures;
	return 0;
}

int metrics_main(int argc, char **argv)
{
	bool prometheus = false;
	const struct option_rule rules[] = { { .name = "prometheus", .flag = &prometheus } };
	struct spaces spaces = { 0 };
	struct figures figures;
	const char *wrong = NULL;
	char *text;
	int err, first;

	err = options_read(argc, argv, rules, COUNT(rules), &first, &wrong);
	if (err < 0 || first < argc) {
		return verb_usage(argv[0], err < 0 ? wrong : argv[first]);
	}
	if (figures_gather(&figures, &spaces) < 0) {
		return VERB_FAILED;
	}
	spaces_complain(&spaces);
	text = exposition_format(&figures,
				 prometheus ? EXPOSITION_PROMETHEUS : EXPOSITION_OPENMETRICS);
	spaces_free(&spaces);
	if (text == NULL) {
		complaint_say("out of memory");
		return VERB_FAILED;
	}
	(void)fputs(text, stdout);
	free(text);
	return VERB_DONE;
}
