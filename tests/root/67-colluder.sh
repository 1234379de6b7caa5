# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# A user outside of any space, who exchanges all parts of the paths below her home that the
# configuration names, in a tight loop, while she logs in: each login gets in or is denied, and
# nothing is made, owned or mounted where she could not have done it herself. PRV-07, PRV-08.
# LS_LOGINS is the number of logins in each mode (700).
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

LOGINS=${LS_LOGINS:-700}
ALICE=(setpriv --reuid=2001 --regid=2001 --clear-groups --)
PATHS=(a/b/c a/r/o a/r/o/w t/m/p x/y/z src/s hf/file)
HOMES=$(stat -c %d /home)

# The folders that she exchanges, a folder that all may write, and what root's folders are known by.
places_make() {
	local dir
	mount -t tmpfs -o mode=755 rig-srv /srv
	for dir in "${PATHS[@]}"; do
		"${ALICE[@]}" mkdir -p "/home/alice/$dir"
	done
	"${ALICE[@]}" touch /home/alice/src/s/of-alice
	install -d -m 1777 /home/sticky
	install -d -m 777 /home/shared
	install -d -m 777 -o bob /home/shared/bobs /home/shared/bobs/s /home/shared/bobs/b /home/shared/bobs/b/c
	install -d -m 777 -o root /home/shared/roots
	mkdir -p /srv/data /srv/instances /srv/dst
	touch /srv/data/of-root
	for dir in /etc /root /srv /home/bob /var/log; do
		echo "canary of $dir" >"$dir/canary"
	done
}

# All there is outside: whose, what kind, when changed. Not what the log and the registry write.
outside_list() {
	find / -xdev -mindepth 1 -maxdepth 1 -printf '%p %i %U:%G %m %y\n'
	find /etc /root /srv /home/bob -printf '%p %i %U:%G %m %y %C@\n'
	find /home/shared/bobs /home/shared/roots /home/sticky -printf '%p %U:%G %m %y\n'
	find /home -maxdepth 1 ! -path /home -printf '%p %i %U:%G %m\n'
	find /home/alice -printf '%p %U:%G %m %y\n'
	cat /proc/self/mountinfo
}

outside_same() {
	outside_list | sort >"$RIG/outside.now"
	diff "$RIG/outside" "$RIG/outside.now"
}

# What a login finds, as root in there: nothing that it may not see is hidden from that.
LOOK='for dir in /etc /root /srv /var/log; do
		[ "$(cat $dir/canary 2>&1)" = "canary of $dir" ] || echo "WRONG $dir does not show"
	done
	[ ! -e /srv/dst/canary ] || echo "WRONG /srv/dst shows what it should not"
	cat /proc/self/mountinfo; echo IN'

# One login; its lines go to $RIG/logins, with the time that it took.
login() {
	local begin=${EPOCHREALTIME/./} out
	out=$(timeout -k 5 20 pam_driver --quiet loginspace alice "$LOOK" 2>&1)
	case $? in
	0) printf '%s\n' "$out" ;;
	3) echo DENIED ;;
	*) printf '%s\n' "$out" | sed 's/^/FAILED /' && echo FAILED ;;
	esac
	echo "TOOK $((${EPOCHREALTIME/./} - begin))"
}

logins() {
	local i
	for ((i = 0; i < LOGINS; i++)); do
		login
	done >"$RIG/logins"
}

