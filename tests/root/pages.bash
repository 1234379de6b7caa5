# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2153
# Pages whose blocks are run: what a page of docs/ shows is what the test does, in its order. A block
# begins with ``` and what it is:
#
#   console     commands with what they print. "server# " and "# " are root on the machine, "NAME$ " a login of
#               that user's, which stays until "exit", "laptop$ " a machine elsewhere, from which
#               "ssh NAME@server" leads to the machine. "> " continues a command. In what is printed
#               "..." stands for any text, on a line of its own for any lines. A command that shows
#               nothing prints nothing, and succeeds.
#   ini PATH    the file of that name, in full; other files (nftables, sshd_config ...) likewise
#   ini         a configuration that `loginspace check` has nothing to say about
#   pam PATH    lines that are added to that file: those before "..." before its session lines, those
#               after it at the end. From then on there is an sshd
#   sshd_config lines at the end of sshd's configuration. Before the lines of PAM
#   text        nothing to run; sh: what other tests run
#
# alice has the number 1000 on the pages, and 2001 in the rig, bob 1001 and 2002.
#
# Environment: LS_WITHOUT=N leaves line N of the page out of a configuration: then some check has to fail,
# or the page does not show what the line is for. tests/root/page-mutations does so with each.
#
# packages: curl python3 tmux sudo jq
. "$SOURCE/tests/root/policy.bash"

PAGE=
PAGE_HOSTS=() # more "Host" blocks for the laptop, see laptop_make
BLOCKS=0
TRANSCRIPT_LINE=0

# --- the product, where `make install PREFIX=/usr` puts it ---------------------------------------

PLACES=()

