# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# A host that is not as it should be: the registry's folder (PRV-03), /proc and /sys (PRV-09), groups
# and name services (PRV-18), a helper that lies (PRV-19), too little memory, a wall around the
# application (FLT-13). A login works whole, or is denied with a reason, and nothing is left.
. "$SOURCE/tests/root/policy.bash"
needs_module

WHOLE='[ "$(cat /proc/1/comm)" = loginspace-init ] && [ "$(stat -f -c %T /proc)" = proc ] && echo whole'

no_init() {
	! pgrep -x loginspace-init
}

# outcome CMD: CMD is, or ends in, a pam_driver that runs WHOLE. "whole", "denied" with one line in
# the log, or what else it was.
outcome() {
	local out status
	log_mark
	out=$("$@" 2>&1)
	status=$?
	if [[ $status -eq 0 && $out == *whole* ]]; then
		echo whole
	elif [[ $status -eq 3 && $(log_count 'denied: user="alice".* step=[a-z_]+ errno=E') == 1 ]]; then
		echo denied
	else
		echo "status $status: $out $(log_ours)"
	fi
}

driver() {
	timeout 30 pam_driver --quiet loginspace alice "$WHOLE"
}

# strange NAME WANTED CMD: and the next login, without all that, is whole.
strange() {
	local name=$1 wanted=$2
	shift 2
	OUTCOME=$(outcome "$@")
	like "$name: $wanted" "$OUTCOME" "^($wanted)\$"
	[[ $wanted == "$OUTCOME" ]] || printf '# %s\n' "$OUTCOME"
	check "$name: nothing is left" ledger_same_within 5 "$RIG/before"
}

# --- PRV-03 --------------------------------------------------------------------------------------

registry_test() {
	chown alice /run/loginspace
	strange "PRV-03 the registry's folder is alice's" denied driver
	chown root /run/loginspace
	chmod 755 /run/loginspace
	strange "PRV-03 others may look into it" denied driver
	chmod 700 /run/loginspace
	mv /run/loginspace /run/away
	ln -s away /run/loginspace
	strange "PRV-03 a link leads to it" denied driver
	rm /run/loginspace
	mv /run/away /run/loginspace
	strange "PRV-03 mended" whole driver
}

# --- PRV-09 --------------------------------------------------------------------------------------

# in_mounts SHELL WORDS: a login in a mount namespace where that has been done before.
in_mounts() {
	unshare --mount --propagation private bash -c "$1 && exec pam_driver --quiet loginspace alice '$WHOLE'"
}

FAKES='mkdir -p /proc/self/ns /proc/sys/net/ipv4 && echo untouched | tee /proc/sys/net/ipv4/ping_group_range >/proc/self/uid_map'

proc_test() {
	strange "PRV-09 /proc with hidepid=2" whole in_mounts 'mount -o remount,hidepid=2 /proc'
	strange "PRV-09 /proc with subset=pid" 'whole|denied' in_mounts 'mount -t proc -o subset=pid proc /proc'
	strange "PRV-09 /proc covered by a tmpfs" 'whole|denied' in_mounts 'mount -t tmpfs tmpfs /proc'
	strange "PRV-09 /proc read-only" 'whole|denied' in_mounts 'mount -o remount,ro /proc'
	strange "PRV-09 no /proc" 'whole|denied' in_mounts 'umount -l /proc'
	strange "PRV-09 no /sys" 'whole|denied' in_mounts 'umount -l /sys'
	strange "PRV-09 /sys covered by a tmpfs" 'whole|denied' in_mounts 'mount -t tmpfs tmpfs /sys'
	strange "PRV-09 /sys/fs/cgroup covered by a tmpfs" whole in_mounts 'mount -t tmpfs tmpfs /sys/fs/cgroup'
	mkdir "$RIG/proc"
	strange "PRV-09 /proc is a folder of files that look like it" 'whole|denied' \
		in_mounts "mount --bind $RIG/proc /proc && $FAKES"
	is "PRV-09 nothing is written into those" "$(cat "$RIG"/proc/sys/net/ipv4/* "$RIG"/proc/self/uid_map | sort | uniq -c | xargs)" \
		"2 untouched"
	rm -r "$RIG/proc"
}

# --- PRV-18 --------------------------------------------------------------------------------------

groups_test() {
	local begin took
	cp /etc/group "$RIG/group"
	awk 'BEGIN { for (i = 0; i < 65536; i++) printf "many%d:x:%d:alice\n", i, 100000 + i }' >>/etc/group
	policy '[default]' 'hostname = few' '[match group=many65535]' 'hostname = many'
	begin=$(now_ms)
	strange "PRV-18 a user in 65,536 groups" whole driver
	took=$(($(now_ms) - begin))
	check "PRV-18 in good time (took $took ms)" test $took -lt 5000
	is "PRV-18 and the section of the last one holds" "$(pam_driver --quiet loginspace alice 'uname -n')" many
	cp "$RIG/group" /etc/group
}

