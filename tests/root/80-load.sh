# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Many logins, one after another and at once; the ledger afterwards is the one of before.
# LS_LOGINS is the number (200; the full figure is 2000).
. "$SOURCE/tests/rig/lib.bash"
needs_module

LOGINS=${LS_LOGINS:-200}

timed() { # NAME CMD ARGS
	local name=$1 begin
	shift
	begin=$(now_ms)
	check "$name" "$@"
	printf '# %s: %d ms\n' "$name" $(($(now_ms) - begin))
}

pamtester_loop() {
	local i
	for ((i = 0; i < LOGINS / 10; i++)); do
		pamtester loginspace alice open_session close_session || return 1
	done
}

ssh_loop() {
	local i
	for ((i = 0; i < LOGINS / 10; i++)); do
		[[ $(run_as alice 'cat /proc/1/comm') == loginspace-init ]] || return 1
	done
}

ssh_parallel() {
	local i
	local -a jobs=()
	for ((i = 0; i < LOGINS / 10; i++)); do
		(ssh_loop_one "$i") &
		jobs+=($!)
		# Ten at a time: more is a trial of sshd's own limits.
		if [[ ${#jobs[@]} -ge 10 ]]; then
			jobs_wait "${jobs[@]}" || return 1
			jobs=()
		fi
	done
	jobs_wait "${jobs[@]}"
}

ssh_loop_one() {
	local user
	user=$([[ $(($1 % 2)) -eq 0 ]] && echo alice || echo bob)
	[[ $(run_as "$user" 'cat /proc/1/comm') == loginspace-init ]]
}

jobs_wait() {
	local job
	for job in "$@"; do
		wait "$job" || return 1
	done
}

# Killed in the middle: by turns the monitor and the client.
ssh_killed() {
	local i job
	for ((i = 0; i < LOGINS / 20; i++)); do
		session_client -n alice@127.0.0.1 'sleep 640' &
		job=$!
		if [[ $((i % 2)) -eq 0 ]]; then
			wait_until 5 pgrep -f '^sleep 640'
			pgrep -f '^sshd.*: alice \[priv\]' | xargs -r kill -KILL 2>/dev/null
		else
			kill -KILL "$job"
		fi
		wait "$job" 2>/dev/null
		wait_until 5 no_sleeper || return 1
	done
}

no_sleeper() {
	! pgrep -f '^sleep 640'
}

start_sshd
ledger_write "$RIG/before"
timed "LEAK-01 $LOGINS logins one after another" \
	pam_driver --quiet --loops "$LOGINS" loginspace alice true
check "LEAK-01 nothing is left of them" ledger_same_within 5 "$RIG/before"
timed "LEAK-01 20 times $((LOGINS / 40)) logins at once" \
	pam_driver --quiet --jobs 20 --loops $((LOGINS / 40)) loginspace alice true
check "LEAK-01 nothing is left of them" ledger_same_within 5 "$RIG/before"
if command -v pamtester >/dev/null; then
	timed "LEAK-01 $((LOGINS / 10)) logins by pamtester" pamtester_loop
	check "LEAK-01 nothing is left of them" ledger_same_within 5 "$RIG/before"
else
	skip "LEAK-01 logins by pamtester" "not installed"
fi
timed "LEAK-01 $((LOGINS / 10)) logins over ssh" ssh_loop
check "LEAK-01 nothing is left of them" ledger_same_within 5 "$RIG/before"
timed "LEAK-01 $((LOGINS / 10)) logins over ssh, ten at once" ssh_parallel
check "LEAK-01 nothing is left of them" ledger_same_within 5 "$RIG/before"
timed "LEAK-01 $((LOGINS / 20)) logins killed half-way" ssh_killed
check "LEAK-01 nothing is left of them" ledger_same_within 5 "$RIG/before"
stop_sshd
