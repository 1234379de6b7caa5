# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# linger: what becomes of a space after its last login; and the end of a space with several owners.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

# A process in the background of session $1 that ends when ~/end is there.
guest_start() {
	rm -f /home/alice/end
	session_do "$1" 'setsid sh -c "until [ -e ~/end ]; do sleep 0.05; done" >/dev/null 2>&1 </dev/null &'
}

guest_gone() {
	! pgrep -f 'sh -c until \[ -e ~/end \]'
}

# A session that has come and gone, with a guest, so that the space lingers. INIT is its init.
linger_begin() {
	session_start s1 alice
	guest_start s1
	SPACE=$(session_do s1 "$WHERE")
	INIT=$(init_of)
	BEGIN=$(now_ms)
	session_stop s1
	wait_until 5 lingers
}

# What init costs in 3 s: CPU time in clock ticks, and how often it wakes.
idles() { # NAME WAKES
	local ticks wakes
	wait_until 10 rests
	ticks=$(ticks_of "$INIT") wakes=$(wakes_of "$INIT")
	sleep 3
	ticks=$(($(ticks_of "$INIT") - ticks)) wakes=$(($(wakes_of "$INIT") - wakes))
	check "$1 (in 3 s $ticks ticks, $wakes wakes)" test "$ticks" -eq 0 -a "$wakes" -le "$2"
}

# The last of those who have gone are reaped.
rests() {
	local wakes
	wakes=$(wakes_of "$INIT")
	sleep 0.3
	[[ $(wakes_of "$INIT") -eq $wakes ]]
}

ticks_of() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

wakes_of() {
	awk '/^voluntary_ctxt_switches/ { print $2 }' "/proc/$1/status"
}

# Its parent may not have reaped it yet.
ended() {
	! grep -Eqs '^State:[[:space:]]+[^ZX[:space:]]' "/proc/$1/status"
}

tmux_test() {
	local server
	configure 'scope = user' 'linger = processes'
	# Without a person's pauses, tmux takes what is typed for pasted.
	run_as alice "tmux new-session -d -s work 'echo this-is-work; exec cat' \\; set -g assume-paste-time 0"
	check "MUST-3 tmux: the space lingers after the logout" wait_until 5 lingers
	SPACE=$(run_as alice "$WHERE")
	server=$(run_as alice "tmux display-message -p '#{pid}'")
	like "MUST-3 tmux: its server answers the next login" "$server" '^[0-9]+$'
	wait_until 5 lingers
	like "MUST-3 tmux: attached, typed into, detached" "$(TERM=xterm ptyrun -t 15 \
		-e this-is-work -s 'hello\r' -e hello -s '\002d' -e detached -- \
		ssh "${SSH_OPTIONS[@]}" -p $PORT -tt alice@127.0.0.1 'tmux attach -t work; echo status $?' | tr -d '\r')" 'status 0'
	wait_until 5 lingers
	is "MUST-3 tmux: the same server in the same space" \
		"$(run_as alice "tmux display-message -p '#{pid}'; $WHERE" | xargs)" "$server $SPACE"
	INIT=$(init_of)
	run_as alice 'tmux kill-server'
	ends_within "MUST-3 tmux: without its server the space ends with the login" 1000
	nothing_left "MUST-3 tmux"
}

processes_test() {
	configure 'scope = user' 'linger = processes'
	linger_begin
	check "LNG-01 processes: a process keeps the space" not guest_gone
	idles "LNG-01 processes: waiting costs no CPU" 12
	touch /home/alice/end
	ends_within "LNG-01 processes: the end comes within 1 s of that of the last" 1000
	nothing_left "LNG-01 processes"
}

# The last process has a parent outside: init is not told of its end, and has to look.
outside_test() {
	local job
	linger_begin
	"$COMMAND" enter 2001-0 -- sh -c 'touch ~/entered; until [ -e ~/end2 ]; do sleep 0.05; done' </dev/null &
	job=$!
	wait_until 5 test -e /home/alice/entered
	touch /home/alice/end
	wait_until 5 guest_gone
	sleep 0.5
	check "LNG-02 processes: one with a parent outside keeps the space, too" kill -0 "$INIT"
	touch /home/alice/end2
	wait "$job"
	ends_within "LNG-02 processes: and it ends soon after that one" 3000
	rm -f /home/alice/end2 /home/alice/entered
	nothing_left "LNG-02 processes"
}

time_test() {
	configure 'scope = user' 'linger = 60s'
	linger_begin
	idles "LNG-03 60s: waiting costs no CPU" 3
	is "LNG-03 60s: joined again within the time" "$(run_as alice "$WHERE")" "$SPACE"
	is "LNG-03 60s: and again" "$(run_as alice "$WHERE")" "$SPACE"
	is "LNG-03 60s: kill ends it" "$("$COMMAND" kill 2001-0)" "2001-0 ended"
	configure 'scope = user' 'linger = 5s'
	linger_begin
	session_start s1 alice
	is "LNG-03 5s: joined again" "$(session_do s1 "$WHERE")" "$SPACE"
	BEGIN=$(now_ms)
	session_stop s1
	check "LNG-03 5s: a command while it lingers" wait_until 5 lingers
	time_ends "MUST-3 5s: the time starts anew with the last logout"
	linger_begin
	time_ends "MUST-3 5s: ends on time"
	nothing_left "MUST-3 5s"
	is "LNG-03 5s: the next login gets a fresh space" "$(run_as alice "$WHERE" | wc -l)" 1
	wait_until 10 no_space
}

