// SPDX-License-Identifier: BSD-2-Clause
/*
 * sweep_tracer --list FILE CMD ARGS
 * sweep_tracer --role ROLE --call CALL --number N (--error ERRNO | --late ERRNO | --kill | --stop SECONDS) CMD ARGS
 *
 * Runs CMD, which makes logins with pam_driver, and follows the programs of each: ROLE is one of
 * app, between, helper, init, with the number of the login (app1). With --list, FILE gets a line
 * "ROLE CALL N" for each system call of theirs, CALL being its number and N counting the calls of
 * that number in that process; of the application only what it does in open_session, close_session
 * and pam_end. Without it, that one call is not made but fails with ERRNO (--late: it is made, and
 * fails all the same, as close(2) does), or the process is killed before it, or stopped before it
 * for SECONDS (or until CMD has ended). Unlike strace(1), which would do so in each process that
 * comes to its N-th.
 *
 * Ends as CMD does (128 + signal), with 125 for its own errors, 124 when CMD hangs. The last line on
 * stderr is "sweep: reached" when it came to that call.
 */
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <linux/netlink.h>
#include <linux/ptrace.h>
#include <time.h>
#include <unistd.h>

#define OWN_ERROR   125
#define HANGS       124
#define HANG_S      60
#define CALLS_MAX   1024
#define TRACEES_MAX 256
#define MARK        (-4242) /* of tests/coverage/flush.c */
#define OPTIONS \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
	 PTRACE_O_TRACEEXEC)

enum role { ROLE_NONE, ROLE_APP, ROLE_BETWEEN, ROLE_HELPER, ROLE_INIT, ROLE_TOOL };
enum phase { AT_START, IN_OPEN, IN_SESSION, IN_CLOSE, AFTER_CLOSE, IN_END, AT_END };
enum action { ACTION_LIST, ACTION_ERROR, ACTION_LATE, ACTION_KILL, ACTION_STOP };

static const char *const role_names[] = { "none", "app", "between", "helper", "init", "tool" };

/* A process that we follow. */
struct tracee {
	pid_t pid;
	enum role role;
	int login;
	enum phase phase; /* of an application */
	bool inside;      /* a system call */
	bool hit;         /* that one is the one */
	bool muted;       /* between two marks: it writes what tests/coverage counts */
	unsigned short calls[CALLS_MAX];
};

struct registers {
#if defined(__x86_64__)
	struct user_regs_struct raw;
#elif defined(__aarch64__)
	struct user_pt_regs raw;
#else
#error "which registers hold a system call here?"
#endif
};

static struct {
	enum action action;
	FILE *list;
	char role[32];
	long call;
	int number, error, seconds;
} want;

static struct tracee *tracees[TRACEES_MAX];
static int logins;
static bool reached;
static pid_t stopped;           /* 0: none */
static struct registers before; /* of the call that is the one */
static long before_call;
static time_t resume_at, hang_at;

/* --- registers -------------------------------------------------------------------------------- */

static void registers_move(pid_t pid, int request, struct registers *r)
{
	struct iovec vector = { &r->raw, sizeof(r->raw) };

	if (ptrace(request, pid, NT_PRSTATUS, &vector) < 0 && errno != ESRCH) {
		err(OWN_ERROR, "registers");
	}
}

#if defined(__x86_64__)
static void call_set(pid_t pid, struct registers *r, long call, long argument)
{
	r->raw.orig_rax = (unsigned long)call;
	r->raw.rdi = (unsigned long)argument;
	registers_move(pid, PTRACE_SETREGSET, r);
}

static void result_set(pid_t pid, struct registers *r, long result)
{
	r->raw.rdi = before.raw.rdi;
	r->raw.rax = (unsigned long)result;
	registers_move(pid, PTRACE_SETREGSET, r);
}

/* The call will be made anew, as if it had not begun. */
static void call_rewind(pid_t pid, struct registers *r)
{
	r->raw.rdi = before.raw.rdi;
	r->raw.rax = (unsigned long)before_call;
	r->raw.orig_rax = (unsigned long)-1;
	r->raw.rip -= 2;
	registers_move(pid, PTRACE_SETREGSET, r);
}
#else
static void call_set(pid_t pid, struct registers *r, long call, long argument)
{
	int number = (int)call;
	struct iovec vector = { &number, sizeof(number) };

	r->raw.regs[0] = (unsigned long)argument;
	registers_move(pid, PTRACE_SETREGSET, r);
	(void)ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &vector);
}

static void result_set(pid_t pid, struct registers *r, long result)
{
	r->raw.regs[0] = (unsigned long)result;
	registers_move(pid, PTRACE_SETREGSET, r);
}

