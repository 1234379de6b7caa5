/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/try_service.c lib/file.c */
/*
 * test_try_service.c - a PAM service in a tmpfs that is mounted nowhere.
 */
#include "try_service.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "sandbox.h"

static void names(void **state)
{
	static const char *const GOOD[] = { "sshd", "su-l", "Login", "a.b", "x@y", "gdm_1+" };
	static const char *const BAD[] = { "",    ".",    "..",  ".x",      "a/b",
					   "a b", "a\nb", "a#b", "\xc3\xa9" };
	char longest[257];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		assert_int_equal(try_service_name_check(GOOD[i]), 0);
	}
	for (i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		assert_int_equal(try_service_name_check(BAD[i]), -EINVAL);
	}
	memset(longest, 'a', sizeof(longest));
	longest[256] = '\0';
	assert_int_equal(try_service_name_check(longest), -EINVAL);
	longest[255] = '\0';
	assert_int_equal(try_service_name_check(longest), 0);
}

static void paths(void **state)
{
	static const char *const GOOD[] = { "/", "/usr/lib/x.so", "/a-b_c/\xc3\xa9" };
	static const char *const BAD[] = { "",     "x",   "/a b", "/a\tb", "/a\nb",
					   "/a#b", "/[a", "/a]",  "/a\\b", "/a\x7f" };
	char longest[1025];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		assert_int_equal(try_service_path_check(GOOD[i]), 0);
	}
	for (i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		assert_int_equal(try_service_path_check(BAD[i]), -EINVAL);
	}
	memset(longest, '/', sizeof(longest));
	longest[1024] = '\0';
	assert_int_equal(try_service_path_check(longest), -EINVAL);
	longest[1023] = '\0';
	assert_int_equal(try_service_path_check(longest), 0);
}

static int text_read(int folder, const char *name, char *text, size_t size)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);

	if (length < 0) {
		return -1;
	}
	text[length] = '\0';
	return close(fd);
}

static int made(void *data)
{
	struct try_service service = { "sshd", "/m.so", "/h", "/c" };
	char text[512];
	size_t before;
	int folder;

	(void)data;
	if (sandbox_enter(CLONE_NEWNS) < 0) {
		return CHILD_SKIP;
	}
	before = fds_count();
	CHECK(try_service_make(&service, &folder) == 0);
	CHECK(fds_count() == before + 1 && fd_is_cloexec(folder));
	CHECK(text_read(folder, "sshd", text, sizeof(text)) == 0);
	CHECK(strstr(text, "\nsession required /m.so helper=/h conf=/c\n") != NULL);
	CHECK(strstr(text, "\nsession required pam_permit.so\nsession required /m.so") != NULL);
	CHECK(text_read(folder, "other", text, sizeof(text)) == 0);
	CHECK(strstr(text, "session required pam_deny.so\n") != NULL);
	CHECK(close(folder) == 0);
	service = (struct try_service){ "other", "/m.so", "/h", NULL };
	CHECK(try_service_make(&service, &folder) == 0);
	CHECK(text_read(folder, "other", text, sizeof(text)) == 0);
	CHECK(strstr(text, "\nsession required /m.so helper=/h\n") != NULL);
	return CHILD_PASS;
}

static void makes_the_file(void **state)
{
	(void)state;
	child_assert(made, NULL);
}

static int powerless(void *data)
{
	const struct try_service service = { "sshd", "/m.so", "/h", NULL };
	int folder = -7;
	size_t before = fds_count();

	(void)data;
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0) {
		return CHILD_SKIP;
	}
	CHECK(try_service_make(&service, &folder) == -EPERM);
	CHECK(folder == -7 && fds_count() == before);
	return CHILD_PASS;
}

static void says_when_it_cannot(void **state)
{
	(void)state;
	child_assert(powerless, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(paths),
		cmocka_unit_test(makes_the_file),
		cmocka_unit_test(says_when_it_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
