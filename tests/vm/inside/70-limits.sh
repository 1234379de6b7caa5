# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# memory_max, tasks_max and cpu_max, with systemd and without: what holds, what a fork bomb, a hog of memory
# and one of CPU do to others, what is left behind. Lines with # are what others felt, in figures.
. "$SOURCE/tests/vm/inside.bash"

MIB=1048576
GROUPS_ROOT=/sys/fs/cgroup
OWN=$GROUPS_ROOT/loginspace
LIMITS=('memory_max = 160m' 'tasks_max = 60' 'cpu_max = 100%')
HOG="perl -e '\$x = qq(a) x (600 << 20); sleep 60'"
BOMB='b() { b | b & b; }; b'

limit_alice() { # LINES...
	configure '[match user=alice]' "${LIMITS[@]}" "$@"
}

# --- looking -------------------------------------------------------------------------------------

group_of() { # PID
	sed -n 's/^0:://p' "/proc/$1/cgroup"
}

shell_of_session() { # NAME: its bash, as the host numbers it
	local inner space
	inner=$(session_do "$1" 'echo $$') space=$(session_do "$1" 'readlink /proc/self/ns/pid')
	for pid in $(pgrep -x bash); do
		[[ $(readlink "/proc/$pid/ns/pid") == "$space" && $(awk '/^NSpid:/ { print $NF }' "/proc/$pid/status") == "$inner" ]] &&
			echo "$pid"
	done
}

limits_at() { # GROUP
	(cd "$GROUPS_ROOT$1" && cat memory.max memory.swap.max pids.max cpu.max 2>/dev/null) | xargs
}

WANTED="$((160 * MIB)) 0 60 100000 100000"
NONE="max max max max 100000"

