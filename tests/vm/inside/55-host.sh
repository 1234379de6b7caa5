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

# The administrator's way to a shell of somebody's has the PAM service login, but systemd executes the
# shell without a fork: it gets all namespaces but that of the processes. See docs/SYSTEMD.md.
machinectl_test() {
	local pid
	timeout 120 machinectl -q shell alice@.host /bin/sleep 611 </dev/null >$RIG/shell 2>&1 &
	wait_until 60 pgrep -u alice -fx '/bin/sleep 611'
	pid=$(pgrep -u alice -fx '/bin/sleep 611')
	isolates is "VM-58 machinectl shell: a space, but for the processes" "$(apart "${pid:-none}")" "mnt ipc uts net"
	printf '# machinectl shell: process %s; it says: %s\n' "${pid:-none}" "$(xargs -0 <$RIG/shell)"
	journalctl -q -n 6 -o cat -u 'container-shell@*' | sed 's/^/#   /'
	[[ -z $pid ]] || kill "$pid"
	wait
	check "VM-58 nothing is left of it" wait_until 20 no_init
	isolates like "VM-58 systemctl --user -M alice@.host does not find her systemd" \
		"$(systemctl --user -M alice@.host is-system-running 2>&1; echo "status $?")" 'Failed to connect.*status 1'
	is "VM-58 without login among the services, both are on the host" "$(services_without_login)" "on the host, running"
}

services_without_login() {
	local pid
	configure 'services =' 'services = sshd su su-l remote'
	timeout 120 machinectl -q shell alice@.host /bin/sleep 612 </dev/null >$RIG/shell 2>&1 &
	wait_until 60 pgrep -u alice -fx '/bin/sleep 612'
	pid=$(pgrep -u alice -fx '/bin/sleep 612')
	[[ -n $pid && -z $(apart "$pid") ]] && printf 'on the host, '
	systemctl --user -M alice@.host is-system-running --wait
	kill "$pid"
	wait
	configure_nothing
}

terminal_begin
records_test
machines_test
terminate_test
kill_test
user_test
machinectl_test
