# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# /dev of a space, its terminals, and what its /proc shows: private_dev, devpts, hidepid.
#
# packages: bubblewrap libpam-modules bsdutils
. "$SOURCE/tests/root/policy.bash"
needs_module

# Everything in /dev: links with where they lead, the rest with owner, mode and device.
LISTING='cd /dev && for f in * .[!.]*; do
	if [ -L "$f" ]; then echo "$f -> $(readlink "$f")"
	elif [ -e "$f" ]; then stat -c "%n %F %U:%G %a %t:%T" "$f"; fi; done'

device() {
	echo "$1 character special file root:root 666 $2"
}

# wanted_dev: the same of a private one; arguments are the lines of this host's own.
wanted_dev() {
	{
		printf '%s\n' 'fd -> /proc/self/fd' 'stdin -> /proc/self/fd/0' 'stdout -> /proc/self/fd/1' \
			'stderr -> /proc/self/fd/2' 'pts directory root:root 755 0:0' \
			'shm directory root:root 1777 0:0' "$@"
		device null 1:3
		device zero 1:5
		device full 1:7
		device random 1:8
		device urandom 1:9
		device tty 5:0
		device ptmx 5:2
		[[ ! -d /dev/mqueue ]] || echo 'mqueue directory root:root 1777 0:0'
	} | sort
}

SOCKET='log socket root:root 666 0:0'

listing_test() {
	mknod -m 666 /dev/kmsg c 1 11
	mknod -m 666 /dev/sda b 7 0
	mkdir /dev/disk
	policy '[default]' 'private_dev = yes'
	is "private_dev: exactly this is in /dev" "$(run_as alice "$LISTING" | sort)" "$(wanted_dev "$SOCKET")"
	is "private_dev: nothing more for root" "$(run_as alice "sudo sh -c '$LISTING'" | sort)" "$(wanted_dev "$SOCKET")"
	is "private_dev: the folder" "$(run_as alice 'stat -c "%U:%G %a" /dev')" "root:root 755"
	like "private_dev: its mount" "$(run_as alice 'grep " /dev " /proc/self/mountinfo' | tail -n 1)" \
		' /dev rw,nosuid,noexec,.* - tmpfs '
	isnt "private_dev: not for alice to write" "$(run_as alice 'touch /dev/x 2>/dev/null; echo $?')" 0
	isnt "private_dev: small" "$(run_as alice 'sudo head -c 2000000 /dev/zero 2>/dev/null | sudo tee /dev/x >/dev/null 2>&1; stat -c %s /dev/x')" 2000000
	check "the host's is as it was" test -c /dev/kmsg -a -b /dev/sda -a -d /dev/disk -a ! -e /dev/x
	policy '[default]'
	check "private_dev = no: the host's" run_as alice 'test -c /dev/kmsg -a -b /dev/sda'
	rm -r /dev/kmsg /dev/sda /dev/disk
}

devices_test() {
	policy '[default]' 'private_dev = yes'
	is "null: takes all, gives nothing" "$(run_as alice 'echo x >/dev/null && wc -c </dev/null')" 0
	is "zero: gives zeros" "$(run_as alice 'echo x >/dev/zero && head -c 3 /dev/zero | od -An -tx1')" " 00 00 00"
	is "full: gives zeros" "$(run_as alice 'head -c 2 /dev/full | od -An -tx1')" " 00 00"
	like "full: is full" "$(run_as alice 'echo x >/dev/full' 2>&1)" "No space left"
	for f in random urandom; do
		is "$f: gives as much as is asked for" "$(run_as alice "head -c 64 /dev/$f | wc -c")" 64
		isnt "$f: not the same twice" "$(run_as alice "head -c 16 /dev/$f | od")" "$(run_as alice "head -c 16 /dev/$f | od")"
		check "$f: takes more" run_as alice "echo x >/dev/$f"
	done
	is "stdin, stdout, fd" "$(echo through | as_ssh alice@127.0.0.1 'cat /dev/stdin >/dev/fd/1')" through
	is "stderr" "$(run_as alice 'echo through >/dev/stderr' 2>&1 >/dev/null)" through
	like "tty: leads to the terminal" "$(ptyrun -t 10 -- ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt alice@127.0.0.1 'echo by-dev-tty >/dev/tty')" by-dev-tty
	like "tty: without a terminal there is none" "$(run_as alice 'echo x >/dev/tty' 2>&1)" "No such device or address"
	is "shm: room for what is shared" "$(run_as alice 'echo x >/dev/shm/x && cat /dev/shm/x')" x
}

