/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.h - where the configuration is, see loginspace.conf(5): two folders of *.conf files, and
 * between them the administrator's file. In the order in which they are read; later ones win.
 */
#ifndef LOGINSPACE_PLACES_H
#define LOGINSPACE_PLACES_H

#define PLACE_VENDOR  "/usr/lib/loginspace"
#define PLACE_FILE    "/etc/security/loginspace.conf"
#define PLACE_DROPINS "/etc/security/loginspace.conf.d"

#endif
