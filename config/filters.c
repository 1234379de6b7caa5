/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filters.c - makes the programs for seccomp(2) of the lists *.calls, for the processor that this is
 * built for; with --table the tables of docs/PRIVILEGES.md. Run by the Makefile, as anybody. The
 * programs of loginspace link what comes out, and not libseccomp.
 */
#include <asm/termbits.h>
#include <errno.h>
#include <linux/dqblk_xfs.h>
#include <linux/quota.h>
#include <linux/sched.h>
#include <linux/tiocl.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filter.h"

/* clone(2): "the order of arguments differs". */
#ifdef __s390__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

/* Above this number calls have the same one on each architecture that has it at all. */
#define SAME_NUMBERS 424
/* The bit in the number of a call that is made in the x32 way. */
#define X32_BIT 0x40000000u

#define CODE_MAX 4096

enum known {
	KNOWN,     /* or the list is wrong */
	KNOWN_OLD, /* not everywhere */
	KNOWN_NEW, /* perhaps not to libseccomp */
};

struct call {
	const char *name;
	const char *why;
	enum known known;
	bool conditional;
	unsigned int number; /* KNOWN_NEW */
	unsigned int argument;
	uint64_t mask, value;
	int error; /* 0: what the list does with a call */
};

#define CALL(call, text)     { .name = #call, .why = (text) },
#define CALL_OLD(call, text) { .name = #call, .why = (text), .known = KNOWN_OLD },
#define CALL_NEW(call, which, text) \
	{ .name = #call, .why = (text), .known = KNOWN_NEW, .number = (which) },
#define CALL_ERROR(call, err, text) { .name = #call, .why = (text), .error = (err) },
#define CALL_ARG(call, which, bits, wanted, text) \
	{ .name = #call, \
	  .why = (text), \
	  .conditional = true, \
	  .argument = (which), \
	  .mask = (bits), \
	  .value = (uint32_t)(wanted) },

static const struct call HELPER_CALLS[] = {
#include "../helper/helper.calls"
	{ 0 },
};
static const struct call INIT_CALLS[] = {
#include "../helper/init/init.calls"
	{ 0 },
};
static const struct call SESSION_CALLS[] = {
#include "../lib/session.calls"
	{ 0 },
};

static const struct list {
	const char *name;
	const char *symbol;
	const struct call *calls;
	uint32_t listed, others, foreign; /* foreign: of an ABI that the filter is not for */
	bool every_abi;
} LISTS[] = {
	{ "helper", "FILTER_HELPER", HELPER_CALLS, SCMP_ACT_ALLOW, SCMP_ACT_KILL_PROCESS,
	  SCMP_ACT_KILL_PROCESS, false },
	{ "init", "FILTER_INIT", INIT_CALLS, SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM),
	  SCMP_ACT_ERRNO(EPERM), false },
	{ "session", "FILTER_SESSION", SESSION_CALLS, SCMP_ACT_ERRNO(EPERM), SCMP_ACT_ALLOW,
	  SCMP_ACT_ERRNO(ENOSYS), true },
};

#define LISTS_COUNT (sizeof(LISTS) / sizeof(LISTS[0]))

/* The other ABIs that a kernel for this processor may run. */
static const struct {
	uint32_t native, other;
} ABIS[] = {
	{ SCMP_ARCH_X86_64, SCMP_ARCH_X86 },
	{ SCMP_ARCH_X86_64, SCMP_ARCH_X32 },
	{ SCMP_ARCH_AARCH64, SCMP_ARCH_ARM },
	{ SCMP_ARCH_S390X, SCMP_ARCH_S390 },
};

static int complain(const struct list *list, const char *what, int err)
{
	(void)fprintf(stderr, "filters: %s.calls: %s: %s\n", list->name, what, strerror(-err));
	return err;
}

/* In the numbers of the native ABI; below 0: there is none. */
static int number_of(const struct call *call)
{
	return seccomp_syscall_resolve_name(call->name);
}

/* libseccomp has no number for it, so it cannot be in the program that it makes. */
static bool is_too_new(const struct call *call)
{
	return call->known == KNOWN_NEW && number_of(call) == __NR_SCMP_ERROR;
}

static int call_add(scmp_filter_ctx filter, const struct list *list, const struct call *call)
{
	const struct scmp_arg_cmp when = {
		.arg = call->argument,
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = call->mask,
		.datum_b = call->value,
	};
	const uint32_t action =
		call->error != 0 ? SCMP_ACT_ERRNO((uint32_t)call->error) : list->listed;
	const int number = number_of(call);
	int err;

	if (number == __NR_SCMP_ERROR || (number < 0 && call->known == KNOWN)) {
		return call->known == KNOWN ? -ENOSYS : 0;
	}
	err = seccomp_rule_add_array(filter, action, number, call->conditional ? 1 : 0, &when);
	/* On none of the ABIs of this processor. */
	return err == -EDOM && call->known != KNOWN ? 0 : err;
}

