// SPDX-License-Identifier: BSD-2-Clause
/*
 * attempt_kernel: at what the whole machine has once: its settings, modules, clock. All calls
 * have an argument that the kernel refuses after its check of privileges. T_STAGE: an empty
 * folder of the user's.
 */
#include "attempt.h"

#include <ftw.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/acct.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/swap.h>
#include <sys/time.h>
#include <sys/timex.h>
#if defined(__x86_64__)
#include <sys/io.h>
#define PORTS_TAKE() iopl(3)
#define PORT_TAKE()  ioperm(0x80, 1, 1)
#else
#define PORTS_TAKE() (errno = ENOSYS, -1)
#define PORT_TAKE()  (errno = ENOSYS, -1)
#endif

/* --- files of /proc and /sys ------------------------------------------------------------------ */

/* Settings that each namespace has for itself are other attempts. */
static bool is_passed_over(const char *path)
{
	static const char *const others[] = { "/proc/sys/net",
					      "/proc/sys/user",
					      "/proc/sys/kernel/hostname",
					      "/proc/sys/kernel/domainname",
					      "/proc/sys/fs/mqueue",
					      "/proc/sys/kernel/ns_last_pid",
					      "/sys/fs/cgroup" };
	static const char *const ipc[] = { "/proc/sys/kernel/msg", "/proc/sys/kernel/shm",
					   "/proc/sys/kernel/sem", "/proc/sys/kernel/auto_msgmni" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(path, others[i]) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(ipc) / sizeof(ipc[0]); i++) {
		if (strncmp(path, ipc[i], strlen(ipc[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* For nftw: stops at the first file that can be opened for writing, and says it on stderr. */
static int file_look(const char *path, const struct stat *about, int type, struct FTW *ftw)
{
	(void)ftw;
	if (is_passed_over(path)) {
		return FTW_SKIP_SUBTREE;
	}
	if (type != FTW_F || !S_ISREG(about->st_mode) || opened(path, O_WRONLY) != WORKS) {
		return FTW_CONTINUE;
	}
	fprintf(stderr, "writable: %s\n", path);
	return FTW_STOP;
}

static enum outcome tree_outcome(const char *folder)
{
	bool found = nftw(folder, file_look, 16, FTW_PHYS | FTW_ACTIONRETVAL) == FTW_STOP;

	why = found ? 0 : EACCES;
	return found ? WORKS : REFUSED;
}

static enum outcome settings_any(void)
{
	return tree_outcome("/proc/sys");
}

static enum outcome sys_any(void)
{
	return tree_outcome("/sys");
}

static enum outcome core_pattern(void)
{
	return rewritten("/proc/sys/kernel/core_pattern");
}

static enum outcome modprobe(void)
{
	enum outcome outcome = rewritten("/proc/sys/kernel/modprobe");

	return outcome == NOT_THERE ? UNKNOWN : outcome;
}

static enum outcome overcommit(void)
{
	return rewritten("/proc/sys/vm/overcommit_memory");
}

static enum outcome links(void)
{
	return rewritten("/proc/sys/fs/protected_symlinks");
}

static enum outcome net_setting(void)
{
	enum outcome outcome = rewritten("/proc/sys/net/ipv4/ip_forward");

	return outcome == WORKS ? own_or_works("net") : outcome;
}

static enum outcome ipc_setting(void)
{
	enum outcome outcome = rewritten("/proc/sys/kernel/shmmni");

	return outcome == WORKS ? own_or_works("ipc") : outcome;
}

/* Not there: this kernel has none of it, for anybody. */
static enum outcome where_there(const char *path, int flags)
{
	return access(path, F_OK) < 0 ? UNKNOWN : opened(path, flags);
}

static enum outcome sysrq(void)
{
	return where_there("/proc/sysrq-trigger", O_WRONLY);
}

static enum outcome kcore(void)
{
	return where_there("/proc/kcore", O_RDONLY);
}

static enum outcome uevent_helper(void)
{
	return where_there("/sys/kernel/uevent_helper", O_WRONLY);
}

static enum outcome any_of(const char *const *paths, int flags)
{
	enum outcome most = UNKNOWN, outcome;

	for (; *paths; paths++) {
		outcome = where_there(*paths, flags);
		most = most == UNKNOWN || (outcome != UNKNOWN && outcome > most) ? outcome : most;
	}
	return most;
}

static enum outcome proc_writes(void)
{
	static const char *const paths[] = { "/proc/mtrr", "/proc/irq/default_smp_affinity",
					     "/proc/timer_stats", "/proc/bus/pci/00/00.0", NULL };

	return any_of(paths, O_WRONLY);
}

static enum outcome proc_reads(void)
{
	static const char *const paths[] = { "/proc/slabinfo", "/proc/kpageflags",
					     "/proc/vmallocinfo", NULL };

	return any_of(paths, O_RDONLY);
}

/* debugfs and tracefs, whether the host has mounted them or not. */
static enum outcome debug_mount(void)
{
	enum outcome outcome;

	if (unshare(CLONE_NEWNS) == 0) {
		(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	}
	outcome = judged(mount("debugfs", target("T_STAGE"), "debugfs", 0, NULL), WORKS);
	if (outcome == REFUSED) {
		outcome = judged(mount("tracefs", target("T_STAGE"), "tracefs", 0, NULL), WORKS);
	}
	return outcome;
}

/* --- calls ------------------------------------------------------------------------------------ */

static enum outcome module_load(void)
{
	return probed(syscall(SYS_init_module, "no module", 9UL, ""), ENOEXEC);
}

static enum outcome module_file(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	enum outcome outcome = probed(syscall(SYS_finit_module, fd, "", 0), ENOEXEC);

	return outcome == REFUSED && why == EINVAL ? WORKS : outcome;
}

static enum outcome kexec(void)
{
	return probed(syscall(SYS_kexec_load, 0UL, 1000000UL, NULL, ~0UL), EINVAL);
}

static enum outcome reboot_invalid(void)
{
	enum outcome outcome = probed(syscall(SYS_reboot, 1, 2, 3, NULL), EINVAL);

	return outcome == WORKS ? own_or_works("pid") : outcome;
}

static enum outcome bpf_next(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.start_id = INT_MAX - 1;
	return probed(syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &attr, sizeof(attr)), ENOENT);
}

static enum outcome perf_all(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_CLOCK,
					.disabled = 1 };

	return judged(syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0), WORKS);
}

static enum outcome clock_tick(void)
{
	struct timex timex = { .modes = ADJ_TICK, .tick = 0 };

	return probed(adjtimex(&timex), EINVAL);
}

static enum outcome clock_zone(void)
{
	struct timezone zone = { .tz_minuteswest = 100000 };

	return probed(syscall(SYS_settimeofday, NULL, &zone), EINVAL);
}

static enum outcome swap_on(void)
{
	return probed(swapon("/nonexistent", 0), ENOENT);
}

static enum outcome accounting(void)
{
	return probed(acct("/nonexistent"), ENOENT);
}

static enum outcome log_level(void)
{
	return probed(syscall(SYS_syslog, 8, NULL, 99), EINVAL);
}

static enum outcome ports(void)
{
	enum outcome outcome = judged(PORTS_TAKE(), WORKS);

	return outcome == WORKS ? outcome : judged(PORT_TAKE(), WORKS);
}

static enum outcome priority(void)
{
	return judged(setpriority(PRIO_PROCESS, 0, -5), WORKS);
}

static enum outcome limit(void)
{
	struct rlimit limit;

	(void)getrlimit(RLIMIT_MEMLOCK, &limit);
	if (limit.rlim_max == RLIM_INFINITY) {
		limit = (struct rlimit){ 0, 0 };
		(void)setrlimit(RLIMIT_MEMLOCK, &limit);
	}
	limit.rlim_max++;
	return judged(setrlimit(RLIMIT_MEMLOCK, &limit), WORKS);
}

static enum outcome host_name(void)
{
	char name[256] = "";
	enum outcome outcome;

	(void)gethostname(name, sizeof(name) - 1);
	outcome = judged(sethostname(name, strlen(name)), WORKS);
	return outcome == WORKS ? own_or_works("uts") : outcome;
}

static const struct attempt ATTEMPTS[] = {
	{ "ESC-04", "write any setting of the machine, /proc/sys", "SHU", settings_any },
	{ "ESC-04", "write kernel.core_pattern", "SHU", core_pattern },
	{ "ESC-04", "write kernel.modprobe", "SHU", modprobe },
	{ "ESC-04", "write vm.overcommit_memory", "SHU", overcommit },
	{ "ESC-04", "write fs.protected_symlinks", "SHU", links },
	{ "ESC-04", "write net.ipv4.ip_forward", "SHU", net_setting },
	{ "ESC-04", "write kernel.shmmni", "SHU", ipc_setting },
	{ "ESC-04", "write /proc/sysrq-trigger", "SHU", sysrq },
	{ "ESC-04", "read /proc/kcore", "SHU", kcore },
	{ "ESC-04", "write /proc/mtrr, /proc/irq, /proc/bus", "SHU", proc_writes },
	{ "ESC-04", "read what only root reads, /proc/slabinfo, kpageflags", "SH", proc_reads },
	{ "ESC-04", "write any file of /sys", "SHU", sys_any },
	{ "ESC-04", "write /sys/kernel/uevent_helper", "SHU", uevent_helper },
	{ "ESC-04", "mount debugfs, tracefs", "SHU", debug_mount },
	{ "ESC-04", "load a module, init_module", "SHU", module_load },
	{ "ESC-04", "load a module, finit_module", "SHU", module_file },
	{ "ESC-04", "load another kernel, kexec_load", "SHU", kexec },
	{ "ESC-04", "reboot", "SHU", reboot_invalid },
	{ "ESC-04", "list bpf programs", "SHU", bpf_next },
	{ "ESC-04", "watch a processor, perf_event_open", "HU", perf_all },
	{ "ESC-04", "set the clock, adjtimex", "SHU", clock_tick },
	{ "ESC-04", "set the clock's zone, settimeofday", "SHU", clock_zone },
	{ "ESC-04", "swapon", "SHU", swap_on },
	{ "ESC-04", "acct", "SHU", accounting },
	{ "ESC-04", "set the level of the kernel's log", "SHU", log_level },
	{ "ESC-04", "use ports, iopl and ioperm", "SHU", ports },
	{ "ESC-04", "take a higher priority", "SHU", priority },
	{ "ESC-04", "raise a hard limit", "SHU", limit },
	{ "ISO-14", "set the host name", "SHU", host_name },
};

int main(void)
{
	return attempts_run(ATTEMPTS, sizeof(ATTEMPTS) / sizeof(ATTEMPTS[0]));
}
