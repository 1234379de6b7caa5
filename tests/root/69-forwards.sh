# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# What works with each value of the key network: who reaches whom, and what people do with ssh and
# mosh. Makes the tables of docs/NETWORK.md. alice comes from the machine "web", the server elsewhere
# is on the router.
#
# packages: mosh socat xauth nftables passt
# Environment: LS_WRITE=1 writes what is otherwise compared.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/rig/world.bash"
needs_module

PAGE=$SOURCE/docs/NETWORK.md
OUTSIDE4=203.0.113.1 LAB4=198.18.0.2
CONTROL=$RIG/control
MODES=(loopback host nat netns macvlan pasta)
declare -A CELL SPELLED=([netns]=netns:NAME [macvlan]=macvlan:IF)
# FUNCTION, what it is, and what has to come of it, mode by mode: y or n.
REACH=(
	'reach_outside|the space: a server elsewhere|nyyyyy'
	'reach_address|the space: an address of the host|nynynn'
	'reach_loopback|the space: the loopback of the host|nynnnn'
	'reach_space|the space: another space|nynyyn'
	'from_outside|from elsewhere: a server in the space|nynyyn'
	'from_host|from the host: a server in the space|nynynn'
)
FORWARDS=(
	'local_inside|`ssh -L` to a server in the space|yyyyyy'
	'local_host|`ssh -L` to the loopback of the host|nynnnn'
	'local_outside|`ssh -L` to a server elsewhere|nyyyyy'
	'remote|`ssh -R`: a port in the space leads to the client|yyyyyy'
	'socks_inside|`ssh -D` (SOCKS) to a server in the space|yyyyyy'
	'socks_outside|`ssh -D` to a server elsewhere|nyyyyy'
	'stdio_inside|`ssh -W` to a server in the space|yyyyyy'
	'stdio_outside|`ssh -W`, `ssh -J` to a server elsewhere|nyyyyy'
	'x11|X11 forwarding|yyyyyy'
	'agent|agent forwarding|yyyyyy'
	'copy_scp|`scp`|yyyyyy'
	'copy_sftp|`sftp`|yyyyyy'
	'copy_rsync|`rsync`|yyyyyy'
	'mosh_login|`mosh`|nynnny'
	'mosh_own|`mosh-client` to an address of the space|nynyyy'
)

# --- the machines --------------------------------------------------------------------------------

host_make() {
	world_make
	# A network of the administrator's making.
	ip netns add lab
	ip -n lab link set lo up
	cable router r2 198.18.0.1 2001:db8:400::1 lab e0 $LAB4 2001:db8:400::2
	ip -n lab route add default via 198.18.0.1
	# Whoever wants to reach a space by its address finds the way to the host.
	ip -n router route add $POOL4 via $HOST4
	start_sshd "ListenAddress $HOST4" 'AuthorizedKeysFile .ssh/authorized_keys'
	serve host 0.0.0.0 9001
	serve router $OUTSIDE4 9002
	serve web 127.0.0.1 9003
	# As much of an X server as is needed to tell that a client has come.
	job_start listening on_exec web socat -d -d TCP-LISTEN:6005,bind=127.0.0.1,reuseaddr,fork \
		SYSTEM:'head -c 48 >/dev/null; echo display'
	eval "$(ssh-agent -a "$RIG/agent")" >/dev/null
	ssh-add -q "$RIG/key"
	head -c 100000 /dev/urandom >"$RIG/file"
}

host_clear() {
	kill "$SSH_AGENT_PID"
	policy
	stop_sshd
	ip netns del lab
	world_end
}

serve() { # NAME ADDRESS PORT
	job_start ready on_exec "$1" nettool tcp-listen "$2" "$3" "$1"
}

# from_web CMD ARGS: on alice's own machine.
from_web() {
	on web timeout 10 "$@"
}

web_ssh() {
	from_web ssh "${SSH_OPTIONS[@]}" -p $PORT "$@"
}

master() {
	from_web ssh -F none -S "$CONTROL" -p $PORT "$@" alice@$HOST4
}

# web_do CMD: in the space of the connection that stays.
web_do() {
	from_web ssh -F none -S "$CONTROL" -p $PORT -n alice@$HOST4 "$@"
}

# --- the tries: each succeeds when the thing works ------------------------------------------------

# answers ADDRESS PORT WANTED, on alice's machine.
answers() {
	[[ $(from_web timeout 1 nettool tcp-connect "$1" "$2" 2>/dev/null) == "$3" ]]
}

