# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# A user inside his space waits for whoever comes in: logins that join it, loginspace enter, su and
# sudo. He takes nothing from them. PRV-05.
#
# Environment: LS_ROUNDS, of each kind (8; the long run 500).
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

ROUNDS=${LS_ROUNDS:-8}
JOBS=4

race_begin() {
	session_do s "mkfifo /tmp/race; $RIG/bin/racer $JOBS </tmp/race >/tmp/raced 2>&1 & exec 9>/tmp/race
		until grep -q ready /tmp/raced; do :; done"
}

race_end() {
	session_do s 'exec 9>&-; until grep -q ^tries /tmp/raced; do :; done; grep ^tries /tmp/raced
		grep "^won" /tmp/raced | sort | uniq -c | sort -rn | head -n 9; rm /tmp/race*'
}

value() { # NAME
	sed -n "s/.*\\b$1=\\([0-9]*\\).*/\\1/p" <<<"$OUT"
}

# raced NAME AT-LEAST-SEEN CMD ARGS: so often, while he tries. Whoever was not seen on a busy machine
# comes again.
raced() {
	local name=$1 seen=$2 i turn won=0 tries=0
	shift 2
	FAILED=0 SEEN=0
	for ((turn = 0; turn == 0 || (turn < 10 && SEEN < seen); turn++)); do
		race_begin
		for ((i = 0; i < ROUNDS; i++)); do
			"$@" >/dev/null 2>&1 </dev/null || ((FAILED++))
		done
		OUT=$(race_end)
		won=$((won + $(value won))) tries=$((tries + $(value tries))) SEEN=$((SEEN + $(value seen)))
		grep 'won ' <<<"$OUT" | sed "s/^/# $name: /"
	done
	is "PRV-05 $name: all of them come in" "$FAILED" 0
	is "PRV-05 $name: nothing is taken from them" "$won" 0
	check "PRV-05 $name: he has tried" test "$tries" -ge 100
	check "PRV-05 $name: and has seen them" test "$SEEN" -ge "$seen"
	TRIES=$((TRIES + tries))
}

# What the racer is made to find, it finds.
racer_test() {
	race_begin
	session_do s 'cp /bin/sleep /tmp/other; /tmp/other 1 & wait $!; sleep 1 7</proc/self/ns/net & wait $!'
	OUT=$(race_end)
	like "PRV-05 the racer gets at a process that is open to it" "$OUT" 'won (mem|maps|environ|auxv|pidfd_getfd|process_vm_readv): /tmp/other'
	like "PRV-05 and at its files" "$OUT" 'won fd: net:\['
}

login_joins() {
	run_as alice true
}

enter_joins() {
	local i
	for ((i = 0; i < 5; i++)); do
		"$COMMAND" enter "$ID" -- true || return
	done
}

su_joins() {
	local i
	for ((i = 0; i < 5; i++)); do
		su alice -c true || return
	done
}

su_inside() {
	session_do s 'echo rigsecret | su bob -c true'
}

sudo_inside() {
	session_do s 'sudo -n true; sudo -n -u bob true'
}

configure 'scope = user'
start_sshd
session_start s alice
ID=$(session_do s 'echo $LOGINSPACE')
TRIES=0
racer_test
raced "logins that join" 1 login_joins
raced "su that joins" 0 su_joins
raced "loginspace enter" 1 enter_joins
raced "su inside" 1 su_inside
raced "sudo inside" 1 sudo_inside
check "PRV-05 $TRIES tries are enough" test "$TRIES" -ge 10000
check "PRV-05 the space is whole" session_do s 'grep -qx loginspace-init /proc/1/comm'
session_stop s
stop_sshd
