# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Ways by which a user has programs started: from inside of a space, outside of it (ESC-05); in a
# terminal that somebody else sits at (ESC-06); and what a user mounts over his own folders (ESC-11).
#
# packages: tmux cron fuse3
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

as_alice() {
	setpriv --reuid=2001 --regid=2001 --clear-groups -- env HOME=/home/alice "$@"
}

# --- ESC-05 --------------------------------------------------------------------------------------

PLACE='readlink /proc/self/ns/pid'

# A server of the same user's that was there before, in the usual place and in a place of his own.
tmux_test() {
	if ! command -v tmux >/dev/null; then
		skip "ESC-05 tmux" "not installed"
		return
	fi
	as_alice tmux -f /dev/null new-session -d 'sleep 691'
	as_alice tmux -f /dev/null -S /home/alice/socket new-session -d 'sleep 691'
	check "ESC-05 a tmux server outside is reached outside" as_alice tmux ls
	session_start s alice
	unlike "ESC-05 and not from inside: its socket is in /tmp" "$(session_do s 'tmux ls')" windows
	is "ESC-05 one with its socket in the home is a door, as SECURITY.md says" \
		"$(session_do s "tmux -S ~/socket new-window '$PLACE >~/place'; until [ -s ~/place ]; do :; done; cat ~/place")" \
		"$(readlink /proc/self/ns/pid)"
	session_stop s
	printf '%s\n' '[default]' 'hide = %h/socket' >/etc/security/loginspace.conf
	unlike "ESC-05 hide closes it" "$(run_as alice 'tmux -S ~/socket ls' 2>&1)" windows
	rm /etc/security/loginspace.conf
	as_alice tmux kill-server
	as_alice tmux -S /home/alice/socket kill-server
	rm -f /home/alice/place /home/alice/socket
}

# What cron runs, 56-applications.sh shows: on the host.
cron_test() {
	if ! command -v crontab >/dev/null; then
		skip "ESC-05 crontab" "not installed"
		return
	fi
	mount -t tmpfs -o mode=755 rig /var/spool/cron
	install -d -m 1730 -g crontab /var/spool/cron/crontabs
	check "ESC-05 crontab from inside is a door, as DOORS.md says" run_as alice 'echo "@reboot true" | crontab -'
	check "ESC-05 it writes on the host" test -s /var/spool/cron/crontabs/alice
	rm -f /var/spool/cron/crontabs/alice
	printf '%s\n' '[default]' 'hide = -/var/spool/cron' >/etc/security/loginspace.conf
	check "ESC-05 hide closes it" run_as alice '! echo "@reboot true" | crontab - 2>/dev/null'
	check "ESC-05 nothing is written" test ! -e /var/spool/cron/crontabs/alice
	rm /etc/security/loginspace.conf
	umount /var/spool/cron
}

# The part of systemd's user manager, which would start programs for whoever talks to it.
bus_test() {
	local server
	install -d -m 700 -o 2001 -g 2001 /run/user/2001
	as_alice "$RIG/bin/nettool" unix-listen /run/user/2001/bus manager >"$RIG/bus" &
	server=$!
	wait_until 5 test -S /run/user/2001/bus
	is "ESC-05 the user's bus is reached outside" "$(as_alice "$RIG/bin/nettool" unix-connect /run/user/2001/bus)" manager
	unlike "ESC-05 and not from inside" "$(run_as alice "$RIG/bin/nettool unix-connect /run/user/2001/bus" 2>&1)" manager
	kill $server
	wait $server 2>/dev/null
	rm -rf /run/user/2001
}

ssh_test() {
	install -m 600 -o 2001 -g 2001 "$RIG/key" /home/alice/key
	local inner="ssh -F none -i ~/key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o LogLevel=ERROR -p $PORT 127.0.0.1 '$PLACE'"
	session_start s alice
	like "ESC-05 ssh to 127.0.0.1: nobody is there" "$(session_do s "$inner")" refused
	session_stop s
	printf '%s\n' '[default]' 'network = host' >/etc/security/loginspace.conf
	session_start s alice
	like "ESC-05 with network = host: it is a login" "$(session_do s "$inner")" 'pid:'
	isnt "ESC-05 in a space" "$(session_do s "$inner")" "$(readlink /proc/self/ns/pid)"
	isnt "ESC-05 of its own" "$(session_do s "$inner")" "$(session_do s "$PLACE")"
	session_stop s
	rm -f /home/alice/key /etc/security/loginspace.conf
}

