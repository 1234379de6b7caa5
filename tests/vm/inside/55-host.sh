# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# What the host's own commands see and do: loginctl, machinectl, who, last.
. "$SOURCE/tests/vm/inside.bash"

terminal_begin() {
	ptyrun -t 600 -e '$ ' -s 'tty\r' -e '/dev/pts/' -e '$ ' -s 'read line\r' -e never -- \
		ssh "${SSH_OPTIONS[@]}" -p $PORT -tt alice@127.0.0.1 >$RIG/terminal 2>&1 &
	CLIENT=$!
	wait_until 60 grep -q /dev/pts/ $RIG/terminal
	SESSION=$(sessions_of alice | head -n 1)
}

records_test() {
	like "VM-55 who has the login" "$(who)" 'alice +(pts/[0-9]+|sshd)'
	like "VM-55 w, too" "$(w -h)" 'alice'
	if command -v last >/dev/null; then
		like "VM-55 last has it" "$(last -n 20)" 'alice +pts/[0-9]+ +127\.0\.0\.1'
	else
		like "VM-55 wtmpdb has it" "$(wtmpdb last)" 'alice +'
	fi
	like "VM-55 lastlog has it" "$(lastlog -u alice 2>/dev/null || lastlog2 -u alice)" 'alice +.*127\.0\.0\.1'
}

machines_test() {
	is "VM-56 machinectl: a space is no machine" "$(machinectl list --no-legend | grep -c alice)" 0
	like "VM-56 loginctl session-status shows what runs inside" "$(loginctl session-status "$SESSION" --no-pager)" 'bash'
	like "VM-56 systemd-cgls, too" "$(systemd-cgls --no-pager -u "$(session_value "$SESSION" Scope)")" 'bash'
	isolates like "VM-56 and PID 1 of the space" "$(loginctl session-status "$SESSION" --no-pager)" 'loginspace-init'
}

terminate_test() {
	check "VM-57 loginctl terminate-session" loginctl terminate-session "$SESSION"
	check "VM-57 ends the space" wait_until 20 no_init
	wait $CLIENT 2>/dev/null
	check "VM-57 and the session" wait_until 20 no_session_of alice
}

kill_test() {
	session_start a alice
	SESSION=$(sessions_of alice | head -n 1)
	session_do a 'trap "" TERM HUP; (trap "" TERM HUP; exec sleep 1000) & :'
	check "VM-57 loginctl kill-session, with processes that do not listen" loginctl kill-session "$SESSION" -s KILL
	check "VM-57 ends the space" wait_until 20 no_init
	check "VM-57 and the session" wait_until 20 no_session_of alice
	session_stop a
}

# loginctl terminate-user: everything of hers, spaces and her systemd.
user_test() {
	session_start a alice
	session_start b alice
	isolates is "VM-57 two logins, two spaces" "$(inits)" 2
	loginctl terminate-user alice
	check "VM-57 loginctl terminate-user ends both" wait_until 30 no_init
	check "VM-57 no process of hers is left" wait_until 30 not pgrep -u alice
	session_stop a
	session_stop b
}

# Which namespaces a process has that are not the host's.
apart() { # PID
	local kind own
	for kind in "${KINDS[@]}"; do
		own=$(readlink "/proc/$1/ns/$kind") || continue
		[[ $own == "$(readlink "/proc/self/ns/$kind")" ]] || echo "$kind"
	done | xargs
}

# The administrator's way to a shell of somebody's has the PAM service login, but systemd would execute
# the shell without a fork: refused, while login is listed. root gets one. See docs/SYSTEMD.md.
machinectl_test() {
	isolates is "VM-58 machinectl shell alice@.host: refused" "$(shell_of alice 611)" "none"
	isolates like "VM-58 which the journal says" "$(journalctl --sync; journalctl -q -n 1 -o cat LOGINSPACE_EVENT=denied)" \
		'user="alice" .*service="login" .*step=application .*systemd would execute the program'
	check "VM-58 nothing is left of it" wait_until 20 no_init
	is "VM-58 machinectl shell root@.host" "$(shell_of root 613)" "on the host"
	isolates isnt "VM-58 systemctl --user -M alice@.host: refused" \
		"$(systemctl --user -M alice@.host is-system-running --wait >/dev/null 2>&1; echo $?)" 0
	configure 'services =' 'services = sshd su su-l remote'
	is "VM-58 without login among the services: machinectl shell" "$(shell_of alice 612)" "on the host"
	is "VM-58 and systemctl --user -M" "$(systemctl --user -M alice@.host is-system-running --wait)" running
	configure_nothing
}

# shell_of USER SECONDS: where a program started by machinectl runs. Its input must not end.
shell_of() {
	local pid machinectl
	timeout 120 machinectl -q shell "$1@.host" /bin/sleep "$2" < <(exec sleep 100 2>/dev/null) >$RIG/shell 2>&1 &
	machinectl=$!
	wait_until 60 shell_decided "$1" "$2" "$machinectl"
	pid=$(pgrep -u "$1" -fx "/bin/sleep $2")
	if [[ -z $pid ]]; then
		echo none
	elif [[ -z $(apart "$pid") ]]; then
		echo "on the host"
	else
		echo "apart: $(apart "$pid")"
	fi
	[[ -z $pid ]] || kill "$pid"
	wait "$machinectl"
}

shell_decided() { # USER SECONDS PID
	pgrep -u "$1" -fx "/bin/sleep $2" || ! kill -0 "$3"
}

terminal_begin
records_test
machines_test
terminate_test
kill_test
user_test
machinectl_test
