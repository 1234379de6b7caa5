/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ledger.c - which mounts were put where. Runs in the child that becomes init.
 */
#include "ledger.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "mounts.h"
#include "path.h"
#include "scope.h"
#include "walk.h"

int ledger_add(struct ledger *ledger, int mount, const char *path, uint64_t attributes)
{
	struct entry entry = { .path = path, .attributes = attributes };
	size_t i;
	int err;

	err = mount_id(mount, &entry.id);
	if (err < 0) {
		return err;
	}
	for (i = 0; i < ledger->count; i++) {
		if (strcmp(ledger->entries[i].path, path) == 0) {
			entry.own = ledger->entries[i].own && ledger->entries[i].id == entry.id;
			ledger->entries[i] = entry;
			return 0;
		}
	}
	if (ledger->count == LEDGER_MAX) {
		return -E2BIG;
	}
	ledger->entries[ledger->count++] = entry;
	return 0;
}

void ledger_forget(struct ledger *ledger, const char *path)
{
	const size_t length = strlen(path);
	size_t i, kept = 0;

	for (i = 0; i < ledger->count; i++) {
		const char *known = ledger->entries[i].path;

		if (strncmp(known, path, length) != 0 || known[length] != '/') {
			ledger->entries[kept++] = ledger->entries[i];
		}
	}
	ledger->count = kept;
}

void ledger_own(struct ledger *ledger, const char *path)
{
	size_t i;

	for (i = 0; i < ledger->count; i++) {
		if (strcmp(ledger->entries[i].path, path) == 0) {
			ledger->entries[i].own = true;
		}
	}
}

int ledger_is_own(const struct ledger *ledger, int fd, bool *ret_own)
{
	uint64_t id;
	size_t i;
	int err = mount_id(fd, &id);

	if (err < 0) {
		return err;
	}
	*ret_own = false;
	for (i = 0; i < ledger->count; i++) {
		*ret_own = *ret_own || (ledger->entries[i].own && ledger->entries[i].id == id);
	}
	return 0;
}

bool ledger_hides(const struct ledger *ledger, const char *path, uint64_t id, uint64_t parent)
{
	const struct entry *above = NULL;
	size_t i;

	for (i = 0; i < ledger->count; i++) {
		const struct entry *entry = &ledger->entries[i];

		if (path_is_within(path, entry->path) &&
		    (above == NULL || path_is_below(entry->path, above->path))) {
			above = entry;
		}
	}
	return above != NULL && above->own && above->id != id && above->id != parent;
}

int ledger_put(struct ledger *ledger, int mount, int target, const char *path, uint64_t attributes)
{
	int err = mount_put(mount, target);

	return err < 0 ? err : ledger_add(ledger, mount, path, attributes);
}

/* The flags of statvfs(3) that go with MOUNT_ATTR_*. */
static unsigned long flags_of(uint64_t attributes)
{
	return ((attributes & MOUNT_ATTR_RDONLY) != 0 ? (unsigned long)ST_RDONLY : 0) |
	       ((attributes & MOUNT_ATTR_NOSUID) != 0 ? (unsigned long)ST_NOSUID : 0) |
	       ((attributes & MOUNT_ATTR_NODEV) != 0 ? (unsigned long)ST_NODEV : 0) |
	       ((attributes & MOUNT_ATTR_NOEXEC) != 0 ? (unsigned long)ST_NOEXEC : 0);
}

static int entry_verify(const struct entry *entry)
{
	const unsigned long wanted = flags_of(entry->attributes);
	SCOPE_FD int fd = -1;
	struct statfs about;
	uint64_t id = 0;
	int err;

	err = walk_open(entry->path, &fd);
	if (err == 0) {
		err = mount_id(fd, &id);
	}
	if (err < 0) {
		return err;
	}
	if (id != entry->id) {
		return -EBADE;
	}
	if (wanted != 0 && fstatfs(fd, &about) < 0) {
		return -errno;
	}
	return wanted == 0 || ((unsigned long)about.f_flags & wanted) == wanted ? 0 : -EBADE;
}

int ledger_verify(const struct ledger *ledger, const char **ret_path)
{
	size_t i;

	for (i = 0; i < ledger->count; i++) {
		int err = entry_verify(&ledger->entries[i]);

		if (err < 0) {
			*ret_path = ledger->entries[i].path;
			return err;
		}
	}
	return 0;
}
