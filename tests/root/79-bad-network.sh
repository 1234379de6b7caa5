# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# A network that cannot be had denies that login: with one line in the log that names the step, what
# is wrong and the mend; with a plain sentence for the user; and nothing is left. Root gets in.
. "$SOURCE/tests/root/nat.bash"
needs_module

# no_link: no interface of a space is left on the host.
no_link() {
	! ip -o link show | grep -Eq ': (ls[0-9]|eth0)'
}

# What the fault itself has mounted counts as there before.
before_now() {
	sshd_settle
	wait_until 5 no_link
	ledger_begin "$RIG/before"
}

# denied NAME STEP PATTERN: what all of these have in common. PATTERN: of the detail.
denied() {
	before_now
	log_mark
	rm -f /home/alice/ran
	is "$1: alice gets a plain sentence" "$(run_as alice 'touch ~/ran' 2>&1)" "$REFUSED"
	check "$1: and nothing runs" test ! -e /home/alice/ran
	is "$1: one line in the log" "$(log_count 'denied: ')" 1
	like "$1: with the step and the mend" "$(log_line 'denied: ')" \
		"^<83>.*user=\"alice\" .*step=$2 errno=[A-Z]+ .*detail=\".*($3)"
	let_in "$1: root gets in" root
	check "$1: no interface is left" wait_until 5 no_link
	check "$1: nothing else is left" ledger_same_within 10 "$RIG/before"
}

# works NAME: and when it is mended he is in.
works() {
	before_now
	is "$1: alice is in" "$(run_as alice 'cat /proc/1/comm; ls -I bonding_masters /sys/class/net' 2>&1 | xargs)" "$INSIDE eth0 lo"
	check "$1: nothing is left" ledger_same_within 10 "$RIG/before"
}

nat() { # LINES
	policy '[default]' 'network = nat' "$@"
}

# --- the policy alone ----------------------------------------------------------------------------

contradictions_test() {
	nat 'publish = 8080:80'
	denied "nat with publish" policy "$CONF:3: publish = 8080:80.*pasta"
	nat 'namespaces = mount pid ipc uts'
	denied "nat without a network of its own" policy "network = nat.* needs net among the namespaces"
	policy '[default]' 'network = netns:lab' 'namespaces = mount pid ipc uts'
	denied "netns without a network of its own" policy "network = netns:lab.* needs net among the namespaces"
	policy '[default]' 'network = pasta' 'namespaces = mount pid'
	denied "pasta without a network of its own" policy "network = pasta.* needs net among the namespaces"
	nat 'address_pool = none' 'address_pool6 = none'
	denied "nat without a pool" policy 'needs address_pool or address_pool6'
}

# --- pools ---------------------------------------------------------------------------------------

used_up_test() {
	nat 'address_pool = 10.98.0.0/30'
	check "a pool for one: the first is in" session_start one bob
	ledger_write "$RIG/one"
	log_mark
	is "a pool for one: the second is not" "$(run_as alice true 2>&1)" "$REFUSED"
	is "a pool for one: one line in the log" "$(log_count 'denied: ')" 1
	like "a pool for one: which names the pool" "$(log_line 'denied: ')" \
		'step=network errno=EADDRNOTAVAIL .*address_pool 10.98.0.0/30 .*larger'
	check "a pool for one: nothing is left of the second" ledger_same_within 10 "$RIG/one"
	is "a pool for one: the first works on" "$(session_do one "$T tcp $WEB4 $SERVICE")" $HOST4
	session_stop one
	check "a pool for one: the first goes" ledger_same_within 10 "$RIG/before"
	works "a pool for one: then there is room"
}

overlap_test() {
	nat 'address_pool = 198.51.100.0/24'
	denied "a pool in a network of the host" network 'address_pool 198.51.100.0/24 overlaps.*up0.*name another'
	nat "address_pool = $HOSTLAN4/30"
	policy '[default]' 'network = nat' 'address_pool = 192.0.2.0/30'
	denied "a pool with an address of the host" network 'address_pool 192.0.2.0/30 overlaps.*name another'
	nat 'address_pool6 = 2001:db8:300::/64'
	denied "a pool of IPv6 in a network of the host" network 'address_pool6 2001:db8:300::/64 overlaps.*name another'
	# As a neighbour's router advertisement makes one, who must not keep anybody out.
	ip -6 route add fd6c:7370:6163::/64 dev lan0 expires 600
	nat
	works "a route that somebody has announced is no decision of this host"
	ip -6 route del fd6c:7370:6163::/64 dev lan0
	ip route add 10.98.0.0/16 via $LAN4
	nat 'address_pool = 10.98.7.0/24'
	denied "a pool below a route of the host" network 'address_pool 10.98.7.0/24 overlaps.*lan0.*name another'
	ip route del 10.98.0.0/16
	ip route add 10.98.7.2/32 via $LAN4
	denied "a route of the host into the pool" network 'address_pool 10.98.7.0/24 overlaps.*lan0.*name another'
	ip route del 10.98.7.2/32
	ip addr add 10.98.7.1/32 dev lan0
	denied "the gateway's address is the host's" network 'address_pool 10.98.7.0/24 overlaps.*lan0.*name another'
	ip addr del 10.98.7.1/32 dev lan0
	works "a pool that is free again"
	ip route add unreachable 10.98.0.0/16
	works "a route that says unreachable is in nobody's way"
	ip route del unreachable 10.98.0.0/16
}

