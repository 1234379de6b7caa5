# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What the keys of files do with places that are missing, of the wrong kind, behind links, full, or
# hung: the login is denied, or goes without, in either case soon and with nothing left.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

# --- denials -------------------------------------------------------------------------------------

# denied NAME STEP ERRNO DETAIL: the policy in force denies alice, cleanly. By the driver, as ssh takes
# its time; what that makes of a denial is in 60-faults.sh.
denied() {
	local name=$1 out line begin took
	log_mark
	rm -f /home/alice/ran
	begin=$(now_ms)
	out=$(timeout -k 5 40 pam_driver --cwd / loginspace alice 'touch /home/alice/ran' 2>&1)
	is "$name: not opened" $? 3
	took=$(($(now_ms) - begin))
	like "$name: the plain sentence" "$out" "error=$REFUSED"
	check "$name: nothing runs" test ! -e /home/alice/ran
	line=$(log_line 'denied: ')
	is "$name: one line in the log" "$(grep -c . <<<"$line")" 1
	like "$name: it says where and why" "$line" "step=$2 errno=$3 .*detail=\"$4"
	check "$name: soon ($took ms)" test "$took" -lt 5000
	is "$name: root gets in" "$(by_driver root 'echo root is in')" "root is in"
	check "$name: nothing is left" ledger_same_within 5 "$RIG/before"
}

# by_driver USER CMD: what a login without ssh prints, or "denied".
by_driver() {
	timeout -k 5 20 pam_driver --quiet --cwd / loginspace "$1" "$2" 2>&1
	[[ $? -ne 3 ]] || echo denied
}

# Each line alone is the configuration. KEY = VALUE stands in the detail, with its file and line.
each_denied() {
	local name line step errno
	while IFS='|' read -r name line step errno; do
		policy '[default]' "$line"
		denied "$name: $line" "$step" "$errno" "[a-z_]+ = .* \($CONF:2\): [a-z/]"
	done
}

missing_test() {
	each_denied <<-'END'
		missing|hide = /srv/missing|places|ENOENT
		missing|read_only = /srv/missing|places|ENOENT
		missing|writable = /srv/missing|places|ENOENT
		missing|tmpfs = /srv/missing|places|ENOENT
		missing|bind = /srv/missing:/srv/folder|sources|ENOENT
		missing|bind = /srv/folder:/srv/missing|places|ENOENT
		missing|bind = /srv/folder:/srv/folder/missing/more:ro|places|ENOENT
		missing|private_tmp = /srv/missing|sources|ENOENT
		missing|root = /srv/missing|sources|ENOENT
		missing|hide = %h/missing/more|places|ENOENT
	END
}

kind_test() {
	each_denied <<-'END'
		wrong kind|tmpfs = /srv/file|places|ENOTDIR
		wrong kind|tmpfs = /srv/fifo|places|ENOTDIR
		wrong kind|tmpfs = /srv/socket|places|ENOTDIR
		wrong kind|bind = /srv/folder:/srv/file|places|ENOTDIR
		wrong kind|bind = /srv/folder:/srv/fifo|places|ENOTDIR
		wrong kind|bind = /srv/file:/srv/folder|places|EISDIR
		wrong kind|bind = /srv/fifo:/srv/folder|places|EISDIR
		wrong kind|bind = /srv/socket:/srv/folder|places|EISDIR
		wrong kind|hide = /srv/file/below|places|ENOTDIR
		wrong kind|read_only = /srv/fifo/below|places|ENOTDIR
		wrong kind|bind = /srv/file/below:/srv/folder|sources|ENOTDIR
		wrong kind|private_tmp = /srv/file|sources|ENOTDIR
		wrong kind|private_tmp = /srv/fifo|sources|ENOTDIR
		wrong kind|root = /srv/file|sources|ENOTDIR
		wrong kind|root = /srv/fifo|sources|ENOTDIR
		not root's|private_tmp = /home/alice|sources|EPERM
		not root's|private_tmp = /srv/others|sources|EPERM
	END
}

# A link in there leads elsewhere than its text says: /proc/PID/root to where that process has its "/".
proc_test() {
	each_denied <<-'END'
		a link in /proc|bind = /proc/1/root/etc:/srv/folder|sources|ELOOP
		a link in /proc|bind = /proc/self/cwd:/srv/folder|sources|ELOOP
	END
}

