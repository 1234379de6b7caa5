# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# network = pasta over real ssh: what a space reaches, as whom, what the program is, how it ends.
# See tests/rig/world.bash for the machines around the host.
#
# packages: passt mosh dnsmasq-base strace procps util-linux
. "$SOURCE/tests/root/nat.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

PROGRAM=/usr/bin/pasta
# Another version of the program, to be tried in the place of the machine's.
[[ -z ${LS_PASTA-} ]] || mount --bind "$LS_PASTA" $PROGRAM

if [[ ! -x $PROGRAM || ! -c /dev/net/tun ]]; then
	skip "network = pasta" "no $PROGRAM or no /dev/net/tun"
	exit 0
fi

# --- the program ---------------------------------------------------------------------------------

# The processes of the program, as the rig numbers them.
pastas() {
	local link
	for link in /proc/[0-9]*; do
		[[ -r $link/cmdline ]] || continue
		if [[ $(tr '\0' ' ' 2>/dev/null <"$link/cmdline") == *"pasta"*" --foreground --netns /proc/self/fd/0 "* ]]; then
			echo "${link#/proc/}"
		fi
	done 2>/dev/null
}

no_pasta() {
	[[ -z $(pastas) ]]
}

status_of() { # PID FIELD
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | xargs
}

# as_host USER CMD: on the host, outside of any space.
as_host() {
	local name=$1
	shift
	setpriv --reuid="$name" --regid="$name" --init-groups -- "$@" 2>&1
}

# leash_owner PID: the ids that its leash was put on with, by F_GETOWNER_UIDS of its fd 1.
leash_owner() {
	perl -e '$p = syscall(434, $ARGV[0] + 0, 0); $f = syscall(438, $p, 1, 0);
		open F, ">&=", $f or die "$!"; $ids = "\0" x 8; fcntl(F, 17, $ids) or die "$!";
		print join " ", unpack "LL", $ids' "$1" 2>&1
}

process_test() {
	local pid other kind
	pid=$(pastas)
	is "program: one process" "$(wc -w <<<"$pid")" 1
	is "program: the user's" "$(status_of "$pid" Uid) $(status_of "$pid" Gid)" \
		"2001 2001 2001 2001 2001 2001 2001 2001"
	is "program: in no other group" "$(status_of "$pid" Groups)" ""
	like "program: no capability but in its user namespace" "$(status_of "$pid" CapEff)" '^0000000000(2|0)0[04]?[0-9a-f]*$'
	isnt "program: a user namespace of its own" "$(readlink "/proc/$pid/ns/user")" "$(readlink /proc/self/ns/user)"
	is "program: no new privileges, a filter" "$(status_of "$pid" NoNewPrivs) $(status_of "$pid" Seccomp)" "1 2"
	is "program: an empty folder is its root" "$(ls -A "/proc/$pid/root/")" ""
	[[ -n ${LS_PASTA-} ]] || is "program: no environment" "$(wc -c <"/proc/$pid/environ")" 0
	is "program: a session of its own" "$(ps -o sid= -p "$pid" | xargs)" "$pid"
	# Root's would not do in a container, where the kernel's root is another one.
	is "program: its leash is the user's" "$(leash_owner "$pid")" "2001 2001"
	is "program: not in the space" "$(session_do a 'ps -e -o args= | grep -c "[p]asta --"')" 0
	is "program: it holds neither a file, nor a terminal, nor a socket of the login" \
		"$(find "/proc/$pid/fd" -type l -printf '%l\n' | grep -Ev '^(socket|pipe|net|anon_inode):|^/dev/net/tun$|^/dev/null$')" ""
	other=$(fds_shared "$pid" "$(pgrep -P "$SSHD_PID" | xargs)")
	is "program: no socket or pipe that sshd has, too" "$other" ""
	# What the user can do with it, from where he sees it: nothing but to end it.
	for kind in fd ns/net ns/user root environ; do
		check "user outside: no /proc/PID/$kind" not as_host alice cat "/proc/$pid/$kind/." "/proc/$pid/$kind"
	done
	check "user outside: no readlink of its namespaces" not as_host alice readlink "/proc/$pid/ns/net"
	like "user outside: no ptrace" "$(as_host alice strace -p "$pid" -o /dev/null)" 'not permitted'
	check "user outside: no nsenter" not as_host alice nsenter -t "$pid" -U -n true
}

