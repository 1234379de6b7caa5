# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# config/monitoring: figures of real logins, by the sample's timer or cron line, in Debian's node_exporter and
# Prometheus; each alert and each panel over series that there are. In the rig, by tests/fleet/run.
. "$SOURCE/tests/rig/lib.bash"
needs_module
SAMPLES=$SOURCE/config/monitoring
RULES=$SAMPLES/loginspace.rules.yml
DASHBOARD=$SAMPLES/loginspace.dashboard.json
FOLDER=/var/lib/prometheus/node-exporter # Debian's
FILE=$FOLDER/loginspace.prom
EXPORTER=127.0.0.1:9100 PROMETHEUS=127.0.0.1:9090

# The places that the samples name. What is mounted here is the rig's alone.
places_make() {
	mkdir -p $FOLDER
	mount -t tmpfs -o mode=755,size=64k rig $FOLDER
	mount -t tmpfs -o mode=755 rig /usr/local/sbin
	install -m 755 "$SAMPLES/loginspace-metrics" /usr/local/sbin/
	ln -s "$RIG/libexec/loginspace" "$RIG/bin/loginspace"
	printf '%s\n' '[match user=bob]' 'max_spaces = 1' '[match user=carol]' 'isolate = audit' \
		>/etc/security/loginspace.conf
}

by_service() {
	sh -c "$(sed -n 's/^ExecStart=//p' "$SAMPLES/loginspace-metrics.service")"
}

by_cron() {
	sh -c "$(sed -n 's/^\* \* \* \* \* root //p' "$SAMPLES/loginspace-metrics.cron")"
}

not() {
	! "$@"
}

logins() {
	session_start one alice
	session_start two bob
	run_as carol true
	run_as root true
	check "FLT-30 bob has as many spaces as he may have" not run_as bob true
}

# Each with its type, as the parser has understood it.
openmetrics_series() {
	/usr/bin/python3 -c '
import sys
from prometheus_client.openmetrics import parser
for family in parser.text_string_to_metric_families(sys.stdin.read()):
	for sample in family.samples:
		print(sample.name, family.type)'
}

openmetrics_like() { # the text format
	awk '/^# TYPE / { type = $4 } !/^#/ { sub(/[{ ].*/, ""); print $0, type }'
}

# --- the file --------------------------------------------------------------------------------------

file_test() {
	check "FLT-30 the service's command" by_service
	is "FLT-30 the file is for everybody to read" "$(stat -c '%a %U' $FILE)" "644 root"
	is "FLT-30 and all there is" "$(ls $FOLDER)" loginspace.prom
	check "FLT-30 promtool check metrics" promtool check metrics <$FILE
	is "FLT-30 all figures are in it" "$(grep -v '^#' $FILE | cut -d' ' -f1)" \
		"$(loginspace metrics | grep -v '^#' | cut -d' ' -f1)"
	is "FLT-30 a parser of OpenMetrics takes the other format, with all of them" \
		"$(loginspace metrics | openmetrics_series 2>&1)" "$(loginspace metrics --prometheus | openmetrics_like)"
	like "FLT-30 a counter is one by its name" "$(<$FILE)" $'\n# TYPE loginspace_opens_total counter\n# HELP loginspace_opens_total '
	rm $FILE
	check "FLT-30 the cron line" by_cron
	check "FLT-30 has made the file" test -s $FILE
}

# The collector goes on with what there was, and its age tells.
failure_test() {
	local before
	before=$(sha256sum <$FILE)
	printf '#!/bin/sh\necho "loginspace_up 1"\nexit 1\n' >/usr/local/sbin/loginspace
	chmod 755 /usr/local/sbin/loginspace
	mv "$RIG/bin/loginspace" "$RIG/bin/loginspace.away"
	check "FLT-31 loginspace metrics fails: so does the service" not by_service
	is "FLT-31 the old file stays" "$(sha256sum <$FILE)" "$before"
	rm /usr/local/sbin/loginspace
	mv "$RIG/bin/loginspace.away" "$RIG/bin/loginspace"
	dd if=/dev/zero of=$FOLDER/filler bs=1k 2>/dev/null
	check "FLT-31 the file system is full: the service fails" not by_service
	is "FLT-31 the old file stays there, too" "$(sha256sum <$FILE)" "$before"
	rm $FOLDER/filler
	is "FLT-31 nothing else is left" "$(ls $FOLDER)" loginspace.prom
}

