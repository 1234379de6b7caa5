// SPDX-License-Identifier: BSD-2-Clause
/*
 * pam_driver [OPTIONS] SERVICE USER [CMD]: an application that uses PAM in every odd way.
 *
 * Opens a session, runs CMD with sh in a child of it, closes the session, and checks that it is
 * as it was before: namespaces, folder, umask, signals, limits, open files. Prints what it sees.
 * Ends with 0 when all went well, 1 when something of the application was changed, 3 when
 * open_session failed, 4 when close_session failed, 5 when CMD failed, 6 when a child of the
 * application itself was lost.
 *
 *   --sigchld MODE   default, ignore, nocldwait, handler (a handler that reaps whatever it finds)
 *   --threads        a second thread lives all the time
 *   --fork-end       after open, a child calls pam_end(PAM_DATA_SILENT) and leaves
 *   --fork-close     after open, a child calls pam_close_session, and the parent does too
 *   --opens N        call open_session N times (1); --closes N likewise (0 is: never)
 *   --no-end         leave without pam_end
 *   --close-early    close all of them as soon as the session is open
 *   --zombie         leave a dead child unreaped until stdin ends, after close_session
 *   --ruid N         be what a set-user-ID program is: real uid N, effective uid 0
 *   --umask OCTAL --block-signals --closed-std --close-fds (all of them, before close_session)
 *   --fds N          hold N more open files
 *   --limit NAME=N   fsize, nofile, as, nproc, stack, cpu, core, data
 *   --cwd DIR        be there; --cwd-deleted: in a folder that is gone;
 *   --cwd-lost: it need not be the same afterwards
 *   --loops N        N transactions one after another (1); --jobs N: that in N processes at once
 *   --rename NAME    PAM_USER is NAME before open; --rename-open NAME: after it, and open once more
 *   --silent         PAM_SILENT; --hold: after CMD wait until stdin ends; --quiet
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

enum { FLAWLESS, CHANGED, USAGE, OPEN_FAILED, CLOSE_FAILED, CMD_FAILED, CHILD_LOST };

static const char *const spaces[] = { "mnt",   "pid_for_children", "ipc", "uts", "net", "user",
				      "cgroup" };
#define SPACES (sizeof(spaces) / sizeof(spaces[0]))

struct options {
	const char *sigchld, *cwd, *service, *user, *cmd, *rename, *rename_open;
	const char *limits[8];
	int threads, fork_end, fork_close, no_end, block_signals, closed_std, close_fds,
		close_early, zombie;
	uid_t ruid;
	int cwd_deleted, cwd_lost, silent, hold, quiet, opens, closes, fds, loops, jobs, umask,
		limit_count;
};

/* All of an application that a module has no business to change. */
struct state {
	char ns[SPACES][64];
	char cwd[4096];
	dev_t cwd_dev;
	ino_t cwd_ino;
	mode_t umask;
	sigset_t blocked;
	struct sigaction actions[65];
	struct rlimit limits[RLIM_NLIMITS];
	char fds[65536];
	uid_t uid, euid;
	pid_t session, group;
};

static struct options opt = { .sigchld = "default",
			      .opens = 1,
			      .closes = 1,
			      .loops = 1,
			      .jobs = 1,
			      .umask = -1,
			      .cmd = ":" };
static volatile sig_atomic_t reaped_own;
static pid_t own_child;

static void say(const char *key, const char *value)
{
	if (!opt.quiet) {
		printf("%s=%s\n", key, value);
		fflush(stdout);
	}
}

/* --- what the application is ------------------------------------------------------------------ */

static void fds_list(char *out, size_t room)
{
	size_t n = 0;

	out[0] = '\0';
	for (int fd = 0; fd < 4096 && n + 96 < room; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0) {
			n += (size_t)snprintf(out + n, room - n, "%d:%lx:%lx ", fd,
					      (unsigned long)st.st_dev, (unsigned long)st.st_ino);
		}
	}
}

