# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# Many logins in a row, by one application that lives through all of them: what each one leaves, and
# whether the last ones take longer than the first. After each tenth of them all is looked at, once the
# kernel has freed what it frees late, and some of the floor's go by, for the time.
# Read by bench, whose settings it uses.

row_marks=10
row_time_aim=1.1 # the last three tenths, in times of the first three, both in floors
# A kernel object that is lost is 64 bytes or more. But the figures move by some, whatever the number of
# logins: so a short row cannot tell as much. In a control group of its own that is little; else it is
# the whole machine's memory.
row_bytes_aim=64
row_noise_group=200000
row_noise_machine=3200000
row_group= # folder of the group

row_row() { # MARK NAME VALUE
	printf '%s %s %s\n' "$1" "$2" "$3" >>"$work/row"
	echo "row,$1,loginspace,$2,$3" >>"$work/csv"
	figure row "$(($1 * row / row_marks))" "$2" "$3"
}

row_objects() { # CACHE
	awk -v name="$1" '$1 == name { print $2; seen = 1 } END { if (!seen) print "-" }' /proc/slabinfo
}

# A control group for the logins, of version 1 or 2, where the kernel keeps account of its memory. A
# login does not leave the group of its application.
row_group_make() {
	local top

	for top in /sys/fs/cgroup/memory /sys/fs/cgroup; do
		row_group=$top/loginspace-bench-$$
		if mkdir "$row_group" 2>/dev/null; then
			if [[ -n $(row_group_kb) ]]; then
				# With version 2 it is this one that counts for the processor, too.
				cpu_group_weigh "$row_group" 2>/dev/null || true
				return
			fi
			rmdir "$row_group"
		fi
	done
	row_group=
}

# What can be had back is not counted, where that can be told.
row_group_kb() {
	if [[ -e $row_group/memory.kmem.usage_in_bytes ]]; then
		echo 0 >"$row_group/memory.force_empty" || true
		awk '{ printf "%.0f\n", $1 / 1024 }' "$row_group/memory.kmem.usage_in_bytes"
	elif [[ -e $row_group/memory.stat ]]; then
		echo 1G >"$row_group/memory.reclaim" || true # EAGAIN: there was less
		awk '/^(slab_unreclaimable|kernel_stack|pagetables|percpu) / { sum += $2 }
			END { printf "%.0f\n", sum / 1024 }' "$row_group/memory.stat"
	fi 2>/dev/null
}

row_group_end() {
	if [[ -n $row_group ]]; then
		rmdir "$row_group" || true
	fi
}

# Network namespaces are freed late, and many at a time: until their number has not fallen for a second.
row_settle() {
	local tries now before=

	for ((tries = 0; tries < 30; tries++)); do
		now=$(row_objects net_namespace)
		if [[ $now == - ]]; then
			break
		fi
		if [[ -n $before ]] && ((now >= before)); then
			break
		fi
		before=$now
		sleep 1
	done
	memory_settle
}

row_look() { # MARK PID
	local -A meminfo
	local own

	row_settle
	slabs_shrink
	meminfo_read
	own=$(processes_sum "Private_(Clean|Dirty)" "$2")
	if [[ -n $row_group ]]; then
		row_row "$1" group_kb "$(row_group_kb)"
	fi
	row_row "$1" kernel_kb $((meminfo[SUnreclaim] + meminfo[KernelStack] + meminfo[PageTables] + \
		meminfo[Percpu]))
	row_row "$1" slab_kb "${meminfo[Slab]}"
	row_row "$1" own_kb "$own"
	row_row "$1" fds "$(find "/proc/$2/fd" -mindepth 1 | wc -l)"
	row_row "$1" mounts "$(wc -l </proc/self/mountinfo)"
	row_row "$1" state "$(find /run/loginspace -mindepth 1 | wc -l)"
	row_row "$1" net_namespaces "$(row_objects net_namespace)"
	row_row "$1" pid_namespaces "$(row_objects pid_namespace)"
}

row_floor() { # MARK COUNT
	row_row "$1" floor_us "$(echo | "$programs/floor" -n "$2" -m "$2" |
		awk '$1 == "row" { printf "%.1f", $3 / $2 * 1e6 }')"
}

