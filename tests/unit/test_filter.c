/* SPDX-License-Identifier: BSD-2-Clause */
/* links: filter/helper.c filter/init.c filter/session.c */
/*
 * test_filter.c - what the filters for system calls say of each call, by running them here as the
 * kernel does; test_filter_live.c has the kernel do it.
 */
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cmocka.h>

#define DENIED       (SECCOMP_RET_ERRNO | EPERM)
#define UNKNOWN      (SECCOMP_RET_ERRNO | ENOSYS)
#define UPPER        UINT64_C(0xabcd000000000000)
#define NUMBERS_MOST 700 /* above all calls of all architectures with plain numbers */

#ifdef __x86_64__
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif

/* What a program says of a call; the part of bpf(4) that libseccomp uses. */
static uint32_t decide(const struct filter *filter, const struct seccomp_data *data)
{
	uint32_t word = 0;
	size_t i;

	for (i = 0; i < filter->length; i++) {
		const struct sock_filter *code = &filter->code[i];
		bool yes = false;

		switch (code->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&word, (const char *)data + code->k, sizeof(word));
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			word &= code->k;
			continue;
		case BPF_RET | BPF_K:
			return code->k;
		case BPF_JMP | BPF_JA:
			i += code->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = word == code->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			yes = word > code->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = word >= code->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			yes = (word & code->k) != 0;
			break;
		default:
			fail_msg("instruction %zu is of kind 0x%x", i, code->code);
		}
		i += yes ? code->jt : code->jf;
	}
	fail_msg("the program does not end");
	return 0;
}

static uint32_t say(const struct filter *filter, long number, uint64_t first, uint64_t second)
{
	const struct seccomp_data data = { .nr = (int)number,
					   .arch = NATIVE,
					   .args = { first, second } };

	return decide(filter, &data);
}

static const long SESSION_REFUSED[] = {
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_open_tree,
	SYS_move_mount,
	SYS_fsopen,
	SYS_fsconfig,
	SYS_fsmount,
	SYS_fspick,
	SYS_mount_setattr,
	467 /* open_tree_attr */,
	SYS_setns,
	SYS_kexec_load,
	SYS_reboot,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_io_uring_setup,
	SYS_io_uring_enter,
	SYS_io_uring_register,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_open_by_handle_at,
	SYS_swapon,
	SYS_swapoff,
	SYS_acct,
	SYS_quotactl_fd,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_adjtimex,
	SYS_clock_adjtime,
};
static const long SESSION_LEFT[] = {
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_execve,
	SYS_chroot,
	SYS_personality,
	SYS_seccomp,
	SYS_openat,
	SYS_socket,
	SYS_prctl,
	SYS_name_to_handle_at,
	SYS_setuid,
	SYS_kill,
	SYS_landlock_create_ruleset,
	SYS_ioctl,
	SYS_unshare,
	SYS_clone,
	SYS_quotactl,
};

static void session_test(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(SESSION_REFUSED) / sizeof(SESSION_REFUSED[0]); i++) {
		if (say(&FILTER_SESSION, SESSION_REFUSED[i], 0, 0) != DENIED) {
			fail_msg("call %ld is not refused", SESSION_REFUSED[i]);
		}
	}
	for (i = 0; i < sizeof(SESSION_LEFT) / sizeof(SESSION_LEFT[0]); i++) {
		if (say(&FILTER_SESSION, SESSION_LEFT[i], 0, 0) != SECCOMP_RET_ALLOW) {
			fail_msg("call %ld is refused", SESSION_LEFT[i]);
		}
	}
	assert_int_equal(say(&FILTER_SESSION, SYS_clone3, 0, 0), UNKNOWN);
}

