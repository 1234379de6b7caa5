# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What a login costs, as ratios to what is measured by turns with it, so that a slow or busy machine
# is slow for both. The limits are far from what `make bench` shows on a quiet machine: they are for
# a mistake that makes something dear, not for a tenth more or less.
. "$SOURCE/tests/rig/lib.bash"
needs_module

export BENCH_ROUNDS=40 BENCH_MEMORY_ROUNDS=2 BENCH_SPACES=60 BENCH_OPTION_ROUNDS=0 BENCH_MOUNT_ROUNDS=0
export BENCH_NAT_ROUNDS=0 BENCH_SCALE_ROUNDS=20 BENCH_SCALE=1000 BENCH_IDLE_SECONDS=5 BENCH_SSH_ROUNDS=0
export BENCH_TOGETHER_ROUNDS=4 BENCH_TOGETHER=64 BENCH_ROW=500 BENCH_COUNTS=0
export BENCH_ONLY="floor empty loginspace join sections"

# at_most NAME PATTERN LIMIT: the figure that follows PATTERN at the beginning of a line.
at_most() {
	local figure
	figure=$(sed -n "s|^$2  *\\([0-9.]*\\) .*|\\1|p" <<<"$OUT")
	printf '# %s: %s, at most %s\n' "$1" "$figure" "$3"
	check "$1: at most $3" awk -v a="$figure" -v b="$3" 'BEGIN { exit !(a != "" && a + 0 <= b + 0) }'
}

# at_least NAME PATTERN LIMIT
at_least() {
	local figure
	figure=$(sed -n "s|^$2  *\\([0-9.]*\\) .*|\\1|p" <<<"$OUT")
	printf '# %s: %s, at least %s\n' "$1" "$figure" "$3"
	check "$1: at least $3" awk -v a="$figure" -v b="$3" 'BEGIN { exit !(a != "" && a + 0 >= b + 0) }'
}

OUT=$("$SOURCE/tests/bench/bench" 2>&1)
check "the benchmark runs" grep -q '^added to pam_open_session' <<<"$OUT"
at_most "what a login adds, in floors" 'added to pam_open_session, in floors' 6
at_most "what joining adds, in floors" 'added by joining a living space, in floors' 4
at_most "what logging out adds, in floors" 'added to pam_close_session, in floors' 0.6
at_most "1,000 sections, times none" '1,000 match sections, times none' 2.2
at_most "1,000 spaces alive, times none" 'with 1000 spaces alive, times none' 1.8
at_most "1,000 spaces of the same user, times none" 'with 1000 of the same user, times none' 2
at_most "memory of an idle space, in floors" 'memory of an idle space, in floors' 2
at_least "64 logins at a time, times the floor's rate" "64 logins at a time, times the floor's rate" 0.12
at_most "lines that spaces add to the host's mounts" "lines that the spaces add to the host's mounts" 0
at_most "ms of processor time of idle spaces" 'ms of processor time of 1000 idle spaces, 5 s' 0
for what in "fds that 500 logins leave in the application" "mounts that they leave" \
	"files that they leave in /run/loginspace"; do
	at_most "$what" "$what" 0
done
