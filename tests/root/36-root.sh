# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# Another root file system: root = DIR, and root_overlay over it or over the host's.
#
# packages: busybox-static sudo dpkg
. "$SOURCE/tests/root/policy.bash"
needs_module

SMALL=$RIG/small # a root file system with busybox and nothing else
OTHER=$SOURCE/build/otherroot # see 36-root.before
KEPT=$RIG/kept
SFTP=internal-sftp

eval "rig_$(declare -f sshd_config)"
sshd_config() {
	rig_sshd_config | sed "s,^Subsystem .*,Subsystem sftp $SFTP,"
}

small_make() { # DIR
	local dir
	for dir in bin etc home root proc sys dev run tmp var/tmp srv/data mnt; do
		install -d -m 755 "$1/$dir"
	done
	chmod 1777 "$1/tmp" "$1/var/tmp"
	cp "$(command -v busybox)" "$1/bin/busybox"
	chroot "$1" /bin/busybox --install -s /bin
	printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$1/bin/bash"
	chmod 755 "$1/bin/bash"
	accounts_copy "$1"
	echo small >"$1/etc/marker"
}

# What a root file system has to know of the users itself.
accounts_copy() { # DIR
	grep -E '^(alice|bob|carol):' /etc/passwd | sed 's,/bin/bash,/bin/sh,' >>"$1/etc/passwd"
	grep -E '^(alice|bob|carol):' /etc/group >>"$1/etc/group"
	grep -q '^root:' "$1/etc/passwd" || echo 'root:x:0:0::/root:/bin/sh' >>"$1/etc/passwd"
}

sftp_batch() {
	printf '%s\n' "$@" | sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1
}

small_test() {
	local out
	ledger_begin "$RIG/before"
	policy '[default]' "root = $SMALL" "bind = $RIG/shared:/srv/data"
	is "root: a login has it" "$(run_as alice 'cat /etc/marker')" small
	is "root: the helper's log line is there" "$(log_count 'open: user="alice"')" 1
	is "root: nothing of the host's below /" "$(run_as alice 'ls / | tr "\n" " "')" \
		"bin dev etc home mnt proc root run srv sys tmp var "
	is "root: nor in /run" "$(run_as alice 'ls /run /run/user | tr -s "\n" " "')" \
		"/run: loginspace user /run/user: 2001 "
	is "root: the home folder is there" "$(run_as alice 'pwd; echo mine >kept; stat -c %u:%a .')" \
		$'/home/alice\n2001:700'
	is "root: and is that of the host" "$(</home/alice/kept)" mine
	is "root: alone" "$(run_as alice 'ls /home')" alice
	is "root: a bind is there" "$(run_as alice 'cat /srv/data/file')" shared
	is "root: ps shows the processes of the login" \
		"$(run_as alice 'ps -o user,comm | sed 1d | sort -u | tr -s " " | grep -v "^alice "')" "root loginspace-init"
	is "root: /tmp can be written" "$(run_as alice 'echo x >/tmp/x && cat /tmp/x')" x
	is "root: cannot be written by others" "$(run_as alice 'echo x 2>/dev/null >/x; echo $?')" 1
	out=$(ptyrun -e '$ ' -s 'tty; cat /etc/mark""er\r' -e small -s 'exit 4\r' -- \
		ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt alice@127.0.0.1 2>&1)
	is "root: a terminal" $? 4
	like "root: which has a name" "$out" '/dev/pts/[0-9]+'
	check "root: sftp" sftp_batch "get /etc/marker $RIG/marker.sftp" "put $RIG/key.pub up.sftp"
	is "root: sftp sees it, too" "$(cat "$RIG/marker.sftp")" small
	is "root: one mount on top of it all" \
		"$(run_as alice 'grep -c " / / " /proc/self/mountinfo; grep -c rig-stage /proc/self/mountinfo')" $'0\n0'
	policy '[default]' "root = $SMALL" 'private_dev = yes'
	is "root: with a /dev of its own" "$(run_as alice 'cat /etc/marker; echo x >/dev/null; ls /dev/rig-only 2>/dev/null')" small
	check "root: nothing is left" ledger_same_within 5 "$RIG/before"
}

