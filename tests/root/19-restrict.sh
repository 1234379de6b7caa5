# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# no_new_privs, capabilities, seccomp: what the processes of a login have given up, and that the
# application and everyday work go on.
#
# packages: strace sudo gdb git vim-tiny tmux rsync
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

# status_of USER FIELD: of a process of the session.
status_of() {
	run_as "$1" "sed -n 's/^$2:[[:space:]]*//p' /proc/self/status"
}

ALL_CAPABILITIES=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)

# --- one key after the other ---------------------------------------------------------------------

no_new_privs_test() {
	policy '[default]' 'no_new_privs = yes'
	is "no_new_privs = yes: set" "$(status_of alice NoNewPrivs)" 1
	like "no_new_privs = yes: no sudo" "$(run_as alice 'sudo -n id' 2>&1)" 'no new privileges'
	unlike "no_new_privs = yes: a set-user-ID program is none" "$(run_as alice 'su root -c id </dev/null' 2>&1)" 'uid=0'
	policy '[default]'
	is "no_new_privs = no: not set" "$(status_of alice NoNewPrivs)" 0
	is "no_new_privs = no: sudo works" "$(run_as alice 'sudo -n id -u' 2>&1)" 0
}

capabilities_test() {
	policy '[default]' 'capabilities = CAP_CHOWN CAP_SETUID CAP_SETGID CAP_AUDIT_WRITE'
	is "capabilities = four names: these in the bounding set" "$(status_of alice CapBnd)" 00000000200000c1
	is "capabilities = four names: sudo has them and no more" "$(run_as alice 'sudo -n sed -n "s/^CapEff:[[:space:]]*//p" /proc/self/status')" 00000000200000c1
	like "capabilities = four names: root inside mounts nothing" "$(run_as alice 'sudo -n mount -t tmpfs tmpfs /mnt' 2>&1)" 'denied|permitted'
	policy '[default]' 'capabilities = none'
	is "capabilities = none: none in the bounding set" "$(status_of alice CapBnd)" 0000000000000000
	unlike "capabilities = none: no root by sudo" "$(run_as alice 'sudo -n id' 2>&1)" 'uid=0'
	policy '[default]' '[match user=alice]' 'capabilities = none' '[match user=bob]' 'capabilities = all'
	is "capabilities = all: all of them" "$(status_of bob CapBnd)" "$ALL_CAPABILITIES"
	policy
	is "no configuration: all of them" "$(status_of bob CapBnd)" "$ALL_CAPABILITIES"
}

# What the application has inheritable comes back in a file that has it inheritable: both go.
inheritable_test() {
	policy '[default]' 'capabilities = CAP_NET_RAW'
	is "capabilities: what is inheritable, too" "$(capsh_driver)" 0000000000002000
	policy
	is "without: it stays" "$(capsh_driver)" 0000000000003000
}

# The session's inheritable set, in an application that has CAP_NET_ADMIN and CAP_NET_RAW there.
capsh_driver() {
	setpriv --inh-caps +net_admin,+net_raw pam_driver --quiet --cwd-lost loginspace alice \
		"sed -n 's/^CapInh:[[:space:]]*//p' /proc/self/status >$RIG/caps" >/dev/null 2>&1
	cat "$RIG/caps"
}

root_named_test() {
	policy '[default]' '[match user=root]' 'isolate = yes' 'capabilities = CAP_CHOWN'
	is "root, named: his shell has what is kept" "$(status_of root CapEff)" 0000000000000001
	policy
	is "root, not named: all" "$(status_of root CapEff)" "$ALL_CAPABILITIES"
}

# --- seccomp ---------------------------------------------------------------------------------------

# filtered NAME COMMAND PATTERN: refused with the filter; without it something else happens.
filtered() {
	policy '[default]' 'seccomp = default'
	like "seccomp: $1: refused" "$(run_as alice "$2" 2>&1)" "$3"
	policy '[default]'
	unlike "seccomp = none: $1: not by us" "$(run_as alice "$2" 2>&1)" "$3"
}

seccomp_test() {
	policy '[default]' 'seccomp = default'
	is "seccomp = default: a filter" "$(status_of alice Seccomp)" 2
	policy '[default]'
	is "seccomp = none: no filter" "$(status_of alice Seccomp)" 0
	filtered "a user namespace" 'unshare -Ur true; echo end' 'Operation not permitted'
	filtered "a mount of root's inside" 'sudo -n mount -t tmpfs tmpfs /mnt; echo end' 'permission denied'
	filtered "a network namespace of root's inside" 'sudo -n unshare -n true; echo end' 'Operation not permitted'
	filtered "another namespace" 'sudo -n nsenter -t 1 -n true; echo end' 'Operation not permitted'
}

