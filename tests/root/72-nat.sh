# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# network = nat over real ssh: what a space reaches, and as whom.
# alice is in space a, bob in b; see tests/rig/world.bash for the machines around them.
. "$SOURCE/tests/root/nat.bash"
needs_module

# --- what it looks like --------------------------------------------------------------------------

host_side() { # ADDRESS
	ip -o route get "$1" | sed -n 's/.* dev \([^ ]*\).*/\1/p'
}

addresses_test() {
	local sides
	is "inside: the first address of the pool for the first space" "$A4 $A6" "10.213.0.2 fd6c:7370:6163::2"
	is "inside: the next for the next" "$B4 $B6" "10.213.0.3 fd6c:7370:6163::3"
	is "inside: lo and eth0, nothing else" "$(session_do a 'ls -I bonding_masters /sys/class/net | xargs')" "eth0 lo"
	like "inside: the default route of IPv4" "$(session_do a 'ip -4 route show default')" "^default via $GATE4 dev eth0"
	like "inside: and of IPv6" "$(session_do a 'ip -6 route show default')" "^default via $GATE6 dev eth0"
	is "inside: no other address" "$(session_do a 'ip -o addr show dev eth0' | wc -l)" 2
	is "show: the addresses, as they are inside" \
		"$("$RIG/libexec/loginspace" show 2001-0 | awk '$1 == "address" { print $3, $2 }')" \
		$'eth0 '"$A4"$'/32\neth0 '"$A6/128"
	is "show: in JSON" "$("$RIG/libexec/loginspace" show 2001-0 --json |
		jq -c '[.addresses[] | select(.interface == "eth0") | .address]')" "[\"$A4\",\"$A6\"]"
	is "inside: the gateway answers a ping of nobody, yet packets pass it" \
		"$(session_do a "ping -n -c 1 -W 1 $WEB4 >/dev/null; echo \$?")" 0
	sides="$(host_side "$A4") $(host_side "$A6") $(host_side "$B4") $(host_side "$B6")"
	is "host: the interface has the number of the address" "$sides" "ls0 ls0 ls1 ls1"
	like "host: the interface says whose it is" "$(ip link show ls0)" 'alias loginspace, uid 2001'
	is "inside: a connection without a process does not last" \
		"$(session_do a 'cat /proc/sys/net/ipv4/tcp_orphan_retries')" 3
	is "host: no bridge" "$(ip -o link show type bridge | grep -v rig0)" ""
	is "host: one table of ours" "$(nft list tables)" "table inet loginspace"
}

# --- out -----------------------------------------------------------------------------------------

web_test() {
	all_answer "the web server sees the host's address" a "^$HOST4\$" < <(services reaches $SERVICE $WEB4)
	all_answer "the web server sees the host's address" a "^$HOST6\$" < <(services reaches $SERVICE $WEB6)
	check "ping of IPv4" session_do a "ping -n -c 1 -W 2 $WEB4"
	check "ping of IPv6" session_do a "ping -n -c 1 -W 2 $WEB6"
	check "ping of the gateway's other side" session_do a "ping -n -c 1 -W 2 198.51.100.1"
	is "1,000 connections at once" "$(session_do a "$T crowd $WEB4 $SERVICE 1000")" "1000 0 $HOST4"
	is "1,000 connections at once, IPv6" "$(session_do a "$T crowd $WEB6 $SERVICE 1000")" "1000 0 $HOST6"
	is "the host itself reaches it as ever" "$(nettraffic tcp $WEB4 $SERVICE)" $HOST4
	is "what others send through the host is not masqueraded" "$(on lan nettraffic tcp $WEB4 $SERVICE)" $LAN4
}

dns_test() {
	like "a name: IPv4" "$(session_do a 'getent ahostsv4 web.test')" "^$WEB4 "
	like "a name: IPv6" "$(session_do a 'getent ahostsv6 web.test')" "^$WEB6 "
	like "a name over TCP" "$(session_do a 'RES_OPTIONS=use-vc getent ahostsv4 web.test')" "^$WEB4 "
	is "by name" "$(session_do a "$T tcp \$(getent ahostsv4 web.test | cut -d' ' -f1 | head -n 1) $SERVICE")" $HOST4
}

# Both ways, in two streams at once; the sum of what has come is said by the other side.
bulk_test() { # NAME
	local sum=$RIG/bulk.sum name=$1 address
	for address in "$WEB4" "[$WEB6]"; do
		is "$name: up to $address" "$(session_do a "socat -t 30 - TCP:$address:7001 </home/alice/bulk")" "$(<"$sum")"
		is "$name: down from $address" "$(session_do a "socat -u TCP:$address:7002 - | sha256sum")" "$(<"$sum")"
	done
}

