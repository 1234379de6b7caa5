# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# A next version comes, and then the packages go, with people logged in.
. "$SOURCE/tests/vm/inside.bash"

upgrade_test() {
	session_start old alice
	session_do old 'exec 9>/tmp/mine; echo kept >&9'
	check "VM-90 a next version comes with a login alive" packages_install /srv/next/*.deb
	like "VM-90 it is that one" "$(dpkg-query -W -f '${Version}' libpam-loginspace)" '\.1$'
	isolates is "VM-90 the old login goes on in its space" "$(session_do old 'cat /tmp/mine /proc/1/comm' | xargs)" "kept loginspace-init"
	check "VM-90 a new login gets in" session_start new bob
	isolates is "VM-90 into a space" "$(session_do new 'cat /proc/1/comm')" loginspace-init
	isolates is "VM-90 loginspace list shows both" "$(loginspace list --ids | sort | xargs)" "$ALICE-0 $(id -u bob)-0"
	is "VM-90 the system runs" "$(system_state)" running
}

remove_test() {
	check "VM-91 apt remove with both alive" apt-get -qy -o Dpkg::Use-Pty=0 remove loginspace libpam-loginspace
	is "VM-91 the PAM files are byte for byte as before the packages came" "$(pam_state)" "$(<$RIG/pam.before)"
	isolates is "VM-91 the old login goes on in its space" "$(session_do old 'cat /tmp/mine /proc/1/comm' | xargs)" "kept loginspace-init"
	isolates is "VM-91 the new one, too" "$(session_do new 'cat /proc/1/comm')" loginspace-init
	is "VM-91 alice gets in, without a space" "$(space_of alice)" none
	is "VM-91 root gets in" "$(space_of root)" none
	is "VM-91 su works" "$(su - bob -c 'echo in')" in
	session_stop old
	session_stop new
	check "VM-91 the spaces end with their logins" wait_until 10 no_init
	check "VM-91 so do logind's sessions" wait_until 20 no_session_of bob
	is "VM-91 the system runs" "$(system_state)" running
}

upgrade_test
remove_test
