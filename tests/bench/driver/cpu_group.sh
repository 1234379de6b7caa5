# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# A control group for all that is measured, before which the rest of the machine's work stands back. A
# login is several processes and the floor is one: where each of them waits behind others' work, ratios
# say how busy the machine is. Not by nice(2), from which a helper frees itself.
# Read by bench, whose settings it uses.

cpu_group= # its folder

cpu_group_weigh() { # FOLDER: the most there is
	if [[ -e $1/cpu.shares ]]; then
		echo 262144 >"$1/cpu.shares"
	elif [[ -e $1/cpu.weight ]]; then
		echo 10000 >"$1/cpu.weight"
	else
		return 1
	fi
}

# Of version 1 or 2. Without one it is measured all the same.
cpu_group_make() {
	local top

	for top in /sys/fs/cgroup/cpu /sys/fs/cgroup; do
		cpu_group=$top/loginspace-bench-$$
		if mkdir "$cpu_group" 2>/dev/null; then
			cpu_group_weigh "$cpu_group" 2>/dev/null && return
			rmdir "$cpu_group"
		fi
	done
	cpu_group=
}

cpu_group_enter() {
	if [[ -n $cpu_group ]]; then
		echo "$BASHPID" >"$cpu_group/cgroup.procs"
	fi
}

# Thousands of spaces take a moment to end.
cpu_group_end() {
	local tries

	[[ -n $cpu_group ]] || return 0
	for ((tries = 0; tries < 600; tries++)); do
		rmdir "$cpu_group" 2>/dev/null && return
		sleep 0.1
	done
	echo "bench: $cpu_group is left, with processes in it" >&2
}
