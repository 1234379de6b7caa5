/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.c - who a command runs as. account_become runs in the process that is about to exec the
 * command, inside the space, as root with CAP_SETUID and CAP_SETGID.
 */
#include "account.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUPS_GUESS 32
#define GROUPS_MOST  65536 /* NGROUPS_MAX of the kernel, and one's own */

/* "No such name" has several errnos, getpwnam(3). */
static int absence(int error)
{
	return error == 0 || error == ESRCH ? -ENOENT : -error;
}

/* All groups of NAME. getgrouplist(3) says how many there are when the room is too small. */
static int groups_fill(struct account *account)
{
	int room = GROUPS_GUESS, count;
	gid_t *groups = NULL;

	do {
		gid_t *more = reallocarray(groups, (size_t)room, sizeof(*more));

		if (more == NULL) {
			free(groups);
			return -ENOMEM;
		}
		groups = more;
		count = room;
		if (getgrouplist(account->name, account->gid, groups, &count) >= 0) {
			account->groups = groups;
			account->group_count = (size_t)count;
			return 0;
		}
		room = count > room ? count : 2 * room;
	} while (room <= GROUPS_MOST);
	free(groups);
	return -E2BIG;
}

static int account_copy(const struct passwd *entry, struct account **ret)
{
	const char *shell = entry->pw_shell;
	struct account *account = calloc(1, sizeof(*account));

	if (account == NULL) {
		return -ENOMEM;
	}
	account->uid = entry->pw_uid;
	account->gid = entry->pw_gid;
	account->name = strdup(entry->pw_name);
	account->home = strdup(entry->pw_dir);
	account->shell = strdup(shell != NULL && shell[0] != '\0' ? shell : "/bin/sh");
	if (account->name == NULL || account->home == NULL || account->shell == NULL) {
		account_free(account);
		return -ENOMEM;
	}
	*ret = account;
	return 0;
}

static int account_make(const struct passwd *entry, struct account **ret)
{
	struct account *account = NULL;
	int err = account_copy(entry, &account);

	if (err < 0) {
		return err;
	}
	err = groups_fill(account);
	if (err < 0) {
		account_free(account);
		return err;
	}
	*ret = account;
	return 0;
}

int account_find(const char *name, struct account **ret)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwnam(name);
	return entry == NULL ? absence(errno) : account_make(entry, ret);
}

int account_find_uid(uid_t uid, const char *name, struct account **ret)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwnam(name);
	if (entry == NULL || entry->pw_uid != uid) {
		errno = 0;
		entry = getpwuid(uid);
	}
	return entry == NULL ? absence(errno) : account_make(entry, ret);
}

int account_root(struct account **ret)
{
	static char name[] = "root", home[] = "/root", shell[] = "/bin/sh";
	const struct passwd entry = { .pw_name = name, .pw_dir = home, .pw_shell = shell };
	struct account *account = NULL;
	int err = account_copy(&entry, &account);

	if (err < 0) {
		return err;
	}
	account->groups = calloc(1, sizeof(*account->groups)); /* root's own */
	if (account->groups == NULL) {
		account_free(account);
		return -ENOMEM;
	}
	account->group_count = 1;
	*ret = account;
	return 0;
}

void account_free(struct account *account)
{
	if (account != NULL) {
		free(account->name);
		free(account->home);
		free(account->shell);
		free(account->groups);
		free(account);
	}
}

/* Whoever has a process's session keyring possesses its keys, whatever his uid is: keyrings(7). */
static int keyring_leave(void)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 || errno == ENOSYS ||
	    errno == EPERM) {
		return 0; /* no keys at all here: not built in, or seccomp(2) forbids them */
	}
	return -errno;
}

/* setresuid(2) clears the others, unless somebody has set a bit of capabilities(7) against it. */
static int capabilities_drop(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

static int drop_prove(void)
{
	if (setresuid((uid_t)-1, 0, (uid_t)-1) == 0 || setgroups(0, NULL) == 0) {
		return -EPERM;
	}
	return 0;
}

int account_become(const struct account *account)
{
	int err = keyring_leave();

	if (err < 0) {
		return err;
	}
	if (setgroups(account->group_count, account->groups) < 0 ||
	    setresgid(account->gid, account->gid, account->gid) < 0 ||
	    setresuid(account->uid, account->uid, account->uid) < 0) {
		return -errno;
	}
	if (account->uid != 0) {
		err = capabilities_drop();
		if (err == 0) {
			err = drop_prove();
		}
		(void)keyring_leave(); /* his own, if his quota allows; else an empty one of root's */
	}
	/* setresuid(2) may have set it anew, see fs.suid_dumpable in proc(5). */
	if (err == 0 && prctl(PR_SET_DUMPABLE, 0) < 0) {
		err = -errno;
	}
	return err;
}
