# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2153
# The applications of 56-applications.sh, one function each: it logs alice in, puts what that writes
# on stdout, what a forward has brought into $RIG/arrived, and returns the status. With LISTEN there
# is a server in the space, on port 8821, as there is one on the host.
#
# Needs: WITNESS, SAW, CONTROL, ALICE, and lib.bash.

clients_ssh() {
	timeout 15 ssh "${SSH_OPTIONS[@]}" -p $PORT "$@"
}

ssh_command() {
	clients_ssh -n $ALICE true
}

ssh_shell() {
	ptyrun -t 10 -e '$ ' -s 'exit 0\r' -- ssh "${SSH_OPTIONS[@]}" -p $PORT -tt $ALICE
}

ssh_sftp() {
	echo "put $RIG/key.pub arrived" | timeout 15 sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT $ALICE
}

ssh_scp() {
	timeout 15 scp -q "${SSH_OPTIONS[@]}" -P $PORT "$RIG/key.pub" $ALICE:arrived
}

ssh_scp_old() {
	timeout 15 scp -O -q "${SSH_OPTIONS[@]}" -P $PORT "$RIG/key.pub" $ALICE:arrived
}

ssh_subsystem() {
	clients_ssh -n -s $ALICE rig
}

ssh_agent() {
	clients_ssh -n -A $ALICE 'ssh-add -L'
}

ssh_x11() {
	DISPLAY=127.0.0.1:5 clients_ssh -n -Y $ALICE 'echo $DISPLAY'
}

client_exec() {
	exec timeout 15 ssh "${SSH_OPTIONS[@]}" -p $PORT "$@"
}

# A connection in the background, until client_end; with LISTEN there is a server in its space.
client_begin() { # SSH OPTIONS
	: >"$RIG/client"
	if [[ -n $LISTEN ]]; then
		client_exec -n "$@" $ALICE "$RIG/bin/nettool tcp-listen 127.0.0.1 8821 space" >"$RIG/client" 2>&1 &
		CLIENT=$!
		wait_until 10 grep -q ready "$RIG/client"
		return
	fi
	client_exec -n -v -N "$@" $ALICE >"$RIG/client" 2>&1 &
	CLIENT=$!
	wait_until 10 grep -Eq 'Entering interactive|client_loop' "$RIG/client"
}

# What the client has told its user goes to stdout, without what -v has added.
client_end() {
	local status=0
	if kill "$CLIENT" 2>/dev/null; then
		status=open
	fi
	wait "$CLIENT" 2>/dev/null
	grep -v '^debug' "$RIG/client"
	[[ $status == open ]] || return 255
	return 100
}

arrives() { # ADDRESS PORT
	timeout 5 nettool tcp-connect "$1" "$2" 2>/dev/null >"$RIG/arrived"
}

ssh_local() {
	client_begin -L 8822:127.0.0.1:8821
	arrives 127.0.0.1 8822
	client_end
}

# Whoever connects to the port that sshd listens on gets the client's side.
ssh_remote() {
	if [[ -n $LISTEN ]]; then
		clients_ssh -n -R 8823:127.0.0.1:8824 $ALICE "$RIG/bin/nettool tcp-connect 127.0.0.1 8823" |
			sed 's/^client$/space/' >"$RIG/arrived"
		return 0
	fi
	client_begin -R 8823:127.0.0.1:8824
	wait_until 5 grep -Eq 'remote forward (success|failure)' "$RIG/client"
	arrives 127.0.0.1 8823
	sed -i 's/^client$/host/' "$RIG/arrived"
	client_end
}

ssh_socks() {
	client_begin -D 7005
	timeout 5 socat -u SOCKS4:127.0.0.1:127.0.0.1:8821,socksport=7005 - 2>/dev/null >"$RIG/arrived"
	client_end
}

ssh_stdio() {
	local status
	if [[ -z $LISTEN ]]; then
		clients_ssh -n -W 127.0.0.1:8821 $ALICE >"$RIG/arrived"
		return
	fi
	client_begin -M -S "$CONTROL"
	mux -W 127.0.0.1:8821 </dev/null >"$RIG/arrived"
	status=$?
	client_end >/dev/null
	return $status
}

mux() {
	timeout 15 ssh -F none -S "$CONTROL" -p $PORT "$@" $ALICE
}

mux_begin() {
	client_begin -M -S "$CONTROL"
	wait_until 5 test -S "$CONTROL"
}

ssh_second() {
	local status LISTEN=
	mux_begin
	timeout 15 ssh -n -F none -S "$CONTROL" -p $PORT $ALICE true
	status=$?
	client_end >/dev/null
	return $status
}

ssh_second_local() {
	mux_begin
	mux -O forward -L 8822:127.0.0.1:8821
	arrives 127.0.0.1 8822
	client_end
}

login_shell() {
	ptyrun -t 10 -e '$ ' -s 'exit 0\r' -- login -f alice
}

su_shell() {
	su alice -c :
}

su_login() {
	su - alice -c :
}

runuser_shell() {
	runuser alice -c :
}

runuser_login() {
	runuser -l alice -c :
}

sudo_command() {
	sudo -u alice "$WITNESS" -c :
}

sudo_login() {
	sudo -i -u alice :
}

doas_command() {
	doas -u alice "$WITNESS" -c :
}

job_decided() {
	log_has 'denied: ' || grep -qs end $SAW
}

no_children() {
	[[ -z $(pgrep -P "$1") ]]
}

# daemon_run CMD ARGS: until its one job is over, one way or the other.
daemon_run() {
	local daemon
	"$@" &
	daemon=$!
	wait_until 10 job_decided
	wait_until 10 no_children $daemon
	kill $daemon
	wait $daemon 2>/dev/null
	return 0
}

# Jobs for the start of the machine are run when cron finds that it has not run since then.
cron_job() {
	rm -f /run/crond.*
	daemon_run cron -f
}

at_job() {
	setpriv --reuid=2001 --regid=2001 --init-groups sh -c "cd; at -f $RIG/atjob now" 2>&1
	daemon_run atd -f
}

# The process that opened is the one that runs the program, so the host can look at it.
unit() {
	local pid
	"${EXECUTOR:-noforker}" noforker alice /bin/sh -c "echo end >>$SAW; exec sleep 671" &
	pid=$!
	wait_until 10 unit_decided $pid
	if gone $pid; then
		wait $pid
		return
	fi
	namespaces_of $pid >"$RIG/seen"
	cat "$RIG/seen" >$SAW
	kill $pid
	wait $pid
	return 0
}

unit_decided() {
	gone "$1" || grep -q '^sleep' "/proc/$1/comm"
}
