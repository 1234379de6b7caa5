# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# A login on the console: getty, login with a password, a shell with job control, su from it, logout.
. "$SOURCE/tests/rig/lib.bash"
GUEST=$SOURCE/tests/vm/guest
PASSWORD=$(<"$LS_VM_IMAGE/password")

host() {
	"$GUEST" ssh "$@" </dev/null
}

# talk TEXT REGEX [SECONDS]: types it, and waits for an answer. What is typed is echoed: so quotes are in
# what must not be taken for the answer.
talk() {
	local from
	from=$("$GUEST" ear)
	"$GUEST" say "$1" && "$GUEST" heard "$from" "${@:2}"
}

log_in() { # USER
	talk $'\r' 'login: *$' 60 && talk "$1"$'\r' 'Password: *$' && talk "$PASSWORD"$'\r' "$1@vmhost:~\\$ *\$" 90
}

session_of_console() {
	host 'for id in $(loginctl list-sessions --no-legend | awk "{ print \$1 }"); do
			loginctl show-session "$id" -p TTY -p Name -p Service -p Type -p Remote | sort | xargs
		done' | grep TTY=ttyS0
}

no_space() {
	[[ $(host 'pgrep -cx loginspace-init') == 0 ]]
}

check "VM-30 alice logs in on the console, with her password" log_in alice
[[ $("$GUEST" heard 0 'alice@vmhost' 1) ]] || exit 1
isolates like "VM-30 she is in a space" "$(talk $'echo "g""ot $(cat /proc/1/comm)"\r' '^got ')" loginspace-init
isolates like "VM-30 with a name" "$(talk $'echo "g""ot $LOGINSPACE."\r' '^got ')" 'got [0-9]+-0\.'
like "VM-30 tty(1) names the console" "$(talk $'echo "g""ot $(tty)"\r' '^got ')" /dev/ttyS0
is "VM-30 logind's session is of login, on that terminal" "$(session_of_console)" \
	"Name=alice Remote=no Service=login TTY=ttyS0 Type=tty"
check "VM-31 a program runs" talk $'sh -c "echo ru\'\'nning; exec sleep 300"\r' '^running'
check "VM-31 Ctrl-Z stops it" talk $'\032' Stopped
check "VM-31 the shell is there" talk $'\r' '\$ *$'
check "VM-31 fg, Ctrl-C" talk $'fg\r' 'exec sleep 300'
check "VM-31 the shell goes on" talk $'\003' '\$ *$'
like "VM-31 with the status of Ctrl-C" "$(talk $'echo "sta""tus $?."\r' '^status ')" 'status 130\.'
check "VM-32 su to bob asks for his password" talk $'su - bob\r' 'Password: *$'
check "VM-32 and lets her in" talk "$PASSWORD"$'\r' 'bob@vmhost:~\$ *$' 90
isolates like "VM-32 into a space in hers" "$(talk $'echo "g""ot $LOGINSPACE."\r' '^got ')" 'got [0-9]+-0\.'
is "VM-32 the host sees both" "$(host 'pgrep -cx loginspace-init')" "$([[ -n $LS_CONTROL ]] && echo 0 || echo 2)"
check "VM-32 exit from su" talk $'exit\r' 'alice@vmhost:~\$ *$'
check "VM-33 logout: getty comes back" talk $'exit\r' 'login: *$' 90
check "VM-33 logout: the spaces end" wait_until 20 no_space
check "VM-33 and once more" log_in bob
check "VM-33 with Ctrl-D" talk $'\004' 'login: *$' 90
like "VM-34 getty is as systemd wants it" "$(host systemctl show -p ActiveState -p Result serial-getty@ttyS0 | sort | xargs)" \
	'^ActiveState=active Result=success$'
