# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# Other machines, for the tests of the network: network namespaces beside the rig's own, which is
# "the host", where sshd runs. Sourced after lib.bash.
#
#   web --- router --- host --- lan
#
# "web" has the servers, and a DNS that knows web.test; "lan" is a neighbour of the host's who sends
# what is for the pools to it, though nobody has asked him to. The names of the addresses are below;
# they are those that RFC 5737 and RFC 3849 keep free for such, and lie in no pool.
#
# packages: iproute2 dnsmasq-base

WEB4=203.0.113.80 WEB6=2001:db8:200::80
HOST4=198.51.100.2 HOST6=2001:db8:100::2         # towards the router
HOSTLAN4=192.0.2.1 HOSTLAN6=2001:db8:300::1      # towards the LAN
LAN4=192.0.2.7 LAN6=2001:db8:300::7
POOL4=10.213.0.0/16 POOL6=fd6c:7370:6163::/48    # the defaults of the product
GATE4=10.213.0.1 GATE6=fd6c:7370:6163::1
WORLD_HOSTS=(router web lan)
WORLD_JOBS=()

# on NAME CMD ARGS: CMD, a program, on that machine; "host" is the host.
on() {
	if [[ $1 == host ]]; then
		"${@:2}"
	else
		nsenter "--net=/run/netns/$1" -- "${@:2}"
	fi
}

# on_exec: likewise, for the background: the job is CMD itself.
on_exec() {
	if [[ $1 == host ]]; then
		exec "${@:2}"
	fi
	exec nsenter "--net=/run/netns/$1" -- "${@:2}"
}

# job_start READY CMD ARGS: in the background until world_end; what it says is in $RIG/log/JOB, JOB
# being its process. READY: a pattern of what it says once it is there.
job_start() {
	local ready=$1 log out
	shift
	log=$(mktemp "$RIG/log/job.XXXXXX")
	# Opened here: in the job it might be opened after its name has changed.
	exec {out}>"$log"
	"$@" >&"$out" 2>&1 </dev/null {out}>&- &
	JOB=$!
	exec {out}>&-
	WORLD_JOBS+=("$JOB")
	mv "$log" "$RIG/log/$JOB"
	wait_until 10 grep -q -- "$ready" "$RIG/log/$JOB"
}

job_stop() { # JOB
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	local job
	local -a others=()
	for job in "${WORLD_JOBS[@]}"; do
		[[ $job == "$1" ]] || others+=("$job")
	done
	WORLD_JOBS=("${others[@]}")
}

# What the job has said since it was there.
job_said() { # JOB
	grep -v '^ready$' "$RIG/log/$1"
}

# serve_on NAME PORT, watch_on NAME IF: nettraffic, netforge on that machine. Set JOB.
serve_on() {
	job_start '^ready' on_exec "$1" nettraffic serve "$2"
}

watch_on() {
	job_start '^ready' on_exec "$1" netforge watch "$2"
}

# cable NAME IF ADDRESS4 ADDRESS6 NAME IF ADDRESS4 ADDRESS6: host is the host.
cable() {
	ip link add "$2" type veth peer name "$6" || return 1
	cable_end "$1" "$2" "$3" "$4" && cable_end "$5" "$6" "$7" "$8"
}

cable_end() { # NAME IF ADDRESS4 ADDRESS6
	local -a netns=()
	if [[ $1 != host ]]; then
		ip link set "$2" netns "$1" || return 1
		netns=(-n "$1")
	fi
	# A router asks for neighbours with its link-local address, which must not be tentative then.
	on "$1" sh -c "echo 0 >/proc/sys/net/ipv6/conf/$2/accept_dad" || return 1
	ip "${netns[@]}" link set "$2" up &&
		ip "${netns[@]}" addr add "$3/24" dev "$2" &&
		ip "${netns[@]}" addr add "$4/64" dev "$2" nodad
}

forwarding() { # 0|1
	echo "$1" >/proc/sys/net/ipv4/ip_forward
	echo "$1" >/proc/sys/net/ipv6/conf/all/forwarding
}

# forwarding_on NAME 0|1. nsenter leaves /proc, whose /proc/sys/net is that of who opens it.
forwarding_on() {
	on "$1" sh -c "echo $2 >/proc/sys/net/ipv4/ip_forward; echo $2 >/proc/sys/net/ipv6/conf/all/forwarding"
}

world_cables() {
	cable host up0 $HOST4 $HOST6 router r0 198.51.100.1 2001:db8:100::1 &&
		cable router r1 203.0.113.1 2001:db8:200::1 web w0 $WEB4 $WEB6 &&
		cable host lan0 $HOSTLAN4 $HOSTLAN6 lan l0 $LAN4 $LAN6
}

# The router knows the host's side and the web's, and of nothing behind the host.
world_routes() {
	ip route add default via 198.51.100.1 && ip -6 route add default via 2001:db8:100::1 &&
		ip -n web route add default via 203.0.113.1 &&
		ip -n web -6 route add default via 2001:db8:200::1 &&
		ip -n lan route add default via $HOSTLAN4 && ip -n lan -6 route add default via $HOSTLAN6
}

world_dns() {
	# --log-facility=-: stderr. The rig's syslog is for ours.
	job_start 'started' on_exec web dnsmasq --keep-in-foreground --conf-file=/dev/null \
		--pid-file= --user=root --no-resolv --no-hosts --no-poll --log-facility=- \
		"--address=/web.test/$WEB4" "--address=/web.test/$WEB6" || return 1
	printf 'nameserver %s\nnameserver %s\n' $WEB4 $WEB6 >/etc/resolv.conf
	sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf
}

# world_make: all of it; the host forwards.
world_make() {
	local name
	for name in "${WORLD_HOSTS[@]}"; do
		ip netns add "$name" && ip -n "$name" link set lo up || return 1
	done
	forwarding 1
	forwarding_on router 1
	world_cables && world_routes && world_dns
}

# world_mtu BYTES: of the path between router and web and back, by the router's word alone.
world_mtu() {
	local netns=(-n router)
	ip "${netns[@]}" route change 203.0.113.0/24 dev r1 src 203.0.113.1 mtu lock "$1" &&
		ip "${netns[@]}" route change 198.51.100.0/24 dev r0 src 198.51.100.1 mtu lock "$1" &&
		ip "${netns[@]}" -6 route replace 2001:db8:200::/64 dev r1 proto kernel metric 256 mtu lock "$1" &&
		ip "${netns[@]}" -6 route replace 2001:db8:100::/64 dev r0 proto kernel metric 256 mtu lock "$1"
}

world_end() {
	local job name
	for job in "${WORLD_JOBS[@]}"; do
		job_stop "$job"
	done
	for name in "${WORLD_HOSTS[@]}"; do
		ip netns del "$name"
	done
	# The other end goes with a namespace, but some time later.
	ip link del up0 2>/dev/null
	ip link del lan0 2>/dev/null
	umount /run/netns && rmdir /run/netns
	forwarding 0
	: >/etc/resolv.conf
	sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf
}
