# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2086,SC2119,SC2120
# The administrator's command over real sessions: list, show, kill, explain, check, doctor, metrics,
# and its completion. enter and try have a file of their own. No path here has a blank (SC2086).
. "$SOURCE/tests/rig/lib.bash"
needs_module

LOGINSPACE=$RIG/libexec/loginspace
CONF=/etc/security/loginspace.conf
ERR=$RIG/command.err
export TZ=UTC

if [[ ! -x $LOGINSPACE ]]; then
	not_ok "the command is there" "no $LOGINSPACE"
	exit 1
fi
if ! command -v jq >/dev/null; then
	skip "the command" "jq is not installed"
	exit 0
fi

ls_() {
	"$LOGINSPACE" "$@" 2>"$ERR"
}

status_of() {
	"$@" >"$RIG/command.out" 2>"$ERR"
	echo $?
}

# json FILTER VERB...: what jq makes of it; "broken" when it is no JSON.
json() {
	ls_ "${@:2}" --json | jq -rc "$1" || echo broken
}

# --- words ---------------------------------------------------------------------------------------

words_test() {
	local words
	is "help" "$(status_of "$LOGINSPACE" help)" 0
	is "--help of a verb" "$(ls_ list --help)" "usage: loginspace list [--json] [--ids] [--user USER]"
	is "version" "$(ls_ --version)" "$(ls_ version)"
	for words in "" "nonsense" "list --nonsense" "list extra" "list --json --ids" "list --user" \
		"show" "show alice" "show 1-0 2-0" "kill" "kill a b" "explain" "explain a b" "explain --rhost" \
		"doctor extra" "metrics extra"; do
		is "usage: '$words' ends with 2" "$(status_of "$LOGINSPACE" $words)" 2
		is "usage: '$words' says nothing on stdout" "$(<"$RIG/command.out")" ""
		like "usage: '$words' says so on stderr" "$(<"$ERR")" 'loginspace'
	done
	like "a wrong word is named, and cannot drive a terminal" \
		"$(status_of "$LOGINSPACE" list $'--x\e[2J'; cat "$ERR")" 'does not take "--x\\x1b\[2J"'
	is "output that cannot be written is a failure" \
		"$("$LOGINSPACE" help >/dev/full 2>"$ERR"; echo $?)" 1
}

# As the user alice: the command is root's in the rig, so she gets a copy.
unprivileged_test() {
	local verb
	install -m 755 "$LOGINSPACE" "$RIG/bin/loginspace-copy"
	for verb in list "show 2001-0" "kill alice" "enter 2001-0" "try alice" metrics; do
		is "a user may not $verb" \
			"$(status_of setpriv --reuid=2001 --regid=2001 --clear-groups "$RIG/bin/loginspace-copy" $verb)" 1
		like "a user is told who may $verb" "$(<"$ERR")" '^loginspace: [a-z]+ must be run as root$'
	done
	is "a user may explain" \
		"$(status_of setpriv --reuid=2001 --regid=2001 --clear-groups "$RIG/bin/loginspace-copy" explain alice)" 0
}

empty_test() {
	is "no login yet: an empty list" "$(json . list)" "[]"
	is "no login yet: the title alone" "$(ls_ list | wc -l)" 1
	is "no login yet: no ids" "$(ls_ list --ids)" ""
	is "no login yet: nothing to kill" "$(status_of "$LOGINSPACE" kill alice)" 1
	is "no login yet: nothing to show" "$(status_of "$LOGINSPACE" show 2001-0)" 1
	is "no login yet: all figures" "$(ls_ metrics | tail -n 1)" "# EOF"
	check "no login yet: looking makes nothing" test ! -e /run/loginspace
}

# --- list, show ----------------------------------------------------------------------------------

KEYS='["age_seconds","conf","ending","hostname","id","init_pid","linger","linger_seconds","lingers","lingers_since","memory_bytes","namespaces","netns","network","number","owners","policy","processes","scope","since","stale","uid","user"]'

list_test() {
	local space monitor
	space=$(session_do a 'readlink /proc/self/ns/pid')
	monitor=$(pgrep -f '^sshd.*: alice \[priv\]')
	like "list: a title" "$(ls_ list | head -n 1)" \
		'^ID +USER +FROM +SERVICE +SINCE +PROCS +MEMORY +NETWORK +OWNERS$'
	like "list: a row" "$(ls_ list | grep alice)" \
		'^2001-0 +alice +127\.0\.0\.1 +sshd +[0-9]+s +[0-9]+ +[0-9.]+[KM] +loopback +1$'
	is "list: --ids" "$(ls_ list --ids | tr '\n' ' ')" "2001-0 2002-0 "
	is "list: --user by name" "$(ls_ list --ids --user bob)" 2002-0
	is "list: --user by uid" "$(json '.[].id' list --user 2002)" 2002-0
	is "list: --user without a space" "$(json . list --user carol)" "[]"
	is "list: no such user" "$(status_of "$LOGINSPACE" list --user nobody-is-so)" 1
	is "list: the keys of JSON" "$(json '.[0] | keys' list)" "$KEYS"
	is "list: the keys of an owner" "$(json '.[0].owners[0] | keys' list)" '["pid","rhost","service","since","tty"]'
	is "list: who" "$(json '.[0] | [.id, .uid, .user, .number, .scope, .network]' list)" \
		'["2001-0",2001,"alice",0,"login","loopback"]'
	is "list: namespaces" "$(json '.[0].namespaces' list)" '["mount","pid","ipc","uts","net"]'
	is "list: the host name" "$(json '.[0].hostname' list)" "$(session_do a hostname)"
	is "list: its init" "$(json '.[0].init_pid' list)" "$(space_init "$space")"
	is "list: its owner" "$(json '.[0].owners[0] | [.pid, .service, .rhost]' list)" "[$monitor,\"sshd\",\"127.0.0.1\"]"
	is "list: how many processes" "$(json '.[0].processes' list)" "$(space_pids "$space" | wc -l)"
	check "list: since when, in UTC" since_is_now "$(json '.[0].since' list)"
	is "list: types" "$(json '.[0] | [.memory_bytes > 100000, .age_seconds < 60, .lingers, .stale, .policy]' list)" \
		'[true,true,false,false,"same"]'
	is "list: nothing on stderr" "$(<"$ERR")" ""
	unlike "list: no colour" "$(ls_ list)" $'\e'
}

