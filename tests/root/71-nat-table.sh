# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# The table "inet loginspace": who reaches whom. The pairs are made by hand, so that there is one of
# each group; the table is the one that a login has the helper make. Each rule is taken out once:
# without it something else than before must be reachable.
#
# packages: nftables iproute2 iputils-ping socat procps
. "$SOURCE/tests/root/policy.bash"
needs_module

# Pairs: name, group, number. The names are none that the kernel would give.
PAIRS="plain:7107328:0 other:7107328:1 host:7107329:2 one:7107330:3 two:7107330:4 all:7107331:5"
declare -A ADDRESS=() ADDRESS6=() SIDE=()

at() { # NAMESPACE CMD
	ip netns exec "$@"
}

pair_make() { # NAME GROUP NUMBER
	local name=$1 side=ls90$3 own=100.64.0.$((2 + $3)) own6=fd6c::$((2 + $3))
	SIDE[$name]=$side ADDRESS[$name]=$own ADDRESS6[$name]=$own6
	ip netns add "$name"
	ip link add name "$side" group "$2" type veth peer name eth0 netns "$name"
	ip link set "$side" addrgenmode none up
	ip -n "$name" link set eth0 addrgenmode none up
	ip -n "$name" link set lo up
	ip addr add 100.64.0.1 peer "$own/32" dev "$side"
	ip addr add fd6c::1 peer "$own6/128" dev "$side" nodad
	ip -n "$name" addr add "$own" peer 100.64.0.1/32 dev eth0
	ip -n "$name" addr add "$own6" peer fd6c::1/128 dev eth0 nodad
	ip -n "$name" route add default via 100.64.0.1
	ip -n "$name" route add default via fd6c::1
	# As in a space; but two find their neighbours by asking, which the table has to let through.
	if [[ $name != plain && $name != other ]]; then
		ip link set "$side" arp off address 02:6c:73:00:00:01
		ip -n "$name" link set eth0 arp off address 02:6c:73:00:00:01
	fi
}

# Another network of the host's: web has a route to the spaces, as an enemy on the LAN would.
outside_make() { # NAME NETWORK NETWORK6
	ip netns add "$1"
	ip link add name "up-$1" type veth peer name eth0 netns "$1"
	ip addr add "$2.1/24" dev "up-$1"
	ip addr add "$3::1/64" dev "up-$1" nodad
	ip link set "up-$1" up
	ip -n "$1" link set lo up
	ip -n "$1" addr add "$2.80/24" dev eth0
	ip -n "$1" addr add "$2.81/24" dev eth0
	ip -n "$1" addr add "$3::80/64" dev eth0 nodad
	ip -n "$1" link set eth0 up
	ip -n "$1" route add default via "$2.1"
	ip -n "$1" route add default via "$3::1"
}

# Counts what arrives, behind whatever our table does. From zero, each time.
watch_make() { # [NAMESPACE]
	${1:+ip netns exec "$1"} nft -f - <<-END
		table inet watch
		delete table inet watch
		table inet watch {
			chain input {
				type filter hook input priority 100; policy accept;
				$(cat)
			}
		}
	END
}

watches_make() {
	watch_make <<-END
		iifname "ls90*" icmp type redirect counter comment "host:redirect"
		iifname "ls90*" icmpv6 type { nd-router-advert, nd-redirect } counter comment "host:advert"
		iifname "ls90*" ip6 saddr fe80::/10 icmpv6 type nd-neighbor-solicit counter comment "host:solicit"
		iifname "ls90*" ip daddr 127.0.0.0/8 counter comment "host:loopback"
		iifname "ls90*" ip daddr 224.0.0.0/4 counter comment "host:multicast"
		iifname "ls90*" udp dport 4444 counter comment "host:redirected"
	END
	watch_make web <<-END
		ip saddr 100.64.0.0/10 counter comment "web:naked"
		ip6 saddr fd6c::/64 counter comment "web:naked6"
		ip daddr 192.0.2.81 counter comment "web:spoofed"
		udp dport 8080 counter comment "web:published"
		udp sport 4101-4999 udp dport 4100 counter comment "web:kept"
		ip saddr 192.0.2.1 udp dport 4000 counter comment "web:masqueraded"
		ip6 saddr 2001:db8:2::1 udp dport 4000 counter comment "web:masqueraded6"
	END
	watch_make plain <<<'ip saddr 100.64.0.1 icmp type echo-request counter comment "plain:uninvited"'
	watch_make lan <<<'icmp type echo-reply counter comment "lan:invalid"'
}

