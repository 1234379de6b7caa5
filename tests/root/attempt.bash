# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# The host that the programs attempt_*.c make their attempts at: places, processes, sockets, control groups,
# and what they are told of it. Sourced by 54-escapes.sh, after policy.bash.

# What the attempts are told: words NAME=VALUE for env(1).
TARGETS=()
target() {
	TARGETS+=("$1=$2")
}

places_make() {
	local path
	mount -t tmpfs -o mode=755 rig-srv /srv
	mkdir -p /srv/hidden /srv/ro /srv/shared /run/escape /run/systemd /run/dbus /run/user/2001
	mkdir -p /srv/{before,later}/{proc,sys,group,dev}
	chown alice /run/user/2001
	chmod 777 /srv/ro /srv/shared
	for path in /tmp /var/tmp /dev/shm /srv/hidden /srv/shared; do
		echo canary >"$path/canary"
	done
	[[ ! -d /dev/mqueue ]] || : >/dev/mqueue/canary
	mknod -m 600 /dev/escape-disk b 7 99
	mknod -m 600 /srv/shared/disk b 7 99
	mknod -m 600 /dev/mem c 1 1
	mknod -m 600 /dev/kmsg c 1 11
	install -d -o alice -g alice /home/alice/stage /home/alice/stage/proc
	target T_CANARIES /tmp/canary:/var/tmp/canary:/dev/shm/canary:/srv/hidden/canary
	target T_CANARY srv/hidden/canary
	target T_READ_ONLY /srv/ro
	target T_STAGE /home/alice/stage/proc
	target T_LINK rig0
	target T_BEFORE /srv/before
	target T_LATER /srv/later
	target T_DEVICE /dev/escape-disk
	target T_DEVICE_ELSEWHERE /srv/shared/disk
	target T_HANDLE_FOLDER /srv
	target T_HANDLE "$(attempt_namespace handle /srv/hidden/canary)"
	target T_INIT "$RIG/libexec/loginspace-init"
}

# As for a chroot. FOLDER is there already, with its folders.
elsewhere_make() { # FOLDER
	mount -t proc proc "$1/proc"
	mount -t sysfs sysfs "$1/sys"
	[[ $GROUP == - ]] || mount --bind "$GROUP" "$1/group"
	mount -t tmpfs -o mode=755 rig-dev "$1/dev"
	mknod -m 600 "$1/dev/disk" b 7 99
}

elsewhere_remove() { # FOLDER
	umount "$1/proc" "$1/sys" "$1/dev"
	[[ $GROUP == - ]] || umount "$1/group"
}

# Control groups of version 2, where a machine of today has them: one of the host's, one with sshd in it.
groups_make() {
	local name
	GROUP=- GROUPS_BOUND=
	GROUPS_AT=$(findmnt -rn -t cgroup2 -o TARGET | tail -n 1)
	if [[ -n $GROUPS_AT && $GROUPS_AT != /sys/fs/cgroup ]]; then
		mount --bind "$GROUPS_AT" /sys/fs/cgroup
		GROUPS_AT=/sys/fs/cgroup GROUPS_BOUND=yes
	fi
	name=escape-$RANDOM$RANDOM
	if [[ -n $GROUPS_AT ]] && mkdir "$GROUPS_AT/$name-host" 2>/dev/null; then
		GROUP=$GROUPS_AT/$name-host
		# The machine has them, and not the rig alone.
		trap groups_remove EXIT
		mkdir "$GROUPS_AT/$name-login"
		echo "$SSHD_PID" >"$GROUPS_AT/$name-login/cgroup.procs"
	fi
	target T_GROUP "$GROUP"
}

groups_remove() {
	if [[ $GROUP != - ]]; then
		wait_until 5 rmdir "$GROUP"
		wait_until 5 rmdir "${GROUP%-host}-login"
		GROUP=-
	fi
	[[ -z $GROUPS_BOUND ]] || umount /sys/fs/cgroup
	GROUPS_BOUND=
}

# A process of alice's, without a login.
as_alice() { # CMD ARGS
	setpriv --reuid=alice --regid=alice --clear-groups -- "$@"
}

# Likewise, in the background.
alice_start() { # CMD ARGS
	exec_alice "$@" &
	OTHERS+=($!)
}

exec_alice() {
	exec setpriv --reuid=alice --regid=alice --clear-groups -- "$@"
}

# A number that no process inside of a space has, so that it means the one outside.
pids_skip() {
	echo 20000 >/proc/sys/kernel/ns_last_pid
}

socket_of_root() { # PATH MODE
	attempt_host serve "$1" "$2" &
	OTHERS+=($!)
	wait_until 5 test -S "$1"
}

others_start() {
	local kind
	OTHERS=()
	target T_SOCKET /srv/shared/socket
	target T_ABSTRACT @loginspace-escape
	target T_PORT 4711
	target T_NUMBER 4711
	target T_KEY loginspace-escape
	target T_ORDERS /run/escape/orders
	target T_SYSTEMD /run/systemd/private
	target T_SYSTEM_BUS /run/dbus/system_bus_socket
	target T_BUS /run/user/2001/bus
	pids_skip
	unshare --net sleep 1000 &
	OTHERS+=($!)
	target T_ROOT $!
	alice_start env "${TARGETS[@]}" attempt_host doors >"$RIG/host.out"
	target T_SAME "${OTHERS[-1]}"
	wait_until 5 grep -q ready "$RIG/host.out"
	alice_start attempt_host serve /run/user/2001/bus 600
	socket_of_root /run/escape/orders 600
	socket_of_root /run/systemd/private 600
	socket_of_root /run/dbus/system_bus_socket 666
	attempt_host key loginspace-escape >/dev/null
	ptyrun -t 1000 -- sh -c "tty >$RIG/tty; exec sleep 1000" >/dev/null &
	OTHERS+=($!)
	wait_until 5 test -s "$RIG/tty"
	target T_TERMINAL "$(<"$RIG/tty")"
	for kind in mnt pid net ipc uts user cgroup; do
		target "NS_$kind" "$(readlink /proc/self/ns/$kind)"
	done
}

# Bob is in a space of his own, by the defaults.
bob_start() {
	policy '[default]'
	session_start b bob
	target T_REGISTRY "$(stat -c %d:%i /run/loginspace)"
	target T_OTHER_KEY "$(session_do b "$RIG/bin/attempt_host key loginspace-bob")"
	target T_OTHER "$(pgrep -u bob -x bash)"
}

host_make() {
	places_make
	others_start
	start_sshd
	groups_make
	elsewhere_make /srv/before
	bob_start
}

host_clear() {
	session_stop b
	kill "${OTHERS[@]}" 2>/dev/null
	wait "${OTHERS[@]}" 2>/dev/null
	stop_sshd
	elsewhere_remove /srv/before
	groups_remove
	ipcrm -M 4711
	umount /srv
}
