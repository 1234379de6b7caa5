# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Which section holds for whom, and that a login gets what `loginspace explain` says, from the file
# and line that it names.
. "$SOURCE/tests/root/policy.bash"
needs_module

ROOT=$RIG/policy
DROPINS=$ROOT/etc/security/loginspace.conf.d

# Three places, five files, twelve sections with a condition. Lines are counted in what follows.
files_write() {
	mkdir -p "$ROOT/usr/lib/loginspace" "$DROPINS"
	cat >"$ROOT/usr/lib/loginspace/50-vendor.conf" <<-'END'
		[default]
		max_spaces = 7
		tmp_size = 32m
		ping_group_range = 1 0
		[match group=students]
		unprivileged_port_start = 80
		[match group=staff]
		tmp_size = 64m
	END
	cat >"$ROOT/etc/security/loginspace.conf" <<-'END'
		# of the administrator
		[default]
		max_spaces = 9
		hostname = %u.%h

		[match group=students]
		scope = user
		namespaces = mount pid

		[match user=bob group=students]
		namespaces = mount pid net
		[match uid=2003-2004]
		hostname = lab-%U
		[match group=staff service=sshd]
		max_spaces = 3
	END
	cat >"$DROPINS/10-lab.conf" <<-'END'
		[match user=dora,emil]
		private_tmp = no
		[match group=staff service=su]
		max_spaces = 1
	END
	cat >"$DROPINS/20-network.conf" <<-'END'
		[match user=carol rhost=127.0.0.0/8]
		network = host
		[match user=carol rhost=10.0.0.0/8]
		hostname = never
		[match user=emil]
		isolate = audit
	END
	cat >"$DROPINS/9-late.conf" <<-'END'
		; by name this one is the last, not by number
		[match user=emil]
		isolate = no
	END
	printf 'no\n' >"$DROPINS/README"
}

