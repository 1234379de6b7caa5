# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# A user who is root of a user namespace of her own, in a space: nothing that is covered shows, and
# what is read-only stays so, in whatever way she takes mounts away, moves or copies them. ESC-03.
# And what users need such namespaces for works: bwrap, unshare --mount-proc.
#
# packages: bubblewrap
. "$SOURCE/tests/root/policy.bash"
needs_module

# Each of them shows on the host, as anybody may read it.
CANARIES=(/srv/hidden/canary /srv/hidden/file /srv/mem/canary /srv/dst/canary /home/bob/canary
	/home/below/deep/canary /tmp/canary /var/tmp/canary /dev/shm/canary /dev/canary /run/user/2002/canary)
# Each of them may be written to on the host, by anybody.
FOLDERS=(/srv/ro /srv/ro/mounted /srv/src /srv/w)
PLACES=(/ /srv /srv/hidden /srv/hidden/file /srv/mem /srv/ro /srv/ro/mounted /srv/ro/w /srv/src /srv/w
	/srv/dst /home /home/alice /tmp /var /var/tmp /dev /dev/shm /dev/pts /proc /sys /run /run/user)

places_make() {
	local path
	mount -t tmpfs -o mode=755 rig-srv /srv
	mkdir -p /srv/hidden /srv/mem /srv/ro/mounted /srv/ro/w /srv/src /srv/w /srv/dst /home/below/deep \
		/run/user/2002 /run/dbus
	mount -t tmpfs -o mode=777 rig-mounted /srv/ro/mounted
	chmod 755 /home/bob
	for path in "${CANARIES[@]}"; do
		echo canary >"$path"
	done
	for path in "${FOLDERS[@]}" /srv/ro/w; do
		chmod 777 "$path"
		: >"$path/old"
		chmod 666 "$path/old"
	done
	install -d -m 755 -o alice -g alice /home/alice/stage
}

# escape CANARIES -- FOLDERS: what the escaper says, as alice in a session.
escape() {
	local -a args=()
	local option=-c word
	for word in "$@"; do
		if [[ $word == -- ]]; then
			option=-r
		else
			args+=("$option" "$word")
		fi
	done
	run_as alice "$RIG/bin/escaper ${args[*]} /home/alice/stage ${PLACES[*]} 2>&1"
}

# holds NAME CANARIES -- FOLDERS
holds() {
	local name=$1 out
	shift
	out=$(escape "$@")
	is "ESC-03 $name: no way shows what is covered, or writes what is read-only" \
		"$(grep -v '^ways' <<<"$out" | head -n 20)" ""
	like "ESC-03 $name: all ways were tried, and some are possible" "$out" \
		"ways $((${#PLACES[@]} * 36)), of them [1-9][0-9]* possible"
	printf '# %s: %s\n' "$name" "$(tail -n 1 <<<"$out")"
}

# Users need that: containers, browsers, builds.
works() { # NAME
	is "$1: unshare -Urpf --mount-proc" "$(run_as alice 'unshare -Urpf --mount-proc sh -c "echo \$\$; cat /proc/1/comm" 2>&1' | xargs)" "1 sh"
	if ! command -v bwrap >/dev/null; then
		skip "$1: bwrap" "not installed"
		return
	fi
	is "$1: bwrap with /proc, /dev and /tmp of its own" "$(run_as alice \
		'bwrap --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp --unshare-all sh -c "echo x >/tmp/x && echo x >/dev/null && cat /proc/1/comm /tmp/x" 2>&1' | xargs)" \
		"bwrap x"
	is "$1: bwrap with her home" "$(run_as alice \
		'bwrap --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --bind $HOME $HOME --unshare-pid sh -c "echo x >~/x && cat ~/x; rm ~/x" 2>&1')" x
}

# mode NAME CANARIES -- FOLDERS, with the policy that is in force.
mode() {
	holds "$@"
	works "$1"
}

modes_test() {
	local lists=('hide = /srv/hidden' 'tmpfs = /srv/mem' 'read_only = /srv/ro' 'writable = /srv/ro/w'
		'bind = /srv/src:/srv/dst:ro' 'user_bus = hide' 'home = own')
	policy '[default]'
	mode "the defaults" /tmp/canary /var/tmp/canary /dev/shm/canary /run/user/2002/canary --
	policy '[default]' "${lists[@]}"
	mode "lists, home = own" "${CANARIES[@]/#\/dev\/canary//srv/hidden/canary}" -- /srv/ro /srv/ro/mounted /srv/dst
	check "lists: what is writable in there is" run_as alice 'echo x >>/srv/ro/w/old && touch /srv/ro/w/new'
	policy '[default]' "${lists[@]}" 'system = ro' 'private_dev = yes' 'system_bus = hide' 'hidepid = yes'
	mode "all of it, system = ro" "${CANARIES[@]}" -- "${FOLDERS[@]}" /srv/dst
	check "all of it: what is writable in there is" run_as alice 'echo x >>/srv/ro/w/old && touch /srv/ro/w/new'
	check "all of it: she can write at home" run_as alice 'touch ~/written && rm ~/written'
	policy '[default]' 'hide = /srv/hidden/file' 'private_tmp = /srv/instances' 'system = ro' 'network = host'
	mkdir -p /srv/instances
	mode "a kept /tmp, a hidden file" /srv/hidden/file /tmp/canary /var/tmp/canary /dev/shm/canary -- "${FOLDERS[@]}"
	policy '[default]' "${lists[@]}" 'root_overlay = tmpfs' 'private_dev = yes'
	mode "root_overlay = tmpfs" "${CANARIES[@]}" -- /srv/ro /srv/ro/mounted /srv/dst
}

# That the escaper finds what there is to find: on the host all of it, at once.
control_test() {
	local out path
	policy '[default]' 'isolate = no'
	out=$(escape "${CANARIES[@]}" -- "${FOLDERS[@]}")
	for path in "${CANARIES[@]}" "${FOLDERS[@]}"; do
		check "control: without a space $path is found" grep -qF "BREACH nothing  $path" <<<"$out"
	done
	check "control: a mount of the host over a canary can be bound around by root only" \
		test "$(grep -c FAILED <<<"$out")" -eq 0
}

start_sshd
places_make
if run_as alice 'unshare -Urm true' 2>/dev/null; then
	control_test
	modes_test
else
	skip_kernel "ESC-03 nested user namespaces" "not for users"
fi
umount /srv/ro/mounted
stop_sshd
