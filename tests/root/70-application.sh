# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# The module as a guest: applications that use PAM in odd ways get their namespaces, folder,
# signals, limits and children back as they were. pam_driver is that application.
. "$SOURCE/tests/rig/lib.bash"
needs_module

# drive NAME WANTED-STATUS OPTIONS...: and nothing is left.
drive() {
	local name=$1 want=$2 status
	shift 2
	timeout 60 pam_driver "$@" 2>&1 | cat >"$RIG/driver"
	status=${PIPESTATUS[0]}
	is "$name: status" "$status" "$want"
	[[ $status -eq $want ]] || sed 's/^/#   /' "$RIG/driver"
	check "$name: nothing is left" ledger_same_within 5 "$RIG/before"
}

# Like drive, and one of two ends will do: all is well, or a clean denial.
drive_either() {
	local name=$1 status
	shift
	log_mark
	timeout 60 pam_driver "$@" 2>&1 | cat >"$RIG/driver"
	status=${PIPESTATUS[0]}
	like "$name: success or a clean denial" "$status" '^(0|3|5)$'
	[[ $status =~ ^(0|3|5)$ ]] || sed 's/^/#   /' "$RIG/driver"
	[[ $status -ne 3 ]] || check "$name: the denial is logged" log_has 'denied: '
	check "$name: nothing is left" ledger_same_within 5 "$RIG/before"
}

# Any number: a space that has just been closed may hold the lowest one for a moment yet.
INSIDE='[ "$(cat /proc/1/comm)" = loginspace-init ] && [ "${LOGINSPACE%-*}" = 2001 ]'

plain_test() {
	local name
	drive "a plain application" 0 loginspace alice "$INSIDE"
	like "its child was inside" "$(cat "$RIG/driver")" 'inside-net=net'
	for name in mnt net ipc uts; do
		isnt "the $name namespace of its child is another" "$(value inside-$name)" "$(value before-$name)"
		is "after close it is back in its own $name namespace" "$(value after-$name)" "$(value before-$name)"
	done
	is "after close its children are born here again" \
		"$(value after-pid_for_children)" "$(value before-pid_for_children)"
	drive "root is exempt" 0 loginspace root '[ "$(cat /proc/1/comm)" != loginspace-init ] && [ -z "$LOGINSPACE" ]'
	drive "a folder of its own" 0 --cwd /usr/share loginspace alice '[ "$PWD" = /usr/share ]'
	# The folder is in a place that the space covers: by path it is a fresh, empty /tmp there.
	mkdir -p /tmp/here
	drive_either "a folder that the space covers" --cwd-lost --cwd /tmp/here loginspace alice
	drive_either "a folder that is deleted" --cwd-lost --cwd-deleted loginspace alice
	check "pamtester opens and closes" pamtester loginspace alice open_session close_session
	drive "100 transactions in one process" 0 --quiet --loops 100 loginspace alice "$INSIDE"
}

value() {
	sed -n "s/^$1=//p" "$RIG/driver" | head -n 1
}

children_test() {
	local mode
	for mode in default ignore nocldwait handler; do
		drive "FLT-09 SIGCHLD: $mode" 0 --sigchld "$mode" --loops 20 --quiet loginspace alice "$INSIDE"
	done
	drive "FLT-11 all signals blocked" 0 --block-signals loginspace alice "$INSIDE"
	drive "FLT-10 a threaded application is refused" 3 --threads loginspace alice
	log_mark
	pam_driver --threads loginspace alice >/dev/null
	like "FLT-10 and the log says why" "$(log_ours)" 'denied: .*step=[a-z_-]+ errno=[A-Z]+ .*thread'
}

cleanup_test() {
	local ruid
	drive "FLT-07 a child calls pam_end(PAM_DATA_SILENT)" 0 --fork-end loginspace alice "$INSIDE"
	drive_either "FLT-08 a child calls close_session" --fork-close loginspace alice true
	drive "FLT-08 close twice" 0 --closes 2 loginspace alice "$INSIDE"
	drive "FLT-08 never close" 0 --closes 0 loginspace alice "$INSIDE"
	drive "FLT-08 never close, never end" 0 --closes 0 --no-end loginspace alice "$INSIDE"
	drive "FLT-08 close without end" 0 --no-end loginspace alice "$INSIDE"
	drive "FLT-08 close before open" 0 --opens 0 loginspace alice
	drive_either "FLT-10 open twice" --opens 2 loginspace alice
	drive_either "FLT-10 open twice, close twice" --opens 2 --closes 2 loginspace alice
	drive "FLT-08 all files closed before close_session" 4 --close-fds loginspace alice "$INSIDE"
	# Init has heard that the session is open, so the end of its socket is not the end of it; nor is
	# it under su, where the kernel by itself would sign with the caller's uid. 0: CMD has run whole.
	for ruid in 0 2001; do
		drive "FLT-08 real uid $ruid, all files closed in the session: it lives on" 4 \
			--close-early --ruid "$ruid" loginspace alice "sleep 0.3; $INSIDE && echo whole >&2"
		like "FLT-08 real uid $ruid: the command has run to its end" "$(<"$RIG/driver")" 'whole'
	done
	is "FLT-08 the next one works" "$(pam_driver loginspace alice "$INSIDE" >/dev/null; echo $?)" 0
}