# inside_reaches ADDRESS PORT WANTED; a packet that is dropped has no answer at all.
inside_reaches() {
	[[ $(web_do "timeout 1 $RIG/bin/nettool tcp-connect $1 $2" 2>/dev/null) == "$3" ]]
}

reach_outside() {
	inside_reaches $OUTSIDE4 9002 router
}

# Of its two addresses one may be that of the space, too.
reach_address() {
	inside_reaches $HOST4 9001 host || inside_reaches $HOSTLAN4 9001 host
}

reach_loopback() {
	inside_reaches 127.0.0.1 9001 host
}

reach_space() {
	inside_reaches "${BOB:-127.0.0.1}" 9004 bob
}

from_outside() {
	answers "${ALICE:-127.0.0.1}" 9000 inside
}

from_host() {
	[[ $(timeout 1 nettool tcp-connect "${ALICE:-127.0.0.1}" 9000 2>/dev/null) == inside ]]
}

local_inside() {
	answers 127.0.0.1 7001 inside
}

local_host() {
	answers 127.0.0.1 7002 host
}

local_outside() {
	answers 127.0.0.1 7003 router
}

remote() {
	[[ $(web_do "$RIG/bin/nettool tcp-connect 127.0.0.1 7004" 2>/dev/null) == web ]]
}

socks() { # ADDRESS PORT WANTED
	[[ $(from_web socat -u "SOCKS4:127.0.0.1:$1:$2,socksport=7005" - 2>/dev/null) == "$3" ]]
}

socks_inside() {
	socks 127.0.0.1 9000 inside
}

socks_outside() {
	socks $OUTSIDE4 9002 router
}

# Its end of stdin is that of what it sends. With the first packet that is nobody's way to begin, and
# pasta of 2023 takes it for the end of all.
stdio() { # ADDRESS PORT WANTED
	[[ $(sleep 0.2 | master -W "$1:$2" 2>/dev/null) == "$3" ]]
}

stdio_inside() {
	stdio 127.0.0.1 9000 inside
}

stdio_outside() {
	stdio $OUTSIDE4 9002 router
}

# The first words of an X client, with the cookie that sshd has put there for it.
x11() {
	[[ $(DISPLAY=127.0.0.1:5 web_ssh -Y alice@$HOST4 '
		cookie=$(xauth list "$DISPLAY" | sed "s/.* //; s/../\\\\x&/g; q")
		number=${DISPLAY#*:}
		exec 3<>/dev/tcp/127.0.0.1/$((6000 + ${number%.*})) &&
			printf "l\0\013\0\0\0\022\0\020\0\0\0MIT-MAGIC-COOKIE-1\0\0$cookie" >&3 && cat <&3
		' 2>/dev/null </dev/null) == display ]]
}

agent() {
	[[ $(web_ssh -A -n alice@$HOST4 'ssh-add -L' 2>/dev/null) == "$(<"$RIG/key.pub")" ]]
}

copy_scp() {
	from_web scp -q "${SSH_OPTIONS[@]}" -P $PORT "$RIG/file" alice@$HOST4:copy && arrived
}

copy_sftp() {
	from_web sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT alice@$HOST4 <<<"put $RIG/file copy" && arrived
}

copy_rsync() {
	from_web rsync -e "ssh ${SSH_OPTIONS[*]} -p $PORT" "$RIG/file" alice@$HOST4:copy && arrived
}

arrived() {
	cmp "$RIG/file" /home/alice/copy && rm /home/alice/copy
}

# As long as it takes where it works; where it does not, nothing ever comes.
mosh_terminal() { # CMD ARGS
	local seconds=2
	[[ $WANTED == n ]] || seconds=15
	LC_ALL=C.UTF-8 ptyrun -t $seconds -e mosh-works -- nsenter --net=/run/netns/web -- "$@" >/dev/null 2>&1
}

MOSH_SAYS='echo mosh""-works; sleep 0.5'

mosh_login() {
	mosh_terminal mosh --ssh="ssh ${SSH_OPTIONS[*]} -p $PORT" -p 60001 alice@$HOST4 -- sh -c "$MOSH_SAYS"
}

# By hand: mosh itself knows no other address than that of sshd. The login has a space of its own.
mosh_own() {
	local said key address
	[[ -n $ALICE ]] || return
	said=$(web_ssh -n alice@$HOST4 "$ADDRESS; mosh-server new -l LC_ALL=C.UTF-8 -p 60002 -- sh -c '$MOSH_SAYS'" 2>/dev/null |
		tr -d '\r')
	address=${said%%$'\n'*}
	key=$(sed -n 's/^MOSH CONNECT 60002 //p' <<<"$said")
	MOSH_KEY=$key mosh_terminal mosh-client "$address" 60002
}

# --- modes ---------------------------------------------------------------------------------------

mode_policy() {
	local -a more=()
	case $1 in
	netns) set -- netns:lab ;;
	macvlan)
		set -- macvlan:up0
		more=('address_pool = 198.51.100.64/26')
		;;
	pasta) more=('[match user=alice]' 'scope = user' 'publish = 60001:60001/udp 60002:60002/udp') ;;
	esac
	policy '[default]' "network = $1" 'linger = processes' "${more[@]}"
}

# mode_lacks MODE: what this machine lacks for it.
mode_lacks() {
	case $1 in
	nat) nft list tables >/dev/null 2>&1 || echo "no nftables" ;;
	macvlan) ip link add try0 link up0 type macvlan 2>/dev/null && ip link del try0 || echo "no macvlan" ;;
	pasta) [[ -c /dev/net/tun ]] || echo "no /dev/net/tun" ;;
	esac
}

