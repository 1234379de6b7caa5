# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Calls that say yes and do nothing: what is read back has to find out. The mount that a path leads
# to must be the very one that was put there, and it must be read-only if it was made so; and a capability
# that was given up must be gone.
. "$SOURCE/tests/root/policy.bash"
needs_module

calls() { # CALL: how often a login makes it
	: >"$RIG/log/calls"
	wrapper counted "strace -f -qq -o $RIG/log/calls -e trace=$1"
	with_helper "$RIG/libexec/counted"
	run_as alice true
	grep -c "$1(" "$RIG/log/calls"
}

# What a login sees of the mounts, as far as it is the same each time.
table() {
	run_as alice 'awk "{ print \$4, \$5, \$6, \$(NF - 2) }" /proc/self/mountinfo' 2>&1
}

# lies CALL FIRST LEAST [LAST]: every call from the FIRST on, each in a login of its own. Whoever gets in
# must see what he would see without the lie; LEAST: so many have to be denied.
lies() {
	local call=$1 first=$2 count n denied=0 missed="" honest seen
	honest=$(table)
	count=${4:-$(calls "$call")}
	for ((n = first; n <= count; n++)); do
		wrapper lying "strace -f -qq -o /dev/null -e trace=$call -e inject=$call:retval=0:when=$n"
		with_helper "$RIG/libexec/lying"
		log_mark
		seen=$(table)
		if [[ $seen == "$REFUSED" ]] && log_line 'denied: .*step=[a-z_]+ errno=E' >/dev/null; then
			denied=$((denied + 1))
		elif [[ $seen != "$honest" ]]; then
			missed+=" $n"
		fi
	done
	with_helper "$HELPER"
	check "$call: of $count lies, $denied are denied, and that is at least $3" test "$denied" -ge "$3"
	is "$call: nobody gets in and sees something else" "$missed" ""
}

start_sshd
mkdir -p /srv/hidden /srv/bound /srv/at /srv/fixed /srv/fixed/soft /srv/memory /run/user
touch /srv/file
ledger_write "$RIG/before"
policy
lies move_mount 1 8
policy '[default]' 'private_dev = yes' 'home = own' 'hide = /srv/hidden /srv/file' 'tmpfs = /srv/memory' \
	'bind = /srv/bound:/srv/at' 'read_only = /srv/fixed' 'writable = /srv/fixed/soft'
lies move_mount 1 17
# The first sets the propagation, which has no mark that a path would show.
policy '[default]' 'read_only = /srv/fixed' 'bind = /srv/bound:/srv/at:ro' 'home = own'
lies mount_setattr 2 3
policy '[default]' 'system = ro'
# The others give back what is to stay writable: without them there is less, and never more.
lies mount_setattr 2 1 2
# Capabilities that are not given up, and one that can be had back. Each process counts its own: the
# helper makes two such calls.
policy
lies capset 1 2 2
policy
confined "and without a lie alice is in" alice
check "nothing is left" ledger_same_within 5 "$RIG/before"
stop_sshd