# The application dies in the session.
death_test() {
	local signal driver
	for signal in KILL SEGV TERM; do
		mkfifo "$RIG/hold"
		pam_driver --hold loginspace alice 'sleep 633 >/dev/null 2>&1 &' <"$RIG/hold" >"$RIG/driver" 2>&1 &
		driver=$!
		exec {hold}>"$RIG/hold"
		rm -f "$RIG/hold"
		wait_until 10 grep -q '^hold=' "$RIG/driver"
		kill -"$signal" "$driver"
		check "FLT-05 SIG$signal to the application: its processes are gone within 1 s" \
			wait_until 1 no_sleeper
		exec {hold}>&-
		wait "$driver" 2>/dev/null
		check "FLT-05 SIG$signal to the application: nothing is left" ledger_same_within 5 "$RIG/before"
	done
}

no_sleeper() {
	! pgrep -f '^sleep 633'
}

hostile_test() {
	local limit
	drive "PRV-14 umask 777" 0 --umask 777 loginspace alice "$INSIDE"
	drive "PRV-14 umask 0" 0 --umask 0 loginspace alice '[ "$(stat -c %a /tmp)" = 1777 ]'
	drive "PRV-14 1000 open files" 0 --fds 1000 loginspace alice "$INSIDE"
	drive "PRV-14 files 0, 1 and 2 closed" 0 --closed-std loginspace alice "$INSIDE"
	for limit in fsize=0 fsize=1 nofile=3 nofile=8 nofile=16 as=16777216 nproc=1 nproc=0 stack=1 \
		stack=65536 cpu=1 core=0 data=1 data=1048576; do
		drive_either "PRV-21 limit $limit" --limit "$limit" loginspace alice
	done
	is "FLT-12 PAM_SILENT: no sentence" "$(silent_denial)" ""
	# A helper that tells what environment it has got.
	printf '#!/bin/sh\nPATH=/bin\nwc -c </proc/$$/environ >%s\n' "$RIG/environ" >"$RIG/libexec/teller"
	chmod 700 "$RIG/libexec/teller"
	sed "s|helper=[^ ]*|any_service helper=$RIG/libexec/teller|" /etc/pam.d/loginspace >/etc/pam.d/teller
	(
		export LD_PRELOAD=/nowhere.so LD_LIBRARY_PATH=/tmp GLIBC_TUNABLES=glibc.malloc.check=3 \
			PATH=/tmp TMPDIR=/nowhere LOGINSPACE=9-9 LIBMOUNT_FORCE_MOUNT2=always
		drive_poisoned
	) 2>/dev/null
	is "PRV-13 the helper gets none of it" "$(<"$RIG/environ")" 0
	rm /etc/pam.d/teller "$RIG/libexec/teller"
}

drive_poisoned() {
	"$RIG/bin/pam_driver" loginspace alice "PATH=/usr/bin:/bin; $INSIDE" >"$RIG/driver" 2>&1
	is "PRV-13 a poisoned environment changes nothing" "$?" 0
	"$RIG/bin/pam_driver" teller alice true >/dev/null 2>&1
}

silent_denial() {
	sed -i "s|helper=[^ ]*|helper=/not/there|" /etc/pam.d/loginspace
	pam_driver --silent loginspace alice | grep '^error='
	pam_setup
}

