# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What the keys of the configuration do inside of a space, one after another.
. "$SOURCE/tests/root/policy.bash"
needs_module

LONG=abcdefghijklmnopqrstuvwxyz012345 # a user name of 32 letters, the most that useradd(8) takes

# named NAME TEMPLATE USER PATTERN: the host name, and that it can be looked up.
named() {
	local name both
	policy '[default]' "hostname = $2"
	name=$(run_as "$3" 'hostname')
	like "hostname = $2, $1" "$name" "^$4\$"
	check "hostname = $2, $1: up to 64 bytes" test "${#name}" -le 64
	both=$(run_as "$3" 'n=$(uname -n); echo "$n"; getent hosts "$n"' | tr -s ' \n' ' ')
	like "hostname = $2, $1: uname, and the name's address" "$both" "^($4) 127\.0\.1\.1 ($4) \$"
}

hostname_test() {
	named "words" '%u-%h-%i' alice 'alice-righost-2001-[0-9]+'
	named "uid" 'box%U' alice 'box2001'
	named "service" 'a.%s' alice 'a\.sshd'
	is "hostname = a.%s: by su" "$(su alice -c 'uname -n')" 'a.su'
	named "a long name is cut" '%u-%u-%u' $LONG "$LONG-${LONG:0:31}"
	policy '[default]'
	is "no hostname: the host's" "$(run_as alice 'uname -n')" righost
	is "no hostname: /etc/hosts is the host's" "$(run_as alice 'stat -c %d:%i /etc/hosts')" "$(stat -c %d:%i /etc/hosts)"
	is "the host keeps its name" "$(uname -n)" righost
}

hosts_refused() { # WHY ERRNO
	log_mark
	refused "/etc/hosts $1: refused" alice
	check "and the log says so" log_line "denied: .*step=hosts errno=$2"
}

hosts_test() {
	local inside outside
	outside=$(</etc/hosts)
	policy '[default]' 'hostname = %u-space'
	inside=$(run_as alice 'cat /etc/hosts')
	is "/etc/hosts inside: a line more" "$inside" "127.0.1.1	alice-space"$'\n'"$outside"
	is "/etc/hosts inside: root's" "$(run_as alice 'stat -c "%u:%g %a" /etc/hosts')" "0:0 644"
	isnt "/etc/hosts inside: not for alice to write" "$(run_as alice 'echo x 2>/dev/null >>/etc/hosts; echo $?')" 0
	is "/etc/hosts outside is what it was" "$(</etc/hosts)" "$outside"
	check "root inside may change it" run_as alice 'echo 192.0.2.9 mine | sudo tee -a /etc/hosts && getent hosts mine'
	is "and outside it does not show" "$(</etc/hosts)" "$outside"
	mv /etc/hosts /etc/hosts.away
	is "no /etc/hosts: a login all the same" "$(run_as alice 'uname -n')" alice-space
	check "and none comes into being" test ! -e /etc/hosts
	mv /etc/hosts.away /etc/hosts
	chmod o+w /etc/hosts
	hosts_refused "that others may write" EPERM
	let_in "and root gets in" root
	chmod 644 /etc/hosts
	mv /etc/hosts /etc/hosts.away
	truncate -s $((1024 * 1024 + 1)) /etc/hosts
	hosts_refused "of more than 1 MiB" EFBIG
	rm /etc/hosts
	ln -s /dev/zero /etc/hosts
	hosts_refused "that is a device" EINVAL
	rm /etc/hosts
	mv /etc/hosts.away /etc/hosts
	confined "as it was: alice is in" alice
}

sudo_test() {
	local begin out
	command -v sudo >/dev/null || {
		skip "sudo under another host name" "not installed"
		return
	}
	policy '[default]' 'hostname = %u-%i'
	begin=$(now_ms)
	out=$(run_as alice 'sudo true' 2>&1)
	is "sudo under another host name: ends well" $? 0
	is "sudo under another host name: silent" "$out" ""
	check "sudo under another host name: quick" test $(($(now_ms) - begin)) -lt 2000
}

# own USER: which namespaces are not the host's.
own() {
	local own="" n link
	while read -r n link; do
		[[ $link == "$(readlink "/proc/self/ns/$n")" ]] || own+="$n "
	done < <(run_as "$1" 'for n in mnt pid ipc uts net; do echo "$n $(readlink /proc/self/ns/$n)"; done')
	echo "${own% }"
}

namespaces_test() {
	policy
	is "no configuration: all five" "$(own alice)" "mnt pid ipc uts net"
	policy '[default]' 'network = host'
	is "network = host: all but net" "$(own alice)" "mnt pid ipc uts"
	like "network = host: the host's interfaces" "$(run_as alice 'cat /proc/net/dev')" "rig0"
	log_mark
	run_as alice true
	check "network = host: in the log" log_line 'open: .*network=host'
	policy '[default]' 'namespaces = mount pid'
	is "namespaces = mount pid: these two" "$(own alice)" "mnt pid"
	policy '[default]' 'namespaces = mount pid' 'hostname = another'
	is "namespaces without uts: the host's name" "$(run_as alice 'uname -n')" righost
	is "and the host keeps it" "$(uname -n)" righost
	policy '[default]' 'namespaces = mount pid net'
	is "namespaces = mount pid net: these three" "$(own alice)" "mnt pid net"
	is "with a loopback interface that is up" "$(run_as alice "$RIG/bin/nettool own-link lo; echo \$?")" 0
}

