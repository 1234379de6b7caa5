/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * test_view.c - from a configuration in memory to the mounts of a login: lists that are right, and
 * lines that contradict each other.
 */
#include "view.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "configuration.h"
#include "count.h"

struct who {
	const char *user;
	uid_t uid;
	const char *home;
	const char *tty;
	enum plan_scope scope;
	uint32_t namespaces;
};

static const struct who ALICE = { .user = "alice", .uid = 1000, .home = "/home/alice", .tty = "" };

/* RET_PLAN NULL: only view_check. */
static int view(const char *text, const struct who *who, struct plan *ret_plan,
		struct problem *problem)
{
	struct configuration configuration = { 0 };
	struct policy policy;
	char *data = strdup(text), uid[16];
	const struct view_words words = { .user = who->user, .uid = uid, .home = who->home };
	int err;

	assert_non_null(data);
	(void)snprintf(uid, sizeof(uid), "%u", who->uid);
	if (configuration_parse(&configuration, "x.conf", data, strlen(text), problem) != 0) {
		fail_msg("%u: %s", problem->line, problem->text);
	}
	assert_int_equal(configuration_preview(&configuration, NULL, &policy, problem), 0);
	if (ret_plan == NULL) {
		err = view_check(&policy, problem);
	} else {
		*ret_plan = (struct plan){ .uid = who->uid,
					   .scope = who->scope,
					   .namespaces = who->namespaces };
		(void)snprintf(ret_plan->tty, sizeof(ret_plan->tty), "%s", who->tty);
		err = view_plan(&policy, &words, ret_plan, problem);
	}
	configuration_free(&configuration);
	return err;
}

static const char *const KINDS[MOUNT_COUNT] = {
	[MOUNT_KEEP] = "keep",         [MOUNT_COVER] = "cover",  [MOUNT_RUNTIME] = "runtime",
	[MOUNT_TMPFS] = "tmpfs",       [MOUNT_HIDE] = "hide",    [MOUNT_BIND] = "bind",
	[MOUNT_INSTANCE] = "instance", [MOUNT_READ_ONLY] = "ro", [MOUNT_WRITABLE] = "rw",
};

/* A line for each mount: "bind? /target </source" and "tmpfs /target =25%"; "?" is optional,
 * "!" anchored. */
static char *listing(const struct plan *plan)
{
	char *text = NULL;
	size_t size = 0, i;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (i = 0; i < plan->mount_count; i++) {
		const struct plan_mount *mount = &plan->mounts[i];

		(void)fprintf(out, "%s%s%s %s%s%s%s%s\n", KINDS[mount->kind],
			      mount->optional ? "?" : "", mount->anchored ? "!" : "", mount->target,
			      mount->source[0] != '\0' ? " <" : "", mount->source,
			      mount->size[0] != '\0' ? " =" : "", mount->size);
	}
	assert_int_equal(fclose(out), 0);
	return text;
}

static void view_is(const char *text, const struct who *who, const char *wanted)
{
	struct problem problem = { .line = 0 };
	struct plan plan;
	char *found;

	if (view(text, who, &plan, &problem) != 0) {
		fail_msg("%s-> %u: %s", text, problem.line, problem.text);
	}
	found = listing(&plan);
	if (strcmp(found, wanted) != 0) {
		fail_msg("%s->\n%swanted:\n%s", text, found, wanted);
	}
	free(found);
	view_free(&plan);
	assert_int_equal(plan.mount_count, 0);
}

/* Of an overlay of the host's root: what records logins. */
#define RECORDS \
	"bind? /var/lib/lastlog </var/lib/lastlog\nbind? /var/lib/wtmpdb </var/lib/wtmpdb\n" \
	"bind? /var/log/btmp </var/log/btmp\nbind? /var/log/lastlog </var/log/lastlog\n" \
	"bind? /var/log/wtmp </var/log/wtmp\n"

#define OFF "[default]\nuser_bus = keep\n"

#define KEPT \
	"keep? /dev\nkeep? /home\nkeep? /proc\nkeep? /run\nkeep? /sys\nkeep? /tmp\n" \
	"keep? /var/lib/lastlog\nkeep? /var/lib/wtmpdb\nkeep? /var/log\nkeep? /var/tmp\n"

struct golden {
	const char *text, *wanted;
};

