# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# The life of the packages on a machine: installed, enabled, used over real ssh, upgraded and removed
# with logins alive, purged. Runs in a tree, by tests/package/enter, and changes it at will.
set -u
export RIG=/run/rig
mkdir -p $RIG/log $RIG/bin
. "$SOURCE/tests/rig/lib.bash"
FIRST=/var/lib/debs/first NEXT=/var/lib/debs/next
CONF=/etc/security/loginspace.conf
COMMON=/etc/pam.d/common-session
OUTSIDE=none

apt() {
	apt-get -qy -o Dpkg::Use-Pty=0 -o APT::Install-Recommends=0 "$@"
}

not() {
	! "$@"
}

prepare() {
	local user
	apt install openssh-server openssh-client libpam-systemd dbus procps systemd >$RIG/log/apt 2>&1 || {
		not_ok "what the test needs is installed" "$(tail -n 5 $RIG/log/apt)"
		exit 1
	}
	ssh-keygen -q -t ed25519 -N '' -f $RIG/key
	ssh-keygen -q -t ed25519 -N '' -f $RIG/hostkey
	for user in alice bob; do
		useradd -m -s /bin/bash -p '*' "$user"
		install -d -m 700 -o "$user" -g "$user" "/home/$user/.ssh"
		install -m 600 -o "$user" -g "$user" $RIG/key.pub "/home/$user/.ssh/authorized_keys"
	done
	install -d -m 700 /root/.ssh
	install -m 600 $RIG/key.pub /root/.ssh/authorized_keys
	# The network is the machine's, where others may have a port.
	PORT=$((20000 + RANDOM % 10000))
}

# --- what is there ---------------------------------------------------------------------------------

# Every byte of what libpam and pam-auth-update read, with owners and modes.
pam_state() {
	find /etc/pam.d /etc/pam.conf /var/lib/pam -printf '%p %y %m %u:%g\n' | sort
	find /etc/pam.d /etc/pam.conf /var/lib/pam -type f -exec sha256sum {} + | sort -k 2
}

# Not even written anew with the same bytes.
pam_inodes() {
	find /etc/pam.d /var/lib/pam -printf '%p %i %T@\n' | sort
}

# All names but those of caches and logs, and of what apt and dpkg keep books in.
names() {
	find / -xdev \( -path /var/cache -o -path /var/log -o -path /var/lib/apt -o -path /var/lib/dpkg \
		-o -path /tmp -o -path /root -o -path /var/tmp \) -prune -o -printf '%y %p\n' | sort
}

# The state of dpkg, but for times.
packages() {
	dpkg-query -W -f '${Package} ${db:Status-Status}\n' | sort
}

space_of() { # USER
	run_as "$1" 'echo "${LOGINSPACE-none}"' 2>&1
}

ids() {
	loginspace list --ids | sort | xargs
}

doctor_says() { # LEVEL
	loginspace doctor 2>&1 | grep -E "^$1 "
}

session_lines() {
	sed -n 's/^session[[:space:]]*//p' $COMMON
}

no_init() {
	! pgrep -x loginspace-init >/dev/null
}

# --- the tests -------------------------------------------------------------------------------------