# SEARCH: from every folder that a process may reach through /proc, up as far as it goes.
SEARCH='
seen=0
look() {
	( cd -P "$1" 2>/dev/null || exit 0
	i=0; while [ $i -lt 30 ]; do
		for at in . ./run/rig ./rig; do [ ! -e $at/host-only ] || echo "$1: $at"; done
		cd -P .. ; i=$((i + 1))
	done )
	seen=$((seen + 1))
}
for p in /proc/[0-9]* /proc/self /proc/thread-self; do
	for l in $p/cwd $p/root $p/fd/*; do [ ! -d $l ] || look $l; done
done
look /; look /proc/self/cwd/..
[ $seen -gt 3 ] && echo searched'

# With all capabilities of a user namespace of her own.
UNCOVER='
try() { "$@" >/dev/null 2>&1; cat /run/rig/host-only /rig/host-only /host-only /mnt/run/rig/host-only /tmp/o/run/rig/host-only 2>/dev/null; }
try umount -l /run; try umount /run; try umount -l /home; try umount -l /dev; try umount -l /tmp
try umount -l /srv/data; try umount -l /; try umount /
mkdir -p /tmp/o; try mount -o move / /tmp/o; try mount -o move /run /tmp/o
try mount -o bind / /tmp/o; try mount -o rbind / /tmp/o
try mount -o remount,bind,rw /
cd /tmp/o && mkdir -p old 2>/dev/null
try pivot_root . tmp; try pivot_root . old; try pivot_root / /; try pivot_root . .
try umount -l .; try umount -l /; try chroot . /bin/ls; try chroot .. /bin/ls
cd /; try cat ../run/rig/host-only; ls /etc/marker; echo tried'

escape_test() {
	local out
	echo host >"$RIG/host-only"
	chmod 644 "$RIG/host-only"
	policy '[default]' "root = $SMALL" "bind = $RIG/shared:/srv/data"
	is "root: no folder of a process leads to the host" "$(run_as alice "$SEARCH")" searched
	is "root: /proc/1/root is not for alice" "$(run_as alice 'ls /proc/1/root/ >/dev/null 2>&1; echo $?')" 1
	is "root: alice cannot change her root" "$(run_as alice 'chroot /tmp /bin/ls >/dev/null 2>&1; echo $?')" 1
	out=$(run_as alice "unshare -Urm sh -c '$UNCOVER'" 2>&1)
	if [[ $out == *"unshare:"* ]]; then
		skip_kernel "root: what a user namespace uncovers" "$out"
	else
		is "root: nothing to uncover in a user namespace" "$out" $'/etc/marker\ntried'
	fi
	session_start one alice
	is "root: enter leads into it" "$("$COMMAND" enter 2001-0 -- /bin/cat /etc/marker 2>&1)" small
	is "root: the init of the space, too" \
		"$(cat "/proc/$("$COMMAND" list --json | jq -r '.[0].init_pid')/root/etc/marker")" small
	session_stop one
}

# The log socket where journald has it.
log_test() {
	local sink
	mkdir -p /run/systemd/journal
	mv /dev/log /dev/log.away
	logsink /run/systemd/journal/dev-log "$RIG/log/elsewhere" &
	sink=$!
	wait_until 5 test -S /run/systemd/journal/dev-log
	ln -s /run/systemd/journal/dev-log /dev/log
	policy '[default]' "root = $SMALL"
	run_as alice 'logger -t loginspace-rig from-inside'
	check "root: /dev/log leads to the host's log" wait_until 3 grep -q from-inside "$RIG/log/elsewhere"
	is "root: and there is nothing else in /run" "$(run_as alice 'ls /run /run/systemd /run/systemd/journal | tr -s "\n" " "')" \
		"/run: loginspace systemd user /run/systemd: journal /run/systemd/journal: dev-log "
	kill $sink
	wait $sink 2>/dev/null
	mv /dev/log.away /dev/log
	rm -r /run/systemd
}

other_test() {
	local name
	name=$(. "$OTHER/etc/os-release" 2>/dev/null && echo "$VERSION_CODENAME")
	if [[ -z $name || ! -e $OTHER/etc/$name.complete ]]; then
		skip "root: another release" "no $OTHER"
		return
	fi
	mkdir "$RIG/other"
	mount --bind "$OTHER" "$RIG/other"
	# The tree is used again: what this run changes is in memory.
	mount -t tmpfs rig "$RIG/other/mnt"
	cp -a "$OTHER/etc" "$RIG/other/mnt/etc"
	mount --bind "$RIG/other/mnt/etc" "$RIG/other/etc"
	umount -l "$RIG/other/mnt"
	accounts_copy "$RIG/other"
	isnt "root: another release than the host's" "$name" "$(. /etc/os-release && echo "$VERSION_CODENAME")"
	stop_sshd
	SFTP=/usr/lib/openssh/sftp-server
	start_sshd
	policy '[default]' "root = $RIG/other"
	is "root: a login in $name" "$(run_as alice '. /etc/os-release; echo $VERSION_CODENAME; id -un')" "$name"$'\nalice'
	check "root: sftp with the program of $name" sftp_batch "get /etc/os-release $RIG/release" "put $RIG/key.pub up.other"
	check "root: which sees $name" grep -q "VERSION_CODENAME=$name" "$RIG/release"
	is "root: dpkg of $name" "$(run_as alice "dpkg-query -W -f '\${Status}' openssh-sftp-server")" "install ok installed"
	umount -R "$RIG/other"
}

package_make() {
	install -d "$RIG/package/DEBIAN" "$RIG/package/usr/local/rig"
	printf '%s\n' 'Package: rig-hello' 'Version: 1' 'Architecture: all' 'Maintainer: rig <rig@localhost>' \
		'Description: nothing' >"$RIG/package/DEBIAN/control"
	printf '#!/bin/sh\necho hello\n' >"$RIG/package/usr/local/rig/hello"
	chmod 755 "$RIG/package/usr/local/rig/hello"
	chown bob:bob "$RIG/package/usr/local/rig/hello"
	dpkg-deb --build "$RIG/package" /home/alice/hello.deb >/dev/null
	chmod 644 /home/alice/hello.deb
}

overlay_test() {
	local dpkg
	package_make
	dpkg=$(sha256sum </var/lib/dpkg/status)
	ledger_begin "$RIG/before"
	policy '[default]' 'root_overlay = tmpfs' 'writable = /var/log' 'user_bus = keep'
	session_start one alice
	is "overlay: the host's root" "$(session_do one 'stat -c %i /bin/bash')" "$(stat -c %i /bin/bash)"
	is "overlay: root inside writes" \
		"$(session_do one 'sudo sh -c "echo x >/usr/local/rig-file" && cat /usr/local/rig-file')" x
	check "overlay: nothing of it on the host" test ! -e /usr/local/rig-file
	is "overlay: with owners, modes, devices and links" "$(session_do one 'cd /usr/local && sudo sh -c "
		mkdir -m 2775 rig; touch rig/a; chown alice:bob rig/a; chmod 6750 rig/a; mknod rig/null c 1 3; ln -s a rig/l; rm -r games" &&
		stat -c "%U:%G %a %F" rig rig/a rig/null rig/l; test ! -e games && echo removed')" "$(overlay_stats)"
	check "overlay: what was removed inside is there on the host" test -d /usr/local/games
	is "overlay: what is the host's stays hers alone" \
		"$(session_do one 'cat /etc/shadow 2>/dev/null; echo x 2>/dev/null >/usr/local/mine; echo $?')" 1
	is "overlay: other file systems of the host cannot be written" \
		"$(session_do one 'sudo touch /etc/rig-file 2>/dev/null; echo $?')" 1
	like "overlay: dpkg installs" "$(session_do one 'sudo dpkg -i /home/alice/hello.deb && /usr/local/rig/hello; stat -c %U /usr/local/rig/hello')" \
		$'hello\nbob'
	is "overlay: a capability of a file" \
		"$(session_do one 'sudo cp /bin/true /usr/local/cap; sudo setcap cap_net_raw+p /usr/local/cap 2>/dev/null || sudo python3 -c "import os; os.setxattr(\"/usr/local/cap\", \"security.capability\", bytes.fromhex(\"0000000200200000000000000000000000000000\"))"; echo $?')" 0
	is "overlay: the host's packages are what they were" "$(sha256sum </var/lib/dpkg/status)" "$dpkg"
	check "overlay: and their files" test ! -e /usr/local/rig
	session_do one 'echo here >/home/alice/in-home'
	is "overlay: the home folder is the host's" "$(cat /home/alice/in-home)" here
	is "overlay: what is writable, too" \
		"$(session_do one 'sudo touch /var/log/rig-log'; ls /var/log/rig-log)" /var/log/rig-log
	is "overlay: nested logins" "$(session_do one 'sudo su bob -c "cat /proc/1/comm; id -un"')" $'loginspace-init\nbob'
	# An overlay upon two is more than any kernel does.
	log_mark
	session_do one 'sudo su alice -c "sudo su bob -c id"' >/dev/null
	like "overlay: the second nested login is denied" "$(log_line 'denied: ')" 'errno=EINVAL .*two overlays'
	session_stop one
	is "overlay: the next login finds none of it" "$(run_as alice 'ls -d /usr/local/rig* /usr/local/games 2>/dev/null')" /usr/local/games
	policy '[default]' 'root_overlay = tmpfs' 'tmp_size = 1m'
	is "overlay: tmp_size bounds it" \
		"$(run_as alice 'sudo sh -c "head -c 2000000 /dev/zero >/usr/local/rig-big"; stat -c %s /usr/local/rig-big' 2>/dev/null)" 1048576
	check "overlay: nothing is left" ledger_same_within 5 "$RIG/before"
}

overlay_stats() {
	printf '%s\n' 'root:root 2775 directory' 'alice:bob 6750 regular empty file' 'root:root 644 character special file' \
		'root:root 777 symbolic link' removed
}

overlay_root_test() {
	policy '[match user=root]' 'isolate = yes' "root = $SMALL" 'root_overlay = tmpfs'
	is "overlay over another root" "$(run_as root 'cat /etc/marker; echo x >/etc/new; cat /etc/new')" $'small\nx'
	check "overlay over another root: not written to" test ! -e "$SMALL/etc/new"
	mkdir "$SMALL/mnt/file-system"
	mount -t tmpfs -o mode=755 'a rig' "$SMALL/mnt/file-system"
	touch "$SMALL/mnt/file-system/there"
	is "overlay over another root: what is mounted in it" \
		"$(run_as root 'ls /mnt/file-system; touch /mnt/file-system/new 2>/dev/null; echo $?')" $'there\n1'
	umount "$SMALL/mnt/file-system"
	hung_test deaf
	hung_test mute
}

# A user's file system that never answers holds nobody up.
hung_test() { # KIND
	local hung begin
	install -d -m 700 -o bob "$SMALL/mnt/bob"
	mkdir "$SMALL/mnt/bob/hung"
	mkfifo "$RIG/hung.in"
	hungfuse "$1" "$SMALL/mnt/bob/hung" 2002 <"$RIG/hung.in" >"$RIG/hung.out" 2>&1 &
	hung=$!
	exec {hung_in}>"$RIG/hung.in"
	wait_until 5 grep -q ready "$RIG/hung.out"
	policy '[default]' "root = $SMALL" 'root_overlay = tmpfs'
	begin=$(now_ms)
	is "overlay over a $1 file system of another user's: in" "$(run_as alice 'cat /etc/marker')" small
	check "overlay over a $1 file system of another user's: at once" test $(($(now_ms) - begin)) -lt 3000
	exec {hung_in}>&-
	wait $hung
	rm -r "$RIG/hung.in" "$SMALL/mnt/bob"
}

kept_test() {
	install -d -m 755 "$KEPT"
	policy '[default]' 'scope = user' "root_overlay = $KEPT"
	is "overlay that is kept: a login writes" "$(run_as alice 'sudo sh -c "echo x >/usr/local/rig-file"; cat /usr/local/rig-file')" x
	wait_until 5 no_space
	is "overlay that is kept: the next finds it" "$(run_as alice 'cat /usr/local/rig-file')" x
	check "overlay that is kept: nothing of it on the host" test ! -e /usr/local/rig-file
	is "overlay that is kept: another user has another" "$(run_as bob 'ls /usr/local/rig-file 2>/dev/null')" ""
	is "overlay that is kept: root's alone" "$(stat -c '%u %a' "$KEPT/2001" | sort -u)" "0 700"
	is "overlay that is kept: ten logins, one after another" "$(for i in 1 2 3 4 5 6 7 8 9 10; do
		run_as alice 'cat /usr/local/rig-file'; done | uniq -c | tr -s ' ')" " 10 x"
	wait_until 5 no_space
	mkdir "$RIG/in-use"
	mount -t overlay -o "lowerdir=/,upperdir=$KEPT/2001/upper,workdir=$KEPT/2001/work" rig "$RIG/in-use"
	wrong "overlay that is kept, and in use" 'errno=EBUSY .*another space of this user' 'scope = user' "root_overlay = $KEPT"
	{ sleep 1; umount "$RIG/in-use"; } &
	is "overlay that is kept: a login waits until it is free" "$(run_as alice 'cat /usr/local/rig-file')" x
	wait $!
	wait_until 5 no_space
	chmod 755 "$KEPT/2001"
	wrong "overlay in a folder of the user's that others may enter" 'root_overlay = .*alone' 'scope = user' "root_overlay = $KEPT"
	chmod 700 "$KEPT/2001"
	chmod 777 "$KEPT"
	wrong "overlay in a folder that others may write" "root_overlay = $KEPT \\(.*:[0-9]+\\): .*nobody else" 'scope = user' "root_overlay = $KEPT"
	chmod 755 "$KEPT"
	wrong "overlay that is kept with scope = login" 'root_overlay.* scope = user' 'scope = login' "root_overlay = $KEPT"
	wrong "overlay in a folder that does not exist" "root_overlay = $KEPT/none \\(.*\\): .*not exist" 'scope = user' "root_overlay = $KEPT/none"
}

no_space() {
	[[ $("$COMMAND" list --json | jq length) == 0 ]]
}

# wrong NAME PATTERN LINES: denied, the log says why, and nothing is left.
wrong() {
	ledger_begin "$RIG/before"
	policy '[default]' "${@:3}"
	log_mark
	refused "$1: denied" alice
	like "$1: the log says so" "$(log_line 'denied: ')" "$2"
	check "$1: nothing is left" ledger_same_within 5 "$RIG/before"
}

wrong_test() {
	wrong "root that is not there" "root = $RIG/none \\(.*:[0-9]+\\): it does not exist" "root = $RIG/none"
	wrong "root that is a file" "root = $RIG/key \\(.*\\): it is no folder" "root = $RIG/key"
	ln -s "$SMALL" /home/alice/link
	wrong "root that is a link of a user's" 'root = /home/alice/link .*it is a link' 'root = /home/alice/link'
	small_make "$RIG/bad"
	rmdir "$RIG/bad/proc"
	wrong "root without /proc" "root = $RIG/bad .*there is no folder proc in it" "root = $RIG/bad"
	ln -s bin "$RIG/bad/proc"
	rm -r "$RIG/bad/var/tmp"
	wrong "root without /var/tmp" "root = $RIG/bad .*there is no folder var/tmp in it" "root = $RIG/bad"
	install -d -m 1777 "$RIG/bad/var/tmp"
	chmod 775 "$RIG/bad"
	wrong "root that others may write" "root = $RIG/bad .*it has to be root's" "root = $RIG/bad"
	chmod 755 "$RIG/bad"
	chown alice "$RIG/bad"
	wrong "root that is a user's" "root = $RIG/bad .*it has to be root's" "root = $RIG/bad"
	chown root "$RIG/bad"
	rm "$RIG/bad/proc"
	mkdir "$RIG/bad/proc"
	policy '[default]' "root = $RIG/bad"
	is "and put right, alice is in" "$(run_as alice 'cat /etc/marker')" small
}

small_make "$SMALL"
install -d -m 755 "$RIG/shared"
echo shared >"$RIG/shared/file"
usermod -s /bin/sh alice
start_sshd
log_mark
small_test
escape_test
log_test
overlay_test
overlay_root_test
kept_test
wrong_test
other_test
stop_sshd
