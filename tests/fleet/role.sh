# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016
# config/ansible against three hosts: audit first, then one group, then all; what is broken stops at
# the first host and changes nothing; back again; an upgrade with people logged in.
# PID 1 in namespaces of its own, by tests/fleet/run. LS_FLEET_TESTS="audit group": not all of it; each
# begins with what those before it have left.
set -u
: "${SOURCE:?}" "${WORK:?}" "${TREE:?}" "${DEBS:?}"
export RIG=$WORK/rig
mkdir -p "$RIG/log" "$WORK/fleet"
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/tools.bash"
. "$SOURCE/tests/fleet/hosts.bash"
FILE=/etc/security/loginspace.conf.d/90-ansible.conf
INSIDE='^[0-9]+-[0-9]+$'
SITE=$WORK/site

not() {
	! "$@"
}

# --- the machine that Ansible runs on --------------------------------------------------------------

# As people have it: the playbooks, the role, an inventory.
site_make() {
	mkdir -p "$SITE/inventory/group_vars" "$SITE/files"
	cp -r "$SOURCE"/config/ansible/{roles,*.yml} "$SITE/"
	cp "$DEBS"/first/*.deb "$SITE/files/"
	cat >"$SITE/ansible.cfg" <<-END
		[defaults]
		home = $WORK/ansible
		local_tmp = $WORK/ansible/tmp
		private_key_file = $RIG/key
		host_key_checking = False
		nocolor = True
		retry_files_enabled = False
		interpreter_python = /usr/bin/python3
		[ssh_connection]
		pipelining = True
		control_path_dir = $WORK/cp
		ssh_args = -F none -o ControlMaster=auto -o ControlPersist=60 -o UserKnownHostsFile=/dev/null
	END
	cat >"$SITE/inventory/hosts.yml" <<-END
		loginspace:
		  children:
		    canary:
		      hosts:
		        h1: {ansible_host: ${ADDRESS[h1]}, ansible_user: deploy}
		    staff:
		      hosts:
		        h2: {ansible_host: ${ADDRESS[h2]}, ansible_user: deploy}
		        h3: {ansible_host: ${ADDRESS[h3]}, ansible_user: root, loginspace_debs: []}
	END
	debs_named "$SITE"/files/*.deb
}

debs_named() {
	{
		echo 'loginspace_debs:'
		printf '  - %s\n' "$@"
		echo 'loginspace_confirm_seconds: 60'
	} >"$SITE/inventory/group_vars/loginspace.yml"
}

# phase GROUP PHASE
phase() {
	printf 'loginspace_phase: %s\n' "$2" >"$SITE/inventory/group_vars/$1.yml"
}

# The lines of [default], and the sections.
policy_is() { # DEFAULT SECTIONS
	jq -n --arg default "$1" --arg sections "$2" \
		'{loginspace_default: $default, loginspace_sections: $sections}' >"$SITE/inventory/group_vars/all.json"
}

play() { # PLAYBOOK ARGUMENTS
	local begin=$SECONDS status
	(cd "$SITE" && LC_ALL=C.UTF-8 HOME=$WORK TMPDIR=$WORK timeout 900 ansible-playbook -i inventory "$@") >"$RIG/play" 2>&1
	status=$?
	printf '#   %s: %d s\n' "$*" $((SECONDS - begin)) >&3
	[[ $status -eq 0 ]] || cat "$RIG/play"
	return $status
}

# The column KEY of the recap for HOST; "none" when no task was run there.
recap() { # HOST KEY
	sed -n "/^PLAY RECAP/,\$ s/^$1 .*[[:space:]]$2=\([0-9]*\).*/\1/p" "$RIG/play" | grep . || echo none
}

# --- what there is on a host -----------------------------------------------------------------------

# In whose space a login lands; "host": in none.
place_of() { # HOST USER
	on "$1" "$2" 'echo "${LOGINSPACE:-host}"'
}

# Every byte that libpam and a login's policy depend on, with owners and modes.
state_of() { # HOST
	on "$1" root 'find /etc/pam.d /etc/security /var/lib/pam -printf "%p %y %m %u:%g\n" | sort
		find /etc/pam.d /etc/security /var/lib/pam -type f -exec sha256sum {} + | sort -k 2
		dpkg-query -W "*loginspace*" 2>/dev/null'
}