static const struct golden GOLDEN[] = {
	{ "", "runtime?! /run/user =25%\n" },
	{ "[default]\ntmp_size = 1g\n", "runtime?! /run/user =1g\n" },
	{ OFF, "" },
	{ OFF "system_bus = hide\n", "hide?! /run/dbus\n" },
	/* Each list; a slash at the end does not count. */
	{ OFF "read_only = /opt/ -/srv\n", "ro /opt\nro? /srv\n" },
	{ OFF "writable = /var/cache,-/x\n", "rw /var/cache\nrw? /x\n" },
	{ OFF "hide = /boot -/srv/x\n", "hide /boot\nhide? /srv/x\n" },
	{ OFF "tmpfs = /a -/b:10%\n", "tmpfs /a =25%\ntmpfs? /b =10%\n" },
	{ OFF "bind = /a:/b -/c/:/d/:ro /e:/f:rw /:/host\n",
	  "bind /b </a\nbind? /d </c\nro? /d\nbind /f </e\nbind /host </\n" },
	/* Words. */
	{ OFF "hide = %h/.ssh /srv/%u/%U/a%%b\n",
	  "hide /home/alice/.ssh\nhide /srv/alice/1000/a%b\n" },
	{ OFF "bind = /srv/%u:%h/data\n", "bind /home/alice/data </srv/alice\n" },
	/* Sorted by path, so a folder comes before what is in it, whatever order it is written in. */
	{ OFF "read_only = /a/b/c /a\nbind = /s:/a/b\nwritable = /a/b\ntmpfs = /a /a-b\n",
	  "tmpfs /a =25%\nro /a\ntmpfs /a-b =25%\nbind /a/b </s\nrw /a/b\nro /a/b/c\n" },
	/* The same said twice is said once; it may be missing only if both say so. */
	{ OFF "hide = /a /a\nbind = -/s:/t /s:/t:ro -/x:/y -/x:/y\n",
	  "hide /a\nbind /t </s\nro /t\nbind? /y </x\n" },
	/* What goes together. */
	{ OFF "bind = /s:/t:rw\nwritable = /t\nread_only = /u\ntmpfs = /u /v\nwritable = /v\n",
	  "bind /t </s\nrw /t\ntmpfs /u =25%\nro /u\ntmpfs /v =25%\nrw /v\n" },
	{ OFF "tmpfs = /tmp/x\n", "tmpfs /tmp/x =25%\n" },
	{ OFF "private_tmp = no\ntmpfs = /tmp\nhide = /var/tmp\n",
	  "tmpfs /tmp =25%\nhide /var/tmp\n" },
	{ OFF "private_tmp = no\nbind = /srv/var:/var\n", "bind /var </srv/var\n" },
	{ OFF "read_only = /var /run\n", "ro /run\nro /var\n" },
	/* private_tmp. */
	{ OFF "private_tmp = /srv/tmp/%u/\n",
	  "instance /tmp </srv/tmp/alice\ninstance /var/tmp </srv/tmp/alice\n" },
	{ OFF "private_tmp = /srv/tmp\ntmpfs = /var\n",
	  "instance /tmp </srv/tmp\ntmpfs /var =25%\ninstance /var/tmp </srv/tmp\n" },
	{ OFF "private_tmp = /srv/tmp\nsystem = ro\n",
	  "keep? /dev\nkeep? /home\nkeep? /proc\nkeep? /run\nkeep? /srv/tmp\nkeep? /sys\nkeep? "
	  "/tmp\n"
	  "keep? /var/lib/lastlog\nkeep? /var/lib/wtmpdb\nkeep? /var/log\nkeep? /var/tmp\n"
	  "instance /tmp </srv/tmp\ninstance /var/tmp </srv/tmp\n" },
	{ OFF "private_tmp = /srv/tmp\nroot_overlay = tmpfs\n",
	  "bind? /home </home\nbind? /home/alice </home/alice\nbind? /run </run\nbind? /srv/tmp "
	  "</srv/tmp\ninstance /tmp </srv/tmp\n" RECORDS "instance /var/tmp </srv/tmp\n" },
	{ OFF "hide = /var/run/x /var/runs\n", "hide /run/x\nhide /var/runs\n" },
	/* home. */
	{ OFF "home = own\n", "cover? /home\nbind? /home/alice </home/alice\n" },
	{ OFF "home = own\ntmpfs = /home:1m\n",
	  "tmpfs /home =1m\nbind? /home/alice </home/alice\n" },
	{ OFF "home = own\ntmpfs = %h\n", "cover? /home\ntmpfs /home/alice =25%\n" },
	{ OFF "home = own\nbind = /srv/%u:%h\n", "cover? /home\nbind /home/alice </srv/alice\n" },
	{ OFF "home = own\nbind = /home/pub:/home/pub\nread_only = /home\nwritable = %h\n",
	  "cover? /home\nro /home\nbind? /home/alice </home/alice\nrw /home/alice\n"
	  "bind /home/pub </home/pub\n" },
	{ OFF "home = own\nread_only = /home\n",
	  "cover? /home\nro /home\nbind? /home/alice </home/alice\nro? /home/alice\n" },
	{ OFF "home = own\nread_only = /home\nbind = /x:/home/alice/x\n",
	  "cover? /home\nro /home\nbind? /home/alice </home/alice\nro? /home/alice\n"
	  "bind /home/alice/x </x\n" },
	/* system. */
	{ OFF "system = ro\n", KEPT },
	{ OFF "system = ro\nwritable = /opt /var/tmp/x /var/log -/srv/%u\n",
	  "keep? /dev\nkeep? /home\nkeep? /opt\nkeep? /proc\nkeep? /run\nkeep? /srv/alice\n"
	  "keep? /sys\nkeep? /tmp\nkeep? /var/lib/lastlog\nkeep? /var/lib/wtmpdb\nkeep? /var/log\n"
	  "keep? /var/tmp\nrw /opt\nrw? /srv/alice\nrw /var/log\nrw /var/tmp/x\n" },
	{ OFF "system = ro\nprivate_tmp = no\nhide = /var\n", KEPT "hide /var\n" },
	{ OFF "system = ro\nread_only = /home\n", KEPT "ro /home\n" },
	/* root. */
	{ OFF "root = /srv/deb\n", "cover /home\nbind? /home/alice </home/alice\n" },
	{ OFF "root = /srv/deb\nhome = own\nroot_overlay = tmpfs\n",
	  "cover /home\nbind? /home/alice </home/alice\n" },
	{ OFF "root_overlay = tmpfs\n",
	  "bind? /home </home\nbind? /home/alice </home/alice\nbind? /run </run\n" RECORDS },
	{ OFF "root_overlay = tmpfs\nprivate_tmp = no\nwritable = /srv -/opt /tmp/x\n",
	  "bind? /home </home\nbind? /home/alice </home/alice\nbind? /opt </opt\nrw? /opt\n"
	  "bind? /run </run\nbind /srv </srv\nrw /srv\nbind? /tmp </tmp\nbind /tmp/x </tmp/x\n"
	  "rw /tmp/x\n" RECORDS "bind? /var/tmp </var/tmp\n" },
	{ OFF "root_overlay = tmpfs\nwritable = /tmp /dev/shm\n",
	  "rw /dev/shm\nbind? /home </home\nbind? /home/alice </home/alice\nbind? /run </run\n"
	  "rw /tmp\n" RECORDS },
	{ OFF "root_overlay = tmpfs\nhome = own\n",
	  "cover? /home\nbind? /home/alice </home/alice\nbind? /run </run\n" RECORDS },
	{ OFF "root_overlay = tmpfs\nhide = /home\ntmpfs = /srv\nwritable = /srv/x\n",
	  "hide /home\nbind? /run </run\ntmpfs /srv =25%\nrw /srv/x\n" RECORDS },
	{ "[default]\nroot_overlay = tmpfs\nsystem_bus = hide\nbind = /x:/run/user/%U/x\n",
	  "bind? /home </home\nbind? /home/alice </home/alice\nbind? /run </run\nhide?! /run/dbus\n"
	  "runtime?! /run/user =25%\nbind /run/user/1000/x </x\n" RECORDS },
	/* A key and a list that say the same. */
	{ OFF "system_bus = hide\nhide = /run/dbus\n", "hide /run/dbus\n" },
};

