# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# su and login hold a terminal already: they keep it, with job control, and su keeps its folder.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"

# Types at a shell and checks the whole way: tty, Ctrl-C, Ctrl-Z and fg, the exit status.
terminal_talk() { # NAME STATUS CMD ARGS
	local name=$1 want=$2 out status
	shift 2
	out=$(ptyrun -t 15 -e '$ ' -s 'tty; readlink /proc/self/fd/0; cat /proc/1/comm\r' -e '$ ' \
		-s 'sh -c "echo run\"\"ning; exec sleep 100"\r' -e running -s '\003' -e '$ ' \
		-s 'echo status $?.\r' -e 'status 130.' -e '$ ' \
		-s 'sh -c "echo run\"\"ning; exec sleep 100"\r' -e running -s '\032' -e Stopped -e '$ ' \
		-s 'jobs; kill %1; fg; echo ba""ck\r' -e back -e '$ ' -s 'exit 9\r' -- "$@" 2>&1)
	status=$?
	is "$name: terminal, Ctrl-C, Ctrl-Z, exit status" "$status" "$want"
	[[ $status -eq $want ]] || printf '%s\n' "$out" | sed 's/^/#   /'
	like "$name: tty(1) names the terminal" "$out" '/dev/pts/[0-9]+.*/dev/pts/[0-9]+'
	isolates like "$name: it is a space" "$out" loginspace-init
	unlike "$name: no job control warning" "$out" 'job control|cannot set terminal'
}

su_test() {
	local status
	terminal_talk "su -" 9 su - alice
	terminal_talk "su" 9 su alice
	cd /usr/share || return
	is "su without - keeps its folder" "$(su alice -c pwd)" /usr/share
	is "su - goes home" "$(su - alice -c pwd)" /home/alice
	cd "$SOURCE" || return
	for status in 0 3 255; do
		su alice -c "exit $status"
		is "su -c: exit status $status" "$?" "$status"
	done
	su alice -c 'kill -TERM $$'
	is "su -c: death by a signal" "$?" 143
	is "su -c: stdin and stdout" "$(echo through | su alice -c cat)" through
	# A space that is still ending has its number.
	wait_until 10 no_space
	isolates is "su: LOGINSPACE" "$(su alice -c 'echo $LOGINSPACE')" 2001-0
	is "su to root is left alone" "$(su root -c 'readlink /proc/self/ns/net')" "$(readlink /proc/self/ns/net)"
	like "su --pty" "$(ptyrun -t 10 -- su --pty alice -c 'tty; cat /proc/1/comm')" '/dev/pts/[0-9]'
}

su_password_test() {
	local out
	out=$(ptyrun -t 15 -e 'assword:' -s 'rigsecret\r' -- \
		su alice -c 'su bob -c "id -un; cat /proc/1/comm; echo \$LOGINSPACE; ulimit -c; ulimit -n; ulimit -Hc"' 2>&1)
	like "su by a user, with a password" "$out" bob
	isolates like "su from inside a space: a space of its own" "$out" '2002-0'
	is "su from inside a space gives the same limits" "$(diff <(limits_plain) <(limits_nested))" ""
}

# pam_limits takes the limits of PID 1 for the machine's own: a space's init must not differ.
limits_plain() {
	su bob -c 'ulimit -Sa; ulimit -Ha'
}

limits_nested() {
	ptyrun -t 15 -e 'assword:' -s 'rigsecret\r' -- \
		su alice -c 'su bob -c "ulimit -Sa; ulimit -Ha"' | tr -d '\r' | sed '0,/assword:/d' | sed '/^$/d'
}

login_test() {
	local login
	login=$(command -v login) || {
		skip "login" "not installed"
		return
	}
	# login(1) ends with 0 whatever the shell says.
	terminal_talk "login -f" 0 "$login" -f alice
	isolates like "login with a password" "$(ptyrun -t 15 -e 'assword:' -s 'rigsecret\r' -e '$ ' \
		-s 'cat /proc/1/comm; exit\r' -- "$login" alice 2>&1)" loginspace-init
	is "login gives the exact terminal" \
		"$(ptyrun -t 15 -e '$ ' -s 'echo "<$(tty | tr -d 0-9)>"; [ "$(stat -Lc %U /dev/stdin)" = alice ] && echo "<o""wn>"; exit\r' \
			-- "$login" -f alice 2>&1 | grep -Eo '<[a-z/]+>' | tr -d '\n')" '</dev/pts/><own>'
}

interrupt_test() {
	local i
	# Ctrl-C while su is still on its way: whatever moment it hits, nothing stays.
	for ((i = 0; i < 10; i++)); do
		ptyrun -t 10 -s '\003' -- su alice -c 'exec sleep 1' >/dev/null 2>&1
	done
	check "PRV-06 Ctrl-C during su leaves nothing" ledger_same_within 5 "$RIG/start"
	is "PRV-06 and the next su works" "$(su alice -c 'echo fine')" fine
}

ledger_write "$RIG/start"
su_test
su_password_test
login_test
check "nothing is left of su and login" ledger_same_within 5 "$RIG/start"
interrupt_test
check "nothing is left of all that" ledger_same_within 5 "$RIG/start"
