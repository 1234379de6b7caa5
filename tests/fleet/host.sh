# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# host.sh NAME ADDRESS: PID 1 of a test host, in a tree, by tests/package/enter: the users, sshd and a
# log. It ends when it is killed. /srv/fleet has the keys.
set -u
NAME=$1 ADDRESS=$2

user_make() { # NAME HOME
	id "$1" >/dev/null 2>&1 || useradd -m -s /bin/bash -p '*' "$1"
	install -d -m 700 -o "$1" -g "$1" "$2" "$2/.ssh"
	install -m 600 -o "$1" -g "$1" /srv/fleet/key.pub "$2/.ssh/authorized_keys"
}

# The network is one of its own, with no mirror in it.
repository_make() {
	rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
	[[ ! -d /srv/fleet/repository ]] ||
		echo 'deb [trusted=yes] file:/srv/fleet/repository ./' >/etc/apt/sources.list
}

hostname "$NAME"
printf '127.0.0.1 localhost %s\n' "$NAME" >/etc/hosts
# Packages would start no service anyway.
rm -f /usr/sbin/policy-rc.d
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
user_make root /root
for user in alice bob deploy; do
	user_make "$user" "/home/$user"
done
echo 'deploy ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy
chmod 440 /etc/sudoers.d/deploy
repository_make
/srv/source/build/tests/logsink /dev/log /var/log/auth.log &
mkdir -p /run/sshd /run/systemd
exec /usr/sbin/sshd -D -e -o ListenAddress="$ADDRESS" -o UseDNS=no -o HostKey=/srv/fleet/hostkey \
	-o LogLevel=VERBOSE 2>/var/log/sshd.log
