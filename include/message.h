/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - what travels between pam_loginspace.so, loginspace-helper and the init of a space.
 *
 * All three are built from one tree and live on one machine, so the messages are plain structs of
 * fixed size in host byte order; magic and version catch a half-finished upgrade. Each is one
 * packet of an AF_UNIX SOCK_SEQPACKET socket pair, so a message is whole or it is refused.
 *
 *   module -> helper   struct request, with one fd: a pidfd of the owner
 *   helper -> module   struct reply, several: VERDICT_LENIENT first, if the policy is so; VERDICT_MADE
 *                      with a pidfd of init as soon as there is one, or VERDICT_FOUND with that of a
 *                      living space (both again, if that space ended meanwhile); and the last word:
 *                      VERDICT_JOIN with the module's end of init's socket, or another
 *   module -> init     struct word, believed only from uid 0 (SCM_CREDENTIALS)
 */
#ifndef LOGINSPACE_MESSAGE_H
#define LOGINSPACE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "restrict.h"

#define MESSAGE_MAGIC   0x4c53504bu /* "LSPK" */
#define MESSAGE_VERSION 3u

/* The helper finds its socket here; 0, 1 and 2 are /dev/null. */
#define MESSAGE_HELPER_FD 3

/* Sizes of the text fields, with their NUL. */
#define MESSAGE_USER_SIZE    256 /* LOGIN_NAME_MAX of limits.h(0p) on Linux */
#define MESSAGE_SERVICE_SIZE 256
#define MESSAGE_RHOST_SIZE   1025 /* NI_MAXHOST of getnameinfo(3) */
#define MESSAGE_TTY_SIZE     256
#define MESSAGE_PATH_SIZE    1024
#define MESSAGE_DETAIL_SIZE  512

enum request_flag {
	REQUEST_ANY_SERVICE = 1u << 0, /* module argument any_service */
	REQUEST_UNFIT = 1u << 1, /* this application cannot be confined: only ask the policy */
	REQUEST_FLAGS_KNOWN = (1u << 2) - 1,
};

/* One login, as the PAM application describes it. Every text is NUL-terminated. */
struct request {
	uint32_t magic;
	uint32_t version;
	uint32_t uid;         /* never (uid_t)-1 */
	uint32_t flags;       /* of enum request_flag */
	uint32_t deadline_ms; /* the helper gives up after this long; the module waits longer */
	char user[MESSAGE_USER_SIZE];
	char service[MESSAGE_SERVICE_SIZE];
	char rhost[MESSAGE_RHOST_SIZE]; /* empty: a local login */
	char tty[MESSAGE_TTY_SIZE];     /* empty: none */
	char conf[MESSAGE_PATH_SIZE];   /* module argument conf=; empty: the compiled-in place */
};

enum verdict {
	VERDICT_DENY = 1,    /* step and error say why */
	VERDICT_IGNORE = 2,  /* policy: this login is none of ours; detail says why */
	VERDICT_JOIN = 3,    /* a space is ready */
	VERDICT_MADE = 4,    /* its namespaces are, and init is at work; another reply follows */
	VERDICT_LENIENT = 5, /* on_error = allow: from now on a failure lets in; others follow */
	VERDICT_FOUND = 6,   /* a space that lives already; another reply follows */
	VERDICT_AUDIT = 7,   /* isolate = audit: let in; detail says what would have been done */
};

/* struct restrictions of restrict.h, on its way. */
struct restriction_words {
	uint64_t capabilities; /* that are kept: bit N for the capability N */
	uint32_t no_new_privs; /* 0 or 1 */
	uint32_t filter;       /* 0 or 1 */
};

struct reply {
	uint32_t magic;
	uint32_t version;
	uint32_t verdict;    /* of enum verdict */
	uint32_t step;       /* of enum step; the failed step when the verdict is DENY */
	int32_t error;       /* errno, positive, when the verdict is DENY; else 0 */
	uint32_t namespaces; /* CLONE_NEW* flags to join when the verdict is MADE, FOUND or JOIN */
	uint32_t number;     /* JOIN: N of the space id UID-N */
	uint32_t scope;      /* JOIN: enum plan_scope */
	uint32_t joined;     /* JOIN: 1 when the space lived before this login, else 0 */
	struct restriction_words restrictions; /* JOIN: what the login gives up; else zeros */
	char detail[MESSAGE_DETAIL_SIZE];      /* more words for the log; JOIN: the network */
};

enum word_kind {
	WORD_JOINED = 1, /* the owner is inside: from now on only its end ends the space */
	WORD_CLOSE = 2,  /* pam_close_session: end the space now */
};

struct word {
	uint32_t magic;
	uint32_t version;
	uint32_t kind; /* of enum word_kind */
};

/*
 * message_text_set - copy TEXT (NULL counts as empty) into FIELD of SIZE bytes, NUL-padded.
 * Returns 0, or -ENAMETOOLONG with FIELD untouched: a name is never cut short.
 */
int message_text_set(char *field, size_t size, const char *text);

/*
 * request_check, reply_check, word_check - is this packet of LENGTH bytes a message that may be
 * acted on? Size first, then magic and version, then each field's range and NUL.
 * Returns 0; -EMSGSIZE (wrong size), -EPROTO (not ours, or another version),
 * -EINVAL (a field out of range).
 */
int request_check(const struct request *request, size_t length);
int reply_check(const struct reply *reply, size_t length);
int word_check(const struct word *word, size_t length);

/* message_restrictions - to the struct that travels; restrictions_of - back, of checked words. */
struct restriction_words message_restrictions(const struct restrictions *restrictions);
struct restrictions restrictions_of(const struct restriction_words *words);

/* restriction_words_valid - is each field in its range? For the checks of messages. */
bool restriction_words_valid(const struct restriction_words *words);

/* How many fds belong to a reply with this verdict. */
size_t reply_fd_count(enum verdict verdict);

#define REPLY_FDS_MAX 1

#endif