# A guest without swap accounting has no memory.swap.max.
[[ -e $GROUPS_ROOT/init.scope/memory.swap.max ]] || WANTED=${WANTED/ 0 / } NONE=${NONE#max }

event() { # GROUP NAME
	awk -v name="$2" '$1 == name { print $2 }' "$GROUPS_ROOT$1/memory.events"
}

# One whom no test takes up.
carol_make() {
	useradd -m -s /bin/bash carol
	cp -a /home/bob/.ssh /home/carol/
	chown -R carol: /home/carol/.ssh
}

# What others feel: a login of bob's over ssh, and a program that the host starts.
bob_ms() {
	local begin
	begin=$(now_ms)
	[[ $(timeout 60 ssh "${SSH_OPTIONS[@]}" -n -p $PORT bob@127.0.0.1 'cat /proc/1/comm') == loginspace-init ]] || return 1
	echo $(($(now_ms) - begin))
}

median3() {
	sort -n | sed -n 2p
}

felt_login() {
	for _ in 1 2 3; do
		bob_ms || echo 60000
	done | median3
}

felt_host() { # 20 programs, milliseconds
	local begin
	begin=$(now_ms)
	for _ in {1..20}; do
		/bin/true
	done
	echo $(($(now_ms) - begin))
}

felt_quiet() {
	QUIET_LOGIN=$(felt_login) QUIET_HOST=$(felt_host)
	printf '# nobody else: a login of bob'"'"'s %d ms, 20 programs of the host %d ms\n' "$QUIET_LOGIN" "$QUIET_HOST"
}

# felt ID WHAT: now, while alice is at it. Wide margins: it is an emulated machine.
felt() {
	local login host
	login=$(felt_login) host=$(felt_host)
	printf '# %s: a login of bob'"'"'s %d ms, 20 programs of the host %d ms; %d MiB are available\n' "$2" "$login" "$host" \
		$(($(awk '/^MemAvailable/ { print $2 }' /proc/meminfo) / 1024))
	check "$1 $2: others log in, in at most ten times the time" test "$login" -le $((10 * QUIET_LOGIN))
	check "$1 $2: the host's programs, too" test "$host" -le $((10 * QUIET_HOST + 500))
}

others_live() { # ID WHAT
	is "$1 $2: bob's login is still there" "$(session_do bob 'echo here')" here
	is "$1 $2: the system runs" "$(system_state)" running
}

ended() { # ID WHAT
	session_stop a
	check "$1 $2: the space has ended" wait_until 30 space_gone "$ALICE-"
	check "$1 $2: no process of alice's is left" wait_until 30 not pgrep -u alice -x 'perl|sleep|bash|dd'
}

space_gone() {
	! loginspace list --ids | grep -q "^$1"
}

# --- what an attack does, whatever keeps the limits ------------------------------------------------------

# bomb ID GROUP: a fork bomb in session a.
bomb() {
	local most=0 now i
	echo "$BOMB" | session_write a
	sleep 2
	felt "$1" "a fork bomb"
	for ((i = 0; i < 20; i++)); do
		now=$(cat "$GROUPS_ROOT$2/pids.current")
		[[ $now -le $most ]] || most=$now
		sleep 0.1
	done
	printf '# a fork bomb: at most %d tasks of 60; refused %s times\n' "$most" "$(awk '/^max/ { print $2 }' "$GROUPS_ROOT$2/pids.events")"
	check "$1 a fork bomb: it meets the limit" test "$most" -ge 50
	check "$1 a fork bomb: and stays within" test "$most" -le 60
	others_live "$1" "a fork bomb"
	check "$1 a fork bomb: loginspace kill ends it" timeout 60 loginspace kill alice
	ended "$1" "a fork bomb"
}

# For what never answers.
session_write() {
	cat >&"${SESSION_IN[$1]}"
}

hog() { # ID GROUP
	local status before
	before=$(event "$2" oom_kill)
	session_do a "$HOG" >/dev/null
	status=$?
	printf '# a hog of memory: killed %d times, at most %s of 160 MiB\n' $(($(event "$2" oom_kill) - before)) \
		"$(($(cat "$GROUPS_ROOT$2/memory.peak" 2>/dev/null || echo 0) / MIB))"
	is "$1 a hog of memory: it is killed" "$status" 137
	check "$1 a hog of memory: by the limit" test "$(event "$2" oom_kill)" -gt "$before"
	is "$1 a hog of memory: alice's login goes on" "$(session_do a 'echo here')" here
	others_live "$1" "a hog of memory"
}

hog_while_felt() { # ID
	echo "while :; do $HOG; done" | session_write a
	sleep 2
	felt "$1" "a hog of memory, again and again"
	check "$1 a hog of memory: loginspace kill ends it" timeout 60 loginspace kill alice
	ended "$1" "a hog of memory"
}

spin() { # ID GROUP
	local before after ms begin
	echo 'for i in 1 2 3; do while :; do :; done & done; wait' | session_write a
	sleep 1
	before=$(awk '/^usage_usec/ { print $2 }' "$GROUPS_ROOT$2/cpu.stat") begin=$(now_ms)
	felt "$1" "three busy loops"
	after=$(awk '/^usage_usec/ { print $2 }' "$GROUPS_ROOT$2/cpu.stat") ms=$(($(now_ms) - begin))
	printf '# three busy loops: %d%% of a CPU, of 100%%\n' $(((after - before) / 10 / ms))
	check "$1 three busy loops: have one CPU of two" test $(((after - before) / 10 / ms)) -le 105
	check "$1 three busy loops: loginspace kill ends them" timeout 60 loginspace kill alice
	ended "$1" "three busy loops"
}

# --- with systemd: the session's scope ----------------------------------------------------------------

login() { # ID: session a, its GROUP
	check "$1 alice logs in" alice_in
	GROUP=$(group_of "$(shell_of_session a)")
}

held_test() {
	local scope
	login VM-70
	scope=${GROUP##*/}
	like "VM-70 over ssh, the scope is logind's" "$GROUP" "^/user.slice/user-$ALICE.slice/session-[0-9a-z]+\.scope\$"
	isolates is "VM-70 the kernel has the limits there" "$(limits_at "$GROUP")" "$WANTED"
	isolates is "VM-70 systemd has them, too" \
		"$(systemctl show "$scope" -p MemoryMax -p TasksMax -p CPUQuotaPerSecUSec | sort | xargs)" \
		"CPUQuotaPerSecUSec=1s MemoryMax=$((160 * MIB)) TasksMax=60"
	isolates is "VM-70 alice can read them" "$(session_do a "cat $GROUPS_ROOT$GROUP/pids.max")" 60
}

session_test() {
	local scope=${GROUP##*/}
	isnt "VM-70 but not change them" "$(session_do a "echo max >$GROUPS_ROOT$GROUP/pids.max; echo \$?")" 0
	is "VM-70 PID 1 is in there" "$(group_of "$(init_of "$ALICE-0")")" "$GROUP"
	is "VM-70 and spared when memory is short" "$(cat "/proc/$(init_of "$ALICE-0")/oom_score_adj")" -1000
	is "VM-70 the shell is not" "$(session_do a 'cat /proc/self/oom_score_adj')" 0
	is "VM-70 bob, in no such section, has none" "$(limits_at "$(group_of "$(shell_of_session bob)")")" "$NONE"
	isnt "VM-70 nor is his PID 1 spared" "$(cat "/proc/$(init_of "$BOB-0")/oom_score_adj")" -1000
	is "VM-70 su inside stays within" "$(session_do a "sudo -n su bob -c 'cat /proc/1/comm; cat /proc/self/cgroup'" | tail -n 2 | sed 's/^0:://' | xargs)" \
		"loginspace-init $GROUP"
	hog VM-72 "$GROUP"
	session_stop a
	check "VM-70 logout: the session goes" wait_until 30 no_session_of alice
	check "VM-70 logout: and its scope" wait_until 30 not systemctl -q is-active "$scope"
	is "VM-70 logout: no file of systemd's is left" "$(find /run/systemd -path "*$scope*")" ""
	is "VM-70 logout: no group, either" "$(find $GROUPS_ROOT -name "$scope")" ""
}

# Where all is emulated the first answer may be late.
alice_in() {
	session_start a alice || [[ $(session_do a echo here) == *here ]]
}

init_of() { # ID
	loginspace show "$1" --json | tr -d ' \n' | sed -n 's/.*"init_pid":\([0-9]*\).*/\1/p'
}

attacks_test() {
	felt_quiet
	login VM-71
	bomb VM-71 "$GROUP"
	felt_quiet
	login VM-72
	hog_while_felt VM-72
	felt_quiet
	login VM-73
	spin VM-73 "$GROUP"
}

# What is written to /tmp is memory, which no kill gives back.
tmp_killed() {
	journalctl -kq -o cat --since "$since" | grep -q 'Memory cgroup out of memory: Killed process'
}

tmpfs_test() {
	local since
	login VM-74
	since=$(date '+%F %T')
	echo 'dd if=/dev/zero of=/tmp/fill bs=1M count=600 2>/dev/null; echo done' | session_write a
	wait_until 30 tmp_killed
	printf '# /tmp filled: the kernel has killed %s; the login %s\n' \
		"$(journalctl -kq -o cat --since "$since" | sed -n 's/^Memory cgroup out of memory: Killed process [0-9]* (\([^)]*\)).*/\1/p' | xargs)" \
		"$(space_gone "$ALICE-" && echo is gone || echo goes on)"
	felt VM-74 "/tmp filled"
	others_live VM-74 "/tmp filled"
	loginspace kill alice >/dev/null 2>&1
	ended VM-74 "/tmp filled"
}

# Not spared by now, and the worst of all: the kernel takes PID 1.
init_killed_test() {
	local init
	login VM-74
	init=$(init_of "$ALICE-0")
	session_do a 'setsid nohup sleep 1000 >/dev/null 2>&1 & :'
	echo 1000 >"/proc/$init/oom_score_adj"
	# No one of them is as bad as that.
	echo "for i in 1 2 3 4 5; do ${HOG/600/50} & done; wait" | session_write a
	check "VM-74 PID 1 killed for memory: it is the one" wait_until 60 gone "$init"
	check "VM-74 PID 1 killed for memory: all of the space goes with it" wait_until 20 not pgrep -u alice -x 'sleep|perl|bash'
	others_live VM-74 "PID 1 killed for memory"
	ended VM-74 "PID 1 killed for memory"
}

# --- /run ------------------------------------------------------------------------------------------

FILL=/run/filled-by-the-test

# Whether systemd can still do it, with no room for its notes, differs. What must not be is a login that
# has none.
full_test() {
	local memory
	memory=$(run_as alice 'cat "/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/memory.max"' 2>/dev/null)
	if [[ -n $memory ]]; then
		is "VM-76 the host's /run is full: alice is in with her limits" "$memory" $((160 << 20))
	else
		like "VM-76 the host's /run is full: alice is denied, and the journal says why" "$(denied_line)" \
			'step=resources .*systemd sets no limits'
	fi
}

run_test() {
	# bob, as alice's own /run/user would be her memory.
	run_as bob 'for d in $(find /run -type d -writable 2>/dev/null); do head -c 2G /dev/zero >$d/fill 2>/dev/null; done'
	printf '# bob has filled what of /run he may write to (%s): %s of the host'"'"'s /run are free\n' \
		"$(find /run -name fill -printf '%h ')" "$(df -h --output=avail /run | tail -n 1 | xargs)"
	check "VM-76 bob has filled what he may of /run: others log in" run_as alice true
	check "VM-76 bob has filled what he may of /run: he, too" bob_ms
	find /run -name fill -delete
	wait_until 30 no_session_of alice
	head -c 2G /dev/zero >$FILL 2>/dev/null
	is "VM-76 the host's /run is full" "$(df --output=avail /run | tail -n 1 | xargs)" 0
	check "VM-76 the host's /run is full: who has no limits logs in" bob_ms
	full_test
	rm -f $FILL
	check "VM-76 the host's /run is emptied: alice logs in" run_as alice true
	wait_until 30 no_session_of alice
	is "VM-76 the system runs" "$(system_state)" running
}

# --- with systemd: a scope of our own -------------------------------------------------------------------

own_scopes() {
	systemctl list-units --all --no-legend 'loginspace-*.scope' | wc -l
}

no_own_scope() {
	[[ $(own_scopes) -eq 0 && -z $(find /run/systemd -name 'loginspace-*') ]]
}

su_test() {
	local out
	out=$(su - alice -c 'cat /proc/self/cgroup' 2>&1 | sed -n 's/^0:://p')
	like "VM-77 su on the host: a scope of its own in alice's slice" "$out" \
		"^/user.slice/user-$ALICE.slice/loginspace-$ALICE-[0-9]+-[0-9]+\.scope\$"
	check "VM-77 su on the host: nothing is left of it" wait_until 20 no_own_scope
	su - alice -c "$HOG" >/dev/null 2>&1
	isnt "VM-77 su on the host: a hog of memory is killed" $? 0
	is "VM-77 su on the host: the limits of the scope" \
		"$(su - alice -c "cd $GROUPS_ROOT\$(sed -n s/^0:://p /proc/self/cgroup) && cat memory.max pids.max cpu.max" 2>/dev/null | xargs)" \
		"$((160 * MIB)) 60 100000 100000"
	is "VM-77 loginspace try, too" \
		"$(loginspace try alice -- sh -c "cat $GROUPS_ROOT\$(sed -n s/^0:://p /proc/self/cgroup)/pids.max" 2>/dev/null)" 60
	check "VM-77 nothing is left" wait_until 20 no_own_scope
	is "VM-77 the caller is where he was" "$(group_of $$)" "$HERE_GROUP"
}

# --- with systemd: all logins of a user ----------------------------------------------------------------

slice_test() {
	local slice=/user.slice/user-$ALICE.slice first second
	limit_alice 'scope = user'
	login VM-78
	first=$GROUP
	check "VM-78 scope = user: a second login" session_start b alice
	second=$(group_of "$(shell_of_session b)")
	isnt "VM-78 scope = user: each has its session of logind's" "$first" "$second"
	like "VM-78 scope = user: both are in the slice" "$first $second" "^$slice/session-.* $slice/session-"
	is "VM-78 scope = user: and that has the limits" "$(limits_at "$slice")" "$WANTED"
	is "VM-78 scope = user: su on the host comes under it" \
		"$(su - alice -c 'cat /proc/self/cgroup' 2>/dev/null | sed -n "s,^0::$slice/loginspace-.*,yes,p")" yes
	session_do b "$HOG" >/dev/null
	is "VM-78 scope = user: a hog is killed" $? 137
	is "VM-78 scope = user: the other login goes on" "$(session_do a 'echo here')" here
	session_stop a
	session_stop b
	check "VM-78 scope = user: all sessions go" wait_until 30 no_session_of alice
	limit_alice
	slice_reset
}

# It stays until the machine is started anew, as loginspace.conf(5) says.
slice_reset() {
	systemctl set-property --runtime "user-$ALICE.slice" MemoryMax=infinity MemorySwapMax=infinity TasksMax=infinity CPUQuota=
	rm -rf "/run/systemd/system.control/user-$ALICE.slice.d"
	systemctl daemon-reload
}

# --- systemd, asked by users ----------------------------------------------------------------------------

MANAGER='org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager'

# attached [--user] UNIT PATH: what alice, in her session a, can make of a process of hers: prints the group
# that it is in then.
attached() {
	local pid bus=
	if [[ $1 == --user ]]; then
		bus=--user
		shift
	fi
	session_do a 'setsid nohup sleep 1000 >/dev/null 2>&1 & :'
	wait_until 30 pgrep -u alice -fx 'sleep 1000'
	pid=$(pgrep -n -u alice -fx 'sleep 1000')
	session_do a "busctl $bus call $MANAGER AttachProcessesToUnit ssau $1 '$2' 1 $pid" >$RIG/said 2>&1
	group_of "$pid"
	kill "$pid"
}

attach_test() {
	local slice=/user.slice/user-$ALICE.slice own=user@$ALICE.service
	login VM-82
	is "VM-82 scope = login: what systemd moves at her wish has left the limits" \
		"$(attached "$own" /init.scope)" "$slice/$own/init.scope"
	isnt "VM-82 not at hers: a process of bob's" \
		"$(session_do a "busctl call $MANAGER AttachProcessesToUnit ssau $own /init.scope 1 $BOB_SHELL >/dev/null 2>&1; echo \$?")" 0
	like "VM-82 which stays where it was" "$(group_of "$BOB_SHELL")" "^/user.slice/user-$BOB.slice/session-"
	isnt "VM-82 nor what is hers into bob's" \
		"$(session_do a "busctl call $MANAGER AttachProcessesToUnit ssau user@$BOB.service /init.scope 1 $(shell_of_session a) >/dev/null 2>&1; echo \$?")" 0
	isnt "VM-82 nor other limits for her scope" \
		"$(session_do a "busctl call $MANAGER SetUnitProperties 'sba(sv)' ${GROUP##*/} true 1 TasksMax t 5000 >/dev/null 2>&1; echo \$?")" 0
	is "VM-82 user_bus = hide: her own systemd cannot be asked" "$(attached --user init.scope /)" "$GROUP"
	is "VM-82 the limits are as they were" "$(limits_at "$GROUP")" "$WANTED"
	session_stop a
	attach_closed_test "$slice"
	check "VM-82 all sessions go" wait_until 30 no_session_of alice
	limit_alice
}

attach_closed_test() { # SLICE
	local own=user@$ALICE.service
	limit_alice 'system_bus = hide'
	login VM-82
	is "VM-82 system_bus = hide: systemd cannot be asked" "$(attached "$own" /init.scope)" "$GROUP"
	session_stop a
	limit_alice 'user_bus = keep' 'system_bus = hide'
	login VM-82
	session_do a 'systemd-run --user -q --wait --unit=apart -p Delegate=yes tail -f /dev/null >/dev/null 2>&1 & :'
	wait_until 60 pgrep -u alice -fx 'tail -f /dev/null'
	like "VM-82 user_bus = keep: her own systemd has it moved, or starts it outside" "$(attached --user apart.service '')" \
		"^$1/$own/app.slice/apart.service\$"
	session_stop a
	systemctl stop "$own"
	limit_alice 'scope = user'
	login VM-82
	is "VM-82 scope = user: it comes to the same limits" "$(attached "$own" /init.scope) $(limits_at "$1")" \
		"$1/$own/init.scope $WANTED"
	session_stop a
	slice_reset
}

# flood KIND: bob's, in a space.
flood_start() {
	echo "/usr/local/bin/busflood $1 600 >/dev/null 2>&1 & echo \$! >/home/bob/flood" | session_write bob
	wait_until 20 test -s /home/bob/flood
	sleep 5
}

flood_stop() {
	session_do bob 'kill $(cat flood); wait; rm flood'
}

seconds_of() { # USER: a login, or 600
	local begin
	begin=$(now_ms)
	if timeout 300 ssh "${SSH_OPTIONS[@]}" -n -p $PORT "$1@127.0.0.1" true; then
		echo $((($(now_ms) - begin) / 1000))
	else
		echo 600
	fi
}

# With what she is to have, or not at all.
flood_login() { # KIND
	local tasks begin line
	begin=$(date +%s)
	# On a login that pam_motd greets, the last line.
	tasks=$(timeout 300 ssh "${SSH_OPTIONS[@]}" -n -p $PORT alice@127.0.0.1 \
		'cat "/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/pids.max"' 2>/dev/null | tail -n 1)
	journalctl --sync
	line=$(journalctl -q -n 1 -o cat --since "@$begin" LOGINSPACE_EVENT=denied LOGINSPACE_SERVICE=sshd)
	if [[ -z $line ]]; then
		printf '# the bus is flooded, %s: alice is in\n' "$1"
		is "VM-83 the bus is flooded, $1: alice is in with her limits" "$tasks" 60
		return
	fi
	printf '# the bus is flooded, %s: %s\n' "$1" "$line"
	unlike "VM-83 the bus is flooded, $1: alice is denied" "$tasks" '^[0-9]|max'
	like "VM-83 the bus is flooded, $1: and the journal says why" "$line" 'step=resources .*detail=".*systemd'
	check "VM-83 the bus is flooded, $1: in time" test "$(sed -n 's/.* ms=\([0-9]*\).*/\1/p' <<<"$line")" -le 11000
}

flood_test() {
	local kind root other
	install -m 755 "$SOURCE/tests/vm/busflood" /usr/local/bin/
	for kind in whole calls half; do
		flood_start $kind
		flood_login $kind
		other=$(seconds_of carol) root=$(seconds_of root)
		printf '# the bus is flooded, %s: carol, without limits, is in within %d s, root within %d s\n' $kind "$other" "$root"
		check "VM-83 the bus is flooded, $kind: carol, without limits, logs in" test "$other" -lt 300
		check "VM-83 the bus is flooded, $kind: root, too" test "$root" -lt 300
		flood_stop
		check "VM-83 the flood is over: alice logs in" wait_until 60 run_as alice true
		wait_until 60 no_session_of alice
	done
	is "VM-83 no other limits are left" "$(own_scopes)" 0
	rm -f /usr/local/bin/busflood
}

# --- what goes wrong denies -----------------------------------------------------------------------------

# apart COMMANDS...: an sshd in a mount namespace of its own, after COMMANDS; on port 2222.
apart_start() {
	mkdir -p /run/sshd
	unshare -m bash -c "$1; exec /usr/sbin/sshd -D -p 2222 -o PidFile=none" 2>/dev/null &
	APART=$!
	PORT=2222
	wait_until 20 port_answers
}

port_answers() {
	(: </dev/tcp/127.0.0.1/2222) 2>/dev/null
}

apart_stop() {
	kill $APART
	wait $APART 2>/dev/null
	PORT=22
}

denied_line() { # [SERVICE]
	journalctl --sync
	journalctl -q -n 1 -o cat LOGINSPACE_EVENT=denied LOGINSPACE_SERVICE="${1-sshd}"
}

# refused ID WHAT REGEX: within the ten seconds that the module waits.
refused() {
	local out
	out=$(run_as alice 'echo in' 2>&1)
	unlike "$1 $2: alice is denied" "$out" '(^|\n)in'
	like "$1 $2: and the journal says why" "$(denied_line)" "step=resources .*$3"
	check "$1 $2: in time" test "$(denied_line | sed -n 's/.* ms=\([0-9]*\).*/\1/p')" -le 11000
	check "$1 $2: nothing is left" wait_until 30 all_gone
	check "$1 $2: bob, who has no limits, logs in" bob_ms
}

all_gone() {
	space_gone "$ALICE-" && no_own_scope && [[ -z $(find $OWN -mindepth 1 -name "$ALICE*" 2>/dev/null) ]]
}

failures_test() {
	printf '#!/bin/sh\nexec sleep 100\n' >/root/slow
	chmod 755 /root/slow
	apart_start 'mount --bind /bin/false /usr/bin/busctl'
	refused VM-75 "systemd refuses" 'systemd sets no limits'
	apart_stop
	apart_start 'mount --bind /root/slow /usr/bin/busctl'
	refused VM-75 "systemd does not answer" 'systemd does not answer'
	apart_stop
	# Started from a session of root's it gives alice none of her own: a scope would be made.
	apart_start 'mount --bind /bin/true /usr/bin/busctl'
	refused VM-75 "systemd only says that it has made a scope" \
		'systemd was asked, but the login does not come into its scope in time'
	apart_stop
	mount --bind /bin/true /usr/bin/busctl
	refused VM-75 "systemd only says that it has set limits" 'systemd was asked, but the limits do not hold in time'
	umount /usr/bin/busctl
	unlike "VM-75 another PID namespace: alice is denied" \
		"$(unshare --fork --pid --mount-proc su - alice -c 'echo in' 2>&1)" '(^|\n)in'
	like "VM-75 another PID namespace: and the journal says why" "$(denied_line su-l)" \
		'step=resources .*systemd runs, but not as PID 1 of this PID namespace'
	apart_start 'mount -t tmpfs none /sys/fs/cgroup'
	refused VM-75 "no cgroup v2" 'memory_max needs cgroup v2 with the memory controller'
	apart_stop
}

# --- without systemd ------------------------------------------------------------------------------------

# Where the module finds none: the groups are our own.
without_test() {
	mkdir -p /root/journal
	# All of systemd's but the journal, in which the module's lines are looked for.
	apart_start 'mount --bind /run/systemd/journal /root/journal && mount -t tmpfs none /run/systemd &&
		mkdir /run/systemd/journal && mount --move /root/journal /run/systemd/journal'
	limit_alice
	without_group_test
	without_attacks_test
	without_end_test
	without_shared_test
	without_userns_test
	limit_alice 'namespaces = mount pid ipc uts net cgroup'
	refused VM-79 "without systemd, cgroup among the namespaces" 'cgroup among the namespaces goes with limits only where systemd runs'
	limit_alice
	apart_stop
	check "VM-79 without systemd: in the end only the folders are there" wait_until 10 only_folders
	rmdir $OWN/init $OWN
}

only_folders() {
	[[ $(find $OWN -mindepth 1 -type d) == "$OWN/init" ]]
}

without_group_test() {
	login VM-79
	is "VM-79 without systemd: the group is ours" "$GROUP" "/loginspace/$ALICE-0"
	is "VM-79 without systemd: it has the limits" "$(limits_at "$GROUP")" "$WANTED"
	is "VM-79 without systemd: alice can read them" "$(session_do a "cat $GROUPS_ROOT$GROUP/pids.max")" 60
	is "VM-79 without systemd: PID 1 is not in there" "$(group_of "$(init_of "$ALICE-0")")" /loginspace/init
	is "VM-79 without systemd: but spared, too" "$(cat "/proc/$(init_of "$ALICE-0")/oom_score_adj")" -1000
	unlike "VM-79 without systemd: bob's login has no group" "$(group_of "$(shell_of_session bob)")" loginspace
	is "VM-79 without systemd: what PID 1 has open of it leads to the groups of spaces alone" \
		"$(session_do a "sudo -n ls /proc/1/fd/100/../ | grep -v '[.]' | xargs")" "$ALICE-0 init"
	hog VM-79 "$GROUP"
	is "VM-79 without systemd: su inside stays within" "$(session_do a "sudo -n su bob -c 'cat /proc/self/cgroup'" | tail -n 1)" "0::$GROUP"
	session_stop a
	check "VM-79 without systemd: logout removes it" wait_until 10 only_folders
}

without_attacks_test() {
	felt_quiet
	login VM-79
	bomb VM-79 "$GROUP"
	felt_quiet
	login VM-79
	spin VM-79 "$GROUP"
}

# PID 1 cannot tidy up after a SIGKILL; the next login does.
without_end_test() {
	login VM-79
	kill -9 "$(init_of "$ALICE-0")"
	session_stop a
	check "VM-79 without systemd, PID 1 killed: the group is left" test -d "$OWN/$ALICE-0"
	mkdir "$OWN/$ALICE-7"
	login VM-79
	check "VM-79 without systemd: the next login removes what is left" test ! -e "$OWN/$ALICE-7"
	session_stop a
	check "VM-79 without systemd: and its own" wait_until 10 only_folders
}

without_shared_test() {
	limit_alice 'scope = user'
	login VM-79
	check "VM-79 without systemd, scope = user: a second login" session_start b alice
	is "VM-79 without systemd, scope = user: in the same group" "$(group_of "$(shell_of_session b)")" "$GROUP"
	session_stop a
	is "VM-79 without systemd, scope = user: which stays" "$(session_do b 'echo here'; limits_at "$GROUP")" "here"$'\n'"$WANTED"
	session_stop b
	check "VM-79 without systemd, scope = user: to the last" wait_until 10 only_folders
}

without_userns_test() {
	limit_alice 'namespaces = mount pid ipc uts net user'
	login VM-79
	is "VM-79 without systemd, user namespace: the limits hold" "$(limits_at "$GROUP")" "$WANTED"
	session_stop a
	check "VM-79 without systemd, user namespace: logout removes them" wait_until 10 only_folders
}

# --------------------------------------------------------------------------------------------------------

# Sessions are written to that may have been killed.
trap '' PIPE
BOB=$(id -u bob)
HERE_GROUP=$(group_of $$)
wait_until 30 no_init
check "VM-70 bob logs in, and stays" session_start bob bob
BOB_SHELL=$(shell_of_session bob)
carol_make
limit_alice
held_test
needs_module
session_test
attacks_test
tmpfs_test
init_killed_test
run_test
su_test
slice_test
attach_test
flood_test
failures_test
without_test
configure_nothing
session_stop bob
check "VM-79 no space is left" wait_until 30 no_init
is "VM-79 the system runs" "$(system_state)" running