bulk_begin() {
	head -c 20000000 /dev/urandom >/home/alice/bulk
	sha256sum <home/alice/bulk >"$RIG/bulk.sum" 2>/dev/null || sha256sum </home/alice/bulk >"$RIG/bulk.sum"
	chown alice /home/alice/bulk
	job_start listening on_exec web socat -d -d -t 30 TCP6-LISTEN:7001,ipv6-v6only=0,reuseaddr,fork SYSTEM:sha256sum
	UP=$JOB
	job_start listening on_exec web socat -d -d -U TCP6-LISTEN:7002,ipv6-v6only=0,reuseaddr,fork 'SYSTEM:cat /home/alice/bulk'
	DOWN=$JOB
}

bulk_end() {
	job_stop "$UP"
	job_stop "$DOWN"
	rm -f /home/alice/bulk
}

# mtu_is SESSION ADDRESS: what the space has learnt of the path.
mtu_of() {
	session_do "$1" "ip -o route get $2" | grep -o 'mtu [0-9]*'
}

mtu_test() {
	bulk_begin
	bulk_test "20 MB arrive whole"
	check "the path gets narrow" world_mtu 1400
	bulk_test "20 MB through a narrow path"
	is "the space has learnt the MTU of the path" "$(mtu_of a $WEB4)" "mtu 1400"
	is "the space has learnt the MTU of the path, IPv6" "$(mtu_of a $WEB6)" "mtu 1400"
	world_mtu 1500
	bulk_end
}

connections() {
	cat /proc/sys/net/netfilter/nf_conntrack_count
}

# What the host remembers of others' connections is not touched by a login, nor by its end.
others_test() {
	local address before
	for address in $WEB4 $WEB6; do
		session_do a "$T crowd $address $SERVICE 50" >/dev/null
		before=$(connections)
		run_as carol true
		# A few may have come to their time meanwhile.
		check "the login of another user forgets no connection ($address)" test "$(connections)" -gt $((before - 25))
	done
}

# What the two ends of the pair know of each other ages; the timers are turned down to a tenth.
ageing_test() {
	local family
	for family in ipv4 ipv6; do
		echo 300 >/proc/sys/net/$family/neigh/ls0/base_reachable_time_ms
		echo 1 >/proc/sys/net/$family/neigh/ls0/delay_first_probe_time
		echo 100 >/proc/sys/net/$family/neigh/ls0/retrans_time_ms
	done
	check "IPv4 goes on when what neighbours know of each other is old" \
		session_do a "ping -n -c 16 -i 0.25 -W 1 $WEB4 | grep -q ' 0% packet loss'"
	check "IPv6 goes on when what neighbours know of each other is old" \
		session_do a "ping -n -c 16 -i 0.25 -W 1 $WEB6 | grep -q ' 0% packet loss'"
}

# --- ssh -----------------------------------------------------------------------------------------

master() {
	ssh -F none -S "$RIG/control" -p "$PORT" -n alice@127.0.0.1 "$@"
}

master_forward() {
	check "ssh: forward $*" ssh -F none -S "$RIG/control" -p "$PORT" -O forward "$@" alice@127.0.0.1
}

forwards_test() {
	local control=$RIG/control
	as_ssh -M -S "$control" -N -f alice@127.0.0.1 >/dev/null 2>&1
	master "$RIG/bin/nettool tcp-listen 127.0.0.1 7401 inside" >"$RIG/ready" 2>&1 &
	wait_until 5 grep -q ready "$RIG/ready"
	heard_mark "$HOST_JOB"
	master_forward -L 7402:127.0.0.1:7401
	is "ssh -L reaches the space's own loopback" "$(nettool tcp-connect 127.0.0.1 7402)" inside
	master_forward -L 7403:$WEB4:$SERVICE
	is "ssh -L reaches the web server" "$(nettraffic tcp 127.0.0.1 7403)" $HOST4
	master_forward -L 7404:127.0.0.1:$SERVICE
	master_forward -L 7405:$HOST4:$SERVICE
	like "ssh -L does not reach the host's loopback" "$(nettraffic tcp 127.0.0.1 7404 2>&1)" '^nettraffic: '
	like "ssh -L does not reach the host" "$(nettraffic tcp 127.0.0.1 7405 2>&1)" '^nettraffic: '
	heard_nothing "ssh: the host's service has heard nothing" "$HOST_JOB"
	master_forward -D 7406
	is "ssh -D: a name is looked up inside" \
		"$(socat -t 2 - SOCKS4A:127.0.0.1:web.test:$SERVICE,socksport=7406 </dev/null)" $HOST4
	master_forward -R 7407:127.0.0.1:$SERVICE
	is "ssh -R: a listener inside leads to the client's side" "$(master "$T tcp 127.0.0.1 7407")" 127.0.0.1
	is "ssh -W" "$(ssh -F none -S "$control" -p "$PORT" -W "$WEB4:$SERVICE" alice@127.0.0.1 </dev/null)" $HOST4
	ssh -S "$control" -O exit -p "$PORT" alice@127.0.0.1 2>/dev/null
}

copies_test() {
	head -c 300000 /dev/urandom >"$RIG/copy"
	check "scp up" scp -q "${SSH_OPTIONS[@]}" -P $PORT "$RIG/copy" alice@127.0.0.1:up
	check "scp: the same" cmp "$RIG/copy" /home/alice/up
	check "sftp" sftp_batch "get up $RIG/copy.sftp"
	check "sftp: the same" cmp "$RIG/copy" "$RIG/copy.sftp"
}