since_is_now() {
	local seconds
	seconds=$(date -d "$1" +%s) && [[ $1 == *Z && $(($(date +%s) - seconds)) -lt 60 ]]
}

widths_test() {
	local width
	for width in 40 60 80; do
		is "list: fits a terminal of $width columns" \
			"$(script -qec "stty cols $width; $LOGINSPACE list" /dev/null </dev/null | tr -d '\r' |
				awk -v w=$width 'length($0) > w { n++ } END { print NR, n + 0 }')" "3 0"
	done
}

show_test() {
	local inner outer
	inner=$(session_do a 'sleep 500 & echo $!')
	outer=$(json ".process_list[] | select(.inner_pid == $inner).pid" show 2001-0)
	is "show: host and inner number side by side" "$(tr '\0' ' ' <"/proc/$outer/cmdline")" "sleep 500 "
	like "show: a row with both" "$(ls_ show 2001-0 | grep 'sleep 500')" \
		"^ *$outer +$inner +alice +S +[0-9.]+K +sleep 500\$"
	is "show: init is 1" "$(json '.process_list[0] | [.inner_pid, .user]' show 2001-0)" '[1,"root"]'
	is "show: as many as list counts" "$(json '.processes == (.process_list | length)' show 2001-0)" true
	is "show: has all that list has" "$(json "keys - [\"process_list\",\"policy_problem\",\"addresses\"] == $KEYS" show 2001-0)" true
	is "show: the addresses of a space that has only lo" \
		"$(json '.addresses | map([.interface, .address, .prefix]) | .[0]' show 2001-0)" '["lo","127.0.0.1",8]'
	unlike "show: and they are of no use to others" "$(ls_ show 2001-0)" 'address '
	is "show: no such space" "$(status_of "$LOGINSPACE" show 2001-99)" 1
	is "show: it says so" "$(<"$ERR")" "loginspace: no space 2001-99 lives"
	session_do a 'kill %1'
}

# What the kernel says of a process is longer than a page, and the groups come first.
groups_test() {
	local before job
	before=$(json .processes show 2001-0)
	"$LOGINSPACE" enter --root 2001-0 -- setpriv --reuid=2001 --regid=2001 \
		--groups="$(seq -s , 4000000001 4000000600)" sleep 504 &
	job=$!
	wait_until 5 pgrep -f '^sleep 504'
	is "show: a process of 600 groups" \
		"$(json '[.process_list[] | select(.command == "sleep 504") | [.uid, .memory_bytes > 0]]' show 2001-0)" '[[2001,true]]'
	# The command, and the one that watches it.
	is "list: and it counts" "$(json '.[] | select(.id == "2001-0").processes' list)" $((before + 2))
	pkill -f '^sleep 504'
	wait "$job"
}

# Names that would move the cursor, forge a row, or break the JSON.
hostile_names_test() {
	session_do a '(exec -a "$(printf "x\033[2J\n2001-9 root \377")" sleep 501) & sleep 0.1'
	unlike "show: no control character gets through" "$(ls_ show 2001-0)" $'\e'
	like "show: a name is escaped" "$(ls_ show 2001-0)" 'x\\x1b\[2J\\x0a2001-9 root \\xff 501"'
	is "show: no row is forged" "$(ls_ show 2001-0 | grep -c '^2001-9')" 0
	is "show: and the JSON holds" \
		"$(json '.process_list[] | select(.command | endswith(" 501")).command | explode | .[1]' show 2001-0)" 27
	check "show: the JSON is UTF-8" json_is_utf8
	session_do a 'kill %1'
}

json_is_utf8() {
	ls_ show 2001-0 --json | iconv -f UTF-8 -t UTF-8 >/dev/null
}

