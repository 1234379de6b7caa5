# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What an administrator does while people work: checks a configuration before it is used (ADM-02),
# installs, upgrades and removes the package (ADM-03), logs in while another login hangs (ADM-04), and
# what must not depend on the module at all (ADM-07).
. "$SOURCE/tests/root/policy.bash"
needs_module

# --- ADM-02 --------------------------------------------------------------------------------------

# Before use, from another file; then in use. Both have to say the same.
check_test() {
	local name line status
	confined "ADM-02 before: alice has a space" alice
	session_start s alice
	while IFS='|' read -r name line; do
		printf '%s\n' '[default]' "$line" >"$RIG/next.conf"
		"$COMMAND" check "$RIG/next.conf" >"$RIG/out" 2>&1
		status=$?
		confined "ADM-02 $name: a file that is only checked changes nothing" alice
		cp "$RIG/next.conf" "$CONF"
		is "ADM-02 $name: in use it is what check has said" \
			"$(space_of alice)" "$([[ $status -eq 0 ]] && echo "$INSIDE" || echo "$REFUSED")"
		is "ADM-02 $name: what lives goes on" "$(session_do s 'cat /proc/1/comm')" "$INSIDE"
		[[ $status -eq 0 ]] || like "ADM-02 $name: check names the line" "$(<"$RIG/out")" 'next.conf:2: '
		policy
	done <<-'END'
		good|hostname = good
		unknown key|nonsense = 1
		bad value|max_spaces = -1
		unknown user|[match user=nobody-knows-him]
		two good lines|linger = none
	END
	session_stop s
}

# --- ADM-03 --------------------------------------------------------------------------------------

make_quiet() {
	make -C "$SOURCE" -s --no-print-directory "DESTDIR=$RIG/dest" PREFIX=/usr "$@"
}

install_test() {
	local before
	before=$(find /etc/pam.d /etc/security | sort | xargs -d '\n' ls -ld)
	mkdir "$RIG/dest"
	check "ADM-03 make install" make_quiet install
	is "ADM-03 it puts nothing into /etc" "$(find "$RIG/dest" -path '*/etc*')" ""
	is "ADM-03 and leaves the machine's alone" "$(find /etc/pam.d /etc/security | sort | xargs -d '\n' ls -ld)" "$before"
	check "ADM-03 make uninstall" make_quiet uninstall
	is "ADM-03 takes all files away" "$(find "$RIG/dest" -type f)" ""
	rm -r "$RIG/dest"
}

no_init() {
	! pgrep -x "$INSIDE"
}

programs() { # CMD: for each of ours
	local file
	for file in "$MODULE" "$HELPER" "$RIG/libexec/loginspace-init"; do
		"$1" "$file"
	done
}

# As dpkg does: a new file, renamed over the old one.
upgrade() {
	cp -p "$1" "$1.dpkg-new" && mv "$1.dpkg-new" "$1"
}

put_away() {
	mv "$1" "$1.away"
}

put_back() {
	mv "$1.away" "$1"
}

upgrade_test() {
	wait_until 5 no_init
	sshd_settle
	ledger_begin "$RIG/before"
	session_start s alice
	programs upgrade
	is "ADM-03 upgrade: the session goes on" "$(session_do s 'cat /proc/1/comm')" "$INSIDE"
	confined "ADM-03 upgrade: new logins get the new programs" bob
	session_stop s
	check "ADM-03 upgrade: the old one ends with nothing left" ledger_same_within 5 "$RIG/before"
	policy '[default]' 'scope = user'
	session_start s alice
	programs upgrade
	is "ADM-03 upgrade: a login joins the space of the old init" \
		"$(run_as alice 'readlink /proc/self/ns/pid')" "$(session_do s 'readlink /proc/self/ns/pid')"
	session_stop s
	policy
	check "ADM-03 upgrade: and that ends with nothing left" ledger_same_within 5 "$RIG/before"
}

