# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# Policies whose sense needs a real system: what logins give up, nat behind the host's nftables, and a
# broken configuration.
. "$SOURCE/tests/vm/inside.bash"
needs_module

restrict_test() {
	configure 'no_new_privs = yes' 'seccomp = default' 'capabilities = CAP_NET_RAW'
	check "VM-60 no_new_privs, seccomp, capabilities: a login" session_start a alice
	is "VM-60 all three hold" "$(session_do a 'grep -E "^(NoNewPrivs|Seccomp|CapBnd):" /proc/self/status' | awk '{ print $2 }' | xargs)" "0000000000002000 1 2"
	like "VM-60 no sudo" "$(session_do a 'sudo -n true 2>&1')" 'no new privileges|nosuid'
	is "VM-60 logind knows it" "$(sessions_of alice | wc -l)" 1
	session_stop a
	check "VM-60 sshd could close it with logind" wait_until 20 no_session_of alice
	check "VM-60 the space ends" wait_until 10 no_init
}

userns_test() {
	configure 'namespaces = mount pid ipc uts net user cgroup'
	check "VM-61 user and cgroup among the namespaces: a login" session_start a alice
	isnt "VM-61 a user namespace" "$(session_do a 'readlink /proc/self/ns/user')" "$(readlink /proc/self/ns/user)"
	is "VM-61 her scope is the root of what she sees" "$(session_do a 'cat /proc/self/cgroup')" "0::/"
	is "VM-61 sudo is root inside, without the host's power" "$(session_do a 'sudo id -u; sudo sysctl -qw kernel.panic=1 2>/dev/null; echo $?' | xargs | sed 's/ [1-9][0-9]*$/ no/')" "0 no"
	session_stop a
	check "VM-61 logind's session goes" wait_until 20 no_session_of alice
	check "VM-61 the space ends" wait_until 10 no_init
}

connect() { # ADDRESS PORT
	echo "timeout 5 bash -c 'read -r line </dev/tcp/$1/$2; echo \${line%%-*}' 2>/dev/null"
}

# The guest's own address is all that there is to reach.
nat_test() {
	sysctl -qw net.ipv4.ip_forward=1
	configure 'network = nat' 'address_pool6 = none' 'reach_host = yes'
	# To load the modules takes an emulated machine longer than the helper waits for nft(8).
	nft 'add table ip warm; add chain ip warm out { type nat hook postrouting priority 100; }; add rule ip warm out ct state new masquerade'
	nft delete table ip warm
	check "VM-62 network = nat: a login" session_start a alice
	is "VM-62 it has the first address" "$(session_do a 'ip -4 -o addr show dev eth0' | grep -o '10\.213\.[0-9.]*' | head -n 1)" 10.213.0.2
	is "VM-62 reach_host: it reaches the host's sshd" "$(session_do a "$(connect 10.0.2.15 22)")" SSH
	is "VM-62 the table is there" "$(nft list tables)" "table inet loginspace"
	is "VM-62 systemd-networkd leaves the interface alone" "$(networkctl list --no-legend ls0 | awk '{ print $NF }')" unmanaged
	is "VM-62 doctor: nothing fails" "$(loginspace doctor 2>&1 | grep '^fail')" ""
	session_stop a
	check "VM-62 the interface goes" wait_until 10 not ip link show ls0
	configure 'network = nat' 'address_pool6 = none'
	session_start a alice
	is "VM-62 without reach_host it does not" "$(session_do a "$(connect 10.0.2.15 22)")" ""
	session_stop a
	sysctl -qw net.ipv4.ip_forward=0
	wait_until 10 no_init
	is "VM-62 the system runs" "$(system_state)" running
}

broken_test() {
	configure 'lingr = none'
	like "VM-63 a broken configuration: alice is denied, and told so" "$(run_as alice 'echo in' 2>&1; echo "status $?")" \
		'This login was refused.*status 254'
	like "VM-63 the journal says why" "$(journal_line denied)" \
		"denied: user=\"alice\" uid=$ALICE .*step=configuration errno=EINVAL .*test.conf:2: unknown key 'lingr'; is it linger\?"
	is "VM-63 su, too" "$(su - bob -c 'echo in' 2>/dev/null)" ""
	is "VM-63 root gets in" "$(run_as root 'echo in')" in
	like "VM-63 which the journal says, too" "$(journal_line exempt)" 'uid 0 gets in although other logins fail'
	check "VM-63 logind keeps no session of the denied" wait_until 20 no_session_of alice
	configure_nothing
	like "VM-63 mended, alice gets in" "$(space_of alice)" '^[0-9]+-0$'
}

# KillUserProcesses=yes is what some administrators set: then logind ends the scope as well.
kill_user_processes_test() {
	local scope
	mkdir -p /etc/systemd/logind.conf.d
	printf '%s\n' '[Login]' KillUserProcesses=yes >/etc/systemd/logind.conf.d/test.conf
	systemctl restart systemd-logind
	check "VM-64 KillUserProcesses=yes: a login" session_start a alice
	scope=$(session_value "$(sessions_of alice | head -n 1)" Scope)
	session_do a '(trap "" TERM HUP; exec setsid sleep 1000) >/dev/null 2>&1 & :'
	session_stop a
	check "VM-64 the space ends" wait_until 10 no_init
	check "VM-64 the scope goes, without a timeout" wait_until 20 not systemctl -q is-active "$scope"
	rm /etc/systemd/logind.conf.d/test.conf
	systemctl restart systemd-logind
}

restrict_test
userns_test
nat_test
broken_test
kill_user_processes_test
