# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# config/monitoring names only series, labels and steps that `loginspace metrics` has, and shows all of them. What
# Prometheus makes of it is for make check-fleet; but where its promtool is installed, it is asked here, too.
. "$SOURCE/tests/rig/lib.bash"
needs_module
RULES=$SOURCE/config/monitoring/loginspace.rules.yml
DASHBOARD=$SOURCE/config/monitoring/loginspace.dashboard.json
ln -s "$RIG/libexec/loginspace" "$RIG/bin/loginspace"
loginspace metrics --prometheus >"$RIG/metrics"

there() {
	sed -n 's/^\(loginspace_[a-z_]*\)[{ ].*/\1/p' "$RIG/metrics" | sort -u
}

# Every host has an instance and a job.
labels_there() {
	{
		grep -o '[a-z]*="' "$RIG/metrics" | tr -d '="'
		printf '%s\n' instance job file
	} | sort -u
}

# The dashboard's, an expression a line, with something for the variables: also what its list of hosts is made of.
queries() {
	{
		jq -r '.. | objects | .expr // empty' "$DASHBOARD"
		jq -r '.templating.list[] | select(.type == "query") | .query.query' "$DASHBOARD" |
			sed 's/^label_values(\(.*\), *[a-z]*)$/\1/'
	} | sed 's/\$instance/.*/g; s/\$__rate_interval/5m/g'
}

# Of comments and texts, only the lines with an expression.
alert_queries() {
	grep -E 'expr: |^ +(sum|and|>) ' "$RULES"
}

series_in() {
	grep -oE '\bloginspace_[a-z_]+' | sort -u
}

labels_in() {
	grep -oE '\b(by|on) \([a-z, ]*\)|[{,][a-z]+[=!]' | sed -E 's/^(by|on) //' | tr -cs 'a-z\n' '\n' | grep . | sort -u
}

steps_there() {
	sed -n 's/^loginspace_denials_total{step="\(.*\)"}.*/\1/p' "$RIG/metrics" | sort -u
}

steps_named() {
	grep -o 'step!\?=~\?"[^"]*"' "$RULES" | sed 's/.*"\(.*\)"/\1/' | tr '|' '\n' | sort -u
}

# What is no expression, as far as that shows without a parser: brackets, quotes, a variable, an open end.
queries_odd() {
	sed -E 's/\\.//g; s/"[^"]*"/""/g; s/ +$//
		:more
		s/\([^][(){}]*\)|\[[0-9]+[smhdw]\]|\{[^][(){}]*\}/ 0 /; t more' | grep -E '[][(){}$]|[^"]"[^"]|[-+*/<>=,]$|^ *$'
}

# The same by the parser itself, as rules made of them.
queries_check() {
	jq -nR '{groups: [{name: "dashboard", rules: [inputs | {alert: "line \(input_line_number)", expr: .}]}]}' >"$RIG/queries.yml"
	promtool check rules "$RIG/queries.yml"
}

check "MON-01 there are series" test "$(there | wc -l)" -ge 17
is "MON-01 the alerts name only series that there are" "$(alert_queries | series_in | comm -23 - <(there))" ""
is "MON-01 and only steps that there are" "$(steps_named | comm -23 - <(steps_there))" ""
is "MON-01 and only labels that there are" "$(alert_queries | labels_in | comm -23 - <(labels_there))" ""
is "MON-01 the dashboard names only series that there are" "$(queries | series_in | comm -23 - <(there))" ""
is "MON-01 and all of them" "$(there | comm -23 - <(queries | series_in))" ""
is "MON-01 and only labels that there are" "$(queries | labels_in | comm -23 - <(labels_there))" ""
is "MON-02 the file for the collector has the same figures" \
	"$(sh "$SOURCE/config/monitoring/loginspace-metrics" "$RIG/figures.prom" && cat "$RIG/figures.prom")" "$(<"$RIG/metrics")"
is "MON-02 each with a type and help of its name" \
	"$(sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$RIG/metrics" | sort) $(sed -n 's/^# HELP \([^ ]*\) ..*/\1/p' "$RIG/metrics" | sort)" \
	"$(there) $(there)"
check "MON-03 the dashboard has queries" test "$(queries | wc -l)" -ge 14
is "MON-03 each is an expression" "$(queries | queries_odd)" ""
if command -v promtool >/dev/null; then
	check "MON-03 promtool check rules: so are the dashboard's" queries_check < <(queries)
	check "MON-03 promtool check rules: the alerts" promtool check rules "$RULES"
	check "MON-04 promtool check metrics" promtool check metrics <"$RIG/metrics"
fi
