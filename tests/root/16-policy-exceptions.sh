# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Who gets no space although the module is there, by whose decision, and what the log says of it:
# isolate, services, root, on_error, the kill switch.
. "$SOURCE/tests/root/policy.bash"
needs_module

audit_test() {
	policy '[default]' 'tmp_size = 8m' '[match group=students]' 'isolate = audit'
	log_mark
	let_in "isolate = audit: alice, a student, is let in as she is" alice
	is "isolate = audit: one line says so" "$(log_count 'audit: ')" 1
	like "isolate = audit: it says what would have been done" "$(log_line 'audit: ')" \
		'^<85>.*user="alice" .*would=\"space scope=login network=loopback namespaces=mount,pid,ipc,uts,net .*tmp_size=8m'
	confined "isolate = audit: others are confined" bob
	policy '[default]' 'nested_userns = no' '[match group=students]' 'isolate = audit'
	log_mark
	let_in "isolate = audit: a denial is only reported" alice
	like "isolate = audit: and why" "$(log_line 'audit: ')" "would=\"deny .*nested_userns = no, $CONF:2"
	refused "isolate = audit: others are denied" bob
	policy '[default]' '[match group=students]' 'isolate = no'
	log_mark
	let_in "isolate = no" alice
	like "isolate = no: by whose word" "$(log_line 'ignored: ')" \
		"^<86>.*user=\"alice\" .*isolate = no .*$CONF:3"
	confined "isolate = no: others are confined" bob
}

services_test() {
	other_service cron
	policy '[default]' 'services = sshd'
	confined "services = sshd: ssh is confined" alice
	log_mark
	is "services = sshd: su is not" "$(su_space alice)" "$OUTSIDE"
	like "services = sshd: the log says so" "$(log_line 'ignored: ')" 'service="su" .*service is not listed'
	policy '[default]' 'services = sshd cron'
	is "services with cron: cron is confined" "$(space_by cron alice)" "$INSIDE"
	log_mark
	check "services with cron: so it is for pamtester" pamtester cron alice open_session close_session
	check "services with cron: and in the log" log_line 'open: user="alice" .*service="cron"'
	policy
	is "without a configuration: su is confined" "$(su_space alice)" "$INSIDE"
	is "without a configuration: cron is not" "$(space_by cron alice)" "$OUTSIDE"
	rm -f /etc/pam.d/cron
}

root_test() {
	policy '[default]' 'isolate = yes' 'hostname = box' '[match uid=0]' 'isolate = yes'
	log_mark
	let_in "without a section user=root: root is exempt" root
	like "without it: the log says so" "$(log_line 'exempt: ')" '^<85>.*user="root" .*uid 0 is not confined'
	policy '[default]' 'hostname = box' '[match user=root]' 'isolate = yes'
	log_mark
	confined "a section user=root: root gets a space" root
	is "a section user=root: with all that is in it" "$(run_as root 'uname -n')" box
	check "a section user=root: the log says so" log_line 'open: user="root" uid=0 '
	with_helper "$RIG/missing"
	log_mark
	let_in "a section user=root, helper missing: root gets in" root
	is "helper missing: at alert" "$(log_count '^<81>.*exempt: user="root" .*step=spawn errno=ENOENT')" 1
	refused "helper missing: alice does not" alice
	with_helper "$HELPER"
	policy '[default]' '[match user=root]' 'isolate = audit'
	log_mark
	let_in "a section user=root, isolate = audit: let in" root
	check "isolate = audit: and reported" log_line 'audit: user="root" .*would="space'
}

# An application with threads cannot be confined, but a login that is none of ours need not be.
threads_test() {
	cp /etc/pam.d/loginspace /etc/pam.d/desktop
	policy '[default]' 'max_spaces = 5' '[match user=bob]' 'isolate = audit' '[match user=carol]' \
		'on_error = allow'
	log_mark
	check "threads: a service that is not listed gets in" pam_driver --quiet --threads desktop alice true
	check "threads: ignored, it says" log_line 'ignored: user="alice" .*service="desktop"'
	check "threads: isolate = audit gets in" pam_driver --quiet --threads loginspace bob true
	check "threads: on_error = allow gets in" pam_driver --quiet --threads loginspace carol true
	check "threads: loudly" log_line '^<81>.*lenient: user="carol" .*step=application errno=EINVAL'
	pam_driver --quiet --threads loginspace alice true
	is "threads: a listed service is refused" "$?" 3
	check "threads: with the reason" log_line 'denied: user="alice" .*step=application .*thread'
	is "threads: no space was made" "$(pgrep -c -x loginspace-init)" 0
}

# What the helper meets when it makes the namespaces: an error, or its end. By then the module has
# been told of on_error.
errors_make() {
	wrapper full "strace -f -qq -o $RIG/log/full -e trace=clone3 -e inject=clone3:error=ENOSPC"
	wrapper dies "strace -f -qq -o $RIG/log/dies -e trace=clone3 -e inject=clone3:error=EIO:signal=KILL"
}