link_test() {
	ln -s /etc /home/alice/link
	ln -s /etc/passwd /home/alice/filelink
	ln -s /etc /srv/others/link
	ln -s /etc /srv/alices
	chown -h alice /home/alice/link /home/alice/filelink /srv/alices
	each_denied <<-'END'
		a user's link|hide = %h/link|places|ELOOP
		a user's link|hide = %h/filelink|places|ELOOP
		a user's link|hide = %h/link/security|places|ELOOP
		a user's link|read_only = %h/link|places|ELOOP
		a user's link|writable = %h/link|places|ELOOP
		a user's link|tmpfs = %h/link|places|ELOOP
		a user's link|bind = %h/link:/srv/folder|sources|ELOOP
		a user's link|bind = %h/filelink:/srv/file|sources|ELOOP
		a user's link|bind = /srv/folder:%h/link|places|ELOOP
		a user's link|private_tmp = %h/link|sources|ELOOP
		a user's link|root = %h/link|sources|ELOOP
		root's link in a folder of others|hide = /srv/others/link|places|ELOOP
		a user's link in a folder of root's|hide = /srv/alices|places|ELOOP
		a user's link, when it is there|hide = -%h/link|places|ELOOP
	END
	rm -f /home/alice/link /home/alice/filelink /srv/others/link /srv/alices
}

# What can be done is done, and no FIFO makes anybody wait.
done_test() {
	policy '[default]' 'hide = -/srv/no/h -%h/no /srv/fifo /srv/socket /srv/way/hidden' \
		'read_only = -/srv/no/r /srv/folder' 'tmpfs = -/srv/no/t' 'writable = -/srv/no/w' \
		'bind = -/srv/no/b:/srv/folder -/srv/folder:/srv/no/d:ro /srv/fifo:/srv/file'
	is "what is optional and missing is left out" "$(space_of alice)" "$INSIDE"
	is "a FIFO can be hidden" "$(run_as alice 'stat -c %F%a /srv/fifo')" "regular empty file0"
	is "and bound to a file" "$(run_as alice 'stat -c %F /srv/file')" "fifo"
	is "root's own link on the way is followed" "$(run_as alice 'ls /srv/real/hidden 2>&1; stat -c %a /srv/real/hidden')" \
		"ls: cannot open directory '/srv/real/hidden': Permission denied"$'\n'0
	policy '[default]' 'bind = /srv/folder:/tmp/in/deep /srv/file:/tmp/in/file /dev/zero:/dev/added/zero' \
		'private_dev = yes'
	is "what is to be mounted on is made, in what is the space's own" \
		"$(run_as alice 'stat -c "%F %U %a" /tmp/in /tmp/in/deep /tmp/in/file; stat -c %t:%T /dev/added/zero' | xargs)" \
		"directory root 755 directory root 755 regular empty file root 644 1:5"
	check "nothing is left" ledger_same_within 5 "$RIG/before"
}

contradiction_test() {
	local name one other
	while IFS='|' read -r name one other; do
		policy '[default]' "$one" "$other"
		denied "$name" policy EPERM "$CONF:[23]"
		policy '[default]' "$other" "$one"
		denied "$name, the other way round" policy EPERM "$CONF:[23]"
		check "$name: check says so" not "$COMMAND" check
	done <<-'END'
		a target below a hidden path|hide = /srv/real|tmpfs = /srv/real/hidden
		a bind below a hidden path|hide = /srv/real|bind = /srv/folder:/srv/real/hidden
		hidden and writable|hide = /srv/real|writable = /srv/real
		read-only and writable|read_only = /srv/real|writable = /srv/real
		two mounts on one place|tmpfs = /srv/real|bind = /srv/folder:/srv/real
	END
}

# --- disks ---------------------------------------------------------------------------------------

