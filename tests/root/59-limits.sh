# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# memory_max, tasks_max and cpu_max where there is no cgroup v2 to keep them: what is denied, what is not. That they
# hold where there is one is tests/vm/inside/70-limits.sh.
. "$SOURCE/tests/root/policy.bash"
needs_module

limited_test() {
	local line controller
	while IFS='|' read -r line controller; do
		policy '[default]' "$line"
		log_mark
		refused "$line: alice is denied" alice
		like "$line: with the reason" "$(log_line 'denied: ')" \
			"step=resources errno=EOPNOTSUPP .*detail=\"${line%% *} needs cgroup v2 with the $controller controller\""
		check "$line: the file is good" "$COMMAND" check
		like "$line: doctor says it before" "$("$COMMAND" doctor | grep '^fail')" \
			"resources +${line%% *} needs cgroup v2 with the $controller controller"
	done <<-'END'
		memory_max = 64m|memory
		memory_max = 50%|memory
		tasks_max = 100|pids
		cpu_max = 50%|cpu
	END
	policy '[default]' 'cpu_max = 50%' 'on_error = allow'
	log_mark
	let_in "on_error = allow: let in" alice
	like "on_error = allow: loudly" "$(log_line 'lenient: ')" '^<81>.*step=resources errno=EOPNOTSUPP'
	policy '[default]' 'tasks_max = 9' 'isolate = audit'
	log_mark
	let_in "isolate = audit: let in" alice
	like "isolate = audit: with what it would have" "$(log_line 'audit: ')" 'would="space .* tasks_max=9"'
	like "explain shows it" "$("$COMMAND" explain alice)" $'\n'"tasks_max = 9 +$CONF:2"$'\n'
}

# What has no limits knows nothing of them.
unlimited_test() {
	local init
	policy '[default]' 'memory_max = unlimited' '[match user=bob]' 'memory_max = 64m'
	session_start s alice
	is "without limits: alice has a space" "$(session_do s 'cat /proc/1/comm')" "$INSIDE"
	init=$(space_init "$(session_do s 'readlink /proc/self/ns/pid')")
	is "without limits: PID 1 has no word more" "$(tr '\0' ' ' <"/proc/$init/cmdline")" "loginspace-init "
	is "without limits: and no fd more" "$(test -e "/proc/$init/fd/100"; echo $?)" 1
	is "without limits: it is killed as others are" "$(cat "/proc/$init/oom_score_adj")" "$(cat "/proc/$SSHD_PID/oom_score_adj")"
	unlike "without limits: doctor says nothing of it" "$(policy '[default]'; "$COMMAND" doctor)" 'resources'
	policy '[default]' '[match user=bob]' 'memory_max = 64m'
	refused "bob, who has one, is denied" bob
	is "but not by su from inside: there the outer space's count" \
		"$(session_do s 'sudo su bob -c "cat /proc/1/comm" 2>&1')" "$INSIDE"
	session_stop s
}

# Whatever this machine has.
mount -t tmpfs none /sys/fs/cgroup
start_sshd
limited_test
unlimited_test
stop_sshd
umount /sys/fs/cgroup
