/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay PATH...: a driver's main without libFuzzer. Runs every file of the folders and files
 * named, and every beginning of each, so that a cut packet is tried at each length.
 */
#include "fuzz.h"

#include <err.h>
#include <fts.h>
#include <sys/stat.h>

/* Beginnings shorter than this are all tried, longer ones in steps: corpora stay quick. */
#define EVERY_LENGTH 512

static unsigned long files;

static void run_beginnings(const uint8_t *data, size_t size)
{
	size_t length;

	for (length = 0; length < size; length += length < EVERY_LENGTH ? 1 : 61) {
		/* In memory of its own, so that the sanitizers see a read beyond the end. */
		uint8_t *part = malloc(length == 0 ? 1 : length);
		size_t i;

		MUST(part != NULL);
		for (i = 0; i < length; i++) {
			part[i] = data[i];
		}
		(void)LLVMFuzzerTestOneInput(part, length);
		free(part);
	}
}

static void run_file(const char *path, size_t size)
{
	uint8_t *data = malloc(size == 0 ? 1 : size);
	FILE *file = fopen(path, "re");

	if (data == NULL || file == NULL || fread(data, 1, size, file) != size) {
		err(EXIT_FAILURE, "%s", path);
	}
	(void)fclose(file);
	run_beginnings(data, size);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
	files++;
}

int main(int argc, char **argv)
{
	FTSENT *entry;
	FTS *tree;

	if (argc < 2) {
		errx(2, "usage: replay PATH...");
	}
	tree = fts_open(argv + 1, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (tree == NULL) {
		err(EXIT_FAILURE, "fts_open");
	}
	while ((entry = fts_read(tree)) != NULL) {
		if (entry->fts_info == FTS_F) {
			run_file(entry->fts_accpath, (size_t)entry->fts_statp->st_size);
		} else if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS ||
			   entry->fts_info == FTS_DNR) {
			errx(EXIT_FAILURE, "%s: cannot be read", entry->fts_path);
		}
	}
	(void)fts_close(tree);
	if (files == 0) {
		errx(EXIT_FAILURE, "no file in %s", argv[1]);
	}
	(void)printf("%lu inputs\n", files);
	return 0;
}
