# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# network = nat over real ssh: what a space does not reach, and who does not reach it.
# alice is in space a, bob in b; see tests/rig/world.bash for the machines around them.
. "$SOURCE/tests/root/nat.bash"
needs_module

# --- not reached ---------------------------------------------------------------------------------

host_test() {
	heard_mark "$HOST_JOB"
	none_answers "a service on the host is not reached" a < <(
		services by $SERVICE "${HOST_ADDRESSES[@]}" 127.0.0.1 ::1
		services sshd $PORT $GATE4 | grep tcp
		echo "by broadcast|$T udp 255.255.255.255 $SERVICE"
		echo "by broadcast of another net|$T udp 198.51.100.255 $SERVICE"
		echo "by multicast|$T udp ff02::1%eth0 $SERVICE"
		echo "by multicast of IPv4|$T udp 224.0.0.1 $SERVICE"
		echo "by its link-local address|$T udp $(link_local_of up0)%eth0 $SERVICE"
		echo "by that of the pair|$T udp fe80::1%eth0 $SERVICE"
	)
	# Root inside may give himself what the kernel gives nobody.
	session_do a 'sudo ip addr add fe80::2/64 dev eth0 nodad; sudo ip route add 224.0.0.0/4 dev eth0;
		sudo ip route add 127.0.0.2 via 10.213.0.1 2>&1' >/dev/null
	none_answers "a service on the host is not reached by root" a < <(
		echo "by multicast|sudo $T udp ff02::1%eth0 $SERVICE fe80::2%eth0"
		echo "by multicast of IPv4|sudo $T udp 224.0.0.1 $SERVICE"
		echo "by its link-local address|sudo $T udp $(link_local_of up0)%eth0 $SERVICE fe80::2%eth0"
		echo "from link-local|sudo $T udp $GATE6 $SERVICE fe80::2%eth0"
		echo "from link-local, another address|sudo $T udp $HOST6 $SERVICE fe80::2%eth0"
		echo "from the gateway's own address|sudo $T udp $GATE4 $SERVICE $GATE4"
		echo "from the gateway's own address, IPv6|sudo $T udp $GATE6 $SERVICE $GATE6"
		echo "from the host's address|sudo $T udp $HOST6 $SERVICE $HOST6"
		echo "from ::1|sudo $T udp $HOST6 $SERVICE ::1"
	)
	session_do a 'sudo ip addr del fe80::2/64 dev eth0; sudo ip route del 224.0.0.0/4 dev eth0'
	session_do a "sudo $F raw 127.0.0.1 $HOST4 $SERVICE; sudo $F raw 127.0.0.1 127.0.0.1 $SERVICE eth0
		sudo $F raw $HOST4 $HOST4 $SERVICE eth0; sudo $F raw ::1 ::1 $SERVICE eth0
		sudo $F raw $WEB4 $HOST4 $SERVICE eth0; sudo $F raw $WEB6 $HOST6 $SERVICE eth0"
	heard_nothing "the host's service has heard nothing of all that" "$HOST_JOB"
}

link_local_of() {
	ip -o -6 addr show dev "$1" scope link | sed -n 's,.* inet6 \([^ /]*\).*,\1,p'
}