nss_test() {
	local mood begin took
	mkdir "$RIG/nss.d"
	if ! "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -shared -fPIC -o "$RIG/nss.d/libnss_rig.so.2" \
		"$SOURCE/tests/root/nss/libnss_rig.c"; then
		not_ok "PRV-18 the name service is built"
		return
	fi
	# The cache of the dynamic linker is in /etc, and so the rig's own.
	echo "$RIG/nss.d" >/etc/ld.so.conf.d/rig.conf
	ldconfig
	sed -i 's/^group:.*/group: files rig/' /etc/nsswitch.conf
	policy '[default]' 'hostname = outsider' '[match group=rigstaff]' 'hostname = staff'
	echo yes >"$RIG/nss"
	is "PRV-18 a name service that works" "$(pam_driver --quiet loginspace alice 'uname -n' 2>&1)" staff
	is "PRV-18 who is not in that group" "$(pam_driver --quiet loginspace bob 'uname -n' 2>&1)" outsider
	for mood in again unavailable unknown abort short; do
		echo $mood >"$RIG/nss"
		strange "PRV-18 a name service that says '$mood'" denied driver
	done
	echo slow >"$RIG/nss"
	begin=$(now_ms)
	strange "PRV-18 one that does not answer" denied driver
	took=$(($(now_ms) - begin))
	check "PRV-18 the deadline holds ($took ms)" test $took -lt 14000
	sed -i 's/^group:.*/group: files absent/' /etc/nsswitch.conf
	strange "PRV-18 one that is not installed" denied driver
	sed -i 's/^group:.*/group: files/' /etc/nsswitch.conf
	policy
	rm /etc/ld.so.conf.d/rig.conf
	ldconfig
}

# --- PRV-19 --------------------------------------------------------------------------------------

# pam_driver says when any of its files, namespaces or other properties is not what it was.
lies_test() {
	local mode
	for mode in exit0 kill zeros ones short long echo fds own joinfirst hostinit nopidfd deadinit twice \
		madedeny foundhost foundfirst; do
		install -m 700 "$RIG/bin/fakehelper" "$RIG/libexec/fakehelper-$mode"
		with_helper "$RIG/libexec/fakehelper-$mode"
		strange "PRV-19 a helper that does '$mode'" denied driver
	done
	with_helper "$HELPER"
}

# --- FLT-13 --------------------------------------------------------------------------------------

walled_test() {
	local name call errno full
	while read -r name call errno; do
		full="FLT-13 a wall: $name"
		# pam_driver looks whether all of its namespaces and files are what they were.
		[[ $name != setns ]] || full="FLT-03 the join fails: nothing of the application has changed"
		strange "$full" denied walled "$call" "$errno" pam_driver --quiet loginspace alice "$WHOLE"
	done < <(echo '#include <errno.h>
		#include <sys/syscall.h>
		"clone3-EPERM" SYS_clone3 EPERM
		"clone3-ENOSYS" SYS_clone3 ENOSYS
		"setns" SYS_setns EPERM
		"mount_setattr" SYS_mount_setattr EPERM
		"fsopen" SYS_fsopen EPERM
		"pidfd_open" SYS_pidfd_open ENOSYS
		"capset" SYS_capset EPERM
		"prctl" SYS_prctl EINVAL' | "${CC:-cc}" -E -P - | sed -n 's/^[[:space:]]*"\(.*\)" \([0-9]\)/\1 \2/p')
	like "FLT-13 behind a wall that does not matter" "$(outcome walled 9999 1 pam_driver --quiet loginspace alice "$WHOLE")" whole
}

# The helper, and so init, in a control group with less and less memory, until it does not fit and the
# kernel kills one of them.
memory_test() {
	local root=/sys/fs/cgroup/memory limit folder seen=
	if [[ ! -w $root/memory.limit_in_bytes ]]; then
		skip_kernel "FLT-13 too little memory" "no memory control group of version 1"
		return
	fi
	folder=$(mktemp -d $root/rig.XXXXXX)
	printf '#!/bin/sh\necho $$ >%s/cgroup.procs\nexec %s\n' "$folder" "$HELPER" >"$RIG/libexec/poor"
	chmod 700 "$RIG/libexec/poor"
	with_helper "$RIG/libexec/poor"
	for limit in 64M 2M 1600K 1200K 1000K 800K 600K 400K; do
		echo $limit >"$folder/memory.limit_in_bytes"
		strange "FLT-13 $limit of memory for helper and init" 'whole|denied' driver
		seen+=" $OUTCOME"
	done
	like "FLT-13 memory: there was enough, and too little" "$seen" '^ whole .*denied'
	with_helper "$HELPER"
	wait_until 5 rmdir "$folder"
}

pam_setup
outcome driver >/dev/null # makes /run/loginspace
wait_until 5 no_init
ledger_write "$RIG/before"
strange "as it should be" whole driver
registry_test
proc_test
groups_test
nss_test
lies_test
walled_test
memory_test
