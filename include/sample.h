/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample.h - the sample of /etc/security/loginspace.conf, from the table of keys. Pure but for the
 * stream.
 */
#ifndef LOGINSPACE_SAMPLE_H
#define LOGINSPACE_SAMPLE_H

#include <stdio.h>

/*
 * sample_write - every line is a comment: installing the sample changes nothing. Whether all was
 * written, ferror(3) and fclose(3) of STREAM know.
 */
void sample_write(FILE *stream);

#endif
