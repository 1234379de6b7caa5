# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# network = macvlan:IF, as a neighbour on the LAN sees it, and its addresses out of a pool; and
# network = device:IF: what is refused, each with its sentence. A machine with an interface to spare
# names it: LS_DEVICE=eth1. That one alone is then tried, and in the machine's own network, which is
# where the kernel gives it back to.
#
# packages: jq iproute2
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
. "$SOURCE/tests/rig/world.bash"
. "$SOURCE/tests/root/policy.bash"
needs_module

NETTRAFFIC=$RIG/bin/nettraffic
GATEWAY4=$LAN4 GATEWAY6=$LAN6 # the neighbour is the host's router, too
FAR4=203.0.113.9              # behind it
OTHER4=192.0.2.66             # the host's, too

# "lan0" of the host and "l0" of the neighbour are one LAN.
lan_make() {
	ip netns add lan && ip -n lan link set lo up && cable host lan0 "$HOSTLAN4" "$HOSTLAN6" lan l0 "$LAN4" "$LAN6" &&
		ip link add eth0 type ifb && ip addr add $OTHER4/32 dev lan0 && ip -n lan addr add $FAR4/32 dev lo &&
		ip route add default via "$GATEWAY4" && ip -6 route add default via "$GATEWAY6"
}

# denied NAME PATTERN: alice is refused, and the log says why.
denied() {
	log_mark
	refused "$1" alice
	like "$1: the log says why" "$(log_line 'denied: ' | tail -n 1)" "$2"
}

macvlan() { # LINES of [default]
	policy '[default]' 'network = macvlan:lan0' "$@"
}

# What a session has, as it sees it.
address_of() { # NAME 4|6
	session_do "$1" "ip -o -$2 address show dev eth0 scope global | awk '{ print \$4 }'"
}

mac_of() { # NAME
	session_do "$1" 'cat /sys/class/net/eth0/address'
}

# The hardware address behind ADDRESS, by what the neighbour has heard.
heard() {
	ip -n lan neigh show "$1" | sed -n 's/.*lladdr \([^ ]*\).*/\1/p'
}

# answers NAME ADDRESS: a server in that session is reached by the neighbour, who is shown himself.
answers() {
	[[ $(on lan "$NETTRAFFIC" "$1" "$2" 8080) == "$3" ]]
}

