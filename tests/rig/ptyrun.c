// SPDX-License-Identifier: BSD-2-Clause
/*
 * ptyrun [-t SECONDS] [-e TEXT | -s TEXT | -w ROWSxCOLS]... -- CMD ARGS: a very small expect.
 *
 * Runs CMD with a new terminal as its controlling one and does the steps in order: -e waits until
 * TEXT shows up (after what the step before has used up), -s types TEXT (\r \n \t \\ and \NNN
 * octal are understood), -w changes the size of the window. All that CMD writes goes to stdout. Ends with the
 * status of CMD, 128+n for a signal, 124 when a step's time is over (30 s unless -t says else).
 */
#include <err.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct step {
	int what;
	const char *text;
};

struct run {
	int master;
	pid_t child;
	struct timespec until;
	char seen[1 << 16];
	size_t len;
};

static void deadline_set(struct run *run, int seconds)
{
	clock_gettime(CLOCK_MONOTONIC, &run->until);
	run->until.tv_sec += seconds;
}

static int deadline_left_ms(const struct run *run)
{
	struct timespec now;
	long left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = (run->until.tv_sec - now.tv_sec) * 1000 +
	       (run->until.tv_nsec - now.tv_nsec) / 1000000;
	return left > 0 ? (int)left : 0;
}

/*
 * A terminal without an open end gives EIO. That is the end only when the child has ended too:
 * login(1) hangs its terminal up and opens it anew.
 */
static int child_ended(const struct run *run)
{
	static const struct timespec pause = { .tv_nsec = 2000000 };
	siginfo_t info = { 0 };

	if (waitid(P_PID, (id_t)run->child, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	    info.si_pid != 0) {
		return 1;
	}
	nanosleep(&pause, NULL);
	return 0;
}

/* Reads once. Returns 0 at the end of the terminal's life, 1 when there was something. */
static int output_read(struct run *run)
{
	struct pollfd pfd = { .fd = run->master, .events = POLLIN };
	ssize_t len;

	if (run->len >= sizeof(run->seen) - 1) {
		run->len = 0;
	}
	if (poll(&pfd, 1, deadline_left_ms(run)) == 0) {
		fflush(stdout);
		warnx("time is over");
		kill(run->child, SIGKILL);
		_exit(124);
	}
	len = read(run->master, run->seen + run->len, sizeof(run->seen) - 1 - run->len);
	if (len <= 0) {
		return !child_ended(run) && deadline_left_ms(run) > 0;
	}
	fwrite(run->seen + run->len, 1, (size_t)len, stdout);
	fflush(stdout);
	run->len += (size_t)len;
	return 1;
}

static int text_expect(struct run *run, const char *text)
{
	char *at;

	while (!(at = memmem(run->seen, run->len, text, strlen(text)))) {
		if (!output_read(run)) {
			return 0;
		}
	}
	at += strlen(text);
	run->len -= (size_t)(at - run->seen);
	memmove(run->seen, at, run->len);
	return 1;
}

static size_t text_unescape(const char *in, char *out, size_t room)
{
	size_t n = 0;

	while (*in && n < room) {
		char *end;

		if (*in != '\\') {
			out[n++] = *in++;
			continue;
		}
		in++;
		if (*in >= '0' && *in <= '7') {
			char digits[4] = "";

			memcpy(digits, in, strnlen(in, 3));
			out[n++] = (char)strtol(digits, &end, 8);
			in += end - digits;
			continue;
		}
		out[n++] = *in == 'r' ? '\r' : *in == 'n' ? '\n' : *in == 't' ? '\t' : *in;
		in += *in != '\0';
	}
	return n;
}

static void text_send(struct run *run, const char *text)
{
	char raw[4096];
	size_t len = text_unescape(text, raw, sizeof(raw));

	if (write(run->master, raw, len) != (ssize_t)len) {
		warn("send");
	}
}

static void window_set(struct run *run, const char *text)
{
	struct winsize size = { 0 };

	if (sscanf(text, "%hux%hu", &size.ws_row, &size.ws_col) != 2 ||
	    ioctl(run->master, TIOCSWINSZ, &size) < 0) {
		err(125, "window %s", text);
	}
}

static int steps_do(struct run *run, const struct step *steps, size_t count, int seconds)
{
	for (size_t i = 0; i < count; i++) {
		deadline_set(run, seconds);
		if (steps[i].what == 'e' && !text_expect(run, steps[i].text)) {
			warnx("ended before: %s", steps[i].text);
			return 0;
		}
		if (steps[i].what == 's') {
			text_send(run, steps[i].text);
		}
		if (steps[i].what == 'w') {
			window_set(run, steps[i].text);
		}
	}
	deadline_set(run, seconds);
	while (output_read(run)) {
	}
	return 1;
}

int main(int argc, char **argv)
{
	static struct run run;
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct step steps[64];
	size_t count = 0;
	int opt, status, seconds = 30;

	while ((opt = getopt(argc, argv, "+t:e:s:w:")) != -1) {
		if (opt == 't') {
			seconds = atoi(optarg);
		} else if (opt == '?' || count == 64) {
			errx(125, "usage: ptyrun [-t SECONDS] [-e|-s|-w TEXT]... -- CMD ARGS");
		} else {
			steps[count++] = (struct step){ opt, optarg };
		}
	}
	run.child = forkpty(&run.master, NULL, NULL, &size);
	if (run.child < 0) {
		err(125, "forkpty");
	}
	if (run.child == 0) {
		execvp(argv[optind], argv + optind);
		err(127, "%s", argv[optind]);
	}
	if (!steps_do(&run, steps, count, seconds)) {
		kill(run.child, SIGHUP);
	}
	if (waitpid(run.child, &status, 0) < 0) {
		err(125, "waitpid");
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
