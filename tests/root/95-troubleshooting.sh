# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# docs/TROUBLESHOOTING.md: each sentence that it lists is said by the programs, or is seen here inside of a
# space; each that they say to people, each event of the log is listed. And the table of steps in
# pam_loginspace(8) has the steps that there are.
#
# packages: perl-base curl tmux bubblewrap sudo
. "$SOURCE/tests/root/policy.bash"
needs_module

PAGE=$SOURCE/docs/TROUBLESHOOTING.md
MANUAL=$SOURCE/docs/pam_loginspace.8.scd

# --- the page ------------------------------------------------------------------------------------

# The first cells of the tables of a section.
cells() { # TITLE
	awk -v title="## $1" '$0 == title { inside = 1; next } /^## / { inside = 0 }
		inside && /^\|/ { sub(/^\| /, ""); sub(/ \|.*/, ""); print }' "$PAGE"
}

# What stands between backquotes there, one a line.
listed() { # TITLE
	cells "$1" | grep -o '`[^`]*`' | tr -d '`'
}

texts() { # WHAT FILES...
	(cd "$SOURCE" && perl tests/root/messages.pl "$@")
}

# What is fixed of a sentence, one part a line.
parts() { # SENTENCE
	printf '%s\n' "${1//.../$'\n'}" | sed 's/^[ :;,(]*//; s/[ :;,()]*$//' | grep -E '.{4}'
}

# said SENTENCE: some text of the programs has it, part by part; or a text with blanks of its own fits.
said() {
	local part text pattern missing
	while IFS= read -r part; do
		grep -qF -- "$part" "$RIG/texts" || missing=yes
	done < <(parts "$1")
	[[ -n ${missing-} ]] || return 0
	while IFS= read -r text; do
		pattern=$(sed 's/[^A-Za-z0-9 ]/\\&/g; s/\\\.\\\.\\\./*/g' <<<"$text")
		# shellcheck disable=SC2053 # a pattern
		[[ $1 != $pattern ]] || return 0
	done < <(grep -F -- '...' "$RIG/texts" | grep -E '[a-z]{2,} [a-z]{2,}')
	return 1
}

listed_test() {
	local title sentence
	texts all pam_module/*.c helper/*.c helper/*/*.c lib/*.c admin/*.c admin/*/*.c include/*.h >"$RIG/texts"
	check "there are texts" test "$(wc -l <"$RIG/texts")" -gt 200
	for title in 'What `loginspace root` says' 'What the other verbs of `loginspace` say' 'Details of a refused login'; do
		check "there are sentences: $title" test "$(listed "$title" | wc -l)" -gt 8
		while IFS= read -r sentence; do
			check "is said: $sentence" said "$sentence"
		done < <(listed "$title")
	done
	check "is said: $REFUSED" said "$REFUSED"
	check "no sentence that nobody says would pass" not said 'the moon is not ...'
}

not() {
	! "$@"
}

# --- what is said --------------------------------------------------------------------------------

# in_page TEXT: all of its fixed parts stand in one cell.
in_page() {
	local cell part missing
	while IFS= read -r cell; do
		missing=
		while IFS= read -r part; do
			[[ $cell == *"$part"* ]] || missing=yes
		done < <(parts "$1")
		[[ -n $missing ]] || return 0
	done <"$RIG/cells"
	return 1
}

said_test() {
	local text
	sed -n 's/^| \(`.*\) |.*/\1/p' "$PAGE" | sed 's/ | .*//' | grep -o '`[^`]*`' | tr -d '`' >"$RIG/cells"
	while IFS= read -r text; do
		check "is listed: $text" in_page "$text"
	done < <(texts said pam_module/report.c admin/*.c admin/*/*.c | sort -u)
	check "the sentence for users is one of them" grep -qxF "$REFUSED" "$RIG/cells"
}

events_test() {
	local event
	listed 'What the log says' >"$RIG/events"
	check "there are events" test "$(texts events pam_module/report.c | wc -l)" -gt 10
	for event in $(texts events pam_module/report.c | sort -u); do
		check "is listed: $event" grep -qx "$event" "$RIG/events"
	done
	while IFS= read -r event; do
		check "is an event: $event" grep -q "\"$event\"" "$SOURCE/pam_module/report.c"
	done < <(grep -xE '[a-z]+' "$RIG/events")
}

# --- steps ---------------------------------------------------------------------------------------

