# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# What an idle space keeps, in kernel and processes.
# Read by bench, whose settings it uses.

# What the kernel holds is read for the whole machine. What processes hold is read from those of
# the space alone, because on a machine with other work AnonPages says more about that.
memory_kernel="Slab KernelStack PageTables Percpu"
memory_processes="Init OwnerGrowth"
memory_others="InitPss InitPrivate Taken MemAvailable"

# Half-empty slabs would hide what fits into them. Nothing but speed is lost by it.
slabs_shrink() {
	local file

	for file in /sys/kernel/slab/*/shrink; do
		if [[ -w $file ]]; then
			echo 1 >"$file"
		fi
	done
}

# Sets meminfo[KEY] in kB, with no process started for it; Taken is all that is neither free nor
# page cache, where MemFree alone misses the free pages that each processor keeps.
meminfo_read() {
	local key value kept=0 _

	while read -r key value _; do
		meminfo[${key%:}]=$value
	done </proc/meminfo
	while read -r key value _; do
		if [[ $key == count: ]]; then
			kept=$((kept + value * page / 1024))
		fi
	done </proc/zoneinfo
	meminfo[Taken]=$((meminfo[Shmem] - meminfo[MemFree] - kept - meminfo[Cached] - \
		meminfo[Buffers]))
	meminfo[MemAvailable]=$((-meminfo[MemAvailable]))
}

# The kernel frees network namespaces some time later: until it has, the slabs shrink.
memory_settle() {
	local -A meminfo
	local tries before=0

	for ((tries = 0; tries < 20; tries++)); do
		meminfo_read
		if ((before - meminfo[Slab] < 64 && before)); then
			return
		fi
		before=${meminfo[Slab]}
		sleep 0.25
	done
}

# One key of smaps_rollup in kB, summed over processes.
processes_sum() {
	local key=$1 pid

	shift
	for pid in "$@"; do
		cat "/proc/$pid/smaps_rollup" 2>/dev/null || true
	done | awk -v key="^$key:\$" '$1 ~ key { sum += $2 } END { print sum + 0 }'
}

# What all spaces hold together, in kB, is noted in kB for each space.
memory_note() {
	awk -v head="memory,$1,$2,$3" -v all="$4" -v n="$spaces" \
		'BEGIN { printf "%s,%.1f\n", head, all / n }' >>"$work/memory"
}

# One round of one contender: all its applications alive, then a space for each of them.
memory_round() {
	local round=$1 name=$2 answer key keep owned
	local -A meminfo before
	local -a owners inits

	memory_settle
	coproc KEEP { contender_run "$name" -k "$spaces" 2>"$work/error"; }
	keep=$KEEP_PID
	read -r _ answer <&"${KEEP[0]}" || die "memory: $name: $(tail -n 1 "$work/error")"
	read -r -a owners <<<"$answer"
	owned=$(processes_sum Pss_Anon "${owners[@]}")
	memory_look
	for key in "${!meminfo[@]}"; do before[$key]=${meminfo[$key]}; done
	echo >&"${KEEP[1]}"
	read -r _ answer <&"${KEEP[0]}" || die "memory: $name: $(tail -n 1 "$work/error")"
	read -r -a inits <<<"$answer"
	memory_look
	for key in $memory_kernel Taken MemAvailable; do
		memory_note "$round" "$name" "$key" $((meminfo[$key] - before[$key]))
	done
	memory_note "$round" "$name" OwnerGrowth \
		$(($(processes_sum Pss_Anon "${owners[@]}") - owned))
	if [[ $name == empty ]]; then
		inits=() # it has none: these are the host's
	fi
	memory_note "$round" "$name" Init "$(processes_sum Pss_Anon "${inits[@]}")"
	memory_note "$round" "$name" InitPrivate \
		"$(processes_sum "Private_(Clean|Dirty)" "${inits[@]}")"
	memory_note "$round" "$name" InitPss "$(processes_sum Pss "${inits[@]}")"
	echo >&"${KEEP[1]}"
	wait "$keep" || die "memory: $name: $(tail -n 1 "$work/error")"
}

# A helper that has exited is the host's init's to reap, and that one may take its time.
memory_look() {
	sleep 2
	slabs_shrink
	meminfo_read
}

memory_rounds() {
	local round name

	: >"$work/memory"
	# Round 0 fills the kernel's caches and is not counted.
	for ((round = 0; round <= memory_rounds; round++)); do
		for name in floor empty loginspace; do
			if is_running "$name"; then
				memory_round "$round" "$name"
			fi
		done
	done
	sed -i '/^memory,0,/d' "$work/memory"
	cat "$work/memory" >>"$work/csv"
}

# The median of the rounds, of one key or of several added up.
memory_median() {
	local name=$1 key sum=0 median

	shift
	for key in "$@"; do
		median=$(awk -F, -v name="$name" -v key="$key" \
			'$3 == name && $4 == key { print $5 }' "$work/memory" | percentile 50)
		sum=$(awk -v a="$sum" -v b="$median" 'BEGIN {
			if (a == "-" || b == "-") print "-"
			else printf "%.1f\n", a + b }')
	done
	echo "$sum"
}

# What a space of loginspace costs, without what the PAM application grows by anyway.
memory_added() {
	awk -v a="$(memory_median loginspace "$@")" -v b="$(memory_median empty "$@")" \
		'BEGIN { if (a == "-" || b == "-") print "-"; else printf "%.1f\n", a - b }'
}

# $memory_kernel and $memory_processes are lists.
# shellcheck disable=SC2086
memory_ratio() {
	ratio "$(memory_added $memory_kernel $memory_processes)" 0 \
		"$(memory_median floor $memory_kernel $memory_processes)"
}

memory_line() {
	local title=$1 floor added

	shift
	floor=$(memory_median floor "$@")
	added=$(memory_added "$@")
	printf '%-15s %9s %11s %9s %8s\n' "$title" "$floor" "$added" \
		"$(memory_median empty "$@")" \
		"$(ratio "$added" 0 "$floor")"
	figure memory "$title" floor "$floor"
	figure memory "$title" loginspace "$added"
	figure memory "$title" times "$(ratio "$added" 0 "$floor")"
}

# shellcheck disable=SC2086
memory_table() {
	local key

	printf '\n%-15s %9s %11s %9s %8s\n' "idle space, kB" floor loginspace empty "x floor"
	for key in $memory_kernel $memory_processes; do
		memory_line "$key" "$key"
	done
	memory_line "sum" $memory_kernel $memory_processes
	for key in $memory_others; do
		memory_line "($key)" "$key"
	done
	echo "$spaces alive at a time, medians of $memory_rounds rounds; loginspace less the" \
		"empty stack. In brackets: not in the sum."
}
