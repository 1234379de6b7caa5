# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# What each application does with the module: where its user's programs run, what is left of a login
# when a space cannot be made (nothing may run), and what when its service is not listed. Makes the
# table of docs/APPLICATIONS.md. FLT-02.
#
# packages: cron at opendoas socat xauth
# Environment: LS_WRITE=1 writes what is otherwise compared; LS_APPLICATIONS=all tries each fault with
# all of them, and not only the first with all.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/applications.bash"
needs_module

PAGE=$SOURCE/docs/APPLICATIONS.md
SERVICES=(sshd login su runuser sudo sudo-i doas cron atd noforker)
LISTED='sshd login su su-l runuser runuser-l sudo sudo-i doas cron atd noforker'
WITNESS=$RIG/witness
SAW=/home/alice/saw
CONTROL=$RIG/control
ALICE=alice@127.0.0.1
# FUNCTION, what it is, its service, and whether it runs one of the user's programs (p) or forwards
# bytes (f). Who execs without a fork has another first column.
ROWS=(
	'ssh_command|`ssh host CMD`|sshd|p'
	'ssh_shell|`ssh host`, a shell on a terminal|sshd|p'
	'ssh_sftp|`sftp`|sshd|p'
	'ssh_scp|`scp`|sshd|p'
	'ssh_scp_old|`scp -O`, the old protocol|sshd|p'
	'ssh_subsystem|`ssh -s`, a subsystem of the administrator|sshd|p'
	'ssh_agent|`ssh -A`, the agent|sshd|p'
	'ssh_x11|`ssh -Y`, X11|sshd|p'
	'ssh_second|ControlMaster, a command on the second channel|sshd|p'
	'ssh_local|`ssh -N -L`|sshd|f'
	'ssh_remote|`ssh -N -R`|sshd|f'
	'ssh_socks|`ssh -N -D`|sshd|f'
	'ssh_stdio|`ssh -W`|sshd|f'
	'ssh_second_local|ControlMaster, `-O forward -L` later|sshd|f'
	'login_shell|`login`|login|p'
	'su_shell|`su USER`|su|p'
	'su_login|`su - USER`|su-l|p'
	'runuser_shell|`runuser USER`|runuser|p'
	'runuser_login|`runuser -l USER`|runuser-l|p'
	'sudo_command|`sudo -u USER CMD`|sudo|p'
	'sudo_login|`sudo -i -u USER`|sudo-i|p'
	'doas_command|`doas -u USER CMD`|doas|p'
	'cron_job|a job of cron|cron|p'
	'at_job|a job of at|atd|p'
	'unit|exec without a fork, as systemd with `PAMName=`|noforker|p'
)
declare -A CELL
ONLY='.*'
# One of each service and kind.
SOME='ssh_command|ssh_local|[^s].*|s[^s].*'

# --- the stage -----------------------------------------------------------------------------------

# alice's shell, and the command where one is given: it writes down the namespaces it is in.
witness_make() {
	cat >"$WITNESS" <<-END
		#!/bin/bash
		{ echo \$(readlink /proc/\$\$/ns/{mnt,pid,ipc,uts,net}) && echo end; } >>$SAW
		exec /bin/bash "\$@"
	END
	chmod 755 "$WITNESS"
	sed -i "s|^\(alice:.*:\)[^:]*\$|\1$WITNESS|" /etc/passwd
}

