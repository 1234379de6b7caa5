# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016
# What a user with a shell can do to the logins of others: hold a lock by being frozen, kill what
# runs under su with his real uid, leave zombies, break the look-up. Each was a hole once, or would
# be one easily.
#
# packages: perl-base jq
. "$SOURCE/tests/rig/lib.bash"
needs_module

COMMAND=$RIG/libexec/loginspace

# PRV-06: init stopped right after it has taken its number, as a user can do to what is in his
# control group. Nobody else may notice.
frozen_test() {
	local begin stopped
	cat >"$RIG/wrapper" <<-END
		#!/bin/sh
		exec /usr/bin/strace -f -qq -o $RIG/trace -e trace=mount_setattr \
			-e inject=mount_setattr:signal=STOP:when=1 $HELPER
	END
	chmod 755 "$RIG/wrapper"
	printf '%s\n' 'auth required pam_permit.so' 'account required pam_permit.so' \
		"session required $MODULE any_service helper=$RIG/wrapper" >/etc/pam.d/frozen
	pamtester frozen alice open_session >"$RIG/frozen" 2>&1 &
	stopped=$!
	check "PRV-06 a set-up is stopped with its number taken" \
		wait_until 5 grep -q 'stopped by SIGSTOP' "$RIG/trace"
	begin=$(now_ms)
	check "PRV-06 meanwhile another user logs in" pamtester loginspace bob open_session close_session
	check "PRV-06 and the same user" pamtester loginspace alice open_session close_session
	check "PRV-06 both at once" test $(($(now_ms) - begin)) -lt 2000
	wait "$stopped"
	is "PRV-06 the stopped one is denied at the deadline" $? 1
	pkill -KILL -x strace
	check "PRV-06 nothing is left of it" ledger_same_within 5 "$RIG/before"
}

# PRV-06: the caller of su kills and stops what he may, from the first moment on.
su_test() {
	local out
	out=$(setpriv --reuid 2001 --regid 2001 --clear-groups "$RIG/bin/sukill" 60)
	is "PRV-06 su, killed at by its caller: no half-started helper" $? 0
	[[ $out == *' 0 reached'* ]] || printf '%s\n' "$out" | sed 's/^/#   /'
	like "PRV-06 nothing of ours with root's powers can be signalled by the caller" "$out" ' 0 reached'
	check "PRV-06 su: nothing is left" ledger_same_within 15 "$RIG/before"
}

spaces_locked() {
	# A space holds two bytes; those of the numbers lie below 2^49 (include/registry.h).
	awk -v i="$(stat -c %i /run/loginspace)" \
		'$2 == "POSIX" && $6 ~ ":" i "$" && $7 < 2 ^ 49 { n++ } END { print n + 0 }' /proc/locks
}

spaces_are() {
	[[ $(spaces_locked) -eq $1 ]]
}

# LEAK-07: a process that is dead but not reaped keeps its PID namespace. Its space goes on counting.
zombie_test() {
	local holder
	mkfifo "$RIG/zombie"
	pam_driver --quiet --zombie loginspace alice : <"$RIG/zombie" >"$RIG/driver" 2>&1 &
	holder=$!
	exec {zombie}>"$RIG/zombie"
	check "LEAK-07 the session is closed, with a zombie in the space" \
		wait_until 5 grep -q '^zombie=' "$RIG/driver"
	sleep 1
	is "LEAK-07 the space counts while the zombie is there" "$(spaces_locked)" 1
	like "LEAK-07 list has it" "$("$COMMAND" list 2>"$RIG/said")" $'\n2001-0 +alice .* 2 .* ending$'
	like "LEAK-07 and says why" "$(<"$RIG/said")" '^loginspace: 2001-0: it is ending, but some process'
	is "LEAK-07 list --json has it" "$("$COMMAND" list --json 2>/dev/null | jq -c '.[] | [.id, .ending, .processes, .owners]')" \
		'["2001-0",true,2,null]'
	like "LEAK-07 show has the zombie" "$("$COMMAND" show 2001-0 2>/dev/null)" ' Z +0 +\[pam_driver\]'
	like "LEAK-07 the figures have it" "$("$COMMAND" metrics 2>/dev/null)" $'\nloginspace_spaces_unknown 1\n'
	exec {zombie}>&-
	wait "$holder"
	check "LEAK-07 and no longer" wait_until 5 spaces_are 0
}