spaces_test() {
	none_answers "another space is not reached" a < <(
		services by $INNER "$B4" "$B6"
		echo "from an address that is not his|$T udp $B6 $INNER fd6c:7370:6163::99"
		echo "from the gateway's|$T udp $B6 $INNER $GATE6"
		echo "from the host's|$T udp $B6 $INNER $HOST6"
		echo "from the web server's|$T udp $B6 $INNER $WEB6"
	)
	# Root inside takes more addresses, and goes round the route.
	session_do a "sudo ip addr add 10.213.0.99/32 dev eth0; sudo ip addr add fd6c:7370:6163::99/128 dev eth0 nodad
		sudo ip route add $B4 dev eth0; sudo ip -6 route add $B6 dev eth0
		sudo ip neigh add $B4 dev eth0 lladdr $(cat /sys/class/net/ls0/address)
		sudo ip -6 neigh add $B6 dev eth0 lladdr $(cat /sys/class/net/ls0/address)"
	none_answers "another space is not reached by root" a < <(
		services "straight" $INNER "$B4" "$B6"
		echo "with another address|sudo $T tcp $B4 $INNER 10.213.0.99"
		echo "with another address, IPv6|sudo $T tcp $B6 $INNER fd6c:7370:6163::99"
		echo "with another address, UDP|sudo $T udp $B4 $INNER 10.213.0.99"
	)
	session_do a "sudo $F raw $WEB4 $B4 $INNER; sudo $F raw $WEB6 $B6 $INNER; sudo $F raw $HOST4 $B4 $INNER
		sudo $F raw $GATE4 $B4 $INNER; sudo $F raw $GATE6 $B6 $INNER; sudo $F raw $B4 $B4 $INNER
		sudo $F raw $B6 $B6 $INNER eth0; sudo $F raw 10.213.0.99 $B4 $INNER eth0"
	is "the service of the other space has heard nothing" "$(inner_heard b)" ""
	is "and it is there" "$(session_do b "$T tcp $B4 $INNER; $T udp $B6 $INNER" | xargs)" "$B4 $B6"
	session_do a "sudo ip addr del 10.213.0.99/32 dev eth0; sudo ip addr del fd6c:7370:6163::99/128 dev eth0
		sudo ip route del $B4 dev eth0; sudo ip -6 route del $B6 dev eth0"
}

# From outside: the LAN sends what is for the pools to the host.
uninvited_test() {
	none_answers "the LAN, uninvited" lan < <(services reaches $INNER "$A4" "$A6" "$B4")
	ip -n router route add $POOL4 via $HOST4
	ip -n router -6 route add $POOL6 via $HOST6
	none_answers "the web server, uninvited" web < <(services reaches $INNER "$A4" "$A6")
	ip -n router route del $POOL4
	ip -n router -6 route del $POOL6
	none_answers "a user of the host" host < <(services reaches $INNER "$A4" "$A6" "$B4" "$B6" |
		sed 's/|/|setpriv --reuid 2003 --clear-groups /')
	is "the space's service has heard nothing" "$(inner_heard a)" ""
}

# --- nothing foreign leaves ----------------------------------------------------------------------

# seen_of PORT: what came to the router or the LAN for that port.
seen_of() {
	{ job_said "$ROUTER_EYE" && job_said "$LAN_EYE"; } | grep -E " $1\$"
}

arp_seen() {
	{ job_said "$ROUTER_EYE" && job_said "$LAN_EYE"; } | grep '^arp ' | grep -E "$1"
}