log_test() {
	local sink
	policy '[default]' 'private_dev = yes'
	run_as alice 'logger -u /dev/log by-the-socket'
	check "/dev/log, a socket: a record arrives" wait_until 3 grep -q by-the-socket "$LOG"
	if command -v sudo >/dev/null; then
		run_as alice 'sudo true by-sudo'
		check "/dev/log: sudo's own record arrives" wait_until 3 grep -q 'COMMAND=.*true by-sudo' "$LOG"
	fi
	logsink "$RIG/devlog" "$RIG/log/second" &
	sink=$!
	wait_until 5 test -S "$RIG/devlog"
	mv /dev/log /dev/log.away
	ln -s ../run/rig/devlog /dev/log
	is "/dev/log, a link: the same link" "$(run_as alice 'readlink /dev/log')" ../run/rig/devlog
	run_as alice 'logger -u /dev/log by-the-link'
	check "/dev/log, a link: a record arrives" wait_until 3 grep -q by-the-link "$RIG/log/second"
	chown -h alice /dev/log
	is "/dev/log, a link of another's: left out" "$(run_as alice 'test -L /dev/log; echo $?')" 1
	rm /dev/log
	is "no /dev/log: none" "$(run_as alice "$LISTING" | sort)" "$(wanted_dev)"
	mv /dev/log.away /dev/log
	kill $sink
	wait $sink 2>/dev/null
}

# --- terminals -----------------------------------------------------------------------------------

# on_terminal USER CMD: by ssh with a terminal; ptyrun holds one of the host's meanwhile.
on_terminal() {
	ptyrun -t 20 -- ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt "$1@127.0.0.1" "${@:2}" 2>&1 | tr -d '\r'
}

SEE='tty; readlink /proc/self/fd/0; ls /dev/pts | tr "\n" " "'
OWN=$'/dev/pts/0\n/dev/pts/0\n0 ptmx '

# whose_pts: "host" or "own".
whose_pts() {
	if [[ $(run_as alice 'stat -c %d:%i /dev/pts') == "$(stat -c %d:%i /dev/pts)" ]]; then
		echo host
	else
		echo own
	fi
}

sshd_test() { # NAME
	local out
	is "$1: the first terminal, and no other" "$(on_terminal alice "$SEE")" "$OWN"
	like "$1: owner and mode" "$(on_terminal alice 'stat -c "<%U:%G %a>" $(tty)')" '<alice:tty 620>'
	like "$1: mount" "$(run_as alice 'grep " /dev/pts " /proc/self/mountinfo' | tail -n 1)" \
		' rw,nosuid,noexec,.* - devpts devpts .*gid=5,mode=620,ptmxmode=666'
	out=$(ptyrun -t 15 -e '$ ' -s 'stty size\r' -e '24 80' -w 31x101 \
		-s 'until [ "$(stty size)" = "31 101" ]; do :; done; echo re""sized\r' -e resized \
		-s 'sh -c "echo run\\"\\"ning; exec sleep 100"\r' -e running -s '\003' -e '$ ' \
		-s 'ps -o tty= -p $$; exit 7\r' -- ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt alice@127.0.0.1 2>&1)
	is "$1: size, window change, Ctrl-C, exit status" $? 7
	like "$1: ps" "$out" 'pts/0'
	is "$1: script" "$(run_as alice 'script -qc tty /dev/null' | tr -d '\r')" /dev/pts/0
	is "$1: a terminal in a terminal" "$(on_terminal alice 'script -qc tty /dev/null')" /dev/pts/1
	command -v tmux >/dev/null || {
		skip "$1: tmux" "not installed"
		return
	}
	is "$1: tmux" "$(run_as alice 'rm -f out; tmux -f /dev/null new-session -d "tty >out.new; mv out.new out; sleep 30" &&
		i=0; until [ -e out ] || [ $i -gt 5000 ]; do i=$((i + 1)); done; cat out; tmux kill-server')" /dev/pts/0
}

# as_before NAME: with the host's /dev/pts a terminal has the number that is free on the host.
as_before() {
	like "$1: a terminal of the host's" "$(on_terminal alice "$SEE")" \
		'^/dev/pts/([1-9][0-9]*).*/dev/pts/[1-9].*[0-9] ptmx $'
	is "$1: the host's /dev/pts" "$(whose_pts)" host
}