# What has been counted, as "name yes" or "name no".
watch_read() { # [NAMESPACE]
	${1:+ip netns exec "$1"} nft list table inet watch |
		sed -nE 's/.* counter packets ([0-9]+) .*comment "(.*)".*/\2 \1/p' |
		sed -E 's/ 0$/ no/; s/ [0-9]+$/ yes/'
}

# Somebody else's: a container's port that the host publishes, and a proxy of the host's.
others_make() {
	nft -f - <<-END
		table ip ports {
			chain prerouting {
				type nat hook prerouting priority dstnat; policy accept;
				ip daddr 192.0.2.1 udp dport 8080 dnat to 192.0.2.80:8080
				udp dport 5355 redirect to :4444
			}
		}
	END
}

fact() { # NAME CMD
	if "${@:2}" >/dev/null 2>&1; then
		echo "$1 yes"
	else
		echo "$1 no"
	fi
}

pings() { # NAMESPACE ADDRESS
	at "$1" ping -n -c 1 -i 0.2 -w 1 "$2"
}

host_pings() {
	ping -n -c 1 -i 0.2 -w 1 "$1"
}

# The host says, as a router, that a packet has been under way for too long.
hears_errors() { # NAMESPACE ADDRESS
	at "$1" ping -n -c 3 -i 0.2 -t 1 -w 1 "$2" | grep -Eiq 'time (to live )?exceeded'
}

raw() { # NAMESPACE ADDRESS PROTOCOL BYTES, as for printf %b
	printf '%b' "$4" | at "$1" timeout 1 socat -u - "IP-SENDTO:$2:$3"
}

says() { # NAMESPACE ADDRESS PORT [SOURCE PORT]
	echo hello | at "$1" timeout 1 socat -u - "UDP-SENDTO:$2:$3${4:+,sourceport=$4}"
}

# Two that may speak, do. Then one of them has its address from somebody who may, but may not.
hold_and_say() {
	local port=$((7000 + RANDOM))
	says one "${ADDRESS[two]}" "$port" 6000
	says two "${ADDRESS[one]}" 6000 "$port"
	watch_make two <<<"udp dport $port counter comment \"two:held\""
	ip link set "${SIDE[one]}" group 7107328
	says one "${ADDRESS[two]}" "$port" 6000
	ip link set "${SIDE[one]}" group 7107330
}

# An answer to nothing: type 0, a number of its own; connection tracking has never heard of it.
ECHO_REPLY='\x00\x00\xed\xcb\x12\x34\x00\x00'

facts_of_spaces() {
	fact "plain>web" pings plain 192.0.2.80 &
	fact "plain>web6" pings plain 2001:db8:2::80 &
	fact "plain>other" pings plain "${ADDRESS[other]}" &
	fact "plain>other6" pings plain "${ADDRESS6[other]}" &
	fact "plain>one" pings plain "${ADDRESS[one]}" &
	fact "one>plain" pings one "${ADDRESS[plain]}" &
	fact "one>two" pings one "${ADDRESS[two]}" &
	fact "one>two6" pings one "${ADDRESS6[two]}" &
	fact "one>all" pings one "${ADDRESS[all]}" &
	fact "all>one" pings all "${ADDRESS[one]}" &
	fact "one>host" pings one 100.64.0.1 &
	fact "plain>host" pings plain 100.64.0.1 &
	fact "plain>host6" pings plain fd6c::1 &
	fact "plain>host's other address" pings plain 192.0.2.1 &
	fact "plain>host's other address6" pings plain 2001:db8:2::1 &
	fact "host group>host" pings host 100.64.0.1 &
	fact "host group>host6" pings host 2001:db8:2::1 &
	fact "host group>plain" pings host "${ADDRESS[plain]}" &
	fact "all>host" pings all 192.0.2.1 &
	fact "plain hears errors" hears_errors other 192.0.2.80 &
	fact "plain hears errors6" hears_errors other 2001:db8:2::80 &
}