not() {
	! "$@"
}

# fds_shared PID PIDS: sockets and pipes that both have.
fds_shared() {
	local pid
	comm -12 <(find "/proc/$1/fd" -type l -printf '%l\n' | grep -E '^(socket|pipe)' | sort -u) \
		<(for pid in $2 $SSHD_PID; do find "/proc/$pid/fd" -type l -printf '%l\n'; done | sort -u)
}

# What it is started with, before it gives up anything by itself.
given_test() {
	mkdir -m 1777 "$RIG/given"
	install -D -m 0755 -t "$RIG/real" $PROGRAM*
	printf '%s\n' '#!/bin/sh' "grep -E '^(Groups|Cap)' /proc/self/status >$RIG/given/status" \
		"exec $RIG/real/pasta \"\$@\"" >"$RIG/real/given"
	chmod 0755 "$RIG/real/given"
	mount --bind "$RIG/real/given" $PROGRAM
	check "program: it may be another" run_as alice true
	umount $PROGRAM
	is "program: what it is given: no groups, two capabilities, and none to be had by a file" \
		"$(xargs <"$RIG/given/status")" \
		"Groups: $(printf 'Cap%s: 0000000000201000 ' Inh Prm Eff Bnd Amb | sed 's/ $//')"
	rm -r "$RIG/given" "$RIG/real"
}

# The user namespace that the space's network belongs to: a file of it is to be had, not entered.
powers_test() {
	local enter='open N, "</proc/self/ns/net" or die; $u = ioctl(N, 0xb701, 0) or die "none: $!";
		print syscall(308, $u + 0, 0) == 0 ? "in" : "$!"'
	is "inside: the owner of the network is not to be entered" "$(session_do a "perl -e '$enter' 2>&1")" \
		"Operation not permitted"
	check "inside: the interface is not the user's" not session_do a "ip link set eth0 down"
	check "inside: nor are the routes" not session_do a "ip route del local $HOSTLAN4 dev eth0 table local"
	check "inside: nor are the rules" not session_do a "ip -6 rule del to $HOSTLAN6"
	check "inside: nor in a user namespace of his" not session_do a "unshare -Ur ip link set eth0 down"
	check "inside: no setting is writable" not session_do a "echo 1 >/proc/sys/net/ipv4/ip_forward"
}

# --- what is reached -----------------------------------------------------------------------------

looks_test() {
	is "inside: lo and eth0, nothing else" "$(session_do a 'ls -I bonding_masters /sys/class/net | xargs')" "eth0 lo"
	is "inside: the host's address, where it faces the world" "$(address_of a 4) $(address_of a 6)" "$HOST4 $HOST6"
	is "inside: its gateway" "$(session_do a 'ip -4 route show default' | xargs)" "default via 198.51.100.1 dev eth0"
	is "inside: the loopback works" "$(session_do a 'ping -n -c 1 -W 1 127.0.0.1 >/dev/null; echo $?')" 0
}

web_test() {
	all_answer "the web server sees the host's address" a "^$HOST4\$" < <(services reaches $SERVICE $WEB4)
	all_answer "the web server sees the host's address" a "^$HOST6\$" < <(services reaches $SERVICE $WEB6)
	check "ping of IPv4" session_do a "ping -n -c 1 -W 2 $WEB4"
	check "ping of IPv6" session_do a "ping -n -c 1 -W 2 $WEB6"
	is "100 connections at once" "$(session_do a "$T crowd $WEB4 $SERVICE 100")" "100 0 $HOST4"
	is "the sockets are the user's, as a firewall sees them" "$(owner_test)" "2001"
}

# Of a connection that stays, the uid in the host's table.
owner_test() {
	session_do a "exec 9<>/dev/tcp/$WEB4/$SERVICE; sleep 0.2"
	awk -v port="$(printf ':%04X' $SERVICE)" '$3 ~ port "$" && $4 != "06" { print $8 }' /proc/net/tcp | sort -u | xargs
	session_do a "exec 9<&-"
}

