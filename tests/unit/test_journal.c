/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/journal.c */
/*
 * test_journal.c - entries for the journal, byte by byte, and a journal of the test's own that
 * takes them, is full, is gone, or was never there.
 */
#include "journal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fds.h"

/* More datagrams than any socket queues. */
#define QUEUE_MAX 100000

struct journal {
	char folder[32];
	char path[48];
	int fd;
};

static int journal_bind(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0 && strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int journal_start(void **state)
{
	struct journal *journal = calloc(1, sizeof(*journal));

	assert_non_null(journal);
	(void)snprintf(journal->folder, sizeof(journal->folder), "/tmp/loginspace-XXXXXX");
	assert_non_null(mkdtemp(journal->folder));
	(void)snprintf(journal->path, sizeof(journal->path), "%s/socket", journal->folder);
	journal->fd = journal_bind(journal->path);
	*state = journal;
	return 0;
}

static int journal_stop(void **state)
{
	struct journal *journal = *state;

	(void)close(journal->fd);
	(void)unlink(journal->path);
	(void)rmdir(journal->folder);
	free(journal);
	return 0;
}

/* Literals with a NUL in them, as bytes. */
#define assert_encoded(entry, length, wanted) \
	do { \
		assert_int_equal(length, sizeof(wanted) - 1); \
		assert_memory_equal(entry, wanted, sizeof(wanted) - 1); \
	} while (0)

static void plain_values(void **state)
{
	static const struct journal_field fields[] = {
		{ "LOGINSPACE_USER", "alice" },
		{ "LOGINSPACE_RHOST", "" },
		{ "A1_", "a=b \"c\" \xc3\xbc \x01" },
	};
	char entry[JOURNAL_ENTRY_SIZE];
	size_t length = 0;

	(void)state;
	assert_int_equal(journal_encode(entry, sizeof(entry), LOG_INFO, "sshd", "open: it", fields,
					3, &length),
			 0);
	assert_encoded(entry, length,
		       "MESSAGE=open: it\nPRIORITY=6\nSYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=sshd\n"
		       "LOGINSPACE_USER=alice\nLOGINSPACE_RHOST=\n"
		       "A1_=a=b \"c\" \xc3\xbc \x01\n");
}

/* A newline in a value must not begin a field of the sender's choice. */
static void newlines(void **state)
{
	static const struct journal_field fields[] = {
		{ "A", "x\nPRIORITY=0" },
		{ "B", "\n" },
		{ "C", "c" },
	};
	char entry[JOURNAL_ENTRY_SIZE];
	size_t length = 0;

	(void)state;
	assert_int_equal(journal_encode(entry, sizeof(entry), LOG_EMERG, "a\nb", "one\ntwo", fields,
					3, &length),
			 0);
	assert_encoded(entry, length,
		       "MESSAGE\n\x07\0\0\0\0\0\0\0one\ntwo\nPRIORITY=0\nSYSLOG_FACILITY=10\n"
		       "SYSLOG_IDENTIFIER\n\x03\0\0\0\0\0\0\0a\nb\n"
		       "A\n\x0c\0\0\0\0\0\0\0x\nPRIORITY=0\nB\n\x01\0\0\0\0\0\0\0\n\nC=c\n");
}

/* All eight bytes of a length, lowest first. */
static void long_newlines(void **state)
{
	static char value[0x0203 + 1];
	static const struct journal_field field = { "A", value };
	static const char LENGTH[] = "\nA\n\x03\x02\0\0\0\0\0\0yyy";
	char entry[JOURNAL_ENTRY_SIZE];
	size_t length = 0;

	(void)state;
	memset(value, 'y', sizeof(value) - 1);
	value[sizeof(value) - 2] = '\n';
	assert_int_equal(
		journal_encode(entry, sizeof(entry), LOG_INFO, "i", "m", &field, 1, &length), 0);
	assert_non_null(memmem(entry, length, LENGTH, sizeof(LENGTH) - 1));
}

static int encode_named(const char *name)
{
	const struct journal_field field = { name, "value" };
	char entry[JOURNAL_ENTRY_SIZE];
	size_t length = 4711;
	int err;

	err = journal_encode(entry, sizeof(entry), LOG_INFO, "i", "m", &field, 1, &length);
	assert_true((err == 0) == (length != 4711));
	return err;
}

static void bad_names(void **state)
{
	static const char *const names[] = { "",   "a",   "Ab",  "_A",       "1A",  "A B",
					     "A=", "A\n", "A-B", "\xc3\x84", "A.B", "A\tB" };
	char name[65 + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(encode_named(names[i]), -EINVAL);
	}
	memset(name, 'A', sizeof(name) - 1);
	name[65] = '\0';
	assert_int_equal(encode_named(name), -EINVAL);
	name[64] = '\0';
	assert_int_equal(encode_named(name), 0);
}

static void bad_priorities(void **state)
{
	static const int priorities[] = { -1, 8, 10, LOG_AUTHPRIV | LOG_INFO };
	char entry[JOURNAL_ENTRY_SIZE];
	size_t length = 4711, i;

	(void)state;
	for (i = 0; i < sizeof(priorities) / sizeof(priorities[0]); i++) {
		assert_int_equal(journal_encode(entry, sizeof(entry), priorities[i], "i", "m", NULL,
						0, &length),
				 -EINVAL);
	}
	assert_int_equal(length, 4711);
}

/* At each size below the needed one: refused, and nothing written beyond it. */
static void too_long(void **state)
{
	static const struct journal_field field = { "A", "v\nv" };
	char entry[256], whole[256];
	size_t needed = 0, length = 4711, size, i;

	(void)state;
	assert_int_equal(
		journal_encode(whole, sizeof(whole), LOG_INFO, "i", "m", &field, 1, &needed), 0);
	for (size = 0; size < needed; size++) {
		memset(entry, 0x5a, sizeof(entry));
		assert_int_equal(
			journal_encode(entry, size, LOG_INFO, "i", "m", &field, 1, &length),
			-EMSGSIZE);
		for (i = size; i < sizeof(entry); i++) {
			assert_int_equal(entry[i], 0x5a);
		}
	}
	assert_int_equal(length, 4711);
	assert_int_equal(journal_encode(entry, needed, LOG_INFO, "i", "m", &field, 1, &length), 0);
	assert_int_equal(length, needed);
	assert_memory_equal(entry, whole, needed);
}

/* What comes out of the sender leaves the process as it was. */
static int send_quietly(const char *path, const char *message)
{
	static const struct journal_field field = { "LOGINSPACE_EVENT", "open" };
	const size_t before = fds_count();
	int err;

	errno = EXDEV;
	err = journal_send_to(path, LOG_NOTICE, "su", message, &field, 1);
	assert_int_equal(errno, EXDEV);
	assert_int_equal(fds_count(), before);
	return err;
}

static void sent_and_taken(void **state)
{
	const struct journal *journal = *state;
	char entry[JOURNAL_ENTRY_SIZE];
	ssize_t length;

	assert_int_equal(send_quietly(journal->path, "hello"), 0);
	length = recv(journal->fd, entry, sizeof(entry), 0);
	assert_true(length > 0);
	assert_encoded(entry, (size_t)length,
		       "MESSAGE=hello\nPRIORITY=5\nSYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=su\n"
		       "LOGINSPACE_EVENT=open\n");
	assert_true(recv(journal->fd, entry, sizeof(entry), 0) < 0 && errno == EAGAIN);
}

static void sent_too_long(void **state)
{
	static char message[JOURNAL_ENTRY_SIZE];
	const struct journal *journal = *state;
	char entry[JOURNAL_ENTRY_SIZE];

	memset(message, 'm', sizeof(message) - 1);
	assert_int_equal(send_quietly(journal->path, message), -EMSGSIZE);
	assert_true(recv(journal->fd, entry, sizeof(entry), 0) < 0 && errno == EAGAIN);
}

static void no_journal(void **state)
{
	struct journal *journal = *state;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1];

	assert_int_equal(close(journal->fd), 0);
	journal->fd = -1;
	assert_int_equal(send_quietly(journal->path, "nobody listens"), -ECONNREFUSED);
	assert_int_equal(unlink(journal->path), 0);
	assert_int_equal(send_quietly(journal->path, "nothing there"), -ENOENT);
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(send_quietly(path, "no such path"), -ENAMETOOLONG);
}

