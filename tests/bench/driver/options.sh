# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154 # bench and the others set and use them
#
# What each option costs, a host with many mounts, and many spaces with nat: as a ratio to a login
# with none of it. Read by bench, whose settings it uses.

host_mounts=5000
nat_spaces=(100 500)

# name | lines of [default], by semicolon. The first is what the others are compared with.
options=(
	"default|"
	"user_bus = keep|user_bus = keep"
	"private_tmp = no|private_tmp = no"
	"private_tmp = DIR|private_tmp = @/tmps"
	"devpts = host|devpts = host"
	"private_dev = yes|private_dev = yes"
	"hidepid = yes|hidepid = yes"
	"hostname = box|hostname = box"
	"home = own|home = own"
	"read_only = /usr|read_only = /usr"
	"hide = DIR|hide = @/hidden"
	"hide = DIR DIR|hide = @/hidden @/other"
	"tmpfs = DIR|tmpfs = @/hidden"
	"bind = /usr:DIR:ro|bind = /usr:@/hidden:ro"
	"system_bus = hide|system_bus = hide"
	"system = ro|system = ro"
	"root = DIR|root = @/root"
	"root_overlay = tmpfs|root_overlay = tmpfs"
	"network = host|network = host"
	"network = netns:NAME|network = netns:lab"
	"network = macvlan:IF|network = macvlan:$uplink"
	"network = nat|network = nat;dns = $gateway4"
	"network = pasta|network = pasta;dns = $gateway4"
	"namespaces with user|namespaces = mount pid ipc uts net user"
	"no_new_privs = yes|no_new_privs = yes"
	"capabilities = none|capabilities = none"
	"seccomp = default|seccomp = default"
	"all but the roots|private_tmp = @/tmps;private_dev = yes;hidepid = yes;hostname = box;home = own;system_bus = hide;hide = @/hidden;system = ro"
)

# Services option0, option1 and so on.
options_make() {
	local i

	mkdir -p "$work/tmps" "$work/hidden" "$work/other" "$work/root"
	# As on a host with systemd.
	mkdir -p /run/user /run/dbus
	# A root file system that is there: the host's, without what is mounted in it.
	mount --bind / "$work/root"
	for i in "${!options[@]}"; do
		tr ';' '\n' <<<"[default];${options[i]#*|}" | sed "s|@|$work|g" >"$work/option$i.conf"
		rig_service "option$i" "$build/pam_loginspace.so" \
			"helper=$build/loginspace-helper" any_service "conf=$work/option$i.conf"
	done
	printf '%s\n' '[default]' 'network = nat' "dns = $gateway4" 'max_spaces = 1000' >"$work/crowd.conf"
	rig_service crowd "$build/pam_loginspace.so" "helper=$build/loginspace-helper" any_service \
		"conf=$work/crowd.conf"
}

option_number() {
	local i

	for i in "${!options[@]}"; do
		if [[ ${options[i]%%|*} == "$1" ]]; then
			echo "$i"
		fi
	done
}

# One warm run and one that counts, of service $2 into FILE $1; more arguments: a command before it.
option_run() {
	local file=$1 service=$2

	shift 2
	"$@" "$programs/pam_bench" "$work/pam" "$service" "$user" >/dev/null 2>&1 || true
	"$@" "$programs/pam_bench" "$work/pam" "$service" "$user" >>"$work/$file.times" \
		2>>"$work/$file.errors" || echo failed >>"$work/$file.times"
}

option_rounds() {
	local round i

	for ((round = 1; round <= option_rounds; round++)); do
		for i in $(shuf -e "${!options[@]}"); do
			option_run "option$i" "option$i"
		done
	done
}

# file | title | file that it is compared with | kind of the figure
option_line() {
	local median

	median=$(time_percentile "$1" 1 50)
	printf '%-32s %9s %9s %9s %9s\n' "$2" "$(time_percentile "$1" 1 10)" "$median" \
		"$(ratio "$median" 0 "$(time_percentile "$3" 1 50)")" \
		"$(ratio "$(time_percentile "$1" 1 10)" 0 "$(time_percentile "$3" 1 10)")"
	figure "$4" "$2" open "$median"
	figure "$4" "$2" times "$(ratio "$median" 0 "$(time_percentile "$3" 1 50)")"
	awk -v name="$2" '$1 + 0 == $1 { print "option," NR "," name ",open," $1 }' \
		"$work/$1.times" | tr -d '"' >>"$work/csv"
	if grep -q failed "$work/$1.times"; then
		echo "  $(grep -c failed "$work/$1.times") failed: $(tail -n 1 "$work/$1.errors")"
	fi
}

option_table() {
	local i

	printf '\n%-32s %9s %9s %9s %9s\n' "option, us" p10 open "x default" "at p10"
	for i in "${!options[@]}"; do
		option_line "option$i" "${options[i]%%|*}" option0 option
	done
	echo "medians of $option_rounds rounds, by turns."
}

# --- many mounts on the host ---------------------------------------------------------------------

