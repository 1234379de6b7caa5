# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# network = netns:NAME: two users in one network namespace of the administrator's, which leads to a
# server that the host does not reach; what is in /etc/netns/NAME; and names that lead nowhere.
#
# packages: jq
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
. "$SOURCE/tests/rig/world.bash"
. "$SOURCE/tests/root/policy.bash"
needs_module

LAB4=192.0.2.20 LAB6=2001:db8:400::20
SERVER4=192.0.2.21 SERVER6=2001:db8:400::21
NETTRAFFIC=$RIG/bin/nettraffic

lab_make() {
	ip netns add lab && ip netns add server &&
		ip -n lab link set lo up && ip -n server link set lo up &&
		cable lab t0 $LAB4 $LAB6 server s0 $SERVER4 $SERVER6 &&
		mkdir -p /etc/netns/lab && echo 'nameserver 192.0.2.21' >/etc/netns/lab/resolv.conf &&
		printf '127.0.0.1 localhost\n%s server.lab\n' $SERVER4 >/etc/netns/lab/hosts
}

lab_namespace() {
	on lab readlink /proc/self/ns/net
}

# denied NAME USER PATTERN: refused, and the log says why.
denied() {
	log_mark
	refused "$1" "$2"
	like "$1: the log says why" "$(log_line 'denied: ' | tail -n 1)" "$3"
}

shared_test() {
	local user
	session_start a alice
	session_start b bob
	for user in a b; do
		is "netns: $user is in the namespace that the administrator has named" \
			"$(session_do $user 'readlink /proc/self/ns/net')" "$(lab_namespace)"
		like "netns: $user has a PID namespace of his own" \
			"$(session_do $user 'cat /proc/1/comm')" "$INSIDE"
		is "netns: $user reaches the server over IPv4" \
			"$(session_do $user "$NETTRAFFIC tcp $SERVER4 80")" "$LAB4"
		is "netns: $user reaches the server over IPv6" \
			"$(session_do $user "$NETTRAFFIC tcp $SERVER6 80")" "$LAB6"
		is "netns: $user sees the lab's interfaces in /sys" \
			"$(session_do $user 'echo $(ls -I bonding_masters /sys/class/net)')" 'lo t0'
		is "netns: $user has the lab's resolv.conf" \
			"$(session_do $user 'cat /etc/resolv.conf')" 'nameserver 192.0.2.21'
		like "netns: $user has the lab's hosts" "$(session_do $user 'getent hosts server.lab')" \
			"^$SERVER4 +server.lab"
	done
	is "netns: its settings stay the administrator's" "$(lab_pings)" "$PINGS"
	unlike "netns: the host does not reach the server" "$(nettraffic tcp $SERVER4 80 2>&1)" "$LAB4"
	unlike "netns: the host's own /etc/hosts stays what it is" "$(</etc/hosts)" server.lab
}

# ping_group_range, as the lab has it: nobody, and that is no space's default.
lab_pings() {
	on lab cat /proc/sys/net/ipv4/ping_group_range
}

loopback_test() {
	session_do a "$RIG/bin/nettool tcp-listen 127.0.0.1 8000 of-alice >/dev/null 2>&1 & L=\$!" >/dev/null
	check "netns: they share the lab's loopback" \
		wait_until 5 session_says b "$RIG/bin/nettool tcp-connect 127.0.0.1 8000" of-alice
	session_do a 'kill $L' >/dev/null
	isnt "netns: and nothing else" "$(session_do a 'readlink /proc/self/ns/mnt')" \
		"$(session_do b 'readlink /proc/self/ns/mnt')"
}

session_says() { # NAME CMD TEXT
	[[ $(session_do "$1" "$2") == "$3" ]]
}