# Spools of our own; the machine's jobs are none of ours.
spools_make() {
	mount -t tmpfs -o mode=755 rig /var/spool/cron || exit
	install -d -m 1730 -g crontab /var/spool/cron/crontabs
	install -d -m 1770 -o daemon -g daemon /var/spool/cron/at{jobs,spool}
	install -m 600 -o daemon -g daemon /dev/null /var/spool/cron/atjobs/.SEQ
	rm -f /etc/crontab /etc/cron.d/*
	echo "@reboot $WITNESS -c 'sleep 672 >/dev/null 2>&1 &'" >"$RIG/crontab"
	install -m 600 -o alice -g crontab "$RIG/crontab" /var/spool/cron/crontabs/alice
	echo "$WITNESS -c :" >"$RIG/atjob"
}

stage_make() {
	witness_make
	! command -v cron at >/dev/null || spools_make
	echo 'permit nopass root' >/etc/doas.conf
	chmod 400 /etc/doas.conf
	printf '%s required pam_permit.so\n' auth account session >"$RIG/pam.d/noforker"
	eval "$(ssh-agent -a "$RIG/agent")" >/dev/null
	ssh-add -q "$RIG/key"
	start_sshd "Subsystem rig /bin/true"
	host_serve 8821 host
	HOST_SERVER=$!
	host_serve 8824 client
	CLIENT_SERVER=$!
}

stage_clear() {
	kill "$HOST_SERVER" "$CLIENT_SERVER" "$SSH_AGENT_PID"
	stop_sshd
	! mountpoint -q /var/spool/cron || umount /var/spool/cron
}

host_serve() { # PORT TEXT
	nettool tcp-listen 127.0.0.1 "$1" "$2" >"$RIG/ready.$1" &
	wait_until 5 grep -q ready "$RIG/ready.$1"
}

# The line in the file of each service. su-l and runuser-l include others.
pam_everywhere() { # HELPER
	local HELPER=$1 service
	for service in "${SERVICES[@]}"; do
		if [[ -e $RIG/pam.d/$service ]]; then
			{ cat "$RIG/pam.d/$service" && echo && pam_line; } >"/etc/pam.d/$service"
		fi
	done
}

# --- one try -------------------------------------------------------------------------------------

namespaces_of() { # PID
	readlink /proc/"$1"/ns/{mnt,pid,ipc,uts,net} | xargs
}

# Where it ran: the names of the namespaces that are not the host's, or "host", or "nothing".
ran_where() { # KIND
	local line words
	if [[ $1 == f ]]; then
		line=$(<"$RIG/arrived")
		echo "${line:-nothing}"
		return
	fi
	[[ -s $SAW ]] || {
		[[ -e /home/alice/arrived ]] && echo "a file" || echo nothing
		return
	}
	line=$(grep -v '^end$' $SAW | tail -n 1)
	words=$(comm -13 <(tr ' ' '\n' <<<"$HOST" | sort) <(tr ' ' '\n' <<<"$line" | sort) | sed 's/:.*//' | xargs)
	[[ $words != 'ipc mnt net pid uts' ]] || words=space
	echo "${words:-host}"
}

status_word() { # STATUS SERVICE
	case $2:$1 in
	cron:* | atd:*) echo - ;;
	sshd:100) echo stays ;;
	*) echo "$1" ;;
	esac
}

# try FUNCTION SERVICE KIND: sets RAN, STATUS and TOLD.
try() {
	rm -f $SAW /home/alice/arrived "$RIG/arrived" "$CONTROL"
	: >"$RIG/arrived"
	log_mark
	"$1" >"$RIG/out" 2>&1 </dev/null
	STATUS=$(status_word $? "$2")
	RAN=$(ran_where "$3")
	TOLD=no
	! grep -qF "$REFUSED" "$RIG/out" || TOLD=yes
}

# row_lacks FUNCTION: what this machine lacks for it.
row_lacks() {
	local program=${1%%_*}
	case $program in
	at) program=atd ;;
	unit) program=noforker ;;
	esac
	command -v "$program" >/dev/null || echo "$program"
}

# each FUNCTION-OF-THE-STATE: for each row that can be tried here.
each() {
	local row function title service kind
	for row in "${ROWS[@]}"; do
		IFS='|' read -r function title service kind <<<"$row"
		if [[ -z $(row_lacks "$function") && $function =~ ^($ONLY)$ ]]; then
			try "$function" "$service" "$kind"
			"$1" "$function" "${title//\`/}" "$service" "$kind"
			sshd_settle
		fi
	done
}

# --- the states ----------------------------------------------------------------------------------

isolated_check() { # FUNCTION TITLE SERVICE
	local want=space
	# The process that opens the session is not in the new PID namespace itself.
	[[ $1 != unit ]] || want='ipc mnt net uts'
	is "$2: runs in the space" "$RAN" "$want"
	CELL[$1,isolated]=$RAN
	[[ $1 != ssh_agent ]] || is "$2: with its keys" "$(<"$RIG/out")" "$(<"$RIG/key.pub")"
	[[ $1 != cron_job ]] || check "$2: what it leaves in the background is ended" wait_until 5 no_sleeper
	[[ $1 != ssh_x11 ]] || like "$2: with a display" "$(<"$RIG/out")" 'localhost:1[0-9]'
}

no_init() {
	! pgrep -x "$INSIDE"
}

no_sleeper() {
	! pgrep -xf 'sleep 672'
}

failing_check() { # FUNCTION TITLE SERVICE
	local name="FLT-02 $2, $FAULT"
	is "$name: nothing runs" "$RAN" nothing
	is "$name: the log has one line" "$(log_count "denied: user=\"alice\" .*service=\"$3\"")" 1
	is "$name: status" "$STATUS" "${CELL[$1,status]-$STATUS}"
	CELL[$1,failing]=$RAN
	CELL[$1,status]=$STATUS
	CELL[$1,told]=$TOLD
	isnt "$name: the status is no success" "$STATUS" 0
}