facts_of_others() {
	fact "host>host" host_pings 127.0.0.1 &
	fact "host>web" host_pings 192.0.2.80 &
	fact "host>plain" host_pings "${ADDRESS[plain]}" &
	fact "host>plain6" host_pings "${ADDRESS6[plain]}" &
	fact "host>host group" host_pings "${ADDRESS[host]}" &
	fact "web>host" pings web 192.0.2.1 &
	fact "web>lan" pings web 198.51.100.80 &
	fact "web>plain" pings web "${ADDRESS[plain]}" &
	fact "web>plain6" pings web "${ADDRESS6[plain]}" &
}

# What is only seen where it arrives.
send_odd_things() {
	raw host 100.64.0.1 1 '\x05\x01\x36\x98\xc0\x00\x02\x63\x45\x00\x00\x00' # redirect
	raw host '[fd6c::1]' 58 '\x89\x00\x00\x00\x00\x00\x00\x00'               # redirect
	raw host '[fd6c::1]' 58 '\x86\x00\x00\x00\x00\x00\x00\x00'               # advertisement
	raw plain 192.0.2.80 1 "$ECHO_REPLY"
	raw web 198.51.100.80 1 "$ECHO_REPLY"
	at plain ping -n -c 1 -W 0.1 -I 203.0.113.9 192.0.2.81
	at plain ping -n -c 1 -W 0.1 -I fe80::5%eth0 fe80::1%eth0
	at plain ping -n -c 1 -W 0.1 224.0.0.1
	at host ping -n -c 1 -W 0.1 -I "${ADDRESS[host]}" 127.0.0.53
	says plain 192.0.2.1 8080
	says plain 192.0.2.80 5355
	says plain 192.0.2.80 4000
	says plain '[2001:db8:2::80]' 4000
	says plain 192.0.2.80 4100 $((4101 + RANDOM % 899)) # another connection each time
} >/dev/null 2>&1

# All that the table decides, a line each.
facts() {
	local name
	ip neigh flush all 2>/dev/null
	at plain ip neigh flush all
	watches_make
	{
		facts_of_spaces
		facts_of_others
		wait
	} 2>/dev/null
	send_odd_things
	hold_and_say >/dev/null 2>&1
	sleep 0.1
	watch_read
	for name in web plain lan two; do
		watch_read "$name"
	done
}

facts_expected() {
	cat <<-END
		plain>web yes
		plain>web6 yes
		plain>other no
		plain>other6 no
		plain>one no
		one>plain no
		one>two yes
		one>two6 yes
		one>all yes
		all>one yes
		one>host no
		plain>host no
		plain>host6 no
		plain>host's other address no
		plain>host's other address6 no
		host group>host yes
		host group>host6 yes
		host group>plain no
		all>host yes
		plain hears errors yes
		plain hears errors6 yes
		host>host yes
		host>web yes
		host>plain no
		host>plain6 no
		host>host group yes
		web>host yes
		web>lan yes
		web>plain no
		web>plain6 no
		host:redirect no
		host:advert no
		host:solicit yes
		host:loopback no
		host:multicast no
		host:redirected no
		web:masqueraded yes
		web:masqueraded6 yes
		plain:uninvited no
		web:kept no
		web:naked no
		web:naked6 no
		web:spoofed no
		web:published no
		lan:invalid yes
		two:held no
	END
}

