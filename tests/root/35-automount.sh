# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Homes that an automounter brings when somebody asks for them: automount(8) of autofs, with bind
# mounts in the place of NFS.
#
# packages: autofs
. "$SOURCE/tests/root/policy.bash"
needs_module

if ! grep -qw autofs /proc/filesystems; then
	skip_kernel "homes from an automounter" "no autofs"
	exit 0
fi
if ! command -v automount >/dev/null; then
	skip "homes from an automounter" "no automount"
	exit 0
fi

# people NAME UID: a user whose home is on the "server", and comes to /people/NAME on demand.
people_add() {
	user_add "$1" "$2"
	sed -i "s|:/home/$1:|:/srv/people/$1:|" /etc/passwd
	mkdir -p /srv/server
	mv "/home/$1" "/srv/server/$1"
}

automount_start() {
	local map=$RIG/auto.people
	mkdir -p /srv/people /var/lib/autofs
	printf '#!/bin/sh\necho "-fstype=bind :/srv/server/$1"\n' >"$map"
	chmod 755 "$map"
	echo "/srv/people program:$map --timeout=3600" >"$RIG/auto.master"
	[[ -c /dev/autofs ]] || mknod /dev/autofs c 10 235
	# The kernel wants the number of a process group of this PID namespace.
	setsid automount -f "$RIG/auto.master" >"$RIG/log/automount" 2>&1 &
	AUTOMOUNT=$!
	wait_until 10 grep -q ' /srv/people autofs\| /srv/people .* - autofs ' /proc/self/mountinfo
}

automount_stop() {
	kill -TERM "$AUTOMOUNT"
	wait_until 10 gone "$AUTOMOUNT"
	kill -KILL "$AUTOMOUNT" 2>/dev/null
	wait "$AUTOMOUNT" 2>/dev/null
	is "the automounter has ended, and its mounts" "$(grep -c ' /srv/people' /proc/self/mountinfo)" 0
}

is_mounted() {
	grep -q " /srv/people/$1 " /proc/self/mountinfo
}

homes_test() { # NAME LINES
	local name=$1 out
	shift
	policy '[default]' "$@"
	check "$name: gina's home is not mounted yet" not is_mounted "gina"
	out=$(run_as gina 'pwd; cat marker; touch written && echo wrote; ls /srv/people')
	is "$name: a login brings the home, and is in it" "$out" $'/srv/people/gina\nof gina\nwrote\ngina'
	check "$name: mounted on the host, too" is_mounted gina
	check "$name: nobody else's" not is_mounted hugo
	check "$name: the host can unmount it again" wait_until 5 umount /srv/people/gina
	rm -f /srv/server/gina/written
}

not() {
	! "$@"
}

own_test() {
	policy '[default]' 'home = own'
	session_start g gina
	is "home = own: hugo's home does not come" "$(session_do g 'ls /srv/people/hugo 2>&1 | sed "s/.*: //"')" "No such file or directory"
	check "home = own: nor on the host" not is_mounted hugo
	session_stop g
	wait_until 5 umount /srv/people/gina
	policy
	session_start g gina
	is "home = all: hugo's home comes by a look from inside" "$(session_do g 'ls /srv/people/hugo')" marker
	check "home = all: on the host" is_mounted hugo
	session_stop g
	umount /srv/people/hugo
	wait_until 5 umount /srv/people/gina
}

people_add gina 2011
people_add hugo 2012
echo of gina >/srv/server/gina/marker
echo of hugo >/srv/server/hugo/marker
chmod 755 /srv/server/hugo
if automount_start; then
	# sshd itself would ask for the home, for the keys in it, before PAM does.
	for user in gina hugo; do
		install -D -m 644 "$RIG/key.pub" "$RIG/keys/$user"
	done
	start_sshd "AuthorizedKeysFile $RIG/keys/%u"
	homes_test "default"
	homes_test "home = own" 'home = own'
	homes_test "system = ro" 'system = ro'
	homes_test "read_only above" 'read_only = /srv' 'writable = %h'
	own_test
	stop_sshd
	automount_stop
else
	not_ok "automount starts" "$(cat "$RIG/log/automount")"
fi
