# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2153
# A login with one fault, for every fault: each system call of the module, the helper and init fails
# once with each errno that fits (sweep.errnos), and each of these programs is killed, and stopped,
# before each call. A whole space or a clean denial, never something in between, and nothing is left.
# Sourced by tests/root/62-*.sh, which set
#   PLAN    a word for the table of docs/FAULTS.md
#   INSIDE  what a login runs, to see whether its space is whole; UID stands for its user's number
#   ROLES   the programs that are tried, as sweep_tracer names them
#   KINDS   of errors, KILL and STOP, if not all
#   STAYS   not empty: the application cannot come back from such a space
#   TWO     not empty: of two logins into one space the second is tried, and init
# LS_SWEEP=all takes all faults, otherwise it is every LS_SWEEP_EVERY-th, from a first that is another
# each day (LS_SWEEP_OFFSET). LS_SWEEP_CALLS="openat2 read": only these. LS_WRITE=1, with all: the
# figures go to docs/FAULTS.md.

. "$SOURCE/tests/root/sweep_page.bash"

SWEEP=$RIG/sweep
OFFSET=${LS_SWEEP_OFFSET:-$((EPOCHSECONDS / 86400))}
SLOTS=48 # users s0 to s47: one login at a time each
JOBS=${LS_SWEEP_JOBS:-6}
CHUNK=60 # faults between two looks at the ledger
: "${TWO:=}" "${STAYS:=}" "${KINDS:=${LS_SWEEP_KINDS:-errors KILL STOP}}" "${LS_SWEEP:=}" "${LS_SWEEP_CALLS:=}" "${LS_WRITE:=}" "${LS_SWEEP_CALLS_GIVEN:=$LS_SWEEP_CALLS}"

# --- names and numbers ---------------------------------------------------------------------------

declare -A NUMBER NAME ERRNO ERRNOS

# names_numbered HEADER PREFIX: "name number" a line.
names_numbered() {
	echo "#include <$1>" | "${CC:-cc}" -E -dM - | sed -En "s/^#define $2 +([0-9]+)$/\1 \2/p"
}

# Errors that have another one's number there.
names_read() {
	local call number errnos
	while read -r call number; do
		NUMBER[$call]=$number NAME[$number]=$call
	done < <(names_numbered sys/syscall.h '__NR_([a-z0-9_]+)')
	while read -r call number; do
		ERRNO[$call]=$number
	done < <(names_numbered errno.h '(E[A-Z0-9]+)')
	while read -r call errnos; do
		[[ $call == '#'* || -z $call ]] || ERRNOS[$call]=$errnos
	done <"$SOURCE/tests/root/sweep.errnos"
}

# --- one login -----------------------------------------------------------------------------------

slots_make() {
	local i
	for ((i = 0; i < SLOTS; i++)); do
		user_add "s$i" $((2100 + i))
	done
	# Two logins: the first holds the space, the second is the one that INSIDE looks at.
	cat >"$RIG/libexec/two" <<-'END'
		#!/bin/bash
		# two USER CMD: ends as the second does; says how the first did.
		# >&3 is not ours: only the first's own pipes keep it waiting.
		coproc FIRST { exec pam_driver --hold loginspace "$1" true 2>&1; }
		in=${FIRST[1]} out=${FIRST[0]} job=$FIRST_PID
		while read -r -t 30 line <&"$out" && [[ $line != hold=* ]]; do
			:
		done
		pam_driver --cwd-lost loginspace "$1" "$2"
		second=$?
		exec {in}>&-
		wait "$job"
		echo "first=$?"
		exit "$second"
	END
	chmod 755 "$RIG/libexec/two"
}

# For who needs it.
before_each() {
	:
}

