# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Many spaces with network = nat at once, and what is left when they are ended or killed.
# LS_CROWD is the number (100; the full figure is 500); LS_SWEEP_STEP=1 kills at every system call
# (7: every seventh).
. "$SOURCE/tests/root/nat.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

CROWD=${LS_CROWD:-100}
BATCH=50
STEP=${LS_SWEEP_STEP:-7}
SEEN=$RIG/crowd # a line for each space: its addresses, and the address that the web server has seen

# --- the host's network --------------------------------------------------------------------------

interfaces() {
	ip -o link show | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | sort
}

interfaces_of_spaces() {
	interfaces | grep -c '^ls'
}

# What the host has for spaces, but for the table: that one stays.
network_write() {
	{ interfaces && ip -o addr show && ip route show table all && ip -6 route show table all; } |
		grep -vE '^(multicast|anycast) |^local fe80' >"$1"
}

network_as_before() {
	network_write "$RIG/network.now"
	cmp -s "$RIG/network" "$RIG/network.now"
}

# The registry's files, with the locks that are held.
registry_files() {
	ls /run/loginspace
}

nothing_of_it() { # NAME
	check "LEAK-04 $1: no interface, address or route is left" wait_until 10 network_as_before
	check "LEAK-04 $1: nothing else is left" ledger_same_within 10 "$RIG/before"
	is "LEAK-04 $1: the registry is as before" "$(registry_files)" "$REGISTRY"
	is "LEAK-04 $1: the table is the same" "$(nft list table inet loginspace)" "$TABLE"
}

# --- a crowd -------------------------------------------------------------------------------------

# By the application's own processes, one space each; the shell inside says what it sees.
# Fifty at once on a loaded machine: a second may not be enough for the processor's turn.
VISITOR='export ANSWER_MS=20000
	A=$(ip -o addr show dev eth0 | sed "s,.* inet6\? \([^ /]*\).*,\1,")
	echo $A $('$T' tcp '$WEB4' '$SERVICE') $('$T' tcp '$WEB6' '$SERVICE') >>'$SEEN

crowd_is_here() { # COUNT
	[[ $(wc -l <"$SEEN") -eq $1 ]]
}

crowd_open() {
	local i last
	: >"$SEEN"
	for ((i = 0; i < CROWD; i += BATCH)); do
		last=$((CROWD - i < BATCH ? CROWD - i : BATCH))
		hold_begin "crowd$i" --quiet --jobs $last loginspace alice "$VISITOR"
		wait_until 60 crowd_is_here $((i + last)) || {
			grep -a ' denied: ' "$LOG" | tail -n 5 # why
			return 1
		}
	done
}

crowd_close() {
	local i
	for ((i = 0; i < CROWD; i += BATCH)); do
		hold_stop "crowd$i"
	done
}

# Every second owner, without a word.
crowd_kill() {
	local i
	for ((i = 0; i < CROWD; i += BATCH)); do
		pgrep -P "${HOLD_JOB[crowd$i]}" | awk 'NR % 2 == 0' | xargs -r kill -KILL
	done
}

crowd_test() {
	local begin name="$CROWD spaces at once"
	TABLE=$(nft list table inet loginspace)
	begin=$(now_ms)
	check "$name: all are there" crowd_open
	printf '# %s: opened in %d ms, %d at a time\n' "$name" $(($(now_ms) - begin)) $BATCH
	is "$name: as many addresses of IPv4" "$(cut -d' ' -f1 "$SEEN" | sort -u | grep -c '^10\.213\.')" "$CROWD"
	is "$name: as many of IPv6" "$(cut -d' ' -f2 "$SEEN" | sort -u | grep -c '^fd6c:7370:6163::')" "$CROWD"
	is "$name: the lowest numbers, none left out" "$(cut -d' ' -f1 "$SEEN" | numbers_of | tail -n 1)" $((CROWD + 1))
	is "$name: each has reached the web server" "$(cut -d' ' -f3- "$SEEN" | sort | uniq -c | xargs)" "$CROWD $HOST4 $HOST6"
	is "$name: as many interfaces" "$(interfaces_of_spaces)" "$CROWD"
	is "$name: the table has not grown" "$(nft list table inet loginspace)" "$TABLE"
	crowd_kill
	check "$name: half of the owners killed: their spaces end" \
		wait_until 10 interfaces_are $((CROWD - CROWD / 2))
	crowd_reuse "$name"
	crowd_close
	nothing_of_it "$name"
}

