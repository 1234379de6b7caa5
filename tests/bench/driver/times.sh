# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# Rounds against the clock, and their tables.
# Read by bench, whose settings it uses.

time_rounds() {
	local round name i

	for ((round = 1; round <= rounds; round++)); do
		for name in $(shuf -e "${running[@]}"); do
			for ((i = 0; i < warm; i++)); do
				contender_run "$name" >/dev/null 2>&1 || true
			done
			contender_run "$name" >>"$work/$name.times" 2>>"$work/$name.errors" ||
				echo failed >>"$work/$name.times"
		done
		if [[ -t 2 ]]; then
			printf '\rround %d of %d' "$round" "$rounds" >&2
		fi
	done
	if [[ -t 2 ]]; then
		printf '\r\033[K' >&2
	fi
}

time_csv() {
	local name

	for name in "${running[@]}"; do
		awk -v name="$name" '
			$1 == "failed" { print "time," NR "," name ",failed,1"; next }
			{
				what[1] = NF == 1 ? "whole" : "open"
				what[2] = "close"; what[3] = "gone"
				for (i = 1; i <= 3 && i <= NF; i++)
					if ($i != "-") print "time," NR "," name "," what[i] "," $i
			}' "$work/$name.times" >>"$work/csv"
	done
}

# The p-th percentile of the numbers on stdin, or "-".
percentile() { # P [DIGITS]
	sort -g | awk -v p="$1" -v digits="${2:-1}" '
		$1 + 0 == $1 { all[++n] = $1 }
		END {
			at = int(n * p / 100 + 0.999999)
			if (n) printf "%.*f\n", digits, all[at < 1 ? 1 : at]; else print "-"
		}'
}

# Of each round the ratio of two files, where both have a figure and not the word failed.
paired() { # FILE BASE
	paste "$1" "$2" | awk '$1 + 0 == $1 && NF >= 2 && $2 + 0 == $2 && $2 > 0 { printf "%.5f\n", $1 / $2 }'
}

# Column 1 open or whole, 2 close, 3 gone.
time_percentile() {
	awk -v column="$2" '{ print $column }' "$work/$1.times" | percentile "$3"
}

# (A - B) / C, or "-".
ratio() {
	awk -v a="$1" -v b="$2" -v c="$3" 'BEGIN {
		if (a == "-" || b == "-" || c == "-" || c + 0 == 0) print "-"
		else printf "%.2f\n", (a - b) / c
	}'
}

# What NAME takes more than BASE, in floors, all at the p-th percentile.
time_added() {
	ratio "$(time_percentile "$1" 1 "$3")" "$(time_percentile "$2" 1 "$3")" \
		"$(time_percentile floor 1 "$3")"
}

session_figures() { # NAME ADDED
	figure_percentiles session "$1" open "$1"
	figure session "$1" close "$(time_percentile "$1" 2 50)"
	figure session "$1" gone "$(time_percentile "$1" 3 50)"
	figure session "$1" added "$2"
	figure session "$1" floors "$(ratio "$(time_percentile "$1" 1 50)" 0 "$(time_percentile floor 1 50)")"
	figure session "$1" failed "$(grep -c failed "$work/$1.times" || true)"
}

time_table_sessions() {
	local entry name kind floor added quiet

	floor=$(time_percentile floor 1 50)
	printf '\n%-15s %9s %9s %9s %8s %8s %8s %8s %8s\n' "session, us" p10 open p95 \
		"x floor" added "at p10" close gone
	for entry in "${contenders[@]}"; do
		IFS='|' read -r name kind _ <<<"$entry"
		if [[ $kind != session ]] || ! is_running "$name"; then
			continue
		fi
		added=- quiet=-
		if [[ $name != floor ]]; then
			added=$(time_added "$name" empty 50)
			quiet=$(time_added "$name" empty 10)
		fi
		printf '%-15s %9s %9s %9s %8s %8s %8s %8s %8s\n' "$name" \
			"$(time_percentile "$name" 1 10)" "$(time_percentile "$name" 1 50)" \
			"$(time_percentile "$name" 1 95)" \
			"$(ratio "$(time_percentile "$name" 1 50)" 0 "$floor")" \
			"$added" "$quiet" \
			"$(time_percentile "$name" 2 50)" "$(time_percentile "$name" 3 50)"
		session_figures "$name" "$added"
	done
	echo "medians, but for p10 and p95. added: open less that of the empty stack, in floors;"
	echo "at p10: the same of the 10th percentiles, for a machine that is busy meanwhile."
	echo "gone: from close until init has exited."
}

time_table_commands() {
	local entry name kind floor

	floor=$(time_percentile floor 1 50)
	printf '\n%-15s %9s %9s %9s %8s %8s %8s\n' "command, us" p10 whole p95 \
		"x floor" added "at p10"
	for entry in "${contenders[@]}"; do
		IFS='|' read -r name kind _ <<<"$entry"
		if [[ $kind != command ]] || ! is_running "$name"; then
			continue
		fi
		printf '%-15s %9s %9s %9s %8s %8s %8s\n' "$name" \
			"$(time_percentile "$name" 1 10)" "$(time_percentile "$name" 1 50)" \
			"$(time_percentile "$name" 1 95)" \
			"$(ratio "$(time_percentile "$name" 1 50)" 0 "$floor")" \
			"$(time_added "$name" true 50)" "$(time_added "$name" true 10)"
		figure_percentiles command "$name" whole "$name"
		figure command "$name" added "$(time_added "$name" true 50)"
		figure command "$name" floors "$(ratio "$(time_percentile "$name" 1 50)" 0 "$floor")"
		figure command "$name" failed "$(grep -c failed "$work/$name.times" || true)"
	done
	echo "each runs /bin/true; added: less a plain /bin/true, in floors."
}

time_failures() {
	local name failed

	for name in "${running[@]}"; do
		failed=$(grep -c failed "$work/$name.times" || true)
		if ((failed)); then
			echo "$name: $failed of $rounds failed: $(tail -n 1 "$work/$name.errors")"
		fi
	done
}
