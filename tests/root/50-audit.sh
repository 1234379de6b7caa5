# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# An ordinary user looks around: PID 1 and the session's rights; and everything that a session gets
# from its login, compared with the same login without the module.
. "$SOURCE/tests/rig/lib.bash"
needs_module

# Removes our line for one command.
without_module() {
	LS_CONTROL=1 pam_setup
	"$@"
	pam_setup
}

same_both_ways() { # NAME CMD
	local name=$1 with without
	shift
	with=$("$@" 2>&1)
	without=$(without_module "$@" 2>&1)
	is "ISO-12 $name: not empty" "$(grep -c '^limit' <<<"$with")" "$(grep -c '^limit' <<<"$without")"
	is "ISO-12 $name: the same with and without the module" "$(diff <(echo "$without") <(echo "$with"))" ""
}


dump_tty() {
	ptyrun -t 15 -- "$@" | tr -d '\r' | grep -E '^(fd|env|limit|status|file|cwd|nice|leader) '
}

# A /dev/pts of its own counts from 0.
dump_own_tty() {
	dump_tty "$@" | sed 's|/dev/pts/[0-9]*|/dev/pts/N|'
}

dump_login() {
	ptyrun -t 15 -e '$ ' -s "$RIG/bin/procdump; exit\r" -- login -f alice | tr -d '\r' |
		grep -E '^(fd|env|limit|status|file|cwd|nice|leader) '
}

dump_extra_fds() {
	# The caller's own open files are su's matter: as they were, no more.
	su alice -c "$RIG/bin/procdump" 20</etc/passwd 21</dev/null 22</usr
}

sameness_test() {
	same_both_ways "ssh host cmd" as_ssh -n alice@127.0.0.1 "$RIG/bin/procdump"
	same_both_ways "ssh with a terminal" dump_own_tty ssh "${SSH_OPTIONS[@]}" -p $PORT -tt \
		alice@127.0.0.1 "$RIG/bin/procdump"
	same_both_ways "su" su alice -c "$RIG/bin/procdump"
	same_both_ways "su -" su - alice -c "$RIG/bin/procdump"
	same_both_ways "su with more open files" dump_extra_fds
	same_both_ways "su on a terminal" dump_tty su alice -c "$RIG/bin/procdump"
	same_both_ways "login" dump_login
	(
		umask 027
		ulimit -S -n 512
		cd /usr/share || exit
		same_both_ways "su with umask, limit and folder of its own" su alice -c "$RIG/bin/procdump"
	)
}

fds_test() {
	is "only 0, 1, 2 and ls's own are open" \
		"$(run_as alice 'ls -l /proc/self/fd' | awk '/->/ { print $9 }' | tr '\n' ' ')" "0 1 2 3 "
	is "on a terminal too" "$(ptyrun -t 15 -- ssh "${SSH_OPTIONS[@]}" -p $PORT -tt alice@127.0.0.1 \
		'ls -l /proc/self/fd' | tr -d '\r' | awk '/->/ { print $9 }' | tr '\n' ' ')" "0 1 2 3 "
	is "and in su" "$(su alice -c 'ls -l /proc/self/fd' </dev/null | awk '/->/ { print $9 }' | tr '\n' ' ')" \
		"$(env ls -l /proc/self/fd </dev/null | awk '/->/ { print $9 }' | tr '\n' ' ')"
}

# The user's sshd process, a fork of the monitor without exec, holds what the module opened.
sshd_child_test() {
	local pid out
	session_start s alice
	pid=$(pgrep -f '^sshd.*: alice@notty' | head -n 1)
	out=$(session_do s 'for p in $(ps -e -o pid=,comm= | sed -n "s/ *\([0-9]*\) sshd.*/\1/p"); do
		ls -l /proc/$p/fd /proc/$p/root /proc/$p/cwd /proc/$p/ns/mnt; done 2>&1')
	like "the user's sshd process cannot be looked into" "$out" 'denied'
	unlike "none of its files can be opened" "$out" ' -> '
	is "it is a user's process, there is one" "$(ps -o user= -p "$pid")" alice
	session_stop s
}

init_test() {
	local init space
	session_start s alice
	space=$(session_do s 'readlink /proc/self/ns/pid')
	init=$(space_init "$space")
	check "ESC-01 a user can do nothing to PID 1" session_do s "$RIG/bin/probe 1"
	check "ESC-01 PID 1 is there still" kill -0 "$init"
	is "ESC-01 its command line tells nothing" "$(session_do s 'tr "\0" " " </proc/1/cmdline' | grep -c '[0-9]/')" 0
	check "ESC-01 nor can the same user from outside" setpriv --reuid=2001 --regid=2001 --clear-groups \
		"$RIG/bin/probe" "$init"
	is "init keeps no capability but KILL" \
		"$(sed -n 's/^Cap\(Prm\|Eff\|Bnd\|Amb\|Inh\):\t//p' "/proc/$init/status" | sort -u | tr '\n' ' ')" \
		"0000000000000000 0000000000000020 "
	is "init is the small program, not a copy of the helper" \
		"$(basename "$(readlink "/proc/$init/exe")")" loginspace-init
	is "init has no_new_privs" "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$init/status")" 1
	# /proc is the space's: 63-reach-back.sh.
	is "init has no file of the host's folders open but /dev/null" \
		"$(readlink /proc/"$init"/fd/* | grep -Ev '^(/|/dev/null|/proc|/run/loginspace|anon_inode:.*|socket:.*|pipe:.*|pidfd:.*)$')" ""
	session_stop s
}

