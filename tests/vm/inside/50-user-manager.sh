# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# The user's own systemd, which logind starts with the first login: what it sees, and who reaches it.
. "$SOURCE/tests/vm/inside.bash"
MANAGER=user@$ALICE.service

manager_value() { # NAME
	systemctl show "$MANAGER" -p "$1" --value
}

# The way of an administrator. Not "systemctl --user -M alice@.host", see machinectl in 55-host.sh.
manager_ask() {
	runuser -u alice -- env XDG_RUNTIME_DIR="/run/user/$ALICE" systemctl --user "$@"
}

manager_ends() {
	loginctl disable-linger alice
	wait_until 30 not systemctl -q is-active "$MANAGER" || systemctl stop "$MANAGER"
}

manager_test() {
	local pid
	check "VM-50 alice's systemd runs" wait_until 30 systemctl -q is-active "$MANAGER"
	pid=$(manager_value MainPID)
	is "VM-50 it is alice's" "$(stat -c %U "/proc/$pid")" alice
	is "VM-50 it is on the host, in no space" "$(readlink "/proc/$pid"/ns/{mnt,pid,ipc,uts,net})" "$(readlink /proc/self/ns/{mnt,pid,ipc,uts,net})"
	is "VM-50 the module is not even asked" "$(journalctl -q -o cat LOGINSPACE_SERVICE=systemd-user)" ""
	is "VM-50 all of its units are well" "$(manager_ask is-system-running --wait)" running
	unlike "VM-50 what is in the space is none of its units" "$(manager_ask status --no-pager)" 'loginspace-init'
}

hide_test() {
	isolates is "VM-51 user_bus = hide: systemctl --user inside fails" "$(session_do a 'systemctl --user is-active basic.target >/dev/null 2>&1; echo $?')" 1
	isolates like "VM-51 and says so at once" "$(session_do a 'systemctl --user status 2>&1')" 'Failed to connect to .*bus'
	isolates like "VM-51 systemd-run --user inside fails" "$(session_do a 'systemd-run --user --wait touch /home/alice/outside 2>&1; echo $?' | xargs)" 'Failed to .*bus.* 1$'
	isolates is "VM-51 and nothing has run" "$(ls /home/alice/outside 2>/dev/null)" ""
	session_do a 'systemd-run --user --wait touch /home/alice/outside' >$RIG/said 2>&1
	printf '# systemd-run --user inside says: %s\n' "$(head -n 1 $RIG/said)"
	rm -f /home/alice/outside
	isolates is "VM-51 DBUS_SESSION_BUS_ADDRESS leads nowhere" "$(session_do a 'test -S ${DBUS_SESSION_BUS_ADDRESS#unix:path=}; echo $?')" 1
}

keep_test() {
	configure 'user_bus = keep'
	check "VM-52 user_bus = keep: a login" session_start k alice
	isolates is "VM-52 it is in a space" "$(others "$(session_do k "$WHERE")")" "$ALL"
	# By its private socket, of whose other end no process number is known in there, systemctl(1) does not.
	is "VM-52 systemctl --user works over the bus" \
		"$(session_do k 'SYSTEMCTL_FORCE_BUS=1 systemctl --user is-active basic.target')" active
	printf '# systemctl --user inside, user_bus = keep: %s\n' "$(session_do k 'systemctl --user is-active basic.target')"
	is "VM-52 systemd-run --user starts a program outside, on the host" \
		"$(session_do k 'systemd-run --user --quiet --wait --pipe readlink /proc/self/ns/pid')" "$(readlink /proc/self/ns/pid)"
	is "VM-52 /run/user is the host's" "$(session_do k 'echo y >$XDG_RUNTIME_DIR/g'; cat /run/user/"$ALICE"/g)" y
	session_stop k
	configure_nothing
}

# With lingering the manager lives without a login; a login then comes to one that is there already.
linger_test() {
	loginctl enable-linger alice
	check "VM-53 loginctl enable-linger: alice's systemd runs" wait_until 30 systemctl -q is-active "$MANAGER"
	isolates is "VM-53 a login is in a space as ever" "$(others "$(run_as alice "$WHERE")")" "$ALL"
	is "VM-53 it lives on" "$(systemctl is-active "$MANAGER")" active
	is "VM-53 its folder on the host has not been touched" "$(ls /run/user/"$ALICE"/systemd/private)" "/run/user/$ALICE/systemd/private"
	manager_ends
}

# The module in the manager's own stack: systemd executes it without a fork, so it would be outside the
# PID namespace. It is not listed, and so nothing happens; who lists it gets what docs/SYSTEMD.md says.
stack_test() {
	# Without one in /etc, libpam takes the one of systemd's package.
	[[ ! -e /etc/pam.d/systemd-user ]] || cp -a /etc/pam.d/systemd-user $RIG/systemd-user
	{ cat /etc/pam.d/systemd-user 2>/dev/null || cat /usr/lib/pam.d/systemd-user; } >$RIG/stack
	{ cat $RIG/stack && echo 'session required pam_loginspace.so'; } >/etc/pam.d/systemd-user
	wait_until 60 no_session_of alice
	systemctl stop "$MANAGER"
	check "VM-54 the line in systemd-user: the manager starts" systemctl start "$MANAGER"
	is "VM-54 outside of any space, as the service is not listed" \
		"$(readlink "/proc/$(manager_value MainPID)/ns/pid") $(readlink "/proc/$(manager_value MainPID)/ns/mnt")" \
		"$(readlink /proc/self/ns/pid) $(readlink /proc/self/ns/mnt)"
	like "VM-54 which the journal says" "$(journalctl --sync; journalctl -q -n 1 -o cat LOGINSPACE_SERVICE=systemd-user)" 'ignored: .*service is not listed'
	systemctl stop "$MANAGER"
	configure 'services = systemd-user'
	systemctl start "$MANAGER" >$RIG/said 2>&1
	printf '# systemd-user listed: %s, result %s\n' "$(systemctl is-active "$MANAGER")" "$(manager_value Result)"
	journalctl -q -n 8 -o cat -u "$MANAGER" | sed 's/^/#   /'
	isolates is "VM-54 listed, it does not start" "$(systemctl is-active "$MANAGER")" failed
	isolates like "VM-54 which the journal explains" "$(journalctl --sync; journalctl -q -n 1 -o cat LOGINSPACE_SERVICE=systemd-user)" 'denied: .*systemd would execute the program'
	systemctl reset-failed "$MANAGER"
	systemctl stop "$MANAGER"
	configure_nothing
	rm /etc/pam.d/systemd-user
	[[ ! -e $RIG/systemd-user ]] || cp -a $RIG/systemd-user /etc/pam.d/systemd-user
	is "VM-54 a login afterwards" "$(run_as alice 'systemctl is-active user@$(id -u)')" active
}

session_start a alice
manager_test
hide_test
session_stop a
keep_test
linger_test
needs_module
stack_test