static int abis_add(scmp_filter_ctx filter)
{
	size_t i;
	int err = 0;

	for (i = 0; err == 0 && i < sizeof(ABIS) / sizeof(ABIS[0]); i++) {
		if (ABIS[i].native == seccomp_arch_native()) {
			err = seccomp_arch_add(filter, ABIS[i].other);
		}
	}
	return err;
}

static int filter_fill(scmp_filter_ctx filter, const struct list *list)
{
	const struct call *call;
	int err;

	err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, list->foreign);
	if (err == 0) {
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree */
	}
	if (err == 0 && list->every_abi) {
		err = abis_add(filter);
	}
	if (err < 0) {
		return complain(list, "the filter", err);
	}
	for (call = list->calls; call->name != NULL; call++) {
		err = call_add(filter, list, call);
		if (err < 0) {
			return complain(list, call->name, err);
		}
	}
	return 0;
}

/* What libseccomp has made of it: the number of instructions in RET_CODE, or a negative errno. */
static int filter_export(scmp_filter_ctx filter, struct sock_filter *ret_code)
{
	const size_t most = CODE_MAX * sizeof(*ret_code);
	const int file = memfd_create("filter", MFD_CLOEXEC);
	ssize_t length;
	int err;

	if (file < 0) {
		return -errno;
	}
	err = seccomp_export_bpf(filter, file);
	length = err < 0 ? err : pread(file, ret_code, most, 0);
	(void)close(file);
	if (length < 0 || (size_t)length == most) {
		return err < 0 ? err : -EFBIG;
	}
	return (int)((size_t)length / sizeof(*ret_code));
}

static int code_make(const struct list *list, struct sock_filter *ret_code)
{
	scmp_filter_ctx filter = seccomp_init(list->others);
	int length;

	if (filter == NULL) {
		return -ENOMEM;
	}
	length = filter_fill(filter, list);
	if (length == 0) {
		length = filter_export(filter, ret_code);
	}
	seccomp_release(filter);
	return length;
}

static void instruction_write(struct sock_filter code)
{
	(void)printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", code.code, code.jt, code.jf, code.k);
}

static void answer_write(uint32_t number, uint32_t answer)
{
	instruction_write((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
	instruction_write((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
}

/*
 * What libseccomp has no word for, in front of its program, as that leaves with an answer. A call
 * that a tracer has taken back has the number -1: the kernel does nothing then, whoever asks.
 */
static void front_write(const struct list *list)
{
	const struct call *call;

	instruction_write((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0));
	answer_write(UINT32_MAX, SCMP_ACT_ALLOW);
	instruction_write((struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~X32_BIT));
	for (call = list->calls; call->name != NULL; call++) {
		if (is_too_new(call)) {
			answer_write(call->number, list->listed);
		}
	}
}

static int list_write(const struct list *list)
{
	static struct sock_filter code[CODE_MAX];
	const int length = code_make(list, code);
	int i;

	if (length < 0) {
		return complain(list, "the program", length);
	}
	(void)printf("/* Made by config/filters.c. */\n#include \"filter.h\"\n\n"
		     "static const struct sock_filter CODE[] = {\n");
	front_write(list);
	for (i = 0; i < length; i++) {
		instruction_write(code[i]);
	}
	(void)printf("};\n\nconst struct filter %s = {\n\t.code = CODE,\n"
		     "\t.length = sizeof(CODE) / sizeof(CODE[0]),\n};\n",
		     list->symbol);
	return 0;
}

/* One line for each reason, in the order of the list. */
static void table_write(const struct list *list)
{
	const struct call *call;

	(void)printf("| calls | for |\n|---|---|\n");
	for (call = list->calls; call->name != NULL; call++) {
		const bool begins = call == list->calls || strcmp(call[-1].why, call->why) != 0;
		const bool again = !begins && strcmp(call[-1].name, call->name) == 0;

		if (!again) {
			(void)printf("%s`%s`", begins ? "| " : ", ", call->name);
		}
		if (call[1].name == NULL || strcmp(call[1].why, call->why) != 0) {
			(void)printf(" | %s |\n", call->why);
		}
	}
}

int main(int argc, char **argv)
{
	const bool table = argc == 3 && strcmp(argv[1], "--table") == 0;
	size_t i;

	for (i = 0; (argc == 2 || table) && i < LISTS_COUNT; i++) {
		if (strcmp(argv[argc - 1], LISTS[i].name) != 0) {
			continue;
		}
		if (table) {
			table_write(&LISTS[i]);
			return EXIT_SUCCESS;
		}
		return list_write(&LISTS[i]) == 0 && fflush(stdout) == 0 ? EXIT_SUCCESS
									 : EXIT_FAILURE;
	}
	(void)fputs("usage: filters [--table] helper|init|session\n", stderr);
	return EXIT_FAILURE;
}