# --- ESC-06 --------------------------------------------------------------------------------------

# typed CMD: root's shell on a terminal runs CMD, in which alice types a command for it. Did it run?
typed() {
	rm -f "$RIG/typed"
	ptyrun -t 20 -e '# ' -s "$1; echo af\"\"ter\\r" -e after -s 'sleep 0.2; exit\r' -- \
		env PS1='# ' bash --norc -i >"$RIG/log/typed" 2>&1
	[[ -e $RIG/typed ]] && echo yes || echo no
}

# su -c makes a session of its own, in which the terminal is not the controlling one.
terminal_test() {
	local wanted=yes legacy
	cat >"$RIG/stuffer" <<-END
		#!/bin/bash
		exec $RIG/bin/stuff " touch $RIG/typed"\$'\n'
	END
	chmod 755 "$RIG/stuffer"
	legacy=$(cat /proc/sys/dev/tty/legacy_tiocsti 2>/dev/null || echo 1)
	[[ $legacy == 1 ]] || wanted=no
	is "ESC-06 su on root's terminal, legacy_tiocsti = $legacy: does root's shell get what is typed" \
		"$(typed "su alice --session-command $RIG/stuffer")" $wanted
	is "ESC-06 su -c: it does not" "$(typed "su alice -c $RIG/stuffer")" no
	is "ESC-06 su --pty: it does not" "$(typed "su --pty alice --session-command $RIG/stuffer")" no
	session_start s alice
	is "ESC-06 loginspace enter: it does not" \
		"$(typed "$COMMAND enter $(session_do s 'echo $LOGINSPACE') -- $RIG/stuffer")" no
	session_stop s
	is "ESC-06 ssh: it does not" \
		"$(typed "ssh ${SSH_OPTIONS[*]} -p $PORT -tt alice@127.0.0.1 $RIG/stuffer")" no
}

# --- ESC-11 --------------------------------------------------------------------------------------

mounts_hang() {
	local folder
	for folder in "$@"; do
		session_do s "mkdir -p $folder; $RIG/bin/hangmount $folder >/tmp/ready 2>&1 & until [ -s /tmp/ready ]; do :; done
			cat /tmp/ready; rm /tmp/ready"
	done
}

quickly() { # CMD ARGS
	timeout 4 "$@"
}

fuse_test() {
	local folder
	if [[ ! -c /dev/fuse ]] || ! command -v fusermount3 >/dev/null; then
		skip_kernel "ESC-11 FUSE" "no FUSE"
		return
	fi
	configure 'scope = user'
	sshd_settle
	ledger_begin "$RIG/before"
	session_start s alice
	SPACE=$(session_do s "$WHERE")
	is "ESC-11 a user mounts inside what never answers" \
		"$(mounts_hang /home/alice/.config /home/alice/data /tmp/data /home/alice/.ssh /home/alice | grep -v /etc/mtab | sort | uniq -c | xargs)" "5 ready"
	check "ESC-11 the host does not have it" not grep -q hangs /proc/self/mountinfo
	like "ESC-11 the space has" "$(session_do s 'grep -c hangs /proc/self/mountinfo')" 5
	for folder in / /home/alice /home/alice/.ssh; do
		is "ESC-11 who joins from $folder is not held up by it" \
			"$(quickly pam_driver --quiet --cwd "$folder" --cwd-lost loginspace alice "cd /; $WHERE")" "$SPACE"
	done
	is "ESC-11 nor is bob" "$(quickly ssh "${SSH_OPTIONS[@]}" -p $PORT -n bob@127.0.0.1 'echo in')" in
	like "ESC-11 list answers" "$(quickly "$COMMAND" list --ids)" 2001-0
	session_stop s
	nothing_left "ESC-11 a hung file system"
	is "ESC-11 the next login has none of it" "$(run_as alice 'grep -c hangs /proc/self/mountinfo')" 0
}

start_sshd
tmux_test
cron_test
bus_test
ssh_test
terminal_test
fuse_test
stop_sshd