steps_test() {
	sed -n 's/^.*\[STEP_[A-Z_]*\] = { "\([a-z_]*\)".*/\1/p' "$SOURCE/lib/steps.c" | grep -vx none | sort >"$RIG/steps"
	awk '/^## Steps/ { inside = 1 } /^# / { inside = 0 } inside && /^\|  / { sub(/^\|  /, ""); gsub(/, /, "\n"); print }' \
		"$MANUAL" | sort >"$RIG/steps.manual"
	check "there are steps" test "$(wc -l <"$RIG/steps")" -gt 40
	is "pam_loginspace(8) has each step, and no other" "$(diff "$RIG/steps" "$RIG/steps.manual")" ""
	is "the steps of the page are steps" "$(listed Steps | grep -v = | sort | comm -23 - "$RIG/steps")" ""
	is "so are those of LOGIN.md" \
		"$(grep -oE '\(`step=[a-z_]+' "$SOURCE/docs/LOGIN.md" | sed 's/.*=//' | sort -u | comm -23 - "$RIG/steps")" ""
}

# --- what users see ------------------------------------------------------------------------------

U='namespaces = mount pid ipc uts net user'
# SENTENCE|KEYS, by ; |COMMAND: what the page lists, seen.
SEEN=(
	'Network is unreachable||exec 3<>/dev/tcp/192.0.2.1/80'
	'Could not resolve host||curl http://www.example.org/'
	'Failed to connect to 127.0.0.1 port||curl http://127.0.0.1:9001/'
	'error connecting to /tmp/tmux-||tmux ls'
	'Read-only file system|system = ro|touch /srv/x'
	'Permission denied|hide = /srv|ls /srv'
	'No space left on device|tmp_size = 4m|head -c 5000000 /dev/zero >/tmp/x'
	"unshare failed: No space left on device|$U;nested_userns = no|unshare -r true"
	"Creating new namespace failed: nesting depth|$U|bwrap --ro-bind / / --unshare-all true"
	'unshare failed: Operation not permitted|seccomp = default|unshare -r true'
	'The "no new privileges" flag is set|no_new_privs = yes|sudo true'
	"Can't mount proc on|$U|bwrap --ro-bind / / --unshare-pid --proc /proc true"
)

inside_test() {
	local row sentence keys command
	local -a lines
	listed 'What a user sees inside of a space' >"$RIG/inside"
	chmod 1777 /srv
	for row in "${SEEN[@]}"; do
		IFS='|' read -r sentence keys command <<<"$row"
		IFS=';' read -ra lines <<<"$keys"
		policy '[default]' "${lines[@]}"
		check "the page has: $sentence" grep -qF -- "$sentence" "$RIG/inside"
		like "seen inside: $sentence" "$(run_as alice "$command" 2>&1)" "$sentence"
		policy '[default]' 'isolate = no' 'network = host'
		[[ $sentence == error* || $sentence == *port || $sentence == Could* || $sentence == Network* ]] ||
			unlike "not seen without a space: $sentence" "$(run_as alice "$command" 2>&1)" "$sentence"
		rm -f /srv/x /tmp/x
		sed -i "\\|^$sentence\$|d" "$RIG/inside"
	done
	# The sentence of systemctl(1) takes a systemd: VM-51 of tests/vm.
	is "each sentence of the page is seen here" "$(grep -vF 'Failed to connect to bus' "$RIG/inside" | grep ' ')" ""
	policy '[default]' "$U"
	check "bwrap works with what the page says" run_as alice 'bwrap --ro-bind / / --unshare-pid --dev-bind /proc /proc true'
	check "the bus is seen in tests/vm" grep -rq 'Failed to connect to bus\|VM-51' "$SOURCE/tests/vm"
	policy
}

# bob runs a tmux server, and it ends with his login; on the host 127.0.0.1 answers.
host_test() {
	local job
	nettool tcp-listen 127.0.0.1 9001 host >/dev/null &
	job=$!
	check "on the host 127.0.0.1 answers" wait_until 5 nettool tcp-connect 127.0.0.1 9001
	run_as alice 'tmux new-session -d "sleep 4000"'
	inside_test
	kill $job
	wait $job 2>/dev/null
}

# A mistake in the configuration: what the clients say.
refused_test() {
	policy '[default]' 'lingr = none'
	is "refused: a command" "$(run_as alice true 2>&1)" "$REFUSED"
	like "refused: sftp" "$(sftp -q -b /dev/null "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1 2>&1)" 'Received message too long'
	timeout 5 ssh -o LogLevel=INFO "${SSH_OPTIONS[@]}" -p $PORT -N -L 7001:127.0.0.1:9001 alice@127.0.0.1 2>"$RIG/forward" &
	wait_until 3 nettool tcp-connect 127.0.0.1 7001
	wait $!
	like "refused: a forward" "$(<"$RIG/forward")" 'administratively prohibited'
	pam_setup no_warn
	like "refused, with no_warn: sftp" "$(sftp -q -b /dev/null "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1 2>&1)" 'Connection closed'
	pam_setup
	policy
}

listed_test
said_test
events_test
steps_test
start_sshd
host_test
refused_test
stop_sshd
