# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Each fault denies that login cleanly, says which step failed and why, leaves nothing, and lets
# root in. FLT, ADM.
. "$SOURCE/tests/rig/lib.bash"
needs_module

sftp_denied() {
	! echo 'ls' | sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1
}

# A forward that is asked for over a denied login must not reach anything.
forward_denied() {
	local out client
	session_client -n -N -L 8820:127.0.0.1:8821 alice@127.0.0.1 &
	client=$!
	wait_until 2 port_open 8820
	out=$(timeout 5 nettool tcp-connect 127.0.0.1 8820 2>/dev/null)
	kill "$client" 2>/dev/null
	wait "$client"
	[[ -z $out ]]
}

port_open() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# The whole of a clean denial. step and errno are patterns.
denied() { # NAME STEP ERRNO
	local name=$1 step=$2 errno=$3 out status lines
	log_mark
	rm -f /home/alice/ran
	out=$(run_as alice 'echo ran >~/ran; echo ran' 2>&1)
	status=$?
	check "FLT-02 $name: the command does not run" test ! -e /home/alice/ran
	isnt "FLT-02 $name: the status says so" "$status" 0
	like "$name: the user gets a sentence" "$out" '[A-Za-z].* .*[.]'
	unlike "PRV-20 $name: and no inner matters" "$out" '/run|/usr|errno|E[A-Z]{3,}'
	lines=$(log_ours | grep -c denied)
	is "FLT-01 $name: one line in the log" "$lines" 1
	like "FLT-01 $name: it names step and error" "$(log_ours | grep denied)" \
		"denied: user=\"alice\" .*service=\"sshd\".* step=$step errno=$errno"
	like "FLT-01 $name: it goes to authpriv" "$(log_ours | grep denied)" '^<8[0-7]>'
	is "ADM-01 $name: root gets in" "$(run_as root 'echo root is in')" "root is in"
	check "LEAK-01 $name: nothing is left" ledger_same_within 5 "$RIG/before"
}

# The costly rest, for one fault of each kind.
denied_all_ways() { # NAME
	check "FLT-02 $1: no sftp" sftp_denied
	check "FLT-02 $1: no forward" forward_denied
	check "FLT-02 $1: no shell on a terminal" no_terminal
	check "FLT-02 $1: su runs nothing" no_su
	check "LEAK-01 $1: nothing is left of these" ledger_same_within 5 "$RIG/before"
}

no_terminal() {
	! ptyrun -t 15 -e '$ ' -s 'exit 0\r' -- ssh "${SSH_OPTIONS[@]}" -p $PORT -tt alice@127.0.0.1 | grep -F '$ '
}

no_su() {
	! su alice -c 'echo ran' 2>&1 </dev/null | grep -x ran
}

missing_test() {
	pam_setup_raw "helper=$RIG/libexec/not-there"
	denied "helper missing" '[a-z_-]+' 'ENOENT'
	denied_all_ways "helper missing"
	install -m 600 "$HELPER" "$RIG/libexec/plain"
	pam_setup_raw "helper=$RIG/libexec/plain"
	denied "helper not executable" '[a-z_-]+' 'EACCES'
	echo 'not a program' >"$RIG/libexec/garbage"
	chmod 700 "$RIG/libexec/garbage"
	pam_setup_raw "helper=$RIG/libexec/garbage"
	denied "helper is garbage" '[a-z_-]+' 'E[A-Z]+'
	pam_setup_raw "helper=$RIG/libexec"
	denied "helper is a folder" '[a-z_-]+' 'E[A-Z]+'
	pam_setup_raw "helper=relative/path"
	denied "helper is no absolute path" '[a-z_-]+' 'E[A-Z]+'
}

pam_setup_raw() {
	local line service
	line="session required $MODULE $*"
	for service in sshd login su; do
		{ cat "$RIG/pam.d/$service" && echo && echo "$line"; } >"/etc/pam.d/$service"
	done
	printf '%s required pam_permit.so\n' auth account session | { cat && echo "$line"; } >/etc/pam.d/loginspace
}

