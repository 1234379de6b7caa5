# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What of the host's mounts and unmounts shows in a space that lives; which file systems a space keeps
# busy; and a host with very many mounts (LS_MOUNTS, 5000).
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

MANY=${LS_MOUNTS:-5000}

# by_driver USER CMD: what a login without ssh prints, or "denied".
by_driver() {
	timeout -k 5 20 pam_driver --quiet --cwd / loginspace "$1" "$2" 2>&1
	[[ $? -ne 3 ]] || echo denied
}

# home_user NAME UID HOME: one whose home is what it is.
home_user() {
	sed -i "/^$1:/d" /etc/passwd
	echo "$1:x:$2:$2::$3:/bin/bash" >>/etc/passwd
}

# pinned NAME yes|no LINES: may a file system on /srv/fs be freed while a space of these lines lives?
pinned() {
	local name=$1 want=$2 device
	shift 2
	policy '[default]' "$@"
	mount -t tmpfs -o mode=777 rig-fs /srv/fs
	mkdir -p /srv/fs/sub
	device=$(stat -c '%Hd:%Ld' /srv/fs)
	session_start p alice || not_ok "unmount, $name: she is in"
	check "unmount, $name: the host can" umount /srv/fs
	is "unmount, $name: is it pinned by the space" "$(pins "$device")" "$want"
	session_stop p
	is "unmount, $name: and by none when that has ended" "$(wait_until 5 free "$device" && pins "$device")" no
}

# Is a file system with this number in any mount table at all?
pins() {
	if grep -q "^[0-9]* [0-9]* $1 " /proc/[0-9]*/mountinfo 2>/dev/null; then
		echo yes
	else
		echo no
	fi
}

free() {
	[[ $(pins "$1") == no ]]
}

# arrives NAME LINES-AND-PLACES: does what the host mounts later show in there?
arrives() { # NAME PLACE WANTED LINES
	local name=$1 place=$2 want=$3
	shift 3
	policy '[default]' "$@"
	session_start p alice
	mount -t tmpfs -o mode=777 rig-late "$place"
	echo late >"$place/late"
	is "mounted later, $name" "$(session_do p "cat $place/late 2>/dev/null; touch $place/w 2>/dev/null && echo writable" | xargs)" "$want"
	umount "$place"
	session_stop p
}

propagation_test() {
	mkdir -p /srv/fs /srv/up/fs /srv/up/late /srv/late /home/alice/late /home/bob/late
	pinned "default" no
	pinned "hidden" no 'hide = /srv/fs'
	pinned "hidden above" no 'hide = /srv'
	pinned "tmpfs above" no 'tmpfs = /srv'
	pinned "read-only" no 'read_only = /srv/fs'
	pinned "read-only above" no 'read_only = /srv'
	pinned "system = ro" no 'system = ro'
	pinned "system = ro, writable" no 'system = ro' 'writable = /srv/fs'
	pinned "writable in read-only" no 'read_only = /srv' 'writable = /srv/fs'
	pinned "home = own" no 'home = own'
	pinned "bound" yes 'bind = /srv/fs:/srv/folder'
	pinned "bound, a folder of it" yes 'bind = /srv/fs/sub:/srv/folder'
	arrives "default" /srv/late "late writable"
	arrives "below a hidden folder" /srv/up/late "" 'hide = /srv/up'
	arrives "below a tmpfs" /srv/up/late "" 'tmpfs = /srv/up'
	arrives "on a hidden folder" /srv/late "" 'hide = /srv/late'
	arrives "system = ro" /srv/late "late writable" 'system = ro'
	arrives "in another home, home = own" /home/bob/late "" 'home = own'
	arrives "in her home, home = own" /home/alice/late "late writable" 'home = own'
}

