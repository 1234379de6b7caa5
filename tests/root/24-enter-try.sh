# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# loginspace enter and try: exit status, signals, terminal, ends, and what the command finds.
. "$SOURCE/tests/rig/lib.bash"
needs_module

. "$SOURCE/tests/rig/entering.bash"

# --- the command ---------------------------------------------------------------------------------

status_test() { # NAME PREFIX OF A COMMAND...
	local name=$1 status
	shift
	for status in 0 7 255; do
		status_of "$name: exit status $status" "$status" "$@" sh -c "exit $status"
	done
	status_of "$name: death by SIGTERM" 143 "$@" sh -c 'kill -TERM $$'
	status_of "$name: death by SIGKILL" 137 "$@" sh -c 'kill -KILL $$'
	status_of "$name: no such command" 127 "$@" nosuchcommand
	status_of "$name: no such file" 127 "$@" /no/such/file
	status_of "$name: a file that is no command" 126 "$@" /etc/passwd
	like "$name: and it is said" "$(<"$RIG/out")" '^loginspace: cannot run "/etc/passwd": '
}

usage_test() {
	status_of "enter: no id" 2 enter
	status_of "enter: a bad id" 2 enter 2001
	status_of "enter: a bad option" 2 enter --no "$ID"
	status_of "enter: an unknown id" 1 enter 2001-77 -- true
	like "enter: and it is said" "$(<"$RIG/out")" '^loginspace: there is no space 2001-77$'
	status_of "enter: a user without a space" 1 enter 2003-0 -- true
	install -m 755 "$COMMAND" "$RIG/bin/loginspace-all"
	status_of "enter: only root may" 1 setpriv --reuid=2001 --regid=2001 --clear-groups \
		loginspace-all enter "$ID" -- true
	status_of "try: only root may" 1 setpriv --reuid=2001 --regid=2001 --clear-groups \
		loginspace-all try alice -- true
	status_of "try: no user" 2 "$COMMAND" try
	status_of "try: a bad service" 2 "${TRY[@]}" --service ../login alice
	status_of "try: a bad path" 2 "${TRY[@]}" --conf 'x y' alice
	status_of "try: an unknown user" 1 "${TRY[@]}" nosuchuser -- true
}

# What a user's command finds.
identity_test() { # NAME PREFIX OF A COMMAND...
	local name=$1
	shift
	is "$name: ids and all groups" "$("$@" id)" \
		'uid=2001(alice) gid=2001(alice) groups=2001(alice),2009(rigextra)'
	is "$name: a clean environment" "$(TERM=vt100 FOO=x BASH_ENV=/x PYTHONPATH=/x \
		LC_TIME=POSIX "$@" env | sed 's/^\(LOGINSPACE=2001-\)[0-9]*$/\1N/' | sort)" "$(sort <<-END
			HOME=/home/alice
			LC_TIME=POSIX
			LOGINSPACE=2001-N
			LOGNAME=alice
			PATH=/usr/local/bin:/usr/bin:/bin
			SHELL=/bin/bash
			TERM=vt100
			USER=alice
		END
		)"
	is "$name: at home" "$("$@" pwd)" /home/alice
	is "$name: only fds 0 to 2, and that of ls" "$("$@" ls /proc/self/fd 5<"$RIG/key" | xargs)" '0 1 2 3'
	is "$name: no capability" "$("$@" grep -cE '^Cap(Inh|Prm|Eff|Amb):.0{16}$' /proc/self/status)" 4
	# posix_spawn(3) of the C library leaves 32 and 33 ignored, its own two, in what make starts.
	is "$name: no signal ignored or blocked" \
		"$(trap '' HUP INT TSTP PIPE; "$@" grep -cE '^Sig(Ign:.0{7}[01][08]0{7}|Blk:.0{16})$' /proc/self/status)" 2
	is "$name: umask" "$(umask 0; "$@" sh -c umask)" 0022
	like "$name: a session of its own" "$("$@" sh -c 'ps -o sid= -p $$; ps -o comm= -p 1')" \
		'^ *[1-9][0-9]*.loginspace-init$'
	is "$name: sudo works" "$("$@" sudo -n id -u)" 0
	is "$name: a login shell by default" \
		"$(echo 'echo $0; shopt -q login_shell && echo login' | "${@:1:$#-1}" | xargs)" '-bash login'
}

