# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# The view of files, as a user has it over ssh: each key on and off. Makes the table of docs/VIEW.md,
# and tries the strict configuration of docs/DOORS.md.
#
# packages: busybox
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/view.bash"
needs_module

READ_ONLY='Read-only file system'
NO_FILE='No such file or directory'
DENIED='Permission denied'

# --- the host ------------------------------------------------------------------------------------

# sink SOCKET: a socket that somebody listens at.
sink() {
	logsink "$1" "$RIG/log/sink" &
	SINKS+=($!)
	wait_until 5 test -S "$1"
	chmod 666 "$1"
}

host_make() {
	SINKS=()
	echo host >/tmp/of-the-host
	echo host >/var/tmp/of-the-host
	mkdir -p /srv/view
	mount -t tmpfs -o mode=755 rig-view /srv/view
	mkdir -p /srv/view/data/sub /srv/view/other /srv/view/desk /srv/view/tmp
	echo data >/srv/view/data/file
	echo deep >/srv/view/data/sub/file
	echo other >/srv/view/other/file
	chmod 1777 /srv/view/desk
	install -m 666 /dev/null /srv/view/data/open
	chown alice:alice /srv/view/tmp
	chmod 750 /srv/view/tmp
	sink /srv/view/socket
	install -d -m 700 -o alice -g alice /run/user/2001
	install -d -m 700 -o bob -g bob /run/user/2002
	sink /run/user/2001/bus
	chown alice:alice /run/user/2001/bus
	mkdir -p /run/dbus
	sink /run/dbus/system_bus_socket
	# Another user's file in a folder that she may enter.
	echo bob >/home/bob/hers
	chmod 755 /home/bob
	# Homes elsewhere, one of them behind a link of root's.
	mkdir -p /srv/view/export/people /srv/view/export/linked
	ln -s export/linked /srv/view/u
	elsewhere dave 2004 /srv/view/export/people/dave
	elsewhere erin 2005 /srv/view/export/people/erin
	elsewhere frank 2006 /srv/view/u/frank
	elsewhere grace 2007 /srv/view/u/grace
}

# elsewhere USER UID HOME
elsewhere() {
	user_add "$1" "$2"
	mv "/home/$1" "$3"
	sed -i "s|:/home/$1:|:$3:|" /etc/passwd
}

host_clear() {
	kill "${SINKS[@]}"
	wait "${SINKS[@]}" 2>/dev/null
	umount /srv/view
	rmdir /srv/view
}

# --- /tmp and /dev -------------------------------------------------------------------------------

tmp_rows() {
	section private_tmp '`/tmp` and `/var/tmp`. A folder has one in it for each user, made by root, and kept.'
	with 'private_tmp = tmpfs'
	row 'ls /tmp /var/tmp' $'/tmp:\n\n/var/tmp:'
	row "stat -fc %T /tmp; stat -c '%U %a' /tmp /var/tmp" $'tmpfs\nroot 1777\nroot 1777'
	row_twice 'touch /tmp/mine' 'ls /tmp' ''
	with 'private_tmp = no'
	row 'ls /tmp/of-the-host /var/tmp/of-the-host' $'/tmp/of-the-host\n/var/tmp/of-the-host'
	install -d -m 755 /srv/view/instances
	with 'private_tmp = /srv/view/instances'
	row 'ls /tmp /var/tmp' $'/tmp:\n\n/var/tmp:'
	row "stat -c '%U %a' /tmp /var/tmp" $'root 1777\nroot 1777'
	row_twice 'touch /tmp/mine /var/tmp/mine2' 'ls /tmp /var/tmp' $'/tmp:\nmine\n\n/var/tmp:\nmine2'
	row 'findmnt -no VFS-OPTIONS /tmp | tail -n 1' \
		rw,nosuid,nodev,relatime
	is "private_tmp = DIR: bob has another" "$(run_as bob 'ls /tmp /var/tmp')" $'/tmp:\n\n/var/tmp:'
	is "private_tmp = DIR: the folders of root's" "$(stat -c '%n %U %a' /srv/view/instances/{,2001,2001/tmp,2002/var_tmp} | cut -d/ -f5-)" \
		$' root 755\n2001 root 700\n2001/tmp root 1777\n2002/var_tmp root 1777'
	section tmp_size
	with 'tmp_size = 8m'
	row 'df -k --output=size /tmp /var/tmp /dev/shm | tail -n 3' $'     8192\n     8192\n     8192'
	row 'fallocate -l 9m /tmp/x' 'fallocate: fallocate failed: No space left on device'
	with 'tmp_size = 25%'
	row 'fallocate -l 9m /tmp/x && ls /tmp' x
}