disk_test() {
	mkdir -p /srv/disk
	mount -t tmpfs -o size=64k,nr_inodes=4,mode=755 rig-disk /srv/disk
	touch /srv/disk/1 /srv/disk/2 /srv/disk/3 2>/dev/null
	ledger_begin "$RIG/before"
	policy '[default]' 'private_tmp = /srv/disk'
	denied "a full disk" sources ENOSPC "private_tmp = /srv/disk \($CONF:2\): [a-z/]"
	rm -f /srv/disk/*
	mount -o remount,ro /srv/disk
	denied "a read-only disk" sources EROFS "private_tmp = /srv/disk \($CONF:2\): [a-z/]"
	mount -o remount,rw,nr_inodes=100 /srv/disk
	confined "a disk with room: she is in" alice
	is "her folder is root's, and what is in it is as /tmp" \
		"$(stat -c '%u:%g %a' /srv/disk/2001 /srv/disk/2001/tmp /srv/disk/2001/var_tmp | xargs)" "0:0 700 0:0 1777 0:0 1777"
	run_as alice 'echo kept >/tmp/kept; echo two >/var/tmp/two'
	is "what she leaves there is there the next time" "$(run_as alice 'cat /tmp/kept /var/tmp/two')" kept$'\n'two
	is "and bob does not see it" "$(run_as bob 'ls -A /tmp /var/tmp' | xargs)" "/tmp: /var/tmp:"
	rm -rf /srv/disk/2001
	ln -s /etc /srv/disk/2001
	denied "a link in the place of her folder" sources '(ELOOP|ENOTDIR)' "private_tmp = /srv/disk"
	rm -f /srv/disk/2001
	install -d -o alice /srv/disk/2001
	denied "her folder is hers" sources EPERM "private_tmp = /srv/disk"
	umount /srv/disk
	ledger_begin "$RIG/before"
}

# --- homes ---------------------------------------------------------------------------------------

# home_user NAME UID HOME: one whose home is what it is.
home_user() {
	sed -i "/^$1:/d" /etc/passwd
	echo "$1:x:$2:$2::$3:/bin/bash" >>/etc/passwd
}

homes_test() {
	mkdir -p /srv/homes/eve /srv/homes/frank
	touch /srv/homes/eve/hers /home/in-home
	ln -s homes /srv/homelink
	home_user dave 2101 /home/dave
	home_user eve 2102 /srv/homelink/eve
	home_user rooty 2103 /
	home_user nohome 2104 ""
	home_user relative 2105 home/relative
	policy '[default]' 'home = own'
	is "no home: home = own lets in, and /home is empty" "$(by_driver dave 'ls -A /home')" ""
	is "a home behind root's link: only her own shows" \
		"$(by_driver eve 'ls /srv/homes /srv/homelink /srv/homelink/eve | xargs; ls -A /home')" \
		"/srv/homelink: eve /srv/homelink/eve: hers /srv/homes: eve"
	is "the home /: home = own shows no other" "$(by_driver rooty 'ls -A /home; ls -d /etc/passwd')" "/etc/passwd"
	is "no home at all: likewise" "$(by_driver nohome 'ls -A /home; ls -d /etc/passwd')" "/etc/passwd"
	log_mark
	is "a home that is no path: denied" "$(by_driver relative true)" denied
	like "a home that is no path: the log says so" "$(log_line 'denied: ')" 'step=policy errno=EPERM .*home'
	policy '[default]' 'hide = %h/x'
	log_mark
	is "no home, %h: denied" "$(by_driver dave true)" denied
	like "no home, %h: the log says so" "$(log_line 'denied: ')" "step=places errno=ENOENT .*hide = %h/x"
	is "no home at all, %h: denied" "$(by_driver nohome true)" denied
	policy '[default]' 'hide = -%h/x'
	is "no home, -%h: in" "$(by_driver dave 'echo in')" in
	policy '[default]' 'hide = -%h/etc'
	is "the home /, %h: a path below it" "$(by_driver rooty 'stat -c %a /etc')" 0
	policy '[default]' 'system = ro'
	is "no home, system = ro: in" "$(by_driver dave 'echo in')" in
	is "the home /, system = ro: read-only all the same" "$(by_driver rooty 'touch /srv/new 2>&1; touch /new 2>&1' | grep -c 'Read-only')" 2
	rm -rf /srv/homes /srv/homelink /home/in-home
	check "homes: nothing is left" ledger_same_within 5 "$RIG/before"
}

# --- order ---------------------------------------------------------------------------------------

# What a login writes to, and the table of its mounts without the numbers, which differ each time.
TABLE='sed -E "s/^[0-9]+ [0-9]+ [0-9]+:[0-9]+ //; s/master:[0-9]+/master/; s/size=[^ ]*//" /proc/self/mountinfo'

writes() { # PATHS: those that alice can write to
	run_as alice "for d in $*; do touch \$d/.w 2>/dev/null && echo \$d && rm -f \$d/.w; done" | xargs
}

# With a file system of its own in a read-only folder.
order_mount_test() {
	mkdir -p /srv/a/m
	mount -t tmpfs -o mode=777 rig-order /srv/a/m
	policy '[default]' 'read_only = /srv/a'
	is "a file system in a read-only folder" "$(writes /srv/a /srv/a/b /srv/a/m)" ""
	policy '[default]' 'read_only = /srv/a' 'writable = /srv/a/m'
	is "a writable file system in a read-only folder" "$(writes /srv/a /srv/a/b /srv/a/m)" "/srv/a/m"
	policy '[default]' 'system = ro' 'read_only = /srv/a' 'writable = /srv/a/m /srv/a/b'
	is "likewise in a read-only system" "$(writes /srv /srv/a /srv/a/b /srv/a/m)" "/srv/a/b /srv/a/m"
	policy '[default]' 'system = ro' 'writable = /srv/a' 'read_only = /srv/a/m'
	is "a read-only file system in a writable folder" "$(writes /srv /srv/a /srv/a/b /srv/a/m)" "/srv/a /srv/a/b"
	umount /srv/a/m
}

order_test() {
	local one
	mkdir -p /srv/a/b/c /srv/a-b/c /srv/a/r /srv/a/h
	chmod -R 777 /srv/a /srv/a-b /srv/folder
	local lines=('read_only = /srv/a' 'writable = /srv/a/b' 'hide = /srv/a/h' 'tmpfs = /srv/real'
		'bind = /srv/folder:/srv/a/r' 'read_only = /srv/a/b/c' 'read_only = -/srv/a-b')
	policy '[default]' "${lines[@]}"
	one=$(run_as alice "$TABLE")
	policy '[default]' "${lines[6]}" "${lines[5]}" "${lines[4]}" "${lines[3]}" "${lines[2]}" "${lines[1]}" "${lines[0]}"
	is "the order of lines does not matter" "$(run_as alice "$TABLE")" "$one"
	like "and there is something in the table" "$one" '/srv/a/b/c ro'
	is "a longer path wins, with a neighbour in between" "$(writes /srv/a /srv/a/b /srv/a/b/c /srv/a-b /srv/a-b/c)" "/srv/a/b"
	policy '[default]' 'read_only = /srv/a' 'bind = /srv/folder:/srv/a/r:rw'
	is "a bind that says :rw in a read-only folder" "$(writes /srv/a /srv/a/b /srv/a/r)" "/srv/a/r"
	policy '[default]' 'bind = /srv/a:/srv/folder' 'read_only = /srv/folder/b'
	is "a read-only folder in a bind" "$(writes /srv/a /srv/a/b /srv/folder /srv/folder/b)" "/srv/a /srv/a/b /srv/folder"
	policy '[default]' 'read_only = /var' 'writable = /var/tmp/w' 'private_tmp = no'
	install -d -m 777 /var/tmp/w
	is "read_only = /var, but not a part of /var/tmp" "$(writes /var/tmp /var/tmp/w)" "/var/tmp/w"
	policy '[default]' 'read_only = /var' 'private_tmp = tmpfs'
	is "read_only = /var: the private /var/tmp" "$(writes /var/tmp)" "${VAR_TMP_RO-/var/tmp}"
	rm -rf /srv/a-b /var/tmp/w
	order_mount_test
}

# --- hung file systems ---------------------------------------------------------------------------

declare -A HUNG_JOB HUNG_IN

# Without what keeps the servers alive.
alone() {
	local fd
	for fd in "${HUNG_IN[@]}"; do
		exec {fd}>&-
	done
	exec "$@"
}

# hung_start KIND USER: a file system of the user's at ~/hung that does not answer.
hung_start() {
	local fd
	install -d -o "$2" "/home/$2/hung"
	mkfifo "$RIG/hung.in"
	alone hungfuse "$1" "/home/$2/hung" "$(id -u "$2")" <"$RIG/hung.in" >"$RIG/hung.$2" 2>&1 &
	HUNG_JOB[$2]=$!
	exec {fd}>"$RIG/hung.in"
	HUNG_IN[$2]=$fd
	rm -f "$RIG/hung.in"
	wait_until 5 grep -q ready "$RIG/hung.$2"
}

hung_end() { # USER
	local fd=${HUNG_IN[$1]}
	exec {fd}>&-
	wait "${HUNG_JOB[$1]}" 2>/dev/null
	rmdir "/home/$1/hung"
}

# hung_login USER: its status and milliseconds go to $RIG/took.USER.
hung_login() {
	local begin
	begin=$(now_ms)
	(alone timeout -k 5 40 pam_driver --quiet --cwd / loginspace "$1" true) >/dev/null 2>&1
	echo "$? $(($(now_ms) - begin))" >"$RIG/took.$1"
}

hung_denied() { # NAME USER
	local status took
	read -r status took <"$RIG/took.$2"
	is "hung file system, $1: denied" "$status" 3
	check "hung file system, $1: within the deadline ($took ms)" test "$took" -lt 12000
	is "hung file system, $1: one line in the log" \
		"$(log_ours | grep "denied: user=\"$2\"" | grep -Ec 'step=[a-z_]+ errno=E[A-Z]+')" 1
}

