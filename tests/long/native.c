// SPDX-License-Identifier: BSD-2-Clause
/*
 * System calls that valgrind(1) 3.19 does not know, made without it: else they fail with ENOSYS
 * there, and no login gets far. Linked into module, helper and tests by tests/long/valgrind, which
 * names the calls with ld's --wrap. x86-64 only, as it has to jump.
 *
 * Two are told to valgrind as something that it does know: clone3(2) without memory in common is
 * fork-like clone(2), and so the child goes on under valgrind. clone(2) with memory in common, of
 * the module, runs its child on the processor itself, as valgrind would make a fork of it.
 */
#include <asm/prctl.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>
#include <valgrind/memcheck.h>

#define CAPGET_SIZE (_LINUX_CAPABILITY_U32S_3 * sizeof(struct __user_cap_data_struct))

struct call {
	long number, args[6];
};

/* On, in a child that valgrind does not see. It shares this memory, and its parent waits for it. */
static volatile int unseen;

/* Valgrind's thread comes first. No stack protector: outside, there is no thread pointer. */
__attribute__((no_stack_protector)) static long call_run(unsigned int thread, struct call *call)
{
	register long r10 __asm__("r10") = call->args[3];
	register long r8 __asm__("r8") = call->args[4];
	register long r9 __asm__("r9") = call->args[5];
	long result;

	(void)thread;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(call->number), "D"(call->args[0]), "S"(call->args[1]),
			   "d"(call->args[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static long native(struct call *call)
{
	long result;

	if (unseen || !RUNNING_ON_VALGRIND) {
		result = call_run(0, call);
	} else {
		result = (long)VALGRIND_NON_SIMD_CALL1(call_run, call);
	}
	if (result < 0 && result > -4096) {
		errno = (int)-result;
		return -1;
	}
	return result;
}

/* The names are ld's. NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

static long fork_like(const struct clone_args *args)
{
	int *pidfd = (int *)(uintptr_t)args->pidfd;
	long pid = __real_syscall(SYS_clone, args->flags | args->exit_signal, 0, pidfd, 0, 0);

	if (pidfd) {
		(void)VALGRIND_MAKE_MEM_DEFINED(pidfd, sizeof(*pidfd));
	}
	return pid;
}

long __wrap_syscall(long number, ...)
{
	struct call call = { .number = number };
	va_list list;
	long result;

	va_start(list, number);
	for (int i = 0; i < 6; i++) {
		call.args[i] = va_arg(list, long);
	}
	va_end(list);
	switch (number) {
	case SYS_clone3:
		return fork_like((const struct clone_args *)call.args[0]);
	case SYS_openat2:
	case SYS_seccomp:
	case SYS_landlock_create_ruleset:
	case SYS_landlock_add_rule:
	case SYS_landlock_restrict_self:
	case SYS_pidfd_open:
	case SYS_pidfd_getfd:
	case SYS_pidfd_send_signal:
	case SYS_fsopen:
	case SYS_fsconfig:
	case SYS_fsmount:
	case SYS_open_tree:
	case SYS_move_mount:
	case SYS_mount_setattr:
		return native(&call);
	case SYS_capget: /* two sets of words, of which valgrind knows the first */
		result = __real_syscall(number, call.args[0], call.args[1]);
		if (result == 0 && call.args[1] != 0) {
			(void)VALGRIND_MAKE_MEM_DEFINED(call.args[1], CAPGET_SIZE);
		}
		return result;
	default:
		return __real_syscall(number, call.args[0], call.args[1], call.args[2],
				      call.args[3], call.args[4], call.args[5]);
	}
}

#define NATIVE(number, ...) ((int)native(&(struct call){ number, { __VA_ARGS__ } }))
#define POINTER(pointer)    ((long)(uintptr_t)(pointer))

int __wrap_pidfd_open(pid_t pid, unsigned int flags);
int __wrap_pidfd_open(pid_t pid, unsigned int flags)
{
	return NATIVE(SYS_pidfd_open, pid, flags);
}

int __wrap_pidfd_getfd(int pidfd, int fd, unsigned int flags);
int __wrap_pidfd_getfd(int pidfd, int fd, unsigned int flags)
{
	return NATIVE(SYS_pidfd_getfd, pidfd, fd, flags);
}

int __wrap_pidfd_send_signal(int pidfd, int signal, siginfo_t *info, unsigned int flags);
int __wrap_pidfd_send_signal(int pidfd, int signal, siginfo_t *info, unsigned int flags)
{
	return NATIVE(SYS_pidfd_send_signal, pidfd, signal, POINTER(info), flags);
}

int __wrap_fsopen(const char *type, unsigned int flags);
int __wrap_fsopen(const char *type, unsigned int flags)
{
	return NATIVE(SYS_fsopen, POINTER(type), flags);
}

int __wrap_fsconfig(int fd, unsigned int what, const char *key, const void *value, int aux);
int __wrap_fsconfig(int fd, unsigned int what, const char *key, const void *value, int aux)
{
	return NATIVE(SYS_fsconfig, fd, what, POINTER(key), POINTER(value), aux);
}

int __wrap_fsmount(int fd, unsigned int flags, unsigned int attributes);
int __wrap_fsmount(int fd, unsigned int flags, unsigned int attributes)
{
	return NATIVE(SYS_fsmount, fd, flags, attributes);
}

int __wrap_open_tree(int folder, const char *name, unsigned int flags);
int __wrap_open_tree(int folder, const char *name, unsigned int flags)
{
	return NATIVE(SYS_open_tree, folder, POINTER(name), flags);
}

int __wrap_move_mount(int from, const char *name, int to, const char *place, unsigned int flags);
int __wrap_move_mount(int from, const char *name, int to, const char *place, unsigned int flags)
{
	return NATIVE(SYS_move_mount, from, POINTER(name), to, POINTER(place), flags);
}

int __wrap_mount_setattr(int fd, const char *name, unsigned int flags, struct mount_attr *attr,
			 size_t size);
int __wrap_mount_setattr(int fd, const char *name, unsigned int flags, struct mount_attr *attr,
			 size_t size)
{
	return NATIVE(SYS_mount_setattr, fd, POINTER(name), flags, POINTER(attr), (long)size);
}

struct birth {
	int (*function)(void *);
	void *stack, *arg;
	unsigned long flags, thread_pointer;
};

/* The child begins on a stack of its own, with the caller's thread pointer, and never returns. */
__attribute__((no_stack_protector)) static long birth_run(unsigned int thread, struct birth *birth)
{
	register long r10 __asm__("r10") = 0;
	register unsigned long r8 __asm__("r8") = birth->thread_pointer;
	register void *r12 __asm__("r12") = (void *)(uintptr_t)birth->function;
	register void *r13 __asm__("r13") = birth->arg;
	long result;

	(void)thread;
	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %%r13, %%rdi\n\t"
			 "call *%%r12\n\t"
			 "mov %%eax, %%edi\n\t"
			 "mov $60, %%eax\n\t" /* exit */
			 "syscall\n\t"
			 "hlt\n"
			 "1:"
			 : "=a"(result)
			 : "a"(SYS_clone), "D"(birth->flags | CLONE_SETTLS), "S"(birth->stack),
			   "d"(0), "r"(r10), "r"(r8), "r"(r12), "r"(r13)
			 : "rcx", "r11", "memory");
	return result;
}

int __real_clone(int (*function)(void *), void *stack, int flags, void *arg, ...);
int __wrap_clone(int (*function)(void *), void *stack, int flags, void *arg, ...);
int __wrap_clone(int (*function)(void *), void *stack, int flags, void *arg, ...)
{
	struct birth birth = { .function = function,
			       .stack = (void *)((uintptr_t)stack & ~(uintptr_t)15),
			       .arg = arg,
			       .flags = (unsigned int)flags };
	long pid;

	if (!RUNNING_ON_VALGRIND || (flags & CLONE_VFORK) == 0) {
		return __real_clone(function, stack, flags, arg);
	}
	__real_syscall(SYS_arch_prctl, ARCH_GET_FS, &birth.thread_pointer);
	unseen = 1;
	pid = (long)VALGRIND_NON_SIMD_CALL1(birth_run, &birth);
	unseen = 0;
	(void)VALGRIND_MAKE_MEM_DEFINED(arg, 64); /* what the child has answered */
	if (pid < 0) {
		errno = (int)-pid;
		return -1;
	}
	return (int)pid;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
