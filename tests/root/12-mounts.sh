# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# The mount tree of a space: the golden table, and what flows between it and the host.
. "$SOURCE/tests/rig/lib.bash"

# The topmost mount on a place: type, place, the options that say what it may do, propagation.
mount_of() {
	session_do a "awk -v at='$1' '\$5 == at' /proc/self/mountinfo | tail -n 1" |
		awk '{
			propagation = "private"
			for (i = 7; $i != "-"; i++) {
				sub(/:.*/, "", $i)
				propagation = $i == "master" ? "slave" : $i
			}
			kept = ""
			n = split($6, option, ",")
			for (j = 1; j <= n; j++)
				if (option[j] ~ /^(ro|rw|nosuid|nodev|noexec)$/)
					kept = kept "," option[j]
			print $(i + 1), $5, substr(kept, 2), propagation
		}'
}

golden_test() {
	local place want
	while read -r place want; do
		isolates like "ISO-11 mount on $place" "$(mount_of "$place")" "^$want\$"
	done <<-'END'
		/proc proc /proc rw,nosuid,nodev,noexec (private|slave)
		/sys sysfs /sys ro,nosuid,nodev,noexec (private|slave)
		/dev/pts devpts /dev/pts rw,nosuid,noexec (private|slave)
		/dev/shm tmpfs /dev/shm rw,nosuid,nodev (private|slave)
		/run/user tmpfs /run/user rw,nosuid,nodev (private|slave)
		/tmp tmpfs /tmp rw,nosuid,nodev (private|slave)
		/var/tmp tmpfs /var/tmp rw,nosuid,nodev (private|slave)
	END
	if [[ -d /dev/mqueue ]]; then
		isolates like "ISO-11 mount on /dev/mqueue" "$(mount_of /dev/mqueue)" \
			'^mqueue /dev/mqueue rw,nosuid,nodev,noexec (private|slave)$'
	fi
	isolates like "ISO-10 / is a slave of the host" "$(mount_of /)" ' slave$'
	isolates is "ISO-10 nothing in there is shared with anybody" \
		"$(session_do a 'grep -c " shared:" /proc/self/mountinfo')" 0
	isolates is "ISO-11 /proc is of the space" "$(session_do a 'cat /proc/1/comm; cat /proc/$$/comm' | tr "\n" " ")" "loginspace-init bash "
}

# Place and file system (its device number) of the topmost mount at each place.
places() {
	awk '{ device[$5] = $3 } END { for (place in device) print place, device[place] }' | sort
}

new_places_test() {
	local inside host
	inside=$(session_do a "cat /proc/self/mountinfo" | places)
	host=$(places </proc/self/mountinfo)
	isolates is "ISO-11 exactly these places have a mount of the space" \
		"$(comm -23 <(echo "$inside") <(echo "$host") | cut -d' ' -f1 | tr '\n' ' ')" \
		"$(new_places)"
	is "ISO-11 no place is missing" \
		"$(comm -13 <(cut -d' ' -f1 <<<"$inside" | sort) <(cut -d' ' -f1 <<<"$host" | sort))" ""
}

new_places() {
	[[ ! -d /dev/mqueue ]] || printf '/dev/mqueue '
	printf '%s ' /dev/pts /dev/shm /proc /run/user /sys /tmp /var/tmp
}

sys_test() {
	check "/sys/fs/cgroup is back" session_do a 'ls /sys/fs/cgroup | grep -q .'
	isolates check "/sys shows the network of the space" session_do a '[ "$(ls -I bonding_masters /sys/class/net)" = lo ] && grep -q " /sys ro" /proc/self/mountinfo'
	is "/sys/fs/cgroup is the same as on the host" \
		"$(session_do a 'ls /sys/fs/cgroup' | sort)" "$(find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)"
	check "/proc/sys and /sys take no writes" \
		session_do a '! echo x 2>/dev/null >/proc/sys/kernel/hostname && ! echo 1 2>/dev/null >/sys/kernel/uevent_seqnum'
}

propagation_test() {
	mkdir -p /srv/rig-x
	mount -t tmpfs rig-x /srv/rig-x
	touch /srv/rig-x/there
	check "ISO-10 a mount of the host shows inside" session_do a 'test -e /srv/rig-x/there'
	umount /srv/rig-x
	check "ISO-10 an unmount of the host takes it away inside" session_do a 'test ! -e /srv/rig-x/there'
	mkdir -p /run/user
	mount -t tmpfs rig-y /run/user
	mkdir -p /run/user/2001
	check "ISO-10 /run/user arrives" session_do a 'test -d /run/user/2001'
	umount /run/user
	isolates check "ISO-10 what is mounted inside stays inside" mount_inside
}

mount_inside() {
	run_as alice 'sudo mount -t tmpfs inside-only /srv/rig-x && grep -q inside-only /proc/self/mountinfo' || return 1
	! grep -q inside-only /proc/self/mountinfo
}

busy_test() {
	# The host can free a file system while a login has seen it, and was even in it once.
	mkdir -p /srv/rig-z
	mount -t tmpfs rig-z /srv/rig-z
	session_do a 'cd /srv/rig-z; cd; grep -c rig-z /proc/self/mountinfo' >/dev/null
	check "LEAK-05 the host unmounts without 'busy'" umount /srv/rig-z
	check "LEAK-05 and no space pins it" session_do a '! grep -q rig-z /proc/self/mountinfo'
}

start_sshd
cp /proc/self/mountinfo "$RIG/mounts.before"
check "alice logs in" session_start a alice
check "ISO-10 a login changes nothing in the host's mounts" cmp "$RIG/mounts.before" /proc/self/mountinfo
golden_test
new_places_test
sys_test
propagation_test
busy_test
session_stop a
umount -l /srv/rig-x 2>/dev/null
check "ISO-10 a logout changes nothing in the host's mounts" \
	wait_until 5 cmp "$RIG/mounts.before" /proc/self/mountinfo
rmdir /srv/rig-x /srv/rig-z 2>/dev/null
stop_sshd