fake_use() {
	install -m 700 "$RIG/bin/fakehelper" "$RIG/libexec/fakehelper-$1"
	pam_setup_raw "helper=$RIG/libexec/fakehelper-$1"
}

nonsense_test() {
	local mode
	for mode in exit0 exit1 kill close zeros ones short long echo fds own joinfirst hostinit nopidfd \
		deadinit twice madedeny; do
		fake_use "$mode"
		denied "helper that does '$mode'" '[a-z_-]+' 'E[A-Z]+'
	done
}

# Init dies while the module looks at it: the log still says of what, not that it is dead.
died_meanwhile_test() {
	cat >"$RIG/wrapper" <<-END
		#!/bin/sh
		exec strace -f -qq -o /dev/null -e trace=fsmount -e inject=fsmount:error=ENOSYS $HELPER
	END
	chmod 755 "$RIG/wrapper"
	pam_setup_raw "helper=$RIG/wrapper"
	log_mark
	strace -qq -o /dev/null -e trace=ioctl -e inject=ioctl:delay_enter=200000 \
		pam_driver --quiet loginspace alice true >/dev/null 2>&1
	like "FLT-01 init dies while it is looked at: the step that failed is named" \
		"$(log_ours | grep denied)" 'step=proc errno=ENOSYS'
}

hang_test() {
	local mode begin took
	for mode in hang stop; do
		fake_use "$mode"
		begin=$(now_ms)
		denied "FLT-06 helper that does '$mode'" '[a-z_-]+' 'E[A-Z]+'
		took=$(($(now_ms) - begin))
		check "FLT-06 helper that does '$mode': the deadline holds ($took ms)" test "$took" -lt 14000
	done
}

config_test() {
	local conf=/etc/security/loginspace.conf
	pam_setup
	echo '[default' >$conf
	denied "configuration with a broken line" '[a-z_-]+' 'E[A-Z]+'
	echo 'nonsense = 1' >$conf
	denied "configuration with an unknown key" '[a-z_-]+' 'E[A-Z]+'
	printf '[default]\n' >$conf
	chmod 666 $conf
	denied "configuration that others may write" '[a-z_-]+' 'E[A-Z]+'
	rm -f $conf
	mkdir $conf
	denied "configuration that is a folder" '[a-z_-]+' 'E[A-Z]+'
	rmdir $conf
	is "without it all is well again" "$(run_as alice 'echo fine')" fine
}

# user.max_*_namespaces cannot be lowered in here without lowering it for the whole machine. The
# kernel's answer is made by strace instead, on a helper that runs under it.
inject() { # NAME SYSCALL ERRNO [WHEN]
	{
		echo '#!/bin/sh'
		echo "exec /usr/bin/strace -f -qq -o $RIG/log/strace -e trace=$2 -e inject=$2:error=$3:when=${4:-1} $HELPER"
	} >"$RIG/libexec/injected"
	chmod 700 "$RIG/libexec/injected"
	pam_setup_raw "helper=$RIG/libexec/injected"
	denied "$1" '[a-z_-]+' "${5:-$3}"
}

inject_test() {
	local call error
	if ! command -v strace >/dev/null || ! strace -qq -e inject=getpid:error=EPERM true 2>/dev/null; then
		skip "FLT-01 faults of the kernel" "no strace"
		return
	fi
	if ! inject_works; then
		skip "FLT-01 faults of the kernel" "the helper cannot run under strace"
		return
	fi
	inject "FLT-01 no namespaces left" clone3 ENOSPC
	inject "FLT-14 a kernel without clone3" clone3 ENOSYS
	while read -r call error; do
		inject "FLT-01 $call fails" "$call" "$error"
	done <<-END
		mount_setattr EPERM
		move_mount ENOMEM
		fsopen EPERM
		fsmount ENOSYS
		capset EPERM
	END
}

inject_works() {
	{
		echo '#!/bin/sh'
		echo "exec /usr/bin/strace -f -qq -o $RIG/log/strace -e trace=clone3 $HELPER"
	} >"$RIG/libexec/injected"
	chmod 700 "$RIG/libexec/injected"
	pam_setup_raw "helper=$RIG/libexec/injected"
	[[ $(run_as alice 'cat /proc/1/comm' 2>/dev/null) == loginspace-init ]]
}