static void golden_lists(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(GOLDEN); i++) {
		view_is(GOLDEN[i].text, &ALICE, GOLDEN[i].wanted);
	}
}

struct homed {
	const char *home, *text, *wanted;
	uid_t uid;
};

static const struct homed HOMES[] = {
	{ "/home/dept/alice/", "home = own",
	  "cover? /home\nbind? /home/dept/alice </home/dept/alice\n", 1000 },
	{ "/export/home//alice", "home = own",
	  "cover? /export/home\nbind? /export/home/alice </export/home/alice\ncover? /home\n",
	  1000 },
	{ "/var/home/alice", "home = own",
	  "cover? /home\ncover? /var/home\nbind? /var/home/alice </var/home/alice\n", 1000 },
	/* The folder is more than one of homes. */
	{ "/srv/alice", "home = own", "cover? /home\nbind? /srv/alice </srv/alice\n", 1000 },
	{ "/alice", "home = own", "bind? /alice </alice\ncover? /home\n", 1000 },
	{ "/var/lib/app", "home = own", "cover? /home\nbind? /var/lib/app </var/lib/app\n", 1000 },
	{ "/var/lib/app", "home = own\ntmpfs = /var/lib",
	  "cover? /home\ntmpfs /var/lib =25%\nbind? /var/lib/app </var/lib/app\n", 1000 },
	{ "/export/home/alice", "home = own\ntmpfs = /export",
	  "tmpfs /export =25%\ncover? /export/home\nbind? /export/home/alice </export/home/alice\n"
	  "cover? /home\n",
	  1000 },
	/* Homes that are nobody's alone. */
	{ "/", "home = own", "cover? /home\n", 1000 },
	{ "", "home = own", "cover? /home\n", 1000 },
	{ "/home", "home = own", "cover? /home\n", 1000 },
	{ "/usr/sbin", "home = own", "cover? /home\n", 1000 },
	{ "/tmp", "home = own", "cover? /home\n", 1000 },
	{ "/run/x", "home = own", "cover? /home\n", 1000 },
	{ "/lib64", "home = own", "cover? /home\n", 1000 },
	{ "/root", "home = own", "cover? /home\n", 0 },
	{ "/library/alice", "home = own",
	  "cover? /home\ncover? /library\nbind? /library/alice </library/alice\n", 1000 },
	/* Read-only all around. */
	{ "/export/a", "system = ro",
	  "keep? /dev\nkeep? /export/a\nkeep? /home\nkeep? /proc\nkeep? /run\nkeep? /sys\n"
	  "keep? /tmp\nkeep? /var/lib/lastlog\nkeep? /var/lib/wtmpdb\nkeep? /var/log\n"
	  "keep? /var/tmp\n",
	  1000 },
	{ "/", "system = ro", KEPT, 1000 },
	{ "/usr/sbin", "system = ro", KEPT, 1000 },
	/* In another root the homes are those of the host. */
	{ "/export/home/alice", "root = /srv/r",
	  "cover /export/home\nbind? /export/home/alice </export/home/alice\n", 1000 },
	{ "/srv/alice", "root = /srv/r", "bind? /srv/alice </srv/alice\n", 1000 },
	{ "/usr/sbin", "root = /srv/r", "cover? /home\n", 1000 },
	{ "/root", "root = /srv/r", "cover? /home\n", 0 },
	/* A home may have what a list cannot. */
	{ "/home/a b,c:d", "bind = /x:%h/y:ro", "bind /home/a b,c:d/y </x\nro /home/a b,c:d/y\n",
	  1000 },
};

