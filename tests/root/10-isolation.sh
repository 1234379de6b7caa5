# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Over real ssh: what a login sees of the host and of other logins. alice is inside twice, bob once.
. "$SOURCE/tests/rig/lib.bash"

ns_of() {
	local name
	for name in mnt pid ipc uts net; do
		session_do "$1" "readlink /proc/self/ns/$name"
	done
}

host_ns() {
	local name
	for name in mnt pid ipc uts net; do
		readlink "/proc/self/ns/$name"
	done
}

# Lines that both texts have.
common_lines() {
	comm -12 <(sort <<<"$1") <(sort <<<"$2")
}

namespaces_test() {
	local a b a2 h name
	a=$(ns_of a) b=$(ns_of b) a2=$(ns_of a2) h=$(host_ns)
	is "ISO-02 five namespaces can be read" "$(wc -l <<<"$a")" 5
	isolates is "ISO-02 no namespace shared with the host" "$(common_lines "$a" "$h")" ""
	isolates is "ISO-02 no namespace shared with another user" "$(common_lines "$a" "$b")" ""
	isolates is "ISO-02 no namespace shared with another login of the same user" \
		"$(common_lines "$a" "$a2")" ""
	for name in user cgroup time; do
		is "ISO-02 the $name namespace is the host's" \
			"$(session_do a "readlink /proc/self/ns/$name")" "$(readlink "/proc/self/ns/$name")"
	done
}

processes_test() {
	local seen secret
	session_do b 'sleep 3210 & S=$!' >/dev/null
	secret=$(pgrep -f 'sleep 3210' | head -n 1)
	isolates is "ISO-01 PID 1 is the init of the space" "$(session_do a 'cat /proc/1/comm')" loginspace-init
	seen=$(session_do a 'ps -e -o comm= | sort -u | tr "\n" " "')
	isolates unlike "ISO-01 ps shows no process of the host" "$seen" 'logsink|enter'
	isolates check "ISO-01 ps shows no process of another login" \
		session_do a '! ps -e -o args= | grep -q "[s]leep 3210"'
	isolates check "ISO-01 a walk over all of /proc finds a handful" \
		session_do a 'n=$(ls -d /proc/[0-9]* | wc -l); echo $n processes; [ $n -le 6 ]'
	isolates like "ISO-01 another login's process does not exist" \
		"$(session_do a "LC_ALL=C kill -0 $((secret + 100000)) $secret")" 'No such process.*No such process'
	isolates check "ISO-01 the numbers start anew" session_do a '[ $$ -lt 20 ]'
	session_do b 'kill $S' >/dev/null
}

network_test() {
	isolates is "ISO-03 the only interface is lo" \
		"$(session_do a 'ls -I bonding_masters /sys/class/net; echo; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "' |
			tr '\n' ' ')" "lo  lo "
	check "ISO-03 lo is UP" session_do a "$RIG/bin/nettool own-link lo"
	like "ISO-03 ip addr shows lo UP with both addresses" "$(session_do a 'ip addr' | tr '\n' ' ')" \
		'lo: <LOOPBACK,UP.*127\.0\.0\.1/8.*::1/128'
	if command -v ping >/dev/null; then
		check "ISO-03 ping 127.0.0.1 answers" session_do a 'ping -n -c 1 -W 2 127.0.0.1'
	else
		skip "ISO-03 ping 127.0.0.1 answers" "no ping"
	fi
	session_do a "$RIG/bin/nettool tcp-listen 127.0.0.1 8000 inside >/tmp/ready & L=\$!; until grep -q ready /tmp/ready; do :; done"
	session_do a "$RIG/bin/nettool tcp-listen ::1 8000 inside >/tmp/ready6 & M=\$!; until grep -q ready /tmp/ready6; do :; done"
	is "ISO-03 a login reaches its own listener" \
		"$(session_do a "$RIG/bin/nettool tcp-connect 127.0.0.1 8000")" inside
	is "ISO-03 a login reaches its own listener (::1)" \
		"$(session_do a "$RIG/bin/nettool tcp-connect ::1 8000")" inside
	isolates like "ISO-03 another login does not reach it" \
		"$(session_do b "$RIG/bin/nettool tcp-connect 127.0.0.1 8000")" 'refused'
	isolates like "ISO-03 another login does not reach it (::1)" \
		"$(session_do b "$RIG/bin/nettool tcp-connect ::1 8000")" 'refused'
	isolates like "ISO-03 the host does not reach it" "$(nettool tcp-connect 127.0.0.1 8000 2>&1)" refused
	isolates like "ISO-03 the host's sshd is not reached from inside" \
		"$(session_do a "timeout 1 $RIG/bin/nettool tcp-connect 127.0.0.1 $PORT")" refused
	session_do a 'kill $L $M; wait'
}

listener_start() { # WHERE NAME TEXT
	if [[ $1 == host ]]; then
		nettool unix-listen "$2" "$3" >"$RIG/ready" &
		LISTENER=$!
		wait_until 5 grep -q ready "$RIG/ready"
	else
		session_do "$1" "$RIG/bin/nettool unix-listen '$2' '$3' >/dev/shm/ready-$1 & L=\$!; until grep -q ready /dev/shm/ready-$1; do :; done"
	fi
}

