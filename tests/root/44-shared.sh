# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# scope = user: all logins of a user in one space, from the first to the last. LS_ROUNDS is the number
# of races of each kind (60; the full figure is 500).
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
. "$SOURCE/tests/root/steps.bash"
needs_module

ROUNDS=${LS_ROUNDS:-60}

owners_are() {
	list_is alice '.[0].owners | length' "$1"
}

all_here() {
	[[ $(cat "$RIG"/at-once.* | wc -l) -eq $1 ]]
}

# Connections whose logins begin at the same time; each stays until ~/go is there.
at_once_test() { # COUNT
	local i name="SHR-01 $1 connections at once"
	local -a jobs=()
	for ((i = 0; i < $1; i++)); do
		run_as alice "$WHERE; until [ -e ~/go ]; do sleep 0.05; done" >"$RIG/at-once.$i" &
		jobs+=($!)
	done
	check "$name: all are in" wait_until 20 all_here "$1"
	is "$name: in the same namespaces" "$(sort -u "$RIG"/at-once.* | wc -l)" 1
	is "$name: one space, with as many owners" "$(list_of alice '[length, (.[0].owners | length)] | @csv')" "1,$1"
	touch /home/alice/go
	wait "${jobs[@]}"
	rm -f "$RIG"/at-once.* /home/alice/go
	nothing_left "$name"
}

# As an editor does over ssh: one stays, others come and go and see what it has started.
editor_test() {
	local name
	session_start s1 alice
	SPACE=$(session_do s1 "$WHERE")
	is "SHR-01 all five namespaces are the space's own" \
		"$(tr ' ' '\n' <<<"$SPACE" | grep -cvFf <(readlink /proc/self/ns/*))" 5
	session_do s1 'sleep 631 >/dev/null 2>&1 &'
	session_do s1 "$RIG/bin/nettool tcp-listen 127.0.0.1 8000 'from s1' >/tmp/ready 2>&1 &
		until grep -q ready /tmp/ready; do :; done"
	for name in s2 s3; do
		session_start "$name" alice
		is "ISO-13 a later login is in the same namespaces" "$(session_do "$name" "$WHERE")" "$SPACE"
	done
	check "ISO-13 pgrep sees the process of another login" session_do s2 'pgrep -xf "sleep 631"'
	check "SHR-01 and pkill ends it" session_do s3 'pkill -xf "sleep 631"'
	is "ISO-13 what one listens on, another reaches" \
		"$(session_do s2 "$RIG/bin/nettool tcp-connect 127.0.0.1 8000")" "from s1"
	is "SHR-01 a command over ssh, too" "$(run_as alice "$RIG/bin/nettool tcp-connect 127.0.0.1 8000")" "from s1"
}

# With s1, s2 and s3 as editor_test leaves them.
owners_are_monitors() {
	local monitors
	monitors=$(pgrep -f '^sshd.*: alice \[priv\]' | sort -n | xargs)
	[[ -n $monitors && $(list_of alice '.[0].owners[].pid' | sort -n | xargs) == "$monitors" ]]
}

list_test() {
	# One whose client has just gone may still be there.
	check "SHR-02 list: the owners are sshd's monitors" wait_until 5 owners_are_monitors
	is "SHR-02 list: with what and from where" \
		"$(list_of alice '.[0].owners | map(.service + " " + .rhost) | unique | join(",")')" "sshd 127.0.0.1"
	is "SHR-02 list: one space, of all of them" "$(list_of alice '.[] | [.scope, .lingers, .stale] | @csv')" \
		'"user",false,false'
	session_start other bob
	isnt "SHR-01 bob's login is in a space of his own" "$(session_do other "$WHERE")" "$SPACE"
	session_stop other
}

# A change holds for the next space; who comes meanwhile joins the one that lives.
stale_test() {
	configure 'scope = user' 'max_spaces = 7' 'hostname = changed'
	log_mark
	is "SHR-03 after a change of the configuration a newcomer joins" "$(run_as alice "$WHERE")" "$SPACE"
	check "SHR-03 and the log says join" log_has 'join: user="alice".* space=2001-0 scope=user'
	is "SHR-03 list: the space is stale" "$(list_of alice '.[0].stale')" true
	configure 'scope = login'
	isnt "SHR-03 with scope = login again a newcomer gets a space of its own" "$(run_as alice "$WHERE")" "$SPACE"
	configure 'scope = user'
	is "SHR-03 list: no longer stale when the change is undone" "$(list_of alice '.[0].stale')" false
}