static void state_take(struct state *s)
{
	struct stat st = { 0 };

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < SPACES; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/self/ns/%s", spaces[i]);
		(void)!readlink(path, s->ns[i], sizeof(s->ns[i]) - 1);
	}
	(void)!getcwd(s->cwd, sizeof(s->cwd));
	(void)stat(".", &st);
	s->cwd_dev = st.st_dev;
	s->cwd_ino = st.st_ino;
	s->umask = umask(0);
	umask(s->umask);
	sigprocmask(SIG_BLOCK, NULL, &s->blocked);
	for (int sig = 1; sig <= 64; sig++) {
		(void)sigaction(sig, NULL, &s->actions[sig]);
	}
	for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
		getrlimit((__rlimit_resource_t)i, &s->limits[i]);
	}
	fds_list(s->fds, sizeof(s->fds));
	s->uid = getuid();
	s->euid = geteuid();
	s->session = getsid(0);
	s->group = getpgrp();
}

static int changed(int differs, const char *when, const char *what)
{
	if (differs) {
		printf("changed %s: %s\n", when, what);
	}
	return differs;
}

/* Compares what must be the same at all times; with all set, also what only a space changes. */
static int state_compare(const struct state *a, const struct state *b, const char *when, int all)
{
	int n = 0;

	n += changed(!opt.cwd_lost && strcmp(a->cwd, b->cwd) != 0, when, "cwd");
	n += changed(a->umask != b->umask, when, "umask");
	n += changed(memcmp(&a->blocked, &b->blocked, sizeof(a->blocked)) != 0, when, "mask");
	n += changed(memcmp(a->limits, b->limits, sizeof(a->limits)) != 0, when, "limits");
	n += changed(a->uid != b->uid || a->euid != b->euid, when, "uids");
	n += changed(a->session != b->session || a->group != b->group, when, "group");
	for (int sig = 1; sig <= 64; sig++) {
		n += changed(a->actions[sig].sa_handler != b->actions[sig].sa_handler ||
				     a->actions[sig].sa_flags != b->actions[sig].sa_flags,
			     when, "handler");
	}
	if (!all) {
		return n;
	}
	n += changed(!opt.cwd_lost && (a->cwd_dev != b->cwd_dev || a->cwd_ino != b->cwd_ino), when,
		     "cwd inode");
	n += changed(strcmp(a->fds, b->fds) != 0, when, "open files");
	for (size_t i = 0; i < SPACES; i++) {
		n += changed(strcmp(a->ns[i], b->ns[i]) != 0, when, spaces[i]);
	}
	return n;
}

/* --- making the application odd --------------------------------------------------------------- */

static void child_handler(int sig)
{
	int saved = errno;
	pid_t pid;

	(void)sig;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
		reaped_own |= pid == own_child;
	}
	errno = saved;
}

static void sigchld_set(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	if (strcmp(opt.sigchld, "ignore") == 0) {
		action.sa_handler = SIG_IGN;
	} else if (strcmp(opt.sigchld, "nocldwait") == 0) {
		action.sa_flags = SA_NOCLDWAIT;
	} else if (strcmp(opt.sigchld, "handler") == 0) {
		action.sa_handler = child_handler;
		action.sa_flags = SA_RESTART;
	} else if (strcmp(opt.sigchld, "default") != 0) {
		errx(USAGE, "--sigchld %s", opt.sigchld);
	}
	sigaction(SIGCHLD, &action, NULL);
}

static void limit_set(const char *text)
{
	static const struct {
		const char *name;
		int number;
	} names[] = {
		{ "fsize=", RLIMIT_FSIZE }, { "nofile=", RLIMIT_NOFILE }, { "as=", RLIMIT_AS },
		{ "nproc=", RLIMIT_NPROC }, { "stack=", RLIMIT_STACK },   { "cpu=", RLIMIT_CPU },
		{ "core=", RLIMIT_CORE },   { "data=", RLIMIT_DATA },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i].name);

		if (strncmp(text, names[i].name, len) == 0) {
			struct rlimit limit;

			/* Only the soft one: a hard one could not be raised again by anybody here. */
			getrlimit((__rlimit_resource_t)names[i].number, &limit);
			limit.rlim_cur = strtoul(text + len, NULL, 10);
			setrlimit((__rlimit_resource_t)names[i].number, &limit);
			return;
		}
	}
	errx(USAGE, "--limit %s", text);
}

static void *thread_sleep(void *unused)
{
	(void)unused;
	for (;;) {
		pause();
	}
	return NULL;
}

static void folder_delete(void)
{
	char name[] = "/tmp/gone.XXXXXX";

	if (!mkdtemp(name) || chdir(name) < 0 || rmdir(name) < 0) {
		err(USAGE, "%s", name);
	}
}