# A user's own container counts for the space around it, a space in a space for itself.
inside_test() {
	if session_do a 'unshare -Urpf true' >/dev/null; then
		session_do a 'unshare -Urpf sleep 502 & i=0; until pgrep -x sleep >/dev/null; do :; done' >/dev/null
		is "a PID namespace of the user's own: its processes are the space's" \
			"$(json '[.process_list[].command | select(. == "sleep 502")] | length' show 2001-0)" 1
		session_do a 'pkill -KILL -x sleep; wait' >/dev/null
	else
		skip_kernel "a PID namespace of the user's own" "no user namespaces"
	fi
	if ! command -v sudo >/dev/null; then
		skip "a space in a space" "sudo is not installed"
		return
	fi
	session_do a 'sudo su bob -c "sleep 503" >/dev/null 2>&1 &'
	check "a space in a space is listed" wait_until 5 lives 2002-1
	check "a space in a space has its own processes" wait_until 5 shows 2002-1 "sleep 503"
	is "and the space around it has not" "$(json '[.process_list[].command | select(. == "sleep 503")] | length' show 2001-0)" 0
	is "its owner and its service" "$(json '.owners[0].service' show 2002-1)" su
	is "it ends by kill" "$(ls_ kill 2002-1)" "2002-1 ended"
	is "and the space around it lives on" "$(session_do a 'echo alive')" alive
}

lives() {
	"$LOGINSPACE" list --ids | grep -qx "$1"
}

shows() {
	"$LOGINSPACE" show "$1" | grep -q "$2"
}

# --- kill ----------------------------------------------------------------------------------------

kill_test() {
	local space
	session_start k alice
	space=$(session_do k 'readlink /proc/self/ns/pid')
	session_do k 'sh -c "trap \"echo asked >~/asked; exit\" HUP TERM; echo up >~/asked; while :; do sleep 0.05; done" >/dev/null 2>&1 &
		until grep -q up ~/asked 2>/dev/null; do :; done'
	is "kill: of one space" "$(ls_ kill "$(session_do k 'echo $LOGINSPACE')")" "2001-1 ended"
	check "kill: nobody is left when it returns" space_empty "$space"
	is "kill: polite first" "$(cat /home/alice/asked)" asked
	session_stop k
	session_start k alice
	is "kill --now" "$(ls_ kill --now 2001-1)" "2001-1 killed"
	session_stop k
	session_start k alice
	is "kill: all of a user, by uid" "$(ls_ kill 2001)" $'2001-0 ended\n2001-1 ended'
	session_stop k
	session_stop a
	is "kill: a user without a space" "$(status_of "$LOGINSPACE" kill alice)" 1
	is "kill: it says so" "$(<"$ERR")" 'loginspace: "alice" has no living space'
	is "kill: no such user" "$(status_of "$LOGINSPACE" kill no-such-user)" 1
	is "kill: others' spaces live on" "$(session_do b 'echo alive')" alive
	session_start a alice
}

# An init that does not answer: listed all the same, and ended all the same.
stopped_test() {
	local init
	session_start s carol
	init=$(json '.[0].init_pid' list --user carol)
	kill -STOP "$init"
	is "a stopped init: the list goes on" "$(status_of "$LOGINSPACE" list)" 0
	like "a stopped init: marked" "$(grep carol "$RIG/command.out")" '^2003-0 +carol .* no answer$'
	like "a stopped init: said" "$(<"$ERR")" '^loginspace: 2003-0: its init does not answer'
	is "a stopped init: in JSON" "$(json '.[] | select(.id == "2003-0") | [.init_pid, .scope, .owners]' list)" "[$init,null,null]"
	like "a stopped init: counted" "$(ls_ metrics)" $'\nloginspace_spaces_unknown 1\n'
	is "a stopped init: kill ends it the hard way" "$(ls_ kill carol)" "2003-0 killed"
	session_stop s
}

# In the turn of its loop in which its last login goes, init still answers who asks. It is stopped until
# both are there: the end of that login, and the question.
just_ending() { # FILTER
	local init job
	session_start s carol
	init=$(json '.[0].init_pid' list --user carol)
	kill -STOP "$init"
	session_stop s
	"$LOGINSPACE" list --json --user carol >"$RIG/command.out" 2>"$ERR" &
	job=$!
	sleep 0.2
	kill -CONT "$init"
	wait "$job"
	jq -c "$1" "$RIG/command.out"
}

just_ending_test() {
	is "list: a space in the moment of its end is not shown as one without logins" "$(just_ending .)" "[]"
	printf '[match user=carol]\nlinger = forever\n' >$CONF
	is "list: and one that lingers from that moment on is shown so" \
		"$(just_ending 'map([.id, .owners, .lingers])')" '[["2003-0",[],true]]'
	is "list: nothing on stderr" "$(<"$ERR")" ""
	ls_ kill carol >/dev/null
	rm $CONF
}

# Root without the right to look into processes, and with no more than each login takes.
NOTED_CAPABILITIES='sys_admin sys_chroot sys_ptrace net_admin setpcap setgid kill'

