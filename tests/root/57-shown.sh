# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What a login can find out about another user, and what of it a space hides. What it does not hide is
# pinned here, and stands in SECURITY.md. Keys, and core dumps. ISO-06, ISO-07, ISO-09.
#
# packages: keyutils util-linux
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

PLANTED=()
# What shows bob, whether a space shows it still (y, n), and how a user finds it.
SIGNS=(
	'a command line, in ps|n|ps -e -o args= | grep -q "[b]obs-secret"'
	'a command line, in /proc|n|grep -qs "[b]obs-secret" /proc/[0-9]*/cmdline'
	'that he has processes|n|ps -e -o user= | grep -qw bob'
	'the numbers of his processes, in a control group|n|grep -qx "[1-9][0-9]*" $GROUP/cgroup.procs'
	'his listening socket, in /proc/net/tcp|n|grep -q ":22D9 .* 2002 " /proc/net/tcp'
	'his path sockets, in /proc/net/unix|n|grep -q bobs-socket /proc/net/unix'
	'his locks, in /proc/locks|n|grep -q ":$INODE " /proc/locks'
	'his terminal, in /dev/pts|n|[ -n "$(find /dev/pts -user bob)" ]'
	'names in /tmp|n|[ -e /tmp/bobs-file ]'
	'names in /dev/shm|n|[ -e /dev/shm/bobs-file ]'
	'SysV objects|n|grep -qw 2002 /proc/sysvipc/shm'
	'that he has a /run/user|n|[ -e /run/user/2002 ]'
	'utmp|y|grep -aq bob /run/utmp'
	'wtmp|y|grep -aq bob /var/log/wtmp'
	'the sessions of logind, by their files|y|grep -qs USER=bob /run/systemd/sessions/*'
	'the names of control groups|y|[ -d $GROUP ]'
	'that he has keys, in /proc/key-users|y|grep -q " 2002: " /proc/key-users'
	'what the host has mounted for him|y|grep -q bobs-mount /proc/self/mountinfo'
	'his home|y|[ -d /home/bob ]'
	'that there is such a user|y|getent passwd bob >/dev/null'
	'numbers of the whole machine|y|grep -qx "$BTIME" /proc/stat && grep -q "^cpu1\|^cpu0" /proc/stat'
)

# --- ISO-06 --------------------------------------------------------------------------------------

# planted CMD ARGS: runs as bob on the host until plants_end.
planted() {
	setpriv --reuid=2002 --regid=2002 --clear-groups -- "$@" >"$RIG/planted.${#PLANTED[@]}" 2>&1 &
	PLANTED+=($!)
}

plants_make() {
	planted bash -c 'exec -a bobs-secret sleep 681'
	planted "$RIG/bin/nettool" tcp-listen 127.0.0.1 8921 bob
	planted nettool unix-listen /home/bob/bobs-socket bob
	planted flock --no-fork /home/bob/lock sleep 681
	planted sh -c 'echo >/tmp/bobs-file; echo >/dev/shm/bobs-file; ipcmk -M 4096; exec sleep 681'
	# A login that keeps the host's terminal, for /dev/pts, utmp, wtmp and a key.
	ptyrun -t 120 -e '$ ' -s 'keyctl add user bobs-key secret @u; echo bobs""-shell\r' -e bobs-shell -e never -- \
		login -f bob >"$RIG/log/pty" 2>&1 &
	PLANTED+=($!)
	mkdir -p /run/user/2002 /run/systemd/sessions /mnt/bobs
	echo USER=bob >/run/systemd/sessions/77
	mount -t tmpfs bobs-mount /mnt/bobs
	GROUP=$(mktemp -d "$(findmnt -n -t cgroup2 -o TARGET | head -n 1)/rig.XXXXXX")
	chmod 755 "$GROUP"
	echo "${PLANTED[0]}" >"$GROUP/cgroup.procs"
	check "planted" wait_until 10 plants_there
	# Debian 13 has no program any more that writes these; who has another one shows there.
	grep -aq bob /run/utmp || echo bob >>/run/utmp
	grep -aq bob /var/log/wtmp || echo bob >>/var/log/wtmp
	INODE=$(stat -c %i /home/bob/lock)
	BTIME=$(grep btime /proc/stat)
}

plants_there() {
	grep -q bobs-shell "$RIG/log/pty" && [[ -e /dev/shm/bobs-file && -S /home/bob/bobs-socket ]] &&
		grep -q ready "$RIG/planted.1" && grep -qw 2002 /proc/sysvipc/shm
}

plants_end() {
	ipcrm --all=shm
	kill "${PLANTED[@]}" 2>/dev/null
	wait "${PLANTED[@]}" 2>/dev/null
	umount /mnt/bobs
	rm -rf /run/user/2002 /run/systemd/sessions /tmp/bobs-file /dev/shm/bobs-file
	wait_until 5 rmdir "$GROUP"
}