# The address by which a space goes out; "" if it has none.
ADDRESS="ip route get $WEB4 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p'"

# One connection that stays, with what it forwards, and a server in its space; and bob's.
mode_begin() {
	mode_policy "$1"
	master -M -f -N "${SSH_OPTIONS[@]}" -o ControlMaster=yes -o "ControlPath=$CONTROL" \
		-L 7001:127.0.0.1:9000 -L 7002:127.0.0.1:9001 -L 7003:$OUTSIDE4:9002 \
		-R 7004:127.0.0.1:9003 -D 7005 >"$RIG/log/master" 2>&1 || return
	session_start b bob || return
	web_do "$(listen 9000 inside)" && ALICE=$(web_do "$ADDRESS")
	session_do b "$(listen 9004 bob)" && BOB=$(session_do b "$ADDRESS")
}

listen() { # PORT TEXT
	echo "$RIG/bin/nettool tcp-listen 0.0.0.0 $1 $2 >~/ready-$1 2>&1 & until grep -qs ready ~/ready-$1; do :; done; rm ~/ready-$1"
}

mode_end() {
	master -O exit 2>/dev/null
	session_stop b
	"$COMMAND" kill alice >/dev/null 2>&1
	"$COMMAND" kill bob >/dev/null 2>&1
	wait_until 5 sshd_idle
}

# row MODE INDEX FUNCTION TITLE WANTED
row() {
	local WANTED=${5:$2:1} words=no
	if "$3" >/dev/null 2>&1; then
		words=yes
	fi
	CELL[$4,$1]=$words
	is "$1: ${4//\`/}" "${words:0:1}" "$WANTED"
}

mode_rows() { # MODE INDEX
	local line function title wanted
	for line in "${REACH[@]}" "${FORWARDS[@]}"; do
		IFS='|' read -r function title wanted <<<"$line"
		row "$1" "$2" "$function" "$title" "$wanted"
	done
}

# A program of the host's in that network.
NETWORK='ls -I bonding_masters /sys/class/net; ip -o addr; ip route; readlink /proc/self/ns/net'

enter_test() { # MODE
	[[ $1 != host ]] || return 0
	is "$1: enter --net" "$("$COMMAND" enter --net "$(web_do 'echo $LOGINSPACE')" -- sh -c "$NETWORK")" \
		"$(web_do "$NETWORK")"
}

# What cannot be tried here is as it should be.
mode_skip() { # MODE INDEX
	local line function title wanted
	for line in "${REACH[@]}" "${FORWARDS[@]}"; do
		IFS='|' read -r function title wanted <<<"$line"
		CELL[$title,$1]=$([[ ${wanted:$2:1} == y ]] && echo yes || echo no)
	done
}

mode_try() { # MODE INDEX
	local lacks
	lacks=$(mode_lacks "$1")
	if [[ -n $lacks ]]; then
		skip_kernel "network = $1" "$lacks"
		mode_skip "$@"
		return
	fi
	if mode_begin "$1"; then
		mode_rows "$@"
		enter_test "$1"
	else
		not_ok "network = $1: a login" "$(<"$RIG/log/master")" "$(tail -n 3 "$LOG")"
		mode_skip "$@"
	fi
	mode_end
}