names_test() {
	local name status shown
	# Users that PAM or an attacker may name. None exists; each must be denied, and logged quoted.
	for name in ../alice 'al ice' '%s%n' -x '' . $'al\nice' $'a\eb' "$(printf 'a%.0s' {1..256})" \
		4294967295 é; do
		log_mark
		timeout 30 pam_driver --quiet -- loginspace "$name" >/dev/null 2>&1
		status=$?
		shown=$(printf %q "${name:0:20}")
		is "PRV-15 user $shown is denied" "$status" 3
		unlike "PRV-15 user $shown: the log is one clean line" "$(log_ours)" $'\e|\nice'
		is "PRV-15 user $shown: one line" "$(log_ours | wc -l)" 1
	done
	# Real users with odd numbers and names.
	printf '%s\n' 'minus:x:4294967295:100::/:/bin/sh' 'fakeroot:x:0:100::/:/bin/sh' \
		'nobody2:x:65534:100::/:/bin/sh' 'big:x:4294967294:100::/:/bin/sh' >>/etc/passwd
	log_mark
	drive "PRV-16 uid -1 is refused" 3 loginspace minus
	check "PRV-16 uid -1: before anybody is asked" log_has 'denied: .*step=user errno=EINVAL'
	drive_either "PRV-16 uid 2^32-2" loginspace big
	drive "PRV-16 uid 65534 is a user as any other" 0 loginspace nobody2 '[ "$LOGINSPACE" = 65534-0 ]'
	drive "PRV-16 any name with uid 0 is exempt" 0 loginspace fakeroot '[ -z "$LOGINSPACE" ]'
}

# Whoever PAM_USER is when the session is opened, it is his alone, to its end.
renamed_test() {
	drive "PRV-17 another user before it is opened: the space is his" 0 \
		--rename bob loginspace alice '[ "${LOGINSPACE%-*}" = 2002 ]'
	drive "PRV-17 root before it is opened: exempt" 0 --rename root loginspace alice '[ -z "$LOGINSPACE" ]'
	for name in bob root; do
		log_mark
		# 4: close has done all, but libpam takes it for what the last open was.
		drive "PRV-17 $name in a session that is open: it stays what it was" 4 \
			--rename-open "$name" loginspace alice "$INSIDE"
		is "PRV-17 $name in a session that is open: refused" "$(value open-renamed)" 'System error'
		check "PRV-17 $name: and the log says why" log_has \
			"denied: user=\"$name\" .*step=user errno=EPERM .*detail=\"the session that is open is another user's\""
		check "PRV-17 $name: the end is hers" log_has 'close: space=2001-[0-9]* user="alice" uid=2001 '
	done
	log_mark
	drive "PRV-17 the same user once more" 0 --rename-open alice loginspace alice "$INSIDE"
	is "PRV-17 the same user once more: nothing changes" "$(value open-renamed)" Success
	check "PRV-17 the same user once more: the log says it" log_has 'twice: .*user="alice"'
}

# unconfinable NAME STEP REASON CMD...: denied for that reason, and not for what goes wrong later.
unconfinable() {
	local name=$1 step=$2 reason=$3
	shift 3
	log_mark
	"$@" "$RIG/bin/pam_driver" --quiet loginspace bob >/dev/null 2>&1
	is "$name: denied" $? 3
	check "$name: the log says why" wait_until 3 log_has "denied: .*step=$step errno=E[A-Z]+ .*detail=\"$reason"
}

# setns(2) would make the root of the mount namespace its root.
chroot_test() {
	mkdir "$RIG/elsewhere"
	mount --rbind / "$RIG/elsewhere"
	mount --make-rslave "$RIG/elsewhere"
	unconfinable "an application in a chroot" chroot 'the application runs in a chroot' chroot "$RIG/elsewhere"
	is "an application in a chroot: root gets in" \
		"$(chroot "$RIG/elsewhere" "$RIG/bin/pam_driver" --quiet loginspace root 'echo in')" in
	umount -l "$RIG/elsewhere"
	rmdir "$RIG/elsewhere"
	check "an application in a chroot: nothing is left" ledger_same_within 5 "$RIG/before"
}

unprivileged_test() {
	local -a user=(setpriv --reuid=2001 --regid=2001 --clear-groups)
	unconfinable "PRV-02 opened by a user" application 'the application does not run as root' "${user[@]}"
	unconfinable "PRV-02 opened by a fake root" application 'the application runs in a user namespace with mapped ids' \
		"${user[@]}" unshare -Ur
	unconfinable "PRV-02 opened by root in a user namespace with mapped ids" \
		application 'the application runs in a user namespace with mapped ids' unshare -Ur
	unconfinable "PRV-02 opened by who has a PID namespace for its children" \
		application 'the children of the application go to another PID namespace already' unshare --pid
	check "PRV-02 nothing is left" ledger_same_within 5 "$RIG/before"
}

ledger_write "$RIG/before"
plain_test
children_test
cleanup_test
death_test
hostile_test
names_test
renamed_test
chroot_test
unprivileged_test