# A space's own mounts of the list that are anywhere but in her home, or in what she may write.
# Of those, all that the host has at the same place is known.
misplaced() {
	awk -v homes="$1" '
		NR == FNR { host[$3 " " $4 " " $5] = 1; next }
		$1 !~ /^[0-9]+$/ || ($3 " " $4 " " $5) in host { next }
		$5 ~ /^\/(proc|sys|sys\/fs\/cgroup|dev\/shm|dev\/mqueue|dev\/pts|tmp|var\/tmp|run\/user)$/ { next }
		$5 == "/srv/dst" {
			if ($3 != homes || $4 !~ /^\/(alice|shared)\//) print
			next
		}
		homes_own && $5 == "/home" { next }
		$5 ~ /^\/home\/(alice|shared)(\/|$)/ { next }
		{ print }' homes_own="$2" /proc/self/mountinfo "$RIG/logins"
}

collude() {
	taskset -c 0 "${ALICE[@]}" "$RIG/bin/colluder" /home/alice ../shared "${PATHS[@]}" >"$RIG/colluder" 2>&1 &
	COLLUDER=$!
	wait_until 5 grep -q ready "$RIG/colluder"
}

collude_end() {
	kill -TERM "$COLLUDER" 2>/dev/null
	wait "$COLLUDER"
	grep -E '^swaps [0-9]{3,}' "$RIG/colluder"
	rm -rf /home/alice/.decoys
}

# count WORD: in numbers.
count() {
	grep -c "^$1" "$RIG/logins"
}

devices() {
	printf '%d:%d\n' $((HOMES >> 8)) $((HOMES & 255))
}

# mode NAME LINES
mode() {
	local name=$1 own=0 slowest in denied
	shift
	[[ $* != *"home = own"* ]] || own=1
	policy '[default]' "$@"
	pam_driver --quiet loginspace alice true || { not_ok "$name: she gets in when nobody swaps" && return; }
	wait_until 5 list_is alice length 0
	ledger_begin "$RIG/before"
	outside_list | sort >"$RIG/outside"
	collude
	log_mark
	logins
	check "PRV-07 $name: she has swapped all the time" collude_end
	sed 's/^/# /' "$RIG/colluder"
	in=$(count IN) denied=$(count DENIED) slowest=$(sed -n 's/^TOOK //p' "$RIG/logins" | sort -n | tail -n 1)
	printf '# %s: %d in, %d denied, slowest %d us\n' "$name" "$in" "$denied" "$slowest"
	is "PRV-07 $name: each login is in or denied" "$((in + denied))" "$LOGINS"
	check "PRV-07 $name: many get in" test "$in" -ge $((LOGINS / 20))
	check "PRV-07 $name: many are denied" test "$denied" -ge $((LOGINS / 20))
	check "PRV-07 $name: none waits, for a FIFO or other" test "$slowest" -lt 5000000
	is "PRV-07 $name: no login sees anything wrong" "$(grep -E '^(WRONG|FAILED)' "$RIG/logins" | sort | uniq -c)" ""
	is "PRV-08 $name: no mount is misplaced" "$(misplaced "$(devices)" $own | cut -d' ' -f3- | sort | uniq -c)" ""
	is "PRV-07 $name: each denial has its line" "$(log_ours | grep -c 'denied: ')" "$denied"
	is "PRV-07 $name: with step, error and place" \
		"$(log_ours | grep 'denied: ' | grep -Evc " step=(places|sources|read_back|system) errno=E[A-Z]+ .*detail=\"")" 0
	log_ours | grep -ao 'step=[a-z_]* errno=[A-Z]*' | sort | uniq -c | sed 's/^/# /'
	check "PRV-08 $name: nothing is made, owned or mounted outside" outside_same
	check "PRV-07 $name: nothing is left" ledger_same_within 5 "$RIG/before"
}

LISTS=('hide = %h/a/b/c %h/hf/file' 'read_only = %h/a/r/o' 'writable = %h/a/r/o/w' 'tmpfs = %h/t/m/p'
	'bind = /srv/data:%h/x/y/z %h/src/s:/srv/dst')

places_make
policy '[default]' "${LISTS[@]}" 'private_tmp = /srv/instances'
pam_driver --quiet loginspace alice true # makes /run/loginspace, and her folder in /srv/instances
mode "the host's homes" "${LISTS[@]}"
mode "home = own, a kept /tmp" "${LISTS[@]}" 'home = own' 'private_tmp = /srv/instances'
mode "system = ro" "${LISTS[@]}" 'system = ro'