devpts_keys_test() {
	policy
	sshd_test "devpts, no configuration"
	policy '[default]' 'private_dev = yes'
	sshd_test "devpts and private_dev"
	policy '[default]' 'devpts = host'
	as_before "devpts = host"
	policy '[default]' 'devpts = host' 'private_dev = yes'
	as_before "devpts = host and private_dev"
	chmod 000 /dev/pts/ptmx
	like "devpts = host and private_dev: whatever mode pts/ptmx has" \
		"$(run_as alice 'script -qc tty /dev/null' 2>&1)" '^/dev/pts/[0-9]'
	chmod 666 /dev/pts/ptmx
	policy '[default]' 'scope = user'
	as_before "scope = user"
	policy '[default]' 'scope = user' 'devpts = private'
	session_start a alice
	is "scope = user, devpts = private: its own" "$(whose_pts)" own
	is "scope = user, devpts = private: a login's terminal" "$(on_terminal alice tty)" /dev/pts/0
	session_do a 'script -qfc "sleep 1000" /dev/null >/dev/null 2>&1 & until [ -c /dev/pts/0 ]; do :; done'
	is "scope = user, devpts = private: shared by all of the user's" "$(on_terminal alice tty)" /dev/pts/1
	session_stop a
}

others_test() {
	policy
	session_start b bob
	session_do b 'script -qfc "sleep 1000" /dev/null >/dev/null 2>&1 & until [ -c /dev/pts/0 ]; do :; done'
	is "a terminal of bob's: not listed for alice" "$(run_as alice 'ls /dev/pts')" ptmx
	is "a terminal of bob's: nor for root in there" "$(run_as alice 'sudo ls /dev/pts')" ptmx
	like "a terminal of bob's: not to be opened" "$(run_as alice 'sudo cat /dev/pts/0' 2>&1)" 'No such file'
	is "a terminal of bob's: nor is it on the host" "$(test -e /dev/pts/0; echo $?)" 1
	session_stop b
	policy '[default]' 'devpts = host'
	session_start b bob
	session_do b 'script -qfc "sleep 1000" /dev/null >/dev/null 2>&1 & until [ -O /dev/pts/0 ]; do :; done'
	is "devpts = host: bob's is listed" "$(run_as alice 'stat -c %U /dev/pts/0')" bob
	session_stop b
}

# su and login have a terminal of the host's already.
su_test() {
	local name lines
	for lines in '' 'private_dev = yes' 'devpts = host'; do
		policy '[default]' "$lines"
		name="su with ${lines:-no configuration}"
		like "$name: keeps its terminal" "$(ptyrun -t 10 -- su alice -c "$SEE" | tr -d '\r')" \
			'^(/dev/pts/[0-9]+).(/dev/pts/[0-9]+).*[0-9] ptmx $'
	done
	policy '[default]'
	is "su without a terminal: an own /dev/pts" "$(su alice -c 'ls /dev/pts' </dev/null 2>/dev/null)" ptmx
	is "su --pty: ends well" "$(ptyrun -t 10 -- su --pty alice -c 'exit 3' >/dev/null 2>&1; echo $?)" 3
	for lines in 'private_dev = no' 'private_dev = yes'; do
		policy '[default]' 'devpts = private' "$lines"
		name="su with devpts = private and $lines"
		like "$name: the terminal has no name in there" "$(ptyrun -t 10 -- su alice -c 'tty; ls /dev/pts')" 'not a tty.*ptmx'
		like "$name: but works" "$(ptyrun -t 10 -e '$ ' -s 'echo a""nswer >/dev/tty; exit\r' -- su alice)" answer
	done
}

# A login from inside of a space has the terminal of that space.
inner_test() {
	local lines
	for lines in '' 'private_dev = yes'; do
		policy '[default]' "$lines"
		like "su in a space, ${lines:-no configuration}: keeps the terminal of that space" \
			"$(on_terminal alice "echo \$LOGINSPACE; sudo su bob -c 'echo \$LOGINSPACE; $SEE'")" \
			'^2001-[0-9]+.2002-[0-9]+./dev/pts/([01]).(/dev/pts/[01]).0( 1)? ptmx $' # sudo may make another
	done
}

