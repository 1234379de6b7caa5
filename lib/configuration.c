/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration.c - lets a configuration go. Pure.
 */
#include "configuration.h"

#include <stdlib.h>

void configuration_list_free(struct configuration_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		free(list->paths[i]);
	}
	free(list->paths);
	*list = (struct configuration_list){ 0 };
}

void configuration_free(struct configuration *configuration)
{
	size_t i;

	for (i = 0; i < configuration->file_count; i++) {
		free(configuration->files[i].name);
		free(configuration->files[i].data);
	}
	free(configuration->files);
	free(configuration->sections);
	free(configuration->settings);
	names_free(&configuration->names);
	free(configuration->items);
	free(configuration->defaults);
	free(configuration->home);
	*configuration = (struct configuration){ 0 };
}