unlisted_check() { # FUNCTION TITLE SERVICE
	is "$2, not listed: runs as without the module" "$RAN" host
	is "$2, not listed: the log has one line" "$(log_count "ignored: user=\"alice\" .*service=\"$3\"")" 1
	CELL[$1,unlisted]=$RAN
	[[ $1 != cron_job ]] || check "$2, not listed: it stays in the background" pkill -xf 'sleep 672'
}

isolated_test() {
	LISTEN=yes
	policy '[default]' "services = $LISTED"
	pam_everywhere "$HELPER"
	each isolated_check
	LISTEN=
}

failing_test() { # FAULT
	FAULT=$1
	each failing_check
	check "FLT-02 $1: nothing is left of all that" ledger_same_within 5 "$RIG/before"
}

faults_test() {
	pam_everywhere "$RIG/not-there"
	failing_test "no helper"
	[[ -n ${LS_APPLICATIONS-} ]] || ONLY=$SOME
	wrapper exhausted "strace -f -qq -o /dev/null -e trace=clone3 -e inject=clone3:error=ENOSPC"
	pam_everywhere "$RIG/libexec/exhausted"
	failing_test "no namespaces left"
	pam_everywhere "$HELPER"
	policy '[default]' 'nonsense'
	failing_test "a broken configuration"
}

unlisted_test() {
	ONLY='.*'
	policy '[default]' 'services = remote'
	each unlisted_check
}

# systemd would become the user's program as well. It is known by its name and refused, as nothing
# shall be confined by half.
systemd_test() {
	local name
	for name in systemd systemd-executor 'systemd (deleted)'; do
		policy '[default]' 'services = noforker'
		systemd_try "$name"
		is "$name: nothing runs" "$RAN $STATUS" "nothing 224"
		like "$name: and the log says why" "$(log_line 'denied: ')" \
			'step=application .*systemd would execute the program outside the PID namespace'
		check "$name: nothing is left" wait_until 5 no_init
		policy '[default]' 'services = noforker' 'isolate = audit'
		systemd_try "$name"
		is "$name: with isolate = audit" "$RAN" host
		policy '[default]' 'services = remote'
		systemd_try "$name"
		is "$name: not listed" "$RAN" host
	done
}

# The program may have been replaced while it ran.
systemd_try() { # NAME
	local EXECUTOR=$RIG/${1%% *}
	install "$(command -v noforker)" "$EXECUTOR"
	[[ $1 != *deleted* ]] || local -x GONE=yes
	try unit noforker p
}

# --- the page ------------------------------------------------------------------------------------

# place FUNCTION STATE: in words. What cannot be tried here is as the page has it.
place() {
	case ${CELL[$1,$2]-} in
	space) echo "the space" ;;
	host) echo "the host" ;;
	'ipc mnt net uts') echo "the space, but for its PID namespace" ;;
	*) echo "${CELL[$1,$2]-}" ;;
	esac
}

table_print() {
	local row function title service
	echo >&3 '| | service | runs in | without a space: runs | status | sentence shown | not listed: runs in |'
	echo >&3 '|---|---|---|---|---|---|---|'
	for row in "${ROWS[@]}"; do
		IFS='|' read -r function title service _ <<<"$row"
		if [[ -n $(row_lacks "$function") ]]; then
			skip "$title" "no $(row_lacks "$function")"
			grep -F "| $title | " "$PAGE" >&3
		else
			printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$title" "$service" \
				"$(place "$function" isolated)" "$(place "$function" failing)" \
				"${CELL[$function,status]}" "${CELL[$function,told]}" \
				"$(place "$function" unlisted)" >&3
		fi
	done
}

page_print() {
	sed -e '/^<!-- begin/,/^<!-- end/{/^<!--/!d}' -e "/^<!-- begin applications/r $RIG/table" "$PAGE"
}

page_test() {
	table_print 3>"$RIG/table"
	page_print >"$RIG/page"
	if [[ -n ${LS_WRITE-} ]]; then
		cat "$RIG/page" >"$PAGE"
		ok "docs/APPLICATIONS.md is written"
		return
	fi
	check "docs/APPLICATIONS.md has what has been seen (LS_WRITE=1 writes it)" diff -u "$PAGE" "$RIG/page"
	is "docs/APPLICATIONS.md has them all" "$(grep -c '^| .* | nothing | ' "$PAGE")" ${#ROWS[@]}
}

pam_setup
HOST=$(namespaces_of self)
stage_make
run_as alice true # makes /run/loginspace
wait_until 5 no_init
sshd_settle
ledger_write "$RIG/before"
isolated_test
check "nothing is left of all that" ledger_same_within 5 "$RIG/before"
faults_test
unlisted_test
systemd_test
page_test
stage_clear
