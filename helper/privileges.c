/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges.c - the phases of the helper and of init. The table below is that of
 * loginspace-helper(8). Runs in the helper and in the child that becomes init.
 */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT_MAX 16

struct kept {
	int count;
	bool through_exec; /* inheritable and ambient too: an exec is to come, capabilities(7) */
	cap_value_t list[KEPT_MAX];
};

static const struct kept KEPT[PHASE_COUNT] = {
	[PHASE_BUILD] = {
		.count = 4,
		.list = {
			CAP_SYS_ADMIN,	/* clone3, mounts, sethostname in the new namespaces */
			CAP_NET_ADMIN,	/* lo up */
			CAP_KILL,	/* handed on to init */
			CAP_SETPCAP,	/* to shrink the bounding set once more */
		},
	},
	[PHASE_INIT] = {
		.count = 1,
		.through_exec = true,
		.list = {
			CAP_KILL,	/* the user's processes, when the space ends */
		},
	},
	[PHASE_TOOL] = {
		.count = 1,
		.through_exec = true,
		.list = {
			CAP_NET_ADMIN,	/* our nftables table */
		},
	},
	[PHASE_ASK] = { .count = 0 },	/* systemd asks for uid 0 and no more */
};

static const struct {
	unsigned int extra;
	cap_value_t capability;
} EXTRAS[] = {
	{ EXTRA_SHARE, CAP_SYS_PTRACE },      /* pidfd_getfd of a living init's door */
	{ EXTRA_PATHS, CAP_DAC_READ_SEARCH }, /* to find what is in a 0700 home */
	{ EXTRA_DEVICES, CAP_MKNOD },         /* null, zero, tty... */
	{ EXTRA_RUNTIME, CAP_CHOWN },         /* /run/user/UID is the user's */
	{ EXTRA_OVERLAY, CAP_CHOWN },         /* what root inside does to files, overlayfs does */
	{ EXTRA_OVERLAY, CAP_DAC_OVERRIDE },  /* once more with the mounter's credentials */
	{ EXTRA_OVERLAY, CAP_DAC_READ_SEARCH }, { EXTRA_OVERLAY, CAP_FOWNER },
	{ EXTRA_OVERLAY, CAP_FSETID },          { EXTRA_OVERLAY, CAP_MKNOD },
	{ EXTRA_OVERLAY, CAP_SETFCAP },
};

#define EXTRAS_COUNT (sizeof(EXTRAS) / sizeof(EXTRAS[0]))

#define SECUREBITS \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | \
	 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED)

static int signals_reset(void)
{
	static const struct sigaction DEFAULT = { .sa_handler = SIG_DFL };
	sigset_t all;
	int number;

	for (number = 1; number < NSIG; number++) {
		/* SIGKILL, SIGSTOP and the C library's own cannot be set, and need not be. */
		(void)sigaction(number, &DEFAULT, NULL);
	}
	(void)sigfillset(&all);
	return sigprocmask(SIG_SETMASK, &all, NULL) < 0 ? -errno : 0;
}

/*
 * The limits of PID 1, as the system means them: a caller of su may have lowered his to make us
 * fail half-way. Init keeps them, for Debian's pam_limits(8) takes those of PID 1 for the system's.
 * Raising a hard limit needs CAP_SYS_RESOURCE, which a container may not have; then the soft one
 * goes up to the hard one, which is as good as it gets.
 */
static void limits_reset(void)
{
	struct rlimit wanted, have;
	int i;

	for (i = 0; i < RLIMIT_NLIMITS; i++) {
		const __rlimit_resource_t resource = (__rlimit_resource_t)i;

		if (prlimit(1, resource, NULL, &wanted) < 0 || setrlimit(resource, &wanted) == 0 ||
		    getrlimit(resource, &have) < 0) {
			continue;
		}
		have.rlim_cur = wanted.rlim_cur < have.rlim_max ? wanted.rlim_cur : have.rlim_max;
		(void)setrlimit(resource, &have);
	}
}

/*
 * A caller of su may have made himself slow, and init serves logins to come. Without CAP_SYS_NICE,
 * as in some containers, it stays as it was.
 */
