# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# Logins at the same time: how many of them end in a second. A login is a new process that opens a
# session, has another one in it, and closes it; it is over when the space's init has exited.
# Read by bench, whose settings it uses.

together_logins=128 # in each measurement, at the least two for each that runs at the same time

together_run() { # NAME AT_ONCE: logins a second
	local out count=$together_logins

	if (($2 * 2 > count)); then
		count=$(($2 * 2))
	fi
	case $1 in
	floor) out=$("$programs/floor" -c "$2" -n "$count") ;;
	*) out=$("$programs/pam_bench" -c "$2" -n "$count" "$work/pam" many "$user") ;;
	esac || return
	awk '$1 == "together" && $3 > 0 { printf "%.1f\n", $2 / $3 }' <<<"$out"
}

together_rounds() {
	local round count name

	for ((round = 1; round <= together_rounds; round++)); do
		for count in $together; do
			for name in $(shuf -e floor loginspace); do
				together_run "$name" "$count" >>"$work/together$count.$name.times" \
					2>>"$work/together.errors" ||
					echo failed >>"$work/together$count.$name.times"
			done
		done
	done
}

together_most() {
	tr ' ' '\n' <<<"$together" | sort -n | tail -n 1
}

together_ratio() { # AT_ONCE
	if [[ -e $work/together$1.floor.times ]]; then
		paired "$work/together$1.loginspace.times" "$work/together$1.floor.times" | percentile 50 3
	else
		echo -
	fi
}

together_table() {
	local count name

	printf '\n%-32s %9s %11s %9s\n' "logins at a time, a second" floor loginspace "x floor"
	for count in $together; do
		printf '%-32s %9s %11s %9s\n' "$count" "$(time_percentile "together$count.floor" 1 50)" \
			"$(time_percentile "together$count.loginspace" 1 50)" "$(together_ratio "$count")"
		for name in floor loginspace; do
			figure_percentiles together "$count" "$name" "together$count.$name"
			awk -v name="$name" -v count="$count" '{ print "together," NR "," name "," count "," $1 }' \
				"$work/together$count.$name.times" >>"$work/csv"
		done
		figure together "$count" times "$(together_ratio "$count")"
	done
	echo "medians of $together_rounds rounds, by turns; all of one user, until init has exited."
	if grep -q failed "$work"/together*.times; then
		echo "  $(cat "$work"/together*.times | grep -c failed) failed: $(tail -n 1 "$work/together.errors")"
	fi
}

together_measure() {
	((together_rounds)) && is_running loginspace || return 0
	scale_service
	together_rounds
	together_table
}