world_make() {
	local pair
	mkdir -p /run/netns
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0 \
		net.ipv6.icmp.ratelimit=0 net.ipv4.icmp_msgs_per_sec=10000 net.ipv4.icmp_msgs_burst=1000
	for pair in $PAIRS; do
		IFS=: read -r -a pair <<<"$pair"
		pair_make "${pair[@]}"
	done
	outside_make web 192.0.2 2001:db8:2
	outside_make lan 198.51.100 2001:db8:3
	others_make
	# It never asks; so the host does, when it has an error to tell it.
	ip -n other neigh replace fd6c::1 nud permanent dev eth0 \
		lladdr "$(ip -j link show "${SIDE[other]}" | jq -r '.[0].address')"
	# A space whose root does his worst.
	ip -n plain addr add 203.0.113.9/32 dev lo
	ip -n plain addr add fe80::5/64 dev eth0 nodad
	ip -n plain route add 224.0.0.0/4 dev eth0
	at host sysctl -qw net.ipv4.conf.all.route_localnet=1
	ip -n host route del local 127.0.0.0/8 dev lo table local
	ip -n host route del local 127.0.0.1 dev lo table local
	ip -n host route add 127.0.0.0/8 dev eth0
	sysctl -qw "net.ipv4.conf.${SIDE[host]}.route_localnet=1"
}

# --- the table -----------------------------------------------------------------------------------

# A login has it made, whatever else becomes of the login.
login_once() {
	space_by sshd alice >/dev/null
}

table_text() {
	nft list table inet loginspace
}

table_put() { # TEXT
	printf 'table inet loginspace\ndelete table inet loginspace\n%s\n' "$1" | nft -f -
}

# What nobody but its owner touches.
others_list() {
	nft -s -a list table inet watch
	nft -s -a list table ip ports
}

reach_test() {
	facts | sort >"$RIG/facts"
	is "who reaches whom" "$(diff <(facts_expected | sort) "$RIG/facts")" ""
}

# Rule by rule: "CHAIN HANDLE what it says".
rules_list() {
	nft -a list table inet loginspace | awk '$1 == "chain" { chain = $2 } / # handle / && $1 != "chain" &&
		$1 != "set" && $1 != "table" { print chain, $NF, $0 }' | sed -E 's/\t+/ /g; s/ # handle [0-9]+$//'
}

# What is different without each of them, at least.
rules_matter() {
	cat <<-END
		prerouting host>host no
		prerouting host:redirect yes
		prerouting host:advert yes
		prerouting host:solicit no
		prerouting web:spoofed yes
		prerouting host:loopback yes
		prerouting plain>web no
		prerouting plain hears errors6 no
		prerouting web:published yes
		input web>host no
		input plain>web6 no
		input host group>host no
		input host:redirected yes
		forward plain>web no
		forward plain>web6 no
		forward lan:invalid no
		forward one>two no
		forward web>plain yes, two:held yes, web:naked yes
		output host>web no
		output host>host group no
		output plain>web6 no
		output plain hears errors no
		output plain:uninvited yes
		postrouting web:kept yes
		postrouting web:naked yes
	END
}

facts_show() { # FACTS, separated by ", "
	local fact
	facts | sort >"$RIG/facts.without"
	while IFS= read -r fact; do
		grep -Fxq "$fact" "$RIG/facts.without" || return
	done <<<"${1//, /$'\n'}"
}

rules_test() {
	local whole chain handle rule fact number=0
	whole=$(table_text)
	rules_list >"$RIG/rules"
	is "each rule is looked at" "$(cut -d' ' -f1 "$RIG/rules")" "$(rules_matter | cut -d' ' -f1)"
	while read -r chain handle rule <&3 && read -r _ fact <&4; do
		number=$((number + 1))
		table_put "$whole"
		handle=$(rules_list | sed -n "${number}p" | cut -d' ' -f2)
		nft delete rule inet loginspace "$chain" handle "$handle"
		check "without \"$chain: $rule\": $fact" facts_show "$fact"
	done 3<"$RIG/rules" 4< <(rules_matter)
	table_put "$whole"
}