# It has begun to linger between BEGIN and now, and ends 5 to 6.5 s later.
time_ends() { # NAME
	local lingering end
	lingering=$(now_ms)
	wait_until 20 gone "$INIT"
	end=$(now_ms)
	check "$1 (took $((end - BEGIN)) ms, $((end - lingering)) of them looked at)" \
		test "$((end - BEGIN))" -ge 4900 -a "$((end - lingering))" -le 6500
}

forever_test() {
	configure 'scope = user' 'linger = forever'
	linger_begin
	touch /home/alice/end
	wait_until 5 guest_gone
	idles "LNG-04 forever: an empty space stays, and costs no CPU" 3
	is "LNG-04 forever: and is joined" "$(run_as alice "$WHERE")" "$SPACE"
	is "LNG-04 forever: kill ends it" "$("$COMMAND" kill 2001-0)" "2001-0 ended"
	check "LNG-04 forever: and has when it returns" ended "$INIT"
	nothing_left "LNG-04 forever"
	linger_begin
	kill -TERM "$INIT"
	ends_within "LNG-04 forever: SIGTERM to init ends it with a process in it" 1000
	session_start s1 alice
	INIT=$(init_of)
	kill -TERM "$INIT"
	ends_within "LNG-04 forever: and with an owner, too" 1000
	session_stop s1
	nothing_left "LNG-04 forever, SIGTERM"
	linger_begin
	kill -KILL "$INIT"
	check "LNG-04 forever: SIGKILL to init takes all along" wait_until 5 guest_gone
	nothing_left "LNG-04 forever, SIGKILL"
}

# A space that no login has entered does not wait for one: the application dies before it has init's
# socket, when init has started to count (sendmsg number 2), or before that.
never_test() {
	if ! strace -f true 2>/dev/null; then
		skip "LNG-05 a login that fails" "strace does not work here"
		return
	fi
	configure 'scope = user' 'linger = forever'
	service_make slow "$RIG/slow"
	never_entered sendmsg:delay_enter=4000000:when=2 list_is alice '.[0].owners | length' 1
	never_entered mount_setattr:delay_enter=4000000:when=1 grep -qs mount_setattr "$RIG/slow.trace"
}

never_entered() { # INJECTION CMD: until which holds
	wrapper_make slow "$1"
	rm -f "$RIG/slow.trace"
	hold_begin first slow alice :
	check "LNG-05 forever: a login is held up at ${1%%:*}" wait_until 10 "${@:2}"
	kill -KILL "${HOLD_JOB[first]}"
	hold_stop first
	check "LNG-05 forever: it dies, and the space that nobody has entered ends" wait_until 20 no_space
	nothing_left "LNG-05 forever, killed at ${1%%:*}"
}

login_scope_test() {
	configure 'scope = login' 'linger = processes' 'max_spaces = 1'
	linger_begin
	is "LNG-06 scope = login: listed as lingering" \
		"$(list_of alice '.[0] | [.scope, .lingers, .linger, (.owners | length)] | @csv')" '"login",true,"processes",0'
	is "LNG-06 scope = login: enter works" "$("$COMMAND" enter 2001-0 -- sh -c "$WHERE" </dev/null)" "$SPACE"
	log_mark
	like "LNG-06 a space that lingers counts against max_spaces" "$(run_as alice "$WHERE" 2>&1)" refused
	check "LNG-06 and that is the reason" log_has 'denied: user="alice".* step=limit errno=EUSERS'
	configure 'scope = login' 'linger = processes'
	unlike "LNG-06 with scope = login nobody joins it" "$(run_as alice "$WHERE")" "$(cut -d ' ' -f 2 <<<"$SPACE")"
	check "LNG-06 the log tells the new one's number" log_has 'open: user="alice".* space=2001-1 '
	touch /home/alice/end
	ends_within "LNG-06 scope = login: ends with its last process" 1000
	nothing_left "LNG-06 scope = login"
}

# The monitors of three logins at once, by SIGKILL.
owners_killed() { # LINGER
	local name
	configure 'scope = user' "linger = $1"
	for name in s1 s2 s3; do
		session_start "$name" alice
	done
	INIT=$(init_of)
	guest_start s1
	# What sshd has left in the space ends when its monitor is missed; not the guest.
	list_of alice '.[0].owners[].pid' | xargs kill -KILL
}

owners_test() {
	local name
	owners_killed none
	ends_within "MUST-3 kill -9 of all three owners: gone within 1 s" 1000
	check "MUST-3 kill -9 of all three owners: the guest, too" guest_gone
	for name in s1 s2 s3; do
		session_stop "$name"
	done
	nothing_left "MUST-3 kill -9 of all three owners"
	owners_killed processes
	check "LNG-07 kill -9 of all owners, linger = processes: lingers" wait_until 5 lingers
	for name in s1 s2 s3; do
		session_stop "$name"
	done
	check "LNG-07 the guest stays" not guest_gone
	# The loop forks: for a moment it may be there twice.
	check "LNG-07 and a new login meets it" run_as alice "pgrep -f 'until \\[ -e ~/end \\]' >/dev/null"
	touch /home/alice/end
	ends_within "LNG-07 until it ends" 3000
	nothing_left "LNG-07 kill -9 of all owners, linger = processes"
}

configure 'scope = user'
start_sshd
ledger_write "$RIG/before"
log_mark
tmux_test
processes_test
outside_test
time_test
forever_test
never_test
login_scope_test
owners_test
stop_sshd
