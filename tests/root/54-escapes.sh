# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# Attempts to get out of a space, by a user with a shell and by root inside of a `user` space, beside the
# same attempts in a plain login. Makes docs/ESCAPES.md. The attempts are in attempt_*.c.
#
# Environment: LS_WRITE=1 writes what is otherwise compared.
#
# packages: socat
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/attempt.bash"
needs_module

PAGE=$SOURCE/docs/ESCAPES.md
TABLE=$RIG/ESCAPES.md
LISTS=('hide = /srv/hidden' 'read_only = /srv/ro')
USER_SPACE='namespaces = mount pid ipc uts net user cgroup'
# P: plain login, S: space, H: hardened space, R: plain login, sudo; U: `user` space, sudo.
COLUMNS_OF=(P S H R U)
declare -A POLICY AS WORDS
POLICY[P]='isolate = no'
POLICY[S]=$(printf '%s\n' "${LISTS[@]}")
POLICY[H]=$(printf '%s\n' "${LISTS[@]}" 'seccomp = default' 'no_new_privs = yes' 'capabilities = none')
POLICY[R]=${POLICY[P]}
POLICY[U]=$(printf '%s\n' "${LISTS[@]}" "$USER_SPACE")
AS=([P]="" [S]="" [H]="" [R]=sudo [U]=sudo)
WORDS=([P]='plain' [S]='space' [H]='hardened' [R]='plain, root' [U]='`user`, root')
# What a plain login itself is refused proves little: marked with (1) where a page says so.
REAL='works|own only'

# --- the attempts --------------------------------------------------------------------------------

# What is run in one login: after "=PROGRAM" its lines, then "=STATUS".
attempts_script() { # COLUMN
	local program
	for program in "${PROGRAMS[@]}"; do
		printf 'echo =%s; %s env %s %s; echo =$?\n' "$program" "${AS[$1]}" "${TARGETS[*]}" "$RIG/bin/$program"
	done
}

# Leaves the lines of each program in $RIG/COLUMN.PROGRAM.
attempts() { # COLUMN
	local program=none line
	policy '[default]' "${POLICY[$1]}"
	attempts_script "$1" >"$RIG/attempts.sh"
	log_mark
	run_as alice "sh $RIG/attempts.sh" >"$RIG/$1.out" 2>"$RIG/$1.err"
	is "${WORDS[$1]}: all programs come to their end" "$(grep -c '^=0$' "$RIG/$1.out")" ${#PROGRAMS[@]}
	while IFS= read -r line; do
		case $line in
		=[0-9]*) ;;
		=*) program=${line#=} ;;
		*) printf '%s\n' "$line" >>"$RIG/$1.$program" ;;
		esac
	done <"$RIG/$1.out"
	sed "s/^/# $1 stderr: /" "$RIG/$1.err"
	log_ours | grep -a denied: | sed 's/^/# /'
}

# held_in MUST WORDS-BY-COLUMN: the columns in which MUST is not kept.
held_in() {
	local must=$1 column word
	shift
	for column in "${COLUMNS_OF[@]}"; do
		word=$1
		shift
		case $word in
		works) [[ ${must^^} != *"$column"* ]] || printf '%s' "$column" ;;
		'own only') [[ $must != *"${column,}"* ]] || printf '%s' "$column" ;;
		'not there' | refused | -) ;;
		*) printf '?%s' "$column" ;;
		esac
	done
}

# row ID WHAT MUST WORDS-BY-COLUMN: a line of the page, and the check of it.
row() {
	local id=$1 what=$2 must=$3 mark='' words=("${@:4}")
	is "$id $what: ${must:+not in }${must:-a known door}" "$(held_in "$must" "${words[@]}")" ''
	if [[ ! ${words[0]} =~ ^($REAL)$ && ! ${words[3]} =~ ^($REAL)$ && "${words[0]}${words[3]}" != -- ]]; then
		mark=' (1)'
	fi
	{
		printf '| %s | %s |' "$id" "$what$mark"
		printf ' %s |' "${words[@]}"
		printf '\n'
	} >>"$TABLE"
}