dev_rows() {
	mknod -m 666 /dev/kmsg c 1 11
	section private_dev
	with 'private_dev = no'
	row 'ls -d /dev/kmsg' /dev/kmsg
	with 'private_dev = yes'
	row 'ls -d /dev/kmsg' "ls: cannot access '/dev/kmsg': $NO_FILE"
	row 'ls /dev | grep -v mqueue' \
		$'fd\nfull\nlog\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero'
	row 'echo x >/dev/null && logger hello && echo done' 'done'
	rm /dev/kmsg
	section devpts 'Meanwhile bob has a terminal.'
	with 'devpts = host'
	session_start b bob
	session_do b 'script -qfc "sleep 1000" /dev/null >/dev/null 2>&1 & until [ -O /dev/pts/0 ]; do :; done'
	row "stat -c '%n %U' /dev/pts/[0-9]*" '/dev/pts/0 bob'
	with 'devpts = private'
	row 'ls /dev/pts' ptmx
	terminal_row 'tty; ls -1 /dev/pts' $'/dev/pts/0\n0\nptmx'
	with 'devpts = auto'
	terminal_row 'tty; ls -1 /dev/pts' $'/dev/pts/0\n0\nptmx'
	with 'devpts = auto' 'scope = user'
	row "stat -c '%n %U' /dev/pts/[0-9]*" '/dev/pts/0 bob'
	session_stop b
}

terminal_row() { # CMD WANTED
	saw "$1 # ssh -t" "$(ptyrun -t 15 -- ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt alice@127.0.0.1 "$1" 2>&1 | tr -d '\r')" "$2"
}

proc_rows() {
	section hidepid
	with 'hidepid = no'
	row 'ps -eo user= | sort -u; cat /proc/1/comm' $'alice\nroot\nloginspace-init'
	with 'hidepid = yes'
	row 'ps -eo user= | sort -u; cat /proc/1/comm' $'alice\ncat: /proc/1/comm: '"$NO_FILE"
	row 'sudo cat /proc/1/comm' loginspace-init
}

# --- homes ---------------------------------------------------------------------------------------

