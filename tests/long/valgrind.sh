# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# The unit tests, and module, helper and init through logins of many kinds, under valgrind's
# memcheck. In the rig, called by tests/long/valgrind, which has built them for it.
# LS_VALGRIND=units or =logins: only these.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"

REPORTS=$RIG/log/valgrind
MEMCHECK=(/usr/bin/valgrind --error-exitcode=99 --leak-check=full "--errors-for-leak-kinds=definite,indirect"
	"--suppressions=$SOURCE/tests/long/valgrind.supp" --child-silent-after-fork=no --num-callers=20)
PART=${LS_VALGRIND:-all}

# The module's helper has an empty environment and no stderr: the wrapper is its way to valgrind. An
# open log goes on for its children; a file of each that is opened for writing inside would keep
# the space from becoming read-only.
# Without loginspace-init beside it, the loop of init runs in the helper's copy, under valgrind, too.
wrapper_write() { # NAME FOLDER OF THE HELPER
	cat >"$RIG/$1" <<-END
		#!/bin/sh
		exec 2>>$REPORTS/shell 9>>$REPORTS/helper.\$\$
		exec ${MEMCHECK[*]} --log-fd=9 $2/loginspace-helper
	END
	chmod 755 "$RIG/$1"
}

FINDINGS='Invalid (read|write|free)|uninitialised|unaddressable|Mismatched free'
FINDINGS+='|(definitely|indirectly) lost: [1-9]|INTERNAL ERROR|terminating with default action of signal (4|6|7|8|11)\b|unhandled .*syscall'
FINDINGS+='|ERROR SUMMARY: [1-9]|FATAL|[oO]verlap|Jump to'

clean() { # NAME
	local findings
	findings=$(grep -aE -A 12 "$FINDINGS" "$REPORTS"/*)
	if [[ -z $findings && $(processes_reported) -gt 0 ]]; then
		ok "$1: valgrind finds nothing in $(processes_reported) processes"
	else
		not_ok "$1: valgrind finds nothing in $(processes_reported) processes" "$(head -n 100 <<<"$findings")"
	fi
	rm -f "$REPORTS"/*
}

# With an open log, as some tests cover the folder, or become somebody who may not write there.
unit_test() { # PROGRAM
	local name
	name=$(basename "$1")
	timeout -k 5 300 "${MEMCHECK[@]}" --log-fd=9 "$1" >"$RIG/check.out" 2>&1 9>>"$REPORTS/$name"
	[[ $? -lt 124 ]] || not_ok "$name: ends in 300 s"
	# A failed test is another matter: under valgrind some cannot hold.
	grep -aE '^\[  FAILED  \] [a-z]' "$RIG/check.out" | sort -u | sed "s/^/# $name: /"
	clean "$name"
}

processes_reported() {
	cat "$REPORTS"/* | grep -acE '^==[0-9]+== ERROR SUMMARY'
}

# driver WANTED STATUS, NAME: a login, with the module under valgrind as well.
driver() {
	local wanted=$1 name=$2 status
	"${MEMCHECK[@]}" --log-file="$REPORTS/module.%p" "$RIG/bin/pam_driver" --quiet \
		loginspace alice true >"$RIG/check.out" 2>&1
	status=$?
	is "$name: as without valgrind" "$status" "$wanted"
	[[ $status -eq $wanted ]] || { cat "$RIG/check.out"; log_ours; } | tail -n 5 | sed 's/^/#   /'
}

# Until all of it has written its report.
no_helper() {
	wait_until 20 not pgrep -f "$RIG/libexec|$RIG/alone"
}

wanted() {
	[[ $PART == all || $PART == "$1" ]]
}

units_test() {
	local program
	for program in "$LS_BUILD"/unit/test_*; do
		if [[ $program == */test_spawn ]]; then
			echo "# test_spawn: not here: its children run beside valgrind, which takes their faults for its own"
		elif [[ -x $program && $program != *.d ]]; then
			unit_test "$program"
		fi
	done
}

# The network of the host that "nat" and others want.
network_make() {
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip link add up0 type veth peer name far0
	ip addr add 192.0.2.1/24 dev up0
	ip link set up0 up
	ip link set far0 up
	ip route add default via 192.0.2.7
	ip netns add lab
	mkdir -p /etc/netns/lab
	echo 'nameserver 192.0.2.53' | tee /etc/netns/lab/resolv.conf >/etc/resolv.conf
}

# logins_test NAME OF THE WRAPPER
logins_test() {
	local name lines wanted
	HELPER=$RIG/$1 pam_setup "debug conf=$RIG/valgrind.conf"
	while IFS='|' read -r wanted name lines; do
		tr ';' '\n' <<<"[default];$lines" >"$RIG/valgrind.conf"
		driver "$wanted" "$1, $name"
		no_helper
		clean "$1, $name"
	done <<-'END'
		0|the default|
		0|everything of the view|home = own;system = ro;private_dev = yes;hidepid = yes;hide = /srv/hidden /etc/hosts;tmpfs = /srv/memory;bind = /srv/bound:/srv/at:ro;read_only = /srv/fixed;writable = /srv/fixed/soft;system_bus = hide;hostname = %u
		0|a /tmp that is kept|private_tmp = /srv/tmp
		0|an overlay|root_overlay = tmpfs;system = ro
		0|nat|network = nat
		0|a named namespace|network = netns:lab
		0|a macvlan|network = macvlan:up0;address_pool = 192.0.2.64/28
		0|a limited login|no_new_privs = yes;capabilities = CAP_CHOWN
		0|not isolated|isolate = no
		0|audit|isolate = audit
		3|a word that is none|nothing = yes
		3|a value that is none|max_spaces = many
		3|a user who does not exist|[match user=nobody-has-this-name];hidepid = yes
		3|a folder that is missing|hide = /srv/none
		3|a namespace that is missing|network = netns:none
		3|a pool that does not fit|network = macvlan:up0;address_pool = 10.9.0.0/24
		0|a denial that lets in|hide = /srv/none;on_error = allow
	END
	shared_test "$1"
}

# The first makes the space, the second joins it; both with the module under valgrind.
shared_test() {
	printf '%s\n' '[default]' 'scope = user' >"$RIG/valgrind.conf"
	hold_start first loginspace alice true
	driver 0 "$1, joins a shared space"
	hold_stop first
	no_helper
	clean "$1, a shared space"
}

mkdir -p "$REPORTS" "$RIG/alone" /srv/{hidden,bound,at,fixed/soft,memory,tmp}
install -m 700 "$HELPER" "$RIG/alone/loginspace-helper"
log_mark
if wanted units; then
	units_test
fi
if wanted logins; then
	network_make
	wrapper_write with-init "$RIG/libexec"
	wrapper_write without-init "$RIG/alone"
	logins_test with-init
	logins_test without-init
fi
