# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# The name servers of a space: what its /etc/resolv.conf says for every form of the host's, and the
# files of /etc/netns/NAME.
#
# packages: nftables
. "$SOURCE/tests/root/policy.bash"
needs_module

RESOLV=/etc/resolv.conf
STUB=/run/systemd/resolve
SMALL=$RIG/small
DAEMON=2100 # the uid of a daemon
NETWORK=nat

# resolv LINES: the host's file, in place of whatever is there.
resolv() {
	rm -rf "$RESOLV"
	printf '%s\n' "$@" >"$RESOLV"
}

# What a login of alice's has, without comments, on one line.
inside() {
	run_as alice 'grep -v "^#" /etc/resolv.conf | tr "\n" ";"' 2>&1
}

# As systemd-resolved(8) does it: a link into a folder that is not root's.
stub_make() {
	install -d -m 755 -o $DAEMON -g $DAEMON "$STUB"
	printf '%s\n' 'nameserver 127.0.0.53' 'options edns0 trust-ad' 'search lan' >"$STUB/stub-resolv.conf"
	printf '%s\n' 'nameserver 192.0.2.53' 'nameserver 2001:db8::53' 'search lan' >"$STUB/resolv.conf"
	chown $DAEMON:$DAEMON "$STUB"/*
	rm -f "$RESOLV"
	ln -s ../run/systemd/resolve/stub-resolv.conf "$RESOLV"
}

stub_remove() {
	rm -rf /run/systemd
	resolv 'nameserver 192.0.2.1'
}

# settled: what there is while nobody is logged in, for wrong.
settled() {
	ledger_begin "$RIG/before"
}

# wrong NAME PATTERN [LINES]: denied, the log says why, and nothing is left.
wrong() {
	policy '[default]' "network = $NETWORK" "${@:3}"
	log_mark
	refused "$1: denied" alice
	like "$1: the log says so" "$(log_line 'denied: ')" "$2"
	check "$1: nothing is left" ledger_same_within 5 "$RIG/before"
}

plain_test() {
	local text
	resolv '# the host' 'search a.example b.example' 'nameserver 192.0.2.1' 'nameserver 2001:db8::1' 'options ndots:2 trust-ad'
	text=$(<"$RESOLV")
	policy '[default]' 'network = nat'
	is "plain servers go through" "$(inside)" \
		'nameserver 192.0.2.1;nameserver 2001:db8::1;search a.example b.example;options ndots:2 trust-ad;'
	like "a comment says whose file it is" "$(run_as alice 'head -n 1 /etc/resolv.conf')" '^# Made by loginspace'
	is "it is root's" "$(run_as alice 'stat -c "%u:%g %a %F" /etc/resolv.conf')" '0:0 644 regular file'
	is "alice cannot write to it" "$(run_as alice 'echo x 2>/dev/null >>/etc/resolv.conf; echo $?')" 1
	is "what root writes inside" "$(run_as alice 'echo "# inside" | sudo tee -a /etc/resolv.conf; tail -n 1 /etc/resolv.conf')" \
		$'# inside\n# inside'
	is "does not show on the host" "$(<"$RESOLV")" "$text"
	policy '[default]' 'network = loopback'
	is "network = loopback leaves the file alone" "$(run_as alice "cat $RESOLV")" "$text"
	policy '[default]' 'network = host'
	is "network = host, too" "$(run_as alice "cat $RESOLV")" "$text"
	resolv 'nameserver 127.0.0.1' 'nameserver 192.0.2.1' 'nameserver fe80::1%rig0' 'options trust-ad rotate'
	policy '[default]' 'network = nat'
	is "what cannot be reached is left out" "$(inside)" 'nameserver 192.0.2.1;options rotate;'
	resolv 'nameserver 2001:db8::1' 'nameserver 192.0.2.1'
	policy '[default]' 'network = nat' 'address_pool6 = none'
	is "so is IPv6 without a pool" "$(inside)" 'nameserver 192.0.2.1;'
}

stub_test() {
	stub_make
	policy '[default]' 'network = nat'
	is "behind systemd-resolved: its own servers" "$(inside)" \
		'nameserver 192.0.2.53;nameserver 2001:db8::53;search lan;options edns0;'
	session_start one alice
	is "the path is a file" "$(session_do one 'stat -c %F /etc/resolv.conf')" 'regular file'
	is "the link's target is what it was" "$(session_do one "head -n 1 $STUB/stub-resolv.conf")" 'nameserver 127.0.0.53'
	# As the daemon does when the network changes.
	printf '%s\n' 'nameserver 127.0.0.54' >"$STUB/new"
	mv "$STUB/new" "$STUB/stub-resolv.conf"
	is "the host replaces the target: it shows there" "$(session_do one "cat $STUB/stub-resolv.conf")" 'nameserver 127.0.0.54'
	is "and does not uncover ours" "$(session_do one 'grep -c "192.0.2.53" /etc/resolv.conf')" 1
	is "root inside cannot remove it" \
		"$(session_do one 'sudo rm -f /etc/resolv.conf 2>/dev/null; sudo mv /etc/resolv.conf /etc/x 2>/dev/null; grep -c 192.0.2.53 /etc/resolv.conf')" 1
	uncover_test one
	session_stop one
	is "the host's link is still there" "$(readlink "$RESOLV")" ../run/systemd/resolve/stub-resolv.conf
	# Without its stub.
	ln -sf resolv.conf "$STUB/stub-resolv.conf"
	is "behind systemd-resolved without its stub" "$(inside)" 'nameserver 192.0.2.53;nameserver 2001:db8::53;search lan;'
	rm "$STUB/resolv.conf" "$STUB/stub-resolv.conf"
	printf '%s\n' 'nameserver 127.0.0.53' >"$STUB/stub-resolv.conf"
	wrong "a stub without its uplinks" 'errno=EHOSTUNREACH .*resolver 127\.0\.0\.53 cannot be reached .*dns ='
	stub_remove
}

uncover_test() { # SESSION
	local out
	out=$(session_do "$1" 'unshare -Urm sh -c "umount /etc/resolv.conf; umount -l /etc/resolv.conf; mount -o move /etc/resolv.conf /tmp;
		umount -l /etc; grep -c 192.0.2.53 /etc/resolv.conf" 2>&1 | tail -n 1')
	if [[ $out == *unshare* ]]; then
		skip_kernel "with a user namespace of her own alice does not uncover it" "$out"
	else
		is "with a user namespace of her own alice does not uncover it" "$out" 1
	fi
}

unreachable_test() {
	resolv 'nameserver 127.0.0.1'
	wrong "a server on the loopback alone" 'step=network .*errno=EHOSTUNREACH .*the host.s resolver 127\.0\.0\.1 cannot be reached from the space: name servers with dns ='
	policy '[default]' 'network = nat' 'on_error = allow'
	let_in "with on_error = allow she is in" alice
	resolv 'nameserver fe80::1%rig0'
	wrong "a link-local server alone" 'resolver fe80::1 cannot be reached'
	ip addr add 198.51.100.7/24 dev rig0
	resolv 'nameserver 198.51.100.7'
	wrong "the host's own address" 'resolver 198\.51\.100\.7 cannot be reached'
	policy '[default]' 'network = nat' 'reach_host = yes'
	is "which reach_host makes reachable" "$(inside)" 'nameserver 198.51.100.7;'
	wrong "the host's own address as dns" 'dns = 198\.51\.100\.7 cannot be reached .*reach_host = yes' 'dns = 198.51.100.7'
	ip addr del 198.51.100.7/24 dev rig0
	policy '[default]' 'network = nat'
	is "put right, alice is in" "$(inside)" 'nameserver 198.51.100.7;'
}

named_test() {
	resolv 'nameserver 127.0.0.53' 'search lan' 'options edns0 trust-ad'
	policy '[default]' 'network = nat' 'dns = 192.0.2.9, 2001:db8::9 198.51.100.9'
	is "dns = is the list, in its order" "$(inside)" \
		'nameserver 192.0.2.9;nameserver 2001:db8::9;nameserver 198.51.100.9;search lan;options edns0;'
	policy '[default]' 'network = nat' 'dns = 127.0.0.1'
	is "dns = of a server inside" "$(inside)" 'nameserver 127.0.0.1;search lan;options edns0;'
}

missing_test() {
	local begin
	rm "$RESOLV"
	policy '[default]' 'network = nat'
	is "a host without the file: none inside" "$(run_as alice 'test -e /etc/resolv.conf; echo $?')" 1
	wrong "a host without the file, but dns =" 'step=resolver .*errno=ENOENT .*no /etc/resolv\.conf .*make an empty one' 'dns = 192.0.2.9'
	ln -s nowhere/at/all "$RESOLV"
	policy '[default]' 'network = nat' 'dns = 192.0.2.9'
	is "a dangling link is covered" "$(inside)" 'nameserver 192.0.2.9;'
	is "and stays on the host" "$(readlink "$RESOLV")" nowhere/at/all
	rm "$RESOLV"
	: >"$RESOLV"
	policy '[default]' 'network = nat'
	is "an empty file stays empty" "$(run_as alice 'cat /etc/resolv.conf; echo $?')" 0
	rm "$RESOLV"
	mkfifo "$RESOLV"
	begin=$(now_ms)
	wrong "a FIFO" 'host.s /etc/resolv\.conf: it is no regular file'
	check "a FIFO holds nobody up" test $(($(now_ms) - begin)) -lt 8000
	rm "$RESOLV"
	ln -s /home/alice/resolv.conf "$RESOLV"
	ln -sf /etc/shadow /home/alice/resolv.conf
	wrong "a link that alice may point anywhere" 'host.s /etc/resolv\.conf: it is a link, or behind one'
	rm "$RESOLV" /home/alice/resolv.conf
	head -c 20000 /dev/zero | tr '\0' '#' >"$RESOLV"
	wrong "a file without end" 'host.s /etc/resolv\.conf: it is longer than 16 KiB'
	{ printf 'search' && yes ' example.org' | head -n 300 | tr -d '\n'; } >"$RESOLV"
	wrong "a search list without end" 'host.s /etc/resolv\.conf: its lines .search. and .options. are too long'
}

# Beside what else a policy does to the tree.
beside_test() {
	local keys
	resolv 'nameserver 192.0.2.1'
	for keys in 'system = ro' 'read_only = /etc' 'read_only = /etc/resolv.conf' 'private_dev = yes' \
		'hide = /etc/hosts' 'root_overlay = tmpfs' 'hostname = %u-box'; do
		policy '[default]' 'network = nat' 'dns = 192.0.2.9' "$keys"
		is "beside $keys" "$(inside)" 'nameserver 192.0.2.9;'
	done
	printf 'nameserver 192.0.2.77\n' >"$RIG/mine"
	policy '[default]' 'network = nat' 'dns = 192.0.2.9' "bind = $RIG/mine:/etc/resolv.conf"
	is "a bind of the administrator's wins" "$(inside)" 'nameserver 192.0.2.77;'
	policy '[default]' 'network = nat' 'dns = 192.0.2.9' 'hide = /etc/resolv.conf'
	is "and hide" "$(run_as alice 'cat /etc/resolv.conf 2>/dev/null; echo $?')" 1
}

small_make() {
	local dir
	for dir in bin etc home root proc sys dev run tmp var/tmp; do
		install -d -m 755 "$SMALL/$dir"
	done
	chmod 1777 "$SMALL/tmp" "$SMALL/var/tmp"
	cp "$(command -v busybox)" "$SMALL/bin/busybox"
	chroot "$SMALL" /bin/busybox --install -s /bin
	printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$SMALL/bin/bash"
	chmod 755 "$SMALL/bin/bash"
	grep '^alice:' /etc/passwd >"$SMALL/etc/passwd"
}

root_test() {
	small_make
	resolv 'nameserver 192.0.2.1'
	wrong "root = DIR without the file" 'step=resolver .*no /etc/resolv\.conf in the root file system of the space.*make an empty one' "root = $SMALL"
	echo 'nameserver 203.0.113.1' >"$SMALL/etc/resolv.conf"
	policy '[default]' 'network = nat' "root = $SMALL"
	is "root = DIR: its file is covered" "$(inside)" 'nameserver 192.0.2.1;'
	is "root = DIR: and stays what it is" "$(<"$SMALL/etc/resolv.conf")" 'nameserver 203.0.113.1'
	ln -sf ../run/nowhere "$SMALL/etc/resolv.conf"
	is "root = DIR: a link there, too" "$(inside)" 'nameserver 192.0.2.1;'
}

netns_test() {
	local folder=/etc/netns/lab
	check "nobody is logged in" ledger_same_within 5 "$RIG/before"
	ip netns add lab 2>"$RIG/netns.err" || {
		skip_kernel "files of a named namespace" "$(<"$RIG/netns.err")"
		return
	}
	settled
	resolv 'nameserver 192.0.2.1'
	policy '[default]' 'network = netns:lab' 'dns = 192.0.2.9'
	is "netns: without files all is the host's" "$(inside)" 'nameserver 192.0.2.1;'
	install -d -m 755 /etc/netns "$folder" "$folder/folder" /etc/folder
	echo 'nameserver 203.0.113.9' >"$folder/resolv.conf"
	echo '203.0.113.8 lab-only' >"$folder/hosts"
	echo 'of the lab' >"$folder/folder/file"
	echo 'nothing to cover' >"$folder/rig-none"
	echo hidden >"$folder/.passwd"
	mkfifo "$folder/fifo"
	ln -s /srv/rig-linked "$folder/linked"
	echo linked >/srv/rig-linked
	: >/etc/linked
	is "netns: resolv.conf of the namespace" "$(inside)" 'nameserver 203.0.113.9;'
	is "netns: its hosts" "$(run_as alice 'getent hosts lab-only | tr -s " "')" '203.0.113.8 lab-only'
	is "netns: a folder" "$(run_as alice 'cat /etc/folder/file')" 'of the lab'
	is "netns: a link of root's" "$(run_as alice 'cat /etc/linked')" linked
	is "netns: what /etc does not have is left out" "$(run_as alice 'ls /etc/rig-none /etc/fifo 2>/dev/null')" ""
	is "netns: read-only, as other spaces have them" \
		"$(run_as alice 'for f in resolv.conf folder/file; do echo x | sudo tee -a /etc/$f >/dev/null 2>&1; echo $?; done' | tr '\n' ' ')" '1 1 '
	is "netns: passwd is the host's" "$(run_as alice 'id -un')" alice
	policy '[default]' 'network = netns:lab' 'hostname = %u-box'
	is "netns: its hosts get the host name, too" "$(run_as alice 'getent hosts lab-only alice-box | tr -s " "')" $'203.0.113.8 lab-only\n127.0.1.1 alice-box'
	is "netns: but not the file itself" "$(<"$folder/hosts")" '203.0.113.8 lab-only'
	small_make
	echo small >"$SMALL/etc/resolv.conf"
	policy '[default]' 'network = netns:lab' "root = $SMALL"
	is "netns: with root = DIR" "$(inside)" 'nameserver 203.0.113.9;'
	policy '[default]' 'network = netns:lab' 'system = ro'
	is "netns: with system = ro" "$(inside)" 'nameserver 203.0.113.9;'
	netns_wrong_test "$folder"
	rm -rf /etc/netns
	ip netns del lab
}

netns_wrong_test() { # FOLDER
	local i NETWORK=netns:lab
	ln -s /nowhere/at/all "$1/dangling"
	wrong "netns: a dangling link" '/etc/netns/lab/dangling: it does not exist'
	rm "$1/dangling"
	mkdir /etc/rig-folder
	echo x >"$1/rig-folder"
	wrong "netns: a file for a folder" '/etc/rig-folder: it and what .* two files or two folders'
	rm "$1/rig-folder"
	: >/etc/rig-file
	mkdir "$1/rig-file"
	wrong "netns: a folder for a file" '/etc/rig-file: it and what .* two files or two folders'
	rmdir "$1/rig-file"
	chmod 775 "$1"
	wrong "netns: a folder that others may write" '/etc/netns/lab: it has to be root.s'
	chmod 755 "$1"
	chown alice "$1"
	wrong "netns: a folder of alice's" '/etc/netns/lab: it has to be root.s'
	chown root "$1"
	for i in {1..16}; do
		echo x >"$1/more-$i"
	done
	wrong "netns: too many files" '/etc/netns/lab has more than 16 files .*remove some'
	rm "$1"/more-*
	policy '[default]' 'network = netns:lab'
	is "netns: put right, alice is in" "$(inside)" 'nameserver 203.0.113.9;'
}

echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
start_sshd
settled
resolv 'nameserver 192.0.2.1'
policy '[default]' 'network = nat'
confined "alice has a network" alice
log_mark
plain_test
stub_test
unreachable_test
named_test
missing_test
beside_test
root_test
netns_test
stop_sshd
