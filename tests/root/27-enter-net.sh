# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# loginspace enter --net: a program of the host's in the network of a space; and show, which names
# that network for other programs.
#
# packages: jq
. "$SOURCE/tests/rig/lib.bash"
needs_module
. "$SOURCE/tests/rig/entering.bash"
. "$SOURCE/tests/rig/spaces.bash"

net() {
	"$COMMAND" enter --net "$ID" "$@"
}

usage_test() {
	status_of "enter --net: no id" 2 enter --net
	status_of "enter --net --root" 2 enter --net --root "$ID" -- true
	like "enter --net --root: and it is said" "$(<"$RIG/out")" 'it does not go with --root'
	status_of "enter --net: an unknown id" 1 enter --net 2001-77 -- true
	like "enter --net: and it is said" "$(<"$RIG/out")" '^loginspace: there is no space 2001-77$'
	install -m 755 "$COMMAND" "$RIG/bin/loginspace-all"
	status_of "enter --net: only root may" 1 setpriv --reuid=2001 --regid=2001 --clear-groups \
		loginspace-all enter --net "$ID" -- true
	is "enter --net: and it is said" "$(<"$RIG/out")" 'loginspace: enter must be run as root'
}

# All is the host's but the network.
place_test() {
	local host='readlink /proc/self/ns/{pid,ipc,uts,user,cgroup}; readlink /proc/self/root; hostname'
	is "enter --net: the network of the space" "$(net -- readlink /proc/self/ns/net)" \
		"$(session_do a 'readlink /proc/self/ns/net')"
	is "enter --net: all else is the host's" "$(net -- bash -c "$host")" "$(bash -c "$host")"
	is "enter --net: as root, with all capabilities" \
		"$(net -- bash -c 'id -u; grep CapEff /proc/self/status')" \
		"$(id -u; grep CapEff /proc/self/status)"
	is "enter --net: the host's files" "$(echo host >/tmp/mark; net -- cat /tmp/mark; rm /tmp/mark)" host
	is "enter --net: the folder, the umask and the environment of the caller" \
		"$(cd /var/log && umask 027 && FOO=bar net -- sh -c 'pwd; umask; echo $FOO $LOGINSPACE')" \
		$'/var/log\n0027\nbar'
	is "enter --net: only the fds of the caller" "$(net -- ls /proc/self/fd)" "$(command ls /proc/self/fd)"
	session_do a "$RIG/bin/nettool tcp-listen 127.0.0.1 9100 inside >/tmp/ready & until grep -q ready /tmp/ready; do :; done"
	is "enter --net: it reaches what listens in there" "$(net -- "$RIG/bin/nettool" tcp-connect 127.0.0.1 9100)" inside
	is "enter --net: which the host does not" "$(nettool tcp-connect 127.0.0.1 9100 2>/dev/null)" ""
	session_do a 'kill %1'
	background "$COMMAND" enter --net "$ID" -- sh -c 'echo ready; exec sleep 6341'
	is "enter --net: nobody in there sees it" "$(session_do a 'pgrep -f "^sleep 6341"')" ""
	kill "$OUTER"
	wait "$OUTER"
}

sys_test() {
	local before
	before=$(grep -c . /proc/self/mountinfo; ls -I bonding_masters /sys/class/net)
	is "enter --net: /sys shows its interfaces" "$(net -- ls -I bonding_masters /sys/class/net)" lo
	is "enter --net: and /proc" "$(net -- sh -c 'grep -c : /proc/net/dev')" 1
	is "enter --net: control groups are in their place" "$(net -- stat -fc %T /sys/fs/cgroup)" \
		"$(stat -fc %T /sys/fs/cgroup)"
	net -- mount -t tmpfs x /mnt
	is "enter --net: no mount comes out of it" "$(grep -c . /proc/self/mountinfo; ls -I bonding_masters /sys/class/net)" "$before"
	check "enter --net: what the host mounts still arrives" arrives
}

arrives() {
	background "$COMMAND" enter --net "$ID" -- sh -c 'echo ready; until [ -e /mnt/new ]; do sleep 0.05; done'
	mount -t tmpfs x /mnt
	: >/mnt/new
	wait_until 5 gone "$OUTER"
	local status=$?
	kill "$OUTER" 2>/dev/null
	umount /mnt
	return $status
}

# Root in the space has put files of his own over the system's; the host's are what runs.
user_files_test() {
	if ! command -v sudo >/dev/null; then
		skip "enter --net: nothing of the space's is run" "sudo is not installed"
		return
	fi
	session_do a 'printf "#!/bin/sh\necho theirs\n" >~/theirs; chmod 755 ~/theirs
		echo "nameserver 192.0.2.66" >~/conf; for file in /bin/hostname /bin/sh; do sudo mount --bind ~/theirs $file; done
		sudo mount --bind ~/conf /etc/resolv.conf' >/dev/null
	is "enter --net: nothing of the space's is run" "$(net -- hostname; echo 'echo $0' | SHELL='' net)" $'righost\n/bin/sh'
	is "enter --net: nor read: resolv.conf is the host's" "$(net -- cat /etc/resolv.conf)" "$(cat /etc/resolv.conf)"
}