static void call_rewind(pid_t pid, struct registers *r)
{
	r->raw.regs[0] = before.raw.regs[0];
	r->raw.pc -= 4;
	registers_move(pid, PTRACE_SETREGSET, r);
}
#endif

/* --- who is it -------------------------------------------------------------------------------- */

static struct tracee *tracee_find(pid_t pid)
{
	for (int i = 0; i < TRACEES_MAX; i++) {
		if (tracees[i] && tracees[i]->pid == pid) {
			return tracees[i];
		}
	}
	return NULL;
}

/* T may be NULL. */
static void tracee_drop(struct tracee *t)
{
	for (int i = 0; i < TRACEES_MAX; i++) {
		if (tracees[i] == t) {
			tracees[i] = NULL;
		}
	}
	free(t);
}

/* The last word of the line of /proc/PID/status that begins so. */
static long status_read(pid_t pid, const char *begin)
{
	char path[64], line[512];
	long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, begin, strlen(begin)) == 0) {
			value = strtol(strrchr(line, '\t') + 1, NULL, 10);
		}
	}
	if (file) {
		fclose(file);
	}
	return value;
}

/* Whether the application's calls have to be followed; else its children show by what they exec. */
static bool phases_matter(void)
{
	return want.action == ACTION_LIST || strncmp(want.role, "app", 3) == 0 ||
	       strncmp(want.role, "between", 7) == 0;
}

static enum role role_of_child(pid_t pid, const struct tracee *parent)
{
	switch (parent->role) {
	case ROLE_APP:
		return parent->phase == IN_OPEN || !phases_matter() ? ROLE_BETWEEN : ROLE_TOOL;
	case ROLE_BETWEEN:
		return ROLE_HELPER;
	case ROLE_HELPER:
		return status_read(pid, "NSpid:") == 1 ? ROLE_INIT : ROLE_TOOL;
	case ROLE_INIT:
	case ROLE_TOOL:
		return ROLE_TOOL;
	default:
		return ROLE_NONE;
	}
}

static struct tracee *tracee_new(pid_t pid)
{
	const struct tracee *parent = tracee_find((pid_t)status_read(pid, "PPid:"));
	struct tracee *t = calloc(1, sizeof(*t));

	if (!t) {
		err(OWN_ERROR, "memory");
	}
	t->pid = pid;
	if (parent) {
		t->role = role_of_child(pid, parent);
		t->login = parent->login;
	}
	for (int i = 0; i < TRACEES_MAX; i++) {
		if (!tracees[i]) {
			tracees[i] = t;
			return t;
		}
	}
	errx(OWN_ERROR, "too many processes");
}

