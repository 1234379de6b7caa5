# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# A login over ssh: its space, what logind and the journal know of it, copies and forwards, its end.
. "$SOURCE/tests/vm/inside.bash"

space_test() {
	isolates is "VM-20 alice has namespaces of her own" "$(others "$(session_do a "$WHERE")")" "$ALL"
	isolates is "VM-20 PID 1 is the space's" "$(session_do a 'cat /proc/1/comm')" loginspace-init
	isolates is "VM-20 nothing of the host's processes shows" \
		"$(session_do a 'cat /proc/[0-9]*/comm | grep -c -e systemd -e cron -e journal')" 0
	isolates is "VM-20 lo is up, and there is nothing else" \
		"$(session_do a 'ip -o link | grep -c "LOOPBACK,UP"; ls /sys/class/net' | xargs)" "1 lo"
	touch /tmp/host-file
	isolates is "VM-20 /tmp is the space's own" "$(session_do a 'ls /tmp | grep -c host-file')" 0
	isolates is "VM-20 loginspace list knows it" "$(loginspace list --ids)" "$ALICE-0"
	is "VM-20 the environment of pam_systemd is there" \
		"$(session_do a 'echo $XDG_SESSION_ID $XDG_RUNTIME_DIR $XDG_SESSION_CLASS')" "$SESSION /run/user/$ALICE user"
	is "VM-20 the user's folder in /run can be written to" \
		"$(session_do a 'echo x >$XDG_RUNTIME_DIR/f && stat -c "%U %a" $XDG_RUNTIME_DIR; cat $XDG_RUNTIME_DIR/f' | xargs)" "alice 700 x"
	isolates is "VM-20 user_bus = hide: it is the space's own" "$(ls /run/user/"$ALICE"/f 2>/dev/null)" ""
	isolates is "VM-20 user_bus = hide: the user's systemd does not show" \
		"$(session_do a 'ls $XDG_RUNTIME_DIR/bus $XDG_RUNTIME_DIR/systemd 2>/dev/null')" ""
	rm -f /tmp/host-file /run/user/"$ALICE"/f
}

# On the host: the owner of the space is logind's leader of the session, and all of it is in the scope.
logind_test() {
	local owner shell scope init
	owner=$(session_value "$SESSION" Leader)
	scope=$(session_value "$SESSION" Scope)
	is "VM-21 logind has one session of alice" "$(sessions_of alice | wc -l)" 1
	like "VM-21 of sshd, remote, active" \
		"$(loginctl show-session "$SESSION" -p Service -p Remote -p State -p Type | sort | xargs)" \
		'^Remote=yes Service=sshd State=active Type=tty$'
	like "VM-21 its leader is sshd" "$(cat "/proc/$owner/comm")" '^sshd'
	isolates like "VM-21 who owns the space, too" "$(loginspace show "$ALICE-0" 2>/dev/null)" "[^0-9]$owner +sshd +127"
	is "VM-21 its scope is there" "$(systemctl is-active "$scope")" active
	init=$(pgrep -x loginspace-init)
	isolates like "VM-21 PID 1 of the space is in the scope" "$(cat "/proc/${init:-none}/cgroup" 2>/dev/null)" "/$scope\$"
	shell=$(pgrep -u alice -x bash | tail -n 1)
	like "VM-21 so is her shell" "$(cat "/proc/$shell/cgroup")" "/$scope\$"
	like "VM-21 loginctl user-status shows her shell" "$(loginctl user-status alice --no-pager)" "$shell bash|$shell .*bash"
	is "VM-21 inside, loginctl works over the system's bus" \
		"$(session_do a 'loginctl show-session $XDG_SESSION_ID -p Leader --value')" "$owner"
}

journal_test() {
	local fields name
	fields=$(journal_fields open)
	isolates like "VM-22 the journal has the line" "$(journal_line open)" \
		"open: user=\"alice\" uid=$ALICE service=\"sshd\" rhost=\"127.0.0.1\" space=$ALICE-0 scope=login network=loopback ms="
	for name in LOGINSPACE_USER=alice LOGINSPACE_UID="$ALICE" LOGINSPACE_SERVICE=sshd LOGINSPACE_RHOST=127.0.0.1 \
		LOGINSPACE_SPACE="$ALICE-0" LOGINSPACE_NETWORK=loopback PRIORITY=6 SYSLOG_FACILITY=10; do
		isolates is "VM-22 with the field $name" "$(grep -cxF "$name" <<<"$fields")" 1
	done
}

sftp_lines() {
	printf '%s\n' "$@" | sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1
}

copies_test() {
	head -c 200000 /dev/urandom >/tmp/only-on-the-host
	check "VM-23 scp" scp -q "${SSH_OPTIONS[@]}" -P $PORT /tmp/only-on-the-host alice@127.0.0.1:up
	check "VM-23 scp: the same" cmp /tmp/only-on-the-host /home/alice/up
	check "VM-23 sftp" sftp_lines "get up /root/down"
	check "VM-23 sftp: the same" cmp /tmp/only-on-the-host /root/down
	isolates unlike "VM-23 sftp is in a space" "$(sftp_lines 'ls /tmp' 2>&1)" only-on-the-host
	rm -f /tmp/only-on-the-host /root/down
}

# The host's port 22 has an sshd behind it; in a space there is none.
forward_test() {
	local client
	ssh "${SSH_OPTIONS[@]}" -p $PORT -N -L 8022:127.0.0.1:22 alice@127.0.0.1 2>/dev/null &
	client=$!
	wait_until 20 port_open 8022
	isolates is "VM-24 ssh -L leads to the loopback of the space" "$(timeout 10 bash -c 'read -r line </dev/tcp/127.0.0.1/8022; echo ${line%%-*}')" ""
	kill $client
	wait $client 2>/dev/null
}

port_open() {
	(: </dev/tcp/127.0.0.1/"$1") 2>/dev/null
}

terminal_test() {
	local out
	out=$(ptyrun -t 60 -e '$ ' -s 'tty; sh -c "echo run\\"\\"ning; exec sleep 100"\r' -e running -s '\032' \
		-e Stopped -e '$ ' -s 'jobs; kill %1; wait; echo ba""ck\r' -e back -s 'exit 7\r' \
		-- ssh "${SSH_OPTIONS[@]}" -p $PORT -tt alice@127.0.0.1 2>&1)
	is "VM-25 a terminal, with job control" "$?" 7
	unlike "VM-25 without complaints" "$out" 'no job control|cannot set terminal|Failed'
}

ends_test() {
	local scope
	scope=$(session_value "$SESSION" Scope)
	session_do a 'nohup setsid sleep 1000 >/dev/null 2>&1 & :'
	session_stop a
	check "VM-26 logout: the space ends" wait_until 10 no_init
	isolates check "VM-26 logout: no process of alice's is left in it" wait_until 10 not pgrep -u alice -x sleep
	pkill -u alice -x sleep
	check "VM-26 logout: logind's session goes" wait_until 20 no_session_of alice
	check "VM-26 logout: so does its scope" wait_until 20 not systemctl -q is-active "$scope"
	isolates like "VM-26 logout: the journal has the line" "$(journal_line close)" "close: space=$ALICE-0 user=\"alice\""
}

check "VM-20 alice logs in over ssh" session_start a alice
SESSION=$(sessions_of alice | head -n 1)
space_test
logind_test
journal_test
ends_test
copies_test
forward_test
terminal_test
check "VM-27 nothing is left of any space" wait_until 20 no_init