place_test() {
	is "enter: the namespaces of the session" "$(enter "$ID" -- bash -c "$NAMESPACES")" \
		"$(session_do a "$NAMESPACES")"
	is "enter: its id" "$(enter "$ID" -- sh -c 'echo $LOGINSPACE')" "$ID"
	mv /home/alice /home/away
	is "enter: / where there is no home" "$(enter "$ID" -- pwd)" /
	mv /home/away /home/alice
}

pipe_test() {
	is "enter: stdin to its end" "$(head -c 5000000 /dev/zero | enter "$ID" -- wc -c)" 5000000
	is "enter: stdout to its end" "$(enter "$ID" -- head -c 5000000 /dev/zero | wc -c)" 5000000
	is "enter: stderr is apart" "$(enter "$ID" -- sh -c 'echo no; echo yes >&2' 2>&1 >/dev/null)" yes
	# yes(1) ends when nobody reads: neither do we, then.
	is "enter: a pipe that the command has closed is closed" \
		"$(exec 2>/dev/null; timeout 10 yes | enter "$ID" -- sh -c 'head -n 1; exec <&-; sleep 1; echo done'; \
			echo "${PIPESTATUS[*]}")" $'y\ndone\n141 0'
}

signal_test() {
	background "$COMMAND" enter "$ID" -- sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done'
	kill -TERM "$OUTER"
	wait "$OUTER"
	is "enter: SIGTERM goes to the command" "$?" 9
	background env --default-signal=INT "$COMMAND" enter "$ID" -- \
		sh -c 'trap "exit 8" INT; echo ready; while :; do sleep 0.05; done'
	kill -INT "$OUTER"
	wait "$OUTER"
	is "enter: and so does SIGINT" "$?" 8
	background env --ignore-signal=INT "$COMMAND" enter "$ID" -- \
		sh -c 'trap "exit 8" INT; echo ready; while :; do sleep 0.05; done'
	kill -INT "$OUTER"
	kill -TERM "$OUTER"
	wait "$OUTER"
	is "enter: but not where it is ignored" "$?" 143
}

# The monitor ends with words of ours unread: what it has said last is heard all the same.
signals_test() {
	local i odd=""
	for ((i = 0; i < 30; i++)); do
		background "$COMMAND" enter "$ID" -- sh -c 'echo ready; exec sleep 6340'
		kill -TERM "$OUTER"
		while kill -CONT "$OUTER"; do :; done 2>/dev/null
		wait "$OUTER"
		odd+=$(echo "$?" | grep -vx 143)
	done
	is "enter: the status is not lost among signals" "$odd" ""
}

# When the command ends, everything on the way is full, and nobody reads until then.
slow_test() {
	local job
	cat >"$RIG/fill" <<-'END'
		use Fcntl;
		$| = 1;
		print "ready\n";
		select(undef, undef, undef, 0.02) until -e "/run/rig/go";
		fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK);
		while ($idle < 20) {
			$written = syswrite(STDOUT, "x" x 1000);
			$all += $written;
			$idle = $written ? 0 : $idle + 1;
			select(undef, undef, undef, 0.02) unless $written;
		}
		open(FILE, ">", "/home/alice/count");
		print FILE $all;
	END
	ptyrun -t 20 -- "$COMMAND" enter "$ID" -- perl "$RIG/fill" >"$RIG/slow" &
	job=$!
	wait_until 10 grep -q ready "$RIG/slow"
	kill -STOP "$job"
	: >"$RIG/go"
	check "enter: a command fills all buffers" wait_until 10 test -s /home/alice/count
	check "enter: and ends" wait_until 5 no_process 'perl /run/rig/fill'
	kill -CONT "$job"
	wait "$job"
	is "enter: nothing of it is lost" "$(tr -cd x <"$RIG/slow" | wc -c)" "$(<"/home/alice/count")"
}

