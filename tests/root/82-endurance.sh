# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# What lives long must not grow: an application that opens and closes many sessions, the init that
# they share, an init with thousands of orphans, and many spaces that nothing happens in.
# LS_OPENS (1000), LS_ORPHANS (10000), LS_CROWD (20; for the long run 2000) are the figures.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

OPENS=${LS_OPENS:-1000} ORPHANS=${LS_ORPHANS:-10000} CROWD=${LS_CROWD:-20}
TICKS=$(getconf CLK_TCK)

# fds, memory in kB that is no file's, of a process: more pages of its program come as it goes new ways.
holdings() {
	echo "$(find "/proc/$1/fd" -mindepth 1 | wc -l) fds," \
		"$(awk '/^(Anonymous|Swap):/ { n += $2 } END { print n }' "/proc/$1/smaps_rollup") kB"
}

# User and system time of a process, in milliseconds.
cpu_ms() {
	awk -v ticks="$TICKS" '{ sub(/.*\) /, ""); print ($12 + $13) * 1000 / ticks }' "/proc/$1/stat"
}

# Without the C library's stock of small pieces, whose figure is of what it has lent out.
endurer_exact() {
	GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0 endurer "$@" loginspace alice 2>&1
}

# endures NAME [ENDURER OPTIONS] TIMES: two lines of figures, and they are the same.
endures() {
	local -a lines
	mapfile -t lines < <(endurer_exact "${@:2}")
	is "LEAK-02 $1: its fds, heap and pages do not grow" "${lines[1]-none}" "${lines[0]-nothing}"
}

