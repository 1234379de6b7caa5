# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# The end of a space, whichever way it comes: logout, a killed monitor, a killed init.
#
# packages: strace
. "$SOURCE/tests/rig/lib.bash"
needs_module

# Starts session s and learns its pid namespace, its init and sshd's monitor, as the host sees them.
space_begin() {
	session_start s alice "$@" || not_ok "session starts"
	SPACE=$(session_do s 'readlink /proc/self/ns/pid')
	INIT=$(space_init "$SPACE")
	MONITOR=$(pgrep -f '^sshd.*: alice \[priv\]' | head -n 1)
}

# With a few processes inside that ignore what can be ignored.
crowd_start() {
	session_do s 'nohup sleep 600 >/dev/null 2>&1 &
		setsid sh -c "trap \"\" HUP TERM INT; while :; do sleep 600; done" >/dev/null 2>&1 &
		(setsid sleep 601 >/dev/null 2>&1 &)'
}

space_ends() { # HOW
	local begin took
	begin=$(now_ms)
	# Init is the last of them, and to look at all processes takes longer than they do.
	wait_until 10 gone "$INIT"
	took=$(($(now_ms) - begin))
	check "FLT-05 $1: every process is gone" space_empty "$SPACE"
	check "FLT-05 $1: within 1 s (took $took ms)" test "$took" -lt 1000
	session_stop s
	check "LEAK-01 $1: all else within 5 s" ledger_same_within 5 "$RIG/before"
}

logout_test() {
	space_begin
	session_stop s
	check "logout: nothing left" ledger_same_within 5 "$RIG/before"
	check "logout: the log says so" log_has 'close: space=2001-0'
	space_begin
	crowd_start
	session_do s 'exit 0'
	space_ends "logout with processes in the background"
}

monitor_test() {
	local signal
	for signal in KILL TERM; do
		space_begin
		crowd_start
		kill -$signal "$MONITOR"
		space_ends "SIG$signal to sshd's monitor"
	done
	# A stopped process of the user must not hold up the end.
	space_begin
	session_do s 'sleep 600 & kill -STOP $!'
	kill -KILL "$MONITOR"
	space_ends "SIGKILL to sshd's monitor, a stopped process inside"
}

init_test() {
	space_begin
	crowd_start
	is "FLT-04 PID 1 of the space is found" "$(cat "/proc/$INIT/comm")" loginspace-init
	kill -KILL "$INIT"
	space_ends "SIGKILL to init"
	is "FLT-04 the next login works" "$(run_as alice 'echo fine')" fine
}

# Init dies with the word that the application is inside unread: the first that hears of it is the close.
unread_test() {
	local job
	if ! strace -qq true 2>/dev/null; then
		skip "FLT-04 init killed with a word unread" "no strace"
		return
	fi
	mkfifo "$RIG/unread"
	log_mark
	strace -qq -o /dev/null -e trace=sendmsg -e inject=sendmsg:delay_enter=3000000:when=2 \
		pam_driver --hold --cwd-lost loginspace alice : <"$RIG/unread" >"$RIG/unread.out" 2>&1 &
	job=$!
	exec {HOLD}>"$RIG/unread"
	check "FLT-04 a login is held up before its last word" wait_until 10 pgrep -x loginspace-init
	INIT=$(pgrep -x loginspace-init)
	kill -STOP "$INIT"
	check "FLT-04 and goes on with a stopped init" wait_until 10 grep -q '^hold=now' "$RIG/unread.out"
	kill -KILL "$INIT"
	wait_until 5 gone "$INIT"
	exec {HOLD}>&-
	wait "$job"
	like "FLT-04 init killed with a word unread: the session is closed" "$(log_ours)" ' close: space=2001-0 '
	unlike "FLT-04 and nothing is said to be wrong" "$(log_ours)" ' close: .*errno='
	rm "$RIG/unread"
	check "FLT-04 nothing is left of it" ledger_same_within 5 "$RIG/before"
}

orphans_test() {
	space_begin
	session_do s 'i=0; while [ $i -lt 500 ]; do (sh -c : &); i=$((i + 1)); done'
	check "LEAK-06 500 orphans are reaped" \
		wait_until 5 session_do s '! ps -e -o stat= | grep -q Z'
	session_stop s
	check "LEAK-06 and nothing stays" ledger_same_within 5 "$RIG/before"
}

politeness_test() {
	space_begin
	session_do s 'sh -c "trap \"echo hangup >~/polite; exit\" HUP TERM; echo up >~/polite; while :; do sleep 0.1; done" >/dev/null 2>&1 &
		until grep -q up ~/polite 2>/dev/null; do :; done'
	session_stop s
	check "the end is polite: HUP or TERM comes first" wait_until 5 grep -q hangup /home/alice/polite
	check "and complete" ledger_same_within 5 "$RIG/before"
}

numbers_test() {
	session_start s1 alice
	session_start s2 alice
	is "space numbers: the lowest free one" "$(session_do s1 'echo $LOGINSPACE') $(session_do s2 'echo $LOGINSPACE')" "2001-0 2001-1"
	session_stop s1
	wait_until 5 number_free 2001-0
	session_start s3 alice
	is "space numbers: one that has become free is used again" "$(session_do s3 'echo $LOGINSPACE')" 2001-0
	session_stop s2
	session_stop s3
}

number_free() {
	! find /run/loginspace -name "*$1*" 2>/dev/null | grep -q . && log_has "close: space=$1"
}

# A killed sshd listener leaves the logins that are there alone.
listener_test() {
	space_begin
	stop_sshd
	is "a login outlives the listener" "$(session_do s 'echo alive')" alive
	session_stop s
	start_sshd
	check "and ends by itself" wait_until 5 space_empty "$SPACE"
}

start_sshd
log_mark
ledger_write "$RIG/before"
logout_test
monitor_test
init_test
unread_test
orphans_test
politeness_test
numbers_test
listener_test
stop_sshd
