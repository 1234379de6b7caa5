# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# The packages come to a fresh system, and the profile is enabled.
. "$SOURCE/tests/vm/inside.bash"

doctor_says() { # LEVEL
	loginspace doctor 2>&1 | grep -E "^$1 "
}

is "VM-10 the system runs" "$(system_state)" running
is "VM-10 alice gets in" "$(space_of alice)" none
pam_state >$RIG/pam.before
check "VM-10 apt install ./*.deb, without a network" packages_install /srv/first/*.deb
is "VM-10 no PAM file has changed" "$(pam_state)" "$(<$RIG/pam.before)"
is "VM-10 alice gets in as before" "$(space_of alice)" none
is "VM-10 no service has come" "$(dpkg -L libpam-loginspace loginspace | grep -E '/systemd/|init\.d')" ""
is "VM-10 the system runs as before" "$(system_state)" running
is "VM-10 doctor: nothing fails" "$(doctor_says fail)" ""
like "VM-10 doctor: no service has a line yet" "$(doctor_says warn)" 'no service has a line'
is "VM-10 loginspace try, before any line is there" "$(loginspace try alice -- sh -c 'cat /proc/1/comm')" loginspace-init
if [[ -z $LS_CONTROL ]]; then
	check "VM-11 pam-auth-update --enable loginspace" pam-auth-update --enable loginspace
fi
isolates like "VM-11 a login has a space" "$(space_of alice)" '^[0-9]+-0$'
is "VM-11 root has none" "$(space_of root)" none
isolates is "VM-11 doctor warns of nothing about PAM" "$(doctor_says 'warn|fail' | grep -i 'pam\|line')" ""
is "VM-11 the system runs" "$(system_state)" running
loginspace doctor 2>&1 | sed 's/^/#   /'
