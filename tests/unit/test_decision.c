/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/decision.c lib/decision_network.c lib/plan.c lib/pool.c lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * test_decision.c - from a configuration in memory to a verdict, its reason and its plan.
 */
#include "policy.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "configuration.h"
#include "count.h"
#include "view.h"

/* A plan is filled with these bytes first, to see whether a decision writes one. */
#define CANARY 0x5a

static const struct policy_login ALICE = {
	.user = "alice", .uid = 1000, .service = "sshd", .rhost = ""
};
static const struct policy_login ROOT = {
	.user = "root", .uid = 0, .service = "sshd", .rhost = ""
};
static const struct policy_login CRON = {
	.user = "alice", .uid = 1000, .service = "cron", .rhost = ""
};
static const struct policy_login ANY = {
	.user = "alice", .uid = 1000, .service = "cron", .rhost = "", .any_service = true
};

static struct decision decide(const char *text, const struct policy_login *login, bool nested,
			      struct plan *plan)
{
	struct configuration configuration = { 0 };
	const struct match_login matched = {
		.uid = login->uid,
		.service = login->service,
		.names = &configuration.names,
	};
	struct decision decision;
	struct policy policy;
	struct problem problem = { .line = 0 };
	char *data = strdup(text);
	size_t i;

	assert_non_null(data);
	if (configuration_parse(&configuration, "x.conf", data, strlen(text), &problem) != 0) {
		fail_msg("%u: %s", problem.line, problem.text);
	}
	for (i = 0; i < configuration.names.count; i++) {
		struct name *name = &configuration.names.list[i];

		names_set(&configuration.names, name,
			  name->length == 4 && memcmp(name->text, "root", 4) == 0 ? 0 : 1000, 100);
	}
	assert_int_equal(configuration_resolve(&configuration, &matched, &policy, &problem), 0);
	memset(plan, CANARY, sizeof(*plan));
	decision = policy_decide(&policy, login, nested, plan);
	if (decision.verdict != VERDICT_IGNORE) {
		assert_true(plan->digest == policy.digest);
		assert_int_equal(plan->uid, login->uid);
	}
	configuration_free(&configuration);
	return decision;
}

static void assert_untouched(const struct plan *plan)
{
	unsigned char canary[sizeof(*plan)];

	memset(canary, CANARY, sizeof(canary));
	assert_memory_equal(plan, canary, sizeof(canary));
}

#define AUDIT_OF(rest) "space scope=login network=loopback namespaces=mount,pid,ipc,uts,net " rest

struct verdict_case {
	const char *text;
	const struct policy_login *login;
	bool nested;
	enum verdict verdict;
	const char *reason;
};

