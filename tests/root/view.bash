# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016
# What 32-view.sh and 33-golden.sh share: the table of docs/VIEW.md, whose rows are what a user has
# seen, and a small root file system.
#
# Environment: LS_WRITE=1 writes what is otherwise compared.

TABLE=$RIG/VIEW.md
PAGE=$SOURCE/docs/VIEW.md
SETTING=

# Text for a cell: in one line, as code.
cell() {
	local text=$1
	text=${text%$'\n'}
	text=$(tr -s ' ' <<<"${text//$'\n'/; }")
	text=${text# }
	[[ -n $text ]] || {
		printf 'nothing'
		return
	}
	printf '`%s`' "${text//|/\\|}"
}

page_begin() {
	cat >"$TABLE" <<-'END'
		<!-- SPDX-License-Identifier: BSD-2-Clause -->
		# What a login sees of the files

		Each key of the sections "Files" and "Buses" of loginspace.conf(5), on and off, as alice sees it
		over ssh. She may run anything with sudo(8). All that stands here was seen:
		`tests/root/32-view.sh` makes this page, and fails when something has changed.
		`LS_WRITE=1 tests/root/run 32-view` writes it anew.

		What each key keeps out, and what stops working with it: [DOORS.md](DOORS.md).
	END
}

# section KEY [SENTENCE]
section() {
	{
		printf '\n## %s\n\n' "$1"
		[[ $# -lt 2 ]] || printf '%s\n\n' "$2" | fold -s -w 100 | sed 's/ *$//'
		printf '| set | alice runs | and sees |\n|---|---|---|\n'
	} >>"$TABLE"
	SETTING=
}

# with SETTING of [default]
with() {
	local IFS=$'\n'
	policy '[default]' "$@"
	SETTING="$*"
}

# saw WHAT SEEN WANTED: a row, and a check that it is as it should be.
saw() {
	printf '| %s | %s | %s |\n' "$(cell "$SETTING")" "$(cell "$1")" "$(cell "$2")" >>"$TABLE"
	is "${SETTING//$'\n'/, }: $1" "$2" "$3"
}

# seen USER CMD: what CMD says, in the order in which it says it.
seen() {
	run_as "$1" "exec 2>&1; $2" 2>&1
}

# row CMD WANTED: what alice sees of CMD.
row() {
	saw "$1" "$(seen "${WHO:-alice}" "$1")" "$2"
}

# row_of SHOWN CMD WANTED: likewise, where CMD is more than anybody wants to read.
row_of() {
	saw "$1" "$(seen "${WHO:-alice}" "$2")" "$3"
}

# row_twice CMD CMD WANTED: two logins, one after the other.
row_twice() {
	run_as alice "$1" >/dev/null 2>&1
	saw "$1"$'\n'"logs in again: $2" "$(seen alice "$2")" "$3"
}

page_end() {
	if [[ -n ${LS_WRITE-} ]]; then
		cat "$TABLE" >"$PAGE"
		ok "docs/VIEW.md is written"
		return
	fi
	check "docs/VIEW.md is what has been seen (LS_WRITE=1 writes it)" diff -u "$PAGE" "$TABLE"
}

# --- another root --------------------------------------------------------------------------------

root_possible() {
	local name=${0##*/}
	if ! command -v busybox >/dev/null; then
		skip "$name: root = DIR" "busybox is not installed"
		return 1
	fi
	if ldd "$(command -v busybox)" >/dev/null 2>&1; then
		skip "$name: root = DIR" "busybox is not static"
		return 1
	fi
}

# root_make FOLDER: busybox only, for alice, whose shell is /bin/sh until root_leave.
root_make() {
	local name
	mkdir -p "$1"/{bin,etc,proc,sys,dev/pts,dev/shm,dev/mqueue,tmp,var/tmp,home,run,root}
	cp "$(readlink -f "$(command -v busybox)")" "$1/bin/busybox"
	for name in sh ls cat echo id mount touch; do
		ln -s busybox "$1/bin/$name"
	done
	chmod 1777 "$1/tmp" "$1/var/tmp"
	cp /etc/passwd /etc/group "$1/etc/"
	echo other >"$1/etc/name"
	sed -i '/^alice:/s|/bin/bash|/bin/sh|' /etc/passwd
}

root_leave() {
	sed -i '/^alice:/s|/bin/sh|/bin/bash|' /etc/passwd
}