dns_test() {
	# At once: a server that does not answer costs five seconds, and the next one hides it.
	like "a name: IPv4" "$(session_do a 'timeout 3 getent ahostsv4 web.test')" "^$WEB4 "
	like "a name: IPv6" "$(session_do a 'timeout 3 getent ahostsv6 web.test')" "^$WEB6 "
	like "a name over TCP" "$(session_do a 'RES_OPTIONS=use-vc timeout 3 getent ahostsv4 web.test')" "^$WEB4 "
}

loopback_dns_test() {
	echo 'nameserver 127.0.0.53' >/etc/resolv.conf
	job_start started dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --no-resolv \
		--no-hosts --no-poll --log-facility=- --listen-address=127.0.0.53 --bind-interfaces "--address=/stub.test/$WEB4"
	like "a resolver on the host's loopback answers inside" "$(run_as alice 'timeout 3 getent ahostsv4 stub.test')" "^$WEB4 "
	job_stop "$JOB"
	printf 'nameserver %s\nnameserver %s\n' $WEB4 $WEB6 >/etc/resolv.conf
}

# The gateway's address leads to the host's loopback where it is so asked for.
host_addresses() {
	local link
	for link in up0 lan0; do
		echo "$(ip -o -6 addr show dev $link scope link | sed -n 's,.* inet6 \([^ /]*\).*,\1,p')%eth0"
	done
	printf '%s\n' "$HOST4" "$HOST6" "$HOSTLAN4" "$HOSTLAN6" 198.51.100.1 2001:db8:100::1 127.0.0.1 ::1 127.0.0.53
}

# $RIG/bin/named KIND HOW ADDRESS PORT: as nettraffic, of a sender who names the interface, or a
# first stop on the way, none of which needs a privilege.
named_make() {
	cat >"$RIG/bin/named" <<-'END'
		#!/usr/bin/perl
		use strict;
		use Socket qw(:DEFAULT :addrinfo inet_pton pack_sockaddr_in6);
		my ($kind, $how, $address, $port) = @ARGV;
		my $six = $address =~ /:/;
		my $eth0 = do { open my $f, "<", "/sys/class/net/eth0/ifindex" or die; <$f> + 0 };
		socket(S, $six ? AF_INET6 : AF_INET, $kind eq "tcp" ? SOCK_STREAM : SOCK_DGRAM, 0) or die;
		my $to = inet_pton($six ? AF_INET6 : AF_INET, $address);
		my %option = (
			device => [SOL_SOCKET, 25, "eth0\0"],                      # SO_BINDTODEVICE
			unicast_if => $six ? [41, 76, pack "N", $eth0] : [0, 50, pack "N", $eth0],
			pktinfo => [41, 50, "\0" x 16 . pack "l", $eth0],          # IPV6_PKTINFO
			dontroute => [SOL_SOCKET, 5, pack "l", 1],
			# IPV6_RTHDR: a segment routing header, whose only stop this is
			stop => [41, 57, pack("C8", 0, 2, 4, 0, 0, 0, 0, 0) . $to],
		);
		setsockopt(S, $option{$how}[0], $option{$how}[1], $option{$how}[2]) or die "named: $how: $!\n";
		$to = inet_pton(AF_INET6, "2001:db8:200::80") if $how eq "stop";
		$SIG{ALRM} = sub { print "named: no answer\n"; exit 1 };
		alarm 1;
		connect(S, $six ? pack_sockaddr_in6($port, $to) : pack_sockaddr_in($port, $to)) or die "named: $!\n";
		defined send(S, "named-$how", 0) or die "named: $!\n";
		defined recv(S, my $answer, 100, 0) or die "named: $!\n";
		print length $answer ? $answer : "named: nothing\n";
	END
	chmod 0755 "$RIG/bin/named"
}

# named NAME PORT HOW ADDRESSES: the lines of a barrage.
named() {
	local name=$1 port=$2 how=$3 address kind
	shift 3
	for address; do
		for kind in tcp udp; do
			echo "$name $kind $address, $how|$RIG/bin/named $kind $how $address $port"
		done
	done
}