home_rows() {
	section home "The homes of dave and erin are in \`/srv/view/export/people\`, those of frank and grace in
\`/srv/view/u\`, which is a link of root's to \`export/linked\`."
	with 'home = all'
	row 'ls /home; cat /home/bob/hers' $'alice\nbob\ncarol\nbob'
	with 'home = own'
	row 'ls /home; cat /home/bob/hers' $'alice\ncat: /home/bob/hers: '"$NO_FILE"
	row 'sudo ls /home' alice
	row_twice 'touch ~/mine && pwd' 'ls; rm mine' mine
	row 'sudo mkdir /home/x' "mkdir: cannot create directory '/home/x': $READ_ONLY"
	WHO=dave row_of 'pwd; ls /home .. # as dave' 'pwd; ls /home ..' \
		$'/srv/view/export/people/dave\n..:\ndave\n\n/home:'
	WHO=frank row_of 'pwd; ls .. /srv/view/export # as frank' 'pwd; ls .. /srv/view/export' \
		$'/srv/view/export/linked/frank\n..:\nfrank\n\n/srv/view/export:\nlinked\npeople'
	mv /home/carol /srv/view/carol
	saw 'pwd; ls /home # as carol, who has no home folder' "$(run_as carol 'pwd; ls /home' 2>/dev/null)" /
	mv /srv/view/carol /home/carol
}

# --- what can be written -------------------------------------------------------------------------

system_rows() {
	section system '`ro` holds for root in the space, too.'
	with 'system = rw'
	row 'sudo touch /usr/x && ls /usr/x; sudo rm /usr/x' /usr/x
	with 'system = ro' 'writable = /srv/view/desk'
	row 'sudo touch /usr/x' "touch: cannot touch '/usr/x': $READ_ONLY"
	row 'sudo touch /etc/x' "touch: cannot touch '/etc/x': $READ_ONLY"
	row 'sudo touch /x' "touch: cannot touch '/x': $READ_ONLY"
	row 'echo x >/srv/view/data/open' "bash: line 1: /srv/view/data/open: $READ_ONLY"
	row 'touch ~/x /tmp/x /var/tmp/x /dev/shm/x /run/user/2001/x && echo done; rm ~/x' 'done'
	row 'touch /srv/view/desk/x && ls /srv/view/desk; rm /srv/view/desk/x' x
	is "system = ro: a home elsewhere can be written" "$(run_as dave 'touch x && ls; rm x')" x
	is "system = ro: and one behind a link" "$(run_as frank 'touch x && ls; rm x')" x
	records_test 'system = ro'
}

# sshd writes them after the switch, where it does at all.
records_test() { # LINES
	policy
	records_grow || {
		skip "$1: the records of logins are written" "this sshd writes none"
		return
	}
	policy '[default]' "$@"
	check "$1: the records of logins are written" records_grow
}

# Does a login with a terminal add to wtmp?
records_grow() {
	local before
	before=$(stat -c %s /var/log/wtmp)
	ptyrun -t 15 -- ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt alice@127.0.0.1 true >/dev/null 2>&1
	wait_until 2 eval "[[ \$(stat -c %s /var/log/wtmp) -gt $before ]]"
}

read_only_rows() {
	section 'read_only, writable'
	with 'read_only ='
	row 'echo x >/srv/view/data/open && echo done' 'done'
	with 'read_only = /srv/view/data'
	row 'echo x >/srv/view/data/open' "bash: line 1: /srv/view/data/open: $READ_ONLY"
	row 'sudo touch /srv/view/data/sub/x' "touch: cannot touch '/srv/view/data/sub/x': $READ_ONLY"
	row 'cat /srv/view/data/file; sudo touch /srv/view/other/x && echo done' $'data\ndone'
	with 'read_only = /srv/view/data' 'writable = /srv/view/data/open'
	row 'echo x >/srv/view/data/open && echo done' 'done'
	row 'sudo touch /srv/view/data/x' "touch: cannot touch '/srv/view/data/x': $READ_ONLY"
	with 'read_only = %h' 'writable = %h/.ssh'
	row 'touch ~/x; touch ~/.ssh/x && echo done; rm ~/.ssh/x' \
		"touch: cannot touch '/home/alice/x': $READ_ONLY"$'\ndone'
}

# --- what shows ----------------------------------------------------------------------------------

hide_rows() {
	section hide
	with 'hide ='
	row 'cat /srv/view/data/file; ls /srv/view' $'data\ndata\ndesk\nexport\ninstances\nother\nsocket\ntmp\nu'
	with 'hide = /srv/view/data'
	row 'cat /srv/view/data/file' "cat: /srv/view/data/file: $DENIED"
	row 'ls -ld /srv/view/data | cut -c1-10; sudo ls -A /srv/view/data' 'd---------'
	with 'hide = /srv/view/data/file'
	row 'cat /srv/view/data/file; ls /srv/view/data' "cat: /srv/view/data/file: $DENIED"$'\nfile\nopen\nsub'
	with 'hide ='
	row 'logger -u /srv/view/socket hello && echo sent' sent
	with 'hide = /srv/view/socket'
	row 'test -S /srv/view/socket || echo no socket' 'no socket'
	ln -s /run/rig /srv/view/link
	is "hide: a path may go through a link of root's" "$(
		policy '[default]' 'hide = /srv/view/link/log'
		run_as alice 'sudo ls -A /run/rig/log'
	)" ''
	rm /srv/view/link
	with 'hide = /srv/view/no-such-path'
	row true "$REFUSED"
	with 'hide = -/srv/view/no-such-path'
	row 'echo in' in
}

bind_rows() {
	section bind
	with 'bind ='
	row 'cat /srv/view/other/file' other
	with 'bind = /srv/view/data:/srv/view/other'
	row 'cat /srv/view/other/file /srv/view/other/sub/file' $'data\ndeep'
	row 'echo x >/srv/view/other/open && echo done' 'done'
	with 'bind = /srv/view/data:/srv/view/other:ro'
	row 'echo x >/srv/view/other/open' "bash: line 1: /srv/view/other/open: $READ_ONLY"
	row 'echo x >/srv/view/data/open && echo done' 'done'
	with 'bind = /srv/view/data/file:/srv/view/other/file'
	row 'cat /srv/view/other/file' data
	with 'bind = /srv/view/data/file:/srv/view/other'
	row true "$REFUSED"
	with 'bind = /tmp/of-the-host:/srv/view/other/file'
	row 'cat /srv/view/other/file; ls /tmp' host
	section tmpfs 'A folder in memory, with the owner and mode of what it covers.'
	with 'tmpfs ='
	row 'ls /srv/view/data' $'file\nopen\nsub'
	with 'tmpfs = /srv/view/data:4m /srv/view/tmp'
	row 'ls /srv/view/data' ''
	row 'df -k --output=fstype,size /srv/view/data | tail -n 1' 'tmpfs      4096'
	row "stat -c '%U %a' /srv/view/data /srv/view/tmp" $'root 755\nalice 750'
	row_twice 'touch /srv/view/tmp/x' 'ls /srv/view/tmp' ''
	with 'home = own' 'tmpfs = %h'
	row_twice 'touch ~/x' 'stat -c "%U %a" ~; ls' 'alice 700'
}

# --- another root --------------------------------------------------------------------------------

root_rows() {
	section root 'In this example a file system with nothing but busybox, whose shell reads the command.'
	root_possible || return
	root_make /srv/view/root
	with 'root = none'
	row 'ls -d /srv/view/root' /srv/view/root
	with 'root = /srv/view/root'
	row 'cat /etc/name; ls /' $'other\nbin\ndev\netc\nhome\nproc\nroot\nrun\nsys\ntmp\nvar'
	row 'pwd; ls /home /srv' $'/home/alice\nls: /srv: '"$NO_FILE"$'\n/home:\nalice'
	row 'echo x >/dev/null && cat /proc/1/comm && ls -d /proc/1/root/srv' \
		$'loginspace-init\nls: /proc/1/root/srv: '"$DENIED"
	terminal_row 'echo here >/dev/tty' here
	root_leave
}

overlay_rows() {
	section root_overlay 'What is written to the root file system goes elsewhere.'
	with 'root_overlay = none'
	row 'ls /usr/x' "ls: cannot access '/usr/x': $NO_FILE"
	with 'root_overlay = tmpfs'
	row 'sudo touch /usr/x && ls /usr/x' /usr/x
	row_twice 'sudo touch /usr/x' 'ls /usr/x' "ls: cannot access '/usr/x': $NO_FILE"
	row_twice 'touch ~/kept' 'ls; rm kept' kept
	check "root_overlay = tmpfs: the host has nothing of it" test ! -e /usr/x
	records_test 'root_overlay = tmpfs'
	with 'root_overlay = tmpfs' 'writable = /srv/view/desk'
	row_twice 'touch /srv/view/desk/x' 'ls /srv/view/desk; rm /srv/view/desk/x' x
	install -d -m 755 "$RIG/layers"
	with "root_overlay = $RIG/layers" 'scope = user'
	row_twice 'sudo touch /usr/x' 'ls /usr/x' /usr/x
	check "root_overlay = DIR: the host has nothing of it" test ! -e /usr/x
}

# --- buses ---------------------------------------------------------------------------------------

bus_rows() {
	section user_bus
	with 'user_bus = keep'
	row 'ls /run/user; ls /run/user/2001' $'2001\n2002\nbus'
	with 'user_bus = hide'
	row 'ls /run/user; ls /run/user/2001' 2001
	row "stat -c '%U %a' /run/user/2001; touch /run/user/2001/x && echo done" $'alice 700\ndone'
	row 'touch /run/user/x' "touch: cannot touch '/run/user/x': $DENIED"
	section system_bus
	with 'system_bus = keep'
	row 'ls /run/dbus' system_bus_socket
	with 'system_bus = hide'
	row 'ls /run/dbus' "ls: cannot open directory '/run/dbus': $DENIED"
	row 'sudo ls -A /run/dbus' ''
}

# --- docs/DOORS.md -------------------------------------------------------------------------------

strict_test() {
	sed -n '/^```ini$/,/^```$/{/^```/d;p}' "$SOURCE/docs/DOORS.md" >"$RIG/strict.conf"
	check "DOORS.md: there is a configuration in it" grep -q '^\[default\]' "$RIG/strict.conf"
	check "DOORS.md: check has nothing to say about it" "$COMMAND" check "$RIG/strict.conf"
	cp "$RIG/strict.conf" "$CONF"
	like "DOORS.md: a login with it" "$(run_as alice 'echo $LOGINSPACE')" '^2001-[0-9]+$'
	is "DOORS.md: it hides what it says" "$(run_as alice 'ls /home; ls /run/user/2001; cat /run/utmp; ls /run/dbus 2>&1; sudo touch /usr/x 2>&1
		ls -d /proc/1 2>&1; who')" \
		"alice"$'\n'"ls: cannot open directory '/run/dbus': $DENIED
touch: cannot touch '/usr/x': $READ_ONLY
ls: cannot access '/proc/1': $NO_FILE"
	like "DOORS.md: and a terminal works" "$(ptyrun -t 15 -- ssh "${SSH_OPTIONS[@]}" -p "$PORT" -tt alice@127.0.0.1 'tty; touch ~/x /tmp/x && rm ~/x && echo fi""ne')" fine
	is "DOORS.md: su with it" "$(su alice -c 'echo $LOGINSPACE' 2>&1 </dev/null | cut -d- -f1)" 2001
}

host_make
# The keys at a place of root's, as some of the homes are not there.
start_sshd "AuthorizedKeysFile $RIG/key.pub"
page_begin
tmp_rows
dev_rows
proc_rows
home_rows
system_rows
read_only_rows
hide_rows
bind_rows
root_rows
overlay_rows
bus_rows
page_end
[[ ! -e $SOURCE/docs/DOORS.md ]] || strict_test
policy
stop_sshd
host_clear
