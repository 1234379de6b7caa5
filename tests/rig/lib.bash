# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What the tests in the rig share. Sourced by tests/rig/enter, tests/root/*.sh and tests/demo/demo.
#
# packages: openssh-server openssh-client openssh-sftp-server pamtester tmux rsync sudo iproute2 iputils-ping procps util-linux login passwd strace libpam0g-dev gcc libc6-dev
#
# Environment: RIG (/run/rig), SOURCE (top of the tree), LS_CONTROL=1 (the control run: no PAM line;
# every check made with isolates must then fail), CI=true (a skip is a failure).

: "${RIG:=/run/rig}" "${SOURCE:=$PWD}" "${LS_CONTROL:=}" "${CI:=}"
PORT=2222
LOG=$RIG/log/syslog
MODULE=$RIG/lib/pam_loginspace.so
HELPER=$RIG/libexec/loginspace-helper
PATH=$RIG/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
SSH_OPTIONS=(-F none -i "$RIG/key" -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR
	-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null
	-o ControlMaster=no -o ControlPath=none -o ConnectTimeout=15)

# --- results -------------------------------------------------------------------------------------

ok() {
	printf 'ok - %s\n' "$1"
}

not_ok() {
	printf 'not ok - %s\n' "$1"
	[[ $# -lt 2 ]] || printf '%s\n' "${@:2}" | sed 's/^/#   /'
}

# skip NAME REASON: something is missing that the machine could have. In CI that is a failure.
skip() {
	if [[ $CI == true ]]; then
		not_ok "$1" "skipped in CI: $2"
	else
		printf 'ok - %s # SKIP %s\n' "$1" "$2"
	fi
}

# skip_kernel NAME REASON: this kernel cannot do it at all.
skip_kernel() {
	printf 'ok - %s # SKIP kernel: %s\n' "$1" "$2"
}

# For files that say nothing about a machine without the module.
needs_module() {
	if [[ -n $LS_CONTROL ]]; then
		printf 'ok - %s # SKIP control run\n' "${0##*/}"
		exit 0
	fi
}

# check NAME CMD ARGS: CMD must succeed; what it wrote is shown when it does not.
check() {
	local name=$1
	shift
	# No $(...): CMD may start a session, which has to live in this very shell.
	if "$@" >"$RIG/check.out" 2>&1; then
		ok "$name"
	else
		not_ok "$name" "status $? of: $*" "$(<"$RIG/check.out")"
	fi
}

# is NAME GOT WANTED
is() {
	if [[ $2 == "$3" ]]; then
		ok "$1"
	else
		not_ok "$1" "got:    $2" "wanted: $3"
	fi
}

isnt() {
	if [[ $2 != "$3" ]]; then
		ok "$1"
	else
		not_ok "$1" "got on both sides: $2"
	fi
}

# like NAME GOT REGEX
like() {
	if [[ $2 =~ $3 ]]; then
		ok "$1"
	else
		not_ok "$1" "got:    $2" "wanted: $3"
	fi
}

unlike() {
	if [[ ! $2 =~ $3 ]]; then
		ok "$1"
	else
		not_ok "$1" "got:      $2" "unwanted: $3"
	fi
}

# isolates check|is|like... NAME ...: a check that holds because of the module. In the control run
# it must fail: a check that passes there proves nothing.
isolates() {
	local out name=$2
	if [[ -z $LS_CONTROL ]]; then
		"$@"
		return
	fi
	out=$("$@")
	if [[ $out == "not ok"* ]]; then
		ok "control: without the module this fails: $name"
	else
		not_ok "control: also true without the module: $name" "$out"
	fi
}

# --- waiting -------------------------------------------------------------------------------------

now_ms() {
	echo $((${EPOCHREALTIME/./} / 1000))
}

# wait_until SECONDS CMD ARGS
wait_until() {
	local until=$(($(now_ms) + $1 * 1000))
	shift
	until "$@" >/dev/null 2>&1; do
		[[ $(now_ms) -lt $until ]] || return 1
		sleep 0.02
	done
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# --- PAM -----------------------------------------------------------------------------------------

pam_line() {
	[[ -n $LS_CONTROL ]] || printf 'session required %s helper=%s %s\n' "$MODULE" "$HELPER" "$*"
}

# pam_setup [MODULE ARGUMENTS]: the machine's PAM files with our line last. su-l includes su.
pam_setup() {
	local service
	if [[ ! -d $RIG/pam.d ]]; then
		cp -a /etc/pam.d "$RIG/pam.d"
	fi
	for service in sshd login su; do
		{ cat "$RIG/pam.d/$service" && echo && pam_line "$@"; } >"/etc/pam.d/$service"
	done
	{
		printf '%s required pam_permit.so\n' auth account session
		pam_line "$@"
	} | tee /etc/pam.d/loginspace >/etc/pam.d/remote
}

# --- sshd ----------------------------------------------------------------------------------------

SSHD_PID=

sshd_config() {
	cat <<-END
		Port $PORT
		ListenAddress 127.0.0.1
		HostKey $RIG/hostkey
		PidFile $RIG/sshd.pid
		UsePAM yes
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		PermitRootLogin yes
		X11Forwarding yes
		PrintMotd no
		UseDNS no
		MaxStartups 500
		MaxSessions 50
		LogLevel VERBOSE
		AcceptEnv LANG LC_* RIG_*
		Subsystem sftp /usr/lib/openssh/sftp-server
	END
	# OpenSSH 9.8 and later slow down an address that fails often; ours always is the same one.
	if /usr/sbin/sshd -t -o PerSourcePenalties=no -f /dev/null -h "$RIG/hostkey" 2>/dev/null; then
		echo 'PerSourcePenalties no'
	fi
}

sshd_answers() {
	local banner
	exec {conn}<>"/dev/tcp/127.0.0.1/$PORT" || return 1
	read -r -t 2 banner <&"$conn"
	exec {conn}<&-
	[[ $banner == SSH-2.0* ]]
}

# start_sshd [EXTRA CONFIGURATION LINES]; SSHD_PREFIX may hold a command to start it under.
start_sshd() {
	mkdir -p /run/sshd
	{ printf '%s\n' "$@" && sshd_config; } >"$RIG/sshd_config"
	# shellcheck disable=SC2086 # SSHD_PREFIX is a list of words
	${SSHD_PREFIX-} /usr/sbin/sshd -D -e -f "$RIG/sshd_config" 2>>"$RIG/log/sshd" &
	SSHD_JOB=$!
	wait_until 10 sshd_answers || {
		not_ok "sshd starts" "$(tail -n 5 "$RIG/log/sshd")"
		exit 1
	}
	SSHD_PID=$(<"$RIG/sshd.pid")
	sshd_settle
}

# Until sshd has put away its last connection: only then does the ledger count the same each time.
sshd_settle() {
	wait_until 5 sshd_idle
}

sshd_idle() {
	[[ -z $(pgrep -P "$SSHD_PID") ]] && grep -aq ' 0 of ' "/proc/$SSHD_PID/cmdline"
}

stop_sshd() {
	[[ -n $SSHD_PID ]] || return 0
	kill "$SSHD_PID"
	wait "$SSHD_JOB" 2>/dev/null
	SSHD_PID=
}

# as_ssh [SSH OPTIONS] USER [CMD]
as_ssh() {
	ssh "${SSH_OPTIONS[@]}" -p "$PORT" "${@:1:$#}"
}

# run_as USER CMD: one remote command; no stdin, so that loops keep theirs.
run_as() {
	as_ssh -n "$1@127.0.0.1" "${@:2}"
}

# A login that stays until session_stop NAME. What it runs is bash, fed through a pipe, so each
# session_do happens in one and the same space. Answers come back on another pipe.
declare -A SESSION_IN SESSION_OUT SESSION_JOB
SESSION_PATIENCE=30 # seconds for an answer

# The client of a session. It must not hold the pipes of other sessions, or those never end.
session_client() {
	local fd
	for fd in "${SESSION_IN[@]}" "${SESSION_OUT[@]}"; do
		exec {fd}>&-
	done
	exec ssh "${SSH_OPTIONS[@]}" -p "$PORT" "$@"
}

# session_start NAME USER [SSH OPTIONS]
session_start() {
	local name=$1 user=$2 in out
	shift 2
	mkfifo "$RIG/$name.in" "$RIG/$name.out"
	session_client "$@" "$user@127.0.0.1" 'exec bash' <"$RIG/$name.in" >"$RIG/$name.out" 2>>"$RIG/log/session" &
	SESSION_JOB[$name]=$!
	exec {in}>"$RIG/$name.in" {out}<"$RIG/$name.out"
	rm -f "$RIG/$name.in" "$RIG/$name.out"
	SESSION_IN[$name]=$in SESSION_OUT[$name]=$out
	[[ $(session_do "$name" echo here) == here ]]
}

# session_do NAME SHELL WORDS: prints what they print, returns their status.
session_do() {
	local name=$1 line mark="end-$RANDOM$RANDOM"
	shift
	printf '{ %s\n} 2>&1 </dev/null; s=$?; echo; echo %s $s\n' "$*" "$mark" >&"${SESSION_IN[$name]}" ||
		return 255
	local -a lines=()
	while IFS= read -r -t "$SESSION_PATIENCE" line <&"${SESSION_OUT[$name]}"; do
		if [[ $line == "$mark "* ]]; then
			# The empty line before the mark ends an answer that had no newline of its own.
			if [[ ${#lines[@]} -gt 0 && -z ${lines[-1]} ]]; then
				unset 'lines[-1]'
			fi
			[[ ${#lines[@]} -eq 0 ]] || printf '%s\n' "${lines[@]}"
			return "${line##* }"
		fi
		lines+=("$line")
	done
	[[ ${#lines[@]} -eq 0 ]] || printf '%s\n' "${lines[@]}"
	return 255
}

session_stop() {
	local in=${SESSION_IN[$1]} out=${SESSION_OUT[$1]}
	exec {in}>&- {out}<&-
	wait "${SESSION_JOB[$1]}" 2>/dev/null
	unset "SESSION_IN[$1]" "SESSION_OUT[$1]" "SESSION_JOB[$1]"
}

# The processes, as the rig numbers them, that are in the space of process $1, by its pid namespace.
space_pids() {
	local wanted=$1 link
	for link in /proc/[0-9]*; do
		if [[ $(readlink "$link/ns/pid" 2>/dev/null) == "$wanted" ]]; then
			echo "${link#/proc/}"
		fi
	done
}

space_empty() {
	[[ -z $(space_pids "$1") ]]
}

# The init of a space: the process whose innermost number is 1 there.
space_init() {
	local pid inner
	for pid in $(space_pids "$1"); do
		inner=$(sed -n 's/^NSpid:.*[[:space:]]//p' "/proc/$pid/status" 2>/dev/null)
		[[ $inner == 1 ]] && echo "$pid"
	done
}

# --- log -----------------------------------------------------------------------------------------

# Until all that has been sent to the log is in its file: it comes in the order in which it was sent.
log_settle() {
	local mark="settled-$RANDOM$RANDOM"
	timeout 2 logger --socket /dev/log --socket-errors=on -- "$mark" 2>/dev/null || return 0
	wait_until 2 grep -aq -- "$mark" "$LOG"
}

log_mark() {
	log_settle
	LOG_AT=$(wc -l <"$LOG")
}

# Our lines since log_mark.
log_ours() {
	log_settle
	tail -n "+$((LOG_AT + 1))" "$LOG" | grep -a loginspace
}

log_has() {
	log_ours | grep -Eaq -- "$1"
}

# --- leaks ---------------------------------------------------------------------------------------

# shellcheck disable=SC2120 # called without arguments here
ledger_write() {
	ledger ${SSHD_PID:+"$SSHD_PID"} >"$1"
}

# ledger_begin FILE: that, when nothing of the logins before is still ending. A space is off the list a moment
# before its PID 1 is reaped.
ledger_begin() {
	wait_until 5 nothing_ends
	ledger_write "$1"
}

nothing_ends() {
	! pgrep loginspace- && ledger | grep -qx 'zombies 0'
}

ledger_equal() {
	ledger_write "$1.now"
	cmp -s "$1" "$1.now"
}

# ledger_same_within SECONDS FILE: FILE as ledger_write left it. Shows what differs.
ledger_same_within() {
	wait_until "$1" ledger_equal "$2" && return
	diff "$2" "$2.now"
	return 1
}
