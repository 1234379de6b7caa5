# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154 # bench and the others set and use them
#
# Instructions of module and helper, against the size of what they read: whatever grows with the square
# of it shows, on a machine that is ever so busy. By perf(1) where the processor counts them for us:
# then all processes of a login together. Else by lackey of valgrind(1), with programs that are built
# for it as in tests/long/valgrind: the same source without system call filters. Not by callgrind,
# which opens a file at the end, and PID 1 has no power to open files by then.
# Read by bench, whose settings it uses.

# What there is more and more of: match sections, groups of the user, mounts of the host.
sweeps=(sections groups mounts "mounts, system = ro")
counted=() # whose instructions they are
counter=   # how they are counted

perf_counts() {
	command -v perf >/dev/null && perf stat -x, -e instructions:u true 2>&1 |
		awk -F, '$1 + 0 > 0 { found = 1 } END { exit !found }'
}

# The helper stands alone: without loginspace-init beside it PID 1 is its own copy, and is counted.
valgrind_build() {
	local built=$top/build/counted wraps long=$top/tests/long

	[[ $(uname -m) == x86_64 ]] && command -v valgrind >/dev/null || return 1
	# make does not know that all is linked with it.
	[[ $built/native.o -nt $long/native.c && $built/native.o -nt $long/valgrind ]] || rm -rf "$built"
	mkdir -p "$built"
	[[ -e $built/native.o ]] ||
		cc -std=gnu11 -D_GNU_SOURCE -O1 -g -fPIC -fno-stack-protector -c -o "$built/native.o" \
			"$long/native.c" || return 1
	wraps=$(sed -n '/^WRAPPED=(/,/)/p' "$long/valgrind" |
		sed 's/^WRAPPED=//; s/[()]//g')
	# shellcheck disable=SC2086 # words
	wraps=$(printf -- '-Wl,--wrap=%s ' $wraps)
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top" BUILD=build/counted HARDEN= \
		OPTIMISE='-O2 -g' FILTERS=0 LDFLAGS="$wraps $built/native.o" \
		build/counted/pam_loginspace.so build/counted/loginspace-helper || return 1
	# shellcheck disable=SC2086 # words
	cc -std=gnu11 -D_GNU_SOURCE -O2 -o "$programs/pam_bench_counted" "$here"/pam_bench.c \
		"$here"/driver/*.c "$built/native.o" $wraps -lpam || return 1
	mkdir -p "$work/counted/log"
	cp "$built/pam_loginspace.so" "$built/loginspace-helper" "$work/counted"
	chmod 700 "$work/counted/loginspace-helper"
	# The module's helper has neither environment nor stderr.
	cat >"$work/counted/helper" <<-END
		#!/bin/sh
		exec 2>>$work/counted/shell 9>>$work/counted/log/helper.\$\$
		exec $(command -v valgrind) --tool=lackey --log-fd=9 \
			$work/counted/loginspace-helper
	END
	chmod 755 "$work/counted/helper"
}

# As many accounts as sections name, at the most: 1,000 are there.
sweep_accounts() {
	local most

	most=$(tr ' ' '\n' <<<"$counts" | sort -n | tail -n 1)
	if ((most > sections)); then
		policy_accounts $((sections + 1)) "$most"
	fi
}

# A service of each sweep; the one of sections gets its file from sweep_prepare.
sweep_services() {
	local module=$build/pam_loginspace.so helper=$build/loginspace-helper

	if [[ $counter != perf ]]; then
		module=$work/counted/pam_loginspace.so helper=$work/counted/helper
	fi
	printf '%s\n' '[default]' "[match group=${user}1]" 'hostname = %h' >"$work/sweep_groups.conf"
	printf '%s\n' '[default]' >"$work/sweep_mounts.conf"
	printf '%s\n' '[default]' 'system = ro' >"$work/sweep_ro.conf"
	rig_service sweep_sections "$module" "helper=$helper" any_service "conf=$work/sweep_sections.conf"
	rig_service sweep_groups "$module" "helper=$helper" any_service "conf=$work/sweep_groups.conf"
	rig_service sweep_mounts "$module" "helper=$helper" any_service "conf=$work/sweep_mounts.conf"
	rig_service sweep_ro "$module" "helper=$helper" any_service "conf=$work/sweep_ro.conf"
}

sweep_service() { # SWEEP
	case $1 in
	*ro) echo sweep_ro ;;
	*) echo "sweep_$1" ;;
	esac
}

# Makes it so for the next login; into is set to what brings that login there.
sweep_prepare() { # SWEEP COUNT
	into=()
	case $1 in
	sections)
		local sections=$2
		{ echo '[default]' && policy_sections; } >"$work/sweep_sections.conf"
		;;
	groups)
		cp "$work/group" "$work/group.sweep"
		seq "$2" | awk -v user="$user" '{ printf "%sin%d:x:%d:%s\n", user, $1, 80000 + $1, user }' \
			>>"$work/group.sweep"
		mount --bind "$work/group.sweep" /etc/group
		;;
	mounts*)
		if (($2)); then
			local host_mounts=$2
			crowd_hold
			into=(nsenter "--mount=/proc/$crowd_pid/ns/mnt" --)
		fi
		;;
	esac
}

sweep_undo() { # SWEEP COUNT
	case $1 in
	groups) umount /etc/group ;;
	mounts*) (($2 == 0)) || crowd_let_go ;;
	esac
}

# Prints WHO COUNT for each; "failed" if the login fails.
login_count() { # SERVICE
	if [[ $counter == perf ]]; then
		"${into[@]}" perf stat -x, -e instructions:u -o "$work/perf" "$programs/pam_bench" -w 1 \
			"$work/pam" "$1" "$user" >/dev/null && awk -F, '/instructions/ { print "all", $1 }' "$work/perf"
	else
		valgrind_count "$1"
	fi
}

helper_has_ended() {
	grep -qs '' "$work"/counted/log/helper.* &&
		(($(cat "$work"/counted/log/helper.* | grep -c 'guest instrs:') == 2))
}

# The application is the child of the driver; its session's process is its own child.
valgrind_count() { # SERVICE
	local logs=$work/counted/log tries

	rm -f "$logs"/*
	"${into[@]}" valgrind --tool=lackey --log-file="$logs/module.%p" \
		"$programs/pam_bench_counted" "$work/pam" "$1" "$user" >/dev/null 2>"$work/counted/error" ||
		return 1
	awk '/Parent PID/ { parent[FILENAME] = $NF } /guest instrs:/ { gsub(",", ""); n[FILENAME] = $NF }
		END {
			for (file in n) {
				pid = file; sub(/.*\./, "", pid)
				is[pid] = file
			}
			for (file in n)
				if (parent[file] in is && !(parent[is[parent[file]]] in is)) print "module", n[file]
		}' "$logs"/module.*
	[[ $1 != empty ]] || return 0
	for ((tries = 0; tries < 100; tries++)); do
		helper_has_ended && break
		sleep 0.1
	done
	awk '/guest instrs:/ {
			gsub(",", "")
			pid = FILENAME; sub(/.*\./, "", pid)
			print $1 == "==" pid "==" ? "helper" : "child", $NF
		}' "$logs"/helper.*
}

instructions_run() {
	local sweep count who value into=() empty=0

	: >"$work/instructions"
	if [[ $counter != perf ]]; then
		empty=$(login_count empty | awk '{ print $2 }')
	fi
	for sweep in "${sweeps[@]}"; do
		for count in 0 $counts; do
			sweep_prepare "$sweep" "$count"
			login_count "$(sweep_service "$sweep")" >"$work/login_count" ||
				echo "$sweep, $count: $(tail -n 1 "$work/counted/error")" >>"$work/instructions.errors"
			sweep_undo "$sweep" "$count"
			while read -r who value; do
				[[ $who != module ]] || value=$((value - empty))
				printf '%s|%s|%s|%s\n' "$sweep" "$count" "$who" "$value" >>"$work/instructions"
				echo "instructions,1,${sweep//,/},$who $count,$value" >>"$work/csv"
				figure "instructions" "$sweep, $who" "$count" "$value"
			done <"$work/login_count"
		done
	done
}

# How what is added grows: 1 as the size does, 2 as its square; by the two largest sizes. 0: not at
# all, which is to say by less than a hundredth.
exponent() { # SWEEP WHO
	awk -F'|' -v sweep="$1" -v who="$2" '
		$1 == sweep && $3 == who { n[++rows] = $2; value[rows] = $4 }
		END {
			if (rows < 3) { print "-"; exit }
			a = value[rows - 1] - value[1]; b = value[rows] - value[1]
			if (b < value[1] / 100) print "0.00"
			else if (a <= 0) print "-"
			else printf "%.2f\n", log(b / a) / log(n[rows] / n[rows - 1])
		}' "$work/instructions"
}

instructions_table() {
	local sweep who count

	printf '\n%-32s' "thousands of instructions, with"
	for count in 0 $counts; do
		printf ' %9s' "$count"
	done
	printf ' %9s\n' exponent
	for sweep in "${sweeps[@]}"; do
		for who in "${counted[@]}"; do
			printf '%-32s' "$sweep: $who"
			for count in 0 $counts; do
				printf ' %9s' "$(awk -F'|' -v s="$sweep" -v n="$count" -v w="$who" \
					'$1 == s && $2 == n && $3 == w { printf "%.1f", $4 / 1000 }' \
					"$work/instructions")"
			done
			printf ' %9s\n' "$(exponent "$sweep" "$who")"
			figure growth "$sweep, $who" exponent "$(exponent "$sweep" "$who")"
		done
	done
	echo "counted by $counter. child: what becomes PID 1, counted from the start of the helper, whose copy"
	echo "it is, to its own end. module: less the empty stack."
	if [[ -s $work/instructions.errors ]]; then
		sed 's/^/  failed: /' "$work/instructions.errors"
	fi
}

instructions_measure() {
	[[ $counts != 0 ]] && is_running loginspace || return 0
	if perf_counts; then
		counter=perf counted=(all)
	elif valgrind_build >"$work/counted.log" 2>&1; then
		counter="valgrind, lackey" counted=(module helper child)
	else
		absent_note "instructions" "neither perf nor valgrind: $(tail -n 1 "$work/counted.log")"
		return
	fi
	sweep_accounts
	sweep_services
	instructions_run
	instructions_table
}

instructions_aims() {
	local sweep who most

	[[ $counts != 0 ]] || return 0
	for sweep in "${sweeps[@]}"; do
		most=$(for who in "${counted[@]}"; do exponent "$sweep" "$who"; done |
			awk '$1 == "-" { missing = 1 } $1 > most { most = $1 }
				END { if (missing || !NR) print "-"; else print most + 0 }')
		aim "instructions_${sweep// /_}" "instructions, $sweep: exponent" "$most" '<=' "$instructions_aim"
	done
}