# lenient NAME ERRNO
lenient() {
	log_mark
	let_in "on_error = allow, $1: let in" alice
	is "on_error = allow, $1: one line at alert" "$(log_count '^<81>.*lenient: user="alice" ')" 1
	like "on_error = allow, $1: with step and error" "$(log_line 'lenient: ')" "step=[a-z]+ errno=$2 "
	check "on_error = allow, $1: neither open nor denied" test "$(log_ours | grep -Ec ' (open|denied): ')" -eq 0
}

on_error_test() {
	local allow=('[default]' 'on_error = allow')
	policy "${allow[@]}"
	confined "on_error = allow: all is well" alice
	with_helper "$RIG/libexec/full"
	lenient "no namespaces" ENOSPC
	with_helper "$RIG/libexec/dies"
	lenient "a helper that dies" '[A-Z]+'
	policy '[default]' 'on_error = deny'
	refused "on_error = deny, a helper that dies: denied" alice
	with_helper "$RIG/libexec/full"
	refused "on_error = deny, no namespaces: denied" alice
	policy "${allow[@]}" '[match user=bob]' 'on_error = deny'
	refused "on_error = allow for others: bob is denied" bob
	with_helper "$RIG/missing"
	refused "on_error = allow, a helper that is not there cannot say so: denied" alice
	with_helper "$HELPER"
	unforgiven_test "${allow[@]}"
}

# What the administrator wants is no error.
unforgiven_test() {
	policy "$@" 'max_spaces = 1'
	session_start one alice
	log_mark
	refused "on_error = allow: not for max_spaces" alice
	is "on_error = allow: which is a denial" "$(log_count '^<83>.*denied: .*errno=EUSERS')" 1
	session_stop one
	late_test
	policy "$@" 'nested = deny'
	like "on_error = allow: not for nested = deny" \
		"$(run_as alice 'sudo su bob -c "echo ran" 2>&1')" "^$REFUSED"
	policy "$@" 'nested_userns = no'
	refused "on_error = allow: not for what contradicts itself" alice
	policy "$@" 'nonsense = 1'
	refused "on_error = allow: not for a mistake" alice
}

# There was room for a space when the helper looked, and there is none any more when it has made one.
late_test() {
	local job
	wrapper late "strace -f -qq -o $RIG/log/late -e trace=clone3 -e inject=clone3:delay_enter=4000000"
	with_helper "$RIG/libexec/late"
	log_mark
	pam_driver --quiet loginspace alice true >/dev/null 2>&1 &
	job=$!
	check "on_error = allow: a login is held up" wait_until 5 grep -q clone3 "$RIG/log/late"
	with_helper "$HELPER"
	check "on_error = allow: another one is faster" session_start faster alice
	wait "$job"
	is "on_error = allow: not for max_spaces that another login has used up meanwhile" $? 3
	like "on_error = allow: as the log says" "$(log_line 'denied: ')" 'step=number errno=EUSERS'
	session_stop faster
}

# off_useless NAME ERRNO: the switch has no effect, and the log says why.
off_useless() {
	log_mark
	confined "kill switch, $1: no effect" alice
	like "kill switch, $1: a warning" "$(log_line 'switch: ')" \
		"^<84>.*user=\"alice\" .*errno=$2 .*$SWITCH has no effect"
	rm -rf "$SWITCH"
}

off_works() { # NAME
	log_mark
	let_in "kill switch, $1: alice is let in as she is" alice
	is "kill switch, $1: each is logged, as a warning" "$(log_count '^<84>.*off: user="alice" ')" 1
	let_in "kill switch, $1: bob, too" bob
	is "kill switch, $1: that, too" "$(log_count '^<84>.*off: user="bob" ')" 1
	let_in "kill switch, $1: root, too" root
	check "kill switch, $1: nothing is denied" test "$(log_ours | grep -c denied)" -eq 0
}

switch_test() {
	policy
	confined "kill switch: not there" alice
	touch "$SWITCH"
	off_works "good"
	policy '[default]' 'nonsense'
	off_works "broken configuration"
	policy
	with_helper "$RIG/missing"
	off_works "helper missing"
	with_helper "$HELPER"
	rm "$SWITCH"
	confined "kill switch, taken away: confined again" alice
	echo off >"$SWITCH"
	off_useless "not empty" EFBIG
	touch "$SWITCH"
	chown alice "$SWITCH"
	off_useless "alice's" EPERM
	touch "$RIG/empty"
	ln -s "$RIG/empty" "$SWITCH"
	off_useless "symbolic link" '[A-Z]+'
	mkdir "$SWITCH"
	off_useless "folder" '[A-Z]+'
	touch "$SWITCH"
	chmod 777 /run/loginspace
	log_mark
	refused "kill switch in a folder that others may write: no effect" alice
	check "kill switch in such a folder: a warning" log_line '^<84>.*switch: .*has no effect'
	chmod 700 /run/loginspace
	rm "$SWITCH"
}

if ! strace -qq -e inject=getpid:error=EPERM true 2>/dev/null || ! command -v pamtester >/dev/null; then
	skip "exceptions of the policy" "no strace or no pamtester"
	exit 0
fi
group_add students 3001 alice
start_sshd
audit_test
services_test
root_test
threads_test
errors_make
on_error_test
switch_test
stop_sshd
