# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# No way back: what the init of a space has open leads to nothing of the host's, not even for root
# inside; and what a daemon of the host makes later in a folder that is covered does not show.
#
# packages: busybox-static
. "$SOURCE/tests/root/policy.bash"
needs_module

small_make() { # DIR
	local dir
	for dir in bin etc home root proc sys dev run tmp var/tmp; do
		install -d -m 755 "$1/$dir"
	done
	cp "$(command -v busybox)" "$1/bin/busybox"
	chroot "$1" /bin/busybox --install -s /bin
	printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$1/bin/bash"
	chmod 755 "$1/bin/bash"
	grep '^alice:' /etc/passwd >"$1/etc/passwd"
}

# Where ".." of each folder that init has open leads, as root inside sees it: nowhere, and from /proc to
# the root of the space, where root inside is anyway.
reach_test() { # NAME LINES
	local name=$1 init fd up folders=0
	shift
	policy '[default]' "$@"
	session_start s alice
	init=$(space_init "$(session_do s 'readlink /proc/self/ns/pid')")
	for fd in "/proc/$init/fd"/*; do
		[[ -d $fd ]] || continue
		folders=$((folders + 1))
		up=$(nsenter -t "$init" -m -p -- /bin/sh -c "cd -P /proc/1/fd/${fd##*/} && stat -c %d:%i .. ../../..")
		if [[ $(stat -L -f -c %T "$fd") == proc ]]; then
			is "$name: from /proc, init's fd ${fd##*/}, the way leads up to the space's root" "$up" \
				"$(nsenter -t "$init" -m -p -- /bin/sh -c 'stat -c %d:%i / /')"
			is "$name: it is the space's /proc" "$(readlink "$fd/1/ns/pid")" "$(readlink "/proc/$init/ns/pid")"
		else
			is "$name: from init's fd ${fd##*/} no way leads up" "$up" \
				"$(stat -L -c %d:%i "$fd" && stat -L -c %d:%i "$fd")"
		fi
	done
	is "$name: init has two folders open" "$folders" 2
	is "$name: its root and its working folder are the space's" \
		"$(nsenter -t "$init" -m -p -- /bin/sh -c 'stat -L -c %d:%i /proc/1/root /proc/1/cwd / | sort -u | wc -l')" 1
	session_stop s
}

# user_bus and system_bus hide what is not there yet.
later_test() {
	rm -rf /run/user /run/dbus
	policy '[default]' 'system_bus = hide'
	session_start s alice
	mkdir -p /run/user/2001 /run/dbus
	echo bus | tee /run/user/2001/bus >/run/dbus/system_bus_socket
	chmod -R a+rX /run/user /run/dbus
	is "user_bus = hide: what the host makes later does not show" \
		"$(session_do s 'cat /run/user/2001/bus 2>&1 | sed "s/.*: //"')" "No such file or directory"
	is "system_bus = hide: neither" \
		"$(session_do s 'cat /run/dbus/system_bus_socket 2>&1 | sed "s/.*: //"')" "Permission denied"
	session_stop s
	is "the folders are root's, as systemd makes them" "$(stat -c '%u:%g %a' /run/user /run/dbus | sort -u)" "0:0 755"
}

# A login from inside is known as one, whatever lies in the way.
nested_test() {
	policy '[default]' 'nested = deny' 'hide = /var/run/loginspace'
	log_mark
	refused "hide = /var/run/loginspace: denied" alice
	check "and the log says why" log_line 'denied: .*hide = /var/run/loginspace is not possible'
}

start_sshd
small_make "$RIG/small"
reach_test "default"
reach_test "root = DIR" "root = $RIG/small"
reach_test "root_overlay" 'root_overlay = tmpfs'
later_test
nested_test
stop_sshd
