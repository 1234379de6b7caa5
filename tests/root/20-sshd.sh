# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What people do with ssh, inside a space: commands, terminals, copies, forwards, agents, tools.
. "$SOURCE/tests/rig/lib.bash"

status_of() {
	"$@" >/dev/null 2>&1
	echo $?
}

status_test() {
	local code
	for code in 0 3 255; do
		is "exit status $code comes through" "$(status_of run_as alice "exit $code")" "$code"
	done
	like "death by a signal comes through" "$(run_as alice 'kill -TERM $$' 2>&1; echo "status $?")" \
		'status 255|status 143'
	is "stdin, stdout and stderr are apart" \
		"$(echo in | as_ssh alice@127.0.0.1 'cat; echo err >&2' 2>/dev/null)" in
	is "a megabyte goes through unharmed" \
		"$(head -c 1000000 /dev/zero | as_ssh alice@127.0.0.1 'cat' | sha256sum)" \
		"$(head -c 1000000 /dev/zero | sha256sum)"
}

terminal_test() {
	local out
	out=$(ptyrun -e '$ ' -s 'tty; stty size; ps -o tty= -p $$\r' -e '24 80' -w 31x101 \
		-s 'until [ "$(stty size)" = "31 101" ]; do :; done; echo re""sized\r' -e resized \
		-s 'sh -c "echo run\\"\\"ning; exec sleep 100"\r' -e running -s '\003' -e '$ ' \
		-s 'echo st""ill $((6 * 7))\r' -e 'still 42' \
		-s 'exit 7\r' -- ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt alice@127.0.0.1 2>&1)
	is "ISO-08 an interactive shell ends with its status" "$?" 7
	like "ISO-08 tty(1) names a terminal that exists" "$out" '/dev/pts/[0-9]+'
	like "ISO-08 a window change arrives" "$out" resized
	like "ISO-08 Ctrl-C ends the program, not the shell" "$out" 'still 42'
	is "ISO-08 job control: Ctrl-Z and fg" "$(ptyrun -t 30 -e '$ ' \
		-s 'sh -c "echo run\\"\\"ning; read line; echo we\\"\\"nt on: \\$line"\r' -e running -s '\032' \
		-e Stopped -e '$ ' -s 'fg\r' -e 'sh -c' -s 'yes\r' -e 'went on: yes' -e '$ ' -s 'exit 0\r' -- \
		ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt alice@127.0.0.1 >/dev/null 2>&1; echo $?)" 0
}

copies_test() {
	local file=/tmp/rig-copy
	head -c 300000 /dev/urandom >$file
	check "scp up" scp -q "${SSH_OPTIONS[@]}" -P $PORT $file alice@127.0.0.1:up
	check "scp down" scp -q "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1:up $file.scp
	check "scp: the same" cmp $file $file.scp
	check "scp in the old protocol" scp -O -q "${SSH_OPTIONS[@]}" -P $PORT $file alice@127.0.0.1:up.old
	check "sftp" sftp_batch "put $file up.sftp" "get up.sftp $file.sftp"
	check "sftp: the same" cmp $file $file.sftp
	if command -v rsync >/dev/null; then
		check "rsync" rsync -a -e "ssh ${SSH_OPTIONS[*]} -p $PORT" $file alice@127.0.0.1:up.rsync
		check "rsync: the same" cmp $file /home/alice/up.rsync
	else
		skip "rsync" "not installed"
	fi
	touch /tmp/only-on-the-host
	isolates unlike "ISO-12 sftp works inside the space" "$(sftp_batch 'ls /tmp' 2>&1)" only-on-the-host
	rm -f /tmp/only-on-the-host $file*
}

sftp_batch() {
	printf '%s\n' "$@" | sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1
}

