# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2153
# The tables of docs/FAULTS.md, from what sweep.bash has seen. Sourced by that.

PAGE=$SOURCE/docs/FAULTS.md
PLANS='default first join nat user'

# The rows of the page's first table: those of other plans as they are there, ours as just seen.
rows_print() {
	{
		grep -E "^\| ($(tr ' ' '|' <<<"$PLANS")) \|" "$PAGE" 2>/dev/null | grep -v "^| $PLAN |"
		sed -E 's/errors/errno/; s/(KILL|STOP)/SIG\1/; s/app[12]/module/; s/between1/between/; s/(helper|init)[12]/\1/' "$SWEEP/table" |
			awk '{ printf "| %s | %s | %s | %d of %d | %d | %d | %d | %d | %d |\n", $2, $1, $3, $4, $5, $6, $7, $8, $9, $10 }'
	} | sort -t '|' -k 2,2 -s
}

errnos_print() {
	local call
	for call in "${!ERRNOS[@]}"; do
		[[ ${ERRNOS[$call]} == - ]] || echo "| \`$call\` | $(errnos_of "$call") |"
	done | sort
}

# FROM and TO: lines of the page that stay; what is between two marks is made anew.
page_print() {
	rows_print >"$SWEEP/rows"
	errnos_print >"$SWEEP/errnos"
	awk -v rows="$SWEEP/rows" -v errnos="$SWEEP/errnos" '
		/^\| [a-z]+ \| [a-z]+ \| (errno|SIG)/ || /^\| `/ { next }
		{ print }
		/^\|---\|---\|---\|/ { while ((getline line < rows) > 0) print line }
		/^\|---\|---\|$/ { while ((getline line < errnos) > 0) print line }' "$PAGE"
}

page_test() {
	[[ -z $LS_SWEEP_CALLS_GIVEN && -z ${LS_SWEEP_KINDS-} ]] || return 0
	page_print >"$SWEEP/page"
	if [[ -n $LS_WRITE && $LS_SWEEP == all ]]; then
		cat "$SWEEP/page" >"$PAGE"
		ok "docs/FAULTS.md is written"
		return
	fi
	check "docs/FAULTS.md has the errnos that are tried (LS_WRITE=1 LS_SWEEP=all writes it)" \
		diff -u <(grep '^| `' "$PAGE") "$SWEEP/errnos"
	check "docs/FAULTS.md has figures for $PLAN" grep -Eq "^\| $PLAN \| [a-z]+ \| errno \| [1-9]" "$PAGE"
	is "docs/FAULTS.md: nothing was wrong" "$(grep -E '^\| [a-z]+ \| [a-z]+ \| (errno|SIG)' "$PAGE" | grep -v '| 0 |$')" ""
}