# handle of the table: another one when it was made anew.
table_handle() {
	nft -a list table inet loginspace | sed -n 's/^table .* # handle //p'
}

remade() { # NAME NFT-WORDS
	local before
	nft "${@:2}" 2>/dev/null || not_ok "$1: nft ${*:2}"
	before=$(table_handle 2>/dev/null)
	login_once
	is "$1: the table is whole again" "$(table_text)" "$TABLE"
	isnt "$1: it was made anew" "$(table_handle)" "$before"
}

remake_test() {
	local before
	TABLE=$(table_text)
	before=$(table_handle)
	login_once
	is "a table that is right is left alone" "$(table_handle)" "$before"
	others_list >"$RIG/others"
	remade "deleted" delete table inet loginspace
	remade "without a chain" delete chain inet loginspace forward
	remade "a chain emptied" flush chain inet loginspace input
	remade "all chains emptied" flush table inet loginspace
	remade "a rule more" add rule inet loginspace forward accept
	remade "dormant" add table inet loginspace '{ flags dormant; }'
	remade "another policy" chain inet loginspace forward '{ policy drop; }'
	table_put "${TABLE/comment \"loginspace ????/comment \"loginspace 0000}"
	unlike "of another version" "$(table_text)" "$(mark_of "$TABLE")"
	login_once
	is "of another version: it is replaced" "$(table_text)" "$TABLE"
	is "others' tables are as before, byte for byte" "$(others_list | diff "$RIG/others" -)" ""
	nft flush ruleset
	login_once
	is "after nft flush ruleset" "$(nft list ruleset)" "$TABLE"
	others_make
	nft delete table inet loginspace
	many_logins
	is "20 logins at once: one table" "$(table_text)" "$TABLE"
}

mark_of() { # TEXT
	sed -n 's/.*comment "\(loginspace [0-9a-f]*\)".*/\1/p' <<<"$1"
}

many_logins() {
	local number
	for number in {1..20}; do
		pam_driver --quiet sshd bob true >/dev/null 2>&1 &
	done
	# shellcheck disable=SC2046 # numbers
	wait $(jobs -p | grep -vx "$SSHD_JOB")
}

# --- what is missing -----------------------------------------------------------------------------

denied() { # NAME REGEX
	log_mark
	login_once
	like "$1" "$(log_line denied)" "step=network .*detail=\"$2"
}

# A program in the place of nft.
nft_is() { # TEXT MODE
	printf '%s\n' "$1" >"$RIG/nft"
	chmod "$2" "$RIG/nft"
	mount --bind "$RIG/nft" "$(readlink -f /usr/sbin/nft)"
}

nft_back() {
	umount "$(readlink -f /usr/sbin/nft)"
}

program_test() {
	local begin
	nft delete table inet loginspace
	nft_is '' 644
	denied "no nft" 'nft is not there: install nftables'
	like "no nft: the doctor says so" "$("$COMMAND" doctor)" 'fail +network +nft is not there'
	nft_back
	nft_is $'#!/bin/sh\necho "Error: no\033such thing" >&2; echo more; exit 1' 755
	denied "nft that fails" 'nft cannot make the table inet loginspace: Error: no\?such thing"'
	nft_back
	nft_is $'#!/bin/sh\nexit 0' 755
	denied "nft that does nothing" 'the table inet loginspace is not as nft was told to make it'
	nft_back
	kernel_without_test
	nft_is $'#!/bin/sh\nexec sleep 77' 755
	begin=$(now_ms)
	denied "nft that hangs" '/usr/sbin/nft did not end within 5 seconds'
	check "nft that hangs: not for long" test $(($(now_ms) - begin)) -lt 8000
	nft_back
	check "nft that hangs: it is ended" not pgrep -f 'sleep 77'
	helper_death_test
	# With what bash itself does: sh(1) clears the mask of what it starts.
	nft_is "#!/bin/bash
		exec >$RIG/nft.out 2>&1
		while IFS= read -r line; do echo \"\$line\"; done </proc/self/status
		env
		ls -l /proc/self/fd
		exit 1" 755
	login_once
	nft_back
	like "nft has CAP_NET_ADMIN alone" "$(tr '\n\t' '  ' <"$RIG/nft.out")" \
		'CapInh: 0*1000 CapPrm: 0*1000 CapEff: 0*1000 CapBnd: 0*1000 CapAmb: 0*1000'
	like "nft has no signals blocked" "$(<"$RIG/nft.out")" $'SigBlk:\t0+\n'
	unlike "nft has nothing of ours in its environment" "$(<"$RIG/nft.out")" 'LOGINSPACE|SSH|USER='
	unlike "nft has no fd of ours" "$(<"$RIG/nft.out")" '-> (socket:|anon_inode:|net:|/run/loginspace)'
	denied_without_forwarding
}