# With one handle, libpam itself keeps each answer of pam_modutil_getpwnam(3) until pam_end: about
# 1.2 kB. Besides, nothing grows.
handle_test() {
	local times=$((OPENS / 5))
	local -a fds heap
	while IFS=' =' read -r _ fds[${#fds[@]}] _ heap[${#heap[@]}] _; do
		:
	done < <(endurer_exact --one-handle "$times")
	is "LEAK-02 $times sessions with one PAM handle: its fds do not grow" "${fds[1]-none}" "${fds[0]-nothing}"
	check "LEAK-02 $times sessions with one PAM handle: its heap by what libpam keeps (${heap[*]})" \
		test $((${heap[1]:-999999999} - ${heap[0]:-0})) -lt $((times * 1300 * 9 / 10))
}

application_test() {
	endures "$OPENS sessions of one application" "$OPENS"
	handle_test
	configure 'network = netns:missing'
	is "LEAK-02 a login that is denied" "$(endurer 1 loginspace alice 2>&1)" "endurer: open_session"
	nothing_left "LEAK-02 many sessions"
}

# The first session of them all stays; its init has each of the others as an owner for a while. A place for
# an owner is a page: where the end of one comes late, another is taken, which has to be there before.
shared_init_test() {
	local before name
	configure 'scope = user'
	hold_start first loginspace alice true
	INIT=$(init_of)
	for name in second third fourth fifth; do
		hold_start $name loginspace alice true
	done
	for name in second third fourth fifth; do
		hold_stop $name
	done
	endurer 20 loginspace alice >/dev/null
	wait_until 5 list_is alice '.[0].owners | length' 1
	before=$(holdings "$INIT")
	endures "$((OPENS / 5)) sessions that share a space" $((OPENS / 5))
	check "LEAK-02 the owners are gone" wait_until 5 list_is alice '.[0].owners | length' 1
	is "LEAK-02 the init that they share does not grow" "$(holdings "$INIT")" "$before"
	hold_stop first
	configure
	nothing_left "LEAK-02 a shared space"
}

orphans_test() {
	local before cpu
	session_start s alice
	INIT=$(space_init "$(session_do s 'readlink /proc/self/ns/pid')")
	before=$(holdings "$INIT")
	check "LEAK-06 $ORPHANS orphans" session_do s "$RIG/bin/endurer --orphans $ORPHANS"
	check "LEAK-06 init has reaped them" wait_until 5 session_do s '! ps -e -o stat= | grep -q Z'
	is "LEAK-06 init does not grow" "$(holdings "$INIT")" "$before"
	cpu=$(cpu_ms "$INIT")
	check "LEAK-06 init has used at most 0.2 ms of processor time for each ($cpu ms)" \
		test "${cpu%.*}" -le $((ORPHANS / 5))
	# Two seconds of nothing are what is under trial.
	sleep 2
	is "LEAK-06 and none while nothing happens" "$(cpu_ms "$INIT")" "$cpu"
	session_stop s
	nothing_left "LEAK-06 orphans"
}

# A folder of the control group that counts processes, of version 1 or 2.
pids_group_make() {
	local parent
	for parent in /sys/fs/cgroup /sys/fs/cgroup/pids; do
		PIDS_GROUP=$parent/rig-bomb-$$
		mkdir "$PIDS_GROUP" 2>/dev/null || continue
		# In a mere tmpfs a file of that name could be made.
		[[ -e $PIDS_GROUP/pids.max ]] && echo 200 2>/dev/null >"$PIDS_GROUP/pids.max" && return
		rmdir "$PIDS_GROUP"
	done
	return 1
}

group_empty() {
	[[ -z $(<"$PIDS_GROUP/cgroup.procs") ]]
}

# Whatever one user does in his space, another gets in, and the space ends.
bomb_test() {
	local begin
	if ! pids_group_make; then
		skip "LEAK-06 a fork bomb" "no control group that counts processes"
		return
	fi
	session_start s alice
	SPACE=$(session_do s 'readlink /proc/self/ns/pid')
	for pid in $(space_pids "$SPACE"); do
		[[ $(<"/proc/$pid/comm") != bash ]] || echo "$pid" >"$PIDS_GROUP/cgroup.procs"
	done
	printf '%s\n' 'bomb() { bomb | bomb & }; bomb 2>/dev/null' >&"${SESSION_IN[s]}"
	check "LEAK-06 a fork bomb has gone off" \
		wait_until 20 grep -q '^max [1-9]' "$PIDS_GROUP/pids.events"
	begin=$(now_ms)
	is "LEAK-06 another user logs in beside it" "$(run_as bob 'echo fine')" fine
	printf '# beside a fork bomb: %d ms\n' $(($(now_ms) - begin))
	kill -KILL "${SESSION_JOB[s]}"
	check "LEAK-06 the space ends with its login" wait_until 10 space_empty "$SPACE"
	session_stop s
	check "LEAK-06 and nothing of it runs on" wait_until 10 group_empty
	rmdir "$PIDS_GROUP"
	nothing_left "LEAK-06 a fork bomb"
}

inits() {
	"$COMMAND" list --json | jq -r '.[].init_pid'
}

pss_kb() {
	awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"
}

login_ms() {
	local begin i
	begin=$(now_ms)
	for ((i = 0; i < 5; i++)); do
		pam_driver --quiet loginspace bob true || return 1
	done
	echo $((($(now_ms) - begin) / 5))
}

crowd_test() {
	local i alone pid most=0 before after
	configure 'max_spaces = 4096'
	alone=$(login_ms)
	for ((i = 0; i < CROWD; i++)); do
		hold_begin "c$i" loginspace alice true
	done
	for ((i = 0; i < CROWD; i++)); do
		hold_is_there "c$i" || break
	done
	is "LEAK-09 spaces that live" "$(inits | wc -l)" "$CROWD"
	before=$(for pid in $(inits); do cpu_ms "$pid"; done)
	printf '# a login takes %s ms alone, %s ms beside %d spaces\n' "$alone" "$(login_ms)" "$CROWD"
	for pid in $(inits); do
		i=$(pss_kb "$pid")
		most=$((i > most ? i : most))
	done
	check "LEAK-09 an idle init has less than 300 kB of its own (at most $most kB)" \
		test "$most" -gt 0 -a "$most" -lt 300
	after=$(for pid in $(inits); do cpu_ms "$pid"; done)
	is "LEAK-09 and uses no processor time" "$after" "$before"
	for ((i = 0; i < CROWD; i++)); do
		hold_stop "c$i"
	done
	check "LEAK-09 nothing is left of $CROWD spaces" \
		ledger_same_within $((5 + CROWD / 50)) "$RIG/before"
}

start_sshd
run_as alice true
configure
no_space
ledger_begin "$RIG/before"
application_test
configure
shared_init_test
orphans_test
bomb_test
crowd_test
stop_sshd