closed_named() {
	local i
	local -a fours=("$HOST4" "$HOSTLAN4" 127.0.0.1 127.0.0.53 127.255.0.1 0.0.0.0)
	local -a sixes=("$HOST6" "$HOSTLAN6" 2001:db8:300:: ::1 ::)
	barrage a < <(
		named "the host at" $SERVICE device "${fours[@]}" "${sixes[@]}"
		named "the host at" $SERVICE unicast_if "${fours[@]}" "${sixes[@]}"
		named "the host at" $SERVICE dontroute "${fours[@]}" "${sixes[@]}"
		named "the host at" $SERVICE pktinfo "${sixes[@]}"
		named "the host at" $SERVICE stop "${sixes[@]}" ::ffff:127.0.0.1 "::ffff:$HOSTLAN4"
	)
	for i in "${!NAMES[@]}"; do
		like "reach_host = no: ${NAMES[i]}" "${ANSWERS[i]}" '^named: '
	done
}

# What is closed must not be more than that.
open_named() {
	all_answer "the interface named" a "^$HOST4\$" < <(named "the web server" $SERVICE device $WEB4)
	all_answer "the interface named" a "^$HOST6\$" < <(named "the web server" $SERVICE device $WEB6)
	all_answer "the interface named" a "^$HOST4\$" < <(named "the web server" $SERVICE unicast_if $WEB4)
	all_answer "the interface named" a "^$HOST6\$" < <(named "the web server" $SERVICE pktinfo $WEB6)
	inner_start a >/dev/null
	all_answer "the space itself" a '^(127\.0\.0\.[12]|::1)$' < <(services "its loopback" $INNER 127.0.0.1 127.0.0.2 ::1)
	all_answer "the space itself" a "^$HOST4\$" < <(services "its address" $INNER "$HOST4")
	all_answer "the space itself" a "^$HOST6\$" < <(services "its address" $INNER "$HOST6")
	like "the space itself: another loopback address has the usual sender" \
		"$(session_do a 'ip route get 127.0.0.2')" '^local 127.0.0.2 dev lo src 127.0.0.1 '
}

closed_test() {
	local -a addresses
	mapfile -t addresses < <(host_addresses)
	heard_mark "$HOST_JOB"
	none_answers "reach_host = no" a < <(services "the host at" $SERVICE "${addresses[@]}")
	closed_named
	heard_nothing "reach_host = no: the host has heard nothing" "$HOST_JOB"
	none_answers "the neighbour's space" a < <(services "bob at" $INNER "$HOST4" "$HOST6" 127.0.0.1)
	open_named
}

open_test() {
	policy '[default]' 'network = pasta' 'reach_host = yes'
	check "reach_host = yes: alice is in" session_start a alice
	all_answer "reach_host = yes" a '^127.0.0.1$' < <(services "the host's loopback at" $SERVICE 198.51.100.1)
	all_answer "reach_host = yes" a '^::1$' < <(services "the host's loopback at" $SERVICE 2001:db8:100::1)
	all_answer "reach_host = yes" a "^$HOSTLAN4\$" < <(services "another address:" $SERVICE "$HOSTLAN4")
	none_answers "reach_host = yes" a < <(services "the space's own loopback" $SERVICE 127.0.0.1 ::1)
	session_stop a
}

# --- ports of the host ---------------------------------------------------------------------------

publish_test() {
	policy '[default]' 'network = pasta' 'scope = user' 'publish = 7300:7100, 7301:7100/udp' \
		"publish = $HOSTLAN4:7302:7100, [$HOSTLAN6]:7303:7100"
	check "publish: alice is in" session_start a alice
	inner_start a >/dev/null
	all_answer "publish" lan "." < <(
		echo "tcp from the LAN|$T tcp $HOSTLAN4 7300"
		echo "tcp, IPv6|$T tcp $HOSTLAN6 7300"
		echo "udp|$T udp $HOSTLAN4 7301"
		echo "tcp at one address|$T tcp $HOSTLAN4 7302"
		echo "tcp at one IPv6 address|$T tcp $HOSTLAN6 7303"
	)
	all_answer "publish" host "." < <(echo "from the host itself|$T tcp 127.0.0.1 7300")
	none_answers "publish" lan < <(
		echo "no port that is not named|$T tcp $HOSTLAN4 $INNER"
		echo "no udp where tcp is named|$T udp $HOSTLAN4 7300"
		echo "no tcp where udp is named|$T tcp $HOSTLAN4 7301"
		echo "no other address|$T tcp $HOST4 7302"
		echo "no service of the host on its loopback|$T tcp $HOSTLAN4 22"
	)
	check "publish: a second login joins the same space" session_start b alice
	is "publish: one program for both" "$(pastas | wc -w)" 1
	session_stop a
	check "publish: the program stays with the second" test "$(pastas | wc -w)" = 1
	all_answer "publish" lan "." < <(echo "and serves|$T tcp $HOSTLAN4 7300")
	session_stop b
	check "publish: it goes with the last" wait_until 5 no_pasta
}

