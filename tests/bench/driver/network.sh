# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154 # network and the others set and use them
#
# The machines, and the contenders between them. Read by network, whose settings it uses.
#
#   host --- server --- bare --- hand
#
# host is the rig, where sshd runs and the spaces are, with our table of nft. bare is another host,
# with nothing but what a contender needs: "by hand" a pair of veth to hand, and one rule that
# masquerades. Every cable is a pair of veth with the defaults of ip(8).

BARE4=198.51.100.2 BARE6=2001:db8:100::2
SERVER4=198.51.100.7 SERVER6=2001:db8:100::7 # as bare reaches it; as host does: LAN4, LAN6
# By default pasta takes the gateway's address for the loopback of the host, so the server is another.
GATEWAY4=192.0.2.254 BAREGATEWAY4=198.51.100.254
BYHAND=10.200.0 BYHAND6=fd00:200:
HERE_USER=alice
FLOW_PORT=5201 TURN_PORT=5202

# --- machines ------------------------------------------------------------------------------------

machines_make() {
	local name

	for name in lan bare hand; do
		ip netns add $name && ip -n $name link set lo up || return 1
	done
	forwarding 1
	forwarding_on bare 1
	cable host lan0 "$HOSTLAN4" "$HOSTLAN6" lan l0 "$LAN4" "$LAN6" &&
		cable bare b0 $BARE4 $BARE6 lan l1 $SERVER4 $SERVER6 &&
		ip -n lan addr add $GATEWAY4/24 dev l0 && ip -n lan addr add $BAREGATEWAY4/24 dev l1 &&
		ip route add default via $GATEWAY4 && ip -6 route add default via "$LAN6" &&
		ip -n bare route add default via $BAREGATEWAY4 &&
		ip -n bare -6 route add default via $SERVER6
}

byhand_make() {
	ip -n bare link add hand0 type veth peer name eth0 netns hand &&
		ip -n bare link set hand0 up && ip -n hand link set eth0 up &&
		ip -n bare addr add $BYHAND.1/24 dev hand0 &&
		ip -n bare addr add $BYHAND6:1/64 dev hand0 nodad &&
		ip -n hand addr add $BYHAND.2/24 dev eth0 &&
		ip -n hand addr add $BYHAND6:2/64 dev eth0 nodad &&
		ip -n hand route add default via $BYHAND.1 &&
		ip -n hand -6 route add default via $BYHAND6:1 || return 1
	on bare nft -f - <<-'END'
		table inet hand {
			chain postrouting {
				type nat hook postrouting priority srcnat;
				iifname "hand0" masquerade
			}
		}
	END
}

servers_start() {
	job_start 'listening' on_exec lan setsid "${pin_server[@]}" \
		iperf3 --server --port $FLOW_PORT --forceflush &&
		job_start '^ready' on_exec lan setsid "${pin_server[@]}" \
			"$RIG/bin/roundtrip" serve 0.0.0.0 $TURN_PORT
}

# --- contenders ----------------------------------------------------------------------------------

# A namespace of the user's own on bare, and a program that serves it.
declare -A PROCESS

has_route() {
	[[ -n $(nsenter "--net=/proc/$1/ns/net" ip -4 route show default) ]]
}

as_user=(setpriv "--reuid=$HERE_USER" "--regid=$HERE_USER" --init-groups)

# process_make NAME CMD ARGS: PID stands for the process whose namespace it is.
process_make() {
	local name=$1

	shift
	job_start '' on_exec bare "${as_user[@]}" unshare --user --map-root-user --net sleep infinity
	PROCESS[$name]=$JOB
	wait_until 5 grep -q '^ *0' "/proc/$JOB/uid_map" || return 1
	job_start '' on_exec bare "${as_user[@]}" "${@/#PID/$JOB}"
	wait_until 5 has_route "${PROCESS[$name]}"
}

# Why a contender is not there; nothing if it is.
contender_start() {
	case $1 in
	netns*) ;;
	session*)
		session_start "${1#* }" "${1#* }" || tail -n 1 "$RIG/log/session"
		;;
	"process slirp")
		process_make slirp slirp4netns --configure --mtu=65520 --disable-host-loopback \
			PID tap0 || tail -n 1 "$RIG/log/$JOB"
		;;
	"process pasta")
		process_make pasta pasta --config-net --foreground PID || tail -n 1 "$RIG/log/$JOB"
		;;
	esac
}

# contender_do HOW WORDS: as the user; each with a scheduling group of its own, as a login has one.
contender_do() {
	local how=$1 name=${1#* }

	shift
	case $how in
	session*) session_do "$name" "${client[@]}" "$@" ;;
	netns*) on "$name" setsid --wait "${as_user[@]}" "${client[@]}" "$@" ;;
	process*)
		nsenter "--net=/proc/${PROCESS[$name]}/ns/net" setsid --wait "${as_user[@]}" \
			"${client[@]}" "$@"
		;;
	esac
}

# contender_server HOST FAMILY
contender_server() {
	case $1$2 in
	host4) echo "$LAN4" ;;
	host6) echo "$LAN6" ;;
	bare4) echo $SERVER4 ;;
	bare6) echo $SERVER6 ;;
	esac
}

is_wanted() {
	[[ -z ${BENCH_ONLY-} || $1 == "by hand" || ,$BENCH_ONLY, == *",$1,"* ]]
}

contenders_start() {
	local entry name how rest why

	running=() absent=()
	for entry in "${contenders[@]}"; do
		IFS='|' read -r name how rest <<<"$entry"
		is_wanted "$name" || continue
		# Not $(...): a session has to live in this very shell.
		contender_start "$how" >"$work/why" 2>&1
		why=$(<"$work/why")
		if [[ -n $why ]]; then
			absent+=("$name: $why")
		else
			running+=("$entry")
		fi
	done
}

# The users are called as their network is, so that one session a user is all there has to be.
network_users() {
	local name uid=2010

	for name in nat netns pasta; do
		user_add "$name" $((uid++))
	done
	policy "[default]" "dns = $LAN4" "[match user=nat]" "network = nat" \
		"[match user=netns]" "network = netns:hand" "[match user=pasta]" "network = pasta"
}

pins_set() {
	pin_server=() client=(timeout $((seconds + 10)))
	pinned="server and client go where the kernel puts them"
	if (($(nproc) == 1)); then
		return
	fi
	case ${BENCH_PIN:-two} in
	two)
		pin_server=(taskset -c 0) client+=(taskset -c 1)
		pinned="the server bound to processor 0, clients to 1"
		;;
	one)
		pin_server=(taskset -c 1) client+=(taskset -c 1)
		pinned="server and clients bound to one processor"
		;;
	esac
}

network_make() {
	work=$RIG/bench
	mkdir "$work"
	pins_set
	cc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$RIG/bin/roundtrip" "$here/roundtrip.c" ||
		die "no compiler"
	if ! machines_make || ! byhand_make || ! servers_start; then
		die "the machines cannot be made"
	fi
	network_users
	start_sshd
	contenders_start
}