# hardware_of ADDRESS: what goes with an IPv4 address of a pool.
hardware_of() {
	# shellcheck disable=SC2086
	printf '02:6c:%02x:%02x:%02x:%02x' ${1//./ }
}

# in_use [HARDWARE ADDRESS]: is one of a pool on lan0, in whatever network namespace?
in_use() {
	bridge fdb show dev lan0 | grep -q "^${1-02:}"
}

# The kernel takes network namespaces apart some time after their last process has ended.
leave() { # NAMES
	local name
	for name; do
		session_stop "$name"
	done
	wait_until 5 not in_use
}

# serves NAME: a server in that session, on port 8080.
serves() {
	session_do "$1" "$NETTRAFFIC serve 8080 >/dev/shm/said 2>&1 &" >/dev/null
}

# wrong_neighbour ADDRESS: the LAN has talked to another machine there.
wrong_neighbour() {
	ip -n lan neigh replace "$1" lladdr 02:00:00:00:00:99 nud reachable dev l0
}

# knows ADDRESS HARDWARE ADDRESS: so does the neighbour on the LAN.
knows() {
	[[ $(heard "$1") == "$2" ]]
}

plain_test() {
	macvlan
	session_start a alice
	is "macvlan: the space has lo and eth0" "$(session_do a 'echo $(ls -I bonding_masters /sys/class/net)')" 'eth0 lo'
	like "macvlan: which is up" "$(session_do a 'ip -br link show eth0')" '^eth0@.* UP .*LOWER_UP'
	is "macvlan: without a pool it has no address of the LAN's" "$(address_of a 4)" ''
	is "macvlan: and no route" "$(session_do a 'ip route; ip -6 route show default')" ''
	isnt "macvlan: its hardware address is not the host's" "$(mac_of a)" "$(</sys/class/net/lan0/address)"
	session_stop a
	check "macvlan: nothing is left" ledger_same_within 5 "$RIG/before"
}

# Out of address_pool 192.0.2.64/29 the host has .66.
static_test() {
	macvlan 'address_pool = 192.0.2.64/29' 'address_pool6 = 2001:db8:300::100/120'
	wrong_neighbour 192.0.2.64
	wrong_neighbour 2001:db8:300::140
	session_start a alice
	session_start b bob
	session_start c alice
	check "macvlan: the LAN is told whose the address is now" wait_until 5 knows 192.0.2.64 "$(mac_of a)"
	check "macvlan: and that of IPv6" wait_until 5 knows 2001:db8:300::140 "$(mac_of a)"
	is "macvlan: the hardware address is made of it" "$(mac_of a)" "$(hardware_of 192.0.2.64)"
	is "macvlan: the first address of the pool, with the bits of the LAN" "$(address_of a 4)" 192.0.2.64/24
	is "macvlan: that of IPv6 ends with its bits" "$(address_of a 6)" 2001:db8:300::140/64
	is "macvlan: the next space has the next one" "$(address_of b 4) $(address_of b 6)" \
		'192.0.2.65/24 2001:db8:300::141/64'
	is "macvlan: what is the host's is left out" "$(address_of c 4) $(address_of c 6)" \
		'192.0.2.67/24 2001:db8:300::143/64'
	like "macvlan: the gateway is the host's" "$(session_do a 'ip route show default')" "^default via $GATEWAY4 dev eth0"
	like "macvlan: and that of IPv6" "$(session_do a 'ip -6 route show default')" "^default via $GATEWAY6 dev eth0"
	seen_test
	both_test
	kill_test
	leave b c
}

seen_test() {
	serves a
	check "macvlan: the LAN reaches the space over TCP" wait_until 5 answers tcp 192.0.2.64 "$LAN4"
	check "macvlan: over UDP" wait_until 5 answers udp 192.0.2.64 "$LAN4"
	check "macvlan: over IPv6" wait_until 5 answers tcp 2001:db8:300::140 "$LAN6"
	is "macvlan: the LAN knows it by a hardware address of its own" "$(heard 192.0.2.64)" "$(mac_of a)"
	isnt "macvlan: each space has another one" "$(mac_of a)" "$(mac_of b)"
	is "macvlan: from inside the LAN is reached, and sees the space's address" \
		"$(session_do b "$NETTRAFFIC tcp $LAN4 80")" 192.0.2.65
	is "macvlan: and what is behind the gateway" "$(session_do b "$NETTRAFFIC tcp $FAR4 80")" 192.0.2.65
	is "macvlan: and over IPv6" "$(session_do b "$NETTRAFFIC tcp $LAN6 80")" 2001:db8:300::141
}

# What the man page says of the kernel's macvlan.
both_test() {
	is "macvlan: spaces on one interface are neighbours" \
		"$(session_do b "$NETTRAFFIC tcp 192.0.2.64 8080")" 192.0.2.65
	is "macvlan: the host's address on the interface is not reached" \
		"$(session_do b "$NETTRAFFIC tcp $HOSTLAN4 80 2>/dev/null")" ''
	is "macvlan: nor the space from the host" "$(nettraffic tcp 192.0.2.64 8080 2>/dev/null)" ''
	unlike "macvlan: a user cannot change the interface" \
		"$(session_do a 'ip addr add 192.0.2.99/24 dev eth0 && echo done')" '^done'
	unlike "macvlan: nor its hardware address" \
		"$(session_do a 'ip link set eth0 address 02:00:00:00:00:01 && echo done')" '^done'
}

# The address is free when the space is gone, however it went, and the LAN finds its next owner.
kill_test() {
	local init
	init=$(list_of alice '[.[] | select(.id == "2001-0")][0].init_pid')
	kill -9 "$init"
	wait_until 5 gone "$init"
	session_stop a
	check "macvlan: nor is its interface there after SIGKILL of init" \
		wait_until 5 not in_use "$(hardware_of 192.0.2.64)"
	session_start a alice
	is "macvlan: after SIGKILL of init its address is free again" "$(address_of a 4)" 192.0.2.64/24
	serves a
	check "macvlan: and leads to the next space" wait_until 10 answers tcp 192.0.2.64 "$LAN4"
	is "macvlan: whose hardware address the LAN has heard" "$(heard 192.0.2.64)" "$(mac_of a)"
	session_stop a
}

# A user's means are a socket that he hands on, or one that nobody answers any more; here it is a
# server in the network of a space that has ended.
kept_test() {
	local keeper
	macvlan 'address_pool = 192.0.2.64/30' 'address_pool6 = 2001:db8:300::/64'
	keep || return
	keeper=$JOB
	session_start b bob
	is "macvlan: an address that is kept alive is not given away" "$(address_of b 4)" 192.0.2.65/24
	is "macvlan: nor that of IPv6" "$(address_of b 6)" 2001:db8:300::c000:241/64
	serves b
	wait_until 5 answers tcp 192.0.2.65 "$LAN4"
	is "macvlan: its clients reach the service" "$(clients "$(address_of b 4)" "$(address_of b 6)")" 12
	is "macvlan: which has heard them" "$(session_do b 'grep -c ^tcp /dev/shm/said')" 13
	is "macvlan: and the one before has not" "$(job_said "$keeper" | grep -c ^tcp)" 0
	session_start c bob
	is "macvlan: the next one has the one behind it" "$(address_of c 4)" 192.0.2.67/24
	denied "macvlan: nor is it when there is no other" \
		'step=interface errno=EADDRNOTAVAIL .*192.0.2.64/30 has no address left'
	job_stop "$keeper"
	wait_until 5 not in_use "$(hardware_of 192.0.2.64)"
	session_start a alice
	is "macvlan: it is when nobody keeps it any longer, beside the others" \
		"$(address_of a 4) $(address_of a 6)" '192.0.2.64/24 2001:db8:300::c000:240/64'
	leave a b c
	macvlan 'address_pool = none' 'address_pool6 = 2001:db8:300::200/120'
	keep || return
	session_start b bob
	is "macvlan: likewise of IPv6 alone" "$(address_of b 6)" 2001:db8:300::201/64
	job_stop "$JOB"
	leave b
}

# The kernel tells apart those on one interface, the registry those on several.
two_test() {
	ip link add two0 type veth peer name two1 && ip addr add 192.0.2.3/24 dev two0 && ip link set two0 up
	macvlan 'address_pool = 192.0.2.64/29' 'address_pool6 = none' '[match user=bob]' 'network = macvlan:two0'
	session_start a alice
	session_start b bob
	is "macvlan: no address twice on two interfaces" "$(address_of a 4) $(address_of b 4)" \
		'192.0.2.64/24 192.0.2.65/24'
	is "macvlan: the hardware address goes with it" "$(mac_of b)" "$(hardware_of 192.0.2.65)"
	leave a b
	ip link del two0
}

# keeper FILE: without the pipes of the sessions, or those never end.
keeper() {
	local fd
	for fd in "${SESSION_IN[@]}" "${SESSION_OUT[@]}"; do
		exec {fd}>&-
	done
	exec nsenter "--net=$1" -- nettraffic serve 8080
}

# keep: alice has been there, and what is left of it is a server in that network, JOB.
keep() {
	local init
	session_start a alice
	init=$(init_of)
	job_start '^ready' keeper "/proc/$init/ns/net"
	session_stop a
	wait_until 5 gone "$init"
}

# clients ADDRESSES: of how many connections from the LAN, each to a neighbour it has not heard of,
# there was an answer.
clients() {
	local address i count=0
	for address; do
		for i in {1..6}; do
			ip -n lan neigh flush dev l0
			on lan "$NETTRAFFIC" tcp "${address%/*}" 8080 >/dev/null && count=$((count + 1))
		done
	done
	echo "$count"
}

pool_test() {
	macvlan 'address_pool = 192.0.2.64/30' 'address_pool6 = none'
	session_start a alice
	session_start b bob
	session_start c alice
	is "macvlan: IPv4 alone" "$(address_of c 4) $(address_of c 6)" '192.0.2.67/24 '
	denied "macvlan: a pool that is used up" 'step=interface errno=EADDRNOTAVAIL .*192.0.2.64/30 has no address left'
	session_stop b
	wait_until 5 not in_use "$(hardware_of 192.0.2.65)"
	confined "macvlan: until one goes" alice
	leave a c
	macvlan 'address_pool = 192.0.2.0/24'
	session_start a alice
	is "macvlan: neither the network itself nor the host's address" "$(address_of a 4)" 192.0.2.2/24
	leave a
	macvlan 'address_pool = 192.0.2.4/30'
	for name in a b c; do
		session_start $name alice
	done
	is "macvlan: nor the gateway's" "$(for name in a b c; do address_of $name 4; done | tr '\n' ' ')" \
		'192.0.2.4/24 192.0.2.5/24 192.0.2.6/24 '
	denied "macvlan: which counts as taken" 'no address left'
	leave a b c
	macvlan 'address_pool = 192.0.2.252/30'
	for name in a b c; do
		session_start $name alice
	done
	denied "macvlan: nor the one that is everybody's" 'no address left'
	leave a b c
	macvlan 'address_pool = 10.9.0.0/24'
	denied "macvlan: a pool elsewhere" \
		'step=network errno=EADDRNOTAVAIL .*no network of lan0 has .*10.9.0.0/24'
	macvlan 'address_pool = 192.0.0.0/16'
	denied "macvlan: a pool that is wider than the LAN" 'no network of lan0 has '
	check "macvlan: nothing is left of the pools" ledger_same_within 5 "$RIG/before"
}

# Logins of one moment never get the same one.
crowd_test() {
	local i seen
	macvlan 'address_pool = 192.0.2.128/27' 'address_pool6 = none'
	for i in {1..20}; do
		hold_begin "h$i" loginspace alice "ip -o -4 address show dev eth0 | awk '{ print \$4 }'"
	done
	for i in {1..20}; do
		hold_is_there "h$i"
	done
	seen=$(for i in {1..20}; do hold_said "h$i"; done | sort -u)
	is "macvlan: twenty logins at once have twenty addresses" "$(wc -l <<<"$seen")" 20
	is "macvlan: all of the pool" "$(grep -Evc '^192\.0\.2\.1(2[89]|[345][0-9])/24$' <<<"$seen")" 0
	for i in {1..20}; do
		hold_stop "h$i"
	done
	check "macvlan: nothing is left of the twenty" ledger_same_within 5 "$RIG/before"
}

# Which router is the host's when a default route has two hops.
multipath_test() {
	ip link add other0 type ifb && ip addr add 10.7.0.2/24 dev other0 && ip link set other0 up
	ip route replace default nexthop via 10.7.0.1 dev other0 nexthop via "$GATEWAY4" dev lan0
	macvlan 'address_pool = 192.0.2.64/29'
	session_start a alice
	like "macvlan: the gateway of the hop through the interface" \
		"$(session_do a 'ip route show default')" "^default via $GATEWAY4 dev eth0"
	session_stop a
	ip route replace default via 10.7.0.1 dev other0
	session_start a alice
	is "macvlan: none when the host's leads elsewhere" "$(session_do a 'ip route show default')" ''
	session_stop a
	ip link del other0
	ip route replace default via "$GATEWAY4"
}

# first_begin: alice's first login, whose PID 1 is held up before it has its place in the registry.
first_begin() {
	service_make slow "$RIG/slow"
	wrapper_make slow setsid:delay_enter=3500000:when=1
	rm -f "$RIG/slow.trace"
	hold_begin first slow alice "$WHERE"
	wait_until 10 grep -qs setsid "$RIG/slow.trace"
}

# first_links: what its network has. The first word of a line of strace's is who has made the call.
first_links() {
	nsenter "--net=/proc/$(grep -m 1 -o '^[0-9]*' "$RIG/slow.trace")/ns/net" ip -br link show | cut -d ' ' -f 1
}

# first_test NAME INTERFACE: another one comes meanwhile, and is the one that makes the space.
first_test() {
	if ! strace -f true 2>/dev/null; then
		skip "$1: of two first logins" "strace does not work here"
		return
	fi
	first_begin
	hold_start second loginspace alice "$WHERE; ip -br link show $2"
	is "$1: the slower one of two first logins makes and takes nothing" "$(first_links)" lo
	like "$1: the faster one has the interface" "$(hold_said second)" "$2.*[<,]UP"
	check "$1: and the other one gets in" hold_is_there first
	is "$1: into the same space" "$(hold_said first | grep ^mnt:)" "$(hold_said second | grep ^mnt:)"
	hold_stop first
	hold_stop second
	nothing_left "$1: two first logins"
}

# As what is refused says, for macvlan.
lower_test() {
	policy '[default]' 'network = macvlan:eth9'
	denied "macvlan: no such interface" 'errno=ENODEV .*there is no interface eth9 here'
	policy '[default]' 'network = macvlan:lo'
	denied "macvlan: not on lo" 'lo is no Ethernet interface'
	ip link add br0 type bridge && ip link set br0 up
	ip link add port0 type veth peer name port1 && ip link set port0 master br0 up
	policy '[default]' 'network = macvlan:port0'
	denied "macvlan: not on a port of a bridge" 'port0 belongs to br0: network = macvlan:br0'
	policy '[default]' 'network = macvlan:port1'
	denied "macvlan: not on one that is down" 'port1 is down: ip link set port1 up'
	policy '[default]' 'network = macvlan:br0'
	confined "macvlan: but on the bridge" alice
	ip link set port1 up
	if ip link add pass0 link port1 type macvlan mode passthru 2>/dev/null; then
		policy '[default]' 'network = macvlan:port1'
		denied "macvlan: not where another has all of it" 'no macvlan on port1: .*passthru'
		ip link del pass0
	else
		skip_kernel "macvlan: not where another has all of it" 'no macvlan of mode passthru'
	fi
	ip link del port0
	ip link del br0
}

# link_make KIND: if0, of that kind.
link_make() {
	case $1 in
	veth) ip link add if0 type veth peer name if1 ;;
	tun) ip tuntap add mode tap if0 ;;
	vxlan) ip link add if0 type vxlan id 7 dstport 4789 ;;
	macvlan | ipvlan) ip link add if0 link lan0 type "$1" ;;
	vlan) ip link add if0 link lan0 type vlan id 7 ;;
	*) ip link add if0 type "$1" ;;
	esac 2>/dev/null
}