# console_login: as a getty's, where /dev/tty1 may be a terminal of any kind, as in a container.
console_login() {
	ptyrun -t 15 -e '$ ' -s 'tty; echo a""nswer >$(tty); ls /dev /dev/pts | tr "\\n" " "; stat -c "<%U>" $(tty); exit\r' \
		-- bash -c 'touch /dev/tty1 && mount --bind "$(tty)" /dev/tty1 &&
			exec login -f alice </dev/tty1 >/dev/tty1 2>&1' 2>&1 | tr -d '\r'
	umount /dev/tty1
	rm -f /dev/tty1
}

login_test() {
	local lines out name
	command -v login >/dev/null || {
		skip "login" "not installed"
		return
	}
	for lines in '' 'private_dev = yes'; do
		policy '[default]' "$lines"
		name="login with ${lines:-no configuration}"
		like "$name: keeps its terminal" "$(ptyrun -t 15 -e '$ ' -s 'tty; echo a""nswer >$(tty); exit\r' -- login -f alice)" \
			'/dev/pts/[0-9].*answer'
		out=$(console_login)
		like "$name: on /dev/tty1 too" "$out" '/dev/tty1.*answer.* tty1 .*<alice>'
	done
	unlike "login on /dev/tty1: nothing else of the host's" "$out" ' fuse | net '
}

# What PAM_TTY may say. What pam_exec runs after our line runs inside.
names_test() {
	local tty
	printf '#!/bin/sh\n[ "$PAM_TYPE" = close_session ] || { %s; } >/run/rig/seen\n' "$LISTING" >"$RIG/libexec/see"
	chmod 755 "$RIG/libexec/see"
	printf 'session required pam_exec.so %s\n' "$RIG/libexec/see" >>/etc/pam.d/remote
	mkdir -p /dev/net
	mknod -m 666 /dev/net/rig c 1 3
	mknod -m 666 /dev/rig c 1 3
	mknod -m 666 /dev/.rig c 1 3
	mknod -m 666 /dev/sda b 7 0
	policy '[default]' 'private_dev = yes'
	for tty in "" ssh :0 cron sda ../dev/rig ./rig .rig /rig //rig /dev/ /dev//rig /dev/net/rig /dev/../dev/rig . .. \
		log fd stdin stdout null tty ptmx /dev/ptmx pts pts/ptmx /dev/pts/0 shm "ri g" "$(printf '%0255d' 0)"; do
		rm -f "$RIG/seen"
		pamtester -I tty="$tty" remote alice open_session close_session >/dev/null 2>&1
		is "PAM_TTY '${tty:0:20}': nothing comes with it" "$(sort "$RIG/seen")" "$(wanted_dev "$SOCKET")"
	done
	for tty in rig /dev/rig; do
		rm -f "$RIG/seen"
		pamtester -I tty=$tty remote alice open_session close_session >/dev/null 2>&1
		is "PAM_TTY '$tty': a device of this name does" "$(sort "$RIG/seen")" \
			"$(wanted_dev "$SOCKET" "$(device rig 1:3)")"
	done
	rm /dev/net/rig /dev/rig /dev/.rig /dev/sda
	pam_setup
}

# --- hosts that are different ----------------------------------------------------------------------

hosts_test() {
	rm /dev/ptmx
	mknod -m 666 /dev/ptmx c 5 2
	policy
	is "/dev/ptmx is a device: an own /dev/pts works" "$(on_terminal alice "$SEE")" "$OWN"
	chmod 000 /dev/pts/ptmx
	is "and the host's pts/ptmx is for nobody" "$(on_terminal alice 'script -qc tty /dev/null')" /dev/pts/1
	chmod 666 /dev/pts/ptmx
	mount --bind /dev/pts/ptmx /dev/ptmx
	is "/dev/ptmx is mounted from pts/ptmx: an own /dev/pts works" "$(on_terminal alice "$SEE")" "$OWN"
	policy '[default]' 'private_dev = yes'
	is "likewise with private_dev" "$(on_terminal alice "$SEE")" "$OWN"
	umount /dev/ptmx
	rm /dev/ptmx
	ln -s pts/ptmx /dev/ptmx
	policy '[default]' 'private_dev = yes' 'namespaces = mount pid'
	touch /dev/shm/of-the-host
	is "no IPC namespace: the host's /dev/shm" "$(run_as alice 'ls /dev/shm')" of-the-host
	if [[ -d /dev/mqueue ]]; then
		is "no IPC namespace: the host's /dev/mqueue" \
			"$(run_as alice 'stat -c %d:%i /dev/mqueue')" "$(stat -c %d:%i /dev/mqueue)"
	fi
	rm /dev/shm/of-the-host
	policy '[default]' 'private_dev = yes'
	if [[ -d /dev/mqueue ]]; then
		umount /dev/mqueue
		rmdir /dev/mqueue
		is "no /dev/mqueue on the host: none inside" "$(run_as alice "$LISTING" | sort)" "$(wanted_dev "$SOCKET")"
		mkdir /dev/mqueue
		mount -t mqueue mqueue /dev/mqueue
	fi
}