# traced SLOT OPTIONS OF sweep_tracer: a login of the slot's user; what it says is in $SWEEP/said.SLOT.
traced() {
	local slot=$1 inside=${INSIDE//UID/$((2100 + $1))}
	local -a login=(pam_driver --cwd-lost loginspace "s$slot" "$inside")
	[[ -z $TWO ]] || login=("$RIG/libexec/two" "s$slot" "$inside")
	before_each
	sweep_tracer "${@:2}" "${login[@]}" >"$SWEEP/said.$slot" 2>&1 </dev/null
}

# said_inside: does what it printed show a session that is nowhere where it was before?
said_inside() { # SLOT
	awk -F= '/^before-(mnt|pid|ipc|uts|net)/ { sub(/^before-/, "", $1); was[$1] = $2 }
		/^inside-/ { sub(/^inside-/, "", $1); if (was[$1] == $2) same++; else if ($1 in was) other++ }
		END { exit !(same == 0 && other >= 5) }' "$SWEEP/said.$1"
}

# Our lines of the log about this user since line FROM.
slot_log() { # SLOT FROM
	tail -n "+$(($2 + 1))" "$LOG" | grep -a "loginspace.*user=\"s$1\""
}

one_denial() { # SLOT FROM
	[[ $(slot_log "$1" "$2" | grep -Eac 'denied: .* step=[a-z_-]+ errno=[A-Z]') -eq 1 ]]
}

# kept ROLE CALL SLOT: the module could not see whether a file is still its own, and left it open;
# or the C library has opened its connection to the log anew.
kept() {
	[[ $1 == app* && $2 =~ ^(newfstatat|fstat|sendto)$ ]] && grep -q '^changed .*: open files' "$SWEEP/said.$3" &&
		! grep '^changed' "$SWEEP/said.$3" | grep -qv ': open files'
}

# status_of_stay SLOT: how pam_driver would have ended, but for that the application is still in the
# space after it is over, and if a restriction fails after the join also after that denial.
status_of_stay() {
	local said=$SWEEP/said.$1
	sed -Ei '/^changed after (close|denial): (mnt|pid_for_children|ipc|uts|net|user|cgroup)$/d' "$said"
	if grep -q '^changed' "$said"; then
		echo 1
	elif ! grep -q '^open=Success' "$said"; then
		echo 3
	elif ! grep -q '^verdict=whole' "$said"; then
		echo 5
	else
		echo 0
	fi
}

# login_judge SLOT STATUS FROM ROLE CALL KIND: prints whole, denied, died, kept, or "wrong WHY".
login_judge() {
	local slot=$1 status=$2 said=$SWEEP/said.$1 first
	if [[ -n $TWO ]]; then
		first=$(sed -n 's/^first=//p' "$said")
		if [[ $4 != init1 && $4 != app1 && $first != 0 ]]; then
			echo "wrong the first login ends with ${first:-nothing}"
			return
		fi
	fi
	if [[ -n $STAYS && $status -eq 1 ]]; then
		status=$(status_of_stay "$slot")
	fi
	case $status in
	0) said_inside "$slot" && echo whole || echo "wrong let in, and not into a space" ;;
	3)
		wait_until 5 one_denial "$slot" "$3" && echo denied ||
			echo "wrong denied without its line in the log: $(slot_log "$slot" "$3" | cut -d ' ' -f 5- | tr '\n' ' ')"
		;;
	5)
		# Init has died after the login: a clean end too, if what ran until then was whole.
		! grep -q '^verdict=broken' "$said" && echo died || echo "wrong the login is not whole"
		;;
	137) [[ $4 == app* && $6 == KILL ]] && echo died || echo "wrong killed" ;;
	# Not the way in but the way back has failed: close_session must have said so.
	*)
		if [[ $4 == app* ]] && grep -q '^close=Cannot' "$said"; then
			echo whole
		elif [[ $status -eq 1 ]] && kept "$4" "$5" "$slot"; then
			echo kept
		else
			echo "wrong status $status: $(grep -Ev '^(before|after|inside)-' "$said" | tr '\n' ' ')"
		fi
		;;
	esac
}

# unconfigured ROLE CALL KIND SLOT: the helper was told that there is no configuration. Then a login is
# as without one: in a space, but not in the one of this plan.
unconfigured() {
	[[ $1 == helper* && $2 == newfstatat && $3 == ENOENT && -e $CONF ]] && said_inside "$4"
}

# fault_try SLOT ROLE CALL N KIND: a line "ROLE KIND OUTCOME ..." in $SWEEP/out.SLOT.
fault_try() {
	local slot=$1 from status outcome try
	local -a how
	case $5 in
	KILL) how=(--kill) ;;
	STOP) how=(--stop 11) ;;
	*) how=("--$([[ ${ERRNOS[$3]} == late* ]] && echo late || echo error)" "${ERRNO[$5]}") ;;
	esac
	for try in {1..8}; do
		from=$(wc -l <"$LOG")
		traced "$slot" --role "$2" --call "${NUMBER[$3]}" --number "$4" "${how[@]}"
		status=$?
		outcome=$(login_judge "$slot" $status "$from" "$2" "$3" "$5")
		if [[ $outcome == "wrong the login is not whole" ]] && unconfigured "$2" "$3" "$5" "$slot"; then
			outcome=whole
		fi
		# Two events at once are one call less: once more then.
		! grep -q '^sweep: reached' "$SWEEP/said.$slot" || break
		outcome=missed
	done
	echo "$2 $5 $outcome [$3 $4]" >>"$SWEEP/out.$slot"
}

