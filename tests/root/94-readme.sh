# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# README.md, as it stands: what it shows of the configuration and of the command. The commands in its
# blocks "sh" are those of make demo, of make check itself, and of 58-administration.sh and make
# check-package.
. "$SOURCE/tests/root/pages.bash"
needs_module

README=$SOURCE/README.md

# The table of `loginspace list`, whose figures differ: its columns, and what is in most of them.
list_test() {
	session_start a alice
	session_start b alice
	is "the columns of list" "$(loginspace list | head -n 1 | xargs)" "$(shown_list | head -n 1 | xargs)"
	is "the row of list" "$(loginspace list | sed -n 2p | awk '{ print $2, $4, $8, $9 }')" \
		"$(shown_list | sed -n 2p | awk '{ print $2, $4, $8, $9 }')"
	session_stop a
	session_stop b
}

shown_list() {
	sed -n '/^# loginspace list$/,/^```/{/^#/d; /^```/d; p}' "$README"
}

# Each page of docs/recipes is run by a test of its name, has the parts that its reader looks for, and is
# found from here.
recipes_test() {
	local page name title
	for page in "$SOURCE"/docs/recipes/*.md; do
		name=${page##*/}
		name=${name%.md}
		check "$name: is run" grep -q "page_run.*docs/recipes/$name.md" "$SOURCE/tests/root/94-recipe-$name.sh"
		check "$name: is in the README" grep -qF "](docs/recipes/$name.md)" "$README"
		for title in Before 'The configuration' 'Try it' 'The PAM lines' 'What they see' 'What does not work' \
			'What remains open'; do
			check "$name: has '$title'" grep -qx "## $title" "$page"
		done
	done
}

# No link of the pages leads nowhere.
links_test() {
	local page link
	for page in README.md docs/MIGRATION.md docs/TROUBLESHOOTING.md docs/recipes/*.md; do
		while IFS= read -r link; do
			check "$page: $link is there" test -e "$SOURCE/$(dirname "$page")/$link"
		done < <(grep -oE '\]\([^)#]+\)' "$SOURCE/$page" | sed 's/^](//; s/)$//' | sort -u)
	done
}

recipes_test
(cd "$SOURCE" && links_test)
group_add students 2100 bob
group_add pilot 2101 alice
page_begin
# new.conf of the README: the configuration with the mistake that check shows.
page_split "$README"
grep -l '^ini /etc/security' "$RIG"/blocks/* | head -n 1 | xargs sed 1d | sed 's/linger/lingr/' >/root/new.conf
page_run "$README"
let_in "the kill switch of the README: alice is let in as is" alice
rm "$SWITCH"
confined "without it she is not" alice
let_in "bob is in audit" bob
list_test
page_end
