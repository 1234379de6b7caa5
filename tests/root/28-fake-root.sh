# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# loginspace root: a shell that is root over nothing but its own, in a real login and outside of one:
# what it is, what it can do, what it cannot, how it ends, and what is said when something is missing.
#
# packages: uidmap busybox-static dash vim-tiny
. "$SOURCE/tests/rig/lib.bash"
needs_module

FAKE="$RIG/bin/loginspace-all root"
SUB=300000

# As alice, in a login of its own.
fake() { # SHELL WORDS
	run_as alice "$FAKE -- $* 2>&1"
}

# As alice, in no space.
outside() { # CMD ARGS
	(outside_exec "$@")
}

# Likewise, for the background: the job is CMD itself.
outside_exec() {
	exec setpriv --reuid=2001 --regid=2001 --clear-groups -- \
		env -i HOME=/home/alice PATH=/usr/bin:/bin SHELL=/bin/bash "$@"
}

fake_outside() { # CMD ARGS
	outside "$RIG/bin/loginspace-all" root -- "$@" 2>&1
}

ranges_set() { # LINES of both files
	printf '%s\n' "$@" | tee /etc/subuid >/etc/subgid
}

no_process() { # BEGIN OF A COMMAND LINE
	! pgrep -f "^$1" >/dev/null
}

# --- what it is ----------------------------------------------------------------------------------

