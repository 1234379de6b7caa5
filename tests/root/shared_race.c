// SPDX-License-Identifier: BSD-2-Clause
/*
 * shared_race together JOBS ROUNDS SERVICE USER: JOBS applications open at the same instant where no
 *     space lives. All have to get in, all into one space, and there is one space.
 * shared_race death ROUNDS SERVICE USER: one closes, or is killed, at the instant another opens. That
 *     one has to get in, into the same space or a fresh one, which lives as long as it does. The
 *     instant moves to where both happen.
 *
 * For a user with scope = user. Each application has a process inside, which tells its namespaces
 * and answers as long as it lives. One line of figures; ends with 0 when nothing failed.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOBS_MAX 64
#define KINDS    5
#define WAIT_MS  15000

/* The ranges of include/registry.h. */
#define SPACES      65536
#define SHARED_BYTE ((off_t)1 << 49)

struct order {
	char what; /* 'o' open, 'e' echo from inside, 'c' close */
	int64_t at_ns;
};

struct news {
	int status; /* of PAM; -1: an echo */
	int64_t took_ns;
	ino_t inodes[KINDS];
};

struct player {
	pid_t pid;
	int orders, news;
};

static const char *service, *user;
static uid_t uid;
static int registry = -1;
static unsigned int failures;
static int64_t slowest_ns;

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* To the microsecond: sleeps most of the time, then looks at the clock. */
static void wait_for(int64_t at_ns)
{
	int64_t sleep_ns = at_ns - now_ns() - 300000;
	struct timespec pause = { .tv_nsec = sleep_ns };

	if (sleep_ns > 0) {
		nanosleep(&pause, NULL);
	}
	while (now_ns() < at_ns) {
	}
}

static void failed(unsigned int round, const char *what)
{
	printf("round %u: %s\n", round, what);
	failures++;
}

/* --- an application ---------------------------------------------------------------------------- */

static int talk(int count, const struct pam_message **messages, struct pam_response **ret_answers,
		void *data)
{
	(void)messages;
	(void)data;
	*ret_answers = calloc((size_t)count, sizeof(**ret_answers));
	return *ret_answers ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* Inside: what the space is, and one echo for each byte until there is nobody to hear it. */
static void resident(int bytes, int news, struct news *about)
{
	static const char *const kinds[KINDS] = { "mnt", "pid", "ipc", "uts", "net" };
	char byte;

	for (int i = 0; i < KINDS; i++) {
		char path[32];
		struct stat st = { 0 };

		snprintf(path, sizeof(path), "/proc/self/ns/%s", kinds[i]);
		(void)stat(path, &st);
		about->inodes[i] = st.st_ino;
	}
	(void)!write(news, about, sizeof(*about));
	about->status = -1;
	while (read(bytes, &byte, 1) == 1) {
		(void)!write(news, about, sizeof(*about));
	}
	_exit(0);
}

static void open_at(pam_handle_t *pam, int64_t at_ns, const int inner[2], int news)
{
	struct news about = { 0 };
	int64_t start;

	wait_for(at_ns);
	start = now_ns();
	about.status = pam_open_session(pam, PAM_SILENT);
	about.took_ns = now_ns() - start;
	if (about.status == PAM_SUCCESS && fork() == 0) {
		close(inner[1]);
		resident(inner[0], news, &about);
	}
	if (about.status != PAM_SUCCESS) {
		(void)!write(news, &about, sizeof(about));
	}
}

static void play(int orders, int news)
{
	static const struct pam_conv conv = { talk, NULL };
	struct news about = { 0 };
	struct order order;
	pam_handle_t *pam;
	int inner[2];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pam_start(service, user, &conv, &pam) != PAM_SUCCESS || pipe2(inner, O_CLOEXEC) < 0) {
		_exit(2);
	}
	(void)pam_acct_mgmt(pam, PAM_SILENT); /* loads the modules: that is no part of the race */
	while (read(orders, &order, sizeof(order)) == sizeof(order)) {
		if (order.what == 'o') {
			open_at(pam, order.at_ns, inner, news);
		} else if (order.what == 'e') {
			(void)!write(inner[1], "", 1);
		} else {
			/* A dead process that nobody reaps would keep the old space, LEAK-07. */
			close(inner[1]);
			(void)wait(NULL);
			wait_for(order.at_ns);
			about.status = pam_close_session(pam, PAM_SILENT);
			(void)!write(news, &about, sizeof(about));
		}
	}
	_exit(0);
}