command_test() {
	local status
	for status in 0 7 255; do
		status_of "enter --net: exit status $status" "$status" net -- sh -c "exit $status"
	done
	status_of "enter --net: death by SIGTERM" 143 net -- sh -c 'kill -TERM $$'
	status_of "enter --net: no such command" 127 net -- nosuchcommand
	status_of "enter --net: no such file" 127 net -- /no/such/file
	status_of "enter --net: a file that is no command" 126 net -- /etc/passwd
	like "enter --net: and it is said" "$(<"$RIG/out")" '^loginspace: cannot run "/etc/passwd": '
	is "enter --net: stdin and stdout to their ends" \
		"$(head -c 5000000 /dev/zero | net -- cat | wc -c)" 5000000
	is "enter --net: the caller's shell" "$(echo 'echo $0' | SHELL=/bin/bash net)" /bin/bash
	is "enter --net: words behind -- are the command's" "$(net -- echo --root --net x)" '--root --net x'
	background "$COMMAND" enter --net "$ID" -- sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done'
	kill -TERM "$OUTER"
	wait "$OUTER"
	is "enter --net: SIGTERM is the command's" "$?" 9
	terminal_test
}

terminal_test() {
	local out
	# No shell that forks: one that is stopped between vfork(2) and exec has a parent who cannot stop.
	cat >"$RIG/stops" <<-'END'
		$| = 1;
		$SIG{CONT} = sub { print "awake\n" };
		system "tty";
		print "running\n";
		sleep 1 while 1;
	END
	out=$(ptyrun -t 15 -s 'tty\r' -e 'host> ' -s "$COMMAND enter --net $ID -- perl $RIG/stops\r" \
		-e running -s '\032' -e Stopped -e 'host> ' -s 'fg\r' -e awake -s '\003' -e 'host> ' \
		-s 'echo status $?.\r' -e 'status 130.' -s 'exit 9\r' -- env PS1='host> ' bash --noprofile --norc -i 2>&1)
	is "enter --net: Ctrl-Z, fg and Ctrl-C on the caller's terminal" "$?" 9
	is "enter --net: which is the same" "$(grep -ao '/dev/pts/[0-9]*' <<<"$out" | sort | uniq -c | awk '{ print $1 }')" 2
}

show_test() {
	local init inode
	init=$("$COMMAND" show "$ID" --json | jq .init_pid)
	inode=$(stat -L -c %i "/proc/$init/ns/net")
	is "show: the network for other programs" "$("$COMMAND" show "$ID" | grep ^netns | tr -s ' ')" \
		"netns /proc/$init/ns/net net:[$inode]"
	is "show: in JSON" "$("$COMMAND" show "$ID" --json | jq -c .netns)" \
		"{\"path\":\"/proc/$init/ns/net\",\"inode\":$inode}"
	is "show: nsenter takes it" \
		"$(nsenter --net="$("$COMMAND" show "$ID" --json | jq -r .netns.path)" readlink /proc/self/ns/net)" \
		"$(session_do a 'readlink /proc/self/ns/net')"
	is "show: and so does ip netns attach" \
		"$(unshare --mount sh -c "ip netns attach tried $init && ip netns exec tried readlink /proc/self/ns/net")" \
		"$(session_do a 'readlink /proc/self/ns/net')"
	rm /run/netns/tried
	rmdir /run/netns
}

host_test() {
	configure 'network = host'
	session_start h bob
	ID=2002-0 status_of "enter --net: network = host" 1 net -- true
	is "enter --net: and it is said" "$(<"$RIG/out")" \
		"loginspace: the space 2002-0 has no network of its own, but the host's"
	is "show: network = host" "$("$COMMAND" show 2002-0 --json | jq -c '[.network, .netns]'; "$COMMAND" show 2002-0 | grep -c ^netns)" \
		$'["host",null]\n0'
	session_stop h
	configure
}

# The command is no part of the space: it keeps the network, and nothing else.
end_test() {
	background "$COMMAND" enter --net "$ID" -- sh -c 'echo ready; exec sleep 6342'
	session_stop a
	check "enter --net: the space ends all the same" wait_until 5 no_space
	check "enter --net: the command goes on" kill -0 "$OUTER"
	status_of "enter --net: a space that has ended" 1 net -- true
	kill "$OUTER"
	wait "$OUTER"
	is "enter --net: until it ends" "$?" 143
	check "enter --net: then nothing is left" ledger_same_within 5 "$RIG/before"
}

start_sshd
ledger_write "$RIG/before"
session_start a alice
ID=$(session_do a 'echo $LOGINSPACE')
usage_test
place_test
sys_test
command_test
show_test
host_test
user_files_test
end_test
stop_sshd
