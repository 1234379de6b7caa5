# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# A login from inside a space: su in there, by what nested says.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

# su_in SESSION USER CMD: as somebody who knows the password.
su_in() {
	session_do "$1" "echo rigsecret | su $2 -c $(printf %q "$3") 2>&1 | sed 's/^Password: //'"
}

space_begin() {
	session_start s alice
	OUTER=$(session_do s "$WHERE")
	log_mark
}

space_end() { # NAME
	session_stop s
	nothing_left "$1"
}

host_pid() { # PATTERN, of a whole command line
	pgrep -xf "$1"
}

running() { # PATTERN
	wait_until 5 host_pid "$1"
}

listed() { # IDS
	[[ $("$COMMAND" list --ids | xargs) == "$1" ]]
}

# How many PID namespaces of the rig a process is in: that of the rig is one.
depth_of() {
	awk '/^NSpid:/ { print NF - 1 }' "/proc/$1/status"
}

new_test() {
	local inner
	configure 'nested = new'
	space_begin
	inner=$(su_in s bob "$WHERE; echo \$LOGINSPACE")
	is "NST-01 new: su gets all five namespaces anew" \
		"$(tr ' ' '\n' <<<"$inner" | grep -vFf <(tr ' ' '\n' <<<"$OUTER") | grep -c ':\[')" 5
	like "NST-01 new: with an id of its own" "$inner" $'\n2002-0$'
	session_do s 'echo rigsecret | su bob -c "sleep 651" >/dev/null 2>&1 &'
	check "NST-01 new: something runs in it" running 'sleep 651'
	is "NST-01 new: the inner space is inside the outer" "$(depth_of "$(host_pid 'sleep 651')")" 3
	check "NST-01 new: from the outer its processes show" session_do s 'pgrep -xf "sleep 651"'
	is "NST-01 new: not those of the outer from the inner" "$(su_in s bob 'pgrep -c bash')" 0
	check "NST-01 new: list shows both" wait_until 5 listed "2001-0 2002-0" # the last su's ends first
	is "NST-01 new: kill of the inner space" "$("$COMMAND" kill 2002-0)" "2002-0 ended"
	is "NST-01 new: leaves the outer" "$(session_do s "$WHERE")" "$OUTER"
	session_do s 'echo rigsecret | su bob -c "trap \"\" HUP TERM; sleep 652; :" >/dev/null 2>&1 &'
	check "NST-01 new: another one, that does not go by itself" running 'sleep 652'
	session_stop s
	check "ESC-10 new: ends with the outer space" wait_until 2 not host_pid 'sleep 652'
	nothing_left "NST-01 new"
}

keep_test() {
	configure 'nested = keep'
	space_begin
	is "NST-02 keep: su stays in the space it is in" "$(su_in s bob "$WHERE")" "$OUTER"
	check "NST-02 keep: the log says why" log_has 'ignored: user="bob".*inside a space already \(nested = keep\)'
	is "NST-02 keep: the variable is the outer space's" "$(su_in s bob 'echo $LOGINSPACE')" 2001-0
	like "NST-02 keep: a login from outside gets a space" "$(run_as bob 'echo $LOGINSPACE')" 2002-0
	space_end "NST-02 keep"
}

deny_test() {
	configure 'nested = deny'
	space_begin
	like "NST-03 deny: su is refused" "$(su_in s bob 'echo is-in')" 'This login was refused'
	check "NST-03 deny: by the policy, with file and line" \
		log_has 'denied: user="bob".* step=policy .*from inside a space is denied \(nested = deny, /etc/security/loginspace.conf:2\)'
	like "NST-03 deny: whatever the environment says" \
		"$(session_do s 'echo rigsecret | env -u LOGINSPACE su - bob -c "echo is-in" 2>&1')" 'This login was refused'
	is "NST-03 deny: a login from outside gets in" "$(run_as bob 'echo is-in')" is-in
	space_end "NST-03 deny"
}