# The first login goes, by a kill: the others stay, and so does what it had started.
killed_test() {
	local monitor
	monitor=$(pgrep -f '^sshd.*: alice \[priv\]' | sort -n | head -n 1)
	session_do s1 'setsid sleep 632 >/dev/null 2>&1 &'
	kill -KILL "$monitor"
	check "SHR-04 a killed monitor is no owner any more" wait_until 2 owners_are 2
	session_stop s1
	is "ISO-13 the first login killed: the others are where they were" "$(session_do s2 "$WHERE") $(session_do s3 "$WHERE")" "$SPACE $SPACE"
	check "SHR-04 with what the first login had started" session_do s3 'pgrep -xf "sleep 632"'
	is "SHR-04 newcomers join" "$(run_as alice "$WHERE")" "$SPACE"
	session_stop s2
	is "ISO-13 the last one is where it was" "$(session_do s3 "$WHERE")" "$SPACE"
}

# With s3 alone.
last_test() {
	local took namespace
	namespace=$(session_do s3 'readlink /proc/self/ns/pid')
	session_stop s3
	took=$(ms_until space_empty "$namespace")
	check "SHR-05 with the last login every process is gone within 1 s (took $took ms)" test "${took:-9999}" -lt 1000
	nothing_left "ISO-13 the last login"
}

master_test() {
	local -a mux=(-o ControlMaster=no -o "ControlPath=$RIG/mux")
	ssh -o ControlMaster=yes -o "ControlPath=$RIG/mux" "${SSH_OPTIONS[@]}" -p "$PORT" -N -f alice@127.0.0.1 2>>"$RIG/log/session"
	SPACE=$(ssh "${mux[@]}" "${SSH_OPTIONS[@]}" -p "$PORT" -n alice@127.0.0.1 "$WHERE")
	is "SHR-01 ControlMaster: a second session of one connection" \
		"$(ssh "${mux[@]}" "${SSH_OPTIONS[@]}" -p "$PORT" -n alice@127.0.0.1 "$WHERE")" "$SPACE"
	is "SHR-01 ControlMaster: and another connection" "$(run_as alice "$WHERE")" "$SPACE"
	# The other connection's owner is its monitor, which ends a little after its client.
	wait_until 5 owners_are 1
	is "SHR-01 ControlMaster: one connection is one owner" "$(list_of alice '.[0].owners | length')" 1
	ssh "${mux[@]}" "${SSH_OPTIONS[@]}" -p "$PORT" -O exit alice@127.0.0.1 2>>"$RIG/log/session"
	nothing_left "SHR-01 ControlMaster"
}

race() { # NAME GAME ROUNDS
	local out status
	# shellcheck disable=SC2086 # a game is several words
	out=$(shared_race $2 "$3" loginspace alice)
	status=$?
	printf '# %s: %s\n' "$1" "$(tail -n 1 <<<"$out")"
	is "$1" "$status $(head -n -1 <<<"$out" | head -n 5)" "0 "
	nothing_left "$1"
}

races_test() {
	race "MUST-2 $ROUNDS rounds of two first logins" 'together 2' "$ROUNDS"
	race "MUST-2 $ROUNDS rounds of join against death" death "$ROUNDS"
	race "MUST-2 rounds of three first logins" 'together 3' $((ROUNDS / 5))
	race "MUST-2 rounds of ten first logins" 'together 10' $((ROUNDS / 10))
	# One space is all that such a user needs.
	configure 'scope = user' 'max_spaces = 1'
	race "SHR-06 max_spaces = 1: rounds of two first logins" 'together 2' "$ROUNDS"
	race "SHR-06 max_spaces = 1: rounds of join against death" death "$ROUNDS"
	configure 'scope = user'
}

# What holds out against HUP and TERM keeps the dying space for its grace: no reason to be denied.
grace_test() {
	configure 'scope = user' 'max_spaces = 1'
	session_start s1 alice
	session_start s2 alice
	is "SHR-06 max_spaces = 1: joining needs no room" "$(session_do s2 "$WHERE")" "$(session_do s1 "$WHERE")"
	session_stop s2
	session_do s1 'setsid sh -c "trap \"\" HUP TERM; while :; do sleep 1; done" >/dev/null 2>&1 &'
	session_stop s1
	is "SHR-06 max_spaces = 1: a login that meets a space in its grace gets in" "$(run_as alice 'echo in')" in
	configure 'scope = user'
	nothing_left "SHR-06 the grace"
}

