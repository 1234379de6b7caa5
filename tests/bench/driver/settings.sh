# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154 # bench and the others use them
#
# What can be set, and its defaults. Read by bench.

# variable | environment | quick | full | what it is. 0 leaves a part out.
settings=(
	"rounds|BENCH_ROUNDS|60|300|timed rounds of the contenders"
	"warm|BENCH_WARM|1|1|runs of a contender before each timed one of it"
	"memory_rounds|BENCH_MEMORY_ROUNDS|3|5|rounds of the memory measurement"
	"spaces|BENCH_SPACES|50|50|idle spaces alive at a time in it"
	"option_rounds|BENCH_OPTION_ROUNDS|15|60|rounds of the options"
	"mount_rounds|BENCH_MOUNT_ROUNDS|10|30|rounds with 5,000 mounts on the host"
	"nat_rounds|BENCH_NAT_ROUNDS|10|30|rounds with many spaces of network = nat"
	"scale_rounds|BENCH_SCALE_ROUNDS|20|40|rounds with many spaces alive"
	"scale_spaces|BENCH_SCALE|10 100 1000|1 10 100 1000 2000 5000 10000|how many, separated by spaces"
	"idle_seconds|BENCH_IDLE_SECONDS|60|60|how long the most of them are left alone"
	"ssh_rounds|BENCH_SSH_ROUNDS|80|500|rounds of ssh logins, with and without loginspace"
	"together_rounds|BENCH_TOGETHER_ROUNDS|6|20|rounds of logins at the same time"
	"together|BENCH_TOGETHER|1 2 4 8 16 32 64|1 2 4 8 16 32 64|how many at a time, separated by spaces"
	"row|BENCH_ROW|2000|100000|logins in a row"
	"counts|BENCH_COUNTS|250 500 1000 2000|250 500 1000 2000|sections, groups, mounts for the instructions"
)

settings_usage() {
	local entry variable environment quick full what

	for entry in "${settings[@]}"; do
		IFS='|' read -r variable environment quick full what <<<"$entry"
		if [[ $quick == "$full" ]]; then
			printf '  %-22s %s (%s)\n' "$environment" "$what" "$quick"
		else
			printf '  %-22s %s (%s; full: %s)\n' "$environment" "$what" "$quick" "$full"
		fi
	done
}

settings_read() {
	local entry variable environment quick full what

	for entry in "${settings[@]}"; do
		IFS='|' read -r variable environment quick full what <<<"$entry"
		if [[ $form == full ]]; then
			quick=$full
		fi
		printf -v "$variable" '%s' "${!environment:-$quick}"
	done
}

settings_figures() {
	local entry variable environment _

	for entry in "${settings[@]}"; do
		IFS='|' read -r variable environment _ <<<"$entry"
		figure setting "$environment" value "${!variable}"
	done
}