states() {
	local host
	for host in "${HOSTS[@]}"; do
		state_of "$host"
	done
}

logged() { # HOST PATTERN: since the last log_cut
	on "$1" root "tail -n +\$((\$(cat /root/log-at 2>/dev/null || echo 0) + 1)) /var/log/auth.log" |
		grep -a loginspace | grep -Eq -- "$2"
}

log_cut() {
	local host
	for host in "${HOSTS[@]}"; do
		on "$host" root 'wc -l </var/log/auth.log >/root/log-at'
	done
}

no_leftovers() { # HOST
	is "$1: nothing of the trial is left" "$(on "$1" root 'ls -d /run/loginspace.* 2>/dev/null; ls /etc/security/loginspace.conf.d' | xargs)" \
		"90-ansible.conf"
}

# --- the tests -------------------------------------------------------------------------------------

lint_test() {
	check "FLT-10 ansible-playbook --syntax-check" play rollout.yml --syntax-check
	(cd "$SITE" && git init -q . && git add rollout.yml rollback.yml report.yml roles) >/dev/null 2>&1
	check "FLT-10 ansible-lint, profile production" lint
	is "FLT-10 the sample inventory begins with audit, on each host" \
		"$(LC_ALL=C.UTF-8 HOME=$WORK ansible-inventory -i "$SOURCE/config/ansible/inventory" --list |
			jq -r '._meta.hostvars[].loginspace_phase' | xargs)" "audit audit audit"
}

lint() {
	(cd "$SITE" && LC_ALL=C.UTF-8 HOME=$WORK ansible-lint --offline --profile production -q rollout.yml rollback.yml report.yml roles)
}

# Not the first phase first: nothing at all.
order_test() {
	local before
	before=$(states)
	phase canary isolate
	check "FLT-11 isolate without audit before: refused" not play rollout.yml
	like "FLT-11 and it says so" "$(<"$RIG/play")" 'has not been through audit'
	is "FLT-11 no host has changed" "$(states)" "$before"
	is "FLT-11 the second host was not asked" "$(recap h2 ok)" none
	phase canary audit
	phase canary nonsense
	check "FLT-11 a phase that there is not: refused" not play rollout.yml
	is "FLT-11 no host has changed by that either" "$(states)" "$before"
	phase canary audit
}

# What fails when the PAM files have the line already: it is taken out again.
first_test() {
	check "FLT-11 a first change that fails at its end" not play rollout.yml --limit h1 \
		-e '{"loginspace_phase": "isolate", "loginspace_audit_first": false, "loginspace_exempt": []}'
	like "FLT-11 a first change that fails at its end: it says where" "$(tr -d '\n' <"$RIG/play")" \
		'What failed: See where the login is now'
	like "FLT-11 a first change that fails at its end: it had enabled the profile" "$(<"$RIG/play")" \
		$'Enable what is to be enabled[^\n]*\nchanged: .h1'
	is "FLT-11 a first change that fails at its end: the PAM files are as before" "$(pam_files)" "$PAM_BEFORE"
	check "FLT-11 a first change that fails at its end: its file is not there" not on h1 root ls $FILE
	is "FLT-11 a first change that fails at its end: alice gets in" "$(place_of h1 alice)" host
}

audit_test() {
	local host before
	check "FLT-12 --check on hosts without the packages" play rollout.yml --check
	before=$(state_of h1)
	log_cut
	check "FLT-12 audit, on all hosts" play rollout.yml
	for host in "${HOSTS[@]}"; do
		is "FLT-12 $host: a login is on the host" "$(place_of "$host" alice)" host
		check "FLT-12 $host: the log says what it would have got" \
			logged "$host" 'sshd:session\): audit: user="alice" .* would="space scope=login'
		is "FLT-12 $host: both packages are there" \
			"$(on "$host" root "dpkg-query -W -f '\${Package} ' libpam-loginspace loginspace")" "libpam-loginspace loginspace "
		no_leftovers "$host" | sed 's/ok - /&FLT-12 /'
	done
	check "FLT-12 as whom Ansible logs in is exempt" on h1 root "grep -A1 'match user=deploy' $FILE | grep -q 'isolate = no'"
	check "FLT-12 h3, by root: nobody is" on h3 root "! grep -q 'match user' $FILE"
	isnt "FLT-12 h1 has changed" "$(state_of h1)" "$before"
	before=$(states)
	check "FLT-12 once more" play rollout.yml
	is "FLT-12 once more: nothing is changed, says Ansible" "$(recap h1 changed) $(recap h2 changed) $(recap h3 changed)" "0 0 0"
	is "FLT-12 once more: nothing is" "$(states)" "$before"
	check "FLT-12 report.yml" play report.yml
	like "FLT-12 it has alice's login" "$(<"$RIG/play")" 'audit \\?"alice\\?" would=\\?"space'
}

