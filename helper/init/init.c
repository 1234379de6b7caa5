/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init.c - PID 1 of a space. Its rule of life:
 *
 *   All signals are blocked before it starts; it hears SIGCHLD and SIGTERM through a signalfd.
 *   It allocates nothing and opens nothing, and soon cannot: it holds CAP_KILL and no other
 *   capability, and the calls of init.calls.
 *   It counts its owners (owners.c): each is a PAM application whose session lives in here. It hears
 *   of them at its door (doorkeeper.c), where only root can knock.
 *   With the last owner gone it lingers as its charter says (lingering.c); who joins meanwhile is an
 *   owner like any other. A space that no login has ever entered does not linger.
 *   SIGTERM, which only root can send, ends it at once.
 *   The end: the door is shut and the place as the user's shared space given up, so that the next
 *   login makes a new one; HUP, TERM, CONT to everybody, a short grace, KILL, and when nobody is left
 *   the removal of the space's control group, if it is ours, and exit.
 *   No error of its own makes it exit before that: the user's processes would die with it.
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "doorkeeper.h"
#include "fds.h"
#include "filter.h"
#include "group.h"
#include "init_fds.h"
#include "inhabitants.h"
#include "landlock.h"
#include "lingering.h"
#include "registry.h"

#define GRACE_POLL_MS   10
#define REMAINS_POLL_MS 100

static int place_door(void)
{
	const int on = 1;
	int ends[2], err;

	err = channel_pair(ends);
	if (err == 0) {
		err = fd_raise(&ends[0]);
	}
	if (err == 0) {
		err = fd_raise(&ends[1]);
	}
	if (err == 0) {
		err = fd_place(ends[0], INIT_DOOR_FD);
	}
	if (err == 0) {
		err = fd_place(ends[1], INIT_KNOCKER_FD);
	}
	if (err == 0 && setsockopt(INIT_DOOR_FD, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
		err = -errno;
	}
	return err;
}

static int place_signals(void)
{
	sigset_t heard;
	int fd, err;

	(void)sigemptyset(&heard);
	(void)sigaddset(&heard, SIGCHLD);
	(void)sigaddset(&heard, SIGTERM);
	fd = signalfd(-1, &heard, SFD_NONBLOCK);
	if (fd < 0) {
		return -errno;
	}
	err = fd_raise(&fd);
	return err < 0 ? err : fd_place(fd, INIT_SIGNALS_FD);
}

int init_prepare(int registry)
{
	int err;

	err = place_signals();
	if (err == 0) {
		err = place_door();
	}
	return err < 0 ? err : fd_place(registry, INIT_REGISTRY_FD);
}

static void reap(void)
{
	siginfo_t about;

	do {
		about.si_pid = 0;
	} while (waitid(P_ALL, 0, &about, WEXITED | WNOHANG) == 0 && about.si_pid != 0);
}

/* The user's processes may hang up cleanly; a stopped one must be woken to do so. */
static void ask_to_go(void)
{
	int64_t deadline_ms = channel_now_ms() + INIT_GRACE_MS;

	inhabitants_signal(SIGHUP);
	inhabitants_signal(SIGTERM);
	inhabitants_signal(SIGCONT);
	reap();
	while (inhabitants_any() && channel_now_ms() < deadline_ms) {
		(void)poll(NULL, 0, GRACE_POLL_MS);
		reap();
	}
}

static void end_space(void)
{
	int pause_ms = GRACE_POLL_MS;

	if (inhabitants_any()) {
		ask_to_go();
	}
	/*
	 * All at once, for those who fork; whoever is born behind it has his turn in the next
	 * round, and with us everybody dies. What is left are zombies that a parent outside does
	 * not reap, and the stuck: the space goes on counting against its user until they go.
	 */
	if (inhabitants_any()) {
		(void)kill(-1, SIGKILL);
		reap();
	}
	while (inhabitants_any()) {
		(void)poll(NULL, 0, pause_ms);
		pause_ms = REMAINS_POLL_MS;
		inhabitants_signal(SIGKILL);
		reap();
	}
}

/* True when SIGTERM was among them. Only root may send one to a process of uid 0. */
static bool read_signals(void)
{
	struct signalfd_siginfo about;
	bool end = false;

	while (read(INIT_SIGNALS_FD, &about, sizeof(about)) == (ssize_t)sizeof(about)) {
		end = end || about.ssi_signo == SIGTERM;
	}
	reap();
	return end;
}

enum {
	SLOT_SIGNALS,
	SLOT_DOOR,
	SLOT_OWNERS, /* from here on two for each place: pidfd, channel */
	SLOT_COUNT = SLOT_OWNERS + 2 * OWNERS_MAX,
};

/* What init knows: the one thing it has, too large for its stack. */
static struct {
	struct doorkeeper keeper;
	struct lingering lingering;
	struct pollfd slots[SLOT_COUNT];
} life;

static nfds_t slots_fill(void)
{
	const struct owners *owners = &life.keeper.owners;
	nfds_t count = SLOT_OWNERS;
	size_t i;

	life.slots[SLOT_SIGNALS] = (struct pollfd){ .fd = INIT_SIGNALS_FD, .events = POLLIN };
	life.slots[SLOT_DOOR] = (struct pollfd){ .fd = INIT_DOOR_FD, .events = POLLIN };
	for (i = 0; i < owners->used; i++) {
		const struct owner *owner = &owners->places[i];
		const bool taken = owner->pidfd >= 0;

		life.slots[count++] = (struct pollfd){ .fd = owner->pidfd, .events = POLLIN };
		life.slots[count++] =
			(struct pollfd){ .fd = taken ? owner->channel : -1, .events = POLLIN };
	}
	return count;
}

/* Those of the first USED places, as poll has reported them. */
static void hear_owners(size_t used)
{
	struct owners *owners = &life.keeper.owners;
	size_t i;

	for (i = 0; i < used; i++) {
		const struct pollfd *slots = &life.slots[SLOT_OWNERS + 2 * i];
		struct owner *owner = &owners->places[i];
		bool gone = slots[0].revents != 0;

		if (owner->pidfd < 0) {
			continue;
		}
		if (!gone && slots[1].revents != 0) {
			gone = owner_hear(owners, owner);
		}
		if (gone) {
			owners_drop(owners, owner);
		}
	}
}

/* True when it is over, with nobody here any more to stay for. */
static bool over(bool child_died)
{
	struct doorkeeper *keeper = &life.keeper;
	const struct lingering_about about = {
		.rule = (enum plan_linger)keeper->space.linger,
		.seconds = keeper->space.linger_seconds,
		.now_ms = channel_now_ms(),
		.child_died = child_died,
	};

	if (keeper->owners.count > 0) {
		lingering_reset(&life.lingering);
		keeper->lingers_since = 0;
		return false;
	}
	if (!keeper->owners.entered) {
		return true;
	}
	if (keeper->lingers_since == 0) {
		keeper->lingers_since = lingering_realtime();
	}
	return lingering_over(&life.lingering, &about, inhabitants_any);
}

static void shut_door(void)
{
	(void)close(INIT_KNOCKER_FD);
	(void)close(INIT_DOOR_FD);
	if (life.keeper.space.scope == SCOPE_USER) {
		(void)registry_drop_shared(INIT_REGISTRY_FD, life.keeper.space.uid);
	}
}

/* Two fds an owner, and poll(2) counts slots against the same limit; PID 1's may be a low one. */
static size_t owners_most(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur / 2 >= OWNERS_MAX + FDS_FREE) {
		return OWNERS_MAX;
	}
	return limit.rlim_cur / 2 > FDS_FREE ? (size_t)limit.rlim_cur / 2 - FDS_FREE : 1;
}