# systemd-analyze(1) needs no systemd that runs.
units_test() {
	local out
	out=$(systemd-analyze --man=no verify "$SAMPLES"/loginspace-metrics.{service,timer} 2>&1 | grep loginspace)
	is "FLT-32 systemd-analyze verify has nothing to say of the units" "$out" ""
	is "FLT-32 each minute" "$(sed -n 's/^OnUnitActiveSec=//p' "$SAMPLES/loginspace-metrics.timer")" 1min
}

# --- node_exporter ---------------------------------------------------------------------------------

# As on Debian: a user of its own, with what its package has for a folder.
exporter_start() {
	setpriv --reuid=prometheus --regid=prometheus --clear-groups prometheus-node-exporter \
		--web.listen-address=$EXPORTER --collector.disable-defaults --collector.textfile \
		>"$RIG/log/exporter" 2>&1 &
	EXPORTER_JOB=$!
	wait_until 20 curl -sf http://$EXPORTER/metrics
}

scraped() { # SERIES
	curl -sf http://$EXPORTER/metrics | sed -n "s/^$1 //p"
}

exporter_test() {
	check "FLT-33 node_exporter starts" exporter_start
	is "FLT-33 it could read all files" "$(scraped node_textfile_scrape_error)" 0
	is "FLT-33 two spaces" "$(scraped 'loginspace_spaces{network="loopback",scope="login"}')" 2
	is "FLT-33 as many as loginspace list has" "$(loginspace list --ids | wc -l)" 2
	is "FLT-33 two logins with a space" "$(scraped loginspace_opens_total)" 2
	is "FLT-33 one denied by the limit" "$(scraped 'loginspace_denials_total{step="limit"}')" 1
	is "FLT-33 none by another step" "$(curl -sf http://$EXPORTER/metrics | grep '^loginspace_denials' | grep -c ' 0$')" \
		"$(($(loginspace metrics | grep -c '^loginspace_denials_total') - 1))"
	is "FLT-33 one audited" "$(scraped loginspace_audits_total)" 1
	is "FLT-33 one of root" "$(scraped loginspace_exempt_total)" 1
	is "FLT-33 all series are there" "$(curl -sf http://$EXPORTER/metrics | grep -c '^loginspace_')" \
		"$(loginspace metrics | grep -c '^loginspace_')"
	like "FLT-33 with their types" "$(curl -sf http://$EXPORTER/metrics)" $'\n# TYPE loginspace_opens_total counter\n'
}

# --- alerts, dashboard -----------------------------------------------------------------------------

# What series are named: by the rules, by the panels.
named() {
	grep -ohE '\b(loginspace|node_textfile)_[a-z_]+' "$@" | sort -u
}

rules_test() {
	local name missing=
	check "FLT-34 promtool check rules" promtool check rules "$RULES"
	check "FLT-34 promtool test rules: each fires when it should" promtool test rules "$SOURCE/tests/fleet/alerts.yml"
	while IFS= read -r name; do
		[[ $(grep -c "alertname: $name" "$SOURCE/tests/fleet/alerts.yml") -ge 2 ]] || missing+=" $name"
	done < <(sed -n 's/^ *- alert: //p' "$RULES")
	is "FLT-34 each alert is among those" "$missing" ""
	sed -n 's/^ *expr: //p; s/^ *\(.*loginspace_.*\)$/\1/p' "$RULES" >"$RIG/exprs"
	curl -sf http://$EXPORTER/metrics | sed -n 's/^\([a-z_]*\)[{ ].*/\1/p' | sort -u >"$RIG/there"
	is "FLT-34 they name only series that there are" "$(named "$RIG/exprs" | comm -23 - "$RIG/there")" ""
}