group_test() {
	local before_h2
	before_h2=$(state_of h2)
	phase canary isolate
	check "FLT-13 --check" play rollout.yml --check
	is "FLT-13 --check changes nothing" "$(place_of h1 alice)" host
	is "FLT-13 --check says what it would change" "$(recap h1 changed)" 1
	check "FLT-13 isolate, for one group" play rollout.yml
	like "FLT-13 h1: a login has a space" "$(place_of h1 alice)" "$INSIDE"
	is "FLT-13 h1: that of Ansible has none" "$(place_of h1 deploy)" host
	is "FLT-13 h2: a login is on the host" "$(place_of h2 alice)" host
	is "FLT-13 h2 has not changed" "$(state_of h2)" "$before_h2"
	no_leftovers h1 | sed 's/ok - /&FLT-13 /'
}

# broken NAME PATTERN [ARGUMENTS]: a change that must stop at the first host, with all as it was.
broken() {
	local name=$1 pattern=$2 before
	shift 2
	before=$(states)
	check "FLT-14 $name: the play fails" not play rollout.yml "$@"
	like "FLT-14 $name: it says why" "$(tr -d '\n' <"$RIG/play")" "as they were. What failed: .*$pattern"
	is "FLT-14 $name: nothing has changed, on no host" "$(states)" "$before"
	is "FLT-14 $name: the first host has failed" "$(recap h1 failed)" 1
	is "FLT-14 $name: the next was not asked" "$(recap h2 ok)$(recap h3 ok)" nonenone
	like "FLT-14 $name: alice gets in on h1, with a space" "$(place_of h1 alice)" "$INSIDE"
	is "FLT-14 $name: and on h2, as before" "$(place_of h2 alice)" host
	no_leftovers h1 | sed "s/ok - /&FLT-14 $name: /"
	check "FLT-14 $name: the kill switch is not thrown" not on h1 root ls /run/loginspace/off
}

broken_test() {
	policy_is 'lingr = none' ''
	broken "an unknown key" 'unknown key .*lingr'
	policy_is '' $'[match user=nobody-knows-him]\nlinger = none'
	broken "a user that does not exist" 'nobody-knows-him'
	policy_is 'bind = /no/such/folder:/mnt' ''
	broken "a path that does not exist" 'denied'
	# A host that is still in audit finds it just the same.
	check "FLT-14 a path that does not exist: found in audit, too" not play rollout.yml --limit h2
	is "FLT-14 a path that does not exist: alice gets in on h2" "$(place_of h2 alice)" host
	policy_is '' ''
	on h1 root "cp -a /etc/ssh/sshd_config /root/; sed -i 's/^UsePAM.*/UsePAM no/' /etc/ssh/sshd_config"
	policy_is 'max_spaces = 7' ''
	broken "what only the doctor finds" 'Ask the doctor.*UsePAM'
	on h1 root 'cp -a /root/sshd_config /etc/ssh/'
	policy_is '' $'[match group=users]\nisolate = yes'
	check "FLT-14 a section that is ahead of the phase: refused" not play rollout.yml --limit h2
	like "FLT-14 a section that is ahead of the phase: it says which" "$(<"$RIG/play")" 'isolate = yes'
	policy_is '' ''
}

