/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/doctor/pam_order.c admin/doctor/pam_indifferent.c admin/doctor/pam_lines.c admin/doctor/finding.c admin/text.c lib/quote.c */
/*
 * test_pam_order.c - what `loginspace doctor` says of the session lines of a service.
 */
#include "pam_order.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CLOSE "session required pam_loginspace.so close\n"
#define OTHER "session required pam_unix.so\n"
#define OPEN  "session required pam_loginspace.so\n"
#define MOUNT "session optional pam_mount.so\n"
#define MOTD  "session optional pam_motd.so noupdate\n"
#define LABEL "session required pam_selinux.so open\n"

static const char *const SUBSTACK = "session [success=1 default=ignore] pam_a.so\n"
				    "session sufficient pam_b.so\nsession required pam_c.so\n";

/* The service is the data; the file "sub" is SUBSTACK. */
static int file_read(const struct pam_reader *reader, const char *name, char **ret_text)
{
	const char *text = strcmp(name, "sub") == 0 ? SUBSTACK : reader->data;

	*ret_text = strdup(text);
	return 0;
}

/* One finding, of LEVEL, which says WORDS. */
static void one_of(const char *text, bool selinux, enum finding_level level, const char *words)
{
	const struct pam_reader reader = { .read = file_read, .data = text };
	struct findings findings = { 0 };
	struct pam_lines lines;
	unsigned int number;
	const char *file;

	assert_int_equal(pam_lines_read(&reader, "sshd", "session", &lines, &file, &number), 0);
	pam_order_judge("sshd", &lines, selinux, &findings);
	assert_int_equal(findings.count, 1);
	assert_int_equal(findings.items[0].level, level);
	assert_non_null(strstr(findings.items[0].text, words));
	/* Whatever is wrong comes with what to do about it. */
	assert_int_equal(findings.items[0].mend == NULL, level == FINDING_OK);
	findings_free(&findings);
	pam_lines_free(&lines);
}

static void one(const char *text, enum finding_level level, const char *words)
{
	one_of(text, false, level, words);
}

static void content(void **state)
{
	(void)state;
	one(CLOSE OTHER OPEN, FINDING_OK, "sshd:3 (pam_loginspace.so) opens, last of 3");
	one(CLOSE OPEN, FINDING_OK, "opens");
	one(CLOSE OTHER "session requisite /x/pam_loginspace.so conf=/a helper=/b debug no_warn "
			"any_service\n",
	    FINDING_OK, "opens");
	one(CLOSE OTHER OPEN "auth required pam_loginspace.so\n", FINDING_OK, "opens");
	one(OTHER, FINDING_OK, "sshd has no line");
	one("", FINDING_OK, "sshd has no line");
	one("session required pam_loginspace.so.old\n", FINDING_OK, "sshd has no line");
}

static void order(void **state)
{
	(void)state;
	one(CLOSE OPEN OTHER OTHER, FINDING_FAIL, "sshd:3 (pam_unix.so) comes after sshd:2");
	one(MOUNT CLOSE OPEN, FINDING_WARN, "sshd:2 (pam_loginspace.so), with close, is not");
	one(MOUNT CLOSE OPEN, FINDING_WARN, "sshd:1 (pam_mount.so) closes inside");
	one(OTHER MOUNT OPEN, FINDING_WARN, "without a line with close, sshd:2 (pam_mount.so)");
	one(OTHER OPEN CLOSE, FINDING_WARN,
	    "sshd:3 (pam_loginspace.so), with close, comes after sshd:2");
	one(MOUNT OPEN CLOSE, FINDING_WARN, "with close, comes after sshd:2");
	one(CLOSE OTHER, FINDING_FAIL, "a line with close only");
	one(CLOSE OPEN OPEN, FINDING_WARN, "one of 2 lines");
	one(CLOSE OPEN "-session optional pam_systemd.so\n", FINDING_FAIL, "comes after");
}