/* The kernel looks at the lower half of these arguments: what is in the upper one must not help. */
static void session_arguments_test(void **state)
{
	static const uint64_t NEW[] = { CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
					CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET };
	const uint64_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
				CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |
				CLONE_CHILD_CLEARTID;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(NEW) / sizeof(NEW[0]); i++) {
		assert_int_equal(say(&FILTER_SESSION, SYS_unshare, NEW[i], 0), DENIED);
		assert_int_equal(say(&FILTER_SESSION, SYS_unshare, NEW[i] | UPPER | CLONE_FS, 0),
				 DENIED);
		assert_int_equal(say(&FILTER_SESSION, SYS_clone, NEW[i] | SIGCHLD | UPPER, 0),
				 DENIED);
	}
	assert_int_equal(say(&FILTER_SESSION, SYS_unshare, CLONE_NEWTIME, 0), DENIED);
	assert_int_equal(say(&FILTER_SESSION, SYS_clone, thread, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(
		say(&FILTER_SESSION, SYS_unshare, CLONE_FS | CLONE_FILES | CLONE_THREAD, 0),
		SECCOMP_RET_ALLOW);
	assert_int_equal(say(&FILTER_SESSION, SYS_ioctl, 0, TIOCSTI), DENIED);
	assert_int_equal(say(&FILTER_SESSION, SYS_ioctl, 0, TIOCSTI | UPPER), DENIED);
	assert_int_equal(say(&FILTER_SESSION, SYS_ioctl, 0, TIOCLINUX | UPPER), DENIED);
	assert_int_equal(say(&FILTER_SESSION, SYS_ioctl, 0, TIOCGWINSZ), SECCOMP_RET_ALLOW);
	/* Q_SETQUOTA and Q_GETQUOTA of quotactl(2), for users. */
	assert_int_equal(say(&FILTER_SESSION, SYS_quotactl, 0x80000800u | UPPER, 0), DENIED);
	assert_int_equal(say(&FILTER_SESSION, SYS_quotactl, 0x80000700u, 0), SECCOMP_RET_ALLOW);
}

/* The same calls as another ABI numbers them, from the kernel's tables. */
static void session_abis_test(void **state)
{
	static const struct {
		uint32_t arch;
		int number;
		uint64_t first, second;
		uint32_t wanted;
	} CALLS[] = {
#ifdef __x86_64__
		{ AUDIT_ARCH_I386, 21, 0, 0, DENIED },                 /* mount */
		{ AUDIT_ARCH_I386, 22, 0, 0, DENIED },                 /* umount */
		{ AUDIT_ARCH_I386, 52, 0, 0, DENIED },                 /* umount2 */
		{ AUDIT_ARCH_I386, 25, 0, 0, DENIED },                 /* stime */
		{ AUDIT_ARCH_I386, 113, 0, 0, DENIED },                /* vm86old */
		{ AUDIT_ARCH_I386, 346, 0, 0, DENIED },                /* setns */
		{ AUDIT_ARCH_I386, 357, 0, 0, DENIED },                /* bpf */
		{ AUDIT_ARCH_I386, 467, 0, 0, DENIED },                /* open_tree_attr */
		{ AUDIT_ARCH_I386, 310, CLONE_NEWUSER, 0, DENIED },    /* unshare */
		{ AUDIT_ARCH_I386, 120, CLONE_NEWNET, 0, DENIED },     /* clone */
		{ AUDIT_ARCH_I386, 54, 0, TIOCSTI, DENIED },           /* ioctl */
		{ AUDIT_ARCH_I386, 435, 0, 0, UNKNOWN },               /* clone3 */
		{ AUDIT_ARCH_I386, 5, 0, 0, SECCOMP_RET_ALLOW },       /* open */
		{ AUDIT_ARCH_X86_64, 0x40000000 + 165, 0, 0, DENIED }, /* mount, x32 */
		{ AUDIT_ARCH_X86_64, 0x40000000 + 467, 0, 0, DENIED }, /* open_tree_attr, x32 */
		{ AUDIT_ARCH_X86_64, 0x40000000 + 514, 0, TIOCSTI, DENIED },    /* ioctl, x32 */
		{ AUDIT_ARCH_X86_64, 0x40000000 + 2, 0, 0, SECCOMP_RET_ALLOW }, /* open, x32 */
#else
		{ AUDIT_ARCH_ARM, 21, 0, 0, DENIED },              /* mount */
		{ AUDIT_ARCH_ARM, 375, 0, 0, DENIED },             /* setns */
		{ AUDIT_ARCH_ARM, 337, CLONE_NEWUSER, 0, DENIED }, /* unshare */
		{ AUDIT_ARCH_ARM, 54, 0, TIOCSTI, DENIED },        /* ioctl */
		{ AUDIT_ARCH_ARM, 435, 0, 0, UNKNOWN },            /* clone3 */
		{ AUDIT_ARCH_ARM, 5, 0, 0, SECCOMP_RET_ALLOW },    /* open */
#endif
		{ AUDIT_ARCH_MIPS, 4002, 0, 0, UNKNOWN }, /* no ABI of this processor */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(CALLS) / sizeof(CALLS[0]); i++) {
		const struct seccomp_data data = { .nr = CALLS[i].number,
						   .arch = CALLS[i].arch,
						   .args = { CALLS[i].first, CALLS[i].second } };
		const uint32_t said = decide(&FILTER_SESSION, &data);

		if (said != CALLS[i].wanted) {
			fail_msg("call %d of ABI 0x%x: 0x%x", CALLS[i].number, CALLS[i].arch, said);
		}
	}
}

/* Init inherits the helper's filter, whose answer is death. */
static void init_within_helper_test(void **state)
{
	int number, both = 0, init = 0, helper = 0;

	(void)state;
	for (number = 0; number < NUMBERS_MOST; number++) {
		const struct seccomp_data data = { .nr = number,
						   .arch = NATIVE,
						   .args = { AF_UNIX, F_SETLK, SO_PASSCRED } };
		const bool of_init = decide(&FILTER_INIT, &data) == SECCOMP_RET_ALLOW;
		const bool of_helper = decide(&FILTER_HELPER, &data) == SECCOMP_RET_ALLOW;

		if (of_init && !of_helper) {
			fail_msg("call %d is init's and not the helper's", number);
		}
		both += of_init && of_helper ? 1 : 0;
		init += of_init ? 1 : 0;
		helper += of_helper ? 1 : 0;
	}
	assert_int_equal(both, init);
	assert_in_range(init, 12, 20);
	assert_in_range(helper, 80, 115);
}

static void init_test(void **state)
{
	static const long REFUSED[] = { SYS_openat,   SYS_openat2,  SYS_execve, SYS_execveat,
					SYS_socket,   SYS_connect,  SYS_clone,  SYS_clone3,
					SYS_mount,    SYS_setns,    SYS_ptrace, SYS_unshare,
					SYS_mmap,     SYS_mprotect, SYS_dup3,   SYS_fcntl,
					SYS_unlinkat, SYS_seccomp,  SYS_prctl,  SYS_pidfd_getfd,
					SYS_ioctl,    SYS_setuid,   SYS_write,  SYS_setsockopt };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		if (say(&FILTER_INIT, REFUSED[i], 0, 0) != DENIED) {
			fail_msg("call %ld is not refused", REFUSED[i]);
		}
	}
	assert_int_equal(say(&FILTER_INIT, SYS_fcntl, 0, F_SETLK), SECCOMP_RET_ALLOW);
	assert_int_equal(say(&FILTER_INIT, -1, 0, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(say(&FILTER_INIT, SYS_kill, 0, 0), SECCOMP_RET_ALLOW);
}

static void helper_test(void **state)
{
	static const long REFUSED[] = {
		SYS_ptrace,       SYS_process_vm_readv, SYS_process_vm_writev,
		SYS_bpf,          SYS_keyctl,           SYS_init_module,
		SYS_finit_module, SYS_kexec_load,       SYS_io_uring_setup,
		SYS_userfaultfd,  SYS_perf_event_open,  SYS_open_by_handle_at,
		SYS_execve,       SYS_connect,          SYS_setuid,
		SYS_setresuid,    SYS_chroot,           SYS_mount,
		SYS_socket,       SYS_socketpair,       SYS_reboot,
		SYS_unlinkat,     SYS_renameat2,        SYS_memfd_create,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		if (say(&FILTER_HELPER, REFUSED[i], AF_INET, 0) != SECCOMP_RET_KILL_PROCESS) {
			fail_msg("call %ld does not kill", REFUSED[i]);
		}
	}
	assert_int_equal(say(&FILTER_HELPER, -1, 0, 0),
			 SECCOMP_RET_ALLOW); /* strace has taken it */
	assert_int_equal(say(&FILTER_HELPER, SYS_socket, AF_PACKET, 0), SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(say(&FILTER_HELPER, SYS_socket, AF_NETLINK, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(say(&FILTER_HELPER, SYS_socketpair, AF_UNIX, 0), SECCOMP_RET_ALLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(session_test),      cmocka_unit_test(session_arguments_test),
		cmocka_unit_test(session_abis_test), cmocka_unit_test(init_within_helper_test),
		cmocka_unit_test(init_test),         cmocka_unit_test(helper_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