# The first helper is held up while init sets up; a second login comes meanwhile.
setup_test() {
	if ! strace -f true 2>/dev/null; then
		skip "SHR-07 a login during the set-up" "strace does not work here"
		return
	fi
	service_make slow "$RIG/slow"
	setup_joined
	setup_killed
	setup_abandoned
}

slow_begin() { # INJECTION
	wrapper_make slow "$1"
	rm -f "$RIG/slow.trace"
	hold_begin first slow alice "$WHERE"
	wait_until 10 grep -qs mount_setattr "$RIG/slow.trace"
}

setup_joined() {
	slow_begin mount_setattr:delay_enter=1500000:when=1
	hold_start second loginspace alice "$WHERE"
	check "SHR-07 the login that is held up gets in" hold_is_there first
	is "SHR-07 who comes during the set-up waits for it, and joins" "$(hold_said second)" "$(hold_said first)"
	is "SHR-07 one space with both" "$(list_of alice '[length, (.[0].owners | length)] | @csv')" 1,2
	hold_stop first
	is "SHR-07 and it stays for the one that came" "$(list_of alice '.[0].owners | length')" 1
	hold_stop second
	nothing_left "SHR-07 a login during the set-up"
}

setup_killed() {
	slow_begin mount_setattr:delay_enter=1500000:when=1
	hold_begin second loginspace alice "$WHERE"
	# The first word of a line of strace's is who has made the call.
	kill -KILL "$(grep -m 1 -o '^[0-9]*' "$RIG/slow.trace")"
	hold_is_there second
	like "SHR-07 init dies in its set-up: who waits gets a fresh space" "$(hold_said second)" pid:
	like "SHR-07 and the other is denied" "$(<"$RIG/first.out")" open=System\ error
	hold_stop first
	is "SHR-07 the fresh one stays" "$(list_of alice '.[0].owners | length')" 1
	hold_stop second
	nothing_left "SHR-07 an init that dies in its set-up"
}

setup_abandoned() {
	slow_begin mount_setattr:delay_enter=700000:when=1
	kill -KILL "${HOLD_JOB[first]}"
	wait "${HOLD_JOB[first]}" 2>/dev/null
	hold_start second loginspace alice "$WHERE"
	like "SHR-07 the first login dies in the set-up: who waits gets in" "$(hold_said second)" pid:
	hold_stop first
	is "SHR-07 into one space, its own" "$(list_of alice '[length, (.[0].owners | length)] | @csv')" 1,1
	check "SHR-07 which lives" kill -0 "$(list_of alice '.[0].init_pid')"
	hold_stop second
	nothing_left "SHR-07 a first login that dies in the set-up"
}

# One space takes 256 owners (helper/init/owners.h).
full_test() {
	hold_begin crowd --quiet --jobs 256 loginspace alice :
	check "SHR-08 256 logins in one space" wait_until 60 owners_are 256
	log_mark
	check "SHR-08 one more is denied" not pamtester loginspace alice open_session
	check "SHR-08 with a reason" log_has 'step=shared errno=EUSERS .*as many logins as it takes'
	configure 'scope = user' 'on_error = allow'
	check "SHR-08 one more is denied with on_error = allow, too" not pamtester loginspace alice open_session
	configure 'scope = user'
	check "SHR-08 bob gets in" pamtester loginspace bob open_session close_session
	hold_stop crowd
	nothing_left "SHR-08 a full space"
}

# Who has the user's place, and no door: a PID 1 that is about to end, and cannot.
ending_test() {
	local holder begin
	/usr/bin/python3 -c 'import fcntl, os, signal, struct
fd = os.open("/run/loginspace", os.O_RDONLY)
fcntl.fcntl(fd, fcntl.F_SETLK, struct.pack("hhqqi", fcntl.F_RDLCK, 0, (1 << 49) + 2001, 1, 0))
signal.pause()' &
	holder=$!
	sleep 0.5
	log_mark
	begin=$SECONDS
	check "SHR-09 a space that does not end: denied" not pamtester loginspace alice open_session
	check "SHR-09 in time" test $((SECONDS - begin)) -le 15
	check "SHR-09 with a reason" log_has "step=shared errno=ETIMEDOUT .*the user's space is about to end, and does not"
	kill "$holder"
	wait "$holder"
	check "SHR-09 when it has ended she gets in" pamtester loginspace alice open_session close_session
	nothing_left "SHR-09 a space that does not end"
}

helper_is_there() {
	pgrep -x loginspace-help
}