/* A journal that does not keep up costs a login no time, and goes on where it was. */
static void full_journal(void **state)
{
	const struct journal *journal = *state;
	char entry[JOURNAL_ENTRY_SIZE];
	int sent, err = 0;

	for (sent = 0; sent < QUEUE_MAX && err == 0; sent++) {
		err = send_quietly(journal->path, "one more");
	}
	assert_int_equal(err, -EAGAIN);
	assert_true(sent > 1);
	assert_true(recv(journal->fd, entry, sizeof(entry), 0) > 0);
	assert_int_equal(send_quietly(journal->path, "one more"), 0);
}

/* Its socket's name leads elsewhere by now, or nowhere. */
static void held_and_moved(void **state)
{
	const struct journal *journal = *state;
	struct journal_held held = JOURNAL_NOT_HELD;
	const size_t before = fds_count();
	char entry[JOURNAL_ENTRY_SIZE];

	assert_int_equal(journal_hold_at(journal->path, &held), 0);
	assert_true(held.fd > 2 && fd_is_cloexec(held.fd));
	assert_int_equal(fds_count(), before + 1);
	assert_false(held.has_syslog);
	assert_false(journal_has_syslog(&held));
	held.has_syslog = true;
	assert_true(journal_has_syslog(&held));
	assert_int_equal(unlink(journal->path), 0);
	errno = EXDEV;
	assert_int_equal(journal_send(&held, LOG_NOTICE, "su", "hello", NULL, 0), 0);
	assert_int_equal(errno, EXDEV);
	assert_int_equal(fds_count(), before + 1);
	assert_true(recv(journal->fd, entry, sizeof(entry), 0) > 0);
	assert_int_equal(close(held.fd), 0);
}