weak_root_test() {
	local -a weak=(setpriv --bounding-set -sys_ptrace "$LOGINSPACE")
	is "without CAP_SYS_PTRACE: the list goes on" "$(status_of "${weak[@]}" list)" 0
	like "without CAP_SYS_PTRACE: what there is" "$(<"$RIG/command.out")" \
		$'\n2001-0 +alice +- +- +\\? +\\? +\\? +\\? +\\? +no answer\n2002-0 +bob '
	like "without CAP_SYS_PTRACE: and why no more" "$(<"$ERR")" '^loginspace: 2001-0 and 1 more: .*CAP_SYS_PTRACE'
	is "without CAP_SYS_PTRACE: JSON" \
		"$("${weak[@]}" list --json 2>/dev/null | jq -c '.[0] | [.id, .user, .init_pid > 1, .processes, .owners, .stale]')" \
		'["2001-0","alice",true,null,null,false]'
	like "without CAP_SYS_PTRACE: the doctor says so" "$("${weak[@]}" doctor 2>&1)" 'root here lacks CAP_SYS_PTRACE'
	weak=(setpriv --bounding-set "-all,+${NOTED_CAPABILITIES// /,+}" "$LOGINSPACE")
	like "with those that all take, by default: the doctor" "$("${weak[@]}" doctor 2>&1)" $'fail +capabilities +root here lacks CAP_CHOWN\n'
	printf '[default]\nuser_bus = keep\n' >$CONF
	like "with those that all take, user_bus = keep: the doctor" "$("${weak[@]}" doctor 2>&1)" 'ok +capabilities +root here has all'
	printf '[default]\nuser_bus = keep\nprivate_dev = yes\nhide = /srv\n' >$CONF
	like "with those that all take, with paths and devices: the doctor" "$("${weak[@]}" doctor 2>&1)" 'root here lacks CAP_DAC_READ_SEARCH CAP_MKNOD'
	rm $CONF
}

# --- policy --------------------------------------------------------------------------------------

stale_test() {
	is "stale: not yet" "$(json '.[0] | [.stale, .policy]' list)" '[false,"same"]'
	printf '[match user=alice]\nmax_spaces = 9\n' >$CONF
	is "stale: after a change that concerns it" "$(json '.[] | select(.uid == 2001) | [.stale, .policy]' list)" '[true,"changed"]'
	is "stale: and no other" "$(json '.[] | select(.uid == 2002) | [.stale, .policy]' list)" '[false,"same"]'
	like "stale: in the table" "$(ls_ list | grep alice)" ' stale$'
	like "stale: in show" "$(ls_ show 2001-0)" 'policy +stale'
	printf 'nonsense\n' >$CONF
	is "stale: not known while the configuration is broken" \
		"$(json '.[] | select(.uid == 2001) | [.stale, .policy]' list)" '[false,"unknown"]'
	like "stale: and that is said" "$(<"$ERR")" "^$CONF:1: "
	like "stale: in show, too" "$(ls_ show 2001-0)" "policy +$CONF:1: "
	like "stale: in show's JSON" "$(json .policy_problem show 2001-0)" "^$CONF:1: "
	rm $CONF
	is "stale: no more" "$(json '.[0] | [.stale, .policy]' list)" '[false,"same"]'
}

linger_test() {
	printf '[match user=carol]\nlinger = forever\n' >$CONF
	run_as carol true
	check "lingering: marked" wait_until 5 lingers 2003-0
	is "lingering: in JSON" "$(json '.[] | select(.uid == 2003) | [.lingers, .linger, .owners, .policy]' list)" '[true,"forever",[],"unknown"]'
	check "lingering: since when" since_is_now "$(json '.[] | select(.uid == 2003).lingers_since' list)"
	like "lingering: from nowhere" "$(ls_ list | grep carol)" '^2003-0 +carol +- +- '
	like "lingering: counted" "$(ls_ metrics)" $'\nloginspace_spaces_lingering 1\n'
	is "lingering: ended" "$(ls_ kill carol)" "2003-0 ended"
	rm $CONF
}

lingers() {
	"$LOGINSPACE" list | grep -Eq "^$1 .* lingers\$"
}