static void schedule_reset(void)
{
	const struct sched_param none = { .sched_priority = 0 };

	(void)sched_setscheduler(0, SCHED_OTHER, &none);
	(void)setpriority(PRIO_PROCESS, 0, 0);
}

int privileges_arrive(void)
{
	/* The module has done so already; whoever else starts us may have another real uid. */
	if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0) {
		return -errno;
	}
	if (setgroups(0, NULL) < 0) {
		return -errno;
	}
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		return -errno;
	}
	(void)umask(077);
	if (chdir("/") < 0) {
		return -errno;
	}
	schedule_reset();
	limits_reset();
	return signals_reset();
}

static int is_kept(const struct kept *kept, cap_value_t value)
{
	int i;

	for (i = 0; i < kept->count; i++) {
		if (kept->list[i] == value) {
			return 1;
		}
	}
	return 0;
}

static int bounding_shrink(const struct kept *kept)
{
	cap_value_t value;

	for (value = 0; value < cap_max_bits(); value++) {
		/* To ask costs a fraction of what a drop does, and in the second phase most are gone. */
		if (!is_kept(kept, value) && cap_get_bound(value) > 0 &&
		    cap_drop_bound(value) < 0) {
			return -errno;
		}
	}
	return 0;
}

/* What is gone must stay gone: the sets read as they were set, and taking one back fails. */
static int sets_prove(cap_t kept)
{
	static const cap_value_t GONE = CAP_SYS_MODULE; /* in no phase */
	cap_t now, more;
	int err = 0;

	now = cap_get_proc();
	more = cap_dup(kept);
	if (now == NULL || more == NULL) {
		err = -ENOMEM;
	} else if (cap_compare(now, kept) != 0) {
		err = -ENOTRECOVERABLE;
	} else if (cap_set_flag(more, CAP_PERMITTED, 1, &GONE, CAP_SET) < 0) {
		err = -errno;
	} else if (cap_set_proc(more) == 0) {
		err = -ENOTRECOVERABLE;
	}
	(void)cap_free(now);
	(void)cap_free(more);
	return err;
}

static int sets_shrink(const struct kept *kept)
{
	cap_t caps;
	int err = 0;
	int i;

	caps = cap_init();
	if (caps == NULL) {
		return -errno;
	}
	/* To set none of them is no call that libcap takes. */
	if ((kept->count > 0 &&
	     (cap_set_flag(caps, CAP_PERMITTED, kept->count, kept->list, CAP_SET) < 0 ||
	      cap_set_flag(caps, CAP_EFFECTIVE, kept->count, kept->list, CAP_SET) < 0)) ||
	    (kept->through_exec &&
	     cap_set_flag(caps, CAP_INHERITABLE, kept->count, kept->list, CAP_SET) < 0) ||
	    cap_set_proc(caps) < 0) {
		err = -errno;
	}
	for (i = 0; kept->through_exec && err == 0 && i < kept->count; i++) {
		err = cap_set_ambient(kept->list[i], CAP_SET) < 0 ? -errno : 0;
	}
	if (err == 0) {
		err = sets_prove(caps);
	}
	(void)cap_free(caps);
	return err;
}

static struct kept kept_of(enum phase phase, unsigned int extras)
{
	struct kept kept = KEPT[phase];
	size_t i;

	for (i = 0; i < EXTRAS_COUNT; i++) {
		if ((extras & EXTRAS[i].extra) != 0 && !is_kept(&kept, EXTRAS[i].capability)) {
			kept.list[kept.count++] = EXTRAS[i].capability;
		}
	}
	return kept;
}

_Static_assert(4 + EXTRAS_COUNT <= KEPT_MAX, "room for all");

int privileges_enter(enum phase phase, unsigned int extras)
{
	const struct kept kept = kept_of(phase, extras);
	int err;

	/* Both need CAP_SETPCAP, so they come before the sets; the bits stay locked from then on. */
	if (phase != PHASE_INIT && prctl(PR_SET_SECUREBITS, SECUREBITS, 0, 0, 0) < 0) {
		return -errno;
	}
	err = bounding_shrink(&kept);
	if (err < 0) {
		return err;
	}
	return sets_shrink(&kept);
}