# What people do all day, with all three.
WORK='set -e
cd "$(mktemp -d)"
git init -q . && echo x >f && git add f && git -c user.name=a -c user.email=a@b commit -qm m && git log --oneline | grep -q " m$"
strace -f -o trace sh -c "echo traced" | grep -q traced && grep -q write trace
[ ! -x /usr/bin/gdb ] || gdb -q -batch -ex "break exit" -ex run -ex bt --args /bin/true 2>&1 | grep -qE "Breakpoint 1|exited normally"
[ ! -x /usr/bin/vim.tiny ] || { vim.tiny -es -u NONE -c "normal ihello" -c "wq! made"; grep -q hello made; }
[ ! -x /usr/bin/python3 ] || python3 -c "import threading, subprocess
t = threading.Thread(target=lambda: subprocess.run([\"true\"], check=True)); t.start(); t.join()"
tar cf a.tar f && mkdir out && tar xf a.tar -C out && cmp f out/f
( sleep 30 & kill $! )
ps ax >/dev/null && id >/dev/null && date >/dev/null
echo "all done"'

work_test() {
	policy '[default]' 'seccomp = default' 'no_new_privs = yes' 'capabilities = none'
	is "all three: everyday work" "$(as_ssh alice@127.0.0.1 'sh -s' <<<"$WORK" 2>&1 | tail -n 3)" "all done"
	check "all three: sftp" sftp_works
	check "all three: scp" scp -q "${SSH_OPTIONS[@]}" -P $PORT "$SOURCE/Makefile" alice@127.0.0.1:copied
	check "all three: rsync" rsync -a -e "ssh ${SSH_OPTIONS[*]} -p $PORT" "$SOURCE/docs/" alice@127.0.0.1:docs/
	is "all three: a terminal is hers" "$(as_ssh -tt alice@127.0.0.1 'stat -c "%U" $(tty); exit 3' </dev/null | tr -d '\r')" alice
	like "all three: tmux" "$(ptyrun -t 15 -e '$ ' -s 'tmux new "echo in-\$((40+2)); sleep 1"\r' -e in-42 -e exited -s 'exit\r' -- \
		ssh "${SSH_OPTIONS[@]}" -p $PORT -tt alice@127.0.0.1 2>&1)" in-42
	is "all three: a status" "$(run_as alice 'exit 7'; echo $?)" 7
}

sftp_works() {
	echo 'ls /' | sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1
}

# --- the application ---------------------------------------------------------------------------------

monitor_test() {
	local monitor
	policy '[default]' 'seccomp = default' 'no_new_privs = yes' 'capabilities = none'
	log_mark
	# The first value of an option counts with ssh.
	ssh -o ControlMaster=yes -o ControlPath="$RIG/control" "${SSH_OPTIONS[@]}" -p $PORT -N -f alice@127.0.0.1
	ssh -S "$RIG/control" -n x true # ssh goes to the background before sshd has opened the session
	monitor=$(pgrep -nf 'sshd(-session)?: alice \[priv\]' | head -n 1)
	is "the monitor keeps its own capabilities" "$(sed -n 's/^CapEff:[[:space:]]*//p' "/proc/$monitor/status")" "$ALL_CAPABILITIES"
	is "the monitor has given up the rest" "$(sed -n 's/^\(CapBnd\|NoNewPrivs\|Seccomp\):[[:space:]]*//p' "/proc/$monitor/status" | tr '\n' ' ')" \
		"0000000000000000 1 2 "
	is "a second session over the same connection" "$(ssh -S "$RIG/control" -n x 'sed -n "s/^Seccomp:[[:space:]]*//p" /proc/self/status')" 2
	is "with a terminal, too" "$(ssh -S "$RIG/control" -tt x 'stat -c %U $(tty)' </dev/null 2>/dev/null | tr -d '\r')" alice
	is "both in the space of the first" "$(log_ours | grep -c " open: ")" 1
	ssh -S "$RIG/control" -O exit x 2>/dev/null
	check "the session is closed as always" log_line ' close: space=2001-0 user="alice"'
	unlike "and nothing went wrong" "$(log_ours)" 'errno='
	check "LEAK-01 nothing is left" ledger_same_within 5 "$RIG/before"
}

others_test() {
	policy '[default]' 'seccomp = default' 'no_new_privs = yes' 'capabilities = none'
	is "su, from root" "$(su alice -c 'sed -n "s/^\(CapBnd\|NoNewPrivs\|Seccomp\):[[:space:]]*//p" /proc/self/status' | tr '\n' ' ')" \
		"0000000000000000 1 2 "
	policy '[default]' '[match service=sshd]' 'scope = user' 'linger = 30s' 'no_new_privs = yes' 'seccomp = default' \
		'[match service=loginspace]' 'scope = user'
	run_as alice true
	is "ISO-13 a login that joins has given up what the space was made without" \
		"$(pam_driver --quiet --cwd-lost loginspace alice 'sed -n "s/^\(NoNewPrivs\|Seccomp\):[[:space:]]*//p" /proc/self/status' 2>/dev/null | grep -x '[0-9]' | tr '\n' ' ')" "1 2 "
	is "enter has what the space was made with" "$("$COMMAND" enter 2001-0 -- sed -n 's/^\(NoNewPrivs\|Seccomp\):[[:space:]]*//p' /proc/self/status | tr '\n' ' ')" "1 2 "
	is "enter --root has not" "$("$COMMAND" enter --root 2001-0 -- sed -n 's/^\(NoNewPrivs\|Seccomp\):[[:space:]]*//p' /proc/self/status | tr '\n' ' ')" "0 0 "
	"$COMMAND" kill 2001-0 >/dev/null
	check "LEAK-01 nothing is left of these" ledger_same_within 5 "$RIG/before"
}

# What enter runs has the capabilities that the space was made with, whatever its caller has.
enter_test() {
	local id
	policy '[default]' 'capabilities = CAP_CHOWN CAP_NET_RAW'
	session_start first alice
	id=$(session_do first 'echo $LOGINSPACE')
	is "enter, capabilities: these in the bounding set" "$(capability_sets "$COMMAND" enter "$id")" "0000000000000000 0000000000002001 "
	is "enter, capabilities: none that the caller has inheritable" \
		"$(capability_sets setpriv --inh-caps +net_admin,+net_raw "$COMMAND" enter "$id")" "0000000000000000 0000000000002001 "
	is "enter --root, capabilities: all" "$(capability_sets "$COMMAND" enter --root "$id")" "0000000000000000 $ALL_CAPABILITIES "
	session_stop first
	check "LEAK-01 nothing is left of what was entered" ledger_same_within 5 "$RIG/before"
}

# capability_sets COMMAND...: inheritable and bounding, of what it runs.
capability_sets() {
	"$@" -- sed -n 's/^Cap\(Inh\|Bnd\):[[:space:]]*//p' /proc/self/status | tr '\n' ' '
}

nested_test() {
	policy '[default]' 'seccomp = default'
	log_mark
	like "ESC-10 seccomp: su inside is denied" "$(run_as alice 'sudo -n su bob -c id' 2>&1)" 'This login was refused'
	check "ESC-10 seccomp: and the log names the mend" log_line 'denied: .*step=policy errno=EPERM.*seccomp = default.*nested = keep'
	policy '[default]' 'seccomp = default' 'nested = keep'
	like "ESC-10 seccomp, nested = keep: su works" "$(run_as alice 'sudo -n su bob -c id' 2>&1)" '^uid=2002'
}

# A login that cannot give it up is none.
failure_test() {
	local call
	command -v strace >/dev/null || {
		skip "FLT-01 what cannot be given up" "no strace"
		return
	}
	policy '[default]' 'seccomp = default' 'no_new_privs = yes' 'capabilities = none'
	for call in seccomp:error=EINVAL capset:error=EPERM; do
		log_mark
		timeout 20 strace -qq -o /dev/null -e trace="${call%%:*}" -e inject="$call" \
			pam_driver --quiet --cwd-lost loginspace alice "touch $RIG/ran" >/dev/null 2>&1
		is "FLT-01 $call: denied" $? 3
		check "FLT-01 $call: and the log says so" log_line 'denied: .*step=restrict errno=E(INVAL|PERM)'
		check "FLT-01 $call: nothing ran" test ! -e "$RIG/ran"
		check "FLT-01 $call: nothing is left" ledger_same_within 5 "$RIG/before"
	done
	# It has joined by then: to let it in would be neither with a space nor without.
	policy '[default]' 'on_error = allow' 'capabilities = none'
	timeout 20 strace -qq -o /dev/null -e trace=capset -e inject=capset:error=EPERM \
		pam_driver --quiet --cwd-lost loginspace alice "touch $RIG/ran" >/dev/null 2>&1
	is "FLT-01 on_error = allow: denied all the same" $? 3
	check "FLT-01 on_error = allow: nothing ran" test ! -e "$RIG/ran"
	rm -f "$RIG/ran"
}

# faulted INJECTION ARGS OF pam_driver: it makes that call itself, or the module in it.
faulted() {
	timeout 20 strace -qq -o /dev/null -e trace="${1%%:*}" -e inject="$1" \
		pam_driver --quiet --cwd-lost "${@:2}" >/dev/null 2>&1
}

# WORD_JOINED is the second message that the module sends.
JOINED=sendmsg:error=EPIPE:when=2

# Root gets in whatever fails, and then as he was: what cannot be undone comes last.
root_fault_test() {
	policy '[default]' '[match user=root]' 'isolate = yes' 'capabilities = CAP_CHOWN' 'no_new_privs = yes'
	log_mark
	faulted $JOINED loginspace root "sed -n 's/^\(CapBnd\|NoNewPrivs\):[[:space:]]*//p' /proc/self/status >$RIG/status
		readlink /proc/self/ns/mnt >>$RIG/status"
	is "ADM-01 root, named, and init is gone: he has given up nothing" "$(tr '\n' ' ' <"$RIG/status")" \
		"$ALL_CAPABILITIES 0 $(readlink /proc/self/ns/mnt) "
	check "ADM-01 and the log says so" log_line 'exempt: .*step=join errno=EPIPE'
	rm -f "$RIG/status"
}

# on_error = allow lets in only who is where he was.
stranded_test() {
	local user='namespaces = mount pid ipc uts net user'
	policy '[default]' 'on_error = allow' 'seccomp = default'
	faulted $JOINED loginspace alice "sed -n 's/^Seccomp:[[:space:]]*//p' /proc/self/status >$RIG/ran; readlink /proc/self/ns/mnt >>$RIG/ran"
	is "FLT-01 on_error = allow, init is gone: let in, outside and without the filter" "$(cat "$RIG/ran")" \
		"0"$'\n'"$(readlink /proc/self/ns/mnt)"
	rm -f "$RIG/ran"
	policy '[default]' 'on_error = allow' "$user"
	log_mark
	faulted $JOINED loginspace alice "touch $RIG/ran"
	check "FLT-01 on_error = allow, user, init is gone: denied, as there is no way back" log_line 'denied: .*step=return errno=EPERM.*after a failed join .EPIPE.'
	check "FLT-01 nothing ran" test ! -e "$RIG/ran"
	rm -f "$RIG/ran"
	policy '[default]' 'on_error = allow' "$user" 'capabilities = none'
	log_mark
	faulted capset:error=EPERM loginspace alice "touch $RIG/ran"
	check "FLT-01 on_error = allow, user, what cannot be given up: denied, and the log says what it was" log_line 'denied: .*step=return errno=EPERM.*after a failed restrict .EPERM.'
	check "FLT-01 nothing ran there" test ! -e "$RIG/ran"
	check "FLT-01 nothing is left of these" ledger_same_within 5 "$RIG/before"
	rm -f "$RIG/ran"
}

# Init has heard WORD_JOINED by then, and is told that nothing has come of it.
failed_owner_test() {
	local job
	policy '[default]' 'scope = user' 'capabilities = none'
	session_start first alice
	log_mark
	timeout 30 strace -qq -o /dev/null -e trace=capset,exit_group -e inject=capset:error=EPERM \
		-e inject=exit_group:delay_enter=8000000 pam_driver --quiet --cwd-lost loginspace alice true >/dev/null 2>&1 &
	job=$!
	check "FLT-01 denied after it has joined" log_line 'denied: .*step=restrict errno=EPERM'
	is "FLT-01 and no owner any more, while it still runs" "$(list_of alice '.[0].owners | length')" 1
	check "FLT-01 it still runs" kill -0 "$job"
	session_stop first
	wait "$job"
	check "FLT-01 nothing is left of them" ledger_same_within 5 "$RIG/before"
}

start_sshd
ledger_write "$RIG/before"
no_new_privs_test
capabilities_test
inheritable_test
root_named_test
seccomp_test
work_test
monitor_test
others_test
enter_test
nested_test
failure_test
if strace -qq true 2>/dev/null; then
	root_fault_test
	stranded_test
	failed_owner_test
else
	skip "FLT-01 a join that fails at its end" "no strace"
fi
policy
check "LEAK-01 nothing is left in the end" ledger_same_within 5 "$RIG/before"
stop_sshd
