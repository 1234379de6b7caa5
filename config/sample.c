/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample: prints what belongs into config/loginspace.conf. Run by hand after a change of the table
 * of keys; the unit tests compare.
 */
#include "sample.h"

#include <stdlib.h>

int main(void)
{
	sample_write(stdout);
	return ferror(stdout) != 0 || fclose(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