identity_test() {
	is "root: ids" "$(session_do a "$FAKE -- id -u; $FAKE -- id -g")" $'0\n0'
	is "root: the map of ids" "$(session_do a "$FAKE -- cat /proc/self/uid_map /proc/self/gid_map" | xargs)" \
		"0 2001 1 1 $SUB 65536 0 2001 1 1 $SUB 65536"
	is "root: PID 1 is loginspace, and nothing of the space's shows" \
		"$(session_do a "$FAKE -- sh -c 'cat /proc/[0-9]*/comm; :'" | xargs)" "loginspace-all sh"
	is "root: all capabilities, over its own" "$(session_do a "$FAKE -- grep CapEff /proc/self/status")" \
		"$(printf 'CapEff:\t%016x' $(((2 << $(</proc/sys/kernel/cap_last_cap)) - 1)))"
	is "root: network, IPC, host name and cgroup stay those of the space" \
		"$(session_do a "$FAKE -- readlink /proc/self/ns/{net,ipc,uts,cgroup}")" \
		"$(session_do a 'readlink /proc/self/ns/{net,ipc,uts,cgroup}')"
	is "root: user, mount and PID namespace are others" \
		"$( (session_do a "$FAKE -- readlink /proc/self/ns/{user,mnt,pid}"
			session_do a 'readlink /proc/self/ns/{user,mnt,pid}') | sort -u | wc -l)" 6
	is "root: only fds 0 to 2, and that of ls" "$(session_do a "$FAKE -- ls /proc/self/fd" | xargs)" '0 1 2 3'
	is "root: and PID 1 keeps none of them" "$(session_do a "exec 7</etc/passwd; $FAKE -- sh -c \
		'until ! readlink /proc/1/fd/* | grep pipe: || [ \$((i += 1)) -gt 500 ]; do :; done >/dev/null
		readlink /proc/1/fd/* /proc/\$\$/fd/7'; exec 7<&-" | grep -v 'anon\|socket\|null')" /etc/passwd
}

environment_test() {
	is "root: the environment stays, PATH gets root's folders" \
		"$(session_do a "env FOO=bar PATH=/usr/bin:/bin $FAKE -- sh -c 'echo \$HOME \$USER \$FOO \$PATH'; pwd")" \
		$'/home/alice alice bar /usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin\n/home/alice'
	is "root: the id of the space stays" "$(session_do a "$FAKE -- printenv LOGINSPACE")" \
		"$(session_do a 'echo $LOGINSPACE')"
	is "root: the shell is that of SHELL" "$(session_do a "echo 'echo \$0' | SHELL=/bin/dash $FAKE")" dash
	is "root: no login shell" "$(session_do a "echo 'shopt -q login_shell; echo \$0 \$?' | $FAKE")" "bash 1"
	local shell
	for shell in dash /no/such/file ''; do
		is "root: with SHELL='$shell' it is that of passwd" \
			"$(session_do a "echo 'echo \$0' | SHELL=$shell $FAKE")" bash
	done
}

# --- what it can do ------------------------------------------------------------------------------

files_test() {
	is "root: chown to a subordinate id" \
		"$(fake 'sh -c "cd; touch f g; chown 1:2 f; stat -c %u:%g f g /etc/passwd"')" $'1:2\n0:0\n65534:65534'
	is "root: which outside is one of the range" "$(stat -c %u:%g /home/alice/f /home/alice/g)" \
		"$SUB:$((SUB + 1))"$'\n2001:2001'
	# Again as stat prints them: owner and group have ranges of their own.
	is "root: another id cannot read what is hers alone" \
		"$(fake 'sh -c "cd; chmod 755 .; echo x >own; chmod 600 own; setpriv --reuid=5 --regid=5 --clear-groups cat own"')" \
		'cat: own: Permission denied'
	is "root: setgroups" "$(fake 'setpriv --reuid=5 --regid=6 --groups=7,8 id -G')" '6 7 8'
	fake 'rm /home/alice/f /home/alice/g /home/alice/own; chmod 700 /home/alice' >/dev/null
}

mounts_test() {
	local before=$RIG/mountinfo
	cp /proc/self/mountinfo "$before"
	session_do a 'cat /proc/self/mountinfo >~/before'
	is "root: mounts a tmpfs, which shows inside" \
		"$(session_do a "$FAKE -- sh -c 'mount -t tmpfs x /mnt && : >/mnt/here && ls /mnt'")" here
	session_do a "mkfifo ~/go ~/gone; $FAKE -- sh -c 'mount -t tmpfs x /mnt; : >/mnt/here; echo >~/gone; read x <~/go; ls /srv >~/srv' & read x <~/gone"
	check "root: and in the space nothing has changed meanwhile" session_do a 'cmp ~/before /proc/self/mountinfo; ls -A /mnt | (! grep .)'
	check "root: nor on the host" cmp "$before" /proc/self/mountinfo
	mount -t tmpfs rig-later /srv
	: >/srv/later
	is "root: what the host mounts meanwhile arrives" "$(session_do a 'echo >~/go; wait; cat ~/srv; rm ~/go ~/gone ~/srv ~/before')" later
	umount /srv
}

# A tree of another system: chroot, with /proc in it, as installers of packages do.
chroot_test() {
	is "root: chroot" "$(fake 'sh -c "mkdir -p ~/tree/bin ~/tree/proc && cp /bin/busybox ~/tree/bin/ &&
		mount -t proc proc ~/tree/proc && chroot ~/tree /bin/busybox sh -c \"/bin/busybox id -u; /bin/busybox cat /proc/1/comm\""')" \
		$'0\nloginspace-all'
	rm -r /home/alice/tree
}

# --- what it cannot do ---------------------------------------------------------------------------

ATTEMPTS=(
	'cat /etc/shadow' 'touch /etc/x' 'chown 0 /etc/passwd' 'chown 1 /etc/passwd' 'chmod 666 /etc/passwd'
	'sh -c "echo x >/proc/sys/kernel/core_pattern"' 'sh -c "echo c >/proc/sysrq-trigger"'
	'hostname other' 'ip link add rig9 type veth peer name rig8' 'ip link set lo down' 'ip addr add 192.0.2.9/24 dev lo'
	'sysctl -w net.ipv4.ip_forward=1' 'mknod /home/alice/null c 1 3' 'date -s 2000-01-01' 'umount /tmp' 'umount -l /proc/1'
	'mount -o remount,exec /sys' 'mount -t devtmpfs x /mnt' 'mount -o remount,rw /sys' 'chown 200000 /home/alice/.ssh' 'dmesg -C'
	'nsenter -t 1 -n true' 'renice -20 1' 'prlimit --pid 1 --nofile=2000000'
)

attempts_test() {
	local attempt out
	for attempt in "${ATTEMPTS[@]}"; do
		out=$(session_do a "$FAKE -- $attempt >/dev/null 2>&1; echo \$?")
		[[ ${out##*$'\n'} != 0 ]] || not_ok "root: cannot: $attempt" "$out"
	done
	ok "root: none of ${#ATTEMPTS[@]} attempts at the host works"
}

others_test() {
	session_do a 'sleep 6281 & echo $! >~/pid'
	session_do a "$FAKE -- sh -c 'kill -KILL -1; kill -KILL \$(cat ~/pid)'" >/dev/null
	check "root: no process of the session can be killed" session_do a 'kill -0 $(cat ~/pid)'
	is "root: none of it shows in its /proc" "$(session_do a "$FAKE -- sh -c 'cat /proc/[0-9]*/cmdline' | tr '\\0' ' ' | grep -c 6281")" 0
	session_do a 'kill $(cat ~/pid)'
}

