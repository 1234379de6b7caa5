# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119
# What the parts inside the guest share. Sourced by them; the machine is theirs to change.
set -u
export RIG=/var/lib/rig
mkdir -p $RIG/log $RIG/bin
cp -p /srv/bin/* $RIG/bin/
install -m 600 /srv/bin/key $RIG/key
# shellcheck source=tests/rig/lib.bash
. "$SOURCE/tests/rig/lib.bash"
PORT=22
# All is emulated.
SESSION_PATIENCE=120
CONF=/etc/security/loginspace.conf
DROPIN=/etc/security/loginspace.conf.d/test.conf
ALICE=$(id -u alice)
KINDS=(mnt pid ipc uts net)
export DEBIAN_FRONTEND=noninteractive
# As after a login by hand.
cd /root || exit 1

not() {
	! "$@"
}

packages_install() {
	apt-get -qy -o Dpkg::Use-Pty=0 install "$@"
}

space_of() { # USER
	run_as "$1" 'echo "${LOGINSPACE-none}"' 2>&1
}

inits() {
	pgrep -x loginspace-init | wc -l
}

no_init() {
	! pgrep -x loginspace-init >/dev/null
}

# The namespaces that CMD prints, as WHERE does, beside those of the host: which are others.
WHERE='for kind in mnt pid ipc uts net; do readlink /proc/self/ns/$kind; done'

others() { # TEXT
	local host kind
	host=$(eval "$WHERE")
	for kind in "${KINDS[@]}"; do
		if grep -q "^$kind:\[" <<<"$1" && [[ $(grep "^$kind:" <<<"$1") != "$(grep "^$kind:" <<<"$host")" ]]; then
			echo "$kind"
		fi
	done | xargs
}

ALL="${KINDS[*]}"

# Sessions of USER that logind knows, but for that of the user's own systemd.
sessions_of() { # USER
	local id
	for id in $(loginctl list-sessions --no-legend | awk '{ print $1 }'); do
		[[ $(loginctl show-session "$id" -p Name -p Class 2>/dev/null | sort | xargs) != "Class=user Name=$1" ]] ||
			echo "$id"
	done
}

no_session_of() {
	[[ -z $(sessions_of "$1") ]]
}

session_value() { # ID NAME
	loginctl show-session "$1" -p "$2" --value
}

# Fields of the last line of the module for sshd with EVENT, one "NAME=VALUE" a line.
journal_fields() { # EVENT
	journalctl --sync
	journalctl -q -n 1 -o export LOGINSPACE_EVENT="$1" LOGINSPACE_SERVICE=sshd | tr -d '\0'
}

journal_line() { # EVENT
	journalctl --sync
	journalctl -q -n 1 -o cat LOGINSPACE_EVENT="$1" LOGINSPACE_SERVICE=sshd
}

system_state() {
	timeout 120 systemctl is-system-running --wait
}

configure() { # LINES
	mkdir -p "${DROPIN%/*}"
	printf '%s\n' '[default]' "$@" >$DROPIN
}

configure_nothing() {
	rm -f $DROPIN
}

# Every byte of what libpam and pam-auth-update read, with owners and modes.
pam_state() {
	find /etc/pam.d /etc/pam.conf /var/lib/pam -printf '%p %y %m %u:%g\n' | sort
	find /etc/pam.d /etc/pam.conf /var/lib/pam -type f -exec sha256sum {} + | sort -k 2
}