row_run() {
	local word at seconds mark=0 tenth=$((row / row_marks)) driver

	coproc ROW { [[ -z $row_group ]] || echo "$BASHPID" >"$row_group/cgroup.procs"; exec "$programs/pam_bench" -n $((tenth * row_marks)) -m $tenth "$work/pam" many \
		"$user" 2>"$work/row.error"; }
	driver=$ROW_PID
	while ((mark < row_marks)); do
		read -r word at seconds <&"${ROW[0]}" || return 1
		[[ $word == row ]] || return 1
		mark=$((mark + 1))
		row_row $mark login_us "$(awk -v s="$seconds" -v n=$tenth 'BEGIN { printf "%.1f", s / n * 1e6 }')"
		row_floor $mark $((tenth / 10 < 100 ? 100 : tenth / 10))
		row_look $mark "$driver"
		if [[ -t 2 ]]; then
			printf '\r%d logins of %d' "$at" "$row" >&2
		fi
		echo >&"${ROW[1]}"
	done
	wait "$driver"
}

row_values() { # NAME
	if [[ -e $work/row ]]; then
		awk -v name="$1" '$2 == name { print $1, $3 }' "$work/row"
	fi
}

# The median of the slopes between any two looks: one look that something else has disturbed does not
# turn it. The first look is left out; caches fill up to it. In what it is measured in, a login.
row_slope() { # NAME...
	local name

	for name in "$@"; do
		row_values "$name"
	done | awk -v step=$((row / row_marks)) '
		$1 > 1 { sum[$1] += $2 }
		END {
			for (a in sum) for (b in sum) if (b + 0 > a + 0)
				printf "%.6f\n", (sum[b] - sum[a]) / (b - a) / step
		}' | percentile 50 6
}

# The most of it at any look, less what the first one saw.
row_growth() { # NAME
	row_values "$1" | awk 'NR == 1 { first = $2 } $2 - first > most { most = $2 - first }
		END { if (NR) print most + 0; else print "-" }'
}

# Where the kernel's memory is read from.
row_kernel() {
	if [[ -n $row_group ]]; then echo group_kb; else echo kernel_kb; fi
}

row_bytes() {
	awk -v kb="$(row_slope "$(row_kernel)" own_kb)" \
		'BEGIN { if (kb == "-") print kb; else printf "%.1f\n", kb * 1024 }'
}

row_bytes_limit() {
	local noise=$row_noise_machine

	if [[ -n $row_group ]]; then
		noise=$row_noise_group
	fi
	awk -v aim=$row_bytes_aim -v noise=$noise -v n="$row" \
		'BEGIN { print(aim * n > noise ? aim : int(noise / n)) }'
}

# FIRST..LAST marks of a login, in floors: the median.
row_floors() { # FIRST LAST
	join <(row_values login_us | sort) <(row_values floor_us | sort) |
		awk -v first="$1" -v last="$2" '$1 >= first && $1 <= last && $3 > 0 { print $2 / $3 }' |
		percentile 50 3
}

row_time_ratio() {
	ratio "$(row_floors $((row_marks - 2)) $row_marks)" 0 "$(row_floors 1 3)"
}

row_at() { # MARK NAME
	row_values "$2" | awk -v mark="$1" '$1 == mark { print $2 }'
}

row_table() {
	local name mark

	printf '\n%-32s' "$row logins in a row, after"
	for mark in 1 5 10; do
		printf ' %9s' $((row * mark / row_marks))
	done
	printf '\n'
	for name in login_us floor_us group_kb kernel_kb slab_kb own_kb fds mounts state net_namespaces \
		pid_namespaces; do
		printf '%-32s' "$name"
		for mark in 1 5 10; do
			printf ' %9s' "$(row_at $mark $name)"
		done
		printf '\n'
	done
	echo "login: of that tenth, whole, from one application, until init has exited; group: what the kernel"
	echo "holds for them; kernel: slabs that cannot be reclaimed, stacks, page tables, per processor, of"
	echo "the whole machine; own: the application's. Each login leaves $(row_bytes) bytes in the group and"
	echo "the application (median of the slopes between all looks); in the machine and the application"
	echo "$(row_slope kernel_kb own_kb | awk '{ printf "%.1f", $1 * 1024 }')."
}

row_measure() {
	((row)) && is_running loginspace || return 0
	if ((row < 100)); then
		die "BENCH_ROW: at least 100"
	fi
	: >"$work/row"
	scale_service
	row_group_make
	if row_run; then
		row_table
	else
		absent_note "logins in a row" "$(tail -n 1 "$work/row.error")"
		: >"$work/row"
	fi
	row_group_end
}

row_aims() {
	((row)) || return 0
	aim row_bytes "bytes that each of $row logins leaves" "$(row_bytes)" '<=' "$(row_bytes_limit)"
	aim row_fds "fds that $row logins leave in the application" "$(row_growth fds)" '<=' 0
	aim row_mounts "mounts that they leave" "$(row_growth mounts)" '<=' 0
	aim row_state "files that they leave in /run/loginspace" "$(row_growth state)" '<=' 0
	aim row_time "time of the last of them, times the first" "$(row_time_ratio)" '<=' $row_time_aim
}
