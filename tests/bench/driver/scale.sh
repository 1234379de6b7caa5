# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# What one login more costs on a host with many spaces. The floor beside it shows what the kernel
# itself has more to do then. Read by bench, whose settings it uses.

scale_service() {
	printf '%s\n' '[default]' 'max_spaces = 65536' >"$work/many.conf"
	rig_service many "$build/pam_loginspace.so" "helper=$build/loginspace-helper" any_service \
		"conf=$work/many.conf"
}

scale_run() { # FILE COMMAND...
	local file=$1

	shift
	"$@" >/dev/null 2>&1 || true
	"$@" >>"$work/$file.times" 2>>"$work/$file.errors" || echo failed >>"$work/$file.times"
}

# The crowd's own user is the dearest one: of his spaces there are COUNT already.
scale_rounds() { # COUNT
	local round what

	for ((round = 1; round <= scale_rounds; round++)); do
		for what in $(shuf -e floor user crowd); do
			case $what in
			floor) scale_run "scale$1.floor" "$programs/floor" ;;
			user) scale_run "scale$1.user" "$programs/pam_bench" "$work/pam" many "$user" ;;
			crowd) scale_run "scale$1.crowd" "$programs/pam_bench" "$work/pam" many "$crowd_user" ;;
			esac
		done
	done
}

scale_ratio() { # COUNT WHAT
	if [[ ! -e $work/scale$1.$2.times ]]; then
		echo -
		return
	fi
	ratio "$(time_percentile "scale$1.$2" 1 50)" 0 "$(time_percentile "scale0.$2" 1 50)"
}

# Without any before and after each number of spaces, as a machine may be busier later.
scale_measure() {
	local count what last

	((scale_rounds)) && is_running loginspace || return 0
	scale_service
	last=$(tr ' ' '\n' <<<"$scale_spaces" | sort -n | tail -n 1)
	scale_rounds 0
	for count in $scale_spaces; do
		idle_mounts_before
		spaces_hold "$count" many
		scale_rounds "$count"
		if [[ $count == "$last" ]]; then
			idle_measure "$count"
		fi
		spaces_let_go
		scale_rounds 0
	done
	scale_table
}

scale_table() {
	local count what

	printf '\n%-32s %9s %9s %9s %9s\n' "spaces alive, us" p10 open "x none" "at p10"
	for count in 0 $scale_spaces; do
		for what in floor user crowd; do
			option_line "scale$count.$what" "$count, $what" "scale0.$what" alive
			figure_percentiles scale "$count" "$what" "scale$count.$what"
			figure scale "$count" "${what}_times" "$(scale_ratio "$count" "$what")"
		done
	done
	echo "medians of $scale_rounds rounds, by turns; of 0, before and after each of the others."
	echo "crowd: the user whose spaces these are."
	idle_table
}