# The application is killed while its helper is at the door: nobody is left to ask for.
orphan_test() {
	local pid
	if ! strace -qq true 2>/dev/null; then
		skip "SHR-11 the application dies at the door" "no strace"
		return
	fi
	session_start a alice
	helper_strace "-e trace=pidfd_getfd -e inject=pidfd_getfd:delay_exit=1000000:when=1"
	pam_driver --quiet loginspace alice 'sleep 20' >/dev/null 2>&1 &
	pid=$!
	check "SHR-11 a helper is at the door" wait_until 5 helper_is_there
	sleep 0.3
	kill -KILL $pid
	wait $pid 2>/dev/null
	sleep 1
	check "SHR-11 it ends when init has said that its application is dead" wait_until 2 not helper_is_there
	is "SHR-11 and has asked once" "$(grep -c 'pidfd_getfd' "$RIG/log/strace")" 1
	pam_setup
	session_stop a
	nothing_left "SHR-11 an application that dies at the door"
}

# Who makes the registry's folder may have any umask: su keeps that of its caller.
mode_test() {
	rm -rf /run/loginspace
	is "PRV-14 umask 777, the registry is missing: in" "$(pam_driver --quiet --umask 777 loginspace bob true >/dev/null 2>&1; echo $?)" 0
	is "PRV-14 umask 777: the registry is whole" "$(stat -c %a /run/loginspace)" 700
	is "PRV-14 umask 777: the next one is in" "$(pam_driver --quiet loginspace alice true >/dev/null 2>&1; echo $?)" 0
	wait_until 5 list_is bob length 0
	chmod 0 /run/loginspace
	is "PRV-14 a registry that root may not read: in" "$(pam_driver --quiet loginspace alice true >/dev/null 2>&1; echo $?)" 0
	is "PRV-14 it is mended" "$(stat -c %a /run/loginspace)" 700
	nothing_left "PRV-14 a strange registry"
}

# The init of alice's space 2001-0, of another version: to each knock it answers what nobody here knows.
foreign_init() {
	exec /usr/bin/python3 -c 'import array, fcntl, os, signal, socket, struct
folder = fcntl.fcntl(os.open("/run/loginspace", os.O_RDONLY), fcntl.F_DUPFD, 30)
for byte in 2001 << 16, (1 << 49) + 2001:
    fcntl.fcntl(folder, fcntl.F_SETLK, struct.pack("hhqqi", fcntl.F_RDLCK, 0, byte, 1, 0))
inner, outer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
inner = socket.socket(fileno=fcntl.fcntl(inner, fcntl.F_DUPFD, 40))
os.dup2(fcntl.fcntl(outer, fcntl.F_DUPFD, 40), 5)
print("ready", flush=True)
while True:
    fds = socket.recv_fds(inner, 65536, 4)[1]
    os.write(fds[-1], b"?")
    for fd in fds:
        os.close(fd)'
}

foreign_denied() { # WHAT LINES of [default]
	configure 'scope = user' "${@:2}"
	log_mark
	check "SHR-10 with $1: denied" not pamtester loginspace alice open_session
	check "SHR-10 with $1: the log says why, and what ends it" \
		log_has "step=shared errno=EPROTO .*of another version of loginspace.* $1 .*\`loginspace kill 2001-0\` ends it"
}

# From before an upgrade.
foreign_test() {
	local init
	foreign_init >"$RIG/foreign" &
	init=$!
	wait_until 5 grep -q ready "$RIG/foreign"
	hold_start own loginspace alice "$WHERE"
	like "SHR-10 beside a space of another version a login has one of its own" "$(hold_said own)" pid:
	is "SHR-10 for itself" "$(list_of alice '.[] | select(.id == "2001-1").scope')" login
	hold_stop own
	foreign_denied 'the root_overlay' "root_overlay = $RIG/kept"
	foreign_denied 'the interface' 'network = device:eth9'
	foreign_denied 'the ports' 'network = pasta' 'publish = 7330:7100'
	"$COMMAND" kill 2001-0 >/dev/null
	wait "$init"
	configure 'scope = user'
	check "SHR-10 when it has ended she gets in" pamtester loginspace alice open_session close_session
	nothing_left "SHR-10 a space of another version"
}

configure 'scope = user'
start_sshd
ledger_write "$RIG/before"
log_mark
at_once_test 3
at_once_test 10
editor_test
list_test
stale_test
killed_test
last_test
master_test
races_test
grace_test
mode_test
setup_test
full_test
ending_test
orphan_test
foreign_test
stop_sshd
