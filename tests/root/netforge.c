// SPDX-License-Identifier: BSD-2-Clause
/*
 * netforge VERB ARGS: packets that no well-behaved host sends, and what of them arrives. As root.
 *
 *   raw FROM TO PORT [IF]  a datagram with that sender, whoever has the address; with an interface:
 *                          straight onto it, past routes and filters of this host
 *   arp IF FROM TO         an ARP request
 *   watch IF               prints each packet that arrives there: what, from, to, port or protocol
 */
#include <arpa/inet.h>
#include <err.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TEXT_SIZE 128

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	};
	socklen_t len;
};

static struct address address_read(const char *host)
{
	struct address a = { .len = sizeof(a.in) };
	void *bytes = &a.in.sin_addr;

	a.any.sa_family = AF_INET;
	if (strchr(host, ':') != NULL) {
		a.any.sa_family = AF_INET6;
		a.len = sizeof(a.in6);
		bytes = &a.in6.sin6_addr;
	}
	if (inet_pton(a.any.sa_family, host, bytes) != 1) {
		errx(2, "no address: %s", host);
	}
	return a;
}

/* --- raw, arp --------------------------------------------------------------------------------- */

static uint32_t sum_add(uint32_t sum, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i + 1 < size; i += 2) {
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	}
	return sum;
}

