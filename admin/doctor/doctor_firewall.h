/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_firewall.h - the part of doctor_network.c that is about nftables.
 */
#ifndef LOGINSPACE_ADMIN_DOCTOR_FIREWALL_H
#define LOGINSPACE_ADMIN_DOCTOR_FIREWALL_H

#include "finding.h"

/*
 * doctor_firewall - of this machine: our table, and what others do to forwarded packets. NFT: the
 * path of nft(8).
 */
void doctor_firewall(const char *nft, struct findings *findings);

#endif