# --- many ----------------------------------------------------------------------------------------

# calls_list: "ROLE CALL N" of a good login.
calls_list() {
	local role number n call
	: >"$LOG.unknown"
	while read -r role number n; do
		[[ " $ROLES " == *" $role "* ]] || continue
		call=${NAME[$number]:-$number}
		if [[ -z ${ERRNOS[$call]-} ]]; then
			echo "$call" >>"$LOG.unknown"
		elif [[ -z $LS_SWEEP_CALLS || " $LS_SWEEP_CALLS " == *" $call "* ]]; then
			echo "$role $call $n"
		fi
	done <"$SWEEP/list"
}

# A filter may forbid each call; a file that cannot be closed would be another matter.
errnos_of() { # CALL
	case ${ERRNOS[$1]} in
	late*) echo "${ERRNOS[$1]#late}" ;;
	*) echo "EPERM ${ERRNOS[$1]}" ;;
	esac
}

# faults_list errors|KILL|STOP: "ROLE CALL N KIND" a line.
faults_list() {
	local role call n kind
	while read -r role call n; do
		if [[ $1 != errors ]]; then
			echo "$role $call $n $1"
		elif [[ ${ERRNOS[$call]} != - ]]; then
			for kind in $(errnos_of "$call"); do
				echo "$role $call $n $kind"
			done
		fi
	done <"$SWEEP/calls"
}

# thinned EVERY: every so many-th line, not the same each day.
thinned() {
	if [[ $LS_SWEEP == all ]]; then
		cat
	else
		awk -v every="${LS_SWEEP_EVERY:-$1}" -v at="$OFFSET" 'NR % every == at % every'
	fi
}

# Somebody else logs in while others are stopped, again and again until told to end.
bystander() {
	local begin took
	while [[ ! -e $SWEEP/end ]]; do
		begin=$(now_ms)
		pam_driver loginspace carol 'echo session=works' 2>&1 | grep -q session=works || echo "status $?"
		took=$(($(now_ms) - begin))
		echo "$took"
		sleep 0.3
	done
}

# stops_run FAULTS: each in a login of its own, all at once.
stops_run() {
	local watch
	rm -f "$SWEEP/end"
	bystander >>"$SWEEP/bystander" &
	watch=$!
	chunk_run "$SLOTS" "$@"
	touch "$SWEEP/end"
	wait "$watch"
	if ! ledger_same_within 8 "$RIG/before" >"$SWEEP/left"; then
		WRONG+=("one of ${*@Q} left: $(tr '\n' ' ' <"$SWEEP/left")")
		ledger_write "$RIG/before"
	fi
}

errors_run() {
	chunk_run "$JOBS" "$@"
	ledger_same_within 8 "$RIG/before" >"$SWEEP/left" || leak_find "$@"
}