# taken_by NAME PORT/PROTOCOL SOCAT: a login that wants the port which socat(1) has.
taken_by() {
	policy '[default]' 'network = pasta' "publish = ${2%/*}:7100/${2#*/}"
	job_start listening socat -d -d "$3" 'SYSTEM:cat'
	denied "$1" alice "step=network .*port $2 of the host is taken"
	job_stop "$JOB"
}

taken_test() {
	policy '[default]' 'network = pasta' 'scope = user' 'publish = 7310:7100 7311:7100/udp'
	check "logins one right after the other find their ports free" \
		pam_driver --quiet --loops 10 loginspace alice true
	policy '[default]' 'network = pasta' "publish = $SERVICE:7100"
	denial "a port that the host has" alice "step=network .*port $SERVICE/tcp of the host is taken"
	taken_by "a port that the host has for IPv4 alone" 7310/tcp TCP4-LISTEN:7310
	taken_by "a port that the host has for IPv6 alone" 7310/tcp TCP6-LISTEN:7310,ipv6only=1
	taken_by "a port that the host has at one address" 7310/tcp "TCP4-LISTEN:7310,bind=$HOSTLAN4,reuseaddr"
	taken_by "a UDP port that the host has for IPv4 alone" 7310/udp UDP4-LISTEN:7310,reuseaddr
	taken_by "a UDP port that the host has for IPv6 alone" 7310/udp UDP6-LISTEN:7310,ipv6only=1,reuseaddr
	policy '[default]' 'network = pasta' 'publish = 7310:7100, 7309:7100/udp'
	check "ports that are free again: alice has them" session_start a alice
	denied "a port that another login has" alice 'step=network .*port 7310/tcp .*taken'
	policy '[default]' 'network = pasta' 'publish = 7309:7100/udp'
	denied "a UDP port that another login has" alice 'step=network .*port 7309/udp .*taken'
	time_wait_test
	policy '[default]' 'network = pasta' 'publish = 80:7100'
	denial "a port that is root's" alice 'step=network .*port 80 .*name one from 1024 on'
}

# late_make: the program waits two seconds before it begins, the first time.
late_make() {
	mkdir -m 1777 "$RIG/turn"
	install -D -m 0755 -t "$RIG/real" $PROGRAM*
	printf '%s\n' '#!/bin/sh' "mkdir $RIG/turn/first 2>/dev/null && sleep 2" \
		"exec $RIG/real/pasta \"\$@\"" >"$RIG/real/late"
	chmod 0755 "$RIG/real/late"
	mount --bind "$RIG/real/late" $PROGRAM
}

# Two first logins of a moment find the ports free. One program has them, and the other login's PID 1
# the user's place.
two_test() {
	late_make
	policy '[default]' 'network = pasta' 'scope = user' 'publish = 7320:7100'
	hold_begin first loginspace alice "$WHERE"
	wait_until 10 test -d "$RIG/turn/first"
	wait_until 10 pgrep -x loginspace-init
	hold_start second loginspace alice "$WHERE"
	umount $PROGRAM
	rm -r "$RIG/turn" "$RIG/real"
	check "two first logins: the one whose ports are gone gets in" hold_is_there first
	like "two first logins: and the one that has them" "$(hold_said second)" pid:
	is "two first logins: into one space" "$(hold_said first | grep ^mnt:)" "$(hold_said second | grep ^mnt:)"
	is "two first logins: one program" "$(pastas | wc -w)" 1
	hold_stop first
	hold_stop second
	check "three first logins at once, eight times: all are in one space" \
		shared_race together 3 8 loginspace alice
	check "two first logins: nothing is left" ledger_same_within 10 "$RIG/before"
	policy '[default]' 'network = pasta' 'scope = user' 'publish = 203.0.113.99:7321:7100'
	denial "an address that is not the host's" alice 'step=interface errno=ENETDOWN .*detail="pasta: '
}

