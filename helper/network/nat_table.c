/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_table.c - is our nftables table in the kernel, whole and of this version? Runs in the helper,
 * as root; nfnetlink wants CAP_NET_ADMIN also of who only asks.
 *
 * Each login asks, with one message of six questions: what the table says of itself, and how many
 * rules each chain has. `nft flush ruleset` takes away what spaces are kept apart by; the next
 * login puts it back.
 */
#include "nat_table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "message.h"
#include "nft.h"
#include "ruleset.h"

#define BUFFER_SIZE 8192 /* MNL_SOCKET_BUFFER_SIZE is not a constant */

/* What userdata of a table begins with: nft's type and length of one, then the text and its NUL. */
#define COMMENT_TYPE 0
#define COMMENT_AT   2

/* Answers come in the order of the questions: the table, then each chain. */
struct look {
	size_t answers;
	bool differs;
};

static struct nlmsghdr *question_begin(char *buffer, uint8_t type, size_t number)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	message->nlmsg_flags = NLM_F_REQUEST;
	message->nlmsg_seq = (uint32_t)number + 1;
	body->nfgen_family = NFPROTO_INET;
	body->version = NFNETLINK_V0;
	return message;
}

/* All of them, one behind the other. Returns their length. */
static size_t questions_write(char *buffer)
{
	struct nlmsghdr *message = question_begin(buffer, NFT_MSG_GETTABLE, 0);
	size_t length, i;

	mnl_attr_put_strz(message, NFTA_TABLE_NAME, RULESET_TABLE);
	length = message->nlmsg_len;
	for (i = 0; i < RULESET_CHAINS; i++) {
		message = question_begin(buffer + length, NFT_MSG_GETCHAIN, i + 1);
		mnl_attr_put_strz(message, NFTA_CHAIN_TABLE, RULESET_TABLE);
		mnl_attr_put_strz(message, NFTA_CHAIN_NAME, RULESET_CHAIN[i].name);
		length += message->nlmsg_len;
	}
	return length;
}

/* Of 32 bits in network order; 0: it is not there. */
static uint32_t attribute_u32(const struct nlattr *attribute)
{
	uint32_t value;

	if (attribute == NULL || mnl_attr_get_payload_len(attribute) != sizeof(value)) {
		return 0;
	}
	memcpy(&value, mnl_attr_get_payload(attribute), sizeof(value));
	return ntohl(value);
}

struct wanted {
	uint16_t type;
	const struct nlattr *attribute; /* NULL: not found yet */
};

static int attribute_compare(const struct nlattr *attribute, void *data)
{
	struct wanted *wanted = data;

	if (mnl_attr_get_type(attribute) == wanted->type) {
		wanted->attribute = attribute;
	}
	return MNL_CB_OK;
}

static const struct nlattr *attribute_find(const struct nlmsghdr *message, uint16_t type)
{
	struct wanted wanted = { .type = type };

	(void)mnl_attr_parse(message, sizeof(struct nfgenmsg), attribute_compare, &wanted);
	return wanted.attribute;
}

static bool table_is_ours(const struct nlmsghdr *message)
{
	const struct nlattr *note = attribute_find(message, NFTA_TABLE_USERDATA);
	char mark[RULESET_MARK_SIZE];
	const size_t size = strlen(ruleset_mark(mark)) + 1;
	const uint8_t *data;

	/* A flag, such as "dormant", is nothing that we set. */
	if (note == NULL || attribute_u32(attribute_find(message, NFTA_TABLE_FLAGS)) != 0 ||
	    mnl_attr_get_payload_len(note) < COMMENT_AT + size) {
		return false;
	}
	data = mnl_attr_get_payload(note);
	return data[0] == COMMENT_TYPE && data[1] == size &&
	       memcmp(data + COMMENT_AT, mark, size) == 0;
}

static bool chain_is_whole(const struct nlmsghdr *message, const struct ruleset_chain *chain)
{
	return attribute_find(message, NFTA_CHAIN_HOOK) != NULL &&
	       attribute_u32(attribute_find(message, NFTA_CHAIN_POLICY)) == NF_ACCEPT &&
	       attribute_u32(attribute_find(message, NFTA_CHAIN_USE)) == chain->rules;
}

static int answer_read(const struct nlmsghdr *message, void *data)
{
	struct look *look = data;
	const size_t number = look->answers++;

	if (number == 0 ? !table_is_ours(message)
			: !chain_is_whole(message, &RULESET_CHAIN[number - 1])) {
		look->differs = true;
	}
	return MNL_CB_OK;
}

/* Returns 0 (it is there, and ours); -ENOENT (make it); another negative errno. */
static int socket_look(struct mnl_socket *socket)
{
	char buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	const size_t size = questions_write(buffer);
	struct look look = { 0 };
	ssize_t length;

	if (mnl_socket_sendto(socket, buffer, size) < 0) {
		return -errno;
	}
	while (look.answers < RULESET_CHAINS + 1) {
		length = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		if (length < 0 ||
		    mnl_cb_run(buffer, (size_t)length, (unsigned int)look.answers + 1,
			       mnl_socket_get_portid(socket), answer_read, &look) < 0) {
			return -errno;
		}
	}
	return look.differs ? -ENOENT : 0;
}

static int table_look(void)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	int err;

	if (socket == NULL) {
		return -errno;
	}
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
	} else {
		err = socket_look(socket);
	}
	(void)mnl_socket_close(socket);
	return err;
}

static void detail_write(int err, char *detail)
{
	switch (err) {
	case -EPROTONOSUPPORT: /* no nfnetlink */
	case -EAFNOSUPPORT:
	case -EOPNOTSUPP:
	case -EINVAL: /* nfnetlink, and nothing behind it that knows tables */
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "this kernel has no nf_tables, which network = nat needs: load that "
			       "module, or boot a kernel that has it");
		break;
	case -EPERM:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "the table inet " RULESET_TABLE " cannot be looked at without "
			       "CAP_NET_ADMIN: give it to the application's container or unit");
		break;
	case -ENOENT:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "the table inet " RULESET_TABLE
			       " is not as nft was told to make it: "
			       "see `nft monitor` for who changes it");
		break;
	default:
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "the table inet " RULESET_TABLE " cannot be looked at: %s",
			       strerror(-err));
	}
}

int table_ensure(char *detail)
{
	char text[RULESET_TEXT_SIZE];
	int err;

	err = table_look();
	if (err == -ENOENT) {
		err = nft_load(ruleset_text(text), detail);
		if (err < 0) {
			return err;
		}
		err = table_look();
	}
	if (err < 0) {
		detail_write(err, detail);
	}
	return err;
}