static void oddities_set(void)
{
	pthread_t thread;
	sigset_t all;

	if (opt.cwd && chdir(opt.cwd) < 0) {
		err(USAGE, "%s", opt.cwd);
	}
	if (opt.cwd_deleted) {
		folder_delete();
	}
	if (opt.umask >= 0) {
		umask((mode_t)opt.umask);
	}
	for (int i = 0; i < opt.fds; i++) {
		(void)!open("/dev/null", O_RDONLY); /* on purpose without O_CLOEXEC */
	}
	if (opt.block_signals) {
		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
	}
	if (opt.threads && pthread_create(&thread, NULL, thread_sleep, NULL) != 0) {
		errx(USAGE, "thread");
	}
	sigchld_set();
	/* libpam logs by syslog(3), which would open its socket at some time of its own. */
	openlog("pam_driver", LOG_NDELAY, LOG_AUTHPRIV);
}

static void limits_set(void)
{
	for (int i = 0; i < opt.limit_count; i++) {
		limit_set(opt.limits[i]);
	}
}

/* --- PAM -------------------------------------------------------------------------------------- */

static int talk(int count, const struct pam_message **messages, struct pam_response **ret_answers,
		void *data)
{
	(void)data;
	*ret_answers = calloc((size_t)count, sizeof(**ret_answers));
	for (int i = 0; i < count; i++) {
		say(messages[i]->msg_style == PAM_ERROR_MSG ? "error" : "message",
		    messages[i]->msg);
	}
	return *ret_answers ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* An own child that has ended before the module starts its helper: nobody else may reap it. */
static void own_child_start(void)
{
	reaped_own = 0;
	own_child = fork();
	if (own_child == 0) {
		_exit(42);
	}
}

static int own_child_check(void)
{
	int status;
	pid_t pid = waitpid(own_child, &status, 0);

	if (strcmp(opt.sigchld, "default") != 0) {
		return FLAWLESS; /* the application itself gave its children away */
	}
	if (pid != own_child || !WIFEXITED(status) || WEXITSTATUS(status) != 42) {
		printf("lost: own child\n");
		return CHILD_LOST;
	}
	return FLAWLESS;
}

static void spaces_print(const char *when)
{
	for (size_t i = 0; i < SPACES; i++) {
		char path[64], text[64] = "", key[96];

		snprintf(path, sizeof(path), "/proc/self/ns/%s", spaces[i]);
		(void)!readlink(path, text, sizeof(text) - 1);
		snprintf(key, sizeof(key), "%s-%s", when, spaces[i]);
		say(key, text);
	}
}

/* Runs CMD as the user would get it: in a child of the application. Status comes by a pipe, for
 * the application may have given its children away. */
static int cmd_run(pam_handle_t *pam)
{
	int done[2], status = 255;
	char byte = (char)255;
	pid_t pid;

	if (pipe2(done, O_CLOEXEC) < 0) {
		return CMD_FAILED;
	}
	pid = fork();
	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		signal(SIGCHLD, SIG_DFL);
		spaces_print("inside");
		say("dumpable", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? "0" : "1");
		pid = fork();
		if (pid == 0) {
			char **env = pam_getenvlist(pam);

			for (; env && *env; env++) {
				putenv(*env);
			}
			execl("/bin/sh", "sh", "-c", opt.cmd, (char *)NULL);
			_exit(127);
		}
		(void)waitpid(pid, &status, 0);
		byte = (char)(WIFEXITED(status) ? WEXITSTATUS(status) : 255);
		(void)!write(done[1], &byte, 1);
		_exit(0);
	}
	close(done[1]);
	(void)!read(done[0], &byte, 1);
	close(done[0]);
	(void)waitpid(pid, NULL, 0);
	return pid < 0 || byte != 0 ? CMD_FAILED : FLAWLESS;
}

static void child_misuse(pam_handle_t *pam)
{
	pid_t pid;

	if (!opt.fork_end && !opt.fork_close) {
		return;
	}
	pid = fork();
	if (pid == 0) {
		if (opt.fork_close) {
			say("child-close", pam_strerror(pam, pam_close_session(pam, 0)));
		}
		if (opt.fork_end) {
			(void)pam_end(pam, PAM_SUCCESS | PAM_DATA_SILENT);
		}
		_exit(0);
	}
	(void)waitpid(pid, NULL, 0);
}

static void hold(void)
{
	char byte;

	say("hold", "now");
	while (opt.hold && read(0, &byte, 1) > 0) {
	}
}

