# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# loginspace enter --root: root in a user's space runs nothing that the user could have put there.
. "$SOURCE/tests/rig/lib.bash"
needs_module
. "$SOURCE/tests/rig/entering.bash"

root_plain_test() {
	is "enter --root: root" "$(enter --root "$ID" -- id)" 'uid=0(root) gid=0(root) groups=0(root)'
	is "enter --root: in the space" "$(enter --root "$ID" -- bash -c "$NAMESPACES")" \
		"$(session_do a "$NAMESPACES")"
	is "enter --root: a clean environment" \
		"$(ENV=/home/alice/rc BASH_ENV=/home/alice/rc HOME=/home/alice TERM=vt100 \
			enter --root "$ID" -- env | sort | grep -v '^L[AC]')" "$(sort <<-END
			HOME=/root
			LOGINSPACE=$ID
			LOGNAME=root
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
			SHELL=/bin/sh
			TERM=vt100
			USER=root
		END
		)"
	is "enter --root: at /, umask 022, /bin/sh by default" \
		"$(echo 'pwd; umask; echo $0' | enter --root "$ID" | xargs)" '/ 0022 sh'
	is "enter --root: only fds 0 to 2, and that of ls" "$(enter --root "$ID" -- ls /proc/self/fd | xargs)" '0 1 2 3'
	like "enter --root: the terminal is root's, and Ctrl-C works" \
		"$(ptyrun -t 10 -e '# ' -s 'stat -c "owner=%U" $(tty)\r' -e owner=root -e '# ' \
			-s 'sh -c "echo run\"\"ning; exec sleep 100"\r' -e running -s '\003' -e '# ' -s 'echo status $?.\r' -e 'status 130.' -s 'exit 9\r' -- "$COMMAND" enter --root "$ID"; echo "end $?")" 'end 9$'
	status_of "enter --root: exit status" 7 enter --root "$ID" -- /bin/sh -c 'exit 7'
	status_of "enter --root: no such file" 127 enter --root "$ID" -- /bin/nosuchfile
	status_of "enter --root: no such command" 127 enter --root "$ID" -- nosuchcommand
}

# refused NAME PATH: a file that would leave a mark, if it ran.
refused() {
	status_of "enter --root refuses $1" 126 enter --root "$ID" -- "$2"
	like "enter --root refuses $1: and says why" "$(<"$RIG/out")" "^loginspace: cannot run .*: $3"
	check "enter --root refuses $1: it did not run" test ! -e "$RIG/mark"
	rm -f "$RIG/mark"
}

mark_script() { # FILE
	printf '#!/bin/sh\n: >%s/mark\n' "$RIG" >"$1"
	chmod 755 "$1"
}

root_refuses_test() {
	local dir=$RIG/trust
	mkdir -m 755 "$dir"
	mkdir -m 1777 "$dir/sticky"
	mark_script /home/alice/theirs
	chown alice /home/alice/theirs
	mark_script /home/alice/ours
	mark_script "$dir/sticky/ours"
	mark_script "$dir/group"
	chmod 775 "$dir/group"
	ln -s /home/alice/ours "$dir/link"
	ln -s /home/alice "$dir/folder"
	printf '#!/home/alice/theirs\n' >"$dir/script"
	printf '#!/usr/bin/env -S sh\nexec echo "$0" "$@"\n' >"$dir/good"
	printf '#!%s/good\n' "$dir" >"$dir/nested"
	chmod 755 "$dir/script" "$dir/good" "$dir/nested"
	refused "a user's file" /home/alice/theirs '.*is not root'
	refused "root's file in a user's folder" /home/alice/ours '"/home/alice": is not root'
	refused "root's file in a folder that all may write to" "$dir/sticky/ours" '.*others than root may'
	refused "a file that a group may write to" "$dir/group" '.*others than root may'
	refused "a link to a user's folder" "$dir/link" '"/home/alice": is not root'
	refused "a link on the way" "$dir/folder/ours" '"/home/alice": is not root'
	refused "a script with a user's interpreter" "$dir/script" '"/home/alice": is not root'
	refused "a script of a script" "$dir/nested" 'the interpreter is a script'
	refused "a relative path" "bin/sh" 'not an absolute path'
	refused "a folder" "$dir" 'is no file|.*: is no file'
	is "enter --root runs root's script" "$(enter --root "$ID" -- "$dir/good" a 'b c')" "$dir/good a b c"
	is "enter --root follows root's links" "$(ln -s ../trust/good "$dir/up"; enter --root "$ID" -- "$dir/up" x)" "$dir/good x"
}

root_path_test() {
	# The space gets what is mounted outside.
	mount -t tmpfs -o mode=777 rig /usr/local/sbin
	mark_script /usr/local/sbin/ls
	is "enter --root: a folder of PATH that others may write to is left out" \
		"$(enter --root "$ID" -- sh -c 'echo $PATH; ls -d /')" $'/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n/'
	enter --root "$ID" -- ls >/dev/null
	check "enter --root: what is in there did not run" test ! -e "$RIG/mark"
	umount /usr/local/sbin
}

# What the user of the space can do to what was entered: to the monitor, and to root's shell.
root_safe_test() {
	local shell monitor
	background "$COMMAND" enter --root "$ID" -- /bin/sh -c 'echo ready; exec sleep 6336'
	shell=$(session_do a "pgrep -f '^sleep 6336'")
	monitor=$(session_do a "ps -o ppid= -p $shell" | tr -d ' ')
	session_do a "kill -9 $shell $monitor; cat /proc/$shell/environ /proc/$monitor/environ; ls /proc/$monitor/fd /proc/$shell/fd" >"$RIG/tries" 2>&1
	is "enter --root: its user can neither kill nor read what runs" \
		"$(grep -ciE 'not permitted|permission denied' "$RIG/tries")" 6
	kill -TERM "$OUTER"
	wait "$OUTER"
	is "enter --root: it has run on" "$?" 143
	background "$COMMAND" enter "$ID" -- sh -c 'echo ready; exec sleep 6337'
	monitor=$(session_do a 'ps -o ppid= -p $(pgrep -f "^sleep 6337")' | tr -d ' ')
	session_do a "kill -9 $monitor; cat /proc/$monitor/environ; ls /proc/$monitor/fd" >"$RIG/tries" 2>&1
	is "enter: its user can neither kill nor read the monitor" \
		"$(grep -ciE 'not permitted|permission denied' "$RIG/tries")" 3
	kill -TERM "$OUTER"
	wait "$OUTER"
}

start_sshd
session_start a alice
ID=$(session_do a 'echo $LOGINSPACE')
ledger_write "$RIG/entered"
root_plain_test
root_refuses_test
root_path_test
root_safe_test
check "enter --root leaves nothing in the space" ledger_same_within 5 "$RIG/entered"
session_stop a