# The configuration is right, the doctor is content, the witness gets in: but the play would not.
lockout_test() {
	policy_is '' $'[match user=deploy]\nbind = /no/such/folder:/mnt'
	broken "a change that keeps Ansible out" 'See where the login is now' \
		-e '{"loginspace_exempt": [], "loginspace_confirm_seconds": 40}'
	is "FLT-15 afterwards Ansible gets in" "$(place_of h1 deploy)" host
	policy_is '' ''
	broken "a change that takes Ansible into a space" 'See where the login is now' \
		-e '{"loginspace_exempt": []}'
}

# The same, and nobody takes it back: the host does so by itself.
killed_test() {
	local job
	policy_is '' $'[match user=deploy]\nbind = /no/such/folder:/mnt'
	(cd "$SITE" && LC_ALL=C.UTF-8 HOME=$WORK exec ansible-playbook -i inventory rollout.yml --limit h1 \
		-e '{"loginspace_exempt": [], "loginspace_confirm_seconds": 30}') >"$RIG/killed" 2>&1 &
	job=$!
	check "FLT-15 killed: the change is in place" wait_until 120 on h1 root "grep -q no/such $FILE"
	kill -KILL $job
	wait $job 2>/dev/null
	unlike "FLT-15 killed: Ansible is kept out" "$(place_of h1 deploy)" "^(host|[0-9]+-[0-9]+)\$"
	check "FLT-15 killed: the host throws the kill switch" wait_until 60 on h1 root ls /run/loginspace/off
	is "FLT-15 killed: Ansible gets in" "$(place_of h1 deploy)" host
	check "FLT-15 killed: the log says why" on h1 root "grep -q ' loginspace: off: a change by Ansible was not confirmed' /var/log/auth.log"
	policy_is '' ''
	check "FLT-15 killed: the way back is a change that is right" play rollout.yml --limit h1
	on h1 root 'rm -rf /run/loginspace/off /run/loginspace.*'
	like "FLT-15 killed: afterwards alice has a space" "$(place_of h1 alice)" "$INSIDE"
}

all_test() {
	local host
	printf 'loginspace_phase: isolate\n' >"$SITE/inventory/group_vars/staff.yml"
	check "FLT-16 isolate, for all" play rollout.yml
	for host in "${HOSTS[@]}"; do
		like "FLT-16 $host: a login has a space" "$(place_of "$host" alice)" "$INSIDE"
	done
	is "FLT-16 h1 had it already" "$(recap h1 changed)" 0
}

rollback_test() {
	local host
	check "FLT-17 the last change taken back, on one group" play rollback.yml --limit staff
	is "FLT-17 h2, h3: logins are on the host again" "$(place_of h2 alice) $(place_of h3 alice)" "host host"
	check "FLT-17 h2: it is audit" on h2 root "grep -qx 'isolate = audit' $FILE"
	like "FLT-17 h1 is as it was" "$(place_of h1 alice)" "$INSIDE"
	check "FLT-17 taken back once more is the way forward" play rollback.yml --limit staff
	like "FLT-17 h2: a login has a space" "$(place_of h2 alice)" "$INSIDE"
	check "FLT-17 the kill switch, on all" switch touch
	for host in "${HOSTS[@]}"; do
		is "FLT-17 $host: logins are on the host" "$(place_of "$host" alice)" host
	done
	check "FLT-17 the kill switch, taken back" switch absent
	like "FLT-17 h3: a login has a space" "$(place_of h3 alice)" "$INSIDE"
}

# As docs/ANSIBLE.md has it.
switch() { # STATE
	(cd "$SITE" && LC_ALL=C.UTF-8 HOME=$WORK ansible loginspace -i inventory -b -m ansible.builtin.file \
		-a "path=/run/loginspace/off state=$1 mode=0600")
}

