# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# The private rig: folders, users, services and programs that only the benchmark sees.
# Read by bench, whose settings it uses.

# The journal's socket stays, where there is one: writing to the log is a part of every login.
rig_run() {
	local journal=/run/systemd/journal kept=no

	if [[ -d $journal ]]; then
		exec 8<$journal
		kept=yes
	fi
	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir "$work"
	if [[ $kept == yes ]]; then
		mkdir -p $journal
		mount --no-canonicalize --bind /proc/self/fd/8 $journal || true
		exec 8<&-
	fi
}

# pam_newnet confines the members of the group newnet, so the user is made one of them.
rig_etc() {
	local file

	cp -a /etc/security /etc/passwd /etc/group "$work"
	rm -rf "$work"/security/loginspace.conf* "$work"/security/namespace.d
	echo "/tmp $work/instances/ user root" >"$work/security/namespace.conf"
	install -d -m 700 -o 64321 -g 64321 "$work/home"
	printf '%s\n' "$user:x:64321:64321::$work/home:/bin/sh" \
		"$crowd_user:x:64323:64323::$work/home:/bin/sh" >>"$work/passwd"
	sed -i '/^newnet:/d' "$work/group"
	printf '%s\n' "$user:x:64321:" "newnet:x:64322:$user" "$crowd_user:x:64323:" \
		>>"$work/group"
	policy_make
	mkdir -m 000 "$work/instances"
	for file in security passwd group; do
		mount --bind "$work/$file" "/etc/$file"
	done
}

# Every service is the empty one and one module more, so that the difference is the module's.
rig_service() {
	local name=$1

	shift
	{
		echo "auth required pam_permit.so"
		echo "account required pam_permit.so"
		echo "session required pam_permit.so"
		if (($#)); then
			echo "session required $*"
		fi
	} >"$work/pam/$name"
}

rig_services() {
	mkdir "$work/pam"
	rig_service other pam_deny.so
	rig_service empty
	rig_service loginspace "$build/pam_loginspace.so" \
		"helper=$build/loginspace-helper" any_service
	if [[ -n $before ]]; then
		rig_service before "$before/pam_loginspace.so" "helper=$before/loginspace-helper" any_service
	fi
	rig_service sections "$build/pam_loginspace.so" \
		"helper=$build/loginspace-helper" any_service "conf=$work/sections.conf"
	rig_service join "$build/pam_loginspace.so" \
		"helper=$build/loginspace-helper" any_service "conf=$work/join.conf"
	rig_service pam_namespace pam_namespace.so
	rig_service pam_newnet pam_newnet.so
}

rig_programs() {
	local cc=(cc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra)

	programs=$work/bin
	mkdir "$programs"
	"${cc[@]}" -o "$programs/floor" "$here"/floor.c "$here"/driver/*.c
	"${cc[@]}" -o "$programs/pam_bench" "$here"/pam_bench.c "$here"/driver/*.c -lpam
	"${cc[@]}" -o "$programs/spawn" "$here"/spawn.c
	"${cc[@]}" -o "$programs/logsink" "$here"/../rig/logsink.c
}

# Where there is no journal, one that forgets: to fail at it costs more than to write to it.
rig_log() {
	local socket=/run/systemd/journal/socket

	if [[ -S $socket ]]; then
		return
	fi
	mkdir -p "${socket%/*}"
	setpriv --pdeathsig KILL "$programs/logsink" "$socket" /dev/null &
	disown
	until [[ -S $socket ]]; do
		sleep 0.01
	done
}

# The same namespaces and mounts as a space's, on the host's own files.
rig_bundle() {
	mkdir -p "$work/bundle/rootfs" "$work/crun"
	mount --bind / "$work/bundle/rootfs"
	cat >"$work/bundle/config.json" <<-'END'
	{
		"ociVersion": "1.0.2",
		"process": {
			"terminal": false, "user": { "uid": 0, "gid": 0 }, "cwd": "/",
			"args": [ "/bin/true" ], "env": [ "PATH=/usr/bin:/bin" ]
		},
		"root": { "path": "rootfs", "readonly": false },
		"mounts": [
			{ "destination": "/proc", "type": "proc", "source": "proc" },
			{ "destination": "/sys", "type": "sysfs", "source": "sysfs",
			  "options": [ "nosuid", "noexec", "nodev", "ro" ] },
			{ "destination": "/dev/shm", "type": "tmpfs", "source": "shm" },
			{ "destination": "/tmp", "type": "tmpfs", "source": "tmpfs" },
			{ "destination": "/var/tmp", "type": "tmpfs", "source": "tmpfs" }
		],
		"linux": {
			"namespaces": [
				{ "type": "mount" }, { "type": "pid" }, { "type": "ipc" },
				{ "type": "uts" }, { "type": "network" }
			]
		}
	}
	END
}

# A root file system that has the host's /usr and nothing else of it: systemd-nspawn writes into it.
rig_tree() {
	local name

	mkdir -p "$work/tree/usr" "$work/tree/etc"
	mount --bind /usr "$work/tree/usr"
	for name in bin sbin lib lib32 lib64 libx32; do
		if [[ -L /$name ]]; then
			ln -s "usr/$name" "$work/tree/$name"
		elif [[ -d /$name ]]; then
			mkdir "$work/tree/$name"
			mount --bind "/$name" "$work/tree/$name"
		fi
	done
	cp /etc/os-release "$work/tree/etc/os-release"
}

# A host that forwards, with a way out. Nobody is at the other end of the cable.
rig_network() {
	ip link set lo up
	ip link add "$uplink" type veth peer name cable0
	ip link set "$uplink" up
	ip link set cable0 up
	ip addr add 192.0.2.1/24 dev "$uplink"
	ip addr add 2001:db8::1/64 dev "$uplink" nodad
	ip route add default via "$gateway4"
	ip -6 route add default via 2001:db8::ff dev "$uplink"
	echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
	ip netns add lab
	# With the mode that udev gives it, for pasta.
	if [[ -c /dev/net/tun ]]; then
		mknod -m 666 "$work/tun" c 10 200
		mount --bind "$work/tun" /dev/net/tun
	fi
}

rig_make() {
	rig_run
	rig_network
	rig_etc
	rig_programs
	rig_log
	rig_services
	options_make
	if command -v crun >/dev/null; then
		rig_bundle
	fi
	if command -v systemd-nspawn >/dev/null; then
		rig_tree
	fi
}