# prometheus.yml of somebody who has put the rules beside it; but each second.
prometheus_start() {
	mkdir -p "$RIG/prometheus"
	cp "$RULES" "$RIG/prometheus/"
	cat >"$RIG/prometheus/prometheus.yml" <<-END
		global: {scrape_interval: 1s, evaluation_interval: 1s}
		rule_files: [loginspace.rules.yml]
		scrape_configs:
		  - job_name: node
		    static_configs: [{targets: ["$EXPORTER"]}]
	END
	prometheus --config.file="$RIG/prometheus/prometheus.yml" --storage.tsdb.path="$RIG/prometheus/data" \
		--web.listen-address=$PROMETHEUS >"$RIG/log/prometheus" 2>&1 &
	PROMETHEUS_JOB=$!
	wait_until 30 curl -sf http://$PROMETHEUS/-/ready
}

# ask EXPRESSION: the result, as JSON; empty when there is none.
ask() {
	curl -sf --data-urlencode "query=$1" http://$PROMETHEUS/api/v1/query |
		jq -c 'select(.status == "success") | .data.result[]'
}


firing() { # ALERT
	curl -sf http://$PROMETHEUS/api/v1/alerts |
		jq -e --arg name "$1" '.data.alerts[] | select(.labels.alertname == $name and .state == "firing")'
}

prometheus_test() {
	check "FLT-35 Prometheus starts, with the rules" prometheus_start
	check "FLT-35 it has the figures" wait_until 20 asked 'loginspace_up == 1'
	check "FLT-35 no alert for the limit yet" not firing LoginspaceLimitReached
	sleep 3
	check "FLT-35 bob is denied once more" not run_as bob true
	check "FLT-35 the service's command" by_service
	check "FLT-35 LoginspaceLimitReached fires" wait_until 20 firing LoginspaceLimitReached
	check "FLT-35 and no other one" not firing 'LoginspaceDenied'
}

asked() {
	[[ -n $(ask "$1") ]]
}

# What Grafana puts in for its variables, by hand.
dashboard_test() {
	local expr count=0
	check "FLT-36 the dashboard is JSON, with panels" jq -e '.panels | length > 5' "$DASHBOARD"
	is "FLT-36 it names only series that there are" "$(named "$DASHBOARD" | comm -23 - "$RIG/there")" ""
	is "FLT-36 its panels have numbers of their own" "$(jq '[.panels[].id] | length - (unique | length)' "$DASHBOARD")" 0
	is "FLT-36 and places of their own" "$(jq '[.panels[].gridPos | "\(.x) \(.y)"] | length - (unique | length)' "$DASHBOARD")" 0
	while IFS= read -r expr; do
		expr=${expr//\$instance/.*}
		expr=${expr//\$__rate_interval/5m}
		check "FLT-36 shows something: ${expr:0:60}" asked "$expr"
		count=$((count + 1))
	done < <(jq -r '.panels[].targets[].expr' "$DASHBOARD")
	check "FLT-36 that were all ($count)" test $count -ge 13
	is "FLT-36 no variable that nobody sets" \
		"$(grep -o '\${\?[A-Za-z_]*' "$DASHBOARD" | tr -d '${' | sort -u | xargs)" "__rate_interval datasource instance"
}

places_make
start_sshd
logins
file_test
failure_test
units_test
exporter_test
rules_test
prometheus_test
dashboard_test
# These first: they hold the pipes of the sessions.
kill "$PROMETHEUS_JOB" "$EXPORTER_JOB"
wait "$PROMETHEUS_JOB" "$EXPORTER_JOB" 2>/dev/null
session_stop one
session_stop two
stop_sshd
