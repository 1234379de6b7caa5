# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
#
# FLT-05: the helper, and its child that becomes init, killed at each of their system calls, one
# after another. Whatever the moment: the login is denied or it is whole, never in between, and
# nothing is left. LS_SWEEP_STEP=3 tries every third call only.
. "$SOURCE/tests/rig/lib.bash"
needs_module

# Calls that only the child makes: a kill at the helper's own would hit the helper first.
CHILD_CALLS='flock|mount_setattr|openat2|umount2|open_tree|fsopen|fsconfig|fsmount|move_mount'
CHILD_CALLS+='|signalfd4|setsockopt|socket|write'

# wrapper_write INJECTION
wrapper_write() {
	cat >"$RIG/wrapper" <<-END
		#!/bin/sh
		exec /usr/bin/strace -f -qq -o $RIG/trace -e trace=all -e inject=$1 $HELPER
	END
	chmod 755 "$RIG/wrapper"
}

login() {
	timeout 20 pamtester loginspace alice open_session close_session
}

# calls_list 0|1: "NAME K" for each call of the helper (0) or its child (1) in a good login, K
# counting the calls of that name, as strace's when= does.
calls_list() {
	awk -v child="$1" '
		NR == 1 { first = $1 }
		$2 ~ /^[a-z0-9_]+\(/ && child == ($1 != first) {
			name = $2
			sub(/\(.*/, "", name)
			if (name != "execve" && name != "exit_group") print name, ++n[name]
		}' "$RIG/calls"
}

# try: prints "in", "denied", or what else happened.
try() {
	local out status
	out=$(login 2>&1)
	status=$?
	if [[ $status -eq 0 ]]; then
		echo in
	elif [[ $status -eq 1 && $out == *"This login was refused"* ]]; then
		echo denied
	else
		echo "status $status: $out"
	fi
}

# sweep NAME: the calls come on stdin.
sweep() {
	local call k result n=0 tried=0 denied=0 in=0 bad=0
	while read -r call k; do
		n=$((n + 1))
		[[ $((n % ${LS_SWEEP_STEP:-1})) -eq 0 ]] || continue
		tried=$((tried + 1))
		wrapper_write "$call:signal=KILL:when=$k"
		result=$(try)
		case $result in
		in) in=$((in + 1)) ;;
		denied) denied=$((denied + 1)) ;;
		*) bad=$((bad + 1)) && not_ok "$1: $call number $k" "$result" "$(tail -n 1 "$RIG/trace")" ;;
		esac
		if ! ledger_same_within 5 "$RIG/before" >"$RIG/check.out"; then
			bad=$((bad + 1))
			not_ok "$1: something left after $call number $k" "$(<"$RIG/check.out")"
		fi
	done
	# A kill after the answer is sent may let the login in; all the others have to deny it.
	[[ $denied -ge $((tried * 9 / 10)) && $tried -gt 10 ]] || not_ok "$1: denies" "$denied of $tried"
	[[ $bad -gt 0 ]] || ok "$1: of $n calls $tried tried, $denied denied, $in in"
}

if ! strace -f true 2>/dev/null; then
	skip "FLT-05 kill sweep" "strace does not work here"
	exit 0
fi
printf '%s\n' 'auth required pam_permit.so' 'account required pam_permit.so' \
	"session required $MODULE helper=$RIG/wrapper" >/etc/pam.d/loginspace
ledger_write "$RIG/before"
wrapper_write getppid:delay_enter=0
check "FLT-05 a login under strace works" login
cp "$RIG/trace" "$RIG/calls"
sweep "FLT-05 helper killed" < <(calls_list 0)
sweep "FLT-05 init killed while it sets up" < <(calls_list 1 | grep -Ew "$CHILD_CALLS")
