# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# network = nat, and logins that share a space, or come from inside one: su in there.
. "$SOURCE/tests/root/nat.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

# su_in SESSION USER CMD: as somebody who knows the password.
su_in() {
	session_do "$1" "echo rigsecret | su $2 -c $(printf %q "$3") 2>&1 | sed 's/^Password: //'"
}

NET='readlink /proc/self/ns/net'
REST='for kind in mnt pid ipc uts; do readlink /proc/self/ns/$kind; done'
LOOK='ip -o addr show | cut -d" " -f2-7; ip route; ip -6 route; grep ^nameserver /etc/resolv.conf'

# The host has no way into the network of a space but that of the space: a nested one keeps it.
nested_test() {
	local outer inner
	policy '[default]' 'network = nat' 'nested = new'
	spaces_begin "nested"
	log_mark
	is "nested: su gets a space of its own" "$(su_in a carol 'echo $LOGINSPACE')" 2003-0
	outer=$(session_do a "$REST")
	inner=$(su_in a carol "$REST")
	is "nested: all but the network is new" "$(comm -12 <(sort <<<"$outer") <(sort <<<"$inner"))" ""
	is "nested: the network is that around it" "$(su_in a carol "$NET")" "$(session_do a "$NET")"
	is "nested: with all that is in it" "$(su_in a carol "$LOOK")" "$(session_do a "$LOOK")"
	is "nested: the web server is reached, as the host" \
		"$(su_in a carol "$T tcp $WEB4 $SERVICE; $T udp $WEB6 $SERVICE" | xargs)" "$HOST4 $HOST6"
	like "nested: a name" "$(su_in a carol 'getent ahostsv4 web.test')" "^$WEB4 "
	is "nested: /sys shows that network" "$(su_in a carol 'ls -I bonding_masters /sys/class/net | xargs')" "eth0 lo"
	like "nested: not another space" "$(su_in a carol "$T tcp $B4 $INNER")" '^nettraffic: '
	like "nested: not the host" "$(su_in a carol "$T tcp $GATE4 $SERVICE")" '^nettraffic: '
	like "nested: the space around it, as on one machine" "$(su_in a carol "$T tcp 127.0.0.1 $INNER")" '^127.0.0.1$'
	is "nested: no interface more on the host" "$(ip -o link | grep -c ': ls')" 2
	is "nested: su in su" "$(su_in a carol "echo rigsecret | su bob -c '$NET' 2>/dev/null")" "$(session_do a "$NET")"
	is "nested: the space around it works on" "$(session_do a "$T tcp $WEB4 $SERVICE")" $HOST4
	spaces_end "nested"
}

# Whose login comes from a space with nothing but lo stays there, whatever his own policy has.
from_loopback_test() {
	policy '[default]' 'network = loopback' '[match user=bob,carol]' 'network = nat'
	check "from loopback: alice is in" session_start a alice
	is "from loopback: su to one with nat: nothing but lo" "$(su_in a carol 'ls -I bonding_masters /sys/class/net | xargs')" lo
	like "from loopback: the web server is not reached" "$(su_in a carol "$T tcp $WEB4 $SERVICE")" 'unreachable'
	is "from loopback: no interface on the host" "$(ip -o link | grep -c ': ls')" 0
	is "from outside the same user has nat" "$(run_as carol 'ls -I bonding_masters /sys/class/net | xargs')" "eth0 lo"
	session_stop a
	check "from loopback: nothing is left" ledger_same_within 10 "$RIG/before"
}

# The other way round: from nat to one who has loopback.
to_loopback_test() {
	policy '[default]' 'network = nat' '[match user=carol]' 'network = loopback'
	check "to loopback: alice is in" session_start a alice
	is "to loopback: su to one with loopback has nothing but lo" "$(su_in a carol 'ls -I bonding_masters /sys/class/net | xargs')" lo
	session_stop a
	check "to loopback: nothing is left" ledger_same_within 10 "$RIG/before"
}

shared_test() {
	local look
	policy '[default]' 'network = nat' 'scope = user'
	check "scope = user: alice is in" session_start a alice
	check "scope = user: and again" session_start a2 alice
	look=$(session_do a "$LOOK")
	is "scope = user: one network" "$(session_do a2 "$NET; $LOOK")" "$(session_do a "$NET")"$'\n'"$look"
	is "scope = user: one interface on the host" "$(ip -o link | grep -c ': ls')" 1
	check "scope = user: bob is in" session_start b bob
	is "scope = user: another user, another address" "$(address_of b 4)" 10.213.0.3
	session_stop a
	is "scope = user: the first goes, the network stays" "$(session_do a2 "$T tcp $WEB4 $SERVICE; $LOOK")" "$HOST4"$'\n'"$look"
	is "scope = user: who comes then joins it" "$(run_as alice "$LOOK")" "$look"
	session_stop a2
	session_stop b
	check "scope = user: nothing is left" ledger_same_within 10 "$RIG/before"
}

# First logins at the same moment: one makes the space, the others give theirs up again and join it.
together_test() {
	local jobs out status
	policy '[default]' 'network = nat' 'scope = user'
	for jobs in 2 5; do
		out=$(shared_race together $jobs 30 loginspace alice)
		status=$?
		is "scope = user: $jobs first logins at once, 30 times" "$status $(head -n -1 <<<"$out" | head -n 5)" "0 "
	done
	check "scope = user: at once: nothing is left" ledger_same_within 10 "$RIG/before"
}

# What fails inside, while the host's side is being made, is told as what it is.
inside_first_test() {
	local i
	policy '[default]' 'network = nat' 'bind = /missing:/mnt'
	log_mark
	for i in {1..20}; do
		pamtester loginspace alice open_session >/dev/null 2>&1 && not_ok "a missing folder: login $i is denied"
	done
	is "a missing folder: each of 20 denials names the line" \
		"$(log_ours | grep -c "denied: .* step=sources errno=ENOENT .*loginspace.conf:3")" 20
	check "a missing folder: nothing is left" ledger_same_within 10 "$RIG/before"
}

linger_test() {
	policy '[default]' 'network = nat' 'scope = user' 'linger = forever'
	check "linger: alice is in" run_as alice true
	is "linger: the interface stays" "$(ip -o link | grep -c ': ls')" 1
	is "linger: and works for the next login" "$(run_as alice "$T tcp $WEB6 $SERVICE")" $HOST6
	"$COMMAND" kill alice >/dev/null
	check "linger: ended, nothing is left" ledger_same_within 10 "$RIG/before"
}

nat_begin
nested_test
from_loopback_test
to_loopback_test
shared_test
together_test
inside_first_test
linger_test
nat_end