explain_test() {
	local out
	printf '%s\n' '[default]' 'max_spaces = 5' 'services = sshd' '# a comment' \
		'[match user=alice rhost=10.0.0.0/8]' 'scope = user' 'services = login su' \
		'[match user=bob]' 'isolate = audit' '[match user=carol]' 'isolate = no' \
		'[match service=remote]' 'nested_userns = no' 'services = remote' >$CONF
	out=$(ls_ explain alice --rhost 10.1.2.3)
	is "explain: the decision" "${out%%$'\n'*}" "alice over sshd from 10.1.2.3: gets a space"
	like "explain: a value and its place" "$out" $'\n'"max_spaces = 5 +$CONF:2"$'\n'
	like "explain: of a section" "$out" $'\n'"scope = user +$CONF:6"$'\n'
	like "explain: a default" "$out" $'\n''linger = none +\(default\)'$'\n'
	is "explain: a list, item by item" "$(grep ^services <<<"$out" | tr -s ' ')" \
		$'services = sshd '"$CONF:3"$'\nservices = login '"$CONF:7"$'\nservices = su '"$CONF:7"
	is "explain: another place, another plan" "$(json .plan.scope.value explain alice --rhost 192.0.2.1)" login
	is "explain: JSON" "$(json '[.user, .uid, .service, .rhost, .decision, .reason]' explain alice --service login)" \
		'["alice",2001,"login","","ignore","service is not listed"]'
	is "explain: JSON, an origin" "$(json '.plan.max_spaces' explain alice)" \
		'{"value":"5","origins":[{"file":"'$CONF'","line":2}]}'
	is "explain: JSON, a list" "$(json '.plan.services | [.items, [.origins[].line]]' explain alice --rhost 10.1.2.3)" \
		'[["sshd","login","su"],[3,7,7]]'
	is "explain: JSON, a default" "$(json '.plan.linger' explain alice)" \
		'{"value":"none","origins":[{"file":null,"line":null}]}'
	is "explain: an audit" "$(json .decision explain bob)" audit
	is "explain: none of ours" "$(json .decision explain carol)" ignore
	is "explain: root" "$(json .decision explain root)" ignore
	like "explain: what does not go together" "$(json '[.decision, .reason]' explain alice --service remote)" \
		"deny.*nested_userns = no, $CONF:13"
	printf '%s\n' '[default]' 'namespaces = mount pid user' 'bind = /opt:/mnt:ro' >$RIG/other.conf
	out=$(ls_ explain alice --conf $RIG/other.conf)
	like "explain: what another key makes of a value" "$out" \
		$'\nprivate_dev = no +\\(default\\) \\(in effect: yes, because user is among the namespaces\\)\n'
	like "explain: and of the system's bus" "$out" $'\nsystem_bus = keep .*in effect: hide, because user'
	unlike "explain: nothing where it is as it says" "$(grep -E '^(scope|home|seccomp) =' <<<"$out")" 'in effect'
	like "explain: the mounts, in order" "$(tr -s ' ' <<<"$out")" \
		$'\nTARGET KIND SOURCE FLAGS BECAUSE\n/mnt bind /opt - bind = /opt:/mnt:ro \\('$RIG$'/other.conf:3\\)\n/mnt read_only - - .*\n/run/dbus hide - optional '
	is "explain: JSON, what is in effect" "$(json '.plan | [.private_dev.in_effect, .network.in_effect, .scope.in_effect]' explain alice --conf $RIG/other.conf)" \
		'["yes","host",null]'
	is "explain: JSON, a mount" "$(json '.mounts[0]' explain alice --conf $RIG/other.conf)" \
		'{"target":"/mnt","kind":"bind","source":"/opt","size":null,"optional":false,"because":"bind = /opt:/mnt:ro ('$RIG'/other.conf:3)"}'
	is "explain: JSON, no mounts where there is no space" "$(json .mounts explain carol)" null
	printf '[default]\nmax_spaces = 7\n' >$RIG/other.conf
	is "explain: another configuration" \
		"$(json '.plan.max_spaces | [.value, .origins[0].file]' explain alice --conf $RIG/other.conf)" \
		"[\"7\",\"$RIG/other.conf\"]"
	is "explain: a configuration that is not there" "$(status_of "$LOGINSPACE" explain alice --conf /nowhere)" 1
	is "explain: no such user" "$(status_of "$LOGINSPACE" explain no-such-user)" 1
	: >/run/loginspace/off
	is "explain: the kill switch" "$(status_of "$LOGINSPACE" explain alice; cat "$ERR")" \
		$'0\nloginspace: but now /run/loginspace/off is there: everybody is let in as is'
	rm /run/loginspace/off
	broken_test
	rm $CONF
}

broken_test() {
	printf '[default]\nmax_spaces = many\n' >$CONF
	is "explain: a broken configuration" "$(status_of "$LOGINSPACE" explain alice)" 1
	is "explain: what happens then" "$(<"$RIG/command.out")" \
		"alice over sshd, a local login: is denied: the configuration is broken"
	like "explain: where it is broken" "$(<"$ERR")" "^$CONF:2: max_spaces"
	is "explain: root gets in" "$(json .decision explain root)" ignore
	is "explain: in JSON" "$(json '[.decision, .plan]' explain alice)" '["deny",null]'
}