# --- ends ----------------------------------------------------------------------------------------

kill_test() { # NAME CMD ARGS: the outer process is killed
	local name=$1
	shift
	background "$@" sh -c 'echo ready; exec sleep 6331'
	kill -KILL "$OUTER"
	wait "$OUTER" 2>/dev/null
	check "$name: kill -9 ends the command" wait_until 5 no_process 'sleep 6331'
	background "$@" sh -c 'trap "" TERM HUP INT; echo ready; while :; do sleep 0.1; done'
	kill -KILL "$OUTER"
	wait "$OUTER" 2>/dev/null
	check "$name: kill -9 ends one that does not listen" wait_until 5 no_process 'sh -c trap'
}

kill_terminal_test() {
	local job
	# exec: the terminal's first process is ptyrun's child, and so the outer one.
	ptyrun -t 20 -e '$ ' -s 'sleep 6332\r' -- "$COMMAND" enter "$ID" >"$RIG/out" 2>&1 &
	job=$!
	check "enter: a job in the foreground" wait_until 10 pgrep -f '^sleep 6332'
	pkill -KILL -P "$job"
	check "enter: kill -9 hangs its terminal up" wait_until 5 no_process 'sleep 6332'
	wait "$job" 2>/dev/null
	# That SIGHUP does not tell: the terminal itself does.
	ptyrun -t 20 -e '$ ' -s 'sleep 6338\r' -- env --ignore-signal=HUP "$COMMAND" enter "$ID" >"$RIG/out" 2>&1 &
	job=$!
	check "enter: another job in the foreground" wait_until 10 pgrep -f '^sleep 6338'
	kill -KILL "$job"
	check "enter: it hears that our terminal hangs up" wait_until 5 no_process 'sleep 6338'
	check "enter: and then we end, too" wait_until 5 no_process "$COMMAND enter"
	wait "$job" 2>/dev/null
}

# An administrator who has stopped us does not keep a space that ends.
stopped_test() {
	local pid
	session_start b bob
	pid=$(session_do b 'readlink /proc/self/ns/pid')
	background "$COMMAND" enter "$(session_do b 'echo $LOGINSPACE')" -- sh -c 'echo ready; exec sleep 6339'
	kill -STOP "$OUTER"
	session_stop b
	check "enter: stopped, it does not keep the space" wait_until 5 space_empty "$pid"
	kill -CONT "$OUTER"
	wait "$OUTER"
	like "enter: and it hears of that" "$?" '^(129|143)$'
}

# While we are stopped the user stops and wakes the command from elsewhere, hundreds of times.
stops_test() {
	local pid
	background "$COMMAND" enter "$ID" -- sh -c 'echo ready; until [ -e go ]; do sleep 0.05; done; exit 9'
	pid=$(pgrep -P "$(pgrep -P "$OUTER")")
	kill -STOP "$OUTER"
	is "enter: stopped, and the command is, again and again" "$(setpriv --reuid=2001 --regid=2001 --clear-groups \
		perl -e 'for (1 .. 600) {
			for my $signal ("STOP", "CONT") { $sent += kill $signal, $ARGV[0]; select undef, undef, undef, 0.003 }
		}
		print $sent' "$pid")" 1200
	: >/home/alice/go
	check "enter: it has ended by then" wait_until 5 no_process 'sh -c echo ready; until'
	while kill -CONT "$OUTER"; do sleep 0.05; done 2>/dev/null
	wait "$OUTER"
	is "enter: its status is not lost" "$?" 9
	is "enter: and nothing else is said" "$(<"$RIG/out")" ready
	rm /home/alice/go
}