tmp_test() {
	local dir
	touch /tmp/of-the-host /var/tmp/of-the-host
	policy
	for dir in /tmp /var/tmp; do
		is "private_tmp: $dir is empty" "$(run_as alice "ls $dir")" ""
	done
	policy '[default]' 'private_tmp = no'
	for dir in /tmp /var/tmp; do
		is "private_tmp = no: $dir is the host's" \
			"$(run_as alice "stat -c %d:%i $dir/of-the-host")" "$(stat -c %d:%i $dir/of-the-host)"
	done
	policy '[default]' 'tmp_size = 16m'
	for dir in /tmp /var/tmp /dev/shm; do
		is "tmp_size = 16m: df of $dir" "$(run_as alice "df -k --output=size $dir | tail -n 1" | tr -d ' ')" 16384
	done
	is "tmp_size = 16m: 17 MiB do not fit" \
		"$(run_as alice 'head -c 17825792 /dev/zero 2>/dev/null >/tmp/big; stat -c %s /tmp/big')" 16777216
	rm /tmp/of-the-host /var/tmp/of-the-host
}

# binds PORT: can alice listen on it?
binds() {
	run_as alice "$RIG/bin/nettool tcp-listen 127.0.0.1 $1 here >/tmp/out 2>&1 & p=\$!
		until grep -qs . /tmp/out; do kill -0 \$p 2>/dev/null || break; done
		$RIG/bin/nettool tcp-connect 127.0.0.1 $1 2>/dev/null || echo refused; kill \$p 2>/dev/null"
}

network_keys_test() {
	policy
	is "no configuration: port 80 is not alice's" "$(binds 80)" refused
	policy '[default]' 'unprivileged_port_start = 80'
	is "unprivileged_port_start = 80: port 80 is" "$(binds 80)" here
	is "unprivileged_port_start = 80: port 79 is not" "$(binds 79)" refused
	policy '[default]' 'ping_group_range = 5 4000'
	is "ping_group_range" "$(run_as alice 'cat /proc/sys/net/ipv4/ping_group_range' | tr -s '\t' ' ')" "5 4000"
	if command -v ping >/dev/null; then
		check "ping_group_range with alice's group: ping without a capability" \
			run_as alice 'setpriv --no-new-privs ping -c 1 -W 2 127.0.0.1'
		policy '[default]' 'ping_group_range = 1 0'
		isnt "ping_group_range = 1 0: not" \
			"$(run_as alice 'setpriv --no-new-privs ping -c 1 -W 2 127.0.0.1 >/dev/null 2>&1; echo $?')" 0
	else
		skip "ping_group_range" "no ping"
	fi
}

# The third of two: denied by looking, before anything is made.
max_spaces_test() {
	wrapper traced "strace -f -qq -o $RIG/log/traced -e trace=clone3,unshare"
	policy '[default]' 'max_spaces = 2'
	session_start one alice
	session_start two alice
	with_helper "$RIG/libexec/traced"
	log_mark
	refused "LEAK-07 max_spaces = 2: a third is denied" alice
	like "LEAK-07 max_spaces = 2: the log says so" "$(log_line 'denied: ')" 'step=limit errno=EUSERS .*max_spaces'
	check "LEAK-07 max_spaces = 2: nothing was cloned for it" test -f "$RIG/log/traced" -a ! -s "$RIG/log/traced"
	confined "LEAK-07 max_spaces = 2: bob has his own two" bob
	check "max_spaces = 2: which are cloned" grep -q clone3 "$RIG/log/traced"
	with_helper "$HELPER"
	session_stop two
	check "max_spaces = 2: one less, and there is room" wait_until 5 is_in alice
	session_stop one
}

is_in() {
	[[ $(space_of "$1") == "$INSIDE" ]]
}

# The journal's socket: entries with fields, one for each line.
journal_test() {
	local sink entry
	policy '[default]' 'nested = deny'
	mkdir -p /run/systemd/journal
	logsink /run/systemd/journal/socket "$RIG/log/journal" &
	sink=$!
	wait_until 5 test -S /run/systemd/journal/socket
	run_as alice true
	check "journal: an entry for the end, too" wait_until 5 grep -q 'LOGINSPACE_EVENT=close' "$RIG/log/journal"
	entry="\\n$(grep 'LOGINSPACE_EVENT=open' "$RIG/log/journal")\\n"
	for field in 'MESSAGE=pam_loginspace(sshd:session): open: user="alice"' PRIORITY=6'\n' SYSLOG_FACILITY=10'\n' \
		SYSLOG_IDENTIFIER=sshd'\n' LOGINSPACE_USER=alice'\n' LOGINSPACE_UID=2001'\n' LOGINSPACE_SERVICE=sshd'\n' \
		LOGINSPACE_RHOST=127.0.0.1'\n' LOGINSPACE_SPACE=2001- LOGINSPACE_SCOPE=login'\n' LOGINSPACE_NETWORK=loopback'\n'; do
		check "journal, open: $field" grep -qF -- "\\n$field" <<<"$entry"
	done
	policy '[default]' 'nonsense = 1'
	run_as alice true >/dev/null 2>&1
	check "journal, denied: an entry" wait_until 5 grep -q 'LOGINSPACE_EVENT=denied' "$RIG/log/journal"
	entry=$(grep 'LOGINSPACE_EVENT=denied' "$RIG/log/journal")
	like "journal, denied: step, error and place" "$entry" \
		"PRIORITY=3.n.*LOGINSPACE_STEP=configuration.nLOGINSPACE_ERRNO=EINVAL.n.*LOGINSPACE_DETAIL=$CONF:2: unknown key"
	kill $sink
	wait $sink 2>/dev/null
	rm -rf /run/systemd/journal
}

user_add $LONG 2006
start_sshd
hostname_test
hosts_test
sudo_test
namespaces_test
tmp_test
network_keys_test
if strace -qq true 2>/dev/null; then
	max_spaces_test
else
	skip "max_spaces" "no strace"
fi
journal_test
stop_sshd
