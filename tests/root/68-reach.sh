# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What a user reaches of the registry and of the init that all of her logins share: nothing. Only a
# control group of her own lets her freeze it, and then nobody but herself.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

# A process of alice's outside of any space, as from cron.
as_alice() {
	setpriv --reuid=2001 --regid=2001 --clear-groups -- "$@"
}

registry_test() {
	install -d -o 2001 -g 2001 -m 700 /home/alice/registry
	check "ESC-08 a byte of her own folder she can lock" as_alice "$RIG/bin/planter" lock /home/alice/registry
	check "ESC-08 she cannot lock a byte of the registry" not as_alice "$RIG/bin/planter" lock /run/loginspace
	check "ESC-08 nor from inside" session_do s "! $RIG/bin/planter lock /run/loginspace"
	check "ESC-08 nor list it" not as_alice ls /run/loginspace
}

# Signals, /proc, ptrace and pidfd_getfd of each fd, the door's among them.
init_test() {
	check "ATK-04 she can do nothing to init from outside" as_alice "$RIG/bin/probe" "$INIT"
	check "ATK-04 nor from inside" session_do s "$RIG/bin/probe 1"
	check "ATK-04 it is there still" kill -0 "$INIT"
	is "ATK-04 and answers" "$(list_of alice '.[0].owners | length')" 1
	check "ATK-05 what her process has before its exec says nothing to init" planter word loginspace alice
	configure 'scope = login'
	check "ATK-05 nor where it is the only owner" planter word loginspace alice
	configure 'scope = user'
}

# A control group of her own: she freezes the init that su has made for her in it.
freeze_test() {
	local folder
	# The tree of control groups is the machine's: what another run has left there is not ours.
	folder=$(mktemp -d "$(findmnt -n -t cgroup2 -o TARGET | head -n 1)/rig.XXXXXX" 2>/dev/null)
	if [[ ! -d $folder ]]; then
		skip_kernel "ATK-06 init frozen" "no control groups"
		return
	fi
	chmod 755 "$folder"
	if [[ ! -e $folder/cgroup.freeze ]]; then
		skip_kernel "ATK-06 init frozen" "no cgroup.freeze"
	else
		freeze_in "$folder"
		echo 0 >"$folder/cgroup.freeze"
		wait $!
	fi
	wait_until 5 rmdir "$folder"
	nothing_left "ATK-06 a frozen init"
}

freeze_in() {
	local begin
	chown 2001 "$1/cgroup.procs" "$1/cgroup.freeze"
	# The part of the service manager: alice's shell begins in there.
	(echo "$BASHPID" >"$1/cgroup.procs" && echo rigsecret |
		setpriv --reuid=2001 --regid=2001 --clear-groups su alice -c 'sleep 661') >/dev/null 2>&1 &
	check "ATK-06 su in a control group of hers makes her space" wait_until 5 list_is alice '.[0].owners | length' 1
	wait_until 5 pgrep -xf 'sleep 661'
	as_alice sh -c "echo 1 >'$1/cgroup.freeze'"
	check "ATK-06 she freezes it" wait_until 5 grep -q 'frozen 1' "$1/cgroup.events"
	begin=$(now_ms)
	check "ATK-06 meanwhile bob logs in" pamtester loginspace bob open_session close_session
	check "ATK-06 at once" test $(($(now_ms) - begin)) -lt 500
	log_mark
	check "ATK-06 she has locked herself out" not pamtester loginspace alice open_session
	check "ATK-06 with the way out in the log" log_has 'step=shared errno=ETIMEDOUT .*loginspace kill'
	# Its processes die; that a frozen su does not reap them, kill says, and it is no matter.
	"$COMMAND" kill alice >/dev/null 2>&1
	check "ATK-06 and after that she gets in" pamtester loginspace alice open_session close_session
}

configure 'scope = user'
start_sshd
pamtester loginspace bob open_session close_session >/dev/null # makes /run/loginspace
wait_until 5 list_is bob length 0
sshd_settle
ledger_begin "$RIG/before"
session_start s alice
INIT=$(init_of)
registry_test
init_test
session_stop s
nothing_left "ATK-05 words to init"
freeze_test
stop_sshd
