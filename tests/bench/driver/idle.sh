# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# What many spaces that nothing happens in take of the processor, and what they add to the host's own
# table of mounts. Called by scale.sh, while it holds them. Read by bench, whose settings it uses.

idle_mounts_before() {
	mounts_before=$(wc -l </proc/self/mountinfo)
}

# Of all inits together: nanoseconds on a processor, how often one of them was given it
# (/proc/PID/schedstat), ticks of the accounts, and how often they gave it up themselves.
idle_read() { # PID...
	local folders=("${@/#//proc/}")

	awk '{ ns += $1; runs += $3 } END { printf "%.0f %.0f ", ns, runs }' \
		"${folders[@]/%//schedstat}"
	awk '{ sub(/.*\) /, ""); ticks += $12 + $13 } END { printf "%.0f ", ticks }' "${folders[@]/%//stat}"
	awk '/^voluntary_ctxt_switches/ { n += $2 } END { printf "%.0f\n", n }' "${folders[@]/%//status}"
}

# Until what the last one does after its answer is done.
idle_settle() {
	local before='' now

	for _ in {1..20}; do
		now=$(idle_read "$@")
		if [[ $now == "$before" ]]; then
			return
		fi
		before=$now
		sleep 1
	done
}

idle_measure() { # COUNT
	local inits before after words

	((idle_seconds)) || return 0
	words=$(sed -n 's/^open //p' "$work/spaces")
	read -r -a inits <<<"$words"
	[[ " $words " != *" -1 "* ]] || die "idle: a space has no init"
	idle_settle "${inits[@]}"
	before=$(idle_read "${inits[@]}")
	sleep "$idle_seconds"
	after=$(idle_read "${inits[@]}")
	printf '%s\n' "$before" "$after" | awk -v spaces="$1" \
		-v mounts=$(($(wc -l </proc/self/mountinfo) - mounts_before)) '
		NR == 1 { split($0, b) }
		NR == 2 {
			printf "spaces %d\nms %.3f\nruns %d\nticks %d\nswitches %d\nmounts %d\n", spaces,
				($1 - b[1]) / 1e6, $2 - b[2], $3 - b[3], $4 - b[4], mounts
		}' >"$work/idle"
}

idle_figure() {
	if [[ -e $work/idle ]]; then
		awk -v name="$1" '$1 == name { print $2 }' "$work/idle"
	else
		echo -
	fi
}

idle_table() {
	local name value

	[[ -e $work/idle ]] || return 0
	printf '\n%s idle spaces, over %s s: %s ms of processor time (%s ticks), ' \
		"$(idle_figure spaces)" "$idle_seconds" "$(idle_figure ms)" "$(idle_figure ticks)"
	printf 'given a processor %s times, gave it up %s times\n' "$(idle_figure runs)" \
		"$(idle_figure switches)"
	printf 'lines that they add to the mount table of the host: %s\n' "$(idle_figure mounts)"
	while read -r name value; do
		figure idle all "$name" "$value"
		echo "idle,1,loginspace,$name,$value" >>"$work/csv"
	done <"$work/idle"
}
