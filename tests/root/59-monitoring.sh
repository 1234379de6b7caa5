# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2119
# config/monitoring names only series and steps that `loginspace metrics` has, and shows all of them. What
# Prometheus makes of it is for make check-fleet.
. "$SOURCE/tests/rig/lib.bash"
needs_module
RULES=$SOURCE/config/monitoring/loginspace.rules.yml
DASHBOARD=$SOURCE/config/monitoring/loginspace.dashboard.json
ln -s "$RIG/libexec/loginspace" "$RIG/bin/loginspace"
loginspace metrics >"$RIG/metrics"

there() {
	sed -n 's/^\(loginspace_[a-z_]*\)[{ ].*/\1/p' "$RIG/metrics" | sort -u
}

# Of comments and texts, only the lines with an expression.
named() {
	grep -hE '"expr":|expr: |^ +(sum|and|>) ' "$1" | grep -oE '\bloginspace_[a-z_]+' | sort -u
}

steps_there() {
	sed -n 's/^loginspace_denials_total{step="\(.*\)"}.*/\1/p' "$RIG/metrics" | sort -u
}

steps_named() {
	grep -o 'step!\?=~\?"[^"]*"' "$RULES" | sed 's/.*"\(.*\)"/\1/' | tr '|' '\n' | sort -u
}

check "MON-01 there are series" test "$(there | wc -l)" -ge 17
is "MON-01 the alerts name only series that there are" "$(named "$RULES" | comm -23 - <(there))" ""
is "MON-01 and only steps that there are" "$(steps_named | comm -23 - <(steps_there))" ""
is "MON-01 the dashboard names only series that there are" "$(named "$DASHBOARD" | comm -23 - <(there))" ""
# The first is a host's name in the dashboard's list of hosts.
is "MON-01 and all of them" "$(there | comm -23 - <(named "$DASHBOARD") | xargs)" loginspace_up
is "MON-02 the file for the collector has the same figures" \
	"$(sh "$SOURCE/config/monitoring/loginspace-metrics" "$RIG/figures.prom" && grep -v '^#' "$RIG/figures.prom")" \
	"$(grep -v '^#' "$RIG/metrics")"
is "MON-02 each with a type and help of its name" \
	"$(sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$RIG/figures.prom" | sort) $(sed -n 's/^# HELP \([^ ]*\) .*/\1/p' "$RIG/figures.prom" | sort)" \
	"$(there) $(there)"
