# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2153
# Every example of the manual pages, taken from docs/*.scd as it stands and run: commands, files, PAM
# lines; the lines of the log are compared with those that the module writes. The users of the rig have
# other numbers than those of the pages: alice is 1000 there and 2001 here, bob 1001 and 2002.
#
# An example that this test does not know is a failure, and so is one that is gone: EXAMPLES has them all,
# by page and first line.
#
# packages: jq pamtester tcpdump busybox-static uidmap
. "$SOURCE/tests/root/pages.bash"
needs_module

EXAMPLES=(
	'loginspace.8|# loginspace explain alice --rhost 10.1.2.3|explain_example'
	'loginspace.8|loginspace metrics --prometheus >/var/lib/node_exporter/loginspace.prom.new &&|metrics_example'
	'loginspace.8|# loginspace list --json ||memory_example'
	'loginspace.8|# loginspace show 1000-0 --json ||pid_example'
	'loginspace.8|# loginspace check new.conf && mv new.conf /etc/security/loginspace.conf|check_example'
	'loginspace.8|# loginspace enter --net 1000-0 -- tcpdump -i any|net_example'
	'loginspace.8|$ loginspace root -- tar -xpf debian.tar -C tree|root_example'
	'loginspace.conf.5|[default]|conf_example_students'
	'loginspace.conf.5|[default]|conf_example_lists'
	'pam_loginspace.8|# install -d -m 0700 /run/loginspace|switch_example'
	'pam_loginspace.8|pam_loginspace(sshd:session): open: user="alice" uid=1000|log_open'
	'pam_loginspace.8|pam_loginspace(sshd:session): join: user="alice" uid=1000|log_join'
	'pam_loginspace.8|pam_loginspace(sshd:session): close: space=1000-0 user="alice"|log_close'
	'pam_loginspace.8|pam_loginspace(loginspace:session): close: space=1000-0 user="alice"|log_close_trouble'
	'pam_loginspace.8|pam_loginspace(sshd:session): denied: user="alice" uid=1000|log_denied'
	'pam_loginspace.8|pam_loginspace(sshd:session): lenient: user="bob" uid=1001|log_lenient'
	'pam_loginspace.8|pam_loginspace(sshd:session): audit: user="bob" uid=1001|log_audit'
	'pam_loginspace.8|pam_loginspace(sshd:session): ignored: user="bob" uid=1001|log_ignored'
	'pam_loginspace.8|pam_loginspace(sshd:session): exempt: user="root" uid=0|log_exempt'
	'pam_loginspace.8|pam_loginspace(sshd:session): off: user="bob" uid=-|log_off'
	'pam_loginspace.8|pam_loginspace(sshd:session): switch: user="bob" uid=-|log_switch'
	'pam_loginspace.8|pam_loginspace(loginspace:session): debug: user="alice" uid=1000|log_debug'
	"pam_loginspace.8|# find /proc/[0-9]*/fd -lname 'net:*'|find_example"
	'pam_loginspace.8|session  required  pam_loginspace.so close|lines_example'
	"pam_loginspace.8|# loginspace try alice -- sh -c 'echo in \$LOGINSPACE'|try_example"
	'pam_loginspace.8|# cat /etc/pam.d/loginspace|service_example'
)
LINE='session required pam_loginspace.so'
TEXT= # the file with the example