/* False when it is none of ours. */
static bool program_take(struct tracee *t)
{
	char path[64], name[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", t->pid);
	file = fopen(path, "r");
	if (file) {
		(void)!fgets(name, sizeof(name), file);
		fclose(file);
	}
	if (t->role == ROLE_NONE && strcmp(name, "pam_driver\n") == 0) {
		t->role = ROLE_APP;
		t->login = ++logins;
	}
	return t->role != ROLE_HELPER || strncmp(name, "loginspace-hel", 14) == 0;
}

/* --- an application's phases, by what pam_driver does around them ----------------------------- */

static bool says(const struct tracee *t, const struct __ptrace_syscall_info *info, const char *what)
{
	char text[8] = "";
	struct iovec here = { text, strlen(what) };
	struct iovec there = { (void *)(uintptr_t)info->entry.args[1], strlen(what) };

	return info->entry.nr == SYS_write && info->entry.args[0] == 1 &&
	       process_vm_readv(t->pid, &here, 1, &there, 1, 0) > 0 &&
	       strncmp(text, what, strlen(what)) == 0;
}

/* The last call of its look at itself, which it does before open_session and pam_end. */
static bool looks(const struct __ptrace_syscall_info *info)
{
#ifdef SYS_getpgrp
	return info->entry.nr == SYS_getpgrp;
#else
	return info->entry.nr == SYS_getpgid;
#endif
}

/* libpam's own record, when all modules have returned: what becomes of it is none of ours. */
static bool audits(const struct __ptrace_syscall_info *info)
{
	return info->entry.nr == SYS_socket && info->entry.args[0] == AF_NETLINK &&
	       info->entry.args[2] == NETLINK_AUDIT;
}

/* True when the call is the module's. */
static bool phase_advance(struct tracee *t, const struct __ptrace_syscall_info *info)
{
	if (audits(info) && (t->phase == IN_OPEN || t->phase == IN_CLOSE)) {
		t->phase++;
	}
	switch (t->phase) {
	case AT_START:
		t->phase = looks(info) ? IN_OPEN : t->phase;
		return false;
	case IN_OPEN:
		t->phase = says(t, info, "open=") ? IN_SESSION : t->phase;
		return t->phase == IN_OPEN;
	case IN_SESSION: /* looks once more, then waits for the child that was the session */
		t->phase =
			says(t, info, "hold=") || info->entry.nr == SYS_wait4 ? IN_CLOSE : t->phase;
		return false;
	case IN_CLOSE:
		if (says(t, info, "close=")) {
			t->phase = AFTER_CLOSE;
		}
		return t->phase == IN_CLOSE &&
		       !(info->entry.nr == SYS_read && info->entry.args[0] == 0) &&
		       !says(t, info, "hold=");
	case AFTER_CLOSE:
		t->phase = looks(info) ? IN_END : t->phase;
		return false;
	case IN_END:
		t->phase = says(t, info, "after-") ? AT_END : t->phase;
		return t->phase == IN_END;
	default:
		return false;
	}
}

/* --- the call --------------------------------------------------------------------------------- */

static bool wanted_role(const struct tracee *t)
{
	char name[32];

	snprintf(name, sizeof(name), "%s%d", role_names[t->role], t->login);
	return strcmp(name, want.role) == 0;
}

static void entry_do(struct tracee *t, const struct __ptrace_syscall_info *info)
{
	struct registers now;
	long call = (long)info->entry.nr;
	int n;

	if (call == SYS_close && (int)info->entry.args[0] == MARK) {
		t->muted = !t->muted;
		return;
	}
	if (t->muted || call < 0 || call >= CALLS_MAX ||
	    (t->role == ROLE_APP && !phase_advance(t, info))) {
		return;
	}
	n = ++t->calls[call];
	if (want.action == ACTION_LIST) {
		fprintf(want.list, "%s%d %ld %d\n", role_names[t->role], t->login, call, n);
		return;
	}
	if (reached || call != want.call || n != want.number || !wanted_role(t)) {
		return;
	}
	reached = true;
	if (want.action == ACTION_KILL) {
		kill(t->pid, SIGKILL);
		return;
	}
	t->hit = true;
	registers_move(t->pid, PTRACE_GETREGSET, &before);
	before_call = call;
	if (want.action != ACTION_LATE) {
		/* Not -1: a filter of the process would see that. Each allows to close a file. */
		now = before;
		call_set(t->pid, &now, SYS_close, -1);
	}
}

/* False when T is no longer followed. */
static bool exit_do(struct tracee *t)
{
	struct registers now;

	if (!t->hit) {
		return true;
	}
	t->hit = false;
	registers_move(t->pid, PTRACE_GETREGSET, &now);
	if (want.action != ACTION_STOP) {
		result_set(t->pid, &now, -want.error);
		return true;
	}
	call_rewind(t->pid, &now);
	kill(t->pid, SIGSTOP);
	ptrace(PTRACE_DETACH, t->pid, 0, 0);
	stopped = t->pid;
	resume_at = time(NULL) + want.seconds;
	tracee_drop(t);
	return false;
}

static bool syscall_stop(struct tracee *t)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof(info), &info) < 0) {
		return true; /* has just been killed */
	}
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		entry_do(t, &info);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		return exit_do(t);
	}
	return true;
}

/* --- following -------------------------------------------------------------------------------- */

static bool calls_matter(const struct tracee *t)
{
	if (t->role == ROLE_NONE || t->role == ROLE_TOOL) {
		return false;
	}
	return want.action == ACTION_LIST || t->hit ||
	       (!reached && (wanted_role(t) || (t->role == ROLE_APP && phases_matter())));
}

static void go_on(struct tracee *t, int sig)
{
	ptrace(calls_matter(t) ? PTRACE_SYSCALL : PTRACE_CONT, t->pid, 0, sig);
}

static void stop_handle(struct tracee *t, int status)
{
	int sig = WSTOPSIG(status), event = status >> 16;

	if (sig == (SIGTRAP | 0x80)) {
		if (syscall_stop(t)) {
			go_on(t, 0);
		}
	} else if (event == PTRACE_EVENT_EXEC) {
		if (program_take(t)) {
			go_on(t, 0);
		} else {
			ptrace(PTRACE_DETACH, t->pid, 0, 0);
			tracee_drop(t);
		}
	} else if (event == PTRACE_EVENT_STOP) {
		if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU) {
			ptrace(PTRACE_LISTEN, t->pid, 0, 0);
		} else {
			go_on(t, 0);
		}
	} else {
		go_on(t, event == 0 ? sig : 0);
	}
}