# signs_test SESSION WHAT: y for all, or what the table says.
signs_test() {
	local sign name wanted command
	for sign in "${SIGNS[@]}"; do
		IFS='|' read -r name wanted command <<<"$sign"
		# The commands have pipes of their own.
		command=${sign#*|*|}
		[[ $2 == "in a space" ]] || wanted=y
		is "ISO-06 $2: $name" \
			"$(session_do "$1" "GROUP=$GROUP INODE=$INODE BTIME='$BTIME'; if $command; then echo y; else echo n; fi")" "$wanted"
	done
}

shown_test() {
	LS_CONTROL=1 pam_setup
	session_start plain alice
	pam_setup
	session_start inside alice
	plants_make
	signs_test plain "in a plain login"
	signs_test inside "in a space"
	plants_end
	session_stop plain
	session_stop inside
}

# --- ISO-07 --------------------------------------------------------------------------------------

found() { # SESSION KEYRING KEY
	session_do "$1" "keyctl search $2 user $3 >/dev/null 2>&1 && echo yes || echo no"
}

keys_test() {
	local id
	if ! keyctl show >/dev/null 2>&1; then
		skip_kernel "ISO-07 keys" "no keyrings"
		return
	fi
	session_start one alice
	session_start two alice
	session_start bob bob
	session_do bob 'keyctl add user bobs-user-key secret @u; keyctl add user bobs-session-key secret @s' >"$RIG/ids"
	session_do one 'keyctl add user alices-session-key secret @s; keyctl add user alices-user-key secret @u' >"$RIG/own"
	is "ISO-07 /proc/keys has none of another user's" "$(session_do one 'grep -c bobs- /proc/keys')" 0
	for id in $(<"$RIG/ids"); do
		unlike "ISO-07 nor can one be read by its number" "$(session_do one "keyctl read $id; keyctl print $id")" secret
		unlike "ISO-07 nor found by it" "$(session_do one "keyctl describe $id")" bobs
		check "ISO-07 nor taken over" session_do one "! keyctl link $id @s"
	done
	is "ISO-07 the session keyring: a key is found in its own session" "$(found one @s alices-session-key)" yes
	is "ISO-07 and not in another of the same user" "$(found two @s alices-session-key)" no
	is "ISO-07 the user keyring is one for all logins, as SECURITY.md says" "$(found two @u alices-user-key)" yes
	session_do one 'keyctl clear @u'
	session_do bob 'keyctl clear @u'
	session_stop one
	session_stop two
	session_stop bob
	quota_test
}

root_keys() {
	awk '$1 == "0:" { print $2 }' /proc/key-users
}

root_keys_are() {
	[[ $(root_keys) -le $1 ]]
}

quota_test() {
	local before i
	before=$(root_keys)
	for ((i = 0; i < 20; i++)); do
		pamtester loginspace alice open_session close_session >/dev/null
	done
	# Others of the machine's may come and go meanwhile; ours would be 20.
	check "ISO-07 logins leave no keys of root's" wait_until 5 root_keys_are $((before + 5))
}

# --- ISO-09 --------------------------------------------------------------------------------------

# Root with init's own capability and no more: then only "not dumpable" is in the way.
readable() { # PID
	setpriv --bounding-set=-all,+kill --inh-caps=-all,+kill cat "/proc/$1/environ" >/dev/null 2>&1
}

dumpable_test() {
	local init victim
	session_start s alice
	init=$(space_init "$(session_do s 'readlink /proc/self/ns/pid')")
	setpriv --bounding-set=-all,+kill --inh-caps=-all,+kill sleep 683 &
	victim=$!
	wait_until 5 pgrep -xf 'sleep 683'
	check "ISO-09 a process with no more capabilities can be read by its like" readable $victim
	check "ISO-09 init cannot: it is not dumpable" not readable "$init"
	kill $victim
	wait $victim 2>/dev/null
	# PID 1 gets from outside no deadly signal but SIGKILL, pid_namespaces(7).
	kill -SEGV "$init"
	is "ISO-09 SIGSEGV from the host does not end it" "$(session_do s 'cat /proc/1/comm')" loginspace-init
	session_stop s
}

crash() {
	session_do s "(exec 2>/dev/null; mkdir -p $1; cd $1; ulimit -c unlimited; sh -c 'kill -SEGV \$\$'; stat -c '%U %a' core*)"
}

crash_test() {
	local pattern
	pattern=$(</proc/sys/kernel/core_pattern)
	case $pattern in
	'|'* | /*)
		skip_kernel "ISO-09 core files" "core_pattern is $pattern"
		return
		;;
	esac
	session_start s alice
	is "ISO-09 a core file is the user's alone" "$(crash /home/alice/crash)" "alice 600"
	is "ISO-09 in /tmp, too" "$(crash /tmp/crash)" "alice 600"
	check "ISO-09 that of /tmp is in the space's" test ! -e /tmp/crash
	check "ISO-09 bob cannot read the other" not run_as bob 'cat /home/alice/crash/core*'
	session_stop s
	rm -rf /home/alice/crash
}

start_sshd
shown_test
keys_test
dumpable_test
crash_test
stop_sshd