spoofed_test() {
	watch_on router r0
	ROUTER_EYE=$JOB
	watch_on lan l0
	LAN_EYE=$JOB
	session_do a "sudo $F raw 192.0.2.99 $WEB4 7201; sudo $F raw $HOST4 $WEB4 7202; sudo $F raw $B4 $WEB4 7203
		sudo $F raw 192.0.2.99 $LAN4 7204; sudo $F raw $GATE4 $WEB4 7205; sudo $F raw 10.213.0.77 $WEB4 7206
		sudo $F raw 127.0.0.1 $WEB4 7207; sudo $F raw 0.0.0.0 $WEB4 7208 eth0; sudo $F raw $WEB4 $LAN4 7209
		sudo $F raw 2001:db8:300::99 $WEB6 7211; sudo $F raw $HOST6 $WEB6 7212; sudo $F raw $B6 $WEB6 7213
		sudo $F raw $HOSTLAN6 $LAN6 7214; sudo $F raw $GATE6 $WEB6 7215
		sudo $F raw fd6c:7370:6163::77 $WEB6 7216; sudo $F raw fe80::2 $WEB6 7217; sudo $F raw ::1 $WEB6 7218
		sudo $F raw :: $WEB6 7219
		$T udp $WEB6 7220 2001:db8:300::99; $T udp $WEB6 7221 $B6; $T udp $WEB4 7222 $B4
		sudo $F arp eth0 $A4 $LAN4; sudo $F arp eth0 $LAN4 198.51.100.1; sudo $F arp eth0 $HOST4 198.51.100.1
		sudo $F raw $A4 $WEB4 7251; sudo $F raw $A6 $WEB6 7252; sudo $F raw $A4 $LAN4 7253" >/dev/null 2>&1
	check "packets with the space's address leave" wait_until 5 seen_of 7252
	is "and come with the host's" "$(seen_of '725[123]')" \
		"$(printf '%s\n' "udp $HOST4 $WEB4 7251" "udp $HOST6 $WEB6 7252" "udp $HOSTLAN4 $LAN4 7253")"
	is "no packet with another sender leaves" "$(seen_of '72[012][0-9]')" ""
	is "nor ARP" "$(arp_seen "^arp ($A4|$LAN4|$HOST4) (198.51.100.1|$LAN4) " | grep -v "^arp $HOST4 198")" ""
	is "the web server has not heard of it either" "$(job_said "$WEB_JOB" | grep -E ' 72[012]')" ""
	job_stop "$ROUTER_EYE"
	job_stop "$LAN_EYE"
}

# --- the user ------------------------------------------------------------------------------------

# What an unprivileged user tries, straight or from namespaces of his own, where he is root.
PRIVILEGED_TRIES=(
	'ip link set eth0 down' 'ip link set lo down' 'ip link set eth0 name eth7' 'ip link del eth0'
	'ip addr add 10.213.0.77/32 dev eth0' 'ip addr flush dev eth0' 'ip -6 addr add fe80::2/64 dev eth0'
	'ip route del default' 'ip route add 10.213.0.3 dev eth0' 'ip link add v7 type veth peer name v8'
	'ip link set eth0 address 02:00:00:00:00:07' 'ip neigh add 10.213.0.9 lladdr 02:00:00:00:00:07 dev eth0'
	'nft list ruleset' 'nft add table inet mine' 'sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"'
	"$F raw 192.0.2.99 $WEB4 7301" "$F raw 2001:db8:300::99 $WEB6 7302" "$F arp eth0 192.0.2.99 $LAN4"
	"$F watch eth0"
)

# failing NAME PREFIX: each of the tries in session a, behind the words of PREFIX.
failing() {
	local try
	for try in "${PRIVILEGED_TRIES[@]}"; do
		check "$1: $try" session_do a "! timeout 2 ${2:+$2 }$try"
	done
}

look_of() { # SESSION
	session_do "$1" 'ip -o addr show | grep -v "^1:"; ip route; ip -6 route; ip -o link | cut -d" " -f2,3'
}

user_test() {
	local before
	before=$(look_of a)
	failing "the user cannot" ""
	failing "nor as root of a user namespace" "unshare -Ur"
	nested_test
	is "all of it is as before" "$(look_of a)" "$before"
	is "and works" "$(session_do a "$T tcp $WEB4 $SERVICE")" $HOST4
}