# The same files, the next version, with somebody logged in.
upgrade_test() {
	local space
	mkdir "$SITE/files/next"
	cp "$DEBS"/next/*.deb "$SITE/files/next/"
	cp "$DEBS"/next/*.deb "$(root_of h3)/srv/fleet/repository/"
	repository_index "$(root_of h3)/srv/fleet/repository"
	debs_named "$SITE"/files/next/*.deb
	on_session_start h1
	space=$(session_do held 'echo $LOGINSPACE')
	check "FLT-18 the next version, on all" play rollout.yml -e loginspace_packages_state=latest
	is "FLT-18 it is there" "$(for host in "${HOSTS[@]}"; do on "$host" root 'loginspace version' | head -n 1; done | sort -u)" \
		"loginspace $NEXT"
	is "FLT-18 who was logged in still is" "$(session_do held 'echo $LOGINSPACE; cat /proc/1/comm' | xargs)" "$space loginspace-init"
	like "FLT-18 new logins have spaces" "$(place_of h1 bob) $(place_of h3 bob)" '^[0-9]+-[0-9]+ [0-9]+-[0-9]+$'
	session_stop held
}

# Sessions of lib.bash go to a port of 127.0.0.1.
on_session_start() { # HOST
	PORT=22
	session_start held alice -o "HostName=${ADDRESS[$1]}"
}

# The other profile, too; and pam-auth-update(8) does nothing where the files were changed by hand.
profiles_test() {
	local before
	check "FLT-19 both profiles" play rollout.yml --limit h1 -e '{"loginspace_profiles": ["loginspace", "loginspace-close"]}'
	is "FLT-19 both profiles: both lines are there" "$(on h1 root 'grep -c pam_loginspace /etc/pam.d/common-session')" 2
	like "FLT-19 both profiles: a login has a space" "$(place_of h1 alice)" "$INSIDE"
	on h2 root "cp -a /etc/pam.d/common-session /root/
		sed -i 's/^session.*pam_unix.so.*/session optional pam_echo.so\n&/' /etc/pam.d/common-session"
	before=$(state_of h2)
	phase staff disabled
	check "FLT-19 common-session changed by hand: the play fails" not play rollout.yml --limit h2
	like "FLT-19 common-session changed by hand: it says where" "$(tr -d '\n' <"$RIG/play")" 'What failed: See that the PAM files have it'
	is "FLT-19 common-session changed by hand: nothing has changed" "$(state_of h2)" "$before"
	on h2 root 'cp -a /root/common-session /etc/pam.d/'
}

disabled_test() {
	phase canary disabled
	phase staff disabled
	check "FLT-19 disabled, on all" play rollout.yml
	is "FLT-19 the PAM files are as before it came" "$(pam_files)" "$PAM_BEFORE"
	is "FLT-19 h2: a login is on the host" "$(place_of h2 alice)" host
}

pam_files() {
	local host
	for host in "${HOSTS[@]}"; do
		on "$host" root 'find /etc/pam.d -type f -exec sha256sum {} + | sort -k 2'
	done
}

# --- the hosts -------------------------------------------------------------------------------------

repository_index() { # FOLDER
	(cd "$1" && dpkg-scanpackages --multiversion . >Packages 2>/dev/null)
}

fleet_make() {
	local host
	mount -t tmpfs -o mode=755 run /run && mkdir -p "$WORK/ansible/tmp" /run/netns || return
	mount -t sysfs -o nosuid,nodev,noexec,ro sysfs /sys 2>/dev/null
	ip link set lo up
	mkdir -p "$SOURCE/build/tests"
	tool_build logsink "$SOURCE/tests/rig/logsink.c" || return
	ssh-keygen -q -t ed25519 -N '' -f "$RIG/key"
	ssh-keygen -q -t ed25519 -N '' -f "$WORK/fleet/hostkey"
	cp "$RIG/key.pub" "$WORK/fleet/"
	# Their own on one of them; the others get files.
	mkdir "$WORK/fleet/repository"
	cp "$DEBS"/first/*.deb "$WORK/fleet/repository/"
	repository_index "$WORK/fleet/repository"
	for host in "${HOSTS[@]}"; do
		host_start "$host" || return
	done
}

exec 3>&1
trap 'kill $(jobs -p) 2>/dev/null' EXIT
NEXT=$(dpkg-deb -f "$(echo "$DEBS"/next/loginspace_*.deb)" Version)
fleet_make || {
	not_ok "FLT-10 the hosts start" "$(tail -n 5 "$RIG"/log/*)"
	exit 1
}
site_make
policy_is '' ''
PAM_BEFORE=$(pam_files)
for name in ${LS_FLEET_TESTS:-lint order first audit group broken lockout killed all rollback upgrade profiles disabled}; do
	"${name}_test"
done