# From a terminal: Ctrl-C and Ctrl-Z of the user must not reach init.
no_init() {
	! pgrep -x loginspace-init
}

# Without that program the same loop runs in the helper's copy: nobody is locked out by its lack.
init_fallback_test() {
	check "the spaces before have ended" wait_until 5 no_init
	ledger_write "$RIG/before-init"
	mv "$RIG/libexec/loginspace-init" "$RIG/libexec/away"
	is "a space without the program loginspace-init works" \
		"$(run_as alice 'cat /proc/1/comm; echo $$' | head -n 1)" loginspace-init
	check "and ends" ledger_same_within 5 "$RIG/before-init"
	mv "$RIG/libexec/away" "$RIG/libexec/loginspace-init"
}

# Who may write it would be PID 1 of others' spaces, with CAP_KILL.
init_file_test() {
	local why
	for why in 'chown alice' 'chmod g+w' 'chmod o+w' 'a link'; do
		init_file_is "$why"
		session_start s alice
		is "loginspace-init that is not root's alone ($why) is not executed" \
			"$(readlink "/proc/$(space_init "$(session_do s 'readlink /proc/self/ns/pid')")/exe")" "$HELPER"
		session_stop s
		rm "$RIG/libexec/loginspace-init"
		mv "$RIG/libexec/away" "$RIG/libexec/loginspace-init"
	done
}

init_file_is() { # WHY
	mv "$RIG/libexec/loginspace-init" "$RIG/libexec/away"
	if [[ $1 == 'a link' ]]; then
		ln -s away "$RIG/libexec/loginspace-init"
	else
		cp -p "$RIG/libexec/away" "$RIG/libexec/loginspace-init"
		$1 "$RIG/libexec/loginspace-init"
	fi
}

init_terminal_test() {
	local init
	ptyrun -t 30 -e ready -e never -- su alice -c 'echo ready; exec sleep 622' >/dev/null 2>&1 &
	wait_until 5 pgrep -f '^sleep 622'
	init=$(space_init "$(readlink "/proc/$(pgrep -f '^sleep 622')/ns/pid")")
	is "init is in no terminal" "$(ps -o tty= -p "$init")" "?"
	isnt "init is not in the session of the user's terminal" "$(ps -o sid= -p "$init")" \
		"$(ps -o sid= -p "$(pgrep -f '^sleep 622')")"
	isnt "init is not in a process group of it" "$(ps -o pgid= -p "$init")" \
		"$(ps -o pgid= -p "$(pgrep -f '^su alice -c echo ready')")"
	pkill -f '^sleep 622'
	wait $!
}

state_test() {
	is "ESC-08 /run/loginspace is root's alone" "$(stat -c '%a %u:%g' /run/loginspace 2>/dev/null || echo '700 0:0')" "700 0:0"
	check "ESC-08 a user inside cannot list it" run_as alice '! ls /run/loginspace 2>/dev/null'
	check "PRV-12 a user cannot run the helper" run_as alice "! $HELPER 2>/dev/null"
	mkdir -p /tmp/h && install -m 755 "$HELPER" /tmp/h/
	check "PRV-12 a copy of it does nothing for a user" as_alice "! /tmp/h/loginspace-helper 2>/dev/null </dev/null"
	check "PRV-14 nor for root by hand" helper_by_hand
}

as_alice() {
	setpriv --reuid=2001 --regid=2001 --clear-groups /bin/sh -c "$1"
}

helper_by_hand() {
	timeout 20 "$HELPER" </dev/null && return 1
	[[ $? -ne 124 ]] || return 1
	ledger_same_within 5 "$RIG/before"
}

# helper_on TYPE UID: its status on a pair of sockets that UID has made, at whose other end nobody says anything.
helper_on() {
	timeout 20 perl -MSocket -MPOSIX -e '
		$> = $ARGV[1];
		socketpair(my $ours, my $its, AF_UNIX, $ARGV[0] eq "packet" ? SOCK_SEQPACKET : SOCK_STREAM, 0) or die $!;
		$> = 0;
		my $pid = fork // die $!;
		if ($pid == 0) { POSIX::dup2(fileno $its, 3); exec $ARGV[2] or die $! }
		close $its; waitpid $pid, 0; exit $? >> 8' "$1" "$2" "$HELPER" 2>/dev/null
	echo $?
}

helper_test() {
	local begin took
	is "PRV-12 the helper on a socket that a user has made" "$(helper_on packet 2001)" 64
	is "PRV-14 the helper on a socket of another type" "$(helper_on stream 0)" 64
	begin=$(now_ms)
	is "PRV-14 the helper that nobody asks anything gives up" "$(helper_on packet 0)" 77
	took=$(($(now_ms) - begin))
	check "PRV-14 after 5 seconds ($took ms)" test "$took" -ge 4900 -a "$took" -lt 8000
}

start_sshd
ledger_write "$RIG/before"
fds_test
sameness_test
sshd_child_test
init_fallback_test
init_file_test
init_test
init_terminal_test
state_test
helper_test
stop_sshd