# chunk_run JOBS FAULTS: side by side.
chunk_run() {
	local jobs=$1 i n
	local -a faults=("${@:2}") workers=()
	for ((i = 0; i < jobs; i++)); do
		(
			for ((n = i; n < ${#faults[@]}; n += jobs)); do
				# shellcheck disable=SC2086 # words
				fault_try "$i" ${faults[n]}
			done
		) &
		workers+=($!)
	done
	wait "${workers[@]}"
}

# One of these leaves something: which? What is left by now is no longer counted.
leak_find() {
	local fault found=0
	ledger_write "$RIG/before"
	for fault in "$@"; do
		# shellcheck disable=SC2086 # words
		fault_try 0 $fault
		sed -i '$d' "$SWEEP/out.0"
		if ! ledger_same_within 8 "$RIG/before" >"$SWEEP/left.one"; then
			WRONG+=("$fault: left: $(tr '\n' ' ' <"$SWEEP/left.one")")
			found=1
			ledger_write "$RIG/before"
		fi
	done
	[[ $found -eq 1 ]] || WRONG+=("one of ${1} ... ${*: -1} left: $(tr '\n' ' ' <"$SWEEP/left")")
}

# sweep_kind KIND EVERY NAME
sweep_kind() {
	local begin=$EPOCHSECONDS
	local at total chunk=$CHUNK run=errors_run
	local -a faults
	WRONG=()
	rm -f "$SWEEP"/out.*
	if [[ $1 == STOP ]]; then
		chunk=$SLOTS run=stops_run
	fi
	mapfile -t faults < <(faults_list "$1" | thinned "$2")
	total=$(faults_list "$1" | wc -l)
	for ((at = 0; at < ${#faults[@]}; at += chunk)); do
		"$run" "${faults[@]:at:chunk}"
	done
	cat "$SWEEP"/out.* >"$SWEEP/out" 2>/dev/null
	kind_report "$1" "$3" "${#faults[@]}" "$total"
	printf '# %d s, offset %d\n' $((EPOCHSECONDS - begin)) "$OFFSET"
}

# A line for each program, for the table; and one for the test.
kind_report() { # KIND NAME TRIED TOTAL
	local line wrong tried
	while IFS= read -r line; do
		WRONG+=("$line")
	done < <(grep -E '^[a-z0-9]+ [A-Z0-9]+ wrong' "$SWEEP/out")
	tried=$(grep -Evc ' missed ' "$SWEEP/out")
	faults_list "$1" | cut -d ' ' -f 1 | sort | uniq -c | awk -v plan="$PLAN" -v kind="$1" '
		NR == FNR { all[$2] = $1; next }
		{ if ($3 != "missed") n[$1]++; how[$1, $3]++ }
		END { for (r in all) printf "%s %s %s %d %d %d %d %d %d %d\n", r, plan, kind, n[r], all[r],
			how[r, "whole"], how[r, "denied"], how[r, "died"], how[r, "kept"], how[r, "wrong"] }' - "$SWEEP/out" |
		sort >>"$SWEEP/table"
	line="$2: $tried of $4 ($(awk '{ n[$3]++ } END { printf "%d whole, %d denied, %d died", n["whole"], n["denied"], n["died"] }' "$SWEEP/out"))"
	grep -E '^[a-z0-9]+ [A-Z0-9]+ missed' "$SWEEP/out" | sed 's/^/# /'
	# Some calls of init are not made in each login: it hears of two things at once or one by one.
	if [[ ${#WRONG[@]} -eq 0 && $tried -ge $(($3 * 97 / 100)) && $tried -gt 0 ]]; then
		ok "$line"
	else
		not_ok "$line" "${WRONG[@]}"
	fi
}

sweep_run() {
	if ! names_read || ! sweep_possible; then
		skip "FLT-01 FLT-05 FLT-06 every fault" "no compiler, or nothing can be traced here"
		return
	fi
	local from
	mkdir -p "$SWEEP"
	slots_make
	# What only the first login of all does has been done.
	traced 0 --list "$SWEEP/list"
	from=$(wc -l <"$LOG")
	traced 0 --list "$SWEEP/list"
	is "$PLAN: a login without a fault is whole" "$(login_judge 0 $? "$from" none none none)" whole || return
	calls_list >"$SWEEP/calls"
	is "FLT-01 $PLAN: each call is in sweep.errnos" "$(sort -u "$LOG.unknown" | tr '\n' ' ')" ""
	: >"$SWEEP/table"
	ledger_write "$RIG/before"
	[[ " $KINDS " != *" errors "* ]] || sweep_kind errors "${EVERY_ERRORS:-20}" "FLT-01 $PLAN: each call fails"
	[[ " $KINDS " != *" KILL "* ]] || sweep_kind KILL "${EVERY_KILL:-8}" "FLT-05 $PLAN: killed before each call"
	if [[ " $KINDS " == *" STOP "* ]]; then
		: >"$SWEEP/bystander"
		sweep_kind STOP "${EVERY_STOP:-30}" "FLT-06 $PLAN: stopped before each call"
		bystander_report
	fi
	page_test
}

# Who waited for one that is stopped would come to his own deadline.
bystander_report() {
	local most
	most=$(sort -n "$SWEEP/bystander" | tail -n 1)
	check "FLT-06 meanwhile another user has logged in $(wc -l <"$SWEEP/bystander") times, in $most ms at most" \
		awk '/status/ || $1 > 9000 { bad = 1 } END { exit bad || NR == 0 }' "$SWEEP/bystander"
}

sweep_possible() {
	sweep_tracer --list /dev/null true 2>/dev/null
}