check_test() {
	local dir=$RIG/check
	mkdir -p $dir
	printf '[default]\nmax_spaces = 5\n' >$dir/good.conf
	printf '[default]\nmax_spaces = 5\nmax_spaces = 6\n' >$dir/twice.conf
	printf '[default]\nmax_space = 5\n' >$dir/unknown.conf
	printf '[default]\nmemory_max = 4g\n[match user=alice]\ncpu_max = 50%%\ntasks_max = 9\n' >$dir/limits.conf
	printf '[match user=alice]\nnetwork = nat\n[default]\npublish = 80:80\n' >$dir/both.conf
	printf '[match user=no-such-user]\nscope = user\n' >$dir/user.conf
	install -m 666 $dir/good.conf $dir/open.conf
	is "check: nothing there" "$(ls_ check)" "no configuration file: the defaults hold"
	is "check: a good file" "$(status_of "$LOGINSPACE" check $dir/good.conf; cat "$RIG/command.out")" \
		$'0\n'"$dir/good.conf: ok"
	is "check: limits are good" "$(status_of "$LOGINSPACE" check $dir/limits.conf; cat "$RIG/command.out")" \
		$'0\n'"$dir/limits.conf: ok"
	is "check: and hold less than one might think, says one line" "$(sed 's/\(: warning: limits\) .*/\1/' "$ERR")" \
		"$dir/limits.conf:2: warning: limits"
	like "check: why, and what to do" "$(<"$ERR")" "over the system's D-Bus.* system_bus = hide or scope = user"
	is "check: a warning in JSON" "$(json '[.[] | [.level, .line]]' check $dir/limits.conf)" '[["warn",2]]'
	sed -i '2i system_bus = hide' $dir/limits.conf
	is "check: with the bus hidden there is nothing to warn about" "$(ls_ check $dir/limits.conf 2>&1; cat "$ERR")" "$dir/limits.conf: ok"
	rm $dir/limits.conf
	is "check: broken files" "$(status_of "$LOGINSPACE" check $dir/*.conf)" 1
	is "check: the good one among them" "$(<"$RIG/command.out")" "$dir/good.conf: ok"
	is "check: each with its line" "$(sed -n "s,^$dir/\([a-z]*\.conf:[0-9]*\): ..*,\1,p" "$ERR" | sort | tr '\n' ' ')" \
		"both.conf:4 twice.conf:3 unknown.conf:2 user.conf:1 "
	like "check: a file that others may write to" "$(<"$ERR")" "$dir/open.conf: "
	like "check: the key that was meant" "$(grep unknown "$ERR")" max_spaces
	printf '[default]\nscope = user\nnamespaces = mount net\n' >$dir/whole.conf
	is "check: a mistake that only the whole of the files shows" "$(status_of "$LOGINSPACE" check $dir/whole.conf)" 1
	is "check: and its file is not ok" "$(<"$RIG/command.out")" ""
	like "check: but named with the line" "$(<"$ERR")" "$dir/whole.conf:3: namespaces needs mount and pid"
	mkdir -p $dir/some/etc/security/loginspace.conf.d
	cp $dir/good.conf $dir/some/etc/security/loginspace.conf
	cp $dir/whole.conf $dir/some/etc/security/loginspace.conf.d/a.conf
	ls_ check $dir/some >"$RIG/command.out"
	is "check: of several files the good one is" "$(<"$RIG/command.out")" "$dir/some/etc/security/loginspace.conf: ok"
	is "check: JSON" "$(json '[.[] | .line]' check $dir/twice.conf $dir/good.conf)" '[3]'
	is "check: JSON of what is good" "$(json . check $dir/good.conf)" '[]'
	is "check: a file that is not there" "$(status_of "$LOGINSPACE" check $dir/gone.conf)" 1
	mkdir -p /etc/security/loginspace.conf.d
	cp $dir/twice.conf $CONF
	cp $dir/unknown.conf /etc/security/loginspace.conf.d/a.conf
	cp $dir/good.conf /etc/security/loginspace.conf.d/b.conf
	is "check: the usual places, each file" "$(json '[.[] | [.file, .line]]' check)" \
		"[[\"$CONF\",3],[\"/etc/security/loginspace.conf.d/a.conf\",2]]"
	rm -r $CONF /etc/security/loginspace.conf.d
}

# --- doctor --------------------------------------------------------------------------------------

# A machine below a folder, with all that is installed: where, the doctor says himself.
machine_make() {
	local path
	mkdir -p "$1/etc/pam.d" "$1/etc/ssh" "$1/usr/sbin"
	echo 'UsePAM yes' >"$1/etc/ssh/sshd_config"
	: >"$1/usr/sbin/sshd"
	"$LOGINSPACE" doctor --root "$1" --json | jq -r '.[] | select(.subject == "programs").text' |
		sed -n 's,^[^/]*\(/[^:]*\): .*,\1,p' >"$RIG/programs"
	while read -r path; do
		mkdir -p "$1${path%/*}"
		case $path in
		*.so) cp "$MODULE" "$1$path" ;;
		*) cp "$RIG/libexec/${path##*/}" "$1$path" ;;
		esac
	done <"$RIG/programs"
	pam_file "$1" 'session required pam_loginspace.so close' 'session required pam_unix.so' \
		'@include common' 'session required pam_loginspace.so'
	echo 'session required pam_loginuid.so' >"$1/etc/pam.d/common"
}

pam_file() {
	printf '%s\n' "${@:2}" >"$1/etc/pam.d/sshd"
}

# What fails, or is a warning, on that machine; but for what is about the kernel below.
complaints() {
	json '.[] | select(.level == "'"$2"'") | select(.subject | IN("programs", "sshd", "pam", "configuration")).text' \
		doctor --root "$1"
}