# With nobody left to wait for it, it would still have CAP_NET_ADMIN of the host's.
helper_death_test() {
	local job
	nft_is $'#!/bin/sh\nexec sleep 78' 755
	login_once &
	job=$!
	check "nft that hangs: it is there" wait_until 5 pgrep -f 'sleep 78'
	pkill -KILL -x loginspace-help
	check "nft that hangs: it dies with the helper" wait_until 2 not pgrep -f 'sleep 78'
	wait "$job"
	nft_back
}

# The helper's socket to nfnetlink fails, as where the kernel has none.
kernel_without_test() {
	local number
	wrapper helper.traced "strace -f -qq -e trace=socket -o $RIG/sockets"
	with_helper "$RIG/libexec/helper.traced"
	login_once
	number=$(grep -n NETLINK_NETFILTER "$RIG/sockets" | head -n 1 | cut -d: -f1)
	wrapper helper.traced "strace -f -qq -o /dev/null -e inject=socket:error=EPROTONOSUPPORT:when=$number"
	denied "no nf_tables in the kernel" 'this kernel has no nf_tables, which network = nat needs'
	with_helper "$HELPER"
	nft delete table inet loginspace
}

denied_without_forwarding() {
	sysctl -qw net.ipv4.ip_forward=0
	denied "no forwarding" 'net.ipv4.ip_forward is 0, so the host forwards nothing for a space: set it to 1'
	like "no forwarding: the doctor says so" "$("$COMMAND" doctor)" 'fail +network +net.ipv4.ip_forward is not 1'
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=0
	denied "no forwarding of IPv6" 'net.ipv6.conf.all.forwarding is 0: .*address_pool6 = none'
	like "no forwarding of IPv6: the doctor says so" "$("$COMMAND" doctor)" \
		'fail +network +net.ipv6.conf.all.forwarding is not 1'
	policy '[default]' 'network = nat' 'address_pool6 = none' 'dns = 192.0.2.53'
	log_mark
	login_once
	unlike "no forwarding of IPv6, and no pool: no matter" "$(log_ours)" 'forwarding'
	policy '[default]' 'network = nat' 'dns = 192.0.2.53'
	sysctl -qw net.ipv6.conf.all.forwarding=1
}

# Last: it takes all addresses of IPv6 away.
without_ipv6_test() {
	policy '[default]' 'network = nat' 'dns = 192.0.2.53'
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	denied "IPv6 switched off" 'net.ipv6.conf.all.disable_ipv6 is not 0: .*address_pool6 = none'
	like "IPv6 switched off: the doctor says so" "$("$COMMAND" doctor)" \
		'fail +network +net.ipv6.conf.all.disable_ipv6 is not 0'
}

# --- the doctor ----------------------------------------------------------------------------------

doctor_says() { # NAME REGEX
	like "doctor: $1" "$("$COMMAND" doctor | grep -E -A1 '(firewall|network) ')" "$2"
}