/* An exec needs CAP_KILL inheritable and ambient; nothing is executed any more. */
static void keep_kill_only(void)
{
	const struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{ .effective = CAP_TO_MASK(CAP_KILL), .permitted = CAP_TO_MASK(CAP_KILL) },
	};

	/* Neither can fail for a process that holds CAP_KILL. */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	(void)syscall(SYS_capset, &header, data);
}

/*
 * Nothing more to open, run, mount or enter, and nothing to remove but what is in GROUP. Where the
 * kernel cannot do the one or the other init goes on, for the user is here already: it still has no
 * capability but CAP_KILL.
 */
static void confine(int group)
{
	keep_kill_only();
	(void)landlock_enter(group);
	(void)filter_install(&FILTER_INIT);
}

_Noreturn void init_run(const char *group)
{
	bool end;

	life.keeper.owners.most = owners_most();
	confine(group != NULL ? INIT_GROUP_FD : -1);

	/* The charter is there since before anybody could know of us; others may wait behind it. */
	while (!life.keeper.chartered && doorkeeper_hear(&life.keeper, INIT_DOOR_FD)) {
	}
	end = over(false);
	while (!end) {
		const size_t used = life.keeper.owners.used;
		bool child_died;

		if (poll(life.slots, slots_fill(), lingering_timeout_ms(&life.lingering)) < 0) {
			continue; /* EINTR, or ENOMEM for a moment */
		}
		child_died = life.slots[SLOT_SIGNALS].revents != 0;
		if (child_died) {
			end = read_signals();
		}
		hear_owners(used);
		/* After the owners: who knocks while the last one goes still finds the space alive. */
		if (life.slots[SLOT_DOOR].revents != 0) {
			(void)doorkeeper_hear(&life.keeper, INIT_DOOR_FD);
		}
		end = over(child_died) || end;
	}
	shut_door();
	end_space();
	if (group != NULL) {
		group_remove(group);
	}
	_exit(0);
}