# The side that ends a connection remembers it for a minute.
time_wait_test() {
	check "ports: alice's login ends" session_stop a
	job_start listening socat -d -d -U TCP4-LISTEN:7311,reuseaddr SYSTEM:'echo hello'
	is "ports: a service on the host ends a connection" "$(timeout 3 socat -u TCP4:127.0.0.1:7311 - 2>&1)" hello
	job_stop "$JOB"
	check "ports: the kernel remembers it" grep -q ":$(printf %04X 7311) .* 06 " /proc/net/tcp
	policy '[default]' 'network = pasta' 'publish = 7311:7100'
	check "ports: that does not deny a login" run_as alice true
}

mosh_test() {
	local out key port
	if ! command -v mosh-server >/dev/null; then
		skip "mosh" "not installed"
		return
	fi
	policy '[default]' 'network = pasta' 'linger = 1min' 'publish = 60001:60001/udp'
	out=$(as_ssh -tt alice@127.0.0.1 "LC_ALL=C.UTF-8 mosh-server new -p 60001 -- sh -c 'echo in\"\"side; read line; echo it is \$line'" 2>&1 </dev/null)
	read -r port key < <(tr -d '\r' <<<"$out" | sed -n 's/^MOSH CONNECT //p')
	is "mosh: the server is at the published port" "$port" 60001
	out=$(MOSH_KEY=$key LC_ALL=C.UTF-8 on lan ptyrun -t 15 -e inside -s 'mosh\r' -e 'it is mosh' -- mosh-client $HOSTLAN4 60001 2>&1)
	like "mosh: from the LAN" "$out" 'it is mosh'
	"$COMMAND" kill alice >/dev/null
	check "mosh: nothing is left" ledger_same_within 10 "$RIG/before"
}

# --- what is missing -----------------------------------------------------------------------------

# denied NAME USER LOG: the user hears the usual, the log has the reason.
denied() {
	log_mark
	refused "$1: the login is refused" "$2"
	like "$1: the log says why" "$(log_line denied)" "$3"
}

# denial: likewise, and nothing is left.
denial() {
	denied "$@"
	check "$1: nothing is left" ledger_same_within 10 "$RIG/before"
}

# The host has more than can be closed one by one.
many_test() {
	policy '[default]' 'network = pasta'
	echo 10.99.{0,1}.{1..130} | tr ' ' '\n' | sed 's,.*,addr add &/32 dev up0,' | ip -batch -
	denial "260 addresses" alice 'step=network .*errno=E2BIG .*more than 256 addresses.* reach_host = yes'
	policy '[default]' 'network = pasta' 'reach_host = yes'
	check "260 addresses: reach_host = yes" run_as alice true
	echo 10.99.1.{1..130} | tr ' ' '\n' | sed 's,.*,addr del &/32 dev up0,' | ip -batch -
	policy '[default]' 'network = pasta'
	check "130 addresses: alice is in" session_start a alice
	heard_mark "$HOST_JOB"
	none_answers "130 addresses" a < <(services "the host at" $SERVICE 10.99.0.1 10.99.0.130)
	heard_nothing "130 addresses: the host has heard nothing" "$HOST_JOB"
	session_stop a
	echo 10.99.0.{1..130} | tr ' ' '\n' | sed 's,.*,addr del &/32 dev up0,' | ip -batch -
	check "130 addresses: nothing is left" ledger_same_within 10 "$RIG/before"
}

missing_test() {
	policy '[default]' 'network = pasta'
	ledger_begin "$RIG/kept"
	mount --bind /dev/null $PROGRAM
	ledger_write "$RIG/before"
	denial "no program" alice 'step=network .*detail="/usr/bin/pasta is not there: install the package passt"'
	umount $PROGRAM
	mv "$RIG/kept" "$RIG/before"
	chmod 0600 /dev/net/tun
	denial "a closed tun device" alice 'step=network .*chmod 0666 /dev/net/tun'
	mv /dev/net/tun /dev/net/gone
	denial "no tun device" alice 'step=network .*modprobe tun'
	mv /dev/net/gone /dev/net/tun
	chmod 0666 /dev/net/tun
	ip -4 route del default
	ip -6 route del default
	ip link set up0 down
	ip link set lan0 down
	# The program of 2023 gives up, that of 2025 makes do with addresses that lead nowhere.
	like "a host without a network: in, or refused" "$(space_of alice)" "^($INSIDE|$REFUSED)\$"
	check "a host without a network: nothing is left" ledger_same_within 10 "$RIG/before"
	ip link set up0 up
	ip link set lan0 up
	ip -6 addr replace $HOST6/64 dev up0 nodad
	ip -6 addr replace $HOSTLAN6/64 dev lan0 nodad
	ip route add default via 198.51.100.1
	ip -6 route add default via 2001:db8:100::1
	check "and again it works" run_as alice true
}

