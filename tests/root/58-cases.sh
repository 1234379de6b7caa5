# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2086,SC2119,SC2120
# docs/CASES.md keeps its word: the tests that it names are there, and no case is missing from it.
. "$SOURCE/tests/rig/lib.bash"
needs_module

PAGE=$SOURCE/docs/CASES.md
CASE='(ISO|ESC|PRV|FLT|LEAK|ADM)-[0-9]{2}'

cases() {
	sed -En "s/^\| ($CASE) \|.*/\1/p" "$PAGE"
}

# The files of a row, in words as in the table: "12", "57-shown (as ISO-09)".
row_files() { # CASE
	sed -n "s/^| $1 |.* | \(.*\) |\$/\1/p" "$PAGE" | tr ',' '\n'
}

# named CASE FILE: at the beginning of a test's name. 54 has its names in the programs that try, 62 in
# what its files share.
named() {
	local -a files=("$SOURCE/tests/root/$2"*.sh)
	[[ $2 != 62 ]] || files+=("$SOURCE/tests/root/sweep.bash")
	[[ $2 != 54 ]] || files+=("$SOURCE"/tests/root/attempt*.c)
	grep -qE "[\"']$1[ \"']" "${files[@]}"
}

rows_test() {
	local id words
	for id in $(cases); do
		while read -r words; do
			set -- $words
			case $words in
			-) ok "$id has its reason" ;;
			*' (as '*) check "$id: a test in $1" named "${3%)}" "$1" ;;
			*) check "$id: a test in $1" named "$id" "$1" ;;
			esac
		done < <(row_files "$id")
	done
}

complete_test() {
	local id
	is "each case is there once" "$(cases | sort | uniq -d)" ""
	while read -r id; do
		check "$id, a test's, is in the table" grep -q "^| $id |" "$PAGE"
	done < <(grep -hoE "[\"']${CASE}[ \"']" "$SOURCE"/tests/root/*.{sh,c} | grep -oE "$CASE" | sort -u)
	while read -r id; do
		check "$id, in SECURITY.md, is in the table" grep -q "^| $id |" "$PAGE"
	done < <(grep -oE "$CASE" "$SOURCE/SECURITY.md" | sort -u)
}

rows_test
complete_test