/* Modules that may work inside, before and after. */
static void indifferent(void **state)
{
	(void)state;
	one(OTHER CLOSE OTHER OPEN, FINDING_OK, "opens, last of 4");
	one(OTHER OPEN, FINDING_OK, "opens, last of 2");
	one(OTHER OPEN MOTD, FINDING_OK, "sshd:2 (pam_loginspace.so) opens");
	one(OTHER OPEN MOTD, FINDING_OK, "those after it may work inside");
	one(OTHER OPEN "session required /lib/security/pam_motd.so\n", FINDING_OK, "opens");
	one(OTHER OPEN MOTD MOUNT, FINDING_FAIL, "sshd:4 (pam_mount.so) comes after sshd:2");
	one(OTHER OPEN "session required pam_motd.so.old\n", FINDING_FAIL, "comes after");
	/* Only where it has nothing to do. */
	one(LABEL OPEN LABEL, FINDING_OK, "opens");
	one_of(CLOSE OPEN LABEL, true, FINDING_FAIL, "sshd:3 (pam_selinux.so) comes after");
	one_of(LABEL OPEN, true, FINDING_WARN, "sshd:1 (pam_selinux.so) and others close");
	one_of(LABEL CLOSE OPEN, true, FINDING_WARN, "sshd:1 (pam_selinux.so) closes inside");
	one_of(OTHER CLOSE OPEN MOTD, true, FINDING_OK, "opens");
}

static void controls(void **state)
{
	(void)state;
	one(CLOSE "session optional pam_loginspace.so\n", FINDING_FAIL, "let in without");
	one(CLOSE "session sufficient pam_loginspace.so\n", FINDING_FAIL, "let in without");
	one(CLOSE "session [default=bad] pam_loginspace.so\n", FINDING_WARN, "[default=bad]");
	one(CLOSE "-session required pam_loginspace.so\n", FINDING_FAIL, "the dash");
	one("session optional pam_loginspace.so close\n" OPEN, FINDING_OK, "opens");
}

static void words(void **state)
{
	(void)state;
	one(CLOSE "session required pam_loginspace.so nowarn\n", FINDING_FAIL, "\"nowarn\"");
	one(CLOSE "session required pam_loginspace.so conf=etc\n", FINDING_FAIL, "\"conf=etc\"");
	one(CLOSE "session required pam_loginspace.so debug=1\n", FINDING_FAIL, "\"debug=1\"");
	one(CLOSE "session required pam_loginspace.so \033[2J\n", FINDING_FAIL, "\"\\x1b[2J\"");
	one("session required pam_loginspace.so close x\n" OPEN, FINDING_FAIL, "\"x\"");
}

static void ways_around(void **state)
{
	static const char OVER[] = "sshd:2 (pam_a.so) may jump over sshd:4";

	(void)state;
	one(CLOSE "session sufficient pam_a.so\n" OPEN, FINDING_FAIL, "sshd:2 (pam_a.so) may end");
	one(CLOSE "session [success=done default=bad] pam_a.so\n" OPEN, FINDING_FAIL, "may end");
	one(CLOSE "session [success=2 default=ignore] pam_a.so\n" OTHER OPEN, FINDING_FAIL, OVER);
	one(CLOSE "session [success=ok 5=3 default=9] pam_a.so\n" OTHER OPEN, FINDING_FAIL, OVER);
	one(CLOSE "session [success=1 default=ignore] pam_a.so\n" OTHER OPEN, FINDING_OK, "opens");
	one(CLOSE "session [default=1] pam_permit.so\nsession requisite pam_deny.so\n" OPEN,
	    FINDING_OK, "opens");
	/* What a substack does stays in there; for a jump it is one line. */
	one(CLOSE "session substack sub\n" OPEN, FINDING_OK, "opens");
	one(CLOSE "session [success=1 default=ignore] pam_a.so\nsession substack sub\n" OPEN,
	    FINDING_OK, "opens");
	one(CLOSE "session [success=2 default=ignore] pam_a.so\nsession substack sub\n" OPEN,
	    FINDING_FAIL, "may jump over");
	one(CLOSE "session [success=2 default=ignore] pam_a.so\nsession substack sub\n"
		  "session substack sub\n" OPEN,
	    FINDING_OK, "opens");
	/* Behind ours they pass nothing by. */
	one("session required pam_loginspace.so close\n" OPEN "session sufficient pam_a.so\n",
	    FINDING_FAIL, "comes after");
}

static void values(void **state)
{
	char module[] = "pam_loginspace.so", word[] = "helper=/x";
	const struct pam_line line = { .module = module, .words = { word }, .word_count = 1 };

	(void)state;
	assert_true(pam_line_is_ours(&line));
	assert_string_equal(pam_line_value(&line, "helper="), "/x");
	assert_null(pam_line_value(&line, "conf="));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(content),     cmocka_unit_test(order),
		cmocka_unit_test(controls),    cmocka_unit_test(words),
		cmocka_unit_test(ways_around), cmocka_unit_test(values),
		cmocka_unit_test(indifferent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