static void homes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(HOMES); i++) {
		struct who who = ALICE;
		char text[256];

		who.home = HOMES[i].home;
		who.uid = HOMES[i].uid;
		(void)snprintf(text, sizeof(text), OFF "%s\n", HOMES[i].text);
		view_is(text, &who, HOMES[i].wanted);
	}
}

struct wrong {
	const char *text;
	size_t line;
	const char *problem;
	bool user_only; /* does not show without a user */
};

#define PUT " is not possible: a space has its own there"

static const struct wrong WRONGS[] = {
	{ OFF "hide = /a\nbind = /s:/a\n", 4, "bind = /s:/a contradicts hide = /a (x.conf:3)",
	  false },
	{ OFF "bind = /s:/a\nhide = /a\n", 4, "hide = /a contradicts bind = /s:/a (x.conf:3)",
	  false },
	{ OFF "bind = /s:/a\nbind = /t:/a\n", 4, "bind = /t:/a contradicts bind = /s:/a (x.conf:3)",
	  false },
	{ OFF "tmpfs = /a:1m\nbind = /t:/a\n", 4,
	  "bind = /t:/a contradicts tmpfs = /a:1m (x.conf:3)", false },
	{ OFF "tmpfs = /a:1m /a\n", 3, "tmpfs = /a contradicts tmpfs = /a:1m (x.conf:3)", false },
	{ OFF "hide = /a\ntmpfs = /a/b\n", 4, "tmpfs = /a/b lies below hide = /a (x.conf:3)",
	  false },
	{ OFF "tmpfs = /a/b\nhide = /a\n", 4, "hide = /a hides what is in tmpfs = /a/b (x.conf:3)",
	  false },
	{ OFF "hide = /a /a/b\n", 3, "hide = /a/b lies below hide = /a (x.conf:3)", false },
	{ OFF "hide = /a\nread_only = /a/b\n", 4,
	  "read_only = /a/b lies below hide = /a (x.conf:3)", false },
	{ OFF "hide = /a\nwritable = -/a\n", 4, "writable = -/a contradicts hide = /a (x.conf:3)",
	  false },
	{ OFF "read_only = /a\nwritable = /a/\n", 4,
	  "writable = /a/ contradicts read_only = /a (x.conf:3)", false },
	{ OFF "read_only = /a\nbind = /s:/a:rw\n", 4,
	  "bind = /s:/a:rw contradicts read_only = /a (x.conf:3)", false },
	{ OFF "bind = /s:/a:rw\nread_only = /a\n", 4,
	  "read_only = /a contradicts bind = /s:/a:rw (x.conf:3)", false },
	{ OFF "bind = /s:/a:ro\nbind = /s:/a:rw\n", 4,
	  "bind = /s:/a:rw contradicts bind = /s:/a:ro (x.conf:3)", false },
	{ OFF "bind = /s:/a:ro\nwritable = /a\n", 4,
	  "writable = /a contradicts bind = /s:/a:ro (x.conf:3)", false },
	{ OFF "hide = /home/alice\nbind = /s:%h\n", 4,
	  "bind = /s:%h contradicts hide = /home/alice (x.conf:3)", true },
	/* Another key speaks of the place. */
	{ OFF "tmpfs = /tmp\n", 3, "tmpfs = /tmp contradicts private_tmp = tmpfs", false },
	{ OFF "hide = /var/tmp\nprivate_tmp = tmpfs\n", 4,
	  "private_tmp = tmpfs contradicts hide = /var/tmp (x.conf:3)", false },
	{ OFF "bind = /s:/var\n", 3, "bind = /s:/var contradicts private_tmp = tmpfs", false },
	{ OFF "private_tmp = /srv/t\nbind = /s:/tmp\n", 4,
	  "bind = /s:/tmp contradicts private_tmp = /srv/t (x.conf:3)", false },
	{ OFF "private_tmp = /srv/t\nhide = /var\n", 4,
	  "hide = /var hides what is in private_tmp = /srv/t (x.conf:3)", false },
	{ OFF "private_dev = yes\nbind = /s:/dev\n", 4,
	  "bind = /s:/dev contradicts private_dev = yes (x.conf:3)", false },
	{ OFF "home = own\nhide = /home\n", 4, "hide = /home contradicts home = own (x.conf:3)",
	  false },
	{ OFF "home = own\nbind = /s:/home\n", 4,
	  "bind = /s:/home contradicts home = own (x.conf:3)", false },
	{ OFF "home = own\nhide = %h\n", 4, "hide = %h contradicts home = own (x.conf:3)", false },
	{ "[default]\nhide = /run/user\n", 2, "hide = /run/user contradicts user_bus = hide",
	  false },
	{ "[default]\ntmpfs = /run/user\n", 2, "tmpfs = /run/user contradicts user_bus = hide",
	  false },
	{ OFF "system_bus = hide\nbind = /s:/run/dbus/x\n", 4,
	  "bind = /s:/run/dbus/x lies below system_bus = hide (x.conf:3)", false },
	{ OFF "root_overlay = tmpfs\nwritable = /var\n", 4,
	  "writable = /var contradicts private_tmp = tmpfs", false },
	/* Places of the space itself. */
	{ OFF "hide = /\n", 3, "hide = / is not possible: that is all there is", false },
	{ OFF "read_only = /\n", 3, "read_only = / is not possible: that is all there is", false },
	{ OFF "writable = /\n", 3, "writable = / is not possible: that is all there is", false },
	{ OFF "hide = /proc/kcore\n", 3,
	  "hide = /proc/kcore is not possible: programs need /proc as a whole", false },
	{ OFF "read_only = /proc/sys\n", 3,
	  "read_only = /proc/sys is not possible: programs need /proc as a whole", false },
	{ OFF "hide = /run/loginspace\n", 3,
	  "hide = /run/loginspace is not possible: logins from inside need that folder", false },
	{ OFF "bind = /s:/run/loginspace/x\n", 3,
	  "bind = /s:/run/loginspace/x is not possible: logins from inside need that folder",
	  false },
	{ OFF "hide = /run\n", 3,
	  "hide = /run is not possible: logins from inside need /run/loginspace", false },
	{ OFF "read_only = /dev\n", 3,
	  "read_only = /dev is not possible: a space has mounts of its own in there", false },
	{ OFF "hide = /var/run/loginspace\n", 3,
	  "hide = /var/run/loginspace is not possible: logins from inside need that folder",
	  false },
	{ OFF "bind = /x:/var/run/\n", 3,
	  "bind = /x:/var/run/ is not possible: logins from inside need /run/loginspace", false },
	{ OFF "private_tmp = /\n", 3, "private_tmp = / is not possible: that is all there is",
	  false },
	{ OFF "hide = /sys/fs\n", 3,
	  "hide = /sys/fs is not possible: a space has mounts of its own in there", false },
	{ OFF "hide = /dev\n", 3,
	  "hide = /dev is not possible: a space has mounts of its own in there", false },
	{ OFF "tmpfs = /dev/shm\n", 3, "tmpfs = /dev/shm" PUT, false },
	{ OFF "hide = /dev/mqueue/\n", 3, "hide = /dev/mqueue/" PUT, false },
	{ OFF "hide = /dev/pts\n", 3, "hide = /dev/pts is not possible: see devpts", false },
	/* root. */
	{ OFF "root = /\n", 3, "root = / is the host's own root; that is root = none", false },
	{ OFF "root_overlay = /srv/o\n", 3,
	  "root_overlay = /srv/o needs scope = user: two spaces cannot write to one folder",
	  false },
	{ OFF "scope = login\nroot_overlay = /srv/o\n", 4,
	  "root_overlay = /srv/o needs scope = user: two spaces cannot write to one folder",
	  false },
};

