# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# Every figure of the tables once more, for the JSON document: KIND NAME WHAT VALUE, separated by
# tabs, in $work/figures. Read by bench, whose settings it uses.

figure() {
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>"$work/figures"
}

# Percentiles of column 1 of $work/FILE.times.
figure_percentiles() { # KIND NAME WHAT FILE
	local p

	for p in 10 25 50 75 95; do
		figure "$1" "$2" "$3_p$p" "$(time_percentile "$4" 1 $p)"
	done
}

machine_model() {
	local model

	model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
	echo "${model:-$(uname -m)}"
}

# What it runs in, as far as it can be told; a container may lie in a virtual machine.
machine_virtual() {
	local kind

	kind=$(systemd-detect-virt --vm 2>/dev/null) || kind=none
	if [[ $kind == none ]] && grep -qw hypervisor /proc/cpuinfo; then
		kind="some virtual machine"
	fi
	if systemd-detect-virt --quiet --container 2>/dev/null; then
		kind+=", in a container"
	fi
	echo "$kind"
}

machine_distribution() {
	(
		# shellcheck disable=SC1091
		. /etc/os-release && echo "$PRETTY_NAME"
	) 2>/dev/null || echo unknown
}

machine_figures() {
	figure machine this cpu "$(machine_model)"
	figure machine this cores "$(nproc)"
	figure machine this memory_mb "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)"
	figure machine this kernel "$(uname -r)"
	figure machine this system "$(machine_distribution)"
	figure machine this virtualisation "$(machine_virtual)"
	figure machine this load "$(cut -d ' ' -f 1-3 /proc/loadavg)"
}

# Numbers are numbers there, "-" (not measured) is null. What is one thing only has no name above it.
figures_json() {
	jq -Rn --arg date "$(date -u +%FT%TZ)" --arg form "$form" '
		def value: if . == "-" then null else (tonumber? // .) end;
		reduce (inputs | split("\t")) as $f ({}; .[$f[0]][$f[1]][$f[2]] = ($f[3] | value))
		| {
			tool: "loginspace bench", date: $date, form: $form,
			machine: .machine.this,
			settings: ((.setting // {}) | map_values(.value)),
			aims: ((.aim // {}) | to_entries | map({key: .key} + .value)),
			absent: ((.absent // {}) | map_values(.why)),
			figures: del(.machine, .setting, .aim, .absent)
		}' <"$work/figures"
}

head_lines() {
	printf 'loginspace bench, %s\n' "$(date -u '+%Y-%m-%d %H:%M UTC')"
	printf '%s, %s cores, %s MB; Linux %s; %s; load %s\n' "$(machine_model)" "$(nproc)" \
		"$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" "$(uname -r)" \
		"$(machine_virtual)" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
	echo "$rounds rounds, interleaved in shuffled order"
	machine_figures
	settings_figures
}
