# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# Many logins in a row under logind: afterwards the machine holds what it held before.
. "$SOURCE/tests/vm/inside.bash"
needs_module
: "${LS_LOGINS:=200}"

# What is no login's comes and goes by itself: kernel threads, and the files of systemd and of its
# helpers. So: namespaces, mounts, interfaces, locks, what is in /run/loginspace, units, the users' processes.
book() {
	ledger | grep -E '_namespaces|^mounts|^space_mounts|^zombies|^locks|^interfaces|^state_|^sysv|^message'
	ledger_machine | grep -E '^slab_(net|pid|uts|user)|^control_groups|^keys'
	echo "scopes $(systemctl list-units --all --no-legend 'session-*.scope' | wc -l)"
	echo "sessions $(loginctl list-sessions --no-legend | wc -l)"
	echo "processes_of_users $(pgrep -cu alice,bob)"
	echo "lsns $(lsns -n | wc -l)"
	echo "failed_units $(systemctl --failed --no-legend | wc -l)"
}

book_same() {
	book >$RIG/book.now
	cmp -s $RIG/book $RIG/book.now
}

quiet() {
	no_init && no_session_of alice && no_session_of bob && [[ -z $(pgrep -u alice,bob) ]]
}

logins() {
	local i user
	for ((i = 0; i < LS_LOGINS; i++)); do
		user=$([[ $((i % 2)) -eq 0 ]] && echo alice || echo bob)
		[[ $(run_as "$user" 'cat /proc/1/comm') == loginspace-init ]] || echo "login $i failed"
	done
}

run_as alice true
run_as bob true
wait_until 60 quiet
sleep 2
book >$RIG/book
begin=$SECONDS
is "LEAK-03 $LS_LOGINS logins over ssh in a row, each in a space" "$(logins)" ""
printf '# %d logins in %d s\n' "$LS_LOGINS" $((SECONDS - begin))
check "LEAK-03 no process, space or session is left" wait_until 60 quiet
check "LEAK-03 the machine holds what it held before" wait_until 30 book_same
diff $RIG/book $RIG/book.now | sed 's/^/#   /'
sed 's/^/# /' $RIG/book.now | paste -sd ' ' | fold -sw 100 | sed 's/^[^#]/# &/'
is "LEAK-03 the system runs" "$(system_state)" running