# Nobody comes out of a space by way of the one that a user's logins share.
user_scope_test() {
	local bobs inner
	configure 'scope = user'
	session_start other bob
	bobs=$(session_do other "$WHERE")
	space_begin
	inner=$(su_in s bob "$WHERE")
	like "NST-04 scope = user: su gets a space" "$inner" 'pid:\['
	isnt "NST-04 scope = user: not that of the user's logins from outside" "$inner" "$bobs"
	check "NST-04 scope = user: but one of its own" log_has 'open: user="bob".* scope=login'
	session_do s 'echo rigsecret | su alice -c "sleep 653" >/dev/null 2>&1 &'
	check "NST-04 scope = user: a nested one of the same user" running 'sleep 653'
	is "NST-04 scope = user: two more" "$(list_of alice 'map(.scope) | sort | join(",")') $(list_of bob length)" "login,user 1"
	is "NST-04 scope = user: a login from outside joins the outer one" "$(run_as alice "$WHERE")" "$OUTER"
	session_stop other
	wait_until 5 list_is bob length 0
	session_do s 'echo rigsecret | su bob -c "sleep 654" >/dev/null 2>&1 &'
	check "NST-04 scope = user: nested, with none of his outside" running 'sleep 654'
	is "NST-04 scope = user: bob's next login from outside does not land in alice's space" \
		"$(run_as bob 'cat >/dev/null; pgrep -c sleep; echo $LOGINSPACE' | xargs)" "0 2002-1"
	space_end "NST-04 scope = user"
}

sudo_test() {
	if ! command -v sudo >/dev/null; then
		skip "NST-05 sudo inside" "not installed"
		return
	fi
	configure 'nested = deny'
	space_begin
	is "ESC-10 sudo inside needs nothing" "$(session_do s "sudo -n sh -c '$WHERE'" 2>&1)" "$OUTER"
	is "NST-05 sudo to another user, too" "$(session_do s "sudo -n -u bob sh -c '$WHERE'" 2>&1)" "$OUTER"
	space_end "NST-05 sudo"
}

# su in su in su, until the kernel says no: PID namespaces nest 32 deep, pid_namespaces(7).
depth_test() {
	local out deepest
	configure 'nested = new'
	cat >"$RIG/deeper" <<-END
		#!/bin/sh
		echo "level \$1"
		echo rigsecret | su alice -c "$RIG/deeper \$((\$1 + 1))" 2>&1
	END
	chmod 755 "$RIG/deeper"
	session_start s alice
	log_mark
	out=$(session_do s "$RIG/deeper 1")
	deepest=$(grep -o 'level [0-9]*' <<<"$out" | tail -n 1)
	printf '# deepest: %s\n' "$deepest"
	check "ESC-10 su in su: twenty levels at least" test "${deepest#level }" -ge 20
	like "ESC-10 then it is refused" "$out" 'This login was refused'
	is "ESC-10 once" "$(log_ours | grep -c 'denied:')" 1
	check "ESC-10 with the reason in the log" log_has 'denied:.* step=clone errno=ENOSPC .*PID namespaces are 32 deep'
	is "ESC-10 the outermost works on" "$(session_do s 'echo fine')" fine
	space_end "ESC-10 32 levels"
}

# A PID namespace of somebody else's, such as a container's, is no space.
container_test() {
	local out
	configure 'nested = deny'
	out=$(unshare --pid --fork --mount-proc pam_driver loginspace alice "$WHERE" 2>&1)
	like "NST-07 a PID namespace that is not ours is not taken for a space" "$out" $'\nopen=Success'
	configure 'nested = deny' 'scope = user'
	session_start s alice
	out=$(unshare --pid --fork --mount-proc pam_driver --quiet loginspace alice "$WHERE" 2>&1)
	is "NST-07 from there the user's space cannot be joined: denied" "$?" 3
	check "NST-07 with the reason in the log" log_has 'step=shared errno=EXDEV .*not below this PID namespace'
	space_end "NST-07 a container"
}

configure 'nested = new'
start_sshd
ledger_write "$RIG/before"
log_mark
new_test
keep_test
deny_test
user_scope_test
sudo_test
depth_test
container_test
stop_sshd
