# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# The helper is killed at each of its system calls in turn, each of them fails once, and so do those
# of the module: a whole space or a clean denial, never something in between, and nothing is left.
# Sourced by tests/root/62-steps*.sh, which set INSIDE: what a login runs, to see whether its space
# is whole. PID 1's name is no matter there: the call that sets it may fail, too.
# LS_STEPS=N takes every N-th step only.
#
# strace counts each system call by itself, so a step is a name and a number: the third openat.

# The helper under strace, which does INJECT. -D: the helper itself stays the module's child.
helper_strace() {
	{
		echo '#!/bin/sh'
		echo "exec /usr/bin/strace -D -f -qq -o $RIG/log/strace $* $HELPER"
	} >"$RIG/libexec/traced"
	chmod 700 "$RIG/libexec/traced"
	sed -i "s|helper=[^ ]*|helper=$RIG/libexec/traced|" /etc/pam.d/loginspace
}

# One login with a fault. Adds to WHOLE, DENIED or DIED; remembers what is neither.
step_try() { # NAME
	local status
	log_mark
	timeout 30 pam_driver loginspace alice "$INSIDE" 2>&1 | cat >"$RIG/driver"
	status=${PIPESTATUS[0]}
	case $status in
	0) WHOLE=$((WHOLE + 1)) ;;
	5)
		# Init has died after the login: a clean end too, if what ran until then was whole.
		DIED=$((DIED + 1))
		! grep -q '^verdict=broken' "$RIG/driver" || WRONG+=("$1: a login that is not whole")
		;;
	3)
		DENIED=$((DENIED + 1))
		wait_until 2 log_has 'denied: .* step=[a-z_-]+ errno=[A-Z]' || WRONG+=("$1: denied without a log line")
		;;
	*) WRONG+=("$1: status $status: $(grep -Ev '^(before|after|inside)-' "$RIG/driver" | tr '\n' ' ')") ;;
	esac
	ledger_same_within 5 "$RIG/before" >"$RIG/left" || WRONG+=("$1: left: $(tr '\n' ' ' <"$RIG/left")")
}

steps_report() { # NAME
	if [[ ${#WRONG[@]} -eq 0 ]]; then
		ok "$1 ($WHOLE whole, $DENIED denied, $DIED died)"
	else
		not_ok "$1 ($WHOLE whole, $DENIED denied, $DIED died)" "${WRONG[@]}"
	fi
}

# Every step of helper and init, "name number" a line, from a trace of a good login.
steps_list() {
	helper_strace "-e trace=all"
	pam_driver --quiet loginspace alice "$INSIDE" >/dev/null 2>&1 || return 1
	wait_until 5 ledger_equal "$RIG/before"
	sed -En 's/^([0-9]+) +([a-z0-9_]+)\(.*/\1 \2/p' "$RIG/log/strace" |
		awk '{ print $2, ++n[$1, $2] }' | awk '!seen[$0]++'
}

helper_test() { # NAME INJECTION [CALLS THAT ARE LEFT OUT]
	local call number n=0
	WHOLE=0 DENIED=0 DIED=0 WRONG=()
	while read -r call number; do
		n=$((n + 1))
		if [[ $((n % ${LS_STEPS:-1})) -eq 0 && ! $call =~ ^(${3:-none})$ ]]; then
			helper_strace "-e inject=$call:$2:when=$number"
			step_try "$call $number"
		fi
	done <"$RIG/steps"
	steps_report "$1"
}

# The module's own calls, in an application that strace starts; the helper runs free.
module_test() {
	local call error n
	pam_setup
	while read -r call error; do
		WHOLE=0 DENIED=0 DIED=0 WRONG=()
		for n in 1 2 3; do
			module_try "$call" "$error" "$n"
		done
		steps_report "FLT-03 the module's $call fails with $error"
	done <<-END
		setns EPERM
		setns ENOMEM
		socketpair EMFILE
		pidfd_open EMFILE
		sendmsg EPIPE
		recvmsg ENOMEM
		clone3 EAGAIN
		vfork EAGAIN
		waitid EINTR
		poll EINTR
		ppoll EINTR
		chdir EACCES
	END
}

module_try() {
	local status
	timeout 30 strace -qq -o "$RIG/log/strace" -e trace="$1" -e inject="$1:error=$2:when=$3" \
		pam_driver --cwd-lost loginspace alice "$INSIDE" 2>&1 | cat >"$RIG/driver"
	status=${PIPESTATUS[0]}
	case $status in
	0) WHOLE=$((WHOLE + 1)) ;;
	3) DENIED=$((DENIED + 1)) ;;
	# Not the way in but the way back has failed: close_session must have said so.
	*) grep -q '^close=Cannot' "$RIG/driver" || WRONG+=("call $3: status $status: $(grep -Ev '^(before|after|inside)-' "$RIG/driver" | tr '\n' ' ')") ;;
	esac
	ledger_same_within 5 "$RIG/before" >"$RIG/left" || WRONG+=("call $3: left: $(tr '\n' ' ' <"$RIG/left")")
}

steps_run() {
	if ! strace -qq -e inject=getpid:error=EPERM true 2>/dev/null; then
		skip "FLT-01 FLT-05 every step" "no strace that can inject"
		return
	fi
	ledger_write "$RIG/before"
	if ! steps_list >"$RIG/steps" || [[ ! -s $RIG/steps ]]; then
		not_ok "the helper runs under strace"
		return
	fi
	local COUNT
	COUNT=$(wc -l <"$RIG/steps")
	# Calls that cannot fail, or that come in dozens of one kind, are only killed at.
	local DULL='exit|exit_group|arch_prctl|rt_sigaction|prlimit64|mmap|munmap|mprotect|brk|set_tid_address|set_robust_list|rseq'
	helper_test "FLT-05 SIGKILL at each of the helper's $COUNT steps" signal=KILL
	helper_test "FLT-01 each of the helper's calls fails with EPERM" error=EPERM "$DULL"
	helper_test "FLT-01 each of the helper's calls fails with ENOMEM" error=ENOMEM "$DULL"
	helper_test "FLT-01 each of the helper's calls is interrupted" error=EINTR "$DULL"
	module_test
}