# As a reader sees them: scdoc(5) takes a backslash away from what follows it.
examples_split() { # PAGE
	local file
	page_split "$SOURCE/docs/$1.scd"
	for file in "$RIG"/blocks/*; do
		[[ -e $file ]] || continue # a page without examples
		sed -i '1d; s/\\\(.\)/\1/g' "$file"
	done
}

commands() { # the example, without its prompts
	sed 's/^[#$] //' "$TEXT"
}

shown() { # what it shows: the lines without a prompt
	grep -v '^[#$] ' "$TEXT"
}

# The numbers of this rig.
here() {
	sed 's/1000-0/2001-0/g; s/uid=1000/uid=2001/g; s/uid=1001/uid=2002/g; s/"192\.0\.2\.7"/"127.0.0.1"/g'
}

as_alice() {
	session_do a "$1"
}

# --- loginspace(8) -------------------------------------------------------------------------------

# Each line that is shown is there, in this order; others may be between.
lines_in() { # FILE
	local line at=0 here
	while IFS= read -r line; do
		here=$(tail -n "+$((at + 1))" "$1" | grep -nxF -m 1 -- "$line" | cut -d: -f1)
		[[ -n $here ]] || {
			echo "not there: $line"
			return 1
		}
		at=$((at + here))
	done
}

explain_example() {
	policy '[default]' '# 2' '# 3' '# 4' '# 5' '# 6' '# 7' '# 8' '# 9' '# 10' '# 11' 'scope = user'
	server_do "$(grep '^# ' "$TEXT" | sed 's/^# //')" >"$RIG/explained"
	shown >"$RIG/wanted"
	check "explain: what the page shows of it" lines_in "$RIG/explained" <"$RIG/wanted"
}

metrics_example() {
	mkdir -p "$RIG/node_exporter"
	commands | sed "s|/var/lib/node_exporter|$RIG/node_exporter|g" >"$RIG/example"
	is "metrics: the commands succeed" "$(server_do "$(<"$RIG/example")")" ""
	is "metrics: a whole file" "$(grep -c '^loginspace_' "$RIG/node_exporter/loginspace.prom")" \
		"$(server_do 'loginspace metrics' | grep -c '^loginspace_')"
	is "metrics: and nothing else" "$(ls "$RIG/node_exporter")" loginspace.prom
	check "metrics: the page's folder is the collector's" grep -q '/var/lib/node_exporter/loginspace.prom$' "$TEXT"
}

memory_example() {
	session_start a alice
	is "list: nobody takes so much" "$(server_do "$(commands)")" ""
	is "list: with a smaller figure it is alice" "$(server_do "$(commands | sed 's/1073741824/1/')")" alice
	session_stop a
}

pid_example() {
	local pid
	session_start a alice
	pid=$(as_alice 'echo $$')
	is "show: the number on the host" "$(server_do "$(commands | here | sed "s/== 17/== $pid/")")" \
		"$(pid_of "$pid")"
	session_stop a
}

pid_of() { # INNER
	local pid
	for pid in $(space_pids "pid:[$(as_alice 'readlink /proc/self/ns/pid' | tr -dc 0-9)]"); do
		[[ $(sed -n 's/^NSpid:.*[[:space:]]//p' "/proc/$pid/status") != "$1" ]] || echo "$pid"
	done
}

check_example() {
	policy
	printf '[default]\nscope = user\n' >/root/new.conf
	like "check: a good file" "$(server_do "$(commands)")" '^new.conf: ok$'
	is "check: is in its place" "$(cat "$CONF")" $'[default]\nscope = user'
	printf '[default]\nscop = user\n' >/root/new.conf
	like "check: a bad file" "$(server_do "$(commands)")" '^new.conf:2: '
	is "check: is not" "$(cat "$CONF")" $'[default]\nscope = user'
	rm /root/new.conf
	policy
}

# tcpdump does not end by itself.
net_example() {
	local job
	if ! command -v tcpdump >/dev/null; then
		skip "enter --net: tcpdump" "not installed"
		return
	fi
	session_start a alice
	commands | here | sed 's/^/exec /; s/-i any/-l -n -i any/' >"$RIG/example"
	PATH=/usr/local/bin:$PATH bash "$RIG/example" >"$RIG/example.out" 2>&1 </dev/null &
	job=$!
	check "enter --net: tcpdump begins" wait_until 10 grep -q listening "$RIG/example.out"
	as_alice 'ping -n -c 2 -i 0.2 127.0.0.7' >/dev/null
	check "enter --net: it sees what goes over the space's network" wait_until 5 grep -q 127.0.0.7 "$RIG/example.out"
	kill $job
	wait $job 2>/dev/null
	session_stop a
}

# A tree of another system: busybox, files of several ids, and an apt-get that says what it is given.
tree_pack() {
	local top=$RIG/tree
	mkdir -p "$top/bin" "$top/proc" "$top/etc"
	cp "$(type -P busybox)" "$top/bin/busybox"
	ln -s busybox "$top/bin/sh"
	printf '%s\n' '#!/bin/sh' 'busybox test -d /proc/1 && echo "apt-get $*, as $(busybox id -u)"' >"$top/bin/apt-get"
	chmod 755 "$top/bin/apt-get"
	echo mail >"$top/etc/mail"
	chown 8:8 "$top/etc/mail"
	tar --numeric-owner -C "$top" -cf /home/alice/debian.tar .
	install -d -m 755 -o alice -g alice /home/alice/tree
	chown alice /home/alice/debian.tar
	echo alice:300000:65536 | tee /etc/subuid >/etc/subgid
}

root_example() {
	tree_pack
	session_start a alice
	is "root: the tree is unpacked" "$(as_alice "$(grep '^\$' "$TEXT" | head -n 1 | cut -c3-)")" ""
	is "root: with its owners" "$(stat -c %u /home/alice/tree/etc/mail)" 300007
	# What stands behind "#" is typed into the second one.
	grep '^# ' "$TEXT" | cut -c3- >/home/alice/typed
	like "root: apt-get in the tree" \
		"$(as_alice "SHELL=/bin/bash $(grep '^\$' "$TEXT" | tail -n 1 | cut -c3-) <~/typed")" \
		'apt-get install hello, as 0$'
	is "root: nothing is mounted for the others" "$(ls /home/alice/tree/proc)" ""
	session_stop a
}

# --- loginspace.conf(5) --------------------------------------------------------------------------

# in_plan KEY OF-EXPLAIN...: the value, or the items, of a key.
in_plan() {
	local key=$1
	shift
	loginspace explain "$@" --json | jq -r ".plan.$key | .value // (.items | join(\" \"))"
}

conf_example_students() {
	group_add students 2100 alice
	cp "$TEXT" "$CONF"
	is "conf: check" "$(server_do 'loginspace check')" "$CONF: ok"
	is "conf: bob" "$(in_plan max_spaces bob) $(in_plan scope bob)" "16 login"
	is "conf: alice at home" "$(in_plan scope alice --rhost 198.51.100.1) $(in_plan network alice --rhost 198.51.100.1)" "user loopback"
	is "conf: alice in the lab" "$(in_plan scope alice --rhost 192.0.2.9) $(in_plan network alice --rhost 192.0.2.9)" "user host"
	is "conf: in the lab, by IPv6" "$(in_plan network alice --rhost 2001:db8:17::1)" host
	session_start a alice
	is "conf: a login of alice's" "$(loginspace list --json | jq -r '.[] | .scope + " " + .network')" "user loopback"
	session_stop a
	policy
}

conf_example_lists() {
	group_add lab 2101 bob
	cp "$TEXT" "$CONF"
	is "lists: check" "$(server_do 'loginspace check')" "$CONF: ok"
	is "lists: for all" "$(in_plan namespaces carol)" "mount pid"
	is "lists: for the group" "$(in_plan namespaces bob)" "mount pid net"
	is "lists: for alice" "$(in_plan namespaces alice)" "mount pid ipc"
	is "lists: carol's login" "$(own_of carol)" "mnt pid"
	is "lists: bob's login" "$(own_of bob)" "mnt pid net"
	is "lists: alice's login" "$(own_of alice)" "mnt pid ipc"
	policy
}

# The namespaces of a login of USER that are not the rig's.
own_of() {
	local kind own=
	run_as "$1" 'for kind in mnt pid ipc net; do readlink /proc/self/ns/$kind; done' >"$RIG/own"
	for kind in mnt pid ipc net; do
		grep -qxF "$(readlink /proc/self/ns/$kind)" "$RIG/own" || own+=" $kind"
	done
	echo "${own# }"
}

# --- pam_loginspace(8): commands -----------------------------------------------------------------

switch_example() {
	rm -rf "$SWITCH"
	confined "switch: alice has a space before" alice
	is "switch: the commands" "$(server_do "$(commands)")" ""
	let_in "switch: and none after" alice
	rm "$SWITCH"
	confined "switch: rm takes it back" alice
}

find_example() {
	session_start a alice
	like "find: who holds a network namespace by an open file" "$(server_do "$(commands)")" '^/proc/[0-9]+/fd/[0-9]+'
	session_stop a
	sshd_settle
	is "find: when nobody does, nothing" "$(server_do "$(commands)" | grep -v "^/proc/$SSHD_PID/")" ""
}

# Between two lines, as the README says.
lines_example() {
	pam_block "$TEXT" /etc/pam.d/sshd
	confined "lines: a login" alice
	is "lines: the first one is the first of the session" \
		"$(awk '$1 == "session" { print; exit }' /etc/pam.d/sshd)" "$(head -n 1 "$TEXT")"
	pam_lines
}

try_example() {
	is "try: prints what the page shows" "$(server_do "$(grep '^# ' "$TEXT" | cut -c3-)")" "$(shown | here)"
}

service_example() {
	shown >/etc/pam.d/loginspace
	log_mark
	like "pamtester: both" "$(server_do "$(commands | sed -n '$p')" | xargs)" \
		'successfully opened a session.*session has successfully been closed'
	log_shows "pamtester: the log has it" 'pam_loginspace\(loginspace:session\): open: '
	log_shows "pamtester: debug is on" 'pam_loginspace\(loginspace:session\): debug: '
	is "pamtester: the page shows the file with cat" "$(head -n 1 "$TEXT")" '# cat /etc/pam.d/loginspace'
	rm /etc/pam.d/loginspace
}

log_shows() { # NAME PATTERN
	check "$1" log_has "$2"
}

# --- pam_loginspace(8): the log ------------------------------------------------------------------

# The lines of the example, each one whole: what is wrapped is indented.
log_lines() {
	sed -e ':a' -e '$!N' -e 's/\n  / /' -e 'ta' -e 'P' -e 'D' "$TEXT" | here
}

# Milliseconds are others each time.
log_pattern() {
	sed 's/[][\\.*^$(){}|+?]/\\&/g; s/ms=[0-9]*\\\.[0-9]*/ms=[0-9]+\\.[0-9]+/g' <<<"$1"
}

