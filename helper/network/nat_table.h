/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_table.h - our nftables table, see ruleset.h, in the kernel.
 */
#ifndef LOGINSPACE_NAT_TABLE_H
#define LOGINSPACE_NAT_TABLE_H

/*
 * table_ensure - the table is there, as this version makes it; otherwise nft(8) makes it, in one
 * transaction. Other tables are never touched. In the helper, with all privileges.
 * Returns 0 or a negative errno, with a sentence in DETAIL that names the mend.
 */
int table_ensure(char *detail);

#endif