unix_sockets_test() {
	local where
	for where in host a b; do
		listener_start "$where" "@loginspace-test-$where" "$where"
	done
	is "ISO-04 own abstract socket answers" \
		"$(session_do a "$RIG/bin/nettool unix-connect @loginspace-test-a")" a
	isolates like "ISO-04 abstract socket of the host is not reached" \
		"$(session_do a "$RIG/bin/nettool unix-connect @loginspace-test-host")" refused
	isolates like "ISO-04 abstract socket of another login is not reached" \
		"$(session_do a "$RIG/bin/nettool unix-connect @loginspace-test-b")" refused
	isolates like "ISO-04 the host does not reach one inside" \
		"$(nettool unix-connect @loginspace-test-a 2>&1)" refused
	isolates check "ISO-04 /proc/net/unix lists no other's socket" \
		session_do a '! grep -q "loginspace-test-[bh]" /proc/net/unix'
	kill "$LISTENER"
	session_do a 'kill $L; rm -f /dev/shm/ready-a; wait'
	session_do b 'kill $L; rm -f /dev/shm/ready-b; wait'
}

ipc_test() {
	session_do b "$RIG/bin/nettool sysv-make 0x5151; $RIG/bin/nettool mq-make /rig-b; $RIG/bin/nettool shm-make /rig-b"
	nettool sysv-make 0x5252
	nettool shm-make /rig-host
	check "ISO-05 SysV objects of the login itself are there" session_do b "$RIG/bin/nettool sysv-find 0x5151"
	isolates check "ISO-05 SysV objects of another login are not" \
		session_do a "! $RIG/bin/nettool sysv-find 0x5151"
	isolates check "ISO-05 SysV objects of the host are not" \
		session_do a "! $RIG/bin/nettool sysv-find 0x5252"
	isolates is "ISO-05 the lists in /proc/sysvipc are empty" \
		"$(session_do a 'tail -q -n +2 /proc/sysvipc/shm /proc/sysvipc/sem /proc/sysvipc/msg')" ""
	isolates check "ISO-05 POSIX shared memory of others is absent" \
		session_do a "! $RIG/bin/nettool shm-find /rig-b && ! $RIG/bin/nettool shm-find /rig-host"
	isolates is "ISO-05 /dev/shm is empty" "$(session_do a 'ls -A /dev/shm')" ""
	if [[ -d /dev/mqueue ]]; then
		nettool mq-make /rig-host
		isolates check "ISO-05 POSIX queues of others are absent" \
			session_do a "! $RIG/bin/nettool mq-find /rig-b && ! $RIG/bin/nettool mq-find /rig-host"
		isolates is "ISO-05 /dev/mqueue is empty" "$(session_do a 'ls -A /dev/mqueue')" ""
		is "ISO-05 /dev/mqueue shows the login's own queue" "$(session_do b 'ls /dev/mqueue' | grep rig-b)" rig-b
	else
		skip_kernel "ISO-05 POSIX queues" "no mqueue"
	fi
}

tmp_test() {
	local dir
	for dir in /tmp /var/tmp; do
		touch "$dir/host-file"
		session_do b "touch $dir/bob-file"
		isolates is "ISO-04 $dir is empty at the start" "$(session_do a2 "ls -A $dir")" ""
		isolates check "ISO-04 $dir: the host does not see what is inside" test ! -e "$dir/bob-file"
		is "ISO-04 $dir has mode 1777 and belongs to root" "$(session_do a2 "stat -c '%a %u:%g' $dir")" "1777 0:0"
		check "ISO-04 $dir can be written" session_do a2 "touch $dir/mine && rm $dir/mine"
	done
	check "/tmp and /var/tmp are not one and the same" \
		session_do a2 'touch /tmp/x && [ ! -e /var/tmp/x ]'
}

hostname_test() {
	is "ISO-14 the host name is the host's" "$(session_do a hostname)" righost
	check "ISO-14 a user cannot change it" session_do a '! hostname other 2>/dev/null && [ "$(hostname)" = righost ]'
	run_as alice 'sudo hostname changed-inside'
	isolates is "ISO-14 a change inside does not show on the host" "$(hostname)" righost
	hostname righost
}

identity_test() {
	isolates is "LOGINSPACE names the space" "$(session_do a 'echo $LOGINSPACE')" 2001-0
	isolates is "LOGINSPACE of the second login" "$(session_do a2 'echo $LOGINSPACE')" 2001-1
	isolates is "LOGINSPACE of another user" "$(session_do b 'echo $LOGINSPACE')" 2002-0
	is "the user is who he is" "$(session_do a id)" "$(id alice)"
	is "the home is at hand" "$(session_do a 'echo hello >~/f; pwd')$(cat /home/alice/f)" /home/alicehello
	is "root is left alone" "$(run_as root 'readlink /proc/self/ns/pid; echo $LOGINSPACE')" \
		"$(readlink /proc/self/ns/pid)"
}

start_sshd
log_mark
check "alice logs in" session_start a alice
check "alice logs in again" session_start a2 alice
check "bob logs in" session_start b bob
isolates check "the log says who got which space" \
	log_has 'open: user="alice" uid=2001 service="sshd" .*space=2001-0'
namespaces_test
processes_test
network_test
unix_sockets_test
ipc_test
tmp_test
identity_test
hostname_test
session_stop a
session_stop a2
session_stop b
stop_sshd