# Since log_mark, each line of the example has been written, whole.
log_compare() {
	local line
	while IFS= read -r line; do
		check "log: ${line:0:60}" wait_until 3 log_has " $(log_pattern "$line")\$" ||
			log_ours
	done < <(log_lines)
	[[ -z ${LS_SHOW-} ]] || log_ours
}

log_open() {
	policy '[default]' 'scope = user'
	log_mark
	run_as alice true
	log_compare
	policy
}

log_join() {
	policy '[default]' 'scope = user'
	session_start a alice
	log_mark
	run_as alice true
	log_compare
	session_stop a
	policy
}

log_close() {
	log_open
}

# An application that has closed all of its open files.
log_close_trouble() {
	printf '%s required pam_permit.so\n' auth account session >/etc/pam.d/loginspace
	echo "$LINE" >>/etc/pam.d/loginspace
	log_mark
	pam_driver --quiet --close-fds loginspace alice true >/dev/null 2>&1
	log_compare
	rm /etc/pam.d/loginspace
}

log_denied() {
	policy '[default]' 'lingr = none'
	log_mark
	run_as alice true >/dev/null 2>&1
	log_compare
	policy
}

log_lenient() {
	policy '[default]' 'on_error = allow' 'hostname = other'
	chown bob /etc/hosts
	log_mark
	run_as bob true
	log_compare
	chown root /etc/hosts
	policy
}

