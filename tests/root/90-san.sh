# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# Only with `make san`: module, helper and init built with AddressSanitizer and UBSan, driven
# through good and bad logins. Every report of theirs is a failure, every leak of the module too.
. "$SOURCE/tests/rig/lib.bash"
[[ -n ${LS_SAN-} ]] || exit 0

REPORTS=$RIG/log/san
DRIVER=$RIG/bin/pam_driver_san
LEAKS=1

# The helper's own stderr is /dev/null. It cannot be traced, so its leaks cannot be looked for.
wrapper_write() {
	cat >"$RIG/wrapper" <<-END
		#!/bin/sh
		exec 2>>$REPORTS
		ASAN_OPTIONS=detect_leaks=0 exec $HELPER
	END
	chmod 755 "$RIG/wrapper"
}

driver() {
	ASAN_OPTIONS=detect_leaks=$LEAKS timeout 60 "$DRIVER" --quiet "$@" loginspace alice true \
		2>>"$REPORTS"
}

no_reports() {
	! grep -aE 'ERROR: |runtime error|SUMMARY: ' "$REPORTS"
}

touch "$REPORTS"
wrapper_write
HELPER=$RIG/wrapper pam_setup debug
check "san: the driver builds" cc -std=gnu11 -D_GNU_SOURCE -g -O1 \
	-fsanitize=address,undefined -fno-sanitize-recover=all -o "$DRIVER" \
	"$SOURCE/tests/root/pam_driver.c" -lpam -lpthread
for mode in default ignore nocldwait handler; do
	check "san: 10 logins, SIGCHLD $mode" driver --sigchld "$mode" --loops 10
done
check "san: forks that call pam_end and pam_close_session" driver --fork-end --fork-close
check "san: open and close twice" driver --opens 2 --closes 2
# The search for leaks needs a thread, which a process that is still joined cannot make.
LEAKS=0
check "san: never closed" driver --closes 0
LEAKS=1
check "san: 200 fds" driver --fds 200
printf '#!/bin/sh\nexit 1\n' >"$RIG/nonsense"
chmod 755 "$RIG/nonsense"
HELPER=$RIG/nonsense pam_setup debug
driver --loops 5
is "san: denied" $? 3
HELPER=$RIG/missing pam_setup debug
driver
is "san: denied without a helper" $? 3
HELPER=$RIG/wrapper pam_setup debug conf=/etc/passwd
driver
is "san: denied with a configuration" $? 3
# The view of files: all that the child does before it is init.
mkdir -p /srv/hidden /srv/bound /srv/at /srv/fixed/soft /srv/memory /srv/tmp /srv/upper /srv/other
mount -t tmpfs other /srv/other
while IFS='|' read -r name lines; do
	tr ';' '\n' <<<"[default];$lines" >"$RIG/view.conf"
	HELPER=$RIG/wrapper pam_setup debug "conf=$RIG/view.conf"
	check "san: $name" driver --loops 2
done <<-'END'
	everything|home = own;system = ro;private_dev = yes;hidepid = yes;hide = /srv/hidden /etc/hosts;tmpfs = /srv/memory;bind = /srv/bound:/srv/at:ro;read_only = /srv/fixed /srv/other;writable = /srv/fixed/soft;system_bus = hide;hostname = %u
	a /tmp that is kept|private_tmp = /srv/tmp
	an overlay|root_overlay = tmpfs;system = ro
	a kept overlay|root_overlay = /srv/upper;scope = user
END
for lines in 'hide = /srv/none' 'bind = /srv/none:/srv/at' 'root = /srv/none' 'private_tmp = /srv/none' 'root = /srv'; do
	printf '[default]\n%s\n' "$lines" >"$RIG/view.conf"
	driver
	is "san: $lines: denied" $? 3
done
umount /srv/other
# The network: each kind, and what denies.
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip link add up0 type veth peer name far0
ip addr add 192.0.2.1/24 dev up0
ip link set up0 up
ip link set far0 up
ip route add default via 192.0.2.7
mkdir -p /etc/netns/lab
echo 'nameserver 192.0.2.53' | tee /etc/netns/lab/resolv.conf >/etc/resolv.conf
ip netns add lab
while IFS='|' read -r name lines; do
	tr ';' '\n' <<<"[default];$lines" >"$RIG/view.conf"
	HELPER=$RIG/wrapper pam_setup debug "conf=$RIG/view.conf"
	check "san: $name" driver --loops 2
done <<-'END'
	nat|network = nat
	nat of IPv4, name servers|network = nat;address_pool6 = none;dns = 192.0.2.53 2001:db8::53;reach_host = yes;reach_spaces = yes
	a named namespace|network = netns:lab
	a macvlan|network = macvlan:up0;address_pool = 192.0.2.64/28
	a macvlan without addresses|network = macvlan:up0
	pasta|network = pasta;scope = user;publish = 7300:80 7301:53/udp
END
for lines in 'network = netns:none' 'network = device:up0' 'network = macvlan:none' \
	$'network = nat\naddress_pool = 192.0.2.0/30' $'network = macvlan:up0\naddress_pool = 10.9.0.0/24'; do
	printf '[default]\n%s\n' "$lines" >"$RIG/view.conf"
	driver
	is "san: $lines: denied" $? 3
done
# Such a build has no filters, and says so.
COMMAND=$RIG/libexec/loginspace
like "san: the version tells such a build" "$("$COMMAND" --version)" '^loginspace [0-9.]+\+nofilters'
like "san: and so does the doctor" "$("$COMMAND" doctor)" 'fail +build +THIS IS A BUILD FOR TESTS'
check "san: no report of a sanitizer" no_reports