# One connection with a master, so that listeners inside and forwards share a space.
forwards_test() {
	local control=$RIG/control
	as_ssh -M -S "$control" -N -f alice@127.0.0.1 >/dev/null 2>&1
	isolates is "ISO-12 ControlMaster: a second channel is in the same space" \
		"$(master 'readlink /proc/self/ns/net; echo $LOGINSPACE')" \
		"$(master 'readlink /proc/self/ns/net'; echo 2001-0)"
	nettool tcp-listen 127.0.0.1 8800 host >"$RIG/ready" & HOST_LISTENER=$!
	wait_until 5 grep -q ready "$RIG/ready"
	# In the control run the second listener finds the port taken.
	master "$RIG/bin/nettool tcp-listen 127.0.0.1 8800 inside" >"$RIG/ready2" 2>&1 &
	wait_until 2 grep -q ready "$RIG/ready2"
	master_forward -L 8801:127.0.0.1:8800
	isolates is "ISO-12 -L reaches the space's own loopback" "$(nettool tcp-connect 127.0.0.1 8801)" inside
	kill $HOST_LISTENER
	nettool tcp-listen 127.0.0.1 8802 host >"$RIG/ready" & HOST_LISTENER=$!
	wait_until 5 grep -q ready "$RIG/ready"
	master_forward -L 8803:127.0.0.1:8802
	isolates is "ISO-12 -L does not reach the host's loopback" "$(nettool tcp-connect 127.0.0.1 8803 2>/dev/null)" ""
	master_forward -R 8804:127.0.0.1:8802
	is "ISO-12 -R: a listener inside leads to the client's side" \
		"$(master "$RIG/bin/nettool tcp-connect 127.0.0.1 8804")" host
	isolates like "ISO-12 -R: it listens inside only" "$(nettool tcp-connect 127.0.0.1 8804 2>&1)" refused
	isolates is "ISO-12 -W goes to the space's loopback" \
		"$(ssh -F none -S "$control" -p $PORT -W 127.0.0.1:8800 alice@127.0.0.1 </dev/null 2>/dev/null)" inside
	kill $HOST_LISTENER
	ssh -S "$control" -O exit -p $PORT alice@127.0.0.1 2>/dev/null
}

master() {
	ssh -F none -S "$RIG/control" -p $PORT -n alice@127.0.0.1 "$@"
}

master_forward() {
	check "forward $*" ssh -F none -S "$RIG/control" -p $PORT -O forward "$@" alice@127.0.0.1
}

agent_test() {
	eval "$(ssh-agent -a "$RIG/agent")" >/dev/null
	ssh-add -q "$RIG/key"
	is "agent: its keys can be used inside" \
		"$(as_ssh -A -n alice@127.0.0.1 'ssh-add -L | cut -d" " -f2')" "$(cut -d' ' -f2 "$RIG/key.pub")"
	kill "$SSH_AGENT_PID"
	unset SSH_AGENT_PID SSH_AUTH_SOCK
}

tools_test() {
	if command -v tmux >/dev/null; then
		check "tmux inside" run_as alice 'tmux -f /dev/null new-session -d -x 80 -y 24 "echo from-tmux >~/tmux.out; sleep 30" &&
			i=0; until grep -q from-tmux ~/tmux.out 2>/dev/null; do i=$((i + 1)); [ $i -lt 5000 ] || exit 1; done; tmux kill-server'
	else
		skip "tmux inside" "not installed"
	fi
	if command -v sudo >/dev/null; then
		is "sudo inside is root" "$(run_as alice 'sudo id -u')" 0
		isolates is "sudo inside stays inside" "$(run_as alice 'sudo cat /proc/1/comm')" loginspace-init
		is "sudo to another user" "$(run_as alice 'sudo -u bob id -un')" bob
	else
		skip "sudo inside" "not installed"
	fi
	if command -v git >/dev/null; then
		check "git push over ssh" git_push
	fi
	is "a login shell reads the profile" "$(echo 'echo $0' | as_ssh -T alice@127.0.0.1 2>/dev/null | tail -n 1)" -bash
	is "a daemon can be started and reached" "$(run_as alice "$RIG/bin/nettool tcp-listen 127.0.0.1 9000 daemon >/tmp/r &
		until grep -q ready /tmp/r; do :; done; $RIG/bin/nettool tcp-connect 127.0.0.1 9000; kill \$!")" daemon
	like "nested user namespaces work as before" \
		"$(run_as alice 'unshare -Urmpf --mount-proc ps -e -o pid=,comm= 2>&1 | tr "\n" " "; cat /proc/sys/user/max_user_namespaces')" \
		'1 ps|denied|not permitted|No space'
}

git_push() {
	rm -rf /tmp/repo
	run_as alice 'git init -q --bare ~/repo.git' && git init -q /tmp/repo && cd /tmp/repo &&
		git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m x &&
		GIT_SSH_COMMAND="ssh ${SSH_OPTIONS[*]} -p $PORT" git push -q alice@127.0.0.1:repo.git HEAD:refs/heads/main
	local status=$?
	cd "$SOURCE" || return 1
	return $status
}

start_sshd
status_test
terminal_test
copies_test
forwards_test
agent_test
tools_test
stop_sshd