# --- how it ends ---------------------------------------------------------------------------------

status_test() {
	local status
	for status in 0 7 255; do
		is "root: exit status $status" "$(session_do a "$FAKE -- sh -c 'exit $status'; echo \$?")" "$status"
	done
	is "root: death by SIGTERM" "$(session_do a "$FAKE -- sh -c 'kill -TERM \$\$'; echo \$?")" 143
	is "root: death by SIGKILL" "$(session_do a "$FAKE -- sh -c 'kill -KILL \$\$'; echo \$?")" 137
	is "root: no such command" "$(session_do a "$FAKE -- nosuchcommand; echo \$?")" \
		$'loginspace: cannot run "nosuchcommand": No such file or directory\n127'
	is "root: a file that is no command" "$(session_do a "$FAKE -- /etc/passwd; echo \$?")" \
		$'loginspace: cannot run "/etc/passwd": Permission denied\n126'
	is "root: in a pipeline" "$(session_do a "seq 5000 | $FAKE -- cat | tail -n 1")" 5000
	is "root: a pipe that the command has closed is closed" "$(session_do a \
		"{ timeout 20 yes 2>/dev/null; : >~/over; } | $FAKE -- sh -c 'head -n 1; exec <&-
			until [ -e over ] || [ \$((i += 1)) -gt 200 ]; do sleep 0.05; done; ls over'; rm ~/over")" \
		$'y\nover'
	is "root: what it has left behind ends with it" \
		"$(session_do a "$FAKE -- sh -c 'setsid sleep 6282 >/dev/null 2>&1 & :'; pgrep -f '^sleep 6282'")" ""
}

LOOP='echo ready; while :; do sleep 0.05; done'

# signal_test NAME WANTED SIGNALS ENV-OPTION SHELL WORDS
signal_test() {
	local name=$1 wanted=$2 job signal
	: >"$RIG/out" # not "ready" yet
	outside_exec env "$4" "$RIG/bin/loginspace-all" root -- sh -c "$5; $LOOP" >"$RIG/out" 2>&1 &
	job=$!
	wait_until 10 grep -q ready "$RIG/out"
	for signal in $3; do
		kill "-$signal" "$job"
	done
	wait "$job"
	is "root: $name" "$?" "$wanted"
}

signals_test() {
	signal_test "SIGTERM goes to the command" 9 TERM --default-signal=INT "trap 'exit 9' TERM"
	signal_test "and so does SIGINT" 130 INT --default-signal=INT :
	signal_test "but not SIGHUP where it is ignored" 143 "HUP TERM" --ignore-signal=HUP :
}

# The processes of "sleep 6283" in there, and who has started them: outer, reaper, command.
killed_test() { # NAME, STOP|CONT for the reaper, KILL for which: outer or reaper
	local job reaper status
	: >"$RIG/out"
	outside_exec "$RIG/bin/loginspace-all" root -- sh -c 'setsid sleep 6283 & echo ready; exec sleep 6283' \
		>"$RIG/out" 2>&1 &
	job=$!
	wait_until 10 grep -q ready "$RIG/out"
	reaper=$(pgrep -P "$job")
	kill "-$2" "$reaper"
	if [[ $3 == outer ]]; then
		kill -KILL "$job"
	else
		kill -KILL "$reaper"
	fi
	wait "$job" 2>/dev/null
	status=$?
	is "root: $1: status" "$status" 137
	check "root: $1: nothing is left" wait_until 5 no_process 'sleep 6283'
	check "root: $1: nor its PID 1" wait_until 5 gone "$reaper"
}

# --- the terminal --------------------------------------------------------------------------------

