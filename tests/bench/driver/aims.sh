# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154 # bench and the others set and use them
#
# What is aimed at, and whether it is reached. Read by bench, whose settings it uses.

open_aim=1.5         # what loginspace adds to pam_open_session, in floors
join_aim=0.5         # likewise, where the space of the user is there
close_aim=0.3        # what it adds to pam_close_session, in floors' opens
pam_namespace_aim=1  # what it adds to open, in times of what pam_namespace adds
bwrap_aim=0.5        # likewise, in times of a whole bwrap --unshare-all
sections_aim=1.49    # open with 1,000 match sections, in times of none: below 1.5
memory_aim=1.1       # an idle space, in idle spaces of the floor
init_aim=100         # kB that are its init's alone
scale_aim=1.2        # open with so many spaces alive, in times of none
nat_aim=2            # open with network = nat, in times of loopback
ssh_aim=1.02         # a whole ssh login, in times of the same without loginspace
together_aim=0.8     # logins a second, 64 at a time, in times of the floor's
instructions_aim=1.2 # exponent of growth: 1 is linear, 2 quadratic
met=yes

# KEY WHAT MEASURED <=|>= LIMIT
aim() {
	local verdict

	verdict=$(awk -v a="$3" -v op="$4" -v b="$5" 'BEGIN {
		if (a == "-") print "not measured"
		else print (op == "<=" ? a + 0 <= b + 0 : a + 0 >= b + 0) ? "met" : "not met" }')
	printf '%-52s %6s  aim %s %s: %s\n' "$2" "$3" "$4" "$5" "$verdict"
	figure aim "$1" what "$2"
	figure aim "$1" measured "$3"
	figure aim "$1" is "$4"
	figure aim "$1" limit "$5"
	figure aim "$1" verdict "$verdict"
	if [[ $verdict != met ]]; then
		met=no
	fi
}

# What loginspace adds to a session, in times of what NAME adds to BASE; without BASE, of NAME.
times_of() { # NAME [BASE]
	local own=- base=0

	if ((rounds)) && is_running loginspace && is_running "$1"; then
		own=$(ratio "$(time_percentile loginspace 1 50)" "$(time_percentile empty 1 50)" 1)
		[[ -z ${2-} ]] || base=$(time_percentile "$2" 1 50)
		ratio "$own" 0 "$(ratio "$(time_percentile "$1" 1 50)" "$base" 1)"
	else
		echo -
	fi
}

aims_session() {
	local added=- join=- close=-

	if is_running loginspace && ((rounds)); then
		added=$(time_added loginspace empty 50)
		close=$(ratio "$(time_percentile loginspace 2 50)" \
			"$(time_percentile empty 2 50)" "$(time_percentile floor 1 50)")
	fi
	aim open "added to pam_open_session, in floors" "$added" '<=' $open_aim
	aim open_pam_namespace "that, in times of what pam_namespace adds" \
		"$(times_of pam_namespace empty)" '<=' $pam_namespace_aim
	aim open_bwrap "that, in times of a whole bwrap --unshare-all" "$(times_of bwrap)" '<=' $bwrap_aim
	if ((rounds)) && is_running join; then
		join=$(time_added join empty 50)
	fi
	aim join "added by joining a living space, in floors" "$join" '<=' $join_aim
	aim close "added to pam_close_session, in floors" "$close" '<=' $close_aim
	aim sections "1,000 match sections, times none" "$(policy_ratio sections 50)" '<=' $sections_aim
	aim nat "nat, times loopback" "$(option_ratio 'network = nat')" '<=' $nat_aim
}

aims_scale() {
	local count

	((scale_rounds)) || return 0
	for count in $scale_spaces; do
		aim "scale_$count" "with $count spaces alive, times none" \
			"$(scale_ratio "$count" user)" '<=' $scale_aim
		aim "scale_same_$count" "with $count of the same user, times none" \
			"$(scale_ratio "$count" crowd)" '<=' $scale_aim
	done
	((idle_seconds)) || return 0
	aim mounts "lines that the spaces add to the host's mounts" "$(idle_figure mounts)" '<=' 0
	aim idle_ms "ms of processor time of $(idle_figure spaces) idle spaces, ${idle_seconds} s" \
		"$(idle_figure ms)" '<=' 0
	aim idle_switches "times that one of them ran" "$(idle_figure switches)" '<=' 0
}

aims() {
	local memory=- init=-

	echo
	aims_session
	if ((ssh_rounds)); then
		aim ssh "ssh login to true, times without loginspace" "$(ssh_ratio)" '<=' $ssh_aim
	fi
	if ((together_rounds)); then
		aim together "$(together_most) logins at a time, times the floor's rate" \
			"$(together_ratio "$(together_most)")" '>=' $together_aim
	fi
	aims_scale
	if ((memory_rounds)) && is_running loginspace; then
		memory=$(memory_ratio)
		init=$(memory_median loginspace InitPrivate)
	fi
	aim memory "memory of an idle space, in floors" "$memory" '<=' $memory_aim
	aim init "kB that are its init's alone" "$init" '<=' $init_aim
	row_aims
	instructions_aims
}