# Whenever a space ends: the command's status, or ours, and never a wait for nothing.
race_test() {
	local i id status odd=""
	for ((i = 0; i < 20; i++)); do
		session_start r carol
		id=$(session_do r 'echo $LOGINSPACE')
		: >"$RIG/statuses"
		(
			alone bash -c 'until [[ $s == 1 ]]; do '"$COMMAND enter $id"' -- sleep 0.01; s=$?; echo $s; done'
		) >"$RIG/statuses" 2>"$RIG/said" </dev/null &
		wait_until 5 grep -q 0 "$RIG/statuses"
		session_stop r
		wait_until 10 grep -qx 1 "$RIG/statuses" || odd+="no end: $(tail -n 3 "$RIG/statuses" "$RIG/said")"
		odd+=$(grep -vxE '0|1|129|137|143' "$RIG/statuses"; grep -v '^loginspace: ' "$RIG/said")
	done
	is "enter: a space that ends just now" "$odd" ""
}

space_end_test() {
	session_start b bob
	background "$COMMAND" enter 2002-0 -- sh -c 'echo ready; exec sleep 6333'
	session_stop b
	wait "$OUTER"
	like "enter: the space ends politely" "$?" '^(129|143)$'
	like "enter: and it is said" "$(<"$RIG/out")" 'loginspace: the space 2002-0 has ended'
	wait_until 5 no_process 'sshd: bob'
	session_start b bob
	local id init
	id=$(session_do b 'echo $LOGINSPACE')
	background "$COMMAND" enter "$id" -- sh -c 'trap "" TERM HUP; echo ready; while :; do sleep 0.1; done'
	init=$(space_init "$(readlink "/proc/$(pgrep -P "$OUTER")/ns/pid")")
	kill -KILL "$init"
	wait "$OUTER"
	is "enter: init is killed" "$?" 137
	like "enter: and it is said" "$(<"$RIG/out")" "loginspace: the space $id has ended"
	session_stop b
}

# --- terminal ------------------------------------------------------------------------------------

# Like terminal_talk of 30-terminal.sh, and the size of the window.
talk_test() { # NAME CMD ARGS: a shell
	local name=$1 out status
	shift
	out=$(ptyrun -t 15 -e '$ ' -s 'tty; stat -c "owner=%U" $(tty); stty size\r' -e '24 80' -e '$ ' \
		-w 40x100 -s 'stty size\r' -e '40 100' -e '$ ' \
		-s 'sh -c "echo run\"\"ning; exec sleep 100"\r' -e running -s '\003' -e '$ ' \
		-s 'echo status $?.\r' -e 'status 130.' -e '$ ' \
		-s 'sh -c "echo run\"\"ning; exec sleep 100"\r' -e running -s '\034' -e '$ ' \
		-s 'sh -c "echo run\"\"ning; exec sleep 100"\r' -e running -s '\032' -e Stopped -e '$ ' \
		-s 'jobs; kill %1; fg; echo ba""ck\r' -e back -e '$ ' -s 'exit 9\r' -- "$@" 2>&1)
	status=$?
	is "$name: resize, Ctrl-C, Ctrl-\\, Ctrl-Z, fg, exit status" "$status" 9
	[[ $status -eq 9 ]] || printf '%s\n' "$out" | sed 's/^/#   /'
	like "$name: the terminal is its user's" "$out" '/dev/pts/[0-9]+.*owner=alice'
	unlike "$name: no job control warning" "$out" 'job control|cannot set terminal'
}

