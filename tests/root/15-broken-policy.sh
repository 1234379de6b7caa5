# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# A configuration that cannot be read right denies everybody but root, says where and why, and is
# mended without a restart. What does not depend on the configuration is not harmed by it.
. "$SOURCE/tests/root/policy.bash"
needs_module

# broken NAME PLACE PATTERN: what all mistakes have in common. PLACE is FILE:LINE or FILE.
broken() {
	local name=$1 place=$2 pattern=$3 out lines
	log_mark
	rm -f /home/alice/ran
	out=$(run_as alice 'touch ~/ran' 2>&1)
	is "ADM-05 $name: alice gets a plain sentence" "$out" "$REFUSED"
	check "ADM-05 $name: and nothing runs" test ! -e /home/alice/ran
	is "ADM-05 $name: one line in the log" "$(log_count 'denied: ')" 1
	like "ADM-05 $name: with file, line and mistake" "$(log_line 'denied: ')" \
		"^<83>.*user=\"alice\" .*step=configuration .*detail=\"$place: $pattern"
	is "ADM-05 $name: root gets in" "$(space_of root)" "$OUTSIDE"
	like "ADM-05 $name: at alert" "$(log_line 'exempt: ')" "^<81>.*user=\"root\" .*detail=\"$place: $pattern"
	out=$("$COMMAND" check 2>&1)
	is "ADM-02 $name: check fails" $? 1
	like "ADM-02 $name: check says the same" "${out//\"/\'}" "$place: $pattern"
	like "$name: check --json, too" "$("$COMMAND" check --json | jq -r '.[0] | "\(.file):\(.line)"')" \
		"^${place%%:*}:${place##*:}|^$place:null"
}

mended() {
	policy '[default]' 'hostname = mended'
	is "ADM-02 $1, mended: alice is in at once" "$(run_as alice 'uname -n' 2>&1)" mended
	check "ADM-02 $1, mended: check says so" "$COMMAND" check
}

# Each mistake is in a line of its own; the lines around it are good.
text_test() {
	local name pattern line
	while IFS='|' read -r name line pattern; do
		policy '# a comment' '[default]' 'hostname = %h' '' "$line" 'linger = none'
		broken "$name" "$CONF:5" "$pattern"
	done <<-'END'
		unknown key|max_space = 1|unknown key 'max_space'; is it max_spaces
		bad value|max_spaces = many|max_spaces .*not 'many'
		unknown user|[match user=alice,no-such-user]|there is no user 'no-such-user
		unknown group|[match group=no-such-group]|there is no group 'no-such-group
		unknown condition|[match host=a]|unknown condition 'host
		colon|scope: user|.*colon
		no header|[match user=alice|no \]
		twice|hostname = a|hostname is in this section already
	END
	mended "bad text"
}

# Values that do not go together: each is right, the login is denied all the same.
contradiction_test() {
	local name="contradiction" out
	policy '[default]' '' 'nested_userns = no'
	log_mark
	refused "$name: alice gets a plain sentence" alice
	is "$name: one line in the log" "$(log_count 'denied: ')" 1
	like "$name: with file and line" "$(log_line 'denied: ')" \
		"step=policy .*needs user among the namespaces.*nested_userns = no, $CONF:3"
	let_in "$name: root gets in" root
	out=$("$COMMAND" check 2>&1)
	is "$name: check fails" $? 1
	like "$name: check says the same" "$out" "needs user among the namespaces.*nested_userns = no, $CONF:3"
	mended "$name"
}

# file_wrong NAME PATTERN: $CONF has been made what NAME says.
file_wrong() {
	broken "$1" "$CONF" "$2"
	mended "$1"
}

file_test() {
	policy '[default]'
	chmod o+w "$CONF"
	file_wrong "writable by others" 'may be written by others'
	policy '[default]'
	chmod g+w "$CONF"
	file_wrong "writable by its group" 'may be written by others'
	policy '[default]'
	chown alice "$CONF"
	file_wrong "a user's own" 'is not owned by root'
	policy
	echo '[default]' >"$RIG/elsewhere"
	ln -s "$RIG/elsewhere" "$CONF"
	file_wrong "symbolic link" 'is a symbolic link'
	policy
	ln -s /not/there "$CONF"
	file_wrong "symbolic link to nowhere" 'is a symbolic link'
	policy
	mkfifo -m 644 "$CONF"
	file_wrong "FIFO" 'is not a regular file'
	policy
	mkdir "$CONF"
	file_wrong "folder" 'is not a regular file'
	policy
	{ echo '[default]' && head -c 2097152 /dev/zero | tr '\0' '\n'; } >"$CONF"
	file_wrong "2 MiB" 'is larger than 1 MiB'
	policy
	printf '\xef\xbb\xbf[default]\n' >"$CONF"
	broken "byte order mark" "$CONF:1" 'the file begins with a byte order mark'
	printf '[default]\nscope = us\0er\n' >"$CONF"
	broken "NUL byte" "$CONF:2" 'a NUL byte'
	mended "NUL byte"
}

dropin_test() {
	policy '[default]'
	mkdir -m 777 "$CONF.d"
	chmod 777 "$CONF.d"
	broken "folder that others may write" "$CONF.d" 'may be written by others'
	chmod 755 "$CONF.d"
	printf '[default]\n\nscope = both\n' >"$CONF.d/a.conf"
	broken "mistake in a drop-in" "$CONF.d/a.conf:3" 'scope takes'
	mv "$CONF.d/a.conf" "$CONF.d/a.conf.off"
	confined "drop-in put aside: alice is in" alice
	pam_setup "conf=$RIG/not-there"
	broken_conf "conf= of a file that is not there"
	pam_setup
	mended "drop-ins"
}

broken_conf() {
	log_mark
	refused "$1: alice is denied" alice
	like "$1: the log names it" "$(log_line 'denied: ')" "step=configuration .*$RIG/not-there: cannot be read"
	let_in "$1: root gets in" root
}

# A service that is not listed might be, in a configuration that nobody can read.
unlisted_test() {
	other_service cron
	policy '[default]' 'nonsense'
	log_mark
	is "broken: a service that may be listed is denied" "$(space_by cron alice)" denied
	like "broken: and the log says why" "$(log_line 'denied: ')" "service=\"cron\" .*detail=\"$CONF:2: "
	is "broken: root's cron runs" "$(space_by cron root)" "$OUTSIDE"
	policy '[default]'
	is "good: cron is not listed" "$(space_by cron alice)" "$OUTSIDE"
	printf '%s required pam_permit.so\n' auth account session >/etc/pam.d/cron
	echo "session required $MODULE helper=$RIG/missing" >>/etc/pam.d/cron
	is "with a configuration, cron depends on the helper" "$(space_by cron alice)" denied
	policy
	is "without, it depends on nothing" "$(space_by cron alice)" "$OUTSIDE"
	rm -f /etc/pam.d/cron
}

for tool in jq pamtester; do
	command -v $tool >/dev/null || {
		skip "a broken policy" "no $tool"
		exit 0
	}
done
start_sshd
BEFORE=$SSHD_PID
confined "no configuration: alice has a space" alice
text_test
contradiction_test
file_test
dropin_test
unlisted_test
is "nothing was restarted for all that" "$(<"$RIG/sshd.pid")" "$BEFORE"
check "and sshd is the one of the beginning" kill -0 "$BEFORE"
stop_sshd