/* Only now, at its first stop, is a child ours to let go. */
static void newcomer_handle(pid_t pid)
{
	struct tracee *t = tracee_new(pid);

	if (t->role == ROLE_TOOL || (t->role == ROLE_INIT && reached && !want.list)) {
		ptrace(PTRACE_DETACH, pid, 0, 0);
		tracee_drop(t);
	} else {
		go_on(t, 0);
	}
}

static void resume(void)
{
	if (stopped != 0) {
		kill(stopped,
		     SIGCONT); /* its parent may have reaped it: in here numbers do not return soon */
		stopped = 0;
	}
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void everybody_end(void)
{
	resume();
	for (int i = 0; i < TRACEES_MAX; i++) {
		if (tracees[i]) {
			kill(tracees[i]->pid, SIGKILL);
		}
	}
}

static void news_handle(pid_t pid, int status, pid_t root)
{
	struct tracee *t = tracee_find(pid);

	if (!WIFSTOPPED(status)) {
		tracee_drop(t);
	} else if (t) {
		stop_handle(t, status);
	} else if (pid != root) {
		newcomer_handle(pid);
	}
}

static int result_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Until CMD has ended, and whoever else was followed, for which there are a few seconds. */
static int follow(pid_t root)
{
	int status, result = -1;
	time_t leave_at = hang_at;

	for (;;) {
		pid_t pid = waitpid(-1, &status, __WALL);
		time_t now = time(NULL);

		if (pid < 0 && errno == ECHILD) {
			return result;
		}
		if (pid > 0) {
			news_handle(pid, status, root);
		}
		if (pid == root && !WIFSTOPPED(status)) {
			result = result_of(status);
			leave_at = now + 3;
		}
		if (now >= resume_at || result >= 0) {
			resume();
		}
		if (now > leave_at) {
			break;
		}
	}
	if (result < 0) {
		everybody_end();
		return HANGS;
	}
	return result;
}

static pid_t root_start(char **argv)
{
	int gate[2];
	char byte;
	pid_t pid;

	if (pipe(gate) < 0) {
		err(OWN_ERROR, "pipe");
	}
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		(void)!read(gate[0], &byte, 1);
		close(gate[0]);
		execvp(argv[0], argv);
		err(OWN_ERROR, "%s", argv[0]);
	}
	close(gate[0]);
	tracees[0] = calloc(1, sizeof(*tracees[0]));
	if (pid < 0 || !tracees[0] || ptrace(PTRACE_SEIZE, pid, 0, OPTIONS) < 0) {
		err(OWN_ERROR, "%s", argv[0]);
	}
	tracees[0]->pid = pid;
	close(gate[1]);
	return pid;
}

/* --- options ---------------------------------------------------------------------------------- */

static void usage(void)
{
	errx(OWN_ERROR, "usage: see the top of sweep_tracer.c");
}

static void options_take(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "list", 1, NULL, 'l' },   { "role", 1, NULL, 'r' },  { "call", 1, NULL, 'c' },
		{ "number", 1, NULL, 'n' }, { "error", 1, NULL, 'e' }, { "late", 1, NULL, 'L' },
		{ "kill", 0, NULL, 'k' },   { "stop", 1, NULL, 's' },  { 0 },
	};
	int which;

	while ((which = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		switch (which) {
		case 'l':
			want.list = fopen(optarg, "we");
			if (!want.list) {
				err(OWN_ERROR, "%s", optarg);
			}
			break;
		case 'r':
			snprintf(want.role, sizeof(want.role), "%s", optarg);
			break;
		case 'c':
			want.call = atol(optarg);
			break;
		case 'n':
			want.number = atoi(optarg);
			break;
		case 'e':
		case 'L':
			want.action = which == 'e' ? ACTION_ERROR : ACTION_LATE;
			want.error = atoi(optarg);
			break;
		case 'k':
			want.action = ACTION_KILL;
			break;
		case 's':
			want.action = ACTION_STOP;
			want.seconds = atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind >= argc || (want.action == ACTION_LIST) != (want.list != NULL)) {
		usage();
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, 200000 }, { 0, 200000 } };
	int result;

	options_take(argc, argv);
	sigaction(SIGALRM, &action, NULL);
	hang_at = time(NULL) + HANG_S;
	pid_t root = root_start(argv + optind);
	setitimer(ITIMER_REAL, &often, NULL);
	result = follow(root);
	if (reached) {
		fprintf(stderr, "sweep: reached\n");
	}
	return result < 0 ? OWN_ERROR : result;
}
