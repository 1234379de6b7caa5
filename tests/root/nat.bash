# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2153
# What the tests of network = nat share. Sourced by tests/root/7[2-5]-nat*.sh.
#
# packages: nftables socat dnsmasq-base
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/rig/world.bash"

T=$RIG/bin/nettraffic
F=$RIG/bin/netforge
SERVICE=7000 # on the web server and on the host
INNER=7100   # in a space
HOST_ADDRESSES=("$HOST4" "$HOST6" "$HOSTLAN4" "$HOSTLAN6" "$GATE4" "$GATE6")

# --- attempts ------------------------------------------------------------------------------------

# shell_of WHO WORDS: WHO is a session, the host, or a machine of the world.
shell_of() {
	if [[ -n ${SESSION_IN[$1]-} ]]; then
		session_do "$1" "$2"
	else
		on "$1" bash -c "$2" 2>&1 </dev/null
	fi
}

# barrage WHO WORDS: "NAME|COMMAND" lines come on stdin; all commands run at once. Sets NAMES and
# ANSWERS, the first line that each has written.
barrage() {
	local line all="" out i
	NAMES=() ANSWERS=()
	while IFS= read -r line; do
		all+="(A=\$(${line#*|} 2>&1 </dev/null | head -n 1); echo \"${#NAMES[@]} \$A\") & "
		NAMES+=("${line%%|*}")
	done
	# In a shell of its own: a session has other jobs, which do not end.
	out=$(shell_of "$1" "( $all wait )")
	for i in "${!NAMES[@]}"; do
		ANSWERS[i]=$(sed -n "s/^$i //p" <<<"$out")
	done
}

# none_answers TITLE WHO: of a barrage. Nothing at all has come of a try that says why.
none_answers() {
	local i
	barrage "$2"
	for i in "${!NAMES[@]}"; do
		like "$1: ${NAMES[i]}" "${ANSWERS[i]}" '^net[a-z]+: |^nsenter: |^unshare: '
	done
}

# all_answer TITLE WHO PATTERN
all_answer() {
	local i
	barrage "$2"
	for i in "${!NAMES[@]}"; do
		like "$1: ${NAMES[i]}" "${ANSWERS[i]}" "$3"
	done
}

# services NAME PORT ADDRESSES: the lines of a barrage.
services() {
	local name=$1 port=$2 address kind
	shift 2
	for address; do
		for kind in tcp udp; do
			echo "$name $kind $address|$T $kind $address $port"
		done
	done
}

# heard_nothing NAME JOB: since heard_mark JOB.
declare -A HEARD
heard_mark() {
	HEARD[$1]=$(job_said "$1" | wc -l)
}

heard_nothing() {
	is "$1" "$(job_said "$2" | tail -n "+$((HEARD[$2] + 1))")" ""
}

# --- two spaces ----------------------------------------------------------------------------------

# address_of SESSION 4|6: of eth0.
address_of() {
	session_do "$1" "ip -o -$2 addr show dev eth0 scope global" | sed -n 's,.* inet6\? \([^ /]*\).*,\1,p'
}

# inner_start SESSION: a service in there.
inner_start() {
	session_do "$1" "$T serve $INNER >/dev/shm/inner 2>&1 & S=\$!; until grep -q ready /dev/shm/inner; do :; done"
}

# inner_heard SESSION: since inner_mark.
inner_heard() {
	session_do "$1" "tail -n +\$((MARK + 1)) /dev/shm/inner"
}

inner_mark() { # SESSION
	session_do "$1" 'MARK=$(wc -l </dev/shm/inner)'
}

# spaces_begin: a and b, both with a service. Sets A4 A6 B4 B6.
spaces_begin() {
	check "$1: alice is in" session_start a alice
	check "$1: bob is in" session_start b bob
	inner_start a
	inner_start b
	inner_mark a
	inner_mark b
	A4=$(address_of a 4) A6=$(address_of a 6) B4=$(address_of b 4) B6=$(address_of b 6)
}

spaces_end() { # NAME
	session_stop a
	session_stop b
	check "$1: nothing is left" ledger_same_within 10 "$RIG/before"
}

# --- the machines --------------------------------------------------------------------------------

# A network namespace ends some time after its last process.
no_pair() {
	! ip -o link show | grep -q ': ls[0-9]'
}

# nat_begin: the machines, with services on the web server and on the host; sshd, and $RIG/before.
nat_begin() {
	ledger_write "$RIG/empty"
	check "the machines around the host" world_make
	ip -n router route add 192.0.2.0/24 via $HOST4
	serve_on web $SERVICE
	WEB_JOB=$JOB
	serve_on host $SERVICE
	HOST_JOB=$JOB
	policy '[default]' 'network = nat'
	start_sshd
	check "a first login" run_as alice true
	sshd_settle
	wait_until 10 no_pair
	ledger_write "$RIG/before"
}

nat_end() {
	stop_sshd
	check "the machines go" world_end
	nft delete table inet loginspace
	check "and nothing is left of them" ledger_same_within 10 "$RIG/empty"
}
