# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# What the tests of loginspace enter and try share, beside lib.bash.

COMMAND=$RIG/libexec/loginspace
TRY=("$COMMAND" try --module "$MODULE" --helper "$HELPER")
NAMESPACES='readlink /proc/self/ns/{mnt,pid,net,ipc,uts}'

enter() {
	"$COMMAND" enter "$@"
}

# status_of NAME WANTED CMD ARGS
status_of() {
	local name=$1 want=$2
	shift 2
	"$@" >"$RIG/out" 2>&1 </dev/null
	is "$name" "$?" "$want"
}

# Started in the background and running: what it wrote is in $RIG/out. Sets OUTER.
background() { # CMD ARGS; one of them makes a command that says "ready"
	: >"$RIG/out"
	alone "$@" >>"$RIG/out" 2>&1 </dev/null &
	OUTER=$!
	wait_until 10 grep -q ready "$RIG/out"
}

# Without the pipes of the sessions, which otherwise would not end before it.
alone() {
	local fd
	for fd in "${SESSION_IN[@]}" "${SESSION_OUT[@]}"; do
		exec {fd}>&-
	done
	exec "$@"
}

no_process() {
	! pgrep -f "^$1" >/dev/null
}