static void user_change(pam_handle_t *pam, const char *name)
{
	if (name != NULL && pam_set_item(pam, PAM_USER, name) != PAM_SUCCESS) {
		errx(USAGE, "PAM_USER");
	}
}

/* Whatever comes of it, the application goes on. */
static void open_renamed(pam_handle_t *pam)
{
	if (opt.rename_open != NULL) {
		user_change(pam, opt.rename_open);
		say("open-renamed", pam_strerror(pam, pam_open_session(pam, 0)));
	}
}

static int sessions_open(pam_handle_t *pam)
{
	int result = PAM_SUCCESS;

	user_change(pam, opt.rename);
	for (int i = 0; i < opt.opens && result == PAM_SUCCESS; i++) {
		result = pam_open_session(pam, opt.silent ? PAM_SILENT : 0);
		say("open", pam_strerror(pam, result));
	}
	return result;
}

/* Without a space there must be no word of one. */
static int variable_remains(pam_handle_t *pam, const char *when)
{
	const char *value = pam_getenv(pam, "LOGINSPACE");

	if (value != NULL) {
		printf("LOGINSPACE %s: %s\n", when, value);
	}
	return value != NULL;
}

/* As a daemon does that does not know who opened them. */
static void fds_close(void)
{
	for (int fd = 3; fd < 1024; fd++) {
		close(fd);
	}
}

static int sessions_close(pam_handle_t *pam)
{
	int worst = FLAWLESS;

	if (opt.close_fds) {
		fds_close();
	}
	for (int i = 0; i < opt.closes; i++) {
		int result = pam_close_session(pam, opt.silent ? PAM_SILENT : 0);

		say("close", pam_strerror(pam, result));
		if (result != PAM_SUCCESS && i < opt.opens) {
			worst = CLOSE_FAILED;
		}
	}
	if (opt.closes > 0 && worst == FLAWLESS && variable_remains(pam, "after close")) {
		worst = CHANGED;
	}
	return worst;
}

static int session_use(pam_handle_t *pam, const struct state *before)
{
	static struct state now;
	int worst = FLAWLESS, result;

	state_take(&now);
	if (state_compare(before, &now, "inside", 0)) {
		worst = CHANGED;
	}
	child_misuse(pam);
	open_renamed(pam);
	if (opt.close_early) {
		fds_close();
	}
	if (opt.zombie && fork() == 0) {
		_exit(0);
	}
	result = cmd_run(pam);
	worst = worst ? worst : result;
	if (opt.hold) {
		hold();
	}
	result = sessions_close(pam);
	worst = worst ? worst : result;
	if (opt.zombie) {
		char byte;

		printf("zombie=now\n");
		fflush(stdout);
		while (read(0, &byte, 1) > 0) {
		}
	}
	/* Without its files the module cannot take the application back. */
	if (opt.closes > 0 && !opt.fork_close && !opt.close_fds && !opt.close_early) {
		state_take(&now);
		if (state_compare(before, &now, "after close", 1)) {
			worst = CHANGED;
		}
	}
	return worst;
}

static int transaction_run(void)
{
	static const struct pam_conv conv = { talk, NULL };
	static struct state before, after;
	pam_handle_t *pam;
	int worst;

	if (opt.ruid != 0 && setresuid(opt.ruid, 0, 0) < 0) {
		err(USAGE, "setresuid");
	}

	if (opt.service == NULL || pam_start(opt.service, opt.user, &conv, &pam) != PAM_SUCCESS) {
		errx(USAGE, "pam_start");
	}
	own_child_start();
	spaces_print("before");
	/* Loads all modules and their libraries, so that the first look is not at an empty cache. */
	(void)pam_acct_mgmt(pam, PAM_SILENT);
	/* Only now: what is under trial is open_session, not the start of libpam. */
	limits_set();
	state_take(&before);
	if (sessions_open(pam) == PAM_SUCCESS) {
		worst = session_use(pam, &before);
	} else {
		state_take(&after);
		worst = state_compare(&before, &after, "after denial", 1) ? CHANGED : OPEN_FAILED;
		worst = variable_remains(pam, "after denial") ? CHANGED : worst;
	}
	if (!opt.no_end) {
		pam_end(pam, PAM_SUCCESS);
	}
	spaces_print("after");
	return worst ? worst : own_child_check();
}

