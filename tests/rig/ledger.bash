# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The ledger of a whole test file: what the rig holds before it and after it. Sourced by
# tests/rig/enter, which is PID 1 there, when LS_LEDGER has the name of the file.
#
# Whatever a test itself has started is ended first: then no owner lives, so each space has to end.
# Our own programs are not ended but waited for.

file_ledger_write() {
	(ledger --all >"$1") # not here: the shell, which is PID 1, would hold fds for it meanwhile
}

# The processes of the tests: in the rig itself, and neither ours nor what ours have started.
tests_own() {
	local pid exe
	for pid in /proc/[0-9]*; do
		pid=${pid#/proc/}
		exe=$(readlink "/proc/$pid/exe") || continue
		[[ $pid -ne 1 && $pid -ne $BASHPID && $pid -ne $LOGSINK ]] || continue
		[[ $exe != "$RIG"/libexec/* && $exe != */pasta* && $exe != */passt* ]] || continue
		! grep -Eq '^NSpid:\s+[0-9]+\s+[0-9]' "/proc/$pid/status" 2>/dev/null || continue
		echo "$pid"
	done
}

# Politely first, so that an sshd closes its sessions. Those that have gone meanwhile are no matter.
tests_end() {
	local signal
	for signal in TERM CONT KILL; do
		# shellcheck disable=SC2046 # numbers
		kill -$signal $(tests_own) 2>/dev/null
		[[ $signal == TERM ]] || continue
		wait_until 2 no_tests_own
	done
}

# A file's own world: network namespaces, and interfaces, of which ours are all called lsN. Objects of System V and queues that
# are ours would show in the ledgers that the files write themselves.
tests_tidy() {
	local name
	ipcrm --all
	find /dev/mqueue -type f -delete 2>/dev/null
	ip -all netns delete 2>/dev/null
	for name in $(interfaces); do
		[[ $name =~ ^ls[0-9]+$ ]] || grep -qx "$name" "$RIG/interfaces" || ip link delete "$name"
	done
} 2>/dev/null

interfaces() {
	ip -o link | sed -E 's/^[0-9]+: ([^:@]+).*/\1/'
}

no_tests_own() {
	[[ -z $(tests_own) ]]
}

# Redirected as in wait_until, as this shell's own fds count, too.
file_ledger_begin() {
	cat /proc/self/mountinfo >"$RIG/mounts"
	interfaces >"$RIG/interfaces"
	file_ledger_write "$RIG/ledger" >/dev/null 2>&1
}

file_ledger_same() {
	file_ledger_write "$RIG/ledger.now"
	cmp -s "$RIG/ledger" "$RIG/ledger.now"
}

file_ledger_end() { # NAME
	tests_end
	tests_tidy >/dev/null
	if wait_until 5 file_ledger_same; then
		ok "LEAK-01 $1: ledger as before"
	else
		not_ok "LEAK-01 $1: ledger as before" "$(diff "$RIG/ledger" "$RIG/ledger.now")" \
			"$(diff "$RIG/mounts" /proc/self/mountinfo)" "$(diff "$RIG/interfaces" <(interfaces))" \
			"$(ps -e -o pid=,ppid=,stat=,args= | head -n 50)"
	fi
}