static uint16_t sum_end(uint32_t sum)
{
	while (sum >> 16 != 0) {
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return htons((uint16_t)~sum);
}

static struct udphdr udp_head(uint16_t port)
{
	return (struct udphdr){ .source = htons(4000),
				.dest = htons(port),
				.len = htons(sizeof(struct udphdr)) };
}

struct packet4 {
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

struct packet6 {
	struct ip6_hdr ip;
	struct udphdr udp;
} __attribute__((packed));

static size_t packet4_make(struct packet4 *packet, const struct address *from,
			   const struct address *to, uint16_t port)
{
	packet->ip = (struct iphdr){ .version = 4,
				     .ihl = 5,
				     .ttl = 64,
				     .protocol = IPPROTO_UDP,
				     .tot_len = htons(sizeof(*packet)),
				     .saddr = from->in.sin_addr.s_addr,
				     .daddr = to->in.sin_addr.s_addr };
	packet->ip.check = sum_end(sum_add(0, &packet->ip, sizeof(packet->ip)));
	packet->udp = udp_head(port);
	return sizeof(*packet);
}

static size_t packet6_make(struct packet6 *packet, const struct address *from,
			   const struct address *to, uint16_t port)
{
	const uint16_t pseudo[2] = { htons(sizeof(struct udphdr)), htons(IPPROTO_UDP) };
	uint32_t sum;

	packet->ip =
		(struct ip6_hdr){ .ip6_src = from->in6.sin6_addr, .ip6_dst = to->in6.sin6_addr };
	packet->ip.ip6_flow = htonl(6u << 28);
	packet->ip.ip6_plen = htons(sizeof(struct udphdr));
	packet->ip.ip6_nxt = IPPROTO_UDP;
	packet->ip.ip6_hlim = 64;
	packet->udp = udp_head(port);
	sum = sum_add(0, &packet->ip.ip6_src, 2 * sizeof(struct in6_addr));
	sum = sum_add(sum, pseudo, sizeof(pseudo));
	packet->udp.check = sum_end(sum_add(sum, &packet->udp, sizeof(packet->udp)));
	return sizeof(*packet);
}

static void packet_send(const void *packet, size_t size, uint16_t protocol, const char *interface,
			struct address *to)
{
	struct sockaddr_ll link = { .sll_family = AF_PACKET,
				    .sll_protocol = htons(protocol),
				    .sll_halen = ETH_ALEN };
	struct sockaddr *dest = &to->any;
	socklen_t len = to->len;
	int sock;

	if (interface != NULL) {
		link.sll_ifindex = (int)if_nametoindex(interface);
		memset(link.sll_addr, 0xff, ETH_ALEN); /* everybody on the wire */
		dest = (struct sockaddr *)&link;
		len = sizeof(link);
		sock = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	} else {
		sock = socket(to->any.sa_family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
		to->in6.sin6_port =
			0; /* a raw socket of IPv6 wants none; at the place of sin_port */
	}
	if (sock < 0 || sendto(sock, packet, size, 0, dest, len) < 0) {
		err(1, "raw");
	}
}

static int raw_run(const char *source, const char *host, const char *port, const char *interface)
{
	struct address from = address_read(source), to = address_read(host);
	const uint16_t number = (uint16_t)atoi(port);
	struct packet4 packet4;
	struct packet6 packet6;

	if (to.any.sa_family == AF_INET) {
		packet_send(&packet4, packet4_make(&packet4, &from, &to, number), ETH_P_IP,
			    interface, &to);
	} else {
		packet_send(&packet6, packet6_make(&packet6, &from, &to, number), ETH_P_IPV6,
			    interface, &to);
	}
	return 0;
}

struct arp4 {
	struct arphdr head;
	uint8_t from_link[ETH_ALEN], from[4], to_link[ETH_ALEN], to[4];
} __attribute__((packed));

static int arp_run(const char *interface, const char *from, const char *to)
{
	struct arp4 arp = { .head = { .ar_hrd = htons(ARPHRD_ETHER),
				      .ar_pro = htons(ETH_P_IP),
				      .ar_hln = ETH_ALEN,
				      .ar_pln = 4,
				      .ar_op = htons(ARPOP_REQUEST) },
			    .from_link = { 2, 0, 0, 0, 0, 1 } };
	struct address nobody = { 0 };

	inet_pton(AF_INET, from, arp.from);
	inet_pton(AF_INET, to, arp.to);
	packet_send(&arp, sizeof(arp), ETH_P_ARP, interface, &nobody);
	return 0;
}

/* --- watch ------------------------------------------------------------------------------------ */

static void packet_print(int family, uint8_t protocol, const void *from, const void *to,
			 const uint8_t *body, size_t size)
{
	const bool ports = protocol == IPPROTO_UDP || protocol == IPPROTO_TCP;
	char text[2][TEXT_SIZE];

	printf("%s %s %s %d\n",
	       protocol == IPPROTO_UDP   ? "udp"
	       : protocol == IPPROTO_TCP ? "tcp"
					 : "ip",
	       inet_ntop(family, from, text[0], TEXT_SIZE),
	       inet_ntop(family, to, text[1], TEXT_SIZE),
	       ports && size >= 4 ? body[2] << 8 | body[3] : protocol);
}

static size_t ip4_head(const struct iphdr *ip)
{
	return (size_t)ip->ihl * 4;
}

static void frame_print(uint16_t protocol, const uint8_t *frame, size_t size)
{
	const struct iphdr *ip = (const void *)frame;
	const struct ip6_hdr *ip6 = (const void *)frame;
	const struct arp4 *arp = (const void *)frame;
	char text[2][TEXT_SIZE];

	if (protocol == ETH_P_IP && size >= sizeof(*ip) && size >= ip4_head(ip)) {
		packet_print(AF_INET, ip->protocol, &ip->saddr, &ip->daddr, frame + ip4_head(ip),
			     size - ip4_head(ip));
	} else if (protocol == ETH_P_IPV6 && size >= sizeof(*ip6)) {
		packet_print(AF_INET6, ip6->ip6_nxt, &ip6->ip6_src, &ip6->ip6_dst,
			     frame + sizeof(*ip6), size - sizeof(*ip6));
	} else if (protocol == ETH_P_ARP && size >= sizeof(*arp)) {
		printf("arp %s %s %d\n", inet_ntop(AF_INET, arp->from, text[0], TEXT_SIZE),
		       inet_ntop(AF_INET, arp->to, text[1], TEXT_SIZE), ntohs(arp->head.ar_op));
	} else {
		printf("other %04x\n", protocol);
	}
}

static _Noreturn void watcher_run(const char *interface)
{
	struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	static uint8_t frame[65536];
	int sock = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len;
	ssize_t size;

	link.sll_ifindex = (int)if_nametoindex(interface);
	if (link.sll_ifindex == 0 || bind(sock, (struct sockaddr *)&link, sizeof(link)) < 0) {
		err(1, "watch %s", interface);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	for (;;) {
		len = sizeof(link);
		size = recvfrom(sock, frame, sizeof(frame), 0, (struct sockaddr *)&link, &len);
		if (size >= 0 && link.sll_pkttype != PACKET_OUTGOING) {
			frame_print(ntohs(link.sll_protocol), frame, (size_t)size);
		}
	}
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if ((argc == 5 || argc == 6) && strcmp(verb, "raw") == 0) {
		return raw_run(argv[2], argv[3], argv[4], argv[5]);
	} else if (argc == 5 && strcmp(verb, "arp") == 0) {
		return arp_run(argv[2], argv[3], argv[4]);
	} else if (argc == 3 && strcmp(verb, "watch") == 0) {
		watcher_run(argv[2]);
	}
	errx(2, "usage: netforge VERB ARGS");
}
