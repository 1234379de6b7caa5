# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154 # bench and the others set and use them
#
# What a configuration costs: one with many match sections, and one whose logins share a space.
# Read by bench, whose settings it uses.

sections=1000 # and as many accounts

# Accounts for the sections to name. They come behind the user of the benchmark: a login without a
# configuration never reads as far, so all that they cost is the configuration's.
policy_accounts() { # FIRST LAST
	seq "$1" "$2" | awk -v user="$user" -v passwd="$work/passwd" -v group="$work/group" '{
		printf "%s%d:x:%d:%d::/:/bin/sh\n", user, $1, 70000 + $1, 70000 + $1 >>passwd
		printf "%s%d:x:%d:\n", user, $1, 70000 + $1 >>group
	}'
}

# By turns a user, a group, a range of uids, a network. One in twenty holds for the login; all say
# what holds anyway, so that the space is the same.
policy_sections() {
	seq "$sections" | awk -v user="$user" '
		$1 % 4 == 0 { printf "[match user=%s%d]\n", user, $1 }
		$1 % 4 == 1 { printf "[match group=%s%d]\n", user, $1 }
		$1 % 4 == 2 { printf "[match uid=%d-%d]\n", $1 % 5 ? 70000 + $1 : 64000, 71000 + $1 }
		$1 % 4 == 3 { printf "[match rhost=10.%d.%d.0/24]\n", $1 / 256, $1 % 256 }
		{ print "hostname = %h\nlinger = none\nmax_spaces = 64\n" }'
}

policy_make() {
	policy_accounts 1 "$sections"
	policy_sections >"$work/sections.conf"
	printf '[default]\nscope = user\n' >"$work/join.conf"
}

# The login that is there before: it makes the space that the others share. join_init is its init,
# 0 when there is none.
join_hold() {
	local init=

	: >"$work/hold"
	exec {hold}> >(exec "$programs/pam_bench" -k 1 "$work/pam" join "$user" >"$work/hold" \
		2>"$work/hold.error")
	hold_pid=$!
	echo >&"$hold"
	while [[ -z $init ]] && kill -0 "$hold_pid" 2>/dev/null; do
		init=$(sed -n 's/^open //p' "$work/hold")
		sleep 0.02
	done
	join_init=${init:-0}
}

# Without a line to wait for it ends, and its space with it.
join_let_go() {
	exec {hold}>&-
	wait "$hold_pid" || true
}

# What opening a session takes in NAME, in times of the same without a configuration.
policy_ratio() {
	if is_running "$1" && is_running loginspace && ((rounds)); then
		ratio "$(time_percentile "$1" 1 "$2")" 0 "$(time_percentile loginspace 1 "$2")"
	else
		echo -
	fi
}

# What is added to a session, in times of what the other version adds.
before_ratio() { # PERCENTILE
	local own other

	own=$(time_added loginspace empty "$1")
	other=$(time_added before empty "$1")
	ratio "$own" 0 "$other"
}

before_lines() {
	if is_running before; then
		printf '\nloginspace, times the version before: %s (at p10: %s)\n' "$(before_ratio 50)" \
			"$(before_ratio 10)"
	fi
}

policy_lines() {
	printf '\n%d,%03d match sections: %s times none (at p10: %s)\n' $((sections / 1000)) \
		$((sections % 1000)) "$(policy_ratio sections 50)" "$(policy_ratio sections 10)"
	printf 'joining a shared space: %s times a fresh one (at p10: %s)\n' \
		"$(policy_ratio join 50)" "$(policy_ratio join 10)"
}