# What a space takes to end is not worth a word.
ending_test() {
	pam_driver --quiet loginspace alice 'trap "" HUP TERM; sleep 6341 >/dev/null 2>&1 &' >/dev/null
	is "LEAK-07 a space that is just ending" "$("$COMMAND" list --ids)" 2001-0
	is "LEAK-07 is not in the list" "$("$COMMAND" list --json 2>&1 | xargs)" '[ ]'
	check "LEAK-07 because it has ended" spaces_are 0
}

held_start() { # NAME USER: an application with a session that stays until NAME is closed
	mkfifo "$RIG/$1"
	pam_driver --quiet --hold loginspace "$2" : <"$RIG/$1" >/dev/null 2>&1 &
}

# What a user can do to /proc/locks: shift what is behind his own locks, all the time.
locks_shift() {
	exec setpriv --reuid 2001 --regid 2001 --clear-groups perl -MFcntl -e '
		open(my $file, "+>", "/tmp/shifter") or die;
		my %lock = map { $_ => pack("s s x4 q q i x4", F_WRLCK, 0, 2 * $_, 1, 0) } 0 .. 299;
		my $none = pack("s s x4 q q i x4", F_UNLCK, 0, 0, 0, 0);
		while (1) {
			fcntl($file, F_SETLK, $lock{$_}) for 0 .. 299;
			fcntl($file, F_SETLK, $none);
		}'
}

# PRV-22: locks of a user's own that come and go hide no space.
shift_test() {
	local bob carol shifter i odd=0
	held_start bob bob
	held_start carol carol
	exec {bob}>"$RIG/bob" {carol}>"$RIG/carol"
	check "PRV-22 two spaces" wait_until 5 spaces_are 2
	locks_shift &
	shifter=$!
	for ((i = 0; i < 200; i++)); do
		[[ $("$COMMAND" list --ids | xargs) == "2002-0 2003-0" ]] || odd=$((odd + 1))
	done
	is "PRV-22 list has both, while a user takes and drops locks" "$odd" 0
	is "PRV-22 kill finds the one of a user" "$("$COMMAND" kill bob --now)" "2002-0 killed"
	is "PRV-22 and one by its id" "$("$COMMAND" kill 2003-0 --now)" "2003-0 killed"
	kill "$shifter"
	exec {bob}>&- {carol}>&-
	wait
	rm "$RIG/bob" "$RIG/carol"
	check "PRV-22 nothing is left" ledger_same_within 5 "$RIG/before"
}

# ADM-01: what other services and root do not depend on.
lookup_test() {
	printf '%s\n' 'session required pam_permit.so' "session required $MODULE helper=$RIG/missing" \
		>/etc/pam.d/cron
	check "ADM-01 a service that is not listed needs no passwd entry and no helper" \
		pamtester cron nobody-knows-him open_session close_session
	mv /etc/passwd /etc/passwd.away
	log_mark
	check "ADM-01 root gets in without a passwd file" pamtester loginspace root open_session close_session
	check "ADM-01 and that is loudly logged" log_has 'exempt: user="root".*step=user errno='
	pamtester loginspace alice open_session >/dev/null 2>&1
	is "ADM-01 others do not" $? 1
	mv /etc/passwd.away /etc/passwd
}

# The argument close: the modules between the two lines close in the application's own namespaces.
close_test() {
	cat >"$RIG/where" <<-END
		#!/bin/sh
		echo "\$PAM_TYPE \$(readlink /proc/self/ns/mnt)" >>$RIG/where.out
	END
	chmod 755 "$RIG/where"
	printf '%s\n' "session required $MODULE any_service helper=$HELPER close" \
		"session required pam_exec.so $RIG/where" \
		"session required $MODULE any_service helper=$HELPER" >/etc/pam.d/closing
	: >"$RIG/where.out"
	check "close: a session with the line in both places" pamtester closing alice open_session close_session
	is "close: the module between them closes on the host" \
		"$(sed -n 's/^close_session //p' "$RIG/where.out")" "$(readlink /proc/self/ns/mnt)"
	check "close: nothing is left" ledger_same_within 5 "$RIG/before"
}

pamtester loginspace alice open_session close_session >/dev/null
wait_until 5 spaces_are 0
ledger_begin "$RIG/before"
frozen_test
su_test
zombie_test
ending_test
shift_test
lookup_test
close_test