# Says what happens to it.
waiter_make() {
	cat >"$RIG/waiter" <<-'END'
		#!/bin/bash
		trap 'echo contin''ued' CONT
		trap 'echo size $(stty size)' WINCH
		echo run''ning $(id -u)
		while :; do sleep 0.05; done
	END
	chmod 755 "$RIG/waiter"
}

TERMINAL=(ptyrun -t 20 -e '$ ')
ON_SSH=(ssh "${SSH_OPTIONS[@]}" -p "$PORT" -t alice@127.0.0.1 "PS1='\$ ' exec bash --norc --noediting -i")

terminal_test() {
	local out
	out=$("${TERMINAL[@]}" -s "$FAKE -- $RIG/waiter\r" -e 'running 0' -w 33x101 -e 'size 33 101' -s '\003' -e '$ ' \
		-s 'echo "st"=$?\r' -e 'st=130' -s "$FAKE -- $RIG/waiter\r" -e 'running 0' -s '\032' -e Stopped -e '$ ' \
		-s 'fg\r' -e continued -s '\032' -e Stopped -e '$ ' -s 'bg\r' -e continued -s 'kill %1; wait %1; echo "st"=$?\r' \
		-e 'st=143' -s 'exit 4\r' -- "${ON_SSH[@]}" 2>&1)
	is "root: a terminal: size, Ctrl-C, Ctrl-Z, fg, bg, kill" "$?" 4
	[[ $out == *st=143* ]] || printf '%s\n' "$out" | sed 's/^/#   /'
	local shell
	for shell in dash bash; do
		out=$("${TERMINAL[@]}" -s "SHELL=/bin/$shell PS1='r# ' ENV= $FAKE\r" -e '# ' -s "$RIG/waiter\r" -e 'running 0' \
			-s '\003' -e '# ' -s "$RIG/waiter\r" -e 'running 0' -s '\032' -e Stopped -e '# ' -s 'fg\r' -e continued \
			-s '\003' -e '# ' -s 'tty; echo "id"=$(id -u)\r' -e /dev/pts/ -e id=0 -e '# ' -s 'exit 5\r' -e '$ ' \
			-s 'echo "st"=$?\r' -e st=5 -s 'exit 6\r' -- "${ON_SSH[@]}" 2>&1)
		is "root: job control of $shell inside" "$?" 6
		unlike "root: $shell does not complain" "$out" 'job control|cannot set|Cannot set'
	done
	rm -f /home/alice/.bash_history
}

editor_test() {
	"${TERMINAL[@]}" -s "$FAKE -- vi -u NONE edited\r" -e '~' -s 'ihello\033' -w 20x70 -s '\032' -e Stopped -e '$ ' -s 'fg\r' \
		-e hello -s 'a world\033:wq\r' -e '$ ' -s 'echo "st"=$?\r' -e st=0 -s 'exit 6\r' -- "${ON_SSH[@]}" >"$RIG/out" 2>&1
	is "root: vi, stopped once" "$?,$(cat /home/alice/edited)" "6,hello world"
	rm -f /home/alice/edited
}

background_test() {
	"${TERMINAL[@]}" -s "$FAKE -- cat &\r" -e '$ ' -s 'until jobs %1 | grep Stopped; do sleep 0.05; done\r' \
		-e Stopped -e '$ ' -s 'fg\r' -e 'cat' -s 'hello\r' -e hello -e hello \
		-s '\004' -e '$ ' -s 'echo "st"=$?\r' -e st=0 -s 'exit 6\r' -- "${ON_SSH[@]}" >"$RIG/out" 2>&1
	is "root: it stops when it reads in the background" "$?" 6
}

# In a script, where it leads no group: the terminal comes back, and Ctrl-C is for the script, too.
script_test() {
	cat >"$RIG/script" <<-END
		#!/bin/bash
		SHELL=/bin/dash PS1='r# ' $FAKE
		echo "one=\$?"
		$FAKE -- bash --norc --noediting -i
		echo "two=\$?"
		read -r -p 'ask? ' word
		echo "word=\$word"
		$FAKE -- $RIG/waiter
		echo survived
	END
	chmod 755 "$RIG/script"
	"${TERMINAL[@]}" -s "$RIG/script\r" -e '# ' -s 'exit 5\r' -e one=5 -e '# ' -s 'exit 6\r' -e two=6 -e 'ask? ' -s 'hello\r' \
		-e word=hello -e 'running 0' -s '\003' -e '$ ' -s 'echo "st"=$?\r' -e st=130 -s 'exit 6\r' -- "${ON_SSH[@]}" >"$RIG/out" 2>&1
	is "root: in a script" "$?" 6
	unlike "root: Ctrl-C ends the script, too" "$(<"$RIG/out")" survived
}

