// SPDX-License-Identifier: BSD-2-Clause
/*
 * report.c - in the build of tests/long/sanitizers only: what AddressSanitizer reports goes into a file
 * that each program maps when it begins. The helper has no stderr, and its child is soon where it could
 * open nothing; a mapping stays through namespaces, a new root and other users.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The file's whole size; sanitizers makes it, all zero. Text begins behind the numbers. */
#define SIZE (1 << 20)

struct reports {
	_Atomic unsigned programs; /* that have begun */
	_Atomic unsigned used;     /* bytes of text */
	char text[SIZE - 2 * sizeof(unsigned)];
};

static struct reports *reports;

/* The names are the sanitizer's, see its asan_interface.h. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void __asan_set_error_report_callback(void (*callback)(const char *));
const char *__asan_default_options(void);

/*
 * A search for leaks would trace the program, which none of ours lets itself be. Tests refuse memory; that is for
 * the program to answer.
 */
const char *__asan_default_options(void)
{
	return "detect_leaks=0:allocator_may_return_null=1";
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static void report_keep(const char *text)
{
	unsigned size = (unsigned)strlen(text);
	unsigned at = atomic_fetch_add(&reports->used, size);

	if (at < sizeof(reports->text) && size < sizeof(reports->text) - at) {
		memcpy(reports->text + at, text, size);
	}
}

__attribute__((constructor)) static void reports_map(void)
{
	int fd = open(REPORTS, O_RDWR | O_CLOEXEC);
	void *map;

	if (fd < 0) {
		return;
	}
	map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED) {
		return;
	}
	reports = map;
	atomic_fetch_add(&reports->programs, 1);
	__asan_set_error_report_callback(report_keep);
}