# homes_pinned NAME yes|no LINES: the folder with the homes a file system of its own, as often.
homes_pinned() {
	local name="homes of their own, $1" want=$2 device
	shift 2
	mkdir -p /srv/home2
	mount -t tmpfs -o mode=755 rig-home2 /srv/home2
	install -d -o alice -g alice -m 700 /srv/home2/gina
	home_user gina 2106 /srv/home2/gina
	device=$(stat -c '%Hd:%Ld' /srv/home2)
	policy '[default]' "$@"
	hold_start g --cwd / loginspace gina true
	check "unmount, $name: the host can" umount /srv/home2
	is "unmount, $name: is it pinned by the space" "$(pins "$device")" "$want"
	hold_stop g
	check "unmount, $name: free when that has ended" wait_until 5 free "$device"
}

home_pinned_test() {
	homes_pinned "default" no
	homes_pinned "home = own" yes 'home = own'
	homes_pinned "system = ro" yes 'system = ro'
}

many_login() { # NAME LINES
	local name=$1 begin took out
	shift
	policy '[default]' "$@"
	begin=$(now_ms)
	out=$(by_driver alice 'echo in')
	took=$(($(now_ms) - begin))
	is "$MANY mounts of the host, $name: in" "$out" in
	check "$MANY mounts of the host, $name: soon" test "$took" -lt 5000
	printf '# %d mounts, %s: %d ms\n' "$MANY" "$name" "$took"
}

many_test() {
	local i limit
	limit=$(</proc/sys/fs/mount-max)
	if ((MANY * 3 > limit)); then
		skip "$MANY mounts of the host" "fs.mount-max is $limit"
		return
	fi
	many_make
	many_login "default"
	many_login "system = ro, home = own" 'system = ro' 'home = own'
	many_login "read_only above them" 'read_only = /srv'
	umount -l /srv/many
	check "$MANY mounts of the host: nothing is left" ledger_same_within 20 "$RIG/before"
}

# A tree of 50, bound as a whole as often as it takes: mount(8) reads the table each time.
many_make() {
	local i
	mkdir -p /srv/set /srv/many
	mount -t tmpfs rig-set /srv/set
	mount -t tmpfs rig-many /srv/many
	mount --make-private /srv/set
	mount --make-private /srv/many
	for ((i = 1; i < 50; i++)); do
		mkdir "/srv/set/$i"
		mount -n -t tmpfs rig-one "/srv/set/$i"
	done
	for ((i = 0; i < MANY / 50; i++)); do
		mkdir "/srv/many/$i"
		mount -n --rbind /srv/set "/srv/many/$i"
	done
	umount -l /srv/set
	mount --make-rshared /srv/many
	printf '# %d mounts on the host\n' "$(wc -l </proc/self/mountinfo)"
}

# The kernel gives up looking a path up in its cache whenever somebody mounts something at that moment;
# what is to stay writable must stay so all the same.
busy_test() {
	local -a jobs=()
	local i out denied=0
	policy '[default]' 'system = ro' 'home = own' 'read_only = /srv' 'writable = /srv/folder'
	chmod 777 /srv/folder
	for i in 1 2 3; do
		mkdir -p "/srv/busy$i"
		mounter "/srv/busy$i" &
		jobs+=($!)
	done
	for ((i = 0; i < ${LS_BUSY:-150}; i++)); do
		out=$(pam_driver --quiet --cwd-lost loginspace alice 'touch /home/alice/x /srv/folder/x /tmp/x && echo whole' 2>&1)
		[[ $out == *whole* ]] || denied=$((denied + 1))
	done
	is "PRV-07 mounts come and go all the time: every login is whole" "$denied" 0
	kill "${jobs[@]}"
	wait "${jobs[@]}" 2>/dev/null
	umount /srv/busy? 2>/dev/null
	rmdir /srv/busy?
	policy
}

mount -t tmpfs -o mode=755 rig-srv /srv
mkdir /srv/folder
start_sshd
pam_driver --quiet loginspace alice true
wait_until 5 no_space
sshd_settle
ledger_begin "$RIG/before"
propagation_test
home_pinned_test
busy_test
many_test
stop_sshd