# --- what is said --------------------------------------------------------------------------------

# single NAME PATTERN: one id, status of the command, and one line that says why.
single() {
	local out
	out=$(run_as alice "$FAKE -- cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups 2>&1; exit 0" | xargs)
	like "root: $1: said" "$out" "^loginspace: only your own id is there, as root: $2"
	like "root: $1: one id" "$out" ' 0 2001 1 0 2001 1 deny$'
}

ranges_test() {
	ranges_set 'bob:400000:65536'
	single "no range" '/etc/subuid has no range for alice; .*usermod --add-subuids FIRST-LAST alice'
	ranges_set 'bob:400000:65536' 'alice:-1:x:y'
	single "a malformed range" '/etc/subuid:2 is not name:first:count;'
	ranges_set "alice:$SUB:65536"
	chmod 600 /etc/subuid
	single "a file that she may not read" '/etc/subuid cannot be read: Permission denied;'
	rm /etc/subuid /etc/subgid
	single "no file" '/etc/subuid has no range'
	ranges_set "alice:$SUB:65536"
	echo 'alice:0:10' >/etc/subgid
	like "root: a range that holds ids of the system is what the administrator has said" \
		"$(fake 'cat /proc/self/gid_map' | xargs)" '^0 2001 1 1 0 10$'
	ranges_set '2001:500000:10' 'alice:500005:10' "alice:$SUB:1000" 'alice:2000:5'
	is "root: several ranges, less what overlaps" "$(fake 'cat /proc/self/uid_map' | xargs)" \
		"0 2001 1 1 500000 10 11 $SUB 1000"
	{
		awk 'BEGIN { for (i = 0; i < 60000; i++) printf "somebody%d:%d:65536\n", i, 100000 + i }'
		echo "alice:$SUB:1000"
	} | tee /etc/subuid >/etc/subgid
	check "root: long files" test "$(stat -c %s /etc/subuid)" -gt 1500000
	is "root: are read to their end" "$(fake 'cat /proc/self/uid_map /proc/self/gid_map' | xargs)" \
		"0 2001 1 1 $SUB 1000 0 2001 1 1 $SUB 1000"
	ranges_set "alice:$SUB:65536"
}

programs_test() {
	: >"$RIG/nothing"
	mount --bind "$RIG/nothing" /usr/bin/newgidmap
	single "no newgidmap" 'newuidmap and newgidmap are missing; .*package uidmap'
	umount /usr/bin/newgidmap
	install -m 755 /usr/bin/newuidmap "$RIG/plain"
	mount --bind "$RIG/plain" /usr/bin/newuidmap
	single "a newuidmap without power" 'newuidmap\(1\) or newgidmap\(1\) refused'
	umount /usr/bin/newuidmap
	printf '#!/bin/sh\n/bin/cat /proc/$$/environ >/home/alice/environ\nexit 1\n' >"$RIG/teller"
	chmod 755 "$RIG/teller"
	mount --bind "$RIG/teller" /usr/bin/newuidmap
	run_as alice "LD_LIBRARY_PATH=/home/alice PATH=/home/alice:\$PATH $FAKE -- true 2>/dev/null"
	umount /usr/bin/newuidmap
	is "root: newuidmap has nothing of the caller's environment" "$(tr '\0' ' ' </home/alice/environ)" \
		'PATH=/usr/sbin:/usr/bin:/sbin:/bin '
	rm /home/alice/environ
	like "root: no_new_privs" "$(run_as alice "setpriv --no-new-privs $FAKE -- id -u 2>&1")" \
		'newuidmap\(1\) has no power under no_new_privs.*'$'\n''0$'
	run_as alice "mkdir ~/bin; printf '#!/bin/sh\ntouch /home/alice/planted\n' | tee ~/bin/newuidmap >~/bin/newgidmap; chmod 755 ~/bin/*
		PATH=~/bin:\$PATH LD_PRELOAD=/no/such/file $FAKE -- true 2>/dev/null"
	check "root: what is found along PATH is not asked for ids" test ! -e /home/alice/planted
	rm -r /home/alice/bin
}