log_audit() {
	log_mark
	policy '[default]' 'isolate = audit'
	run_as bob true
	policy '[default]' 'isolate = audit' 'nested_userns = no'
	run_as bob true
	log_compare
	policy
}

log_ignored() {
	other_service cron
	sed -i "s|^session required $MODULE.*|$LINE|" /etc/pam.d/cron
	log_mark
	pam_driver --quiet cron bob true >/dev/null 2>&1
	policy '[default]' 'isolate = no'
	run_as bob true
	log_compare
	policy
	cp "$RIG/pam.d/cron" /etc/pam.d/cron 2>/dev/null || rm /etc/pam.d/cron
}

log_exempt() {
	log_mark
	run_as root true
	policy '[default]' 'lingr = none'
	run_as root true
	log_compare
	policy
}

log_off() {
	install -d -m 0700 /run/loginspace
	: >"$SWITCH"
	log_mark
	run_as bob true
	log_compare
	rm "$SWITCH"
}

log_switch() {
	install -d -m 0700 /run/loginspace
	echo x >"$SWITCH"
	log_mark
	run_as bob true
	log_compare
	rm "$SWITCH"
}

log_debug() {
	printf '%s required pam_permit.so\n' auth account session >/etc/pam.d/loginspace
	echo "$LINE debug" >>/etc/pam.d/loginspace
	log_mark
	pam_driver --quiet loginspace alice true >/dev/null 2>&1
	log_compare
	rm /etc/pam.d/loginspace
}

