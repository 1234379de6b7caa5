# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154 # network and the others set and use them
#
# Traffic in rounds, and its tables. Read by network, whose settings it uses.

# --- measures ------------------------------------------------------------------------------------

# flow HOW ADDRESS OPTIONS: Gbit/s that have arrived.
flow() {
	local how=$1 address=$2

	shift 2
	contender_do "$how" iperf3 --client "$address" --port "$FLOW_PORT" --time "$seconds" --json "$@" |
		jq -r '.end.sum_received.bits_per_second / 1e9 * 1000 | round / 1000'
}

# One line for each measure that is had with it: its name and the value.
measure_run() {
	local measure=$1 how=$2 address=$3 median high

	case $measure in
	up*) echo "$measure $(flow "$how" "$address")" ;;
	down*) echo "$measure $(flow "$how" "$address" --reverse)" ;;
	turn)
		read -r median high < <(contender_do "$how" "$RIG/bin/roundtrip" turns "$address" \
			"$TURN_PORT" "$turns")
		printf '%s\n' "turn $median" "turn90 $high"
		;;
	turn90) ;; # with turn
	connects)
		echo "connects $(contender_do "$how" "$RIG/bin/roundtrip" connects "$address" \
			"$TURN_PORT" "$connects")"
		;;
	esac
}

# results: measure round contender value, where a contender's name has _ for a space.
measure_round() {
	local round=$1 measure=$2 family=$3 entry name how host

	while IFS= read -r entry; do
		IFS='|' read -r name how host <<<"$entry"
		# IPv6: only those that have it from us, or by hand.
		if [[ $family == 6 && $name != "by hand" && $name != nat ]]; then
			continue
		fi
		measure_run "$measure" "$how" "$(contender_server "$host" "$family")" \
			2>>"$work/errors" </dev/null | while read -r what value; do
			echo "$what $round ${name// /_} ${value:-failed}" >>"$work/results"
		done
	done < <(shuf -e "${running[@]}")
}

traffic_rounds() {
	local round entry measure family

	: >"$work/results"
	for ((round = 1; round <= rounds; round++)); do
		for entry in "${measures[@]}"; do
			IFS='|' read -r measure _ _ family <<<"$entry"
			if [[ -z ${BENCH_MEASURES-} || ,$BENCH_MEASURES, == *",$measure,"* ]]; then
				measure_round "$round" "$measure" "$family"
			fi
		done
		if [[ -t 2 ]]; then
			printf '\rround %d of %d' "$round" "$rounds" >&2
		fi
	done
	if [[ -t 2 ]]; then
		printf '\r\033[K' >&2
	fi
}

# --- tables --------------------------------------------------------------------------------------

# Of MEASURE and CONTENDER: one value a round.
values() {
	awk -v measure="$1" -v name="${2// /_}" '$1 == measure && $3 == name { print $4 }' \
		"$work/results"
}

# Likewise, over that of by hand in the same round.
ratios() {
	awk -v measure="$1" -v name="${2// /_}" '
		$1 == measure && $3 == "by_hand" { base[$2] = $4 }
		$1 == measure && $3 == name { own[$2] = $4 }
		END {
			for (round in own)
				if (base[round] + 0 > 0 && own[round] + 0 > 0) # not "failed"
					printf "%.4f\n", own[round] / base[round]
		}' "$work/results"
}

# The p-th percentile with three digits, or "-".
quantile() {
	sort -g | awk -v p="$1" '
		$1 + 0 == $1 { all[++n] = $1 }
		END {
			at = int(n * p / 100 + 0.999999)
			if (n) printf "%.3f\n", all[at < 1 ? 1 : at]; else print "-"
		}'
}

traffic_table() {
	local measure=$1 title=$2 entry name

	printf '\n%-38s %9s %10s %14s\n' "$title" median "x by hand" "p10 to p90"
	for entry in "${running[@]}"; do
		name=${entry%%|*}
		[[ -n $(values "$measure" "$name") ]] || continue
		printf '%-38s %9s %10s %14s\n' "$name" "$(values "$measure" "$name" | quantile 50)" \
			"$(ratios "$measure" "$name" | quantile 50)" \
			"$(ratios "$measure" "$name" | quantile 10) $(ratios "$measure" "$name" | quantile 90)"
	done
}

traffic_tables() {
	local entry measure title failed

	for entry in "${measures[@]}"; do
		IFS='|' read -r measure title _ <<<"$entry"
		if [[ -n $(values "$measure" "by hand") ]]; then
			traffic_table "$measure" "$title"
		fi
	done
	echo "x by hand: the median of the ratios of each round, and two percentiles of them."
	failed=$(grep -c failed "$work/results")
	if ((failed)); then
		echo "$failed failed: $(tail -n 1 "$work/errors")"
		met=no
	fi
	if ((${#absent[@]})); then
		printf '\nnot measured:\n'
		printf '  %s\n' "${absent[@]}"
	fi
}

traffic_aims() {
	local entry measure title better sign limit got verdict

	echo
	for entry in "${measures[@]}"; do
		IFS='|' read -r measure title better _ <<<"$entry"
		[[ $measure != turn90 ]] || continue
		sign='>=' limit=$carried_aim
		if [[ $better == less ]]; then
			sign='<=' limit=$latency_aim
		fi
		got=$(ratios "$measure" nat | quantile 50)
		verdict=$(awk -v a="$got" -v b="$limit" -v sign="$sign" 'BEGIN {
			if (a + 0 == 0) print "not measured"
			else print (sign == "<=" ? a <= b : a >= b) ? "met" : "not met" }')
		printf '%-52s %6s  aim %s %s: %s\n' "nat, times by hand: ${title%,*}" "$got" "$sign" \
			"$limit" "$verdict"
		[[ $verdict == met ]] || met=no
	done
}