# A mount namespace in which the host has 5,000 mounts more: 100 copies of a tree of 50. Its holder
# is crowd_pid; it says when it is ready, and goes when its stdin ends.
crowd_hold() {
	local line

	coproc CROWD { exec unshare --mount --propagation private bash -s -- "$host_mounts" 2>&1; }
	crowd_pid=${CROWD_PID:?}
	cat >&"${CROWD[1]}" <<-'END'
		set -e
		mount -t tmpfs crowd /mnt
		mkdir -p /mnt/0
		mount -t tmpfs crowd /mnt/0
		for ((i = 1; i < 50; i++)); do
			mkdir /mnt/0/$i
			mount --bind /mnt/0/$i /mnt/0/$i
		done
		for ((i = 1; i < $1 / 50; i++)); do
			mkdir /mnt/$i
			mount --rbind /mnt/0 /mnt/$i
		done
		echo ready
		read -r _ || true
	END
	read -r line <&"${CROWD[0]}" || line="no answer"
	[[ $line == ready ]] || die "mounts: $line"
}

crowd_let_go() {
	local out=${CROWD[1]}

	exec {out}>&-
	wait "$crowd_pid" || true
}

crowd_rounds() {
	local round i crowded=(nsenter "--mount=/proc/$crowd_pid/ns/mnt" --)

	for ((round = 1; round <= mount_rounds; round++)); do
		for i in 0 "$(option_number 'system = ro')"; do
			option_run "few$i" "option$i"
			option_run "many$i" "option$i" "${crowded[@]}"
		done
	done
}

crowd_table() {
	local ro

	ro=$(option_number 'system = ro')
	printf '\n%-32s %9s %9s %9s %9s\n' "mounts on the host, us" p10 open "x few" "at p10"
	option_line few0 "default, $(wc -l </proc/self/mountinfo) mounts" few0 mounts
	option_line many0 "default, $host_mounts more" few0 mounts
	option_line "few$ro" "system = ro" "few$ro" mounts
	option_line "many$ro" "system = ro, $host_mounts more" "few$ro" mounts
	echo "medians of $mount_rounds rounds, by turns."
}

# --- many spaces with nat ------------------------------------------------------------------------

# spaces_hold COUNT SERVICE: so many of somebody else's, until spaces_let_go: pam_bench opens them
# all, and says so.
spaces_hold() {
	local opened=0 fds=$(($1 + 100))

	: >"$work/spaces"
	# An fd for each. The logins that are measured keep the limit that there is.
	exec {spaces_in}> >(
		((fds < $(ulimit -n))) || ulimit -S -n $fds
		exec "$programs/pam_bench" -k "$1" "$work/pam" "$2" "$crowd_user" >"$work/spaces" \
			2>"$work/spaces.error"
	)
	spaces_pid=$!
	echo >&"$spaces_in"
	while ((opened < $1)) && kill -0 "$spaces_pid" 2>/dev/null; do
		sleep 0.1
		opened=$(sed -n 's/^open //p' "$work/spaces" | wc -w)
	done
	((opened == $1)) || die "$2, $1 spaces: $(tail -n 1 "$work/spaces.error")"
}

spaces_let_go() {
	exec {spaces_in}>&-
	wait "$spaces_pid" || true
}

nat_rounds() {
	local round service

	for ((round = 1; round <= nat_rounds; round++)); do
		for service in $(shuf -e 0 "$nat"); do
			option_run "with$1.$service" "option$service"
		done
	done
}

# How much dearer one more of option $2 is with $1 there.
nat_ratio() {
	ratio "$(time_percentile "with$1.$2" 1 50)" 0 "$(time_percentile "with0.$2" 1 50)"
}

nat_measure() {
	local nat count

	nat=$(option_number 'network = nat')
	printf '\n%-32s %9s %9s %9s %9s\n' "spaces with nat alive, us" p10 open "x none" "at p10"
	for count in 0 "${nat_spaces[@]}"; do
		((count == 0)) || spaces_hold "$count" crowd
		nat_rounds "$count"
		((count == 0)) || spaces_let_go
		option_line "with$count.$nat" "nat, $count" "with0.$nat" nat
		option_line "with$count.0" "loopback, $count nat" with0.0 nat
	done
	echo "medians of $nat_rounds rounds; nat and loopback by turns. What loopback has is not the network's."
	for count in "${nat_spaces[@]}"; do
		printf 'nat with %d spaces, times nat with none: %s (loopback: %s)\n' "$count" \
			"$(nat_ratio "$count" "$nat")" "$(nat_ratio "$count" 0)"
	done
}

option_ratio() {
	if [[ -e $work/option0.times ]]; then
		ratio "$(time_percentile "option$(option_number "$1")" 1 50)" 0 \
			"$(time_percentile option0 1 50)"
	else
		echo -
	fi
}

options_measure() {
	if ! is_running loginspace; then
		return
	fi
	if ((option_rounds)); then
		option_rounds
		option_table
	fi
	if ((mount_rounds)); then
		crowd_hold
		crowd_rounds
		crowd_let_go
		crowd_table
	fi
	if ((nat_rounds)); then
		nat_measure
	fi
}