# --- all of them ---------------------------------------------------------------------------------

pam_lines() {
	printf 'session required pam_loginspace.so close\n...\n%s\n' "$LINE" >"$RIG/lines"
	PAGE=the-manual pam_block "$RIG/lines" /etc/pam.d/sshd >/dev/null
}

nobody_left() {
	! pgrep -x "$INSIDE" >/dev/null && [[ -z $(loginspace list --ids 2>/dev/null) ]]
}

# Those of a page in their order, so that two with the same first line are told apart.
page_examples() { # PAGE
	local file example name known
	local -a functions=()
	examples_split "$1"
	for file in "$RIG"/blocks/*; do
		[[ -s $file ]] || continue
		known=
		for example in "${!LEFT[@]}"; do
			name=${LEFT[example]}
			if [[ ${name%|*} == "$1|$(head -n 1 "$file")" ]]; then
				known=${name##*|}
				unset "LEFT[example]"
				break
			fi
		done
		if [[ -z $known ]]; then
			not_ok "$1: an example that this test knows" "$(head -n 1 "$file")"
			continue
		fi
		cp "$file" "$RIG/example.$known"
		functions+=("$known")
	done
	for known in "${functions[@]}"; do
		TEXT=$RIG/example.$known
		wait_until 10 nobody_left # so that the next space is number 0
		"$known"
	done
}

# --- what the pages have to name -----------------------------------------------------------------

# Of a verb, the synopsis and a part of its own with each option.
verb_test() { # VERB
	local word page=$SOURCE/docs/loginspace.8.scd
	awk -v verb="$1" '/^## / { inside = index($0 ",", " " verb ",") > 0 } inside' "$page" >"$RIG/verb"
	check "loginspace(8): $1 has a part" test -s "$RIG/verb"
	check "loginspace(8): $1 is in the synopsis" grep -qE "^\*loginspace .*\b$1\b" "$page"
	for word in $(loginspace "$1" --help | grep -oE -- '--[a-z]+'); do
		check "loginspace(8): $1 $word is explained" grep -qE -- "^\*[^ ].*$word\*|^\*$word\*" "$RIG/verb"
		check "loginspace(8): $1 $word is in the synopsis" grep -qE -- "^\*loginspace .*$1.*$word\*" "$page"
	done
}

words_test() {
	local verb word
	for verb in $(loginspace help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
		verb_test "$verb"
	done
	while IFS= read -r word; do
		check "pam_loginspace(8): $word is among the options" grep -qE "^\*$word\*" "$SOURCE/docs/pam_loginspace.8.scd"
	done < <(sed -n 's/^\t{ "\([a-z_=]*\)", offsetof.*/\1/p' "$SOURCE/pam_module/arguments.c")
}

PAGE=the-manual
page_begin
words_test
rm -f /etc/pam.d/loginspace
pam_lines
run_as alice true # the registry and the counters are there
LEFT=("${EXAMPLES[@]}")
for page in "$SOURCE"/docs/*.scd; do
	page=${page##*/}
	page_examples "${page%.scd}"
done
is "no example is gone from the pages" "${LEFT[*]}" ""
page_end