doctor_test() {
	local forward='table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }'
	doctor_says "a table that is whole" 'ok +firewall +the table inet loginspace is there, and whole'
	doctor_says "forwarding" 'ok +network +the host forwards packets'
	unlike "doctor: nothing wrong" "$("$COMMAND" doctor | grep -E ' (firewall|network) ')" 'fail|warn'
	nft flush chain inet loginspace input
	doctor_says "a chain emptied" 'fail +firewall +.*the chain input has 0 rules instead of 4'
	nft delete table inet loginspace
	doctor_says "no table, and pairs" 'fail +firewall +.*is gone, and spaces with network = nat live'
	nft add table inet loginspace
	doctor_says "another table" 'warn +firewall +.*is not of this version'
	login_once
	nft "$forward"
	doctor_says "a firewall that drops" 'warn +firewall +the chain .*ip filter FORWARD.* drops .*iptables -I FORWARD -i ls\+ -j ACCEPT; iptables -I FORWARD -o ls\+ -m conntrack'
	nft insert rule ip filter FORWARD iifname '"ls*"' accept
	doctor_says "a firewall that knows us" 'ok +firewall +the chain .*ip filter FORWARD.* has a rule'
	nft delete table ip filter
	nft 'table inet firewalld { chain filter_FORWARD { type filter hook forward priority 10; policy accept; ct state established accept; counter reject; }; }'
	doctor_says "a chain that rejects the rest" 'warn +firewall +the chain .*firewalld filter_FORWARD.* drops'
	nft delete table inet firewalld
	nft 'table ip mine { chain forward { type filter hook forward priority 10; policy accept; ip saddr 192.0.2.9 drop; }; }'
	unlike "doctor: a chain that drops what is none of ours" "$("$COMMAND" doctor | grep ' firewall ')" 'warn|fail'
	nft delete table ip mine
	policy '[default]' 'network = nat' 'dns = 192.0.2.53' 'address_pool = 198.51.0.0/16'
	doctor_says "a pool in somebody's way" 'fail +network +the pool 198.51.0.0/16 overlaps with what the host reaches through up-lan'
	policy '[default]' 'network = nat' 'dns = 192.0.2.53' 'address_pool6 = 2001:db8:3::/64'
	doctor_says "a pool of IPv6 in somebody's way" 'fail +network +the pool 2001:db8:3::/64 overlaps with what the host reaches through up-lan'
	policy '[default]' 'network = nat'
	echo 'nameserver 127.0.0.53' >/etc/resolv.conf
	doctor_says "a resolver on loopback" "fail +network +the host's name server 127.0.0.53 is on its own loopback"
	mkdir -p /run/systemd/resolve
	echo 'nameserver 192.0.2.53' >/run/systemd/resolve/resolv.conf
	unlike "doctor: systemd-resolved knows more" "$("$COMMAND" doctor)" 'name server'
	policy '[default]' 'network = pasta'
	doctor_says "pasta" '(ok|fail) +network +/usr/bin/pasta is'
	policy '[match user=bob]' 'network = nat'
	doctor_says "one section is enough" 'ok +firewall'
	policy '[default]' 'network = loopback'
	is "doctor: who wants none hears nothing" "$("$COMMAND" doctor | grep -Ec '(firewall|network) ')" 0
	policy '[default]' 'network = nat'
	like "doctor: not as root" "$(setpriv --reuid=2001 --regid=2001 --clear-groups "$RIG/bin/loginspace" doctor)" \
		'warn +firewall +without root nft shows no tables'
}

not() {
	! "$@"
}

start_sshd
policy '[default]' 'network = nat' 'dns = 192.0.2.53'
world_make
login_once
check "a login makes the table" table_text
reach_test
[[ -n ${QUICK-} ]] || rules_test
remake_test
program_test
login_once
install -m 755 "$COMMAND" "$RIG/bin/loginspace"
doctor_test
without_ipv6_test
stop_sshd