# IPv6 makes the route to an address of its own last, and who comes just then finds it as below.
beside_test() {
	nat
	check "beside another: the first is in" session_start one bob
	ip -6 route del local fd6c:7370:6163::1 dev ls0 table local
	works "a gateway's address whose own route is not there yet"
	session_stop one
	ip link add rig901 group 7107328 type veth peer name rig900
	ip link set rig900 up
	ip link set rig901 up
	ip -6 addr add fd00:98::9 peer fd6c:7370:6163::1 dev rig901 nodad
	denied "the gateway's address is that of a space" network 'address_pool6 fd6c:7370:6163::/48 overlaps.*rig901.*name another'
	ip link del rig901
	works "a gateway's address that is free again"
}

# --- nft -----------------------------------------------------------------------------------------

# without FOLDER FILE: an overlay on FOLDER, in which FILE is not. Returns 1 when the kernel has none.
without() {
	mkdir -p "$RIG/over/up" "$RIG/over/work"
	mountpoint -q "$RIG/over" || mount -t tmpfs over "$RIG/over" || return 1
	mkdir -p "$RIG/over/up" "$RIG/over/work"
	mount -t overlay -o "lowerdir=$1,upperdir=$RIG/over/up,workdir=$RIG/over/work" over "$1" || return 1
	rm -f "$1/$2"
}

# umount(8) itself may lie in there.
with_again() { # FOLDER
	umount -l "$1" && umount -l "$RIG/over"
}

# instead FILE SCRIPT: another program in its place.
instead() {
	printf '#!/bin/sh\n%s\n' "$2" >"$RIG/instead"
	chmod 755 "$RIG/instead"
	mount --bind "$RIG/instead" "$1"
}

nft_test() {
	local nft
	nft=$(command -v nft)
	nat
	works "nft"
	instead "$nft" 'exit 1'
	works "nft is not needed while the table is there"
	umount "$nft"
	nft delete table inet loginspace
	instead "$nft" 'echo "Error: Could not process rule: Operation not supported" >&2; exit 1'
	denied "no nft in the kernel" network 'table inet loginspace.*Could not process rule: Operation not supported'
	umount "$nft"
	instead "$nft" 'kill -9 $$'
	denied "nft dies" network 'nft'
	umount "$nft"
	instead "$nft" 'exit 0'
	denied "nft does nothing" network 'nft'
	umount "$nft"
	if without /usr/sbin nft; then
		denied "nft is not installed" network 'nft is not there: install nftables'
		with_again /usr/sbin
	else
		skip_kernel "nft is not installed" "no overlay"
	fi
	works "nft is back"
	check "and has made the table" nft list table inet loginspace
}

# A firewall of the administrator's that drops is no reason to deny; nor is it touched.
others_test() {
	local table
	nft 'table inet own { chain forward { type filter hook forward priority 10; policy drop; }; }'
	table=$(nft list table inet own)
	nft delete table inet loginspace
	works "a firewall that drops"
	is "a firewall that drops is not touched" "$(nft list table inet own)" "$table"
	like "and drops" "$(run_as alice "$T tcp $WEB4 $SERVICE" 2>&1)" '^nettraffic: '
	nft delete table inet own
	nft flush ruleset
	is "nft flush ruleset: the next login makes the table again" "$(run_as alice "$T tcp $WEB4 $SERVICE" 2>&1)" $HOST4
	nft 'add rule inet loginspace forward accept'
	run_as alice true
	is "a table that somebody has changed: the next login makes it anew" \
		"$(nft list chain inet loginspace forward | grep -c '^[[:space:]]*accept$')" 0
	check "others' tables: nothing is left" ledger_same_within 10 "$RIG/before"
}

# --- the host ------------------------------------------------------------------------------------

sysctl_set() { # NAME VALUE
	echo "$2" >"/proc/sys/net/$1"
}

forwarding_test() {
	nat
	sysctl_set ipv4/ip_forward 0
	denied "ip_forward is off" network 'net.ipv4.ip_forward.*sysctl'
	nat 'address_pool = none'
	works "ip_forward is off: IPv6 only"
	sysctl_set ipv4/ip_forward 1
	sysctl_set ipv6/conf/all/forwarding 0
	nat
	denied "IPv6 is not forwarded" network 'net.ipv6.conf.all.forwarding.*sysctl.*address_pool6 = none'
	nat 'address_pool6 = none'
	works "IPv6 is not forwarded: IPv4 only"
	sysctl_set ipv6/conf/all/forwarding 1
	nat
	works "both are"
}