# explained USER KEY [OPTIONS]: "VALUE FILE:LINE" for each item, files as below $ROOT.
explained() {
	"$COMMAND" explain "$1" --conf "$ROOT" --json "${@:3}" | jq -r --arg key "$2" --arg root "$ROOT/" '
		.plan[$key] | [(.items // [.value]), .origins] | transpose | map(
			"\(.[0]) \(if .[1].file then (.[1].file | ltrimstr($root)) + ":\(.[1].line)" else "default" end)"
		) | join(", ")'
}

decided() {
	"$COMMAND" explain "$1" --conf "$ROOT" --json "${@:2}" | jq -r '.decision'
}

# explains USER KEY WANTED
explains() {
	is "explain $1: $2" "$(explained "$1" "$2" --rhost 127.0.0.1)" "$3"
}

VENDOR=usr/lib/loginspace/50-vendor.conf
LOCAL=etc/security/loginspace.conf

explain_test() {
	local user
	explains alice max_spaces "9 $LOCAL:3"
	explains alice hostname "%u.%h $LOCAL:4"
	explains alice scope "user $LOCAL:7"
	explains alice namespaces "mount $LOCAL:8, pid $LOCAL:8"
	explains alice unprivileged_port_start "80 $VENDOR:6"
	explains alice tmp_size "32m $VENDOR:3"
	explains alice linger "none default"
	explains bob scope "user $LOCAL:7"
	explains bob namespaces "mount $LOCAL:8, pid $LOCAL:8, mount $LOCAL:11, pid $LOCAL:11, net $LOCAL:11"
	explains bob max_spaces "3 $LOCAL:15"
	explains bob tmp_size "64m $VENDOR:8"
	explains carol scope "login default"
	explains carol hostname "lab-%U $LOCAL:13"
	explains carol network "host $LOCAL.d/20-network.conf:2"
	is "explain carol from elsewhere: network" "$(explained carol network --rhost 192.0.2.1)" "loopback default"
	explains dora hostname "lab-%U $LOCAL:13"
	explains dora max_spaces "3 $LOCAL:15"
	explains dora private_tmp "no $LOCAL.d/10-lab.conf:2"
	is "explain dora over su: max_spaces" "$(explained dora max_spaces --service su)" "1 $LOCAL.d/10-lab.conf:4"
	explains emil isolate "no $LOCAL.d/9-late.conf:3"
	for user in alice bob carol dora; do
		is "explain $user: gets a space" "$(decided "$user")" space
	done
	is "explain emil: is let in as is" "$(decided emil)" ignore
	is "explain root: is let in as is" "$(decided root)" ignore
}

# What a login has, in words. Each is read from the kernel, none from a file of ours.
look() {
	run_as "$1" 'cat /proc/1/comm; uname -n; df -k --output=size /tmp | tail -n 1
		for n in ipc net pid; do readlink /proc/self/ns/$n; done
		cat /proc/sys/net/ipv4/ip_unprivileged_port_start
		cat /proc/sys/net/ipv4/ping_group_range; ls /tmp' | tr -s ' \t\n' ' '
}

# gets USER COMM NAME TMP-SIZE OWN-NAMESPACES PORT PING TMP-FILES
gets() {
	local comm name size ipc net pid port low high files own=""
	read -r comm name size ipc net pid port low high files <<<"$(look "$1")"
	[[ $ipc == "$(readlink /proc/self/ns/ipc)" ]] || own+="ipc "
	[[ $net == "$(readlink /proc/self/ns/net)" ]] || own+="net "
	[[ $pid == "$(readlink /proc/self/ns/pid)" ]] || own+="pid "
	is "$1: pid 1" "$comm" "$2"
	is "$1: host name" "$name" "$3"
	is "$1: kilobytes of /tmp" "$size" "$4"
	is "$1: own namespaces" "${own% }" "$5"
	is "$1: first port for all" "$port" "$6"
	is "$1: groups that may ping" "$low $high" "$7"
	is "$1: the host's files in /tmp" "${files% }" "$8"
}

reality_test() {
	local port ping tmp
	port=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
	ping=$(tr -s '\t' ' ' </proc/sys/net/ipv4/ping_group_range)
	tmp=$(df -k --output=size /tmp | tail -n 1 | tr -d ' ')
	touch /tmp/of-the-host
	gets alice "$INSIDE" righost 32768 pid "$port" "$ping" ""
	gets bob "$INSIDE" righost 65536 "net pid" 80 "1 0" ""
	gets carol "$INSIDE" lab-2003 32768 "ipc pid" "$port" "$ping" ""
	gets dora "$INSIDE" lab-2004 "$tmp" "ipc net pid" 1024 "1 0" of-the-host
	gets emil "$OUTSIDE" righost "$tmp" "" "$port" "$ping" of-the-host
	log_mark
	run_as emil true
	like "emil: the log says by what" "$(log_line 'ignored: ')" \
		"user=\"emil\" .*isolate = no .*$DROPINS/9-late.conf:3"
	rm /tmp/of-the-host
}

# scope = user and max_spaces are about several logins.
several_test() {
	session_start one alice
	session_start two alice
	is "alice: two logins share a space" "$(session_do one 'readlink /proc/self/ns/pid')" \
		"$(session_do two 'readlink /proc/self/ns/pid')"
	session_start three dora
	session_start four dora
	isnt "dora: two logins do not" "$(session_do three 'readlink /proc/self/ns/pid')" \
		"$(session_do four 'readlink /proc/self/ns/pid')"
	session_start five dora
	log_mark
	refused "dora: a fourth space is one too many" dora
	like "dora: the log says so" "$(log_line 'denied: ')" 'user="dora" .*step=(limit|number) errno=EUSERS'
	session_stop five
	wait_until 5 confined_now dora
	confined "dora: one less, and it is not" dora
	is "dora: over su only one" "$(su_space dora)" "$REFUSED"
	for name in one two three four; do
		session_stop "$name"
	done
}

confined_now() {
	[[ $(space_of "$1") == "$INSIDE" ]]
}

# What is changed holds from the next login on, and not for those that are inside.
change_test() {
	pam_setup
	policy '[default]' 'hostname = old'
	session_start stays alice
	policy '[default]' 'hostname = new'
	is "changed: the next login has it" "$(run_as alice 'uname -n')" new
	is "changed: who is inside keeps the old" "$(session_do stays 'uname -n')" old
	policy
	is "taken away: the next login has the default" "$(run_as alice 'uname -n')" righost
	session_stop stays
}

# matches RHOST PREFIX: does a login from RHOST match the section?
matches() {
	policy '[default]' 'isolate = no' "[match rhost=$2]" 'isolate = yes'
	log_mark
	pamtester -I "rhost=$1" loginspace alice open_session close_session >/dev/null 2>&1
	log_line 'pam_loginspace.*(open|ignored|denied): ' | sed 's/.*session): \([a-z]*\): .*/\1/'
}

rhost_test() {
	policy '[default]' 'hostname = elsewhere' '[match rhost=127.0.0.0/8]' 'hostname = here' \
		'[match rhost=10.0.0.0/8]' 'hostname = ten'
	is "rhost over ssh: 127.0.0.0/8 and not 10.0.0.0/8" "$(run_as alice 'uname -n')" here
	is "rhost ::ffff:127.0.0.1 is in 127.0.0.0/8" "$(matches ::ffff:127.0.0.1 127.0.0.0/8)" open
	is "rhost ::ffff:127.0.0.1 is not in 10.0.0.0/8" "$(matches ::ffff:127.0.0.1 10.0.0.0/8)" ignored
	is "rhost ::ffff:127.0.0.1 is not in ::/0" "$(matches ::ffff:127.0.0.1 ::/0)" ignored
	is "rhost 10.255.255.255 is in 10.0.0.0/8" "$(matches 10.255.255.255 10.0.0.0/8)" open
	is "rhost 11.0.0.0 is not" "$(matches 11.0.0.0 10.0.0.0/8)" ignored
	is "rhost fe80::1%eth0 is in fe80::/10" "$(matches fe80::1%eth0 192.0.2.0/24,fe80::/10)" open
	is "no rhost is in none" "$(matches '' 0.0.0.0/0,::/0)" ignored
	is "a name denies" "$(matches host.example.org 10.0.0.0/8)" denied
	like "and the log says what to do" "$(log_line 'denied: ')" "$CONF:3: .*UseDNS no"
}

for tool in jq pamtester; do
	command -v $tool >/dev/null || {
		skip "policy" "no $tool"
		exit 0
	}
done
user_add dora 2004
user_add emil 2005
group_add students 3001 alice,bob
group_add staff 3002 bob
# dora is in staff by her primary group.
sed -i 's/^dora:x:2004:2004:/dora:x:2004:3002:/' /etc/passwd
start_sshd
files_write
check "the files are good" "$COMMAND" check "$ROOT"
explain_test
pam_setup "conf=$ROOT"
reality_test
several_test
change_test
rhost_test
stop_sshd