# With CAP_NET_ADMIN in a network namespace of his own. S is the space's service, out there.
nested_test() {
	if ! session_do a 'unshare -Urn true'; then
		skip "nested user namespaces" "the kernel gives users none"
		return
	fi
	is "nested: an own network is empty" "$(session_do a 'unshare -Urn ip -o link | cut -d" " -f2 | cut -d@ -f1')" "lo:"
	is "nested: there he is root" "$(session_do a 'unshare -Urn sh -c "ip link set lo up && echo up"')" up
	check "nested: no way into the network of the space" session_do a '! unshare -Urn nsenter --net=/proc/$S/ns/net true'
	check "nested: nor by PID 1" session_do a '! unshare -Urn nsenter --net=/proc/1/ns/net true'
	check "nested: nor into a named one of the host" session_do a '! unshare -Urm nsenter --net=/run/netns/web true'
	check "nested: an interface is not put into the space" \
		session_do a '! unshare -Urn ip link add v7 type veth peer name v8 netns $S'
	check "nested: nor moved there" session_do a '! unshare -Urn sh -c "ip link add v7 type veth; ip link set v7 netns $S"'
	check "nested: nor one of the space taken" \
		session_do a 'unshare -Urn sleep 20 & N=$!; sleep 0.3; ! unshare -Ur ip link set eth0 netns $N; R=$?; kill $N; (exit $R)'
	like "nested: a fresh /sys shows the own network, if he gets one" \
		"$(session_do a 'unshare -Urnm sh -c "mount -t sysfs sysfs /sys && ls -I bonding_masters /sys/class/net" | xargs')" '^lo$|denied|too revealing'
	inner_mark b
	heard_mark "$HOST_JOB"
	none_answers "nested" a < <(
		for where in -Ur -Urn -Urnm -Urnpf; do
			services "unshare $where" $SERVICE $GATE4 $HOST6 | sed "s/|/|unshare $where /"
			services "unshare $where: another space" $INNER "$B4" "$B6" | sed "s/|/|unshare $where /"
		done
		echo "unshare -Urn: the web server|unshare -Urn $T tcp $WEB4 $SERVICE"
	)
	heard_nothing "nested: the host's service has heard nothing" "$HOST_JOB"
	is "nested: nor has the other space's" "$(inner_heard b)" ""
}

# Who had the address before leaves no way in: what he has sent is answered to nobody.
# Alice talks to a client of a service of the host's, from the service's own port: what the client
# sends to the service from then on must not go to her, CVE-2021-3773.
shadow_test() {
	session_do a "for to in $WEB4 [$WEB6]; do echo x | socat -T 0.2 - UDP:\$to:40001,sourceport=$SERVICE; done
		timeout 1 socat -u - TCP4:$WEB4:40002,sourceport=$SERVICE" >/dev/null 2>&1
	session_do a "$T serve $SERVICE >/dev/shm/shadow 2>&1 & until grep -q ready /dev/shm/shadow; do :; done"
	heard_mark "$HOST_JOB"
	shell_of web "echo secret | socat -T 0.5 - UDP:$HOST4:$SERVICE,sourceport=40001
		echo secret | socat -T 0.5 - UDP:[$HOST6]:$SERVICE,sourceport=40001
		socat -T 0.5 -u TCP4:$HOST4:$SERVICE,sourceport=40002 -" >/dev/null
	is "shadow: the host's service hears its clients" \
		"$(job_said "$HOST_JOB" | tail -n "+$((HEARD[$HOST_JOB] + 1))" | cut -d ' ' -f 1,2 | LC_ALL=C sort | tr '\n' ' ')" \
		"tcp $WEB4 udp $WEB6 udp $WEB4 "
	is "shadow: alice hears nothing" "$(session_do a 'grep -v ready /dev/shm/shadow')" ""
}

# Of IPv6 the kernel is not told to forget.
heir_test() {
	check "heir: alice is in" session_start a alice
	A4=$(address_of a 4) A6=$(address_of a 6)
	session_do a "echo x | socat -T 0.2 - UDP:$WEB4:4000,sourceport=$INNER"
	session_stop a
	wait_until 10 no_pair
	check "heir: bob is in" session_start b bob
	is "heir: he has the address that she had" "$(address_of b 4) $(address_of b 6)" "$A4 $A6"
	inner_start b
	inner_mark b
	on web netforge raw $WEB4 $HOST4 $INNER
	sleep 0.3
	is "heir: nobody whom she has talked to reaches him" "$(inner_heard b)" ""
	session_stop b
	check "heir: nothing is left" ledger_same_within 10 "$RIG/before"
}

# --- all of it -----------------------------------------------------------------------------------

nat_begin
spaces_begin "closed"
host_test
spaces_test
uninvited_test
spoofed_test
user_test
shadow_test
spaces_end "closed"
heir_test
nat_end