install_test() {
	local inodes
	inodes=$(pam_inodes)
	check "PKG-10 apt install ./*.deb" apt install $FIRST/*.deb
	is "PKG-10 installing changes no PAM file" "$(pam_state)" "$PAM_BEFORE"
	is "PKG-10 nor writes one anew" "$(pam_inodes)" "$inodes"
	# As any other package with a profile does when it is installed.
	pam-auth-update --package
	is "PKG-10 nor does it when all defaults are taken" "$(pam_state | grep /etc)" "$(grep /etc <<<"$PAM_BEFORE")"
	is "PKG-10 a login is as before" "$(space_of alice)" "$OUTSIDE"
	is "PKG-10 helper and init are root's alone" \
		"$(stat -c '%a %U:%G %n' /usr/libexec/loginspace/*)" \
		"700 root:root /usr/libexec/loginspace/loginspace-helper
700 root:root /usr/libexec/loginspace/loginspace-init"
	is "PKG-10 /run/loginspace is there" "$(stat -c '%a %U:%G' /run/loginspace)" "700 root:root"
	check "PKG-10 all pages, completions and the profile are there" ls /usr/share/man/man8/pam_loginspace.8.gz \
		/usr/share/man/man5/loginspace.conf.5.gz /usr/share/man/man8/loginspace{,-helper}.8.gz \
		/usr/share/bash-completion/completions/loginspace /usr/share/pam-configs/loginspace
	like "PKG-10 doctor: nobody has the line yet" "$(doctor_says warn)" 'no service has a line'
	is "PKG-10 doctor: nothing fails" "$(doctor_says fail)" ""
}

conffile_test() {
	local with
	is "PKG-11 the sample is a conffile" "$(dpkg-query -W -f '${Conffiles}' libpam-loginspace | awk '{ print $1 }' | xargs)" $CONF
	check "PKG-11 it is valid" loginspace check
	with=$(loginspace explain alice | sed "s,${CONF}[^ ]*,,")
	mv $CONF $CONF.away
	is "PKG-11 it says what holds without it" "$with" "$(loginspace explain alice)"
	mv $CONF.away $CONF
}

enable_test() {
	local before
	before=$(grep -rv '^#' /etc/pam.d --exclude=common-session)
	check "PKG-12 pam-auth-update --enable loginspace" pam-auth-update --enable loginspace
	is "PKG-12 the line is the last of common-session" "$(session_lines | tail -n 1 | xargs)" "required pam_loginspace.so"
	like "PKG-12 pam_systemd is there, before it" "$(session_lines | xargs)" 'pam_systemd.so .*pam_loginspace.so'
	is "PKG-12 no other file has changed, as for programs without a login" \
		"$(grep -rv '^#' /etc/pam.d --exclude=common-session)" "$before"
	like "PKG-12 doctor: the line is where it belongs" "$(doctor_says ok)" 'sshd: common-session:[0-9]+ .* opens'
	is "PKG-12 doctor: nothing fails" "$(doctor_says fail)" ""
	is "PKG-12 doctor: nothing of PAM is to be mended" "$(doctor_says warn | grep pam)" ""
	like "PKG-12 a login has a space" "$(space_of alice)" '^[0-9]+-0$'
	like "PKG-12 su, too" "$(su - alice -c 'echo $LOGINSPACE')" '^[0-9]+-[0-9]+$'
	is "PKG-12 root has none" "$(space_of root)" "$OUTSIDE"
	PAM_ENABLED=$(pam_state)
}

# What comes after the line works, but for what docs/PACKAGE.md says.
after_test() {
	local drop_in=/etc/security/loginspace.conf.d/user.conf limits=/etc/security/limits.d/test.conf
	local raised=50
	printf 'alice hard %s\n' 'nofile 512' 'rtprio 50' >$limits
	(ulimit -r 50) 2>/dev/null || raised=0
	[[ $raised -ne 0 ]] || skip_kernel "PKG-12 limits that are raised" "nor can root do so here"
	is "PKG-12 pam_limits, after it, sets limits" "$(limits_of alice)" "$(id -u alice) 512 $raised"
	printf '[default]\nnamespaces = mount pid ipc uts net user\n' >$drop_in
	is "PKG-12 in a user namespace it cannot raise any, and the login goes on" "$(limits_of alice)" "$(id -u alice) 512 0"
	rm $limits $drop_in
}

limits_of() {
	run_as "$1" 'echo ${LOGINSPACE%-*}; ulimit -Hn; ulimit -Hr' 2>&1 | xargs
}

# The second profile, for modules that clean up when a session ends.
close_test() {
	check "PKG-13 pam-auth-update --enable loginspace-close" pam-auth-update --enable loginspace-close
	like "PKG-13 it comes first of the modules that packages add" "$(session_lines | xargs)" \
		'required pam_loginspace.so close required pam_unix.so .*required pam_loginspace.so$'
	is "PKG-13 doctor: nothing of PAM is to be mended" "$(doctor_says 'warn|fail' | grep pam)" ""
	like "PKG-13 a login has a space" "$(space_of alice)" '^[0-9]+-[0-9]+$'
	check "PKG-13 pam-auth-update --disable loginspace-close" pam-auth-update --disable loginspace-close
	is "PKG-13 and is gone" "$(session_lines | grep -c loginspace)" 1
}

upgrade_test() {
	local old
	wait_until 5 no_init
	session_start old alice
	old=$(session_do old 'echo $LOGINSPACE')
	is "PKG-14 before the upgrade one space lives" "$(ids)" "$old"
	check "PKG-14 the next version of the command does not go with this module" \
		not apt install $NEXT/loginspace_*.deb
	check "PKG-14 apt install of the next version" apt install $NEXT/*.deb
	is "PKG-14 the programs are all of that version" "$(doctor_says fail)" ""
	is "PKG-14 the PAM files are as before" "$(pam_state)" "$PAM_ENABLED"
	is "PKG-14 the old login works" "$(session_do old 'echo $LOGINSPACE; cat /proc/1/comm' | xargs)" "$old loginspace-init"
	check "PKG-14 a new login gets in" session_start new alice
	is "PKG-14 both live" "$(ids)" "$old $(session_do new 'echo $LOGINSPACE')"
	isnt "PKG-14 in spaces of their own" "$(session_do new 'readlink /proc/self/ns/pid')" "$(session_do old 'readlink /proc/self/ns/pid')"
	like "PKG-14 and another user" "$(space_of bob)" '^[0-9]+-0$'
}

remove_test() {
	check "PKG-15 apt remove, with the logins alive" apt remove loginspace libpam-loginspace
	is "PKG-15 the PAM files are as before the packages came" "$(pam_state)" "$PAM_BEFORE"
	check "PKG-15 the programs are gone" not ls /usr/libexec/loginspace /usr/lib/*/security/pam_loginspace.so
	check "PKG-15 the configuration is still there" test -f $CONF
	is "PKG-15 the login of the first version works" "$(session_do old 'cat /proc/1/comm; touch /tmp/x && echo $?' | xargs)" "loginspace-init 0"
	is "PKG-15 that of the next version, too" "$(session_do new 'cat /proc/1/comm; touch /tmp/x && echo $?' | xargs)" "loginspace-init 0"
	is "PKG-15 a new login gets in, without a space" "$(space_of alice)" "$OUTSIDE"
	is "PKG-15 root gets in" "$(space_of root)" "$OUTSIDE"
	session_stop old
	session_stop new
	check "PKG-15 their spaces end with them" wait_until 5 no_init
}

