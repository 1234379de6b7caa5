# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# LS_LOGINS ssh logins (20000), LS_WORKERS (10) at a time, LS_KILLED (5) of 100 with sshd's monitor,
# the helper or init killed at a random moment. A login that was not killed has to be whole, and in
# the end nothing is left. LS_SEED: the lots.
# In the rig, called by tests/long/run.
. "$SOURCE/tests/rig/lib.bash"

LOGINS=${LS_LOGINS:-20000} WORKERS=${LS_WORKERS:-10} KILLED=${LS_KILLED:-5} SEED=${LS_SEED:-$RANDOM}
COMMAND=$RIG/libexec/loginspace

users_make() {
	local i
	for ((i = 1; i <= WORKERS; i++)); do
		useradd --create-home --uid $((2100 + i)) --shell /bin/bash --password '*' "ls$i"
		rm -f "/home/ls$i"/.[a-z]*
		install -d -m 700 -o "ls$i" -g "ls$i" "/home/ls$i/.ssh"
		install -m 600 -o "ls$i" -g "ls$i" "$RIG/key.pub" "/home/ls$i/.ssh/authorized_keys"
	done
}

# policy_try N LINES: for the user lsN, unless this machine has not what they need.
policy_try() {
	local conf=/etc/security/loginspace.conf
	cp "$conf" "$RIG/conf"
	printf '%s\n' "[match user=ls$1]" "${@:2}" >>"$conf"
	pam_driver --quiet loginspace "ls$1" true >/dev/null 2>&1
	[[ $? -ne 3 ]] && return
	printf '# not tried: %s\n' "${@:2}"
	cat "$RIG/conf" >"$conf"
}

# A space with cgroup is asked for on a machine that has cgroup v2 and nothing else; here it may be elsewhere.
groups_place() {
	[[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]] ||
		mount --bind "$(findmnt -n -t cgroup2 -o TARGET | head -n 1)" /sys/fs/cgroup
}

# Most have what is the default, some a space of another kind.
policy_write() {
	groups_place
	cat >/etc/security/loginspace.conf <<-'END'
		[default]
		[match user=ls7]
		scope = user
		[match user=ls8]
		home = own
		system = ro
		private_dev = yes
		hidepid = yes
		hostname = %u
		[match user=ls9,ls10]
		network = nat
	END
	policy_try 5 'namespaces = mount pid ipc uts net user'
	policy_try 4 'no_new_privs = yes' 'seccomp = default'
	policy_try 6 'namespaces = mount pid ipc uts net user cgroup' 'no_new_privs = yes' 'seccomp = default'
	check "the configuration is in order" "$COMMAND" explain ls1
}

network_make() {
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip link add up0 type veth peer name far0
	ip addr add 192.0.2.1/24 dev up0
	ip link set up0 up
	ip link set far0 up
	ip route add default via 192.0.2.7
	echo 'nameserver 192.0.2.53' >/etc/resolv.conf
}

network_count() {
	echo "$(ip -o addr | wc -l) addresses, $(ip route show table all | wc -l) routes of IPv4," \
		"$(ip -6 route show table all | wc -l) of IPv6"
}

network_remove() {
	ip link del up0
	nft delete table inet loginspace
}

memory() {
	awk '/^(MemAvailable|Slab|SUnreclaim|Percpu):/ { printf "%s %d MB  ", $1, $2 / 1024 }' /proc/meminfo
}

kernel_warnings() {
	dmesg | grep -Ec 'WARNING:|BUG:|Oops|INFO: task|refcount|unregister_netdevice|general protection'
}

users_make
network_make
policy_write
sshd_config | grep -v '^Port' >"$RIG/sshd_config"
mkdir -p /run/sshd
HOST=$(for kind in mnt pid ipc uts net; do stat -L -c %i "/proc/self/ns/$kind"; done | tr '\n' ' ')
# One login of each, so that what is made once is there: the table of nftables, the counters.
logins $((WORKERS * 3)) "$WORKERS" 0 1 "$RIG/bin/whole %s $HOST" "$RIG/sshd_config" \
	"${SSH_OPTIONS[@]}" -o ConnectionAttempts=5 >"$RIG/check.out" 2>&1 ||
	not_ok "the first logins" "$(<"$RIG/check.out")"
# As they come, should somebody end this before the end: of a login that was killed, or wrong.
tail -n 0 -F "$LOG" | grep -a --line-buffered 'denied:' | sed -u 's/^/# log: /' &
ledger_write "$RIG/before"
TABLE=$(nft -s list table inet loginspace)
NETWORK=$(network_count)
WARNINGS=$(kernel_warnings)
printf '# seed %s, %s\n# before: %s\n' "$SEED" "$(uname -r)" "$(memory)"
BEGIN=$(now_ms)
log_mark
logins "$LOGINS" "$WORKERS" "$KILLED" "$SEED" "$RIG/bin/whole %s $HOST" "$RIG/sshd_config" \
	"${SSH_OPTIONS[@]}" -o ConnectionAttempts=5 | sed -u 's/^#* */# /'
is "LEAK-01 $LOGINS logins, $KILLED of 100 killed: each one whole that was not" "${PIPESTATUS[0]}" 0
printf '# %d s; after: %s\n' $((($(now_ms) - BEGIN) / 1000)) "$(memory)"
echo "# in the log: $(log_ours | grep -oE 'denied: .*' | grep -oE 'step=[a-z_-]+ errno=[A-Z]+' |
	sort | uniq -c | sort -rn | awk '{ printf "%s %s %s, ", $1, $2, $3 }')"
check "LEAK-01 nothing is left in the rig" ledger_same_within 10 "$RIG/before"
is "LEAK-04 addresses and routes are as they were" "$(network_count)" "$NETWORK"
is "LEAK-04 the table of nftables is as it was" "$(nft -s list table inet loginspace)" "$TABLE"
is "LEAK-01 the kernel has no new warning" "$(kernel_warnings)" "$WARNINGS"
is "LEAK-01 the spaces are counted as gone" "$("$COMMAND" list --json | jq length)" 0
network_remove