# --- the end -------------------------------------------------------------------------------------

init_of_session() { # SESSION
	space_init "$(readlink "/proc/$(pgrep -nu alice sshd)/ns/pid")"
}

death_test() {
	policy '[default]' 'network = pasta'
	check "death: alice is in" session_start a alice
	kill -9 "$(pastas)"
	check "death of the program: the login lives" session_do a true
	none_answers "death of the program" a < <(services "no network" $SERVICE $WEB4)
	session_stop a
	check "death of the program: the space ends as ever" ledger_same_within 10 "$RIG/before"
	check "death: alice is in again" session_start a alice
	kill -9 "$(init_of_session a)"
	check "SIGKILL of init: the program is gone" wait_until 5 no_pasta
	session_stop a
	check "SIGKILL of init: nothing is left" ledger_same_within 10 "$RIG/before"
	check "death: alice is in once more" session_start a alice
	kill -9 "$(pgrep -P "$SSHD_PID")"
	check "SIGKILL of the owner: the program is gone" wait_until 5 no_pasta
	session_stop a
	check "SIGKILL of the owner: nothing is left" ledger_same_within 10 "$RIG/before"
}

# The program is no inhabitant of the space: the user's last process ends it.
linger_test() {
	policy '[default]' 'network = pasta' 'linger = processes'
	run_as alice 'setsid sleep 1.5 >/dev/null 2>&1 </dev/null & sleep 0.1'
	is "linger = processes: the network stays as long as the space" "$(pastas | wc -w)" 1
	check "linger = processes: the space ends with the last process" wait_until 6 no_pasta
	check "linger = processes: nothing is left" ledger_same_within 10 "$RIG/before"
}

crowd_test() {
	local i failed=0
	local -a jobs=()
	policy '[default]' 'network = pasta'
	for i in {1..20}; do
		run_as alice "$T tcp $WEB4 $SERVICE" >"$RIG/crowd.$i" 2>&1 &
		jobs+=($!)
	done
	wait "${jobs[@]}"
	for i in {1..20}; do
		[[ $(<"$RIG/crowd.$i") == "$HOST4" ]] || failed=$((failed + 1))
	done
	is "20 logins at once: all reach the web server" "$failed" 0
	check "20 logins at once: nothing is left" ledger_same_within 20 "$RIG/before"
}

# Whatever the space has in the place of the host's /dev and files, the program is outside.
private_test() {
	policy '[default]' 'network = pasta' 'private_dev = yes' 'system = ro' 'hidepid = yes'
	is "private_dev, system = ro" "$(run_as alice "$T tcp $WEB4 $SERVICE")" "$HOST4"
}

# Nobody is in a space, and no program is left: each has a user namespace.
alone() {
	not pgrep -x loginspace-init && ledger | grep -qx 'user_namespaces 1'
}

# -------------------------------------------------------------------------------------------------

ledger_write "$RIG/empty"
check "the machines around the host" world_make
echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range # as systemd sets it
serve_on web $SERVICE
serve_on host $SERVICE
HOST_JOB=$JOB
policy '[default]' 'network = pasta'
start_sshd
check "a first login" run_as alice true
sshd_settle
check "the first space ends" wait_until 5 alone
ledger_begin "$RIG/before"

named_make
check "alice is in" session_start a alice
looks_test
web_test
dns_test
process_test
powers_test
given_test
check "bob is in" session_start b bob
inner_start b >/dev/null
closed_test
session_stop a
session_stop b
check "two spaces: nothing is left" ledger_same_within 10 "$RIG/before"

loopback_dns_test
open_test
publish_test
two_test
taken_test
many_test
missing_test
death_test
linger_test
private_test
crowd_test
mosh_test

stop_sshd
check "the machines go" world_end
check "and nothing is left of them" ledger_same_within 10 "$RIG/empty"