state_test() {
	pam_setup
	echo file >/run/loginspace.x
	rm -rf /run/loginspace
	mv /run/loginspace.x /run/loginspace
	denied "FLT-12 the state folder is a file" '[a-z_-]+' 'E[A-Z]+'
	rm -f /run/loginspace
	ln -s /tmp /run/loginspace
	denied "FLT-12 the state folder is a link" '[a-z_-]+' 'E[A-Z]+'
	rm -f /run/loginspace
	mkdir -m 777 /run/loginspace
	chmod 777 /run/loginspace
	denied "FLT-12 the state folder is open to all" '[a-z_-]+' 'E[A-Z]+'
	rmdir /run/loginspace
	is "FLT-12 without it: it is made again" "$(run_as alice 'cat /proc/1/comm')" loginspace-init
	is "FLT-12 and is root's" "$(stat -c %a /run/loginspace 2>/dev/null || echo 700)" 700
}

# What the folder itself cannot help.
state_reason_test() {
	rm -rf /run/loginspace
	mount --bind /run /run
	mount -o remount,bind,ro /run
	log_mark
	run_as alice true >/dev/null 2>&1
	like "FLT-12 /run is read-only: the log says so" "$(log_ours)" 'denied: .*step=registry errno=EROFS .*detail="/run is read-only'
	like "FLT-12 /run is read-only: so does the doctor" "$("$RIG/libexec/loginspace" doctor)" 'fail +registry +/run/loginspace cannot be made: Read-only'
	umount /run
	run_as alice true
	log_mark
	pam_setup_raw "helper=$RIG/libexec/no-mounts"
	printf '#!/bin/sh\nexec strace -f -qq -o /dev/null -e trace=open_tree -e inject=open_tree:error=ENOSPC:when=1 %s\n' \
		"$HELPER" >"$RIG/libexec/no-mounts"
	chmod 700 "$RIG/libexec/no-mounts"
	denied "FLT-12 no mount namespace is left" registry ENOSPC
	check "FLT-12 no mount namespace is left: the log names the setting" log_has 'detail="user.max_mnt_namespaces is reached'
	pam_setup
}

# The PAM line itself: a module that is not there denies everybody, by libpam. Ours must not.
options_test() {
	pam_setup no-such-option=1
	log_mark
	run_as alice true >/dev/null 2>&1
	check "an unknown argument in the PAM line is named in the log" log_has 'no-such-option'
	pam_setup no_warn
	is "no_warn: works" "$(run_as alice 'cat /proc/1/comm')" loginspace-init
	pam_setup debug
	is "debug: works" "$(run_as alice 'cat /proc/1/comm')" loginspace-init
	pam_setup_raw "helper=$RIG/libexec/not-there" no_warn
	is "no_warn: the user gets no sentence" "$(run_as alice true 2>&1)" ""
	pam_setup
	{ cat "$RIG/pam.d/sudo" 2>/dev/null || cat "$RIG/pam.d/other"; } >/etc/pam.d/sudo
	pam_line >>/etc/pam.d/sudo
	is "a service that is not listed is left alone" "$(sudo -u alice cat /proc/1/comm)" "$(cat /proc/1/comm)"
	pam_setup
	pam_line any_service >>/etc/pam.d/sudo
	is "any_service: it is not" "$(sudo -u alice cat /proc/1/comm)" loginspace-init
	cp "$RIG/pam.d/sudo" /etc/pam.d/sudo
}

start_sshd
nettool tcp-listen 127.0.0.1 8821 "reached the host" >/dev/null &
TARGET=$!
run_as root true
sshd_settle
ledger_write "$RIG/before"
missing_test
nonsense_test
died_meanwhile_test
hang_test
config_test
inject_test
state_test
if strace -qq true 2>/dev/null; then
	state_reason_test
else
	skip "FLT-12 no mount namespace is left" "no strace"
fi
options_test
kill $TARGET
stop_sshd