static const struct verdict_case VERDICTS[] = {
	{ "", &ALICE, false, VERDICT_JOIN, "" },
	{ "", &ALICE, true, VERDICT_JOIN, "" },
	{ "", &CRON, false, VERDICT_IGNORE, POLICY_NOT_LISTED },
	{ "", &ANY, false, VERDICT_JOIN, "" },
	{ "[default]\nservices = cron\n", &CRON, false, VERDICT_JOIN, "" },
	{ "[default]\nservices = cron\n", &ALICE, false, VERDICT_IGNORE, POLICY_NOT_LISTED },
	{ "[default]\nservices =\n", &ALICE, false, VERDICT_IGNORE, POLICY_NOT_LISTED },
	{ "[default]\nservices =\n", &ANY, false, VERDICT_JOIN, "" },
	/* What is not listed is let in, whatever else the policy says. */
	{ "[default]\nnetwork = nat\n", &CRON, false, VERDICT_IGNORE, POLICY_NOT_LISTED },
	/* uid 0: only a section that names root. */
	{ "", &ROOT, false, VERDICT_IGNORE, "uid 0 is not confined" },
	{ "[default]\nisolate = yes\n", &ROOT, false, VERDICT_IGNORE, "uid 0 is not confined" },
	{ "[match uid=0]\nisolate = yes\n", &ROOT, false, VERDICT_IGNORE, "uid 0 is not confined" },
	{ "[match user=root]\nscope = user\n", &ROOT, false, VERDICT_IGNORE,
	  "uid 0 is not confined" },
	{ "[match user=root]\nisolate = yes\n[match uid=0]\nisolate = yes\n", &ROOT, false,
	  VERDICT_IGNORE, "uid 0 is not confined" },
	{ "[match user=root]\nisolate = yes\n", &ROOT, false, VERDICT_JOIN, "" },
	{ "[match user=x,root]\nisolate = yes\n", &ROOT, false, VERDICT_JOIN, "" },
	{ "[match user=root]\nisolate = no\n", &ROOT, false, VERDICT_IGNORE,
	  "isolate = no (x.conf:2)" },
	{ "[default]\nnetwork = nat\n", &ROOT, false, VERDICT_IGNORE, "uid 0 is not confined" },
	/* isolate. */
	{ "[default]\nisolate = no\n", &ALICE, false, VERDICT_IGNORE, "isolate = no (x.conf:2)" },
	{ "[default]\nisolate = no\nnetwork = nat\n", &ALICE, false, VERDICT_IGNORE,
	  "isolate = no (x.conf:2)" },
	{ "[default]\nisolate = audit\n", &ALICE, false, VERDICT_AUDIT,
	  AUDIT_OF("private_tmp=tmpfs tmp_size=25% hostname=\"%h\" linger=none nested=new "
		   "max_spaces=64") },
	{ "[default]\nisolate = audit\nscope = user\nnetwork = host\nprivate_tmp = no\n"
	  "tmp_size = 1g\nhostname = %u\nlinger = 5min\nnested = deny\nmax_spaces = 3\n",
	  &ALICE, false, VERDICT_AUDIT,
	  "space scope=user network=host namespaces=mount,pid,ipc,uts private_tmp=no "
	  "tmp_size=1g hostname=\"%u\" linger=5min nested=deny max_spaces=3" },
	{ "[default]\nisolate = audit\nnamespaces = pid mount\n", &ALICE, false, VERDICT_AUDIT,
	  "space scope=login network=host namespaces=mount,pid private_tmp=tmpfs "
	  "tmp_size=25% hostname=\"\" linger=none nested=new max_spaces=64" },
	{ "[match user=root]\nisolate = audit\n", &ROOT, false, VERDICT_AUDIT,
	  AUDIT_OF("private_tmp=tmpfs tmp_size=25% hostname=\"%h\" linger=none nested=new "
		   "max_spaces=64") },
	{ "[default]\nmemory_max = 4g\ntasks_max = 9\ncpu_max = 50%\n", &ALICE, false, VERDICT_JOIN,
	  "" },
	/* Who may make user namespaces, and whose devices they see. */
	{ "[default]\nnested_userns = no\n", &ALICE, false, VERDICT_DENY,
	  "needs user among the namespaces, or seccomp = default (nested_userns = no, x.conf:2)" },
	{ "[default]\nnested_userns = no\nseccomp = default\n", &ALICE, false, VERDICT_JOIN, "" },
	{ "[default]\nnested_userns = no\nnamespaces = mount pid user\n", &ALICE, false,
	  VERDICT_JOIN, "" },
	{ "[default]\nprivate_dev = no\nnamespaces = mount pid user\n", &ALICE, false, VERDICT_DENY,
	  "contradicts user among the namespaces (private_dev = no, x.conf:2)" },
	{ "[default]\nprivate_dev = no\nnamespaces = mount pid\n", &ALICE, false, VERDICT_JOIN,
	  "" },
	/* The network: see test_decision_network. */
	{ "[default]\nnetwork = nat\npublish = 80:80\n", &ALICE, false, VERDICT_DENY,
	  "x.conf:3: publish = 80:80: works with network = pasta, and not with nat" },
	{ "[default]\nnetwork = nat\npublish = 80:80\n[match uid=1000]\npublish =\n", &ALICE, false,
	  VERDICT_JOIN, "" },
	{ "[default]\nnested_userns = no\nisolate = audit\n", &ALICE, false, VERDICT_AUDIT,
	  "deny reason=\"needs user among the namespaces, or seccomp = default (nested_userns = "
	  "no, "
	  "x.conf:2)\"" },
	{ "[default]\nisolate = audit\nmemory_max = 25%\ntasks_max = 9\ncpu_max = 50%\n", &ALICE,
	  false, VERDICT_AUDIT,
	  AUDIT_OF("private_tmp=tmpfs tmp_size=25% hostname=\"%h\" linger=none nested=new "
		   "max_spaces=64 memory_max=25% tasks_max=9 cpu_max=50%") },
	{ "[default]\nisolate = audit\nseccomp = default\ncapabilities = none\n", &ALICE, false,
	  VERDICT_AUDIT,
	  AUDIT_OF("private_tmp=tmpfs tmp_size=25% hostname=\"%h\" linger=none nested=new "
		   "max_spaces=64 capabilities=none seccomp=default") },
	/* The view of files. */
	{ "[default]\nhide = /boot\nsystem = ro\nhome = own\n", &ALICE, false, VERDICT_JOIN, "" },
	{ "[default]\nhide = /boot\nbind = /a:/boot/b\n", &ALICE, false, VERDICT_DENY,
	  "x.conf:3: bind = /a:/boot/b lies below hide = /boot (x.conf:2)" },
	{ "[default]\nhide = /\nisolate = audit\n", &ALICE, false, VERDICT_AUDIT,
	  "deny reason=\"x.conf:2: hide = / is not possible: that is all there is\"" },
	{ "[default]\nhide = /\n", &CRON, false, VERDICT_IGNORE, POLICY_NOT_LISTED },
	{ "[default]\nhide = /\nnested = keep\n", &ALICE, true, VERDICT_IGNORE,
	  "inside a space already (nested = keep)" },
	{ "[default]\nisolate = audit\nhidepid = yes\nprivate_dev = yes\ndevpts = private\n"
	  "home = own\nsystem = ro\nroot = /srv/r\nroot_overlay = tmpfs\nuser_bus = keep\n"
	  "system_bus = hide\n",
	  &ALICE, false, VERDICT_AUDIT,
	  AUDIT_OF("private_tmp=tmpfs tmp_size=25% hostname=\"%h\" linger=none nested=new "
		   "max_spaces=64 hidepid=yes private_dev=yes devpts=private home=own system=ro "
		   "root=/srv/r root_overlay=tmpfs user_bus=keep system_bus=hide") },
	/* A login from inside a space. */
	{ "[default]\nnested = keep\n", &ALICE, true, VERDICT_IGNORE,
	  "inside a space already (nested = keep)" },
	{ "[default]\nnested = keep\n", &ALICE, false, VERDICT_JOIN, "" },
	{ "[default]\nnested = deny\n", &ALICE, true, VERDICT_DENY,
	  "a login from inside a space is denied (nested = deny, x.conf:2)" },
	{ "[default]\nnested = deny\n", &ALICE, false, VERDICT_JOIN, "" },
	{ "[default]\nnested = deny\nisolate = audit\n", &ALICE, true, VERDICT_AUDIT,
	  "deny reason=\"a login from inside a space is denied (nested = deny, x.conf:2)\"" },
	{ "[default]\nnested = deny\nisolate = no\n", &ALICE, true, VERDICT_IGNORE,
	  "isolate = no (x.conf:3)" },
};