static void contradictions(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(WRONGS); i++) {
		const struct wrong *wrong = &WRONGS[i];
		struct problem problem = { .line = 0 };
		struct plan plan;
		int err = view(wrong->text, &ALICE, &plan, &problem);

		if (err != -EINVAL || strcmp(problem.file, "x.conf") != 0 ||
		    problem.line != wrong->line || strcmp(problem.text, wrong->problem) != 0) {
			fail_msg("%s-> %d %s:%u: %s", wrong->text, err, problem.file, problem.line,
				 problem.text);
		}
		assert_null(plan.mounts);
		assert_int_equal(plan.mount_count, 0);
		memset(&problem, 0, sizeof(problem));
		err = view(wrong->text, &ALICE, NULL, &problem);
		if (err != (wrong->user_only ? 0 : -EINVAL) ||
		    (err != 0 && strcmp(problem.text, wrong->problem) != 0)) {
			fail_msg("check: %s-> %d %s", wrong->text, err, problem.text);
		}
	}
}

/* What is right for a login is right without one. */
static void good_without_a_user(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(GOLDEN); i++) {
		struct problem problem = { .line = 0 };

		if (view(GOLDEN[i].text, &ALICE, NULL, &problem) != 0) {
			fail_msg("%s-> %u: %s", GOLDEN[i].text, problem.line, problem.text);
		}
	}
	{
		struct problem problem;

		assert_int_equal(view(OFF "scope = user\nroot_overlay = /srv/o/%U\n", &ALICE, NULL,
				      &problem),
				 0);
	}
}