doctor_test() {
	local dir=$RIG/machine
	machine_make $dir
	is "doctor: three programs" "$(wc -l <"$RIG/programs")" 3
	is "doctor: a good machine" "$(complaints $dir fail)" ""
	is "doctor: the status follows what fails" "$(status_of "$LOGINSPACE" doctor --root $dir)" \
		"$(json 'if any(.[]; .level == "fail") then 1 else 0 end' doctor --root $dir)"
	is "doctor: the keys of JSON" "$(json '.[0] | keys' doctor)" '["level","mend","subject","text"]'
	pam_file $dir 'session required pam_loginspace.so' '@include common'
	like "doctor: not the last line" "$(complaints $dir fail)" '^common:1 \(pam_loginuid.so\) comes after sshd:1 \(pam_loginspace.so\)'
	pam_file $dir 'session required pam_loginspace.so' 'session required pam_selinux.so open'
	is "doctor: after it pam_selinux, and no SELinux" "$(complaints $dir fail)" ""
	mkdir $dir/etc/selinux
	: >$dir/etc/selinux/config
	like "doctor: with SELinux" "$(complaints $dir fail)" '^sshd:2 \(pam_selinux.so\) comes after'
	rm -r $dir/etc/selinux
	pam_file $dir 'session required pam_loginspace.so close' '@include gone' 'session required pam_loginspace.so'
	like "doctor: a file that is not there" "$(complaints $dir warn)" 'sshd: gone:0: No such file'
	pam_file $dir 'session required pam_loginspace.so close' 'session required pam_loginspace.so helper=/nowhere'
	like "doctor: a helper that is not there" "$(complaints $dir fail)" '/nowhere: No such file'
	pam_file $dir 'auth required pam_loginspace.so'
	like "doctor: no line at all" "$(complaints $dir warn)" 'no service has a line'
	like "doctor: a line that does nothing" "$(complaints $dir warn)" 'sshd:1: pam_loginspace does nothing in auth'
	doctor_files_test $dir
	: >/run/loginspace/off
	like "doctor: the kill switch" "$(ls_ doctor)" 'warn +switch +/run/loginspace/off IS THERE'
	echo x >/run/loginspace/off
	like "doctor: a kill switch that is none" "$(ls_ doctor)" 'warn +switch +/run/loginspace/off has no effect'
	rm /run/loginspace/off
	chmod 755 /run/loginspace
	like "doctor: a registry for others" "$(ls_ doctor)" 'fail +registry'
	chmod 700 /run/loginspace
	doctor_sshd_test
}

doctor_files_test() {
	local dir=$1 helper
	helper=$dir$(grep 'helper$' "$RIG/programs")
	chmod 722 "$helper"
	like "doctor: a helper that others may write to" "$(complaints "$dir" fail)" 'the helper, .*only root may write'
	chmod 600 "$helper"
	like "doctor: a helper that nobody may execute" "$(complaints "$dir" fail)" 'the helper, .*cannot be executed: mode 0600$'
	chmod 700 "$helper"
	mkdir -p "$dir/etc/security"
	printf '[default]\nmax_spaces = x\n' >"$dir$CONF"
	is "doctor: a broken configuration" "$(complaints "$dir" fail)" \
		"$dir$CONF:2: max_spaces takes a number from 1 to 65536, not \"x\""
	rm "$dir$CONF"
	doctor_conf_test "$dir"
	printf '[default]\nnetwork = nat\npublish = 8080:80\n' >"$dir$CONF"
	like "doctor: keys that do not go together" "$(complaints "$dir" fail)" "$dir$CONF:3: publish = 8080:80"
	printf '[match rhost=10.0.0.0/8]\nscope = user\n' >"$dir$CONF"
	printf 'UseDNS yes\nUsePAM yes\n' >"$dir/etc/ssh/sshd_config"
	like "doctor: names where addresses are compared" "$(complaints "$dir" warn)" 'UseDNS is yes'
	echo 'UsePAM no' >"$dir/etc/ssh/sshd_config"
	like "doctor: an sshd without PAM" "$(complaints "$dir" fail)" 'UsePAM is not yes'
}

# conf= of a PAM line: the logins of that line read it alone.
doctor_conf_test() {
	local dir=$1
	pam_file "$dir" 'session required pam_loginspace.so conf=/srv/other.conf'
	is "doctor: a conf= that is not there" "$(complaints "$dir" fail)" \
		"sshd:1, conf=: $dir/srv/other.conf: cannot be read: No such file or directory"
	mkdir -p "$dir/srv"
	printf '[default]\nseccomp = yes\n' >"$dir/srv/other.conf"
	like "doctor: a conf= that is broken" "$(complaints "$dir" fail)" "sshd:1, conf=: $dir/srv/other.conf:2: seccomp takes"
	printf '[default]\n' >"$dir/srv/other.conf"
	is "doctor: a good conf=" "$(complaints "$dir" fail)" ""
}

# On the machine itself sshd is asked.
doctor_sshd_test() {
	if ! /usr/sbin/sshd -T >/dev/null 2>&1; then
		sed -i '1i UsePAM yes' /etc/ssh/sshd_config
	fi
	like "doctor: sshd here" "$(ls_ doctor)" 'ok +sshd +UsePAM is yes'
}

# --- metrics -------------------------------------------------------------------------------------

metric() {
	ls_ metrics | sed -n "s/^loginspace_$1 //p"
}

