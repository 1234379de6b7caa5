# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# What the tests of the policy share. Sourced by tests/root/1[4-7]-*.sh.
#
# packages: jq strace
. "$SOURCE/tests/rig/lib.bash"

CONF=/etc/security/loginspace.conf
COMMAND=$RIG/libexec/loginspace
SWITCH=/run/loginspace/off

# policy LINES: the administrator's file. No lines: no configuration at all.
policy() {
	rm -rf "$CONF" "$CONF.d"
	[[ $# -eq 0 ]] || printf '%s\n' "$@" >"$CONF"
}

# user_add NAME UID: as user_make in tests/rig/enter.
user_add() {
	sed -i "/^$1:/d; /^[^:]*:[^:]*:$2:/d" /etc/passwd /etc/group
	echo "$1:x:$2:$2::/home/$1:/bin/bash" >>/etc/passwd
	echo "$1:x:$2:" >>/etc/group
	echo "$1:*:19000:0:99999:7:::" >>/etc/shadow
	install -d -m 700 -o "$2" -g "$2" "/home/$1" "/home/$1/.ssh"
	install -m 600 -o "$2" -g "$2" "$RIG/key.pub" "/home/$1/.ssh/authorized_keys"
}

# group_add NAME GID MEMBERS
group_add() {
	sed -i "/^$1:/d; /^[^:]*:[^:]*:$2:/d" /etc/group
	echo "$1:x:$2:$3" >>/etc/group
}

# One line of ours about this; the log is written by another process. Prints it.
log_line() {
	wait_until 3 log_has "$1"
	log_ours | grep -Ea -- "$1"
}

log_count() {
	wait_until 3 log_has "$1"
	log_ours | grep -Eac -- "$1"
}

# space_of USER: the PID 1 that a login over ssh sees, or why there is none.
space_of() {
	run_as "$1" 'cat /proc/1/comm' 2>&1 | tail -n 1
}

INSIDE=loginspace-init
OUTSIDE=$(cat /proc/1/comm)
REFUSED='This login was refused: the server could not give you a private space. Please tell its administrator.'

confined() { # NAME USER
	is "$1" "$(space_of "$2")" "$INSIDE"
}

let_in() { # NAME USER
	is "$1" "$(space_of "$2")" "$OUTSIDE"
}

refused() { # NAME USER
	is "$1" "$(space_of "$2")" "$REFUSED"
}

# other_service NAME PAM-LINE-ARGUMENTS: a service that the defaults do not list.
other_service() {
	{
		printf '%s required pam_permit.so\n' auth account session
		pam_line "${@:2}"
	} >"/etc/pam.d/$1"
}

# space_by SERVICE USER: likewise without ssh. "denied" if the session was not opened.
space_by() {
	pam_driver --quiet "$1" "$2" "cat /proc/1/comm >$RIG/comm" >/dev/null 2>&1
	case $? in
	0) cat "$RIG/comm" ;;
	3) echo denied ;;
	*) echo "pam_driver failed" ;;
	esac
}

# As space_of, by su.
su_space() {
	su "$1" -c 'cat /proc/1/comm' 2>&1 </dev/null | head -n 1
}

# wrapper NAME COMMAND: the helper under another program, for with_helper.
wrapper() {
	printf '#!/bin/sh\nexec %s\n' "$2 $HELPER" >"$RIG/libexec/$1"
	chmod 700 "$RIG/libexec/$1"
}

# with_helper PATH: the PAM files with another helper. With $HELPER all is as before.
with_helper() {
	local HELPER=$1
	pam_setup
}
