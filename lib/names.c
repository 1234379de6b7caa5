/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - the users and groups that a configuration names. Pure.
 */
#include "names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 16

/* FNV-1a. Names come from root's own files: nobody chooses them to collide. */
static uint32_t hash_of(enum names_kind kind, const char *text, size_t length)
{
	uint32_t hash = (2166136261u ^ (uint32_t)kind) * 16777619u;
	size_t i;

	for (i = 0; i < length; i++) {
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	}
	return hash;
}

/* Where the name is, or the free slot for it. There always is one: see names_grow(). */
static size_t slot_of(const struct names *names, enum names_kind kind, const char *text,
		      size_t length, uint32_t hash)
{
	size_t slot = hash & (names->slot_count - 1);

	while (names->slots[slot] != 0) {
		const struct name *name = &names->list[names->slots[slot] - 1];

		if (name->hash == hash && name->kind == kind && name->length == length &&
		    memcmp(name->text, text, length) == 0) {
			break;
		}
		slot = (slot + 1) & (names->slot_count - 1);
	}
	return slot;
}

/* Room for one more, and at least as many free slots as names. */
static int names_grow(struct names *names)
{
	const size_t capacity = names->capacity == 0 ? FIRST_CAPACITY : 2 * names->capacity;
	struct name *list;
	uint32_t *slots;
	size_t i;

	if (names->count < names->capacity) {
		return 0;
	}
	if (capacity > UINT32_MAX / 2) {
		return -ENOMEM;
	}
	list = reallocarray(names->list, capacity, sizeof(*list));
	if (list == NULL) {
		return -ENOMEM;
	}
	names->list = list;
	slots = calloc(2 * capacity, sizeof(*slots));
	if (slots == NULL) {
		return -ENOMEM;
	}
	free(names->slots);
	names->slots = slots;
	names->slot_count = 2 * capacity;
	names->capacity = capacity;
	for (i = 0; i < names->count; i++) {
		const struct name *name = &list[i];

		slots[slot_of(names, name->kind, name->text, name->length, name->hash)] =
			(uint32_t)i + 1;
	}
	return 0;
}

int names_add(struct names *names, enum names_kind kind, const char *text, size_t length,
	      const char *file, unsigned int line)
{
	const uint32_t hash = hash_of(kind, text, length);
	int err = names_grow(names);
	size_t slot;

	if (err < 0) {
		return err;
	}
	slot = slot_of(names, kind, text, length, hash);
	if (names->slots[slot] != 0) {
		return 0;
	}
	names->list[names->count] = (struct name){
		.kind = kind,
		.text = text,
		.length = length,
		.file = file,
		.line = line,
		.hash = hash,
	};
	names->count++;
	names->slots[slot] = (uint32_t)names->count;
	names->unknown[kind]++;
	return 0;
}

struct name *names_find(const struct names *names, enum names_kind kind, const char *text,
			size_t length)
{
	size_t slot;

	if (names->count == 0) {
		return NULL;
	}
	slot = slot_of(names, kind, text, length, hash_of(kind, text, length));
	return names->slots[slot] == 0 ? NULL : &names->list[names->slots[slot] - 1];
}

void names_set(struct names *names, struct name *name, uint32_t id, uint32_t primary)
{
	if (name->known) {
		return;
	}
	name->known = true;
	name->id = id;
	name->primary = primary;
	names->unknown[name->kind]--;
}

void names_free(struct names *names)
{
	free(names->list);
	free(names->slots);
	*names = (struct names){ 0 };
}