static int loops_run(void)
{
	int worst = FLAWLESS;

	oddities_set();
	for (int i = 0; i < opt.loops && worst == FLAWLESS; i++) {
		worst = transaction_run();
	}
	return worst;
}

static int jobs_run(void)
{
	int status, worst = FLAWLESS;

	for (int i = 0; i < opt.jobs; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			_exit(loops_run());
		}
	}
	while (wait(&status) > 0) {
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
			worst = WIFEXITED(status) ? WEXITSTATUS(status) : CHANGED;
		}
	}
	return worst;
}

/* --- options ---------------------------------------------------------------------------------- */

enum {
	O_SIGCHLD = 1,
	O_OPENS,
	O_CLOSES,
	O_UMASK,
	O_FDS,
	O_LIMIT,
	O_CWD,
	O_LOOPS,
	O_JOBS,
	O_RUID,
	O_RENAME,
	O_RENAME_OPEN,
};

static const struct option longs[] = {
	{ "sigchld", 1, NULL, O_SIGCHLD },
	{ "threads", 0, &opt.threads, 1 },
	{ "fork-end", 0, &opt.fork_end, 1 },
	{ "fork-close", 0, &opt.fork_close, 1 },
	{ "opens", 1, NULL, O_OPENS },
	{ "closes", 1, NULL, O_CLOSES },
	{ "no-end", 0, &opt.no_end, 1 },
	{ "umask", 1, NULL, O_UMASK },
	{ "block-signals", 0, &opt.block_signals, 1 },
	{ "closed-std", 0, &opt.closed_std, 1 },
	{ "close-fds", 0, &opt.close_fds, 1 },
	{ "close-early", 0, &opt.close_early, 1 },
	{ "zombie", 0, &opt.zombie, 1 },
	{ "ruid", 1, NULL, O_RUID },
	{ "rename", 1, NULL, O_RENAME },
	{ "rename-open", 1, NULL, O_RENAME_OPEN },
	{ "fds", 1, NULL, O_FDS },
	{ "limit", 1, NULL, O_LIMIT },
	{ "cwd", 1, NULL, O_CWD },
	{ "cwd-deleted", 0, &opt.cwd_deleted, 1 },
	{ "loops", 1, NULL, O_LOOPS },
	{ "jobs", 1, NULL, O_JOBS },
	{ "cwd-lost", 0, &opt.cwd_lost, 1 },
	{ "silent", 0, &opt.silent, 1 },
	{ "hold", 0, &opt.hold, 1 },
	{ "quiet", 0, &opt.quiet, 1 },
	{ 0 },
};

static void option_take(int which)
{
	switch (which) {
	case 0:
		break; /* a flag; getopt has set it */
	case O_SIGCHLD:
		opt.sigchld = optarg;
		break;
	case O_CWD:
		opt.cwd = optarg;
		break;
	case O_UMASK:
		opt.umask = (int)strtol(optarg, NULL, 8);
		break;
	case O_LIMIT:
		if (opt.limit_count < 8) {
			opt.limits[opt.limit_count++] = optarg;
		}
		break;
	case O_OPENS:
		opt.opens = atoi(optarg);
		break;
	case O_CLOSES:
		opt.closes = atoi(optarg);
		break;
	case O_FDS:
		opt.fds = atoi(optarg);
		break;
	case O_RUID:
		opt.ruid = (uid_t)strtoul(optarg, NULL, 10);
		break;
	case O_RENAME:
		opt.rename = optarg;
		break;
	case O_RENAME_OPEN:
		opt.rename_open = optarg;
		break;
	case O_LOOPS:
		opt.loops = atoi(optarg);
		break;
	case O_JOBS:
		opt.jobs = atoi(optarg);
		break;
	default:
		errx(USAGE, "usage: pam_driver [OPTIONS] SERVICE USER [CMD]");
	}
}

/* With 0-2 closed nothing can be printed: the exit status alone tells. */
static void std_close(void)
{
	if (opt.closed_std) {
		opt.quiet = 1;
		close(0);
		close(1);
		close(2);
	}
}

int main(int argc, char **argv)
{
	int which;

	while ((which = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		option_take(which);
	}
	if (argc - optind < 2) {
		option_take(-1);
	}
	opt.service = argv[optind];
	opt.user = argv[optind + 1];
	if (argc - optind > 2) {
		opt.cmd = argv[optind + 2];
	}
	std_close();
	return opt.jobs > 1 ? jobs_run() : loops_run();
}