# At the administrator's shell: a command without job control, stopped and fetched back.
stop_test() { # NAME CMD ARGS
	local name=$1 out status
	shift
	cat >"$RIG/stop" <<-END
		PS1='host> '
		before=\$(stty -g)
		run() { $(printf '%q ' "$@") "\$@"; }
		same() { [[ \$(stty -g) == "\$before" ]] && echo sa""me-\$1; }
	END
	out=$(ptyrun -t 15 -e 'host> ' \
		-s "run perl -le '\$| = 1; \$SIG{WINCH} = sub { print \"wi\", \"nch\" }; print \"run\", \"ning\"; select undef, undef, undef, 0.05 while 1'\r" \
		-e running -w 30x90 -e winch -s '\032' -e Stopped -e 'host> ' \
		-s 'same stopped\r' -e same-stopped -e 'host> ' -w 31x91 -s 'fg\r' -e winch -s '\003' -e 'host> ' \
		-s 'echo status $?.\r' -e 'status 130.' -e 'host> ' -s 'same ended\r' -e same-ended -e 'host> ' \
		-s "run sh -c 'echo run\"\"ning; exec sleep 6334'\r" -e running -s '\032' -e Stopped -e 'host> ' \
		-s 'kill %1; while [[ $(jobs -r; jobs -s) ]]; do sleep 0.05; done\r' -e 'Exit 143' -e 'host> ' \
		-s 'same killed\r' -e same-killed -s 'exit 9\r' \
		-- bash --noprofile --rcfile "$RIG/stop" -i 2>&1)
	status=$?
	is "$name: Ctrl-Z, fg, kill %1, and the settings as before" "$status" 9
	[[ $status -eq 9 ]] || printf '%s\n' "$out" | sed 's/^/#   /'
}

mixed_test() {
	local out status
	cat >"$RIG/mixed" <<-END
		PS1='host> '
		run() { $COMMAND enter $ID -- "\$@"; }
	END
	out=$(ptyrun -t 15 -e 'host> ' \
		-s "run sh -c 'test -t 0 && test -t 2 && echo in' | cat -A\r" -e 'in$' -e 'host> ' \
		-s "echo through | run sh -c 'cat; test -t 1 && echo out'\r" -e through -e out -e 'host> ' \
		-s "sleep 100 | run perl -le '\$| = 1; \$SIG{CONT} = sub { print \"awa\", \"ke\" }; print \"run\", \"ning\"; select undef, undef, undef, 0.05 while 1'\r" \
		-e running -s '\032' -e Stopped -e 'host> ' -s 'fg\r' -e awake -s '\003' -e 'host> ' -s 'echo status $?.\r' -e 'status 130.' -e 'host> ' \
		-s 'exit 9\r' -- bash --noprofile --rcfile "$RIG/mixed" -i 2>&1)
	status=$?
	is "enter: some of stdin and stdout are a terminal" "$status" 9
	[[ $status -eq 9 ]] || printf '%s\n' "$out" | sed 's/^/#   /'
}

output_test() {
	local i short=0
	is "enter: all of a long output" "$(ptyrun -t 30 -- "$COMMAND" enter "$ID" -- seq 1 200000 | tr -d '\r' | md5sum)" \
		"$(seq 1 200000 | md5sum)"
	for ((i = 0; i < 30; i++)); do
		[[ $(ptyrun -t 10 -- "$COMMAND" enter "$ID" -- seq 1 700 | wc -l) -eq 700 ]] || short=$((short + 1))
	done
	is "enter: the last output is not lost" "$short" 0
	# The leader of a terminal's session, whom nobody could wake.
	like "enter: a stop where nobody can wake us is none" \
		"$(ptyrun -t 10 -- "$COMMAND" enter "$ID" -- sh -c 'kill -STOP $$; echo went on')" 'went on'
	unlike "enter: not our terminal" \
		"$(ptyrun -t 10 -- sh -c "stat -L -c %d:%i /dev/stdin; $COMMAND enter $ID -- stat -L -c %d:%i /dev/stdin" |
			tr -d '\r' | uniq -d)" '[0-9]'
	like "enter: a terminal of the space's, whose name leads to it" \
		"$(ptyrun -t 10 -- "$COMMAND" enter "$ID" -- sh -c 'test "$(stat -c %t:%T:%i "$(tty)")" = "$(stat -L -c %t:%T:%i /dev/stdin)" && echo same')" same
	ptyrun -t 10 -- "$COMMAND" enter "$ID" -- sh -c 'sleep 6335 & trap "" HUP; exit 3' >/dev/null
	is "enter: the command's end is the end" "$?" 3
}