# What nobody may do, but in a namespace where somebody has said so.
limited() { # LIMIT
	fake_outside sh -c "echo 0 >/proc/sys/user/$1 &&
		setpriv --reuid=5 --regid=5 --clear-groups $FAKE -- true; echo \$?"
}

refusal_test() {
	like "root: user namespaces switched off" "$(limited max_user_namespaces)" \
		'^loginspace: cannot make a fake root: user namespaces are switched off, .*nested_userns .*'$'\n1$'
	like "root: no PID namespace left" "$(limited max_pid_namespaces)" \
		'^loginspace: cannot make a fake root: there are as many namespaces as .*'$'\n1$'
	like "root: inside a fake root" "$(fake_outside "$RIG/bin/loginspace-all" root)" \
		'^loginspace: you are root already'
	like "root: as root" "$($FAKE 2>&1; echo $?)" '^loginspace: you are root already.*'$'\n1$'
	like "root: a bad option" "$(fake_outside true >/dev/null; outside "$RIG/bin/loginspace-all" root --no 2>&1; echo $?)" \
		'^loginspace: root does not take "--no"'$'\n''usage: loginspace root .*'$'\n2$'
}

# Where the administrator has confined the login further.
spaces_test() {
	configure 'namespaces = mount pid ipc uts net user'
	is "root: in a user namespace of root's: all but a new /proc" \
		"$(fake 'sh -c "id -u; touch ~/f; chown 1 ~/f; stat -c %u ~/f; rm ~/f; mount -t tmpfs x /mnt && echo mounted; cat /proc/self/comm"' | tail -n +2)" \
		$'0\n1\nmounted\ncat'
	like "root: and it is said" "$(fake true)" '^loginspace: /proc stays as it was, as parts of it are covered'
	configure 'namespaces = mount pid ipc uts net user' 'nested_userns = no'
	like "root: nested_userns = no" "$(fake true; echo $?)" \
		'^loginspace: cannot make a fake root: user namespaces are switched off, .*nested_userns .*'$'\n1$'
	configure 'seccomp = default'
	like "root: seccomp = default" "$(fake true; echo $?)" \
		'^loginspace: cannot make a fake root: a filter of system calls forbids namespaces; .*'$'\n1$'
	configure 'no_new_privs = yes'
	single "no_new_privs = yes" 'newuidmap\(1\) has no power under no_new_privs'
	configure 'capabilities = none'
	single "capabilities = none" 'newuidmap\(1\) or newgidmap\(1\) refused'
	rm /etc/security/loginspace.conf
}

configure() { # LINES of [default]
	printf '%s\n' '[default]' "$@" >/etc/security/loginspace.conf
}

outside_test() {
	is "root: in no space" "$(fake_outside sh -c 'id -u; wc -l </proc/self/uid_map')" $'0\n2'
	is "root: with stdin, stdout and stderr closed" \
		"$(outside sh -c "$FAKE -- sh -c 'echo x >/home/alice/said' <&- >&- 2>&-; cat /home/alice/said; rm /home/alice/said")" x
}

install -m 755 "$RIG/libexec/loginspace" "$RIG/bin/loginspace-all"
ranges_set "alice:$SUB:65536"
start_sshd
run_as alice true
wait_until 5 no_process loginspace-init
sshd_settle
ledger_begin "$RIG/before"
session_start a alice
identity_test
environment_test
files_test
mounts_test
chroot_test
attempts_test
others_test
status_test
session_stop a
signals_test
killed_test "its caller's end" CONT outer
killed_test "its caller's end while it is stopped" STOP outer
killed_test "the end of its PID 1" CONT reaper
waiter_make
terminal_test
editor_test
background_test
script_test
ranges_test
programs_test
refusal_test
spaces_test
outside_test
check "nothing is left" ledger_same_within 5 "$RIG/before"
stop_sshd
