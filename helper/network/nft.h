/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nft.h - the program nft(8), run once.
 */
#ifndef LOGINSPACE_NFT_H
#define LOGINSPACE_NFT_H

/*
 * nft_load - has nft carry out TEXT, in the caller's network namespace. The program has CAP_NET_ADMIN
 * and nothing else, a constant environment, and no fd of ours. In the helper, with all privileges.
 * Returns 0; -ENOENT (there is no such program); -ETIMEDOUT (it was ended); -EPROTO (it failed);
 * another negative errno; with a sentence in DETAIL.
 */
int nft_load(const char *text, char *detail);

#endif