# --- try -----------------------------------------------------------------------------------------

pam_files() {
	find /etc/pam.d /etc/pam.conf /usr/lib/pam.d -type f -exec md5sum {} + 2>/dev/null
	grep -c . /proc/mounts
}

try_place_test() {
	local before
	before=$(pam_files)
	like "try: a space" "$("${TRY[@]}" alice -- sh -c 'cat /proc/1/comm; echo $LOGINSPACE')" \
		$'^loginspace-init\n2001-[0-9]+$'
	isnt "try: of its own" "$("${TRY[@]}" alice -- readlink /proc/self/ns/net)" "$(readlink /proc/self/ns/net)"
	is "try: no PAM file and no mount but in there" \
		"$("${TRY[@]}" alice -- true; pam_files)" "$before"
	log_mark
	"${TRY[@]}" --service sshd --rhost 192.0.2.7 --tty tty9 alice -- true
	check "try: --service and --rhost" log_has 'open: user="alice" .*service="sshd" rhost="192.0.2.7"'
	echo $'[default]\nhostname = %s-of-%u' >"$RIG/try.conf"
	is "try: --conf" "$("${TRY[@]}" --conf "$RIG/try.conf" --service login alice -- hostname)" login-of-alice
}

try_denied_test() {
	log_mark
	status_of "try: denied" 1 "${TRY[@]}" --helper /no/helper alice -- sh -c "echo ran"
	like "try: the module's sentence" "$(<"$RIG/out")" 'This login was refused'
	like "try: where to look" "$(<"$RIG/out")" 'loginspace: denied .*log'
	unlike "try: the command did not run" "$(<"$RIG/out")" ran
	check "try: the log says why" log_has 'denied: user="alice" .*step=spawn errno=ENOENT'
	status_of "try: no module" 1 "${TRY[@]}" --module /no/module.so alice -- sh -c "echo ran"
	unlike "try: without the module nothing runs" "$(<"$RIG/out")" ran
	status_of "try: ignored" 5 "${TRY[@]}" --service cron alice -- sh -c 'id -un; cat /proc/1/comm; exit 5'
	like "try: an ignored login runs unconfined, and it is said" "$(<"$RIG/out")" \
		$'loginspace: this login gets no space.*alice.*--service cron.\nalice\nbash'
	status_of "try: root" 0 "${TRY[@]}" root -- sh -c 'id -un'
	like "try: root runs unconfined, and it is said" "$(<"$RIG/out")" $'gets no space.*\nroot$'
}

try_residue_test() {
	check "try: nothing is left" ledger_same_within 5 "$RIG/before"
	kill_test try "${TRY[@]}" alice --
	check "try: after kill -9 nothing is left" ledger_same_within 5 "$RIG/before"
}

groupadd -g 2009 rigextra && usermod -aG rigextra alice
ledger_write "$RIG/before"
status_test try "${TRY[@]}" alice --
identity_test try env -u LC_ALL -u LANG "${TRY[@]}" alice --
try_place_test
try_denied_test
talk_test try "${TRY[@]}" alice
stop_test try "${TRY[@]}" alice --
try_residue_test
start_sshd
session_start a alice
ID=$(session_do a 'echo $LOGINSPACE')
ledger_write "$RIG/entered"
usage_test
status_test enter enter "$ID" --
identity_test enter env -u LC_ALL -u LANG "$COMMAND" enter "$ID" --
place_test
pipe_test
signal_test
signals_test
kill_test enter "$COMMAND" enter "$ID" --
kill_terminal_test
talk_test enter "$COMMAND" enter "$ID"
stop_test enter "$COMMAND" enter "$ID" --
mixed_test
output_test
slow_test
stops_test
check "enter leaves nothing in the space" ledger_same_within 5 "$RIG/entered"
space_end_test
stopped_test
race_test
session_stop a