/* It is waited for, but not for ever. */
static void held_and_full(void **state)
{
	const struct journal *journal = *state;
	struct journal_held held = JOURNAL_NOT_HELD;
	struct timespec begin, end;

	assert_int_equal(journal_hold_at(journal->path, &held), 0);
	while (send_quietly(journal->path, "one more") == 0) {
	}
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &begin), 0);
	assert_int_equal(journal_send(&held, LOG_NOTICE, "su", "hello", NULL, 0), -EAGAIN);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &end), 0);
	assert_true(end.tv_sec - begin.tv_sec < 10);
	assert_int_equal(close(held.fd), 0);
}

static void nothing_to_hold(void **state)
{
	struct journal *journal = *state;
	struct journal_held held = JOURNAL_NOT_HELD;
	const size_t before = fds_count();

	assert_int_equal(unlink(journal->path), 0);
	assert_int_equal(journal_hold_at(journal->path, &held), -ENOENT);
	assert_int_equal(held.fd, -1);
	assert_int_equal(fds_count(), before);
}

static void same_sockets(void **state)
{
	const struct journal *journal = *state;
	char link[64], other[64];
	int fd;

	(void)snprintf(link, sizeof(link), "%s/log", journal->folder);
	(void)snprintf(other, sizeof(other), "%s/other", journal->folder);
	errno = EXDEV;
	assert_false(journal_same_socket(link, journal->path));
	assert_false(journal_same_socket(journal->path, link));
	assert_false(journal_same_socket(journal->folder, journal->folder));
	assert_int_equal(errno, EXDEV);
	assert_int_equal(symlink("socket", link), 0);
	assert_true(journal_same_socket(link, journal->path));
	assert_int_equal(unlink(link), 0);
	fd = journal_bind(other);
	assert_false(journal_same_socket(other, journal->path));
	assert_int_equal(symlink("other", link), 0);
	assert_false(journal_same_socket(link, journal->path));
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(close(fd), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_values),
		cmocka_unit_test(newlines),
		cmocka_unit_test(long_newlines),
		cmocka_unit_test(bad_names),
		cmocka_unit_test(bad_priorities),
		cmocka_unit_test(too_long),
		cmocka_unit_test_setup_teardown(sent_and_taken, journal_start, journal_stop),
		cmocka_unit_test_setup_teardown(sent_too_long, journal_start, journal_stop),
		cmocka_unit_test_setup_teardown(no_journal, journal_start, journal_stop),
		cmocka_unit_test_setup_teardown(full_journal, journal_start, journal_stop),
		cmocka_unit_test_setup_teardown(held_and_moved, journal_start, journal_stop),
		cmocka_unit_test_setup_teardown(held_and_full, journal_start, journal_stop),
		cmocka_unit_test_setup_teardown(nothing_to_hold, journal_start, journal_stop),
		cmocka_unit_test_setup_teardown(same_sockets, journal_start, journal_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