static void verdicts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(VERDICTS); i++) {
		const struct verdict_case *wanted = &VERDICTS[i];
		struct plan plan;
		const struct decision decision =
			decide(wanted->text, wanted->login, wanted->nested, &plan);

		if (decision.verdict != wanted->verdict ||
		    strcmp(decision.reason, wanted->reason) != 0) {
			fail_msg("%s-> %d %s", wanted->text, decision.verdict, decision.reason);
		}
		if (wanted->verdict == VERDICT_IGNORE) {
			assert_untouched(&plan);
		} else {
			view_free(&plan);
		}
	}
}

static void default_plan(void **state)
{
	struct plan plan;

	(void)state;
	assert_int_equal(decide("", &ALICE, false, &plan).verdict, VERDICT_JOIN);
	assert_int_equal(plan.namespaces,
			 CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET);
	assert_int_equal(plan.scope, SCOPE_LOGIN);
	assert_int_equal(plan.linger, LINGER_NONE);
	assert_int_equal(plan.linger_seconds, 0);
	assert_int_equal(plan.nested, NESTED_NEW);
	assert_false(plan.lenient);
	assert_int_equal(plan.max_spaces, 64);
	assert_int_equal(plan.tmp, TMP_TMPFS);
	assert_string_equal(plan.tmp_size, "25%");
	assert_string_equal(plan.hostname, "%h");
	assert_string_equal(plan.network, "loopback");
	assert_int_equal(plan.ping_group_low, 0);
	assert_int_equal(plan.ping_group_high, INT32_MAX);
	assert_int_equal(plan.unprivileged_port_start, 1024);
	assert_int_equal(plan.overlay, OVERLAY_NONE);
	assert_true(plan.private_devpts);
	assert_false(plan.hidepid || plan.private_dev || plan.system_ro || plan.has_paths);
	assert_string_equal(plan.root, "");
	assert_string_equal(plan.home, "");
	assert_string_equal(plan.tty, "");
	assert_true(plan.nested_userns);
	assert_true(plan.restrictions.capabilities == RESTRICT_CAPABILITIES_ALL);
	assert_false(plan.restrictions.no_new_privs || plan.restrictions.filter);
	assert_int_equal(plan.mount_count, 1);
	assert_int_equal(plan.mounts[0].kind, MOUNT_RUNTIME);
	view_free(&plan);
	assert_null(plan.mounts);
	view_free(&plan);
}