# Alice's server reads no request: whoever waits for that can be killed. Bob's has taken the request:
# for its answer the kernel waits until the server is gone, and so does the denied login's process.
hung_test() {
	local user jobs=()
	if [[ ! -c /dev/fuse ]]; then
		skip_kernel "hung file systems" "no FUSE"
		return
	fi
	policy '[match user=alice]' 'hide = -%h/hung/x' '[match user=bob]' 'tmpfs = -%h/hung' \
		'[match user=carol]' 'home = own' 'system = ro'
	check "a file system that hangs, deaf" hung_start deaf alice
	check "a file system that hangs, mute" hung_start mute bob
	log_mark
	for user in alice bob; do
		hung_login $user &
		jobs+=($!)
	done
	is "hung file systems: another gets in meanwhile" "$(by_driver carol 'echo in')" in
	wait "${jobs[@]}"
	hung_denied deaf alice
	hung_denied mute bob
	check "hung file system, deaf: nothing is left" wait_until 5 list_is alice length 0
	is "hung file systems: root gets in" "$(by_driver root 'echo in')" in
	hung_end alice
	hung_end bob
	check "hung file systems: nothing is left" ledger_same_within 5 "$RIG/before"
}

# Behind bob's file system, which hangs from now on, something is mounted: no line names it, but it is
# in a folder that stays writable, or becomes read-only.
hung_behind_test() {
	local name
	if [[ ! -c /dev/fuse ]]; then
		skip_kernel "a mount behind a hung file system" "no FUSE"
		return
	fi
	hung_start later bob
	mount -t tmpfs rig-behind /home/bob/hung/inner
	kill -USR1 "${HUNG_JOB[bob]}"
	while read -r name; do
		policy '[default]' "$name"
		is "a mount behind bob's hung file system, $name: alice gets in" "$(by_driver alice 'echo in')" in
	done <<-'END'
		isolate = yes
		home = own
		system = ro
		read_only = /home
		hide = /home/bob
	END
	hung_end bob # with what is mounted behind it
	check "a mount behind a hung file system: nothing is left" ledger_same_within 5 "$RIG/before"
}

places_make() {
	mount -t tmpfs -o mode=755 rig-srv /srv
	mkdir -p /srv/folder /srv/real/hidden
	install -d -m 777 /srv/others
	touch /srv/file
	mkfifo -m 666 /srv/fifo
	nettool unix-listen /srv/socket here >/dev/null 2>&1 &
	SOCKET_JOB=$!
	ln -s real /srv/way
}

places_make
start_sshd
pam_driver --quiet loginspace alice true
wait_until 5 no_space
sshd_settle
ledger_begin "$RIG/before"
for part in ${PARTS-missing kind proc link done contradiction disk homes order hung hung_behind}; do
	"${part}_test"
done
kill "$SOCKET_JOB"
stop_sshd