# cover FOLDER: what is written there goes elsewhere, until product_remove.
cover() {
	local name=${1//\//_}
	mkdir -p "$RIG/cover/$name/upper" "$RIG/cover/$name/work"
	mount -t overlay -o "lowerdir=$1,upperdir=$RIG/cover/$name/upper,workdir=$RIG/cover/$name/work" \
		page "$1" || return 1
	PLACES+=("$1")
}

pam_folder() {
	local file
	for file in /usr/lib/*/security/pam_permit.so /usr/lib64/security/pam_permit.so \
		/usr/lib/security/pam_permit.so; do
		[[ ! -e $file ]] || echo "${file%/*}"
	done | head -n 1
}

product_install() {
	local file folder
	folder=$(pam_folder)
	[[ -d /usr/libexec && -d /usr/local/bin && -n $folder ]] || return 1
	cover /usr/libexec && cover /usr/local/bin && cover "$folder" || return 1
	[[ -n $LS_CONTROL ]] || install -m 644 "$MODULE" "$folder/pam_loginspace.so" || return 1
	install -d -m 755 /usr/libexec/loginspace
	for file in "$RIG"/libexec/loginspace-*; do
		install -m 700 "$file" /usr/libexec/loginspace/ || return 1
	done
	install -m 755 "$RIG/libexec/loginspace" /usr/local/bin/
}

product_remove() {
	local place
	for place in "${PLACES[@]}"; do
		umount "$place" || umount -l "$place"
	done
	PLACES=()
	rm -rf "$RIG/cover"
}

# --- sshd, and the machine elsewhere -------------------------------------------------------------

# sshd's configuration with the page's lines behind the rig's: a "Match" has no end.
eval "$(declare -f sshd_config | sed '1s/.*/sshd_config_of_rig ()/')"
sshd_config() {
	sshd_config_of_rig
	[[ ! -f $RIG/sshd_extra ]] || cat "$RIG/sshd_extra"
}

LAPTOP=$RIG/laptop

laptop_make() {
	local program
	mkdir -p "$LAPTOP/bin" "$LAPTOP/home"
	{
		printf '%s\n' "${PAGE_HOSTS[@]}"
		cat <<-END
			Host server
				HostName 127.0.0.1
				Port $PORT
			Host *
				IdentityFile $RIG/key
				IdentitiesOnly yes
				BatchMode yes
				LogLevel ERROR
				StrictHostKeyChecking no
				UserKnownHostsFile /dev/null
				GlobalKnownHostsFile /dev/null
				ConnectTimeout 15
		END
	} >"$LAPTOP/config"
	for program in ssh scp sftp; do
		printf '#!/bin/sh\nexec /usr/bin/%s -F %s "$@"\n' $program "$LAPTOP/config" >"$LAPTOP/bin/$program"
		chmod 755 "$LAPTOP/bin/$program"
	done
}

# --- commands ------------------------------------------------------------------------------------

# No PAM lines yet: then nobody logs in by this page.
sshd_wanted() {
	[[ -n $SSHD_PID ]] || start_sshd
}

server_do() {
	(cd /root && PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin timeout 60 bash -c "$1" 2>&1 </dev/null)
}

laptop_do() {
	sshd_wanted
	(cd "$LAPTOP/home" && PATH=$LAPTOP/bin:$PATH timeout 60 bash -c "$1" 2>&1 </dev/null)
}

# What goes on in the background must not hold the pipes of its login, or that does not end.
user_do() { # NAME CMD
	local command=$2
	sshd_wanted
	[[ $command != *" &" ]] || command="${command% &} >/dev/null 2>&1 &"
	if [[ $2 == exit ]]; then
		session_stop "$1"
		wait_until 5 ended "$1"
		return
	fi
	[[ -n ${SESSION_IN[$1]-} ]] || session_start "$1" "$1" || return
	session_do "$1" "$command"
}

# None of the user's spaces is just ending: such a one would still have its number.
ended() { # NAME
	[[ -z $(loginspace list --json --user "$1" | jq -r '.[] | select(.owners == [] and .linger == "none") | .id') ]]
}

# --- transcripts ---------------------------------------------------------------------------------

# line_like GOT SHOWN: "..." in SHOWN is any text.
line_like() {
	local pattern
	pattern=$(sed 's/[^A-Za-z0-9 ]/\\&/g; s/\\\.\\\.\\\./*/g' <<<"$2")
	# shellcheck disable=SC2053 # a pattern
	[[ $1 == $pattern ]]
}

# lines_like I J: from line I of SHOWN and J of GOT on.
lines_like() {
	local i=$1 j=$2 k
	while [[ $i -lt ${#SHOWN[@]} ]]; do
		if [[ ${SHOWN[i]} == ... ]]; then
			for ((k = j; k <= ${#GOT[@]}; k++)); do
				! lines_like $((i + 1)) "$k" || return 0
			done
			return 1
		fi
		[[ $j -lt ${#GOT[@]} ]] && line_like "${GOT[j]}" "${SHOWN[i]}" || return 1
		i=$((i + 1)) j=$((j + 1))
	done
	[[ $j -eq ${#GOT[@]} ]]
}

PROMPT='^(server#|#|[a-z]+\$) (.*)$'

# The numbers of the rig in the place of those of the page.
numbers() {
	sed -E 's/\b1000\b/2001/g; s/\b1001\b/2002/g' <<<"$1"
}

# command_check WHO CMD, with what the page shows in SHOWN.
command_check() {
	local name="${PAGE##*/}:$TRANSCRIPT_LINE: $1 ${2%%$'\n'*}" status
	local -a GOT
	case $1 in
	server\# | \#) server_do "$2" ;;
	laptop\$) laptop_do "$2" ;;
	*) user_do "${1%?}" "$2" ;;
	esac >"$RIG/command.out" 2>&1
	status=$?
	mapfile -t GOT < <(tr -d '\r' <"$RIG/command.out")
	if ! lines_like 0 0; then
		not_ok "$name" "wanted:" "${SHOWN[@]}" "got, with status $status:" "${GOT[@]}"
	elif [[ ${#SHOWN[@]} -eq 0 && $status -ne 0 ]]; then
		not_ok "$name" "it shows nothing, and ends with $status"
	else
		ok "$name"
	fi
}

# transcript_run FILE LINE: the block that begins in that line of the page.
transcript_run() {
	local who='' command='' line at=$2
	local -a SHOWN=()
	while IFS= read -r line; do
		at=$((at + 1))
		if [[ $line =~ $PROMPT ]]; then
			[[ -z $who ]] || command_check "$who" "$command"
			who=${BASH_REMATCH[1]} command=$(numbers "${BASH_REMATCH[2]}") SHOWN=() TRANSCRIPT_LINE=$at
		elif [[ $line == '> '* && ${#SHOWN[@]} -eq 0 ]]; then
			command+=$'\n'$(numbers "${line#> }")
		elif [[ -z $who ]]; then
			not_ok "${PAGE##*/}:$at: a transcript begins with a prompt" "$line"
		else
			SHOWN+=("$(numbers "$line")")
		fi
	done <"$1"
	[[ -z $who ]] || command_check "$who" "$command"
}

# --- other blocks --------------------------------------------------------------------------------

# Without the line of it that LS_WITHOUT names.
file_block() { # FILE PATH LINE
	mkdir -p "${2%/*}"
	# A comment in its place: the others keep their numbers.
	awk -v line="$3" -v without="${LS_WITHOUT--1}" 'line + NR == without { $0 = "#" } 1' "$1" >"$2"
	[[ $2 != /etc/security/loginspace* ]] || check "${PAGE##*/}: check has nothing to say about $2" loginspace check "$2"
}

# As an administrator edits it: by the line with "...".
pam_block() { # FILE PATH
	local before after
	before=$(sed '/^\.\.\./,$d' "$1") after=$(sed '0,/^\.\.\./d' "$1")
	[[ -z $LS_CONTROL ]] || before='' after=''
	{
		awk -v lines="$before" '!done && lines != "" && $1 ~ /^-?session$/ { print lines; done = 1 } 1' "$RIG/pam.d/${2##*/}"
		printf '\n%s\n' "$after"
	} >"$2"
	check "${PAGE##*/}: $2 has the lines" grep -qxF -- "$(tail -n 1 "$1")" "$2"
	grep -q pam_loginspace "$1" && check "${PAGE##*/}: doctor finds nothing wrong with $2" doctor_content "$2"
	sshd_wanted
}

doctor_content() {
	loginspace doctor >"$RIG/doctor" 2>&1
	! grep -E "^fail.*${1##*/}" "$RIG/doctor"
}

block_run() { # FILE LINE WORDS
	local file=$1 line=$2
	shift 2
	case "${1-}:${2-}" in
	console:) transcript_run "$file" "$line" ;;
	pam:/*) pam_block "$file" "$2" ;;
	sshd_config:) cat "$file" >>"$RIG/sshd_extra" ;;
	*:/*) file_block "$file" "$2" "$line" ;;
	ini:) check "${PAGE##*/}:$line: check has nothing to say about it" loginspace check "$file" ;;
	text: | sh:) ;;
	*) not_ok "${PAGE##*/}:$line: a block that the test knows" "${1-}" ;;
	esac
}

# --- pages ---------------------------------------------------------------------------------------

page_split() { # PAGE: each block is a file $RIG/blocks/LINE, its first line what it is
	rm -rf "$RIG/blocks"
	mkdir "$RIG/blocks"
	awk -v folder="$RIG/blocks" '
		/^ *```/ && !inside { inside = 1; name = sprintf("%s/%05d", folder, NR); sub(/^ *```/, ""); print >name; next }
		/^ *```/ { inside = 0; close(name); next }
		inside { print >name }' "$1"
}

page_run() { # PAGE
	local file words
	PAGE=$1
	page_split "$PAGE"
	for file in "$RIG"/blocks/*; do
		words=$(head -n 1 "$file")
		sed 1d "$file" >"$file.block"
		BLOCKS=$((BLOCKS + 1))
		# shellcheck disable=SC2086 # words
		block_run "$file.block" "$((10#${file##*/}))" $words
	done
	check "${PAGE##*/}: there was something to run" test "$BLOCKS" -gt 0
}

page_begin() {
	rm -f /etc/pam.d/loginspace
	cp "$RIG/pam.d/sshd" /etc/pam.d/sshd
	rm -f "$RIG/sshd_extra"
	# Debian's pam_limits and others speak of files that the rig may lack; the tests are about ours.
	check "the product is where it is installed" product_install
	laptop_make
	hash -r
}

page_end() {
	local name
	for name in "${!SESSION_IN[@]}"; do
		session_stop "$name"
	done
	loginspace list --ids 2>/dev/null | while read -r name; do
		loginspace kill --now "$name" >/dev/null 2>&1
	done
	stop_sshd
	product_remove
}
