# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# What the programs have given up, as the kernel shows it while they run: each line of
# docs/PRIVILEGES.md. LS_WRITE=1 writes that page's tables of system calls, which are otherwise compared.
# packages: strace git jq python3 gcc vim tmux
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/steps.bash"
needs_module

PAGE=$SOURCE/docs/PRIVILEGES.md
FILTERS=${LS_BUILD:-$SOURCE/build}/filters
BUILD_MOST=$((1 << 21 | 1 << 12 | 1 << 5 | 1 << 8)) # SYS_ADMIN NET_ADMIN KILL SETPCAP

status_field() { # PID FIELD
	awk -v field="$2:" '$1 == field { $1 = ""; print substr($0, 2) }' "/proc/$1/status"
}

# --- init ----------------------------------------------------------------------------------------

init_status_test() {
	local init
	session_start s alice
	init=$(space_init "$(session_do s 'readlink /proc/self/ns/pid')")
	is "PRV init: filters" "$(status_field "$init" Seccomp) $(status_field "$init" Seccomp_filters)" "2 2"
	is "PRV init: no_new_privs" "$(status_field "$init" NoNewPrivs)" 1
	is "PRV init: capabilities, permitted, effective and bounding" \
		"$(status_field "$init" CapPrm) $(status_field "$init" CapEff) $(status_field "$init" CapBnd)" \
		"0000000000000020 0000000000000020 0000000000000020"
	is "PRV init: capabilities, inheritable and ambient" \
		"$(status_field "$init" CapInh) $(status_field "$init" CapAmb)" "0000000000000000 0000000000000000"
	is "PRV init: ids" "$(status_field "$init" Uid | tr '\t' ' ') $(status_field "$init" Groups)" "0 0 0 0 "
	is "PRV the shell: none of it" "$(session_do s 'awk "/^(NoNewPrivs|Seccomp):/ { print \$2 }" /proc/self/status' |
		tr '\n' ' ')" "0 0 "
	session_stop s
}

# init_injects CALL: init is told of a dead child, and CALL is made instead of waitid(2). strace makes up
# what comes back.
init_injects() {
	rm -f "$RIG/log/strace"
	strace -qq -o "$RIG/log/strace" -e trace=waitid -e inject=waitid:retval=0:syscall="$1" -p "$INIT" &
	TRACER=$!
	wait_until 10 init_has_reaped || kill "$TRACER"
}

# Not at the first time, perhaps: strace may not be there yet.
init_has_reaped() {
	kill -CHLD "$INIT"
	grep -Eq 'INJECTED|killed by' "$RIG/log/strace"
}

no_strace() {
	! pgrep -x strace
}

init_refuses_test() {
	session_start s alice
	INIT=$(space_init "$(session_do s 'readlink /proc/self/ns/pid')")
	init_injects getuid
	kill "$TRACER"
	wait "$TRACER" 2>/dev/null
	like "PRV init: a call that is the helper's only" "$(<"$RIG/log/strace")" 'INJECTED'
	check "PRV init: does not end it" kill -0 "$INIT"
	is "PRV init: and so does the session" "$(session_do s 'echo here')" here
	init_injects getppid
	check "PRV init: a call that is nobody's ends the space" wait_until 5 grep -q 'killed by SIGSYS' "$RIG/log/strace"
	kill "$TRACER" 2>/dev/null
	wait "$TRACER" 2>/dev/null
	check "PRV init: all of it" wait_until 5 gone "$INIT"
	session_stop s
}

# Landlock has no word in /proc. What it does is in tests/unit/test_landlock.c; here, that init has it.
landlock_test() {
	if grep -Eq 'landlock_create_ruleset\(NULL, .* = -1 E(NOSYS|OPNOTSUPP)' "$RIG/calls"; then
		skip_kernel "PRV init: Landlock" "not in this kernel, or switched off"
		return
	fi
	check "PRV init: is under Landlock" grep -Eq 'landlock_restrict_self\([0-9]+, 0\) += 0' "$RIG/calls"
}

# --- the helper ----------------------------------------------------------------------------------