struct unfit {
	const char *user, *home, *text;
	int err;
	const char *problem;
};

#define NAME_WRONG " cannot be used: the user's name cannot be part of a path"

static const struct unfit UNFITS[] = {
	{ "..", "/", "hide = /srv/%u", -EINVAL, "hide = /srv/%u" NAME_WRONG },
	{ ".", "/", "hide = /srv/.%u/x", -EINVAL, "hide = /srv/.%u/x" NAME_WRONG },
	{ "a/../b", "/", "hide = /srv/%u", -EINVAL, "hide = /srv/%u" NAME_WRONG },
	{ "a/b", "/", "hide = /srv/%u", -EINVAL, "hide = /srv/%u" NAME_WRONG },
	{ "a\nb", "/", "hide = /srv/%u", -EINVAL, "hide = /srv/%u" NAME_WRONG },
	{ "", "/", "private_tmp = /srv/%u", -EINVAL, "private_tmp = /srv/%u" NAME_WRONG },
	{ "a", "", "hide = %h/x", -EINVAL,
	  "hide = %h/x cannot be used: the user has no home folder" },
	{ "a", "home/a", "hide = %h/x", -EINVAL,
	  "hide = %h/x cannot be done: the user's home folder \"home/a\" is no path" },
	{ "a", "/home/../a", "home = own", -EINVAL,
	  "home = own cannot be done: the user's home folder \"/home/../a\" is no path" },
	{ "a", "/a\nb", "system = ro", -EINVAL,
	  "system = ro cannot be done: the user's home folder \"/a\\x0ab\" is no path" },
	{ "a", "x", "root = /r", -EINVAL,
	  "root = /r cannot be done: the user's home folder \"x\" is no path" },
	{ "a", "x", "root_overlay = tmpfs", -EINVAL,
	  "root_overlay = tmpfs cannot be done: the user's home folder \"x\" is no path" },
	/* Nobody asks for the home folder. */
	{ "..", "x", "hide = /%%h/%U", 0, "" },
};