static uint64_t capabilities_of(const char *text)
{
	struct plan plan;

	assert_int_equal(decide(text, &ALICE, false, &plan).verdict, VERDICT_JOIN);
	view_free(&plan);
	return plan.restrictions.capabilities;
}

static void restrictions(void **state)
{
	struct plan plan;

	(void)state;
	assert_true(capabilities_of("[default]\ncapabilities = none\n") == 0);
	assert_true(capabilities_of("[default]\ncapabilities = all\n") ==
		    RESTRICT_CAPABILITIES_ALL);
	assert_true(capabilities_of("[default]\ncapabilities = CAP_CHOWN, cap_net_raw\n") ==
		    (1u << 0 | 1u << 13));
	/* The whole value counts. */
	assert_true(capabilities_of("[default]\ncapabilities = CAP_CHOWN\n"
				    "[match uid=1000]\ncapabilities = CAP_CHECKPOINT_RESTORE\n") ==
		    UINT64_C(1) << 40);
	assert_int_equal(decide("[default]\nno_new_privs = yes\nseccomp = default\n"
				"nested_userns = no\n",
				&ALICE, false, &plan)
				 .verdict,
			 VERDICT_JOIN);
	assert_true(plan.restrictions.no_new_privs && plan.restrictions.filter);
	assert_false(plan.nested_userns);
	view_free(&plan);
}

static void limits(void **state)
{
	static const char TEXT[] = "[default]\nmemory_max = 4g\ntasks_max = 9\ncpu_max = 150%\n";
	struct plan plan;

	(void)state;
	assert_int_equal(decide("", &ALICE, false, &plan).verdict, VERDICT_JOIN);
	assert_false(plan_is_limited(&plan));
	view_free(&plan);
	assert_int_equal(decide(TEXT, &ALICE, false, &plan).verdict, VERDICT_JOIN);
	assert_true(plan.limits.memory == UINT64_C(4) << 30);
	assert_int_equal(plan.limits.memory_percent, 0);
	assert_int_equal(plan.limits.tasks, 9);
	assert_int_equal(plan.limits.cpu_percent, 150);
	view_free(&plan);
	assert_int_equal(decide("[default]\nmemory_max = 25%\n", &ALICE, false, &plan).verdict,
			 VERDICT_JOIN);
	assert_true(plan.limits.memory == 0);
	assert_int_equal(plan.limits.memory_percent, 25);
	view_free(&plan);
	/* In a space those of the outer one hold. */
	assert_int_equal(decide(TEXT, &ALICE, true, &plan).verdict, VERDICT_JOIN);
	assert_false(plan_is_limited(&plan));
	view_free(&plan);
}

static bool hides(const struct plan *plan, const char *path)
{
	size_t i;

	for (i = 0; i < plan->mount_count; i++) {
		if (plan->mounts[i].kind == MOUNT_HIDE &&
		    strcmp(plan->mounts[i].target, path) == 0) {
			return true;
		}
	}
	return false;
}