# helper_held: the child stopped at its first new file system. Its pid and its parent's.
helper_held() {
	CHILD=$(pgrep -x loginspace-init | head -n 1)
	[[ -n $CHILD && $(status_field "$CHILD" State) == [tT]* ]] || return 1
	PARENT=$(status_field "$CHILD" PPid)
}

program_is_confined() { # NAME PID
	local held
	is "PRV $1: a filter" "$(status_field "$2" Seccomp)" 2
	is "PRV $1: no_new_privs" "$(status_field "$2" NoNewPrivs)" 1
	is "PRV $1: ids" "$(status_field "$2" Uid | tr '\t' ' ')$(status_field "$2" Groups)" "0 0 0 0"
	held=$((16#$(status_field "$2" CapPrm)))
	is "PRV $1: capabilities" "$((held & ~1))" "$BUILD_MOST" # CAP_CHOWN where /run/user is covered
	is "PRV $1: bounding, effective" "$((16#$(status_field "$2" CapBnd))) $((16#$(status_field "$2" CapEff)))" "$held $held"
	is "PRV $1: inheritable, ambient" "$((16#$(status_field "$2" CapInh))) $((16#$(status_field "$2" CapAmb)))" "0 0"
	is "PRV $1: umask, cwd" "$(status_field "$2" Umask) $(readlink "/proc/$2/cwd")" "0077 /"
}

# Nothing of the application's is left in it: odd_application has groups, limits and a file that we have not.
program_is_ours() { # NAME PID
	is "PRV $1: the limits of PID 1" "$(diff /proc/1/limits "/proc/$2/limits")" ""
	is "PRV $1: not as nice as the application" "$(ps -o ni= -p "$2" | xargs)" 0
	is "PRV $1: no file of the application's" "$(readlink "/proc/$2"/fd/* | grep -Fx "$RIG/key")" ""
	check "PRV $1: who has as much as it, but for CAP_SYS_PTRACE, can look at its like" can_look_at self
	check "PRV $1: but not it: it is not dumpable" not can_look_at "$2"
}

can_look_at() { # PID
	setpriv --bounding-set=-sys_ptrace --inh-caps=-all readlink "/proc/$1/exe"
}

not() {
	! "$@"
}

odd_application() { # CMD ARGS
	prlimit --nofile=100: --fsize=100000000: nice -n 5 setpriv --groups=7,8 "$@" 9<"$RIG/key"
}

helper_status_test() {
	local job
	helper_strace "-e trace=fsopen -e inject=fsopen:signal=STOP:when=1"
	odd_application pam_driver --quiet loginspace alice true >/dev/null 2>&1 &
	job=$!
	wait_until 5 helper_held || not_ok "PRV the helper is stopped at a step"
	program_is_confined "the helper" "$PARENT"
	program_is_confined "its child" "$CHILD"
	program_is_ours "the helper" "$PARENT"
	program_is_ours "its child" "$CHILD"
	kill -CONT "$CHILD"
	wait "$job"
	is "PRV the helper goes on" "$?" 0
	check "PRV nothing is left" ledger_same_within 5 "$RIG/before"
}

# What an exec or a change of ids would do, no file in /proc shows. "... = 0": the kernel has taken it.
securebits_test() {
	local -a bits=(NOROOT NOROOT_LOCKED NO_SETUID_FIXUP NO_SETUID_FIXUP_LOCKED KEEP_CAPS_LOCKED)
	check "PRV the helper: the securebits are locked" grep -Eq \
		"prctl\\(PR_SET_SECUREBITS, $(IFS=';'; sed 's/^/SECBIT_/; s/;/[|]SECBIT_/g' <<<"${bits[*]}")\\) += 0" "$RIG/calls"
}

# forbidden CALL WHO: getppid(2) instead of CALL, which neither list has.
forbidden() {
	log_mark
	helper_strace "-e trace=$1 -e inject=$1:retval=0:syscall=getppid:when=1"
	pam_driver --quiet loginspace alice true >/dev/null 2>&1
	is "PRV $2 makes a call that is not listed: denied" "$?" 3
	check "PRV $2: it was killed for that" wait_until 5 grep -q 'killed by SIGSYS' "$RIG/log/strace"
	check "PRV $2: the log says so" wait_until 2 log_has 'denied: .* step=[a-z_-]+ errno=[A-Z]'
	check "PRV $2: nothing is left" ledger_same_within 5 "$RIG/before"
}

# --- all calls of a login ------------------------------------------------------------------------

# What comes after the filter in the same process or in one that it has made; "PID call(...".
confined_calls() {
	awk '/ seccomp\(SECCOMP_SET_MODE_FILTER/ { on = 1; next } on' "$RIG/calls" |
		sed -En 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' | sort -u
}

listed_calls() {
	sed -nE 's/^CALL[A-Z_]*\(([a-z0-9_]+),.*/\1/p' "$SOURCE/helper/helper.calls" | sort -u
}

# PRV-04: what would be read by the C library of its own accord.
LOOKUPS='nsswitch|/locale|localtime|zoneinfo|ld\.so|\.so[."]|gconv|resolv\.conf|/etc/(passwd|group|shadow)"'

calls_test() { # NAME LINES...
	policy "${@:2}"
	helper_strace "-e trace=all"
	pam_driver --quiet loginspace alice true >/dev/null 2>&1
	is "PRV-04 $1: a login under strace" "$?" "${STATUS:-0}"
	wait_until 5 no_strace # all is written
	cp "$RIG/log/strace" "$RIG/calls"
	check "PRV-04 $1: the trace shows what is looked up before" grep -Eq "$LOOKUPS" "$RIG/calls"
	is "PRV-04 $1: nothing is looked up once there are namespaces" \
		"$(awk '/ clone3\(.*CLONE_NEW(NS|PID)/ { on = 1 } on' "$RIG/calls" | grep -E "$LOOKUPS")" ""
	is "PRV $1: no call that is not listed" "$(comm -23 <(confined_calls) <(listed_calls) | tr '\n' ' ')" ""
}

# --- where users write ---------------------------------------------------------------------------

USERS_WRITE='/tmp /var/tmp /dev/shm /dev/mqueue /run/lock /run/user /home'

# read_only CMD...: with all of that read-only.
read_only() {
	local folder status
	local -a done=()
	for folder in $USERS_WRITE; do
		[[ -d $folder ]] || continue
		mount --bind "$folder" "$folder" && mount -o remount,bind,ro "$folder" && done+=("$folder")
	done
	check "PRV-10 what users write to is read-only" test "${#done[@]}" -gt 3
	"$@" >"$RIG/driver" 2>&1
	status=$?
	umount "${done[@]}"
	return $status
}


# Files made beforehand, and locks: nothing is made where users write, nothing held is waited for. That what is
# made there would be seen, a folder for /tmp that is missing shows.
names_test() {
	local makes='^[0-9]+ +((creat|rename|link|flock|sem|shm|msg|mq_)[a-z0-9_]*\(|bind\(.*AF_UNIX)'
	strace -f -qq -o "$RIG/log/strace" flock "$RIG/lock" true
	is "PRV-10 what would show" "$(grep -cE "$makes" "$RIG/log/strace")" 1
	policy '[default]' 'private_dev = yes' 'hide = /srv' 'tmpfs = /mnt' 'home = own' 'scope = user' \
		'user_bus = hide'
	helper_strace "-e trace=all"
	read_only pam_driver --quiet loginspace alice true
	is "PRV-10 a login makes nothing where users write" "$?" 0
	wait_until 5 no_strace
	is "PRV-10 and has not tried" "$(grep -c EROFS "$RIG/log/strace")" 0
	is "PRV-10 no link, socket, lock or segment with a name" "$(grep -E "$makes" "$RIG/log/strace")" ""
	policy '[default]' 'private_tmp = /home/tmp'
	install -d -m 711 /home/tmp
	helper_strace "-e trace=all"
	read_only pam_driver --quiet loginspace alice true
	is "PRV-10 the folder that private_tmp is to make: denied" "$?" 3
	wait_until 5 no_strace
	check "PRV-10 as a trace shows" grep -q 'mkdir.*EROFS' "$RIG/log/strace"
	check "PRV-10 nothing is left" ledger_same_within 5 "$RIG/before"
	rm -rf /home/tmp
}

# --- the page ------------------------------------------------------------------------------------

# The page with its tables as the lists say.
page_made() {
	local line list
	while IFS= read -r line; do
		if [[ $line =~ ^'<!-- calls: '([a-z]+)' -->'$ ]]; then
			list=${BASH_REMATCH[1]}
			printf '%s\n\n' "$line"
			"$FILTERS" --table "$list"
			printf '\n<!-- end -->\n'
		elif [[ $line == '<!-- end -->' ]]; then
			list=
		elif [[ -z ${list-} ]]; then
			printf '%s\n' "$line"
		fi
	done <"$PAGE"
}

page_test() {
	page_made >"$RIG/page"
	is "the page has a table of each list" "$(grep -c '^<!-- calls: ' "$RIG/page")" 3
	if [[ -n ${LS_WRITE-} ]]; then
		cat "$RIG/page" >"$PAGE"
		ok "docs/PRIVILEGES.md is written"
		return
	fi
	check "docs/PRIVILEGES.md has the calls of the lists (LS_WRITE=1 writes it)" diff -u "$PAGE" "$RIG/page"
}

# --- seccomp = default ---------------------------------------------------------------------------

refuses() { # CMD
	like "seccomp = default: $1" "$(run_as alice "$1" 2>&1)" '[Nn]ot permitted'
}

works() { # CMD; the program may be missing
	local program=${1%% *}
	if [[ -n $(command -v "$program") ]]; then
		check "seccomp = default: $1" run_as alice "$1"
	else
		skip "seccomp = default: $1" "not installed"
	fi
}

seccomp_test() {
	policy '[default]' 'seccomp = default'
	start_sshd
	is "seccomp = default: the session has a filter, and may gain privileges" \
		"$(run_as alice 'awk "/^(NoNewPrivs|Seccomp):/ { print \$2 }" /proc/self/status' | tr '\n' ' ')" "0 2 "
	refuses 'unshare -U true'
	refuses 'unshare -Ur true'
	refuses 'sudo unshare -m true'
	refuses 'sudo nsenter -t 1 -m true'
	refuses 'python3 -c "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSTI, b\"x\")"'
	check "seccomp = default: sudo mount" run_as alice '! sudo mount -t tmpfs none /mnt'
	works 'sudo id'
	works 'strace -qq -o /tmp/s true'
	works 'git init -q /tmp/repo'
	works 'python3 -c "import threading, subprocess; t = threading.Thread(target=print); t.start(); t.join(); subprocess.run([\"true\"], check=True)"'
	works 'vim.tiny -es -u NONE +q'
	works 'tmux new-session -d true'
	works 'gdb -q -batch -ex run true'
	check "seccomp = default: gcc" run_as alice 'cd /tmp && echo "int main(void) { return 0; }" >a.c && gcc a.c && ./a.out'
	check "seccomp = default: sftp" eval 'echo ls | sftp -q "${SSH_OPTIONS[@]}" -P $PORT -b - alice@127.0.0.1'
	check "seccomp = default: a terminal" as_ssh -tt alice@127.0.0.1 tty
	stop_sshd
	policy
}

# -------------------------------------------------------------------------------------------------

page_test
start_sshd
init_status_test
if ! strace -qq -e inject=getpid:retval=0:syscall=getuid true 2>/dev/null; then
	skip "PRV the helper's filter" "no strace that can inject"
	stop_sshd
else
	init_refuses_test
	stop_sshd
	ledger_begin "$RIG/before"
	helper_status_test
	forbidden clone3 "the helper"
	forbidden move_mount "its child"
	calls_test "a plain login" '[default]'
	landlock_test
	securebits_test
	calls_test "with much in it" '[default]' 'private_dev = yes' 'hostname = x%u' 'hide = /srv' \
		'tmpfs = /mnt' 'system = ro' 'home = own' 'scope = user' 'user_bus = hide'
	# There is no way back for the application: pam_driver sees that.
	STATUS=1 calls_test "a user namespace" '[default]' 'namespaces = mount pid ipc uts net user'
	names_test
	with_helper "$HELPER"
	policy
fi
seccomp_test