sftp_batch() {
	printf '%s\n' "$@" | sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1
}

# --- other policies ------------------------------------------------------------------------------

# Both reach each other when both may; carol, who may not, is not reached and does not reach.
reach_spaces_test() {
	local c4 c6
	policy '[default]' 'network = nat' '[match user=alice,bob]' 'reach_spaces = yes'
	spaces_begin "reach_spaces"
	session_start c carol
	inner_start c
	inner_mark c
	c4=$(address_of c 4) c6=$(address_of c 6)
	all_answer "reach_spaces = yes on both sides: reached" a "^($A4|$A6)\$" < <(services other $INNER "$B4" "$B6")
	all_answer "reach_spaces = yes on both sides: back" b "^($B4|$B6)\$" < <(services other $INNER "$A4" "$A6")
	none_answers "reach_spaces = yes on this side only" a < <(services other $INNER "$c4" "$c6")
	none_answers "reach_spaces = yes on that side only" c < <(services other $INNER "$A4" "$B6")
	none_answers "reach_spaces = yes: not the host" a < <(services host $SERVICE $GATE4 $HOST6)
	is "reach_spaces: the closed one has heard nothing" "$(inner_heard c)" ""
	session_stop c
	spaces_end "reach_spaces"
}

reach_host_test() {
	policy '[default]' 'network = nat' '[match user=alice]' 'reach_host = yes'
	spaces_begin "reach_host"
	all_answer "reach_host = yes: the host is reached" a "^($A4|$A6)\$" < <(
		services by $SERVICE "${HOST_ADDRESSES[@]}")
	all_answer "reach_host = yes: and reaches it" host "^($GATE4|$GATE6)\$" < <(services out $INNER "$A4" "$A6")
	none_answers "reach_host = yes of another user" host < <(services out $INNER "$B4" "$B6")
	none_answers "reach_host = yes: not its loopback" a < <(services by $SERVICE 127.0.0.1 ::1)
	none_answers "reach_host = yes: no other space" a < <(services by $INNER "$B4" "$B6")
	none_answers "reach_host = no of another user" b < <(services by $SERVICE $GATE4 $HOST6)
	none_answers "reach_host = yes: the LAN, uninvited" lan < <(services reaches $INNER "$A4" "$A6")
	spaces_end "reach_host"
}

one_family_test() {
	policy '[default]' 'network = nat' 'address_pool6 = none'
	check "IPv4 only: alice is in" session_start a alice
	is "IPv4 only: the address" "$(session_do a 'ip -o addr show dev eth0' | awk '{ print $3, $4 }')" "inet 10.213.0.2"
	is "IPv4 only: works" "$(session_do a "$T tcp $WEB4 $SERVICE")" $HOST4
	like "IPv4 only: IPv6 is refused at once" "$(session_do a "$T tcp $WEB6 $SERVICE")" 'unreachable|assign'
	session_stop a
	policy '[default]' 'network = nat' 'address_pool = none'
	check "IPv6 only: alice is in" session_start a alice
	is "IPv6 only: the address" "$(session_do a 'ip -o addr show dev eth0' | awk '{ print $3, $4 }' | cut -d/ -f1)" \
		"inet6 fd6c:7370:6163::2"
	is "IPv6 only: works" "$(session_do a "$T tcp $WEB6 $SERVICE")" $HOST6
	like "IPv6 only: IPv4 is refused at once" "$(session_do a "$T tcp $WEB4 $SERVICE")" 'unreachable'
	like "IPv6 only: a name" "$(session_do a 'getent ahostsv6 web.test')" "^$WEB6 "
	session_stop a
	check "one family: nothing is left" ledger_same_within 10 "$RIG/before"
}

other_pool_test() {
	policy '[default]' 'network = nat' 'address_pool = 10.99.0.0/24' 'address_pool6 = fd99::/64' "dns = $WEB4"
	check "other pools: alice is in" session_start a alice
	is "other pools: the addresses" "$(address_of a 4) $(address_of a 6)" "10.99.0.2 fd99::2"
	is "other pools: work" "$(session_do a "$T tcp $WEB4 $SERVICE; $T tcp $WEB6 $SERVICE" | xargs)" "$HOST4 $HOST6"
	is "dns: the server that is named" "$(session_do a 'grep ^nameserver /etc/resolv.conf')" "nameserver $WEB4"
	none_answers "other pools: the host" a < <(services by $SERVICE $HOST4 10.99.0.1 fd99::1)
	session_stop a
	check "other pools: nothing is left" ledger_same_within 10 "$RIG/before"
}

# --- all of it -----------------------------------------------------------------------------------

nat_begin
spaces_begin "nat"
addresses_test
web_test
dns_test
mtu_test
others_test
ageing_test
spaces_end "nat"
forwards_test
copies_test
reach_spaces_test
reach_host_test
one_family_test
other_pool_test
nat_end