static struct player player_start(void)
{
	int orders[2], news[2];
	struct player player;

	if (pipe2(orders, O_CLOEXEC) < 0 || pipe2(news, O_CLOEXEC) < 0) {
		err(2, "pipe");
	}
	player = (struct player){ .pid = fork(), .orders = orders[1], .news = news[0] };
	if (player.pid == 0) {
		close(orders[1]);
		close(news[0]);
		play(orders[0], news[1]);
	}
	close(orders[0]);
	close(news[1]);
	return player;
}

static void tell(const struct player *player, char what, int64_t at_ns)
{
	const struct order order = { what, at_ns };

	(void)!write(player->orders, &order, sizeof(order));
}

/* 0; -1 when it does not say anything, or has ended. */
static int hear(const struct player *player, struct news *ret)
{
	struct pollfd entry = { .fd = player->news, .events = POLLIN };

	return poll(&entry, 1, WAIT_MS) == 1 &&
			       read(player->news, ret, sizeof(*ret)) == sizeof(*ret)
		       ? 0
		       : -1;
}

static void player_end(const struct player *player)
{
	kill(player->pid, SIGKILL);
	close(player->orders);
	close(player->news);
	waitpid(player->pid, NULL, 0);
}

/* --- what there is ----------------------------------------------------------------------------- */

/* The pid that holds the first lock from START on, LENGTH bytes, or 0; *RET_BYTE is its byte. */
static pid_t holder(off_t start, off_t length, off_t *ret_byte)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = start, .l_len = length };

	if (length <= 0 || fcntl(registry, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK) {
		return 0;
	}
	*ret_byte = lock.l_start;
	return lock.l_pid;
}

static pid_t shared_init(void)
{
	off_t byte;

	return holder(SHARED_BYTE + (off_t)uid, 1, &byte);
}

static int spaces_count(void)
{
	const off_t end = ((off_t)uid + 1) * SPACES;
	off_t byte = end - SPACES;
	int count = 0;

	while (holder(byte, end - byte, &byte) > 0) {
		count++;
		byte++;
	}
	return count;
}