# What promtool and a parser of OpenMetrics would not take. OPEN 1: OpenMetrics, where the name of a counter
# has no _total, and the text an end.
metrics_odd() { # OPEN
	awk -v open="$1" '
		/^# TYPE / { if (seen[$3]++) print "twice", $3; family = $3; type = $4; helped = 0; next }
		/^# HELP / { if ($3 != family || NF < 4) print "astray", $0; helped = 1; next }
		/^# UNIT / && open { if ($3 != family) print "astray", $0; next }
		/^# EOF$/ && open { ended++; next }
		ended { print "behind the end", $0 }
		!helped { print "no help", $0 }
		$0 !~ "^" family (type == "counter" && open ? "_total" : "") "(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? [0-9]+$" { print "odd", $0 }
		type != ($1 ~ /_total([{]|$)/ ? "counter" : "gauge") { print "type", type, $1 }
		END { if (ended != open) print "no end, or an end" }'
}

metrics_test() {
	local before
	is "metrics: text as Prometheus has it" "$(ls_ metrics --prometheus | metrics_odd 0)" ""
	is "metrics: OpenMetrics" "$(ls_ metrics | metrics_odd 1)" ""
	is "metrics: the series of both are the same" "$(ls_ metrics | sed '/^#/d; s/ [0-9]*$//')" \
		"$(ls_ metrics --prometheus | sed '/^#/d; s/ [0-9]*$//')"
	is "metrics: live spaces" "$(metric 'spaces{scope="login",network="loopback"}')" 2
	is "metrics: owners" "$(metric space_owners)" 2
	before=$(metric opens_total)
	run_as alice true
	is "metrics: a login counts" "$(metric opens_total)" $((before + 1))
	before=$(metric 'denials_total{step="configuration"}')
	echo nonsense >$CONF
	run_as alice true >/dev/null 2>&1
	is "metrics: a denial counts, with its step" "$(metric 'denials_total{step="configuration"}')" $((before + 1))
	rm $CONF
	: >/run/loginspace/off
	is "metrics: the kill switch" "$(metric switched_off)" 1
	rm /run/loginspace/off
	is "metrics: and back" "$(metric switched_off)" 0
}

# --- while logins come and go --------------------------------------------------------------------

ROUNDS=20

lists_forever() {
	local n=0 bad=0
	until [[ -e $RIG/enough ]]; do
		"$LOGINSPACE" list --json >"$RIG/busy.json" 2>"$RIG/busy.err" || bad=$((bad + 1))
		[[ ! -s $RIG/busy.err ]] || bad=$((bad + 1))
		jq -e 'all(.[]; .processes > 0 and (.owners | type) == "array")' "$RIG/busy.json" >/dev/null ||
			{ bad=$((bad + 1)); jq -c '.[] | [.id, .processes, .owners]' "$RIG/busy.json"; }
		"$LOGINSPACE" list >/dev/null 2>>"$RIG/busy.err" || bad=$((bad + 1))
		"$LOGINSPACE" metrics >/dev/null 2>>"$RIG/busy.err" || bad=$((bad + 1))
		[[ ! -s $RIG/busy.err ]] || { bad=$((bad + 1)); cat "$RIG/busy.err"; }
		n=$((n + 1))
	done
	echo "$bad" >"$RIG/busy"
	echo "# $n lists"
}

busy_test() {
	local i k jobs
	lists_forever &
	local lister=$!
	for ((i = 0; i < ROUNDS; i++)); do
		jobs=()
		for ((k = 0; k < 10; k++)); do
			run_as carol true & jobs+=($!)
		done
		wait "${jobs[@]}"
	done
	: >"$RIG/enough"
	wait $lister
	is "list and metrics against $((ROUNDS * 10)) logins: no failure, nothing on stderr" "$(<"$RIG/busy")" 0
}

# --- completion ----------------------------------------------------------------------------------

# complete_words WORDS...: what is offered for the last one.
complete_words() {
	COMP_WORDS=("$LOGINSPACE" "$@")
	COMP_CWORD=$#
	_loginspace
	printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}

completion_test() {
	# shellcheck source=config/completion/loginspace.bash
	. "$SOURCE/config/completion/loginspace.bash"
	is "completion: verbs" "$(complete_words e)" "enter explain "
	is "completion: every verb that help knows" "$(complete_words '')" \
		"$(ls_ help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort | tr '\n' ' ')"
	is "completion: options" "$(complete_words list --)" "--ids --json --user "
	is "completion: options of enter" "$(complete_words enter --)" "--net --root "
	is "completion: live ids" "$(complete_words show '')" "2001-0 2002-0 "
	is "completion: of these" "$(complete_words enter 2001)" "2001-0 "
	is "completion: ids and users" "$(complete_words kill 200) $(complete_words kill ali)" "2001-0 2002-0  alice "
	is "completion: users" "$(complete_words list --user ali)" "alice "
	is "completion: behind options" "$(complete_words explain --service sshd --json ali)" "alice "
	is "completion: services" "$(complete_words try --service lo)" "login loginspace "
	is "completion: one operand is enough" "$(complete_words show 2001-0 '')" " "
	is "completion: files" "$(complete_words check "$SOURCE/Makef")" "$SOURCE/Makefile "
	is "completion: loaded by a function, as bash-completion does" \
		"$(bash -c 'load() { . "$1"; }; load "$1"; COMP_WORDS=(x kill --); COMP_CWORD=2; _loginspace; echo "${COMPREPLY[*]}"' \
			x "$SOURCE/config/completion/loginspace.bash")" --now
	if command -v zsh >/dev/null; then
		check "completion: zsh reads its file" zsh -n "$SOURCE/config/completion/_loginspace"
	else
		skip "completion: zsh reads its file" "no zsh"
	fi
}

words_test
unprivileged_test
empty_test
start_sshd
session_start a alice || not_ok "a session starts"
session_start b bob || not_ok "a session starts"
list_test
widths_test
show_test
groups_test
hostile_names_test
inside_test
weak_root_test
completion_test
metrics_test
stale_test
linger_test
just_ending_test
explain_test
check_test
doctor_test
stopped_test
kill_test
busy_test
session_stop a
session_stop b
stop_sshd
