/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * addresses.h - the IP addresses of a network namespace. As root.
 */
#ifndef LOGINSPACE_ADMIN_ADDRESSES_H
#define LOGINSPACE_ADMIN_ADDRESSES_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <json-c/json.h>

struct address {
	char interface[IFNAMSIZ]; /* as it is called in there: any bytes */
	char text[INET6_ADDRSTRLEN];
	unsigned int bits; /* of its network */
	bool local;        /* of a loopback interface, or of the link: of no use to others */
};

/*
 * addresses_read - those of the network namespace that is the process INIT's and has the inode number
 * NAMESPACE. The caller goes there and comes back, so it has to be single-threaded, with
 * CAP_SYS_ADMIN. *RET is to be freed with free(3). Returns 0; -ESRCH (it is no more); another negative
 * errno.
 */
int addresses_read(pid_t init, ino_t namespace, struct address **ret, size_t *ret_count);

/* addresses_json - as loginspace(8) has it. Pure. */
struct json_object *addresses_json(const struct address *addresses, size_t count);

#endif
