# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What a space costs the others. How init sees who lives in its space: by the space's /proc. For kill(-1)
# the kernel walks through all processes of the host, so an end without need has none. And each lock of
# the registry is one more that the kernel walks along at each login.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

# A session that comes and goes under the eyes of strace, and what COMMAND leaves behind in it.
end_traced() { # COMMAND
	local tracer in
	configure 'scope = user'
	session_start s1 alice
	session_do s1 "$1"
	INIT=$(init_of) in=${SESSION_IN[s1]}
	# Who has this end, too, keeps the session from its end.
	strace -qq -e trace=kill,getdents64 -o "$RIG/end.trace" -p "$INIT" 2>"$RIG/end.errors" {in}>&- &
	tracer=$!
	wait_until 5 grep -q '^TracerPid:.*[1-9]' "/proc/$INIT/status"
	session_stop s1
	wait "$tracer"
}

walks_test() {
	end_traced true
	check "LNG-08 the end of a space looks into its own /proc" grep -q '^getdents64(7' "$RIG/end.trace"
	is "LNG-08 and not at all processes of the host" "$(grep -c '^kill(-1' "$RIG/end.trace")" 0
	end_traced '(trap "" HUP TERM; exec setsid sleep 1000) >/dev/null 2>&1 </dev/null &'
	is "LNG-08 but once, to kill one that does not want to go" "$(grep -c '^kill(-1, SIGKILL' "$RIG/end.trace")" 1
	is "LNG-08 which was asked before" "$(grep -Eo '^kill\([0-9]+, SIG(HUP|TERM|CONT)' "$RIG/end.trace" | sed 's/.*, //' | sort -u | wc -l)" 3
	nothing_left "LNG-08"
}

# hidepid hides the others' processes from everybody but those in the group of the mount, as init is.
hidden_test() {
	configure 'scope = user' 'linger = processes' 'hidepid = yes'
	session_start s1 alice
	session_do s1 'setsid sh -c "until [ -e ~/end ]; do sleep 0.05; done" >/dev/null 2>&1 </dev/null &'
	INIT=$(init_of)
	session_stop s1
	wait_until 5 lingers
	sleep 0.5
	check "LNG-09 hidepid: a process keeps the space" kill -0 "$INIT"
	touch /home/alice/end
	check "LNG-09 hidepid: and its end is seen" wait_until 5 gone "$INIT"
	rm -f /home/alice/end
	configure 'hidepid = yes'
	session_start s1 alice
	session_do s1 '(trap "" HUP TERM; exec setsid sleep 1000) >/dev/null 2>&1 </dev/null &'
	session_stop s1
	nothing_left "LNG-09 hidepid: nobody outlives the login"
}

# locks_are NAME COUNT LINES: those that the init of a space with this configuration holds.
locks_are() {
	local name=$1 count=$2
	shift 2
	configure "$@"
	session_start s1 alice
	is "SCL-01 $name: locks that a space holds" "$(grep -c "POSIX .* $(init_of) " /proc/locks)" "$count"
	session_stop s1
	wait_until 5 no_space
}

configure 'scope = user'
start_sshd
ledger_write "$RIG/before"
log_mark
walks_test
hidden_test
locks_are "scope = login" 1
locks_are "scope = user" 2 'scope = user'
stop_sshd