# --- /proc -----------------------------------------------------------------------------------------

hidepid_test() {
	local pid see
	see='for p in /proc/[0-9]*; do stat -c %U $p 2>/dev/null; done | sort | uniq | tr "\n" " "'
	policy '[default]' 'hidepid = yes'
	session_start a alice
	session_do a 'sudo sleep 1000 >/dev/null 2>&1 & sleep 1001 >/dev/null 2>&1 & until pgrep -f "sleep 1001" && sudo pgrep -f "sleep 1000"; do :; done' >/dev/null
	is "hidepid: alice sees her own" "$(session_do a "$see")" "alice "
	check "hidepid: such as this" session_do a 'pgrep -x sleep | grep -q . && [ "$(pgrep -c sleep)" = 1 ]'
	pid=$(session_do a 'sudo pgrep -u root -x sleep')
	like "hidepid: root's are not there, by number either" "$(session_do a "cat /proc/$pid/cmdline")" 'No such file'
	like "hidepid: nor is init" "$(session_do a 'ls /proc/1')" 'No such file'
	like "hidepid: root in there sees all" "$(session_do a 'sudo cat /proc/1/comm')" "^$INSIDE"
	like "hidepid: /proc itself is as ever" "$(session_do a 'cat /proc/sys/kernel/ostype /proc/self/comm; ls /proc/self/fd')" \
		'Linux.cat.0'
	session_do a 'sudo pkill -x sleep'
	session_stop a
	policy '[default]' 'hidepid = no'
	like "hidepid = no: init shows" "$(run_as alice "$see")" "^alice root "
}

# nested NAME LINES: what containers without root do: /proc and /dev of their own in a user namespace.
nested() {
	policy '[default]' "${@:2}"
	is "nested, $1: unshare --mount-proc" "$(run_as alice 'unshare -Urpf --mount-proc cat /proc/1/comm' 2>&1)" cat
	if command -v bwrap >/dev/null; then
		is "nested, $1: bwrap" "$(run_as alice \
			'bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all sh -c "echo x >/dev/null; ls /dev/pts; cat /proc/1/comm"' 2>&1)" \
			$'ptmx\nbwrap'
		is "nested, $1: bwrap with the /dev of the space" "$(run_as alice \
			'bwrap --ro-bind / / --dev-bind /dev /dev --proc /proc --unshare-all script -qc "echo x >/dev/null && tty" /dev/null' 2>&1 | tr -d '\r')" \
			/dev/pts/0
	else
		skip "nested, $1: bwrap" "not installed"
	fi
	# What the space has covered must stay covered, for whoever has all capabilities in there.
	isnt "nested, $1: nothing is uncovered" "$(run_as alice 'unshare -Urm umount /dev/pts >/dev/null 2>&1; echo $?')" 0
	isnt "nested, $1: nor /dev" "$(run_as alice 'unshare -Urm umount -l /dev >/dev/null 2>&1; echo $?')" 0
}

nested_test() {
	if ! setpriv --reuid 2001 --regid 2001 --clear-groups unshare -Urpf --mount-proc true 2>/dev/null; then
		skip_kernel "nested" "no user namespaces for users"
		return
	fi
	nested "as ever"
	nested "private_dev" 'private_dev = yes'
	nested "hidepid" 'hidepid = yes'
	nested "all" 'hidepid = yes' 'private_dev = yes' 'devpts = private' 'scope = user'
}

# The mount points of the host; hosts_test has made one of them anew.
places() {
	awk '{ print $5 }' /proc/self/mountinfo | sort
}

places_same() {
	places | cmp -s - "$RIG/places.before"
}

start_sshd
places >"$RIG/places.before"
listing_test
devices_test
log_test
devpts_keys_test
others_test
su_test
inner_test
login_test
names_test
hosts_test
hidepid_test
nested_test
policy
check "nothing of it shows in the host's mounts" wait_until 5 places_same
stop_sshd