# The lab is older than the spaces, and stays when they go, whatever ends them.
survives_test() {
	local before init
	before=$(lab_namespace)
	init=$(list_of alice '.[0].init_pid')
	kill -9 "$init"
	wait_until 5 gone "$init"
	session_stop a
	session_stop b
	wait_until 5 list_is bob length 0
	is "netns: the lab is there when the spaces are gone" "$(lab_namespace)" "$before"
	is "netns: with its interfaces up" "$(ip -n lab -br link | awk '{ print $1, $2 }' | sort | tr '\n' ' ')" \
		"lo UNKNOWN t0@if$(peer_index) UP "
	is "netns: and its servers still answer" "$(on lab "$NETTRAFFIC" tcp $SERVER4 80)" "$LAB4"
	check "netns: nothing is left on the host" ledger_same_within 5 "$RIG/before"
}

peer_index() {
	ip -n server -o link show s0 | cut -d: -f1
}

# The administrator's word is about the next login: who is inside stays in what he has.
deleted_test() {
	session_start a alice
	check "netns: the lab can be deleted while a space lives" ip netns delete lab
	is "netns: which keeps its network" "$(session_do a "$NETTRAFFIC tcp $SERVER4 80")" "$LAB4"
	denied "netns: a name that leads nowhere denies the login" bob \
		'there is no network namespace lab: ip netns add lab makes it'
	session_stop a
	check "netns: the lab's interfaces go with its last space" \
		wait_until 5 not ip -n server link show s0
}

# What is at the place of the name, but is none.
wrong_test() {
	touch /run/netns/file
	policy '[default]' 'network = netns:file'
	denied "netns: a plain file is no namespace" alice '/run/netns/file: it is no network namespace: ip netns add'
	touch /run/netns/pids
	mount --bind /proc/self/ns/pid /run/netns/pids
	policy '[default]' 'network = netns:pids'
	denied "netns: another kind of namespace is none" alice '/run/netns/pids: it is no network namespace'
	umount /run/netns/pids
	mkfifo /run/netns/fifo
	policy '[default]' 'network = netns:fifo'
	denied "netns: a pipe holds nobody up" alice '/run/netns/fifo: it is no network namespace'
	ln -s /proc/1/ns/net /run/netns/link
	policy '[default]' 'network = netns:link'
	denied "netns: a link is not followed" alice '/run/netns/link: it is a link: ip netns attach'
	rm -f /run/netns/{file,pids,fifo,link}
	touch /run/netns/own
	mount --bind /proc/self/ns/net /run/netns/own
	policy '[default]' 'network = netns:own'
	denied "netns: the host's own network has another word" alice "the host's own network: network = host"
	umount /run/netns/own
	theirs_test
	rm -f /run/netns/own
	chmod 777 /run/netns
	policy '[default]' 'network = netns:server'
	denied "netns: a folder that others may write to is not believed" alice "the folder must be root's"
	chmod 755 /run/netns
}

# A network namespace that a user has made, and root has given a name.
theirs_test() {
	unshare --user --map-root-user --net sleep 60 &
	local job=$!
	wait_until 5 other_network $job
	mount --bind /proc/$job/ns/net /run/netns/own
	denied "netns: nor one of a user's own making" alice "belongs to a user's own user namespace"
	umount /run/netns/own
	kill $job
	wait $job 2>/dev/null
}

other_network() {
	[[ $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" && $(<"/proc/$1/comm") == sleep ]]
}

names_test() {
	local name
	for name in '' . .. ../lab a/b /run/netns/lab 'lab x' "$(printf 'a%.0s' {1..100})"; do
		policy '[default]' "network = netns:$name"
		denied "netns:${name:0:20} is no value" alice 'step=configuration .*network takes '
	done
}

start_sshd
policy '[default]' 'network = netns:lab'
lab_make || not_ok "the lab is there"
serve_on server 80
PINGS=$(lab_pings)
ledger_write "$RIG/before"
shared_test
loopback_test
survives_test
deleted_test
wrong_test
names_test
policy '[default]' 'network = netns:server'
confined "netns: another namespace of the same folder" alice
job_stop "$JOB"
stop_sshd