/* One that came second may be about to exit. */
static int spaces_become(int wanted)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (int i = 0; i < 5000; i++) {
		if (spaces_count() == wanted) {
			return 1;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

static ino_t init_namespace(pid_t pid)
{
	struct stat st = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	(void)stat(path, &st);
	return st.st_ino;
}

static int same_space(const struct news *a, const struct news *b)
{
	return memcmp(a->inodes, b->inodes, sizeof(a->inodes)) == 0;
}

static void slowest_note(const struct news *news)
{
	if (news->took_ns > slowest_ns) {
		slowest_ns = news->took_ns;
	}
}

/* --- the two games ----------------------------------------------------------------------------- */

static void together_round(unsigned int round, int jobs)
{
	struct player players[JOBS_MAX];
	struct news news[JOBS_MAX];
	const struct news *first = NULL;
	int64_t at_ns;

	for (int i = 0; i < jobs; i++) {
		players[i] = player_start();
	}
	at_ns = now_ns() + 3000000;
	for (int i = 0; i < jobs; i++) {
		tell(&players[i], 'o', at_ns);
	}
	for (int i = 0; i < jobs; i++) {
		news[i].status = PAM_SYSTEM_ERR;
		if (hear(&players[i], &news[i]) < 0 || news[i].status != PAM_SUCCESS) {
			failed(round, "denied");
			continue;
		}
		first = first != NULL ? first : &news[i];
		if (!same_space(&news[i], first)) {
			failed(round, "another space");
		}
		slowest_note(&news[i]);
	}
	if (!spaces_become(1)) {
		failed(round, "not one space");
	}
	for (int i = 0; i < jobs; i++) {
		if (news[i].status != PAM_SUCCESS) {
			continue;
		}
		tell(&players[i], 'e', 0);
		if (hear(&players[i], &news[i]) < 0 || news[i].status != -1) {
			failed(round, "no life inside");
		}
		tell(&players[i], 'c', 0);
		if (hear(&players[i], &news[i]) < 0 || news[i].status != PAM_SUCCESS) {
			failed(round, "close");
		}
	}
	for (int i = 0; i < jobs; i++) {
		player_end(&players[i]);
	}
	if (!spaces_become(0)) {
		failed(round, "the space stays");
	}
}

/* The life of the one that came: its init is the one to join, and what runs inside is left alone. */
static void newcomer_check(unsigned int round, const struct player *player, const struct news *news)
{
	const struct timespec pause = { .tv_nsec = 15000000 };
	struct news echo;

	nanosleep(&pause, NULL); /* an init that has decided to end does it by now */
	tell(player, 'e', 0);
	if (hear(player, &echo) < 0 || echo.status != -1) {
		failed(round, "what runs inside was killed");
	}
	if (init_namespace(shared_init()) != news->inodes[1]) {
		failed(round, "its space cannot be joined any more");
	}
	if (!spaces_become(1)) {
		failed(round, "not one space");
	}
}

/* Returns 1 when the newcomer met the old space, 0 for a fresh one. */
static int death_round(unsigned int round, int64_t later_ns)
{
	struct player old = player_start(), young = player_start();
	struct news first = { 0 }, second = { 0 };
	int64_t at_ns;

	tell(&old, 'o', 0);
	if (hear(&old, &first) < 0 || first.status != PAM_SUCCESS) {
		failed(round, "the first one is denied");
	}
	at_ns = now_ns() + 12000000;
	tell(&young, 'o', at_ns + later_ns);
	if (round % 2 == 0) {
		tell(&old, 'c', at_ns);
	} else {
		wait_for(at_ns);
		kill(old.pid, SIGKILL);
	}
	if (hear(&young, &second) < 0 || second.status != PAM_SUCCESS) {
		failed(round, "denied");
	} else {
		slowest_note(&second);
		newcomer_check(round, &young, &second);
	}
	player_end(&old);
	player_end(&young);
	if (!spaces_become(0)) {
		failed(round, "the space stays");
	}
	return same_space(&first, &second);
}

static unsigned int death_rounds(unsigned int rounds)
{
	int64_t later_ns[2] = { -2000000, -2000000 };
	unsigned int met = 0;

	for (unsigned int round = 0; round < rounds; round++) {
		/* Closing and being killed take different times to reach init: a place for each. */
		int64_t *later = &later_ns[round % 2];
		int same = death_round(round, *later);

		met += (unsigned int)same;
		*later += (same ? 1 : -1) * (20000 + random() % 200000);
		if (*later < -10000000 || *later > 10000000) {
			*later = -2000000;
		}
	}
	return met;
}

int main(int argc, char **argv)
{
	const int together = argc == 6 && strcmp(argv[1], "together") == 0;
	const struct passwd *entry;
	unsigned int rounds, met = 0;

	if (!together && (argc != 5 || strcmp(argv[1], "death") != 0)) {
		errx(2, "usage: shared_race together JOBS|death ROUNDS SERVICE USER");
	}
	rounds = (unsigned int)atoi(argv[argc - 3]);
	service = argv[argc - 2];
	user = argv[argc - 1];
	entry = getpwnam(user);
	(void)mkdir("/run/loginspace", 0700);
	registry = open("/run/loginspace", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (entry == NULL || registry < 0) {
		err(2, "%s, /run/loginspace", user);
	}
	uid = entry->pw_uid;
	for (unsigned int round = 0; together && round < rounds; round++) {
		int jobs = atoi(argv[2]);

		together_round(round, jobs > JOBS_MAX ? JOBS_MAX : jobs);
	}
	if (!together) {
		met = death_rounds(rounds);
	}
	printf("rounds=%u failures=%u met=%u fresh=%u slowest_ms=%" PRId64 "\n", rounds, failures,
	       met, rounds - met, slowest_ns / 1000000);
	return failures != 0;
}
