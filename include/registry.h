/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.h - which spaces live, and their numbers, with nothing on disk.
 *
 * The registry is the folder /run/loginspace (0700, root's). A space is some bytes of the folder's
 * range of record locks (fcntl(2)), locked by its init for as long as it lives:
 *
 *   UID * 65536 + N         the number: space UID-N lives
 *   2^49 + UID              this is the space that all logins of UID share (scope = user)
 *   2^50 + inode            the PID namespace with this inode number is that of a space: only in the
 *                           registry of a space's own, see fence.c of the helper
 *   2^51 + KEY              an IP address of a pool is the space's: see registry_take_address
 *
 * The kernel releases the locks with the process, however it ends, so there is nothing to repair;
 * F_GETLK tells whether a space lives, and the pid of its init. Only root can open the folder, so
 * nobody else can lock a byte. To take a number never waits for another process, so an init that
 * its user has frozen holds up nobody.
 */
#ifndef LOGINSPACE_REGISTRY_H
#define LOGINSPACE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define REGISTRY_PATH "/run/loginspace"

/*
 * registry_make - makes the folder when it is missing, opens it, and refuses one that others may
 * use; gives root what a strange umask has taken from him. The fd is close-on-exec and above the numbers of init_fds.h.
 * Returns 0; -EPERM (owner or mode wrong); another negative errno.
 */
int registry_make(int *ret_registry);

/* registry_open - the same, but makes nothing: -ENOENT when the folder is missing. */
int registry_open(int *ret_registry);

/* registry_provide - makes the folder when it is missing, and no more: for who opens it himself. */
int registry_provide(void);

/* registry_check - is it root's alone, by any fd of it? 0; -EPERM; another negative errno. */
int registry_check(int fd);

/*
 * registry_find - a free number of UID below MAX: the lowest, but for gaps that spaces have left.
 * A glance, to refuse before anything is made; registry_take decides.
 * Returns 0; -EUSERS (all taken); another negative errno.
 */
int registry_find(int registry, uid_t uid, unsigned int max, uint32_t *ret_number);

/*
 * registry_take - a free number of UID below MAX, for the calling process while it lives: SEEN,
 * below MAX, which registry_find has just found, or one after it when another login was faster.
 * The process must not close any other fd of the folder: that would release the lock, fcntl(2).
 * Each call here, and each close of an fd of the folder, takes the kernel as long as there are locks.
 * Returns 0; -EUSERS (all taken); another negative errno.
 */
int registry_take(int registry, uid_t uid, unsigned int max, uint32_t seen, uint32_t *ret_number);

/* registry_take_shared - be the space that logins of UID share. 0; -EEXIST; another errno. */
int registry_take_shared(int registry, uid_t uid);

/* registry_drop_shared - no longer: the next login makes a new one. */
int registry_drop_shared(int registry, uid_t uid);

/* registry_mark - the calling process's PID namespace, by its inode number, is that of a space. */
int registry_mark(int registry, ino_t pid_namespace);

/* registry_marked - is it? */
int registry_marked(int registry, ino_t pid_namespace, bool *ret_marked);

/*
 * registry_take_address - have the address that KEY, of REGISTRY_KEY_BITS, stands for, while the
 * calling process lives. Returns 0; -EEXIST (another space has it); another negative errno.
 */
#define REGISTRY_KEY_BITS 48
int registry_take_address(int registry, uint64_t key);

/*
 * registry_holder, registry_shared_holder - a pidfd of the init of space UID-NUMBER, or of the
 * space that logins of UID share, the caller's to close, and its pid in the caller's PID namespace.
 * Returns 0; -ENOENT (there is none); -EXDEV (it is not below the caller's PID namespace); another
 * negative errno.
 */
int registry_holder(int registry, uid_t uid, uint32_t number, int *ret_pidfd, pid_t *ret_pid);
int registry_shared_holder(int registry, uid_t uid, int *ret_pidfd, pid_t *ret_pid);

/* A space by its name, and the init that was found holding it. */
struct registry_entry {
	uid_t uid;
	uint32_t number;
	pid_t init; /* in the caller's PID namespace; may have ended meanwhile */
};

/*
 * registry_list - all living spaces of UID, or with NULL of all, but those of the calling process,
 * sorted by uid and number; *RET_ENTRIES is to be freed with free(3). None that lives all the time
 * is missing. It takes the kernel as long as there are locks, for each space. Returns 0 or a negative
 * errno.
 */
int registry_list(int registry, const uid_t *uid, struct registry_entry **ret_entries,
		  size_t *ret_count);

#endif