# rows PROGRAM: of all columns together.
rows() {
	local at column line id what must word reason program=$1
	local -a words lines
	mapfile -t lines <"$RIG/P.$program"
	for ((at = 0; at < ${#lines[@]}; at++)); do
		words=()
		for column in "${COLUMNS_OF[@]}"; do
			line=$(sed -n "$((at + 1))p" "$RIG/$column.$program" 2>/dev/null)
			IFS='|' read -r id what must word reason <<<"$line"
			words+=("$word")
			printf '# %s %s: %s %s\n' "$column" "$what" "$word" "$reason"
		done
		IFS='|' read -r id what must word reason <<<"${lines[at]}"
		row "$id" "$what" "$must" "${words[@]}"
	done
}

section() { # PROGRAM TITLE [SENTENCE]
	{
		printf '\n## %s\n\n' "$2"
		[[ $# -lt 3 ]] || printf '%s\n\n' "$3" | fold -s -w 100 | sed 's/ *$//'
		printf '| case | attempt | plain | space | hardened | plain, root | `user`, root |\n'
		printf '|---|---|---|---|---|---|---|\n'
	} >>"$TABLE"
	rows "$1"
}

PROGRAMS=(attempt_process attempt_mount attempt_namespace attempt_kernel attempt_device attempt_door)

attempts_test() {
	local column
	for column in "${COLUMNS_OF[@]}"; do
		attempts "$column"
	done
	section attempt_process "Processes"
	section attempt_mount "Mounts" \
		'Each as it is, and as root of a nested user namespace; the one that gets further is shown.'
	section attempt_namespace "Namespaces, flags of mounts, file handles"
	section attempt_kernel "The machine"
	section attempt_device "Control groups and devices"
	section attempt_door "Sockets, memory, keys, terminals, files"
}

# --- elsewhere -----------------------------------------------------------------------------------

# File systems of the kernel's, at other places: before the login, and from the host during it.
elsewhere_test() {
	local column
	for column in "${COLUMNS_OF[@]}"; do
		policy '[default]' "${POLICY[$column]}"
		check "${WORDS[$column]}: alice is in" session_start elsewhere alice
		session_do elsewhere "${AS[$column]} env ${TARGETS[*]} $RIG/bin/attempt_elsewhere before" >"$RIG/$column.before"
		elsewhere_make /srv/later
		session_do elsewhere "${AS[$column]} env ${TARGETS[*]} $RIG/bin/attempt_elsewhere later" >"$RIG/$column.later"
		elsewhere_remove /srv/later
		session_stop elsewhere
	done
	policy '[default]' 'hide = /srv/before/proc'
	is "ESC-07 with hide another /proc does not show" "$(run_as alice 'ls /srv/before/proc 2>&1')" \
		"ls: cannot open directory '/srv/before/proc': Permission denied"
	section before "Other mounts of /proc, /sys, the control groups" \
		'Hosts have them for chroots: those there at the login, and those that come while it lasts. *hide* covers the first; in a `user` space they are read-only, and later ones do not come.'
	rows later
}

# --- from outside --------------------------------------------------------------------------------

# What alice can do outside to what she runs inside.
into_test() {
	local column
	COLUMNS_OF=(P S H U)
	for column in "${COLUMNS_OF[@]}"; do
		policy '[default]' "${POLICY[$column]}"
		check "from outside, $column: alice is in" session_start into alice
		as_alice env "${TARGETS[@]}" T_SAME="$(pgrep -u alice -n -x bash)" attempt_process into \
			>"$RIG/$column.into"
		session_stop into
	done
	{
		printf '\n## From outside into a space\n\n'
		fold -s -w 100 <<-END | sed 's/ *$//'
			The same user, in a process that is not in a space, at his own shell in a space of each kind. What
			keeps him out of a \`user\` space keeps out a stolen key of his, too, if it gets a plain login only.
		END
		printf '\n| case | attempt | plain | space | hardened | `user` |\n|---|---|---|---|---|---|\n'
	} >>"$TABLE"
	rows into
}

# --- what root inside can still do ---------------------------------------------------------------

# still ID WHAT MEND CMD [CMD]: what root does inside, and then alice outside. MEND: - if there is none.
declare -A POLICY_STILL
IDS=() WHATS=() MENDS=() INSIDE=() OUTSIDE=()
still() {
	IDS+=("$1") WHATS+=("$2") MENDS+=("$3") INSIDE+=("$4") OUTSIDE+=("${5:-true}")
}

still ESC-04 "write root's files, such as /etc/crontab" '*system* = ro' ': >>/etc/escape'
still ESC-04 "write root's files in other file systems" '*system* = ro' ': >>/srv/shared/canary'
still ESC-04 'write /root/.ssh/authorized_keys' '*hide* = /root' ': >>/root/.ssh/authorized_keys'
still ESC-04 'read and write files of other users' '*home* = own' ': >>/home/bob/.ssh/authorized_keys'
still ESC-04 'read files that only root may, such as host keys' '*hide*' 'cat /srv/secret/key'
still ESC-04 'read /etc/shadow' '- (sudo itself reads it)' 'cat /etc/shadow'
still ESC-05 "give orders at root's sockets, which see uid 0, such as /run/docker.sock" '*hide*' \
	'socat -t 10 - UNIX-CONNECT:/run/escape/orders </dev/null | grep service'
still ESC-05 'make /run/nologin, which stops all logins' '*read_only* = /run' ': >>/run/escape-nologin'
still ESC-04 'rewrite the records of logins, /var/log/wtmp' '- (sshd writes them inside)' ': >>/var/log/wtmp'
still ESC-06 "open root's terminals, with *devpts* = host" '*devpts* = private' "exec 3<>\$(cat $RIG/tty)"
still ESC-09 "leave root's set-user-ID program at home, run it outside" 'nosuid on the host, for /home' \
	'cp /usr/bin/id /home/alice/root-id && chmod 4755 /home/alice/root-id' \
	'[ "$(/home/alice/root-id -u)" = 0 ]'
still ESC-09 'give a program capabilities at home, run it outside' 'nosuid on the host, for /home' \
	'cp /usr/bin/cat /home/alice/root-cat && setcap cap_dac_override+ep /home/alice/root-cat' \
	'/home/alice/root-cat /etc/shadow'

POLICY_STILL[R]='isolate = no'
POLICY_STILL[U]=$(printf '%s\n' "$USER_SPACE" 'devpts = host')
POLICY_STILL[M]=$(printf '%s\n' "$USER_SPACE" 'system = ro' 'home = own' 'read_only = /run' 'devpts = private' \
	'hide = /root /srv/secret -/run/escape')

# One login; 0 of a command says that it has done it.
# still_try COLUMN: a word for each, in $RIG/still.COLUMN.
still_try() {
	local i done_inside
	policy '[default]' "${POLICY_STILL[$1]}"
	rm -f /home/alice/root-*
	for i in "${INSIDE[@]}"; do
		printf '(%s) >/dev/null 2>&1 && echo 0 || echo 1\n' "$i"
	done >"$RIG/still.sh"
	chmod 644 "$RIG/still.sh"
	run_as alice "sudo sh $RIG/still.sh" >"$RIG/still.inside" 2>&1
	i=0
	while read -r done_inside; do
		if [[ $done_inside == 0 ]] && as_alice sh -c "${OUTSIDE[i]}" >/dev/null 2>&1; then
			echo works
		else
			echo refused
		fi
		i=$((i + 1))
	done <"$RIG/still.inside" >"$RIG/still.$1"
}

still_test() {
	local i
	local -a plain inside mended
	mkdir -m 700 /srv/secret
	echo key >/srv/secret/key
	still_try R
	still_try U
	mount -o remount,nosuid /home
	still_try M
	mount -o remount,suid /home
	mapfile -t plain <"$RIG/still.R"
	mapfile -t inside <"$RIG/still.U"
	mapfile -t mended <"$RIG/still.M"
	still_head
	for ((i = 0; i < ${#IDS[@]}; i++)); do
		is "${IDS[i]} root in a plain login can: ${WHATS[i]}" "${plain[i]-}" works
		if [[ ${MENDS[i]} == -* ]]; then
			is "${IDS[i]} no mend yet for: ${WHATS[i]}" "${mended[i]-}" works
		else
			is "${IDS[i]} with ${MENDS[i]} cannot: ${WHATS[i]}" "${mended[i]-}" refused
		fi
		printf '| %s | %s | %s | %s | %s | %s |\n' "${IDS[i]}" "${WHATS[i]}" "${plain[i]-}" "${inside[i]-}" \
			"${MENDS[i]}" "${mended[i]-}" >>"$TABLE"
	done
}

still_head() {
	cat >>"$TABLE" <<-'END'

		## What root inside can still do

		All ids mean the same inside a `user` space as outside, or sshd could not log anybody in. So root
		inside has no capability on the host, but it is uid 0: files and sockets that ask for no more than
		that are open to it. A `user` space without the mends below keeps root from the kernel, not from
		becoming root of the host. The last column has all mends at once.

		| case | root inside | plain | `user` | mend | mended |
		|---|---|---|---|---|---|
	END
}

page_begin() {
	cat >"$TABLE" <<-'END'
		<!-- SPDX-License-Identifier: BSD-2-Clause -->
		# Escapes

		What was tried to get out of a space, and what came of it. All of it was run:
		`tests/root/54-escapes.sh` makes this page, and fails when something has changed, or when an attempt
		gets through that must not. `LS_WRITE=1 tests/root/run 54-` writes it anew.

		The columns:

		| column | who, and where |
		|---|---|
		| plain | a user with a shell, without loginspace |
		| space | the same in a space by the defaults, with *hide* and *read_only* of one folder each |
		| hardened | likewise, with *seccomp* = default, *no_new_privs* = yes, *capabilities* = none |
		| plain, root | the same user without loginspace, by sudo |
		| `user`, root | root by sudo in a space with *namespaces* = mount pid ipc uts net user cgroup |

		The words:

		| word | is |
		|---|---|
		| works | acts on the host, on others, or shows what is theirs |
		| own only | works, and reaches nothing but what is this login's own |
		| refused | the kernel says no |
		| not there | what is to be attacked cannot even be named |
		| - | this kernel or machine has no such thing for anybody |

		The two plain columns are the proof that an attempt is a real one; (1) marks those that are refused
		there, too. They depend on the settings of the machine. In the others a "works" is a door that is
		left open on purpose, and SECURITY.md or DOORS.md has it.
	END
}

# same PAGE SEEN: row by row. Where this machine has no such thing, or that of the page had none, anything
# goes; where a plain login gets less or more far here, a space may get less far, but no further.
same() {
	paste -d'\t' <(grep -E '^\| (ESC|ISO)' "$1") <(grep -E '^\| (ESC|ISO)' "$2") | awk -F'\t' '
		function rank(word) { return word == "works" ? 2 : word == "own only" ? 1 : 0 }
		function differs(page, seen) { return page != seen && page != "-" && seen != "-" }
		{
			sub(/ \(1\) \|/, " |", $1); sub(/ \(1\) \|/, " |", $2)
			n = split($1, page, / *[|] */); m = split($2, seen, / *[|] */)
			plain[4]; if (n == 9) plain[7]; else delete plain[7]
			bad = n != m || page[2] != seen[2] || page[3] != seen[3]; alike = 1
			for (i in plain) if (differs(page[i], seen[i])) alike = 0
			for (i = 5; i < n; i++)
				if (!(i in plain) && differs(page[i], seen[i]) && (alike || rank(seen[i]) > rank(page[i])))
					bad = 1
			if (bad) { print "page: " $1; print "seen: " $2; failed = 1 }
		}
		END { exit failed || NR == 0 }'
}

page_end() {
	if [[ -n ${LS_WRITE-} ]]; then
		cat "$TABLE" >"$PAGE"
		ok "docs/ESCAPES.md is written"
		return
	fi
	check "docs/ESCAPES.md is what has been seen (LS_WRITE=1 writes it)" same "$PAGE" "$TABLE"
}

host_make
if ! as_alice unshare -Urm true; then
	skip_kernel "ESC-01 to ESC-09" "no user namespaces for users"
elif [[ -z $GROUPS_AT ]]; then
	skip_kernel "ESC-01 to ESC-09" "no control groups of version 2"
else
	page_begin
	attempts_test
	elsewhere_test
	into_test
	still_test
	page_end
fi
host_clear