kinds_test() {
	local kind
	policy '[default]' 'network = device:if0'
	for kind in veth bridge ifb tun vxlan macvlan ipvlan vlan dummy bond; do
		if ! link_make $kind; then
			skip_kernel "device: a $kind is refused" "no $kind"
			continue
		fi
		denied "device: a $kind is refused" "errno=EINVAL .*if0 is of the kind $kind: the kernel would delete it"
		check "device: and stays where it is, the $kind" ip link show if0
		ip link del if0
	done
}

refusals_test() {
	policy '[default]' 'network = device:eth9'
	denied "device: one that is not there" \
		'step=network errno=ENODEV .*there is no interface eth9 here; another space may have it'
	policy '[default]' 'network = device:lo'
	denied "device: the loopback interface" 'lo is the loopback interface: each space has its own'
	policy '[default]' 'network = device:lan0'
	denied "device: the one that the host needs" 'lan0 is of the kind veth'
}

home_again() { # INDEX
	ip -o link | grep -q "^$1: "
}

physical_test() {
	local index init
	index=$(<"/sys/class/net/$LS_DEVICE/ifindex")
	policy '[default]' "network = device:$LS_DEVICE"
	session_start a alice
	like "device: it is up inside, under its name" \
		"$(session_do a "ip -br link show $LS_DEVICE")" "^$LS_DEVICE .*[<,]UP"
	check "device: and gone from the host" not home_again "$index"
	denied "device: it is had by one space at a time" "there is no interface $LS_DEVICE here; another space may"
	init=$(init_of)
	kill -9 "$init"
	session_stop a
	check "device: after SIGKILL of init it is back" wait_until 5 home_again "$index"
	policy '[default]' 'scope = user' "network = device:$LS_DEVICE"
	first_test device "$LS_DEVICE"
	check "device: after two first logins it is back" wait_until 5 home_again "$index"
}

if [[ -n ${LS_DEVICE-} ]]; then
	start_sshd
	ledger_write "$RIG/before"
	physical_test
	stop_sshd
	exit 0
fi
start_sshd
echo "nameserver $LAN4" >/etc/resolv.conf
lan_make || not_ok "the LAN is there"
serve_on lan 80
ledger_write "$RIG/before"
if link_make macvlan; then
	ip link del if0
	plain_test
	static_test
	kept_test
	two_test
	pool_test
	crowd_test
	macvlan 'scope = user'
	first_test macvlan eth0
	multipath_test
	lower_test
else
	skip_kernel "macvlan" "no macvlan"
fi
kinds_test
refusals_test
skip_kernel "device: one that is given away" "no spare physical interface (LS_DEVICE)"
job_stop "$JOB"
stop_sshd