static void unfit_users(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(UNFITS); i++) {
		const struct unfit *unfit = &UNFITS[i];
		const struct who who = {
			.user = unfit->user, .uid = 7, .home = unfit->home, .tty = ""
		};
		struct problem problem = { .line = 0 };
		struct plan plan;
		char text[256];
		int err;

		(void)snprintf(text, sizeof(text), OFF "%s\n", unfit->text);
		err = view(text, &who, &plan, &problem);
		if (err != unfit->err || strcmp(problem.text, unfit->problem) != 0 ||
		    (err != 0 && problem.line != 3)) {
			fail_msg("%s %s %s-> %d %u: %s", unfit->user, unfit->home, unfit->text, err,
				 problem.line, problem.text);
		}
		view_free(&plan);
	}
}

static void too_long(void **state)
{
	struct who who = ALICE;
	char home[PLAN_PATH_SIZE + 1];
	struct problem problem;
	struct plan plan;

	(void)state;
	memset(home, 'a', sizeof(home));
	home[0] = '/';
	home[sizeof(home) - 1] = '\0';
	who.home = home;
	assert_int_equal(view(OFF "hide = %h\n", &who, &plan, &problem), -EINVAL);
	home[PLAN_PATH_SIZE - 1] = '\0';
	assert_int_equal(view(OFF "hide = %h\n", &who, &plan, &problem), 0);
	assert_int_equal(strlen(plan.mounts[0].target), PLAN_PATH_SIZE - 1);
	view_free(&plan);
	assert_int_equal(view(OFF "hide = %h/x\n", &who, &plan, &problem), -ENAMETOOLONG);
	assert_string_equal(problem.text, "hide = %h/x is too long for this user");
	assert_int_equal(problem.line, 3);
}