/* Root inside is uid 0: what opens to that alone does not show. */
static void a_user_namespace(void **state)
{
	struct plan plan;

	(void)state;
	assert_int_equal(
		decide("[default]\nnamespaces = mount pid user cgroup\n", &ALICE, false, &plan)
			.verdict,
		VERDICT_JOIN);
	assert_int_equal(plan.namespaces,
			 CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWCGROUP);
	assert_true(plan.private_dev);
	assert_true(hides(&plan, "/run/dbus"));
	assert_true(hides(&plan, "/run/systemd/private"));
	view_free(&plan);
	assert_int_equal(decide("[default]\nnamespaces = mount pid user\nsystem_bus = keep\n",
				&ALICE, false, &plan)
				 .verdict,
			 VERDICT_JOIN);
	assert_false(hides(&plan, "/run/dbus") || hides(&plan, "/run/systemd/private"));
	view_free(&plan);
}

static void another_plan(void **state)
{
	static const char text[] =
		"[default]\nnamespaces = mount,pid,uts\nscope = user\nlinger = 1h 30min\n"
		"nested = deny\non_error = allow\nmax_spaces = 65536\nprivate_tmp = no\n"
		"tmp_size = 512m\nhostname = %u.example.org\nping_group_range = 1 0\n"
		"unprivileged_port_start = 80\ndevpts = host\n";
	struct plan plan;

	(void)state;
	assert_int_equal(decide(text, &ALICE, false, &plan).verdict, VERDICT_JOIN);
	assert_int_equal(plan.namespaces, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS);
	assert_int_equal(plan.scope, SCOPE_USER);
	assert_int_equal(plan.linger, LINGER_TIME);
	assert_int_equal(plan.linger_seconds, 5400);
	assert_int_equal(plan.nested, NESTED_DENY);
	assert_true(plan.lenient);
	assert_int_equal(plan.max_spaces, 65536);
	assert_int_equal(plan.tmp, TMP_HOST);
	assert_string_equal(plan.tmp_size, "512m");
	assert_string_equal(plan.hostname, "%u.example.org");
	assert_string_equal(plan.network, "host");
	assert_int_equal(plan.ping_group_low, 1);
	assert_int_equal(plan.ping_group_high, 0);
	assert_int_equal(plan.unprivileged_port_start, 80);
	view_free(&plan);
	/* Denied, and yet the caller sees what on_error says. */
	assert_int_equal(decide(text, &ALICE, true, &plan).verdict, VERDICT_DENY);
	assert_true(plan.lenient);
	view_free(&plan);
}

/* What the login says of itself gets into the plan. */
static void the_terminal(void **state)
{
	struct policy_login login = ALICE;
	struct plan plan;

	(void)state;
	login.tty = "/dev/pts/7";
	assert_int_equal(decide("", &login, false, &plan).verdict, VERDICT_JOIN);
	assert_string_equal(plan.tty, "/dev/pts/7");
	assert_false(plan.private_devpts);
	view_free(&plan);
}

static void words_of_the_plan(void **state)
{
	struct plan plan;

	(void)state;
	(void)decide("[default]\nnetwork = host\nlinger = forever\nnested = keep\n", &ALICE, false,
		     &plan);
	assert_int_equal(plan.namespaces, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS);
	assert_string_equal(plan.network, "host");
	assert_int_equal(plan.linger, LINGER_FOREVER);
	assert_int_equal(plan.nested, NESTED_KEEP);
	view_free(&plan);
	(void)decide("[default]\nlinger = processes\nisolate = audit\non_error = allow\n", &ALICE,
		     false, &plan);
	assert_int_equal(plan.linger, LINGER_PROCESSES);
	assert_true(plan.lenient);
	view_free(&plan);
	/* Within a space nothing is shared. */
	(void)decide("[default]\nscope = user\n", &ALICE, true, &plan);
	assert_int_equal(plan.scope, SCOPE_LOGIN);
	view_free(&plan);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),     cmocka_unit_test(default_plan),
		cmocka_unit_test(restrictions), cmocka_unit_test(a_user_namespace),
		cmocka_unit_test(another_plan), cmocka_unit_test(words_of_the_plan),
		cmocka_unit_test(the_terminal), cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