refused() {
	! apt remove libpam-loginspace >$RIG/refusal 2>&1
}

# A line that pam-auth-update does not take out would lock everybody out.
line_left() { # NAME FILE
	check "PKG-16 $1: the removal is refused" refused
	check "PKG-16 $1: it says which file" grep -q "^  $2\$" $RIG/refusal
	check "PKG-16 $1: the module is there" ls /usr/lib/*/security/pam_loginspace.so
	like "PKG-16 $1: alice gets in" "$(space_of alice)" '^[0-9]+-[0-9]+$'
	is "PKG-16 $1: root gets in" "$(space_of root)" "$OUTSIDE"
}

by_hand_test() {
	check "PKG-16 apt install, once more" apt install $NEXT/*.deb
	is "PKG-16 it changes no PAM file" "$(pam_state)" "$PAM_BEFORE"
	cp -a /etc/pam.d /root/pam.d
	cp -a /var/lib/pam /root/pam
	echo '-session required pam_loginspace.so' >>/etc/pam.d/sshd
	line_left "a line by hand" /etc/pam.d/sshd
	cp -a /root/pam.d/. /etc/pam.d/
	pam-auth-update --enable loginspace
	sed -i 's/^session.*pam_systemd.so.*/session optional pam_echo.so\n&/' $COMMON
	line_left "common-session changed by hand" $COMMON
	cp -a /root/pam.d/. /etc/pam.d/
	cp -a /root/pam/. /var/lib/pam/
	rm -r /root/pam.d /root/pam
}

purge_test() {
	local inodes
	inodes=$(pam_inodes)
	check "PKG-17 apt purge" apt purge loginspace libpam-loginspace
	is "PKG-17 never enabled, no PAM file is written anew" "$(pam_inodes)" "$inodes"
	check "PKG-17 and of what came with them" apt autoremove --purge
	is "PKG-17 the PAM files are as before the packages came" "$(pam_state)" "$PAM_BEFORE"
	is "PKG-17 dpkg knows nothing of them" "$(packages)" "$PACKAGES_BEFORE"
	names >$RIG/after
	is "PKG-17 no file of theirs is left" "$(diff $RIG/before $RIG/after)" ""
	check "PKG-17 nor anything in /run" not ls -d /run/loginspace
	is "PKG-17 alice gets in" "$(space_of alice)" "$OUTSIDE"
}

prepare
start_sshd
is "PKG-10 before the packages come: alice gets in" "$(space_of alice)" "$OUTSIDE"
run_as root true
PAM_BEFORE=$(pam_state) PACKAGES_BEFORE=$(packages)
names >$RIG/before
install_test
conffile_test
enable_test
after_test
close_test
upgrade_test
remove_test
by_hand_test
purge_test
stop_sshd
