# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2153
# What the tests of shared, lingering and nested spaces have in common. Sourced after lib.bash.

COMMAND=$RIG/libexec/loginspace
# One line: the five namespaces, seen from inside. For sh, too.
WHERE='echo $(for kind in mnt pid ipc uts net; do readlink /proc/self/ns/$kind; done)'

configure() { # LINES of [default]
	printf '%s\n' '[default]' "$@" >/etc/security/loginspace.conf
}

# list_of USER FILTER: what jq makes of the spaces of USER.
list_of() {
	"$COMMAND" list --json --user "$1" | jq -r "$2"
}

spaces_of() {
	list_of "$1" length
}

# list_is USER FILTER WANTED: for wait_until.
list_is() {
	[[ $(list_of "$1" "$2") == "$3" ]]
}

lingers() {
	list_is alice '.[0].lingers' true
}

no_space() {
	list_is alice length 0
}

init_of() {
	list_of alice '.[0].init_pid'
}

# Of the space whose init is INIT.
ends_within() { # NAME MILLISECONDS
	local took
	took=$(ms_until gone "$INIT")
	check "$1 (took $took ms)" test "${took:-99999}" -lt "$2"
}

nothing_left() { # NAME
	check "$1: nothing is left" ledger_same_within 5 "$RIG/before"
}

not() {
	! "$@"
}

# Milliseconds until CMD holds; fails after 30 s.
ms_until() { # CMD ARGS
	local begin
	begin=$(now_ms)
	wait_until 30 "$@" || return 1
	echo $(($(now_ms) - begin))
}

# service_make NAME WRAPPED: a PAM service whose helper is the program WRAPPED.
service_make() {
	printf '%s\n' 'auth required pam_permit.so' 'account required pam_permit.so' \
		"session required $MODULE any_service helper=$2" >"/etc/pam.d/$1"
}

# wrapper_make NAME INJECTION: a helper under strace, which injects that; the trace is $RIG/NAME.trace.
wrapper_make() {
	local call=${2%%:*}
	cat >"$RIG/$1" <<-END
		#!/bin/sh
		exec /usr/bin/strace -f -qq -o $RIG/$1.trace -e trace=$call -e inject=$2 $HELPER
	END
	chmod 755 "$RIG/$1"
}

# A PAM application that has run CMD inside and stays until hold_stop NAME. What it has printed is in
# $RIG/NAME.out, where hold=now says that it is there.
declare -A HOLD_FD HOLD_JOB

# hold_begin NAME [PAM_DRIVER OPTIONS] SERVICE USER CMD: does not wait for it.
hold_begin() {
	local name=$1 fd
	shift
	rm -f "$RIG/$name.fifo"
	mkfifo "$RIG/$name.fifo"
	hold_exec "$@" <"$RIG/$name.fifo" >"$RIG/$name.out" 2>&1 &
	HOLD_JOB[$name]=$!
	exec {fd}>"$RIG/$name.fifo"
	HOLD_FD[$name]=$fd
}

# It must not hold the pipes of others, or those never end.
hold_exec() {
	local fd
	for fd in "${HOLD_FD[@]}"; do
		exec {fd}>&-
	done
	exec pam_driver --hold "$@"
}

hold_start() {
	hold_begin "$@"
	hold_is_there "$1"
}

hold_is_there() { # NAME
	wait_until 20 grep -q '^hold=now' "$RIG/$1.out"
}

hold_stop() { # NAME
	local fd=${HOLD_FD[$1]}
	exec {fd}>&-
	wait "${HOLD_JOB[$1]}" 2>/dev/null
	unset "HOLD_FD[$1]" "HOLD_JOB[$1]"
}

# What CMD has printed: the lines that are not pam_driver's own.
hold_said() { # NAME
	grep -Ev '^[a-z_-]+=' "$RIG/$1.out"
}