static void too_many(void **state)
{
	struct problem problem;
	struct plan plan;
	char *text = NULL;
	size_t size = 0;
	unsigned int i;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	(void)fputs(OFF, out);
	for (i = 0; i < PLAN_MOUNTS_MAX; i++) {
		(void)fprintf(out, "hide = /%u /%u/\n", i, i);
	}
	(void)fflush(out);
	assert_int_equal(view(text, &ALICE, &plan, &problem), 0);
	assert_int_equal(plan.mount_count, PLAN_MOUNTS_MAX);
	view_free(&plan);
	(void)fputs("hide = /x\n", out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(view(text, &ALICE, &plan, &problem), -E2BIG);
	assert_string_equal(problem.text,
			    "hide = /x is one path too many: with those of all keys a login has "
			    "at most 256");
	assert_int_equal(problem.line, PLAN_MOUNTS_MAX + 3);
	free(text);
}

static void terminals(void **state)
{
	static const struct {
		const char *text, *tty;
		enum plan_scope scope;
		bool private;
	} table[] = {
		{ "", "", SCOPE_LOGIN, true },
		{ "", "ssh", SCOPE_LOGIN, true },
		{ "", ":0", SCOPE_LOGIN, true },
		{ "", "tty", SCOPE_LOGIN, true },
		{ "", "/dev/pts/3", SCOPE_LOGIN, false },
		{ "", "pts/3", SCOPE_LOGIN, false },
		{ "", "tty1", SCOPE_LOGIN, false },
		{ "", "ttyS0", SCOPE_LOGIN, false },
		{ "", "", SCOPE_USER, false },
		{ "devpts = host\n", "", SCOPE_LOGIN, false },
		{ "devpts = private\n", "/dev/pts/3", SCOPE_USER, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(table); i++) {
		struct who who = ALICE;
		struct problem problem;
		struct plan plan;
		char text[64];

		(void)snprintf(text, sizeof(text), OFF "%s", table[i].text);
		who.tty = table[i].tty;
		who.scope = table[i].scope;
		assert_int_equal(view(text, &who, &plan, &problem), 0);
		if (plan.private_devpts != table[i].private) {
			fail_msg("%s %s", table[i].text, table[i].tty);
		}
		view_free(&plan);
		/* Root inside a user namespace could open what is there of others. */
		who.namespaces = CLONE_NEWUSER;
		assert_int_equal(view(text, &who, &plan, &problem), 0);
		assert_int_equal(plan.private_devpts, strstr(text, "= host") == NULL);
		view_free(&plan);
	}
}

#define USER "[default]\nnamespaces = mount pid ipc user net\n"

static void buses_of_a_user_namespace(void **state)
{
	struct who who = ALICE;
	struct problem problem;
	struct plan plan;
	char *found;

	(void)state;
	who.namespaces = CLONE_NEWUSER;
	assert_int_equal(view(USER, &who, &plan, &problem), 0);
	found = listing(&plan);
	assert_string_equal(
		found, "hide?! /run/dbus\nhide? /run/systemd/private\nruntime?! /run/user =25%\n");
	free(found);
	assert_string_equal(plan.mounts[0].about, "namespaces = user (x.conf:2)");
	view_free(&plan);
	assert_int_equal(view(USER "system_bus = hide\n", &who, &plan, &problem), 0);
	assert_string_equal(plan.mounts[0].about, "system_bus = hide (x.conf:3)");
	view_free(&plan);
}

/* What holds with a user namespace although nobody has written it: check finds it, too. */
static void contradictions_with_user(void **state)
{
	static const char *const table[][2] = {
		{ "bind = /s:/run/dbus\n",
		  "bind = /s:/run/dbus contradicts namespaces = user (x.conf:2)" },
		{ "bind = /s:/run/dbus/x\n",
		  "bind = /s:/run/dbus/x lies below namespaces = user (x.conf:2)" },
		{ "tmpfs = /run/systemd/private\n",
		  "tmpfs = /run/systemd/private contradicts namespaces = user (x.conf:2)" },
		{ "bind = /s:/dev\n", "bind = /s:/dev contradicts namespaces = user (x.conf:2)" },
		{ "private_dev = yes\nbind = /s:/dev\n",
		  "bind = /s:/dev contradicts private_dev = yes (x.conf:3)" },
	};
	struct who who = ALICE;
	size_t i;

	(void)state;
	who.namespaces = CLONE_NEWUSER;
	for (i = 0; i < COUNT(table); i++) {
		struct problem problem = { .line = 0 };
		struct plan plan;
		char text[128];

		(void)snprintf(text, sizeof(text), USER "%s", table[i][0]);
		assert_int_equal(view(text, &who, &plan, &problem), -EINVAL);
		assert_string_equal(problem.text, table[i][1]);
		memset(&problem, 0, sizeof(problem));
		assert_int_equal(view(text, &who, NULL, &problem), -EINVAL);
		assert_string_equal(problem.text, table[i][1]);
	}
	assert_int_equal(view(USER "system_bus = keep\nbind = /s:/run/dbus\n", &who, NULL,
			      &(struct problem){ 0 }),
			 0);
}

static void words_of_a_plan(void **state)
{
	struct who who = ALICE;
	struct problem problem;
	struct plan plan;

	(void)state;
	assert_int_equal(view("", &who, &plan, &problem), 0);
	assert_int_equal(plan.tmp, TMP_TMPFS);
	assert_int_equal(plan.overlay, OVERLAY_NONE);
	assert_false(plan.hidepid || plan.private_dev || plan.system_ro || plan.has_paths);
	assert_string_equal(plan.home, "");
	assert_string_equal(plan.root, "");
	assert_string_equal(plan.overlay_folder, "");
	assert_string_equal(plan.mounts[0].about, "user_bus = hide");
	view_free(&plan);

	who.scope = SCOPE_USER;
	assert_int_equal(view("[default]\nhidepid = yes\nprivate_dev = yes\nsystem = ro\n"
			      "root = /srv/%u/\nroot_overlay = /srv/o/%U\nprivate_tmp = no\n"
			      "user_bus = keep\nhide = /x\n",
			      &who, &plan, &problem),
			 0);
	assert_int_equal(plan.tmp, TMP_HOST);
	assert_int_equal(plan.overlay, OVERLAY_FOLDER);
	assert_true(plan.hidepid && plan.private_dev && plan.system_ro && plan.has_paths);
	assert_string_equal(plan.home, "/home/alice");
	assert_string_equal(plan.root, "/srv/alice");
	assert_string_equal(plan.overlay_folder, "/srv/o/1000");
	assert_string_equal(plan.mounts[0].about, "system = ro (x.conf:4)");
	assert_string_equal(plan.mounts[plan.mount_count - 1].about, "hide = /x (x.conf:9)");
	view_free(&plan);

	assert_int_equal(
		view(OFF "private_tmp = /srv\nroot_overlay = tmpfs\n", &who, &plan, &problem), 0);
	assert_int_equal(plan.tmp, TMP_FOLDER);
	assert_int_equal(plan.overlay, OVERLAY_TMPFS);
	assert_true(plan.has_paths);
	view_free(&plan);
	assert_int_equal(view(OFF "writable = /srv\n", &who, &plan, &problem), 0);
	assert_true(plan.has_paths);
	view_free(&plan);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_lists),
		cmocka_unit_test(homes),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(good_without_a_user),
		cmocka_unit_test(unfit_users),
		cmocka_unit_test(too_long),
		cmocka_unit_test(too_many),
		cmocka_unit_test(terminals),
		cmocka_unit_test(buses_of_a_user_namespace),
		cmocka_unit_test(contradictions_with_user),
		cmocka_unit_test(words_of_a_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