remove_test() {
	session_start s alice
	programs put_away
	is "ADM-03 removal: the session goes on" "$(session_do s 'cat /proc/1/comm; sleep 0; echo $?' | xargs)" "$INSIDE 0"
	session_stop s
	check "ADM-03 removal: and ends with nothing left" ledger_same_within 5 "$RIG/before"
	# That is libpam's doing: it denies for a line whose module is missing.
	unlike "ADM-03 removal with the line left behind: alice does not get in" "$(space_of alice)" "^($INSIDE|$OUTSIDE)\$"
	unlike "ADM-03 removal with the line left behind: nor does root" "$(space_of root)" "^($INSIDE|$OUTSIDE)\$"
	sed -i "s|^session required $MODULE|-&|" /etc/pam.d/sshd
	unlike "ADM-03 nor with a '-' in front of it, which is about the log alone" "$(space_of alice)" "^($INSIDE|$OUTSIDE)\$"
	pam_setup
	LS_CONTROL=1 pam_setup
	let_in "ADM-03 removal with the line taken out: as before" alice
	programs put_back
	pam_setup
	confined "ADM-03 installed again: alice has a space" alice
}

# Half of a package: one of the three is there already, or there still.
half_test() {
	put_away "$HELPER"
	refused "ADM-03 without the helper: alice is refused" alice
	let_in "ADM-03 without the helper: root gets in" root
	put_back "$HELPER"
	put_away "$RIG/libexec/loginspace-init"
	confined "ADM-03 without loginspace-init: the helper does its work" alice
	put_back "$RIG/libexec/loginspace-init"
}

# --- ADM-04 --------------------------------------------------------------------------------------

# The first who asks this helper waits, all others get an answer.
hang_make() {
	install -m 700 "$RIG/bin/fakehelper" "$RIG/libexec/fakehelper-hang"
	cat >"$RIG/libexec/once" <<-END
		#!/bin/sh
		/bin/mkdir $RIG/once 2>/dev/null && exec $RIG/libexec/fakehelper-hang
		exec $HELPER
	END
	chmod 700 "$RIG/libexec/once"
	with_helper "$RIG/libexec/once"
}

quickly_in() { # NAME USER WANTED
	local begin took
	begin=$(now_ms)
	is "ADM-04 $1: $2 gets in" "$(space_of "$2")" "$3"
	took=$(($(now_ms) - begin))
	check "ADM-04 $1: at once ($took ms)" test $took -lt 4000
}

hang_test() {
	local name hung
	hang_make
	for name in "no configuration" "a configuration" "root confined"; do
		case $name in
		a*) policy '[default]' ;;
		root*) policy '[default]' '[match user=root]' 'isolate = yes' ;;
		esac
		rmdir "$RIG/once" 2>/dev/null
		run_as alice true >"$RIG/hung" 2>&1 &
		hung=$!
		wait_until 5 pgrep -f fakehelper-hang
		quickly_in "a login hangs, $name" root "$([[ $name == root* ]] && echo "$INSIDE" || echo "$OUTSIDE")"
		quickly_in "a login hangs, $name" bob "$INSIDE"
		check "ADM-04 $name: it hangs all the while" kill -0 $hung
		pkill -KILL -f fakehelper-hang
		wait $hung
	done
	policy
	with_helper "$HELPER"
}

# --- ADM-07 --------------------------------------------------------------------------------------

rescue_test() {
	local file
	file=$(command -v sulogin)
	if [[ -n $file ]]; then
		unlike "ADM-07 sulogin does not use PAM" "$(ldd "$file")" libpam
	fi
	for file in emergency rescue debug-shell; do
		file=/usr/lib/systemd/system/$file.service
		[[ ! -e $file ]] || check "ADM-07 ${file##*/} does not use PAM" not grep -q ^PAMName "$file"
	done
	check "ADM-07 systemd-user is not in the built-in list" not grep -q systemd "$SOURCE/include/policy.h" "$SOURCE/lib/policy.c"
}

not() {
	! "$@"
}

start_sshd
run_as root true
check_test
install_test
upgrade_test
remove_test
half_test
hang_test
rescue_test
stop_sshd