# The host's addresses of IPv6 go with it and come not back: last.
no_ipv6_test() {
	sysctl_set ipv6/conf/all/disable_ipv6 1
	nat
	denied "IPv6 is disabled" network 'disable_ipv6.*address_pool6 = none'
	nat 'address_pool6 = none' "dns = $WEB4"
	works "IPv6 is disabled: IPv4 only"
	sysctl_set ipv6/conf/all/disable_ipv6 0
}

resolver_test() {
	local before
	before=$(</etc/resolv.conf)
	nat
	for server in 127.0.0.53 127.0.0.1 ::1; do
		echo "nameserver $server" >/etc/resolv.conf
		denied "the host's resolver is $server" '(network|resolver)' 'resolver.*dns ='
	done
	echo "nameserver $HOSTLAN4" >/etc/resolv.conf
	denied "the host's resolver is the host" '(network|resolver)' 'dns ='
	mkdir -p /run/systemd/resolve
	echo 'nameserver 127.0.0.53' >/etc/resolv.conf
	printf 'nameserver %s\n' $WEB4 >/run/systemd/resolve/resolv.conf
	is "a stub: the servers behind it" "$(run_as alice 'grep ^nameserver /etc/resolv.conf')" "nameserver $WEB4"
	rm -rf /run/systemd
	nat "dns = $WEB4"
	is "dns names one" "$(run_as alice 'grep ^nameserver /etc/resolv.conf')" "nameserver $WEB4"
	nat "dns = $HOSTLAN4"
	denied "dns names the host" '(network|resolver)' "dns = $HOSTLAN4"
	nat "dns = $HOSTLAN4" 'reach_host = yes'
	is "dns names the host, which may be reached" "$(run_as alice 'grep ^nameserver /etc/resolv.conf')" \
		"nameserver $HOSTLAN4"
	echo "$before" >/etc/resolv.conf
	check "resolvers: nothing is left" ledger_same_within 10 "$RIG/before"
}

# --- named namespaces and interfaces -------------------------------------------------------------

netns_of() { # NAME
	policy '[default]' "network = netns:$1"
}

netns_test() {
	netns_of missing
	denied "a namespace that is not there" network 'no network namespace missing: ip netns add'
	: >/run/netns/plain
	netns_of plain
	denied "a plain file" network 'plain: it is no network namespace'
	mount --bind /proc/self/ns/uts /run/netns/plain
	denied "a namespace of another kind" network 'plain: it is no network namespace'
	umount /run/netns/plain
	rm /run/netns/plain
	ln -s /run/netns/web /run/netns/link
	netns_of link
	denied "a link" network 'link: it is a link'
	ln -sfn /proc/self/ns/net /run/netns/link
	denied "a link to where he is" network 'link: it is a link'
	rm /run/netns/link
	mkdir /run/netns/folder
	netns_of folder
	denied "a folder" network 'folder'
	rmdir /run/netns/folder
	mkfifo /run/netns/fifo # ip(8) would wait for somebody to write to it
	netns_of fifo
	log_mark
	refused "a pipe: alice gets a plain sentence" alice
	rm /run/netns/fifo
	like "a pipe: with the step and the mend" "$(log_line 'denied: ')" \
		'step=network .*fifo: it is no network namespace'
}

interface_test() {
	local kind
	for kind in device macvlan; do
		policy '[default]' "network = $kind:missing"
		denied "$kind: no such interface" network 'no interface missing'
		policy '[default]' "network = $kind:lo"
		denied "$kind: lo" network 'lo '
	done
	policy '[default]' 'network = device:rig0'
	denied "device: a virtual one" network 'rig0 is of the kind [a-z]+: the kernel would delete it'
	check "device: it is still there" ip link show rig0
	policy '[default]' 'network = device:up0'
	denied "device: the way of the host" network 'up0'
	check "device: it is still there" ip link show up0
	policy '[default]' 'network = macvlan:rig0'
	ip link set rig0 down
	denied "macvlan: one that is down" network 'rig0 is down: ip link set rig0 up|kernel has no macvlan'
	ip link add busy type bridge
	ip link set rig0 up master busy
	denied "macvlan: one that a bridge has" network 'rig0 belongs to busy|kernel has no macvlan'
	ip link del busy
	ip link set rig0 down
}

pasta_test() {
	policy '[default]' 'network = pasta'
	if without /usr/bin pasta; then
		denied "pasta is not installed" network 'pasta is not there: install the package passt'
		with_again /usr/bin
	else
		skip_kernel "pasta is not installed" "no overlay"
	fi
	instead "$(readlink -f /usr/bin/pasta)" 'echo "cannot do that" >&2; exit 1'
	denied "pasta fails" '(network|interface|netns)' 'pasta'
	umount "$(readlink -f /usr/bin/pasta)"
}

nat_begin
contradictions_test
used_up_test
overlap_test
beside_test
nft_test
others_test
forwarding_test
resolver_test
netns_test
interface_test
pasta_test
no_ipv6_test
nat_end