# Of addresses of the default pool: the number in it.
numbers_of() {
	awk -F. '{ print $3 * 256 + $4 }' | sort -n
}

interfaces_are() {
	[[ $(interfaces_of_spaces) -eq $1 ]]
}

# Numbers of the dead are given again, the lowest first.
crowd_reuse() { # NAME
	local lowest wanted
	wanted=$(comm -23 <(seq 0 $((CROWD - 1)) | sed 's/^/ls/' | sort) <(interfaces) | sort -V | head -n 1)
	: >"$SEEN"
	hold_start again --quiet loginspace bob "$VISITOR"
	lowest=$(cut -d' ' -f1 "$SEEN" | numbers_of)
	is "$1: the lowest number that is free is given again" "ls$((lowest - 2))" "$wanted"
	is "$1: and works" "$(cut -d' ' -f3- "$SEEN")" "$HOST4 $HOST6"
	hold_stop again
}

# --- killed in the middle ------------------------------------------------------------------------

init_killed_test() {
	hold_start one loginspace alice "$VISITOR"
	is "init killed: there is an interface" "$(interfaces_of_spaces)" 1
	kill -KILL "$(init_of)"
	# The application is in that network, too.
	hold_stop one
	check "init killed: it is gone" wait_until 10 interfaces_are 0
	nothing_of_it "init killed"
}

# calls_list 0|1: "NAME K" for each call of the helper's (0) or its child's (1) in a good login: of
# those with which the network is made.
calls_list() {
	awk -v child="$1" '
		NR == 1 { first = $1 }
		$2 ~ /^[a-z0-9_]+\(/ && child == ($1 != first) {
			sub(/\(.*/, "", $2)
			count[$2]++
			if ($2 ~ /^(socket|sendto|recvmsg|bind|clone3|vfork|clone|wait4|waitid|pidfd_open|close|setns|openat|write)$/)
				print $2, count[$2]
		}' "$RIG/calls"
}

sweep_one() { # NAME CALL K
	local out status
	wrapper_make sweep "$2:signal=KILL:when=$3"
	out=$(timeout 20 pamtester sweep alice open_session close_session 2>&1)
	status=$?
	if [[ $status -eq 1 && $out == *"This login was refused"* ]]; then
		DENIED=$((DENIED + 1))
	elif [[ $status -ne 0 ]]; then
		not_ok "$1: $2 number $3" "status $status: $out"
		BAD=$((BAD + 1))
	fi
	if ! wait_until 10 network_as_before || ! ledger_same_within 10 "$RIG/before" >"$RIG/check.out"; then
		not_ok "$1: something left after $2 number $3" "$(diff "$RIG/network" "$RIG/network.now")" "$(<"$RIG/check.out")"
		BAD=$((BAD + 1))
	fi
}

sweep() { # NAME; the calls come on stdin
	local call k n=0 tried=0
	DENIED=0 BAD=0
	while read -r call k; do
		n=$((n + 1))
		[[ $((n % STEP)) -eq 0 ]] || continue
		tried=$((tried + 1))
		sweep_one "$1" "$call" "$k"
	done
	# What is killed after the answer has been sent lets the login in.
	check "$1: $tried of $n tried, $DENIED denied" test "$tried" -gt 5 -a "$DENIED" -gt $((tried / 2)) -a "$BAD" -eq 0
}

sweep_test() {
	if ! strace -f true 2>/dev/null; then
		skip "kill sweep" "strace does not work here"
		return
	fi
	printf '%s\n' 'auth required pam_permit.so' 'account required pam_permit.so' \
		"session required $MODULE any_service helper=$RIG/sweep" >/etc/pam.d/sweep
	printf '#!/bin/sh\nexec strace -f -qq -o %s/calls -e trace=all %s\n' "$RIG" "$HELPER" >"$RIG/sweep"
	chmod 755 "$RIG/sweep"
	check "a login under strace works" pamtester sweep alice open_session close_session
	wait_until 10 network_as_before
	sweep "helper killed" < <(calls_list 0)
	sweep "init killed while it sets up" < <(calls_list 1)
	nothing_of_it "killed in the middle"
}

for tool in jq pamtester; do
	command -v $tool >/dev/null || {
		skip "a crowd" "no $tool"
		exit 0
	}
done
nat_begin
policy '[default]' 'network = nat' "max_spaces = $((CROWD + 1))"
TABLE=$(nft list table inet loginspace)
REGISTRY=$(registry_files)
network_write "$RIG/network"
init_killed_test
crowd_test
sweep_test
nat_end