# --- the page ------------------------------------------------------------------------------------

table_print() { # ROWS
	local line title mode
	printf '| |'
	for mode in "${MODES[@]}"; do
		printf ' `%s` |' "${SPELLED[$mode]-$mode}"
	done
	printf '\n|---|'
	printf -- '---|%.0s' "${MODES[@]}"
	for line in "$@"; do
		IFS='|' read -r _ title _ <<<"$line"
		printf '\n| %s |' "$title"
		for mode in "${MODES[@]}"; do
			printf ' %s |' "${CELL[$title,$mode]}"
		done
	done
	echo
}

# The page with the tables as seen: each stands between two marks.
page_print() {
	sed -e '/^<!-- begin/,/^<!-- end/{/^<!--/!d}' \
		-e "/^<!-- begin reach/r $RIG/reach" -e "/^<!-- begin forwards/r $RIG/forwards" "$PAGE"
}

page_test() {
	table_print "${REACH[@]}" >"$RIG/reach"
	table_print "${FORWARDS[@]}" >"$RIG/forwards"
	page_print >"$RIG/page"
	if [[ -n ${LS_WRITE-} ]]; then
		cat "$RIG/page" >"$PAGE"
		ok "docs/NETWORK.md is written"
		return
	fi
	check "docs/NETWORK.md has what has been seen (LS_WRITE=1 writes it)" diff -u "$PAGE" "$RIG/page"
	is "docs/NETWORK.md has both tables" "$(grep -c '^| .*yes' "$PAGE")" $((${#REACH[@]} + ${#FORWARDS[@]}))
}

# mosh's server is a process that its login leaves behind.
linger_test() {
	local WANTED=n
	policy '[default]' 'network = host'
	is "mosh without linger: ends with its login" "$(mosh_login && echo works)" ""
}

# --- what the page says of other firewalls --------------------------------------------------------

# The lines of the page that begin so, as they stand there.
page_lines() { # PATTERN
	sed -n '/^```$/,/^```$/p' "$PAGE" | grep "$1"
}

# Who is there, for a server elsewhere; and who answers alice's space.
sees() {
	session_do a "timeout 1 $RIG/bin/nettool tcp-connect $OUTSIDE4 9007"
}

host_answers() {
	[[ $(session_do a "timeout 1 $RIG/bin/nettool tcp-connect $HOSTLAN4 9001") == host ]]
}

is_closed() { # NAME
	is "$1: spaces are masqueraded" "$(sees)" $HOST4
	check "$1: the host is out of reach" not host_answers
}

not() {
	! "$@"
}

is_open() { # NAME
	like "$1: no space is masqueraded" "$(sees)" '^10\.213\.'
	check "$1: the host is within reach" host_answers
	like "$1: the doctor says so" "$("$COMMAND" doctor | grep firewall)" 'nat'
}

flush_test() {
	is_closed "nat"
	nft flush ruleset
	is_open "nft flush ruleset"
	run_as bob true
	is_closed "nft flush ruleset, and a login"
	page_lines nftables >"$RIG/keep"
	check "the lines for a copy" bash -e "$RIG/keep"
	nft -f /etc/nftables.conf
	is_closed "nftables.conf with the copy, loaded again"
	log_mark
	run_as bob true
	is_closed "and a login"
	is "the copy is what a login would make" "$(nft list table inet loginspace)" "$(tail -n +3 /etc/nftables.loginspace)"
}

drop_test() {
	nft -f - <<-'END'
		table inet strict {
			chain forward {
				type filter hook forward priority 0; policy drop;
			}
		}
	END
	is "a firewall that drops what is forwarded" "$(sees)" ""
	page_lines '^[io]ifname' | sed 's/^/add rule inet strict forward /' | nft -f -
	is "the lines for it" "$(sees)" $HOST4
	nft delete table inet strict
}

firewall_test() {
	[[ -z $(mode_lacks nat) ]] || return 0
	job_start listening on_exec router socat -d -d TCP-LISTEN:9007,bind=$OUTSIDE4,reuseaddr,fork 'SYSTEM:echo $SOCAT_PEERADDR'
	policy '[default]' 'network = nat'
	session_start a alice
	flush_test
	drop_test
	session_stop a
}

host_make
for index in "${!MODES[@]}"; do
	mode_try "${MODES[index]}" "$index"
done
linger_test
firewall_test
page_test
host_clear
