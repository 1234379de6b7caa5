/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * channel.h - one packet with fds over an AF_UNIX SOCK_SEQPACKET socket, and waiting for one with
 * a deadline. All fds made here are close-on-exec from birth; no call here raises SIGPIPE.
 */
#ifndef LOGINSPACE_CHANNEL_H
#define LOGINSPACE_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#define CHANNEL_FDS_MAX 2

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t channel_now_ms(void);

/* socketpair(2). Returns 0 or a negative errno. */
int channel_pair(int ret_ends[2]);

/*
 * channel_send - one packet, with COUNT (0 to CHANNEL_FDS_MAX) fds, which stay the caller's.
 * Never blocks. Returns 0 or a negative errno; -EPIPE when the other end is gone.
 */
int channel_send(int channel, const void *packet, size_t length, const int *fds, size_t count);

/*
 * channel_send_signed - one packet with the sender's effective ids as SCM_CREDENTIALS. Left to
 * itself the kernel would put the real uid there, which under su is the caller's: unix(7).
 */
int channel_send_signed(int channel, const void *packet, size_t length);

/*
 * channel_receive - the next packet, waiting until DEADLINE_MS of channel_now_ms.
 * On success the length is in *RET_LENGTH, the fds (the caller's from now on, close-on-exec) are
 * in RET_FDS, which has room for CHANNEL_FDS_MAX, and their number in *RET_COUNT.
 * Returns 0; -ETIMEDOUT, even if a packet waits, when the deadline is over already; -ECONNRESET
 * (the other end is gone and nothing is left to read, or the packet is empty);
 * -EMSGSIZE (more data or more fds than asked for: all dropped); another negative errno.
 */
int channel_receive(int channel, int64_t deadline_ms, void *packet, size_t size, size_t *ret_length,
		    int ret_fds[CHANNEL_FDS_MAX], size_t *ret_count);

/*
 * channel_peek - the length of the next packet, which stays there, waiting until DEADLINE_MS.
 * Returns 0; -ETIMEDOUT; -ECONNRESET as channel_receive; another negative errno.
 */
int channel_peek(int channel, int64_t deadline_ms, size_t *ret_length);

/*
 * channel_let_pass - waits for 2 milliseconds, in which whoever has just been answered goes on. To
 * exit or to exec takes a tenth of one, and on few processors the kernel may do all of that first.
 */
void channel_let_pass(void);

#endif
