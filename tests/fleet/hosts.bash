# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Three hosts: each with a root file system, a network, processes, IPC and a host name of its own, and an
# sshd. In namespaces that the caller has made: its network has nothing but them. Sourced after lib.bash.
#
# Needs: WORK, a folder; TREE, the root file system that all of them begin with.

# shellcheck disable=SC2034 # for who sources this
HOSTS=(h1 h2 h3)
declare -A ADDRESS=([h1]=192.0.2.2 [h2]=192.0.2.6 [h3]=192.0.2.10)
declare -A GATE=([h1]=192.0.2.1 [h2]=192.0.2.5 [h3]=192.0.2.9)

# The trees are one, with what each host writes beside it.
host_tree() { # NAME
	local dir=$WORK/hosts/$1
	mkdir -p "$dir/upper" "$dir/work" "$dir/root"
	mount -t overlay -o "lowerdir=$TREE,upperdir=$dir/upper,workdir=$dir/work" overlay "$dir/root" || return
	mkdir -p "$dir/root/srv/fleet"
	cp -r "$WORK/fleet/." "$dir/root/srv/fleet/"
}

host_link() { # NAME
	ip netns add "$1" &&
		ip link add "to-$1" type veth peer name eth0 netns "$1" &&
		ip addr add "${GATE[$1]}/30" dev "to-$1" &&
		ip link set "to-$1" up &&
		ip -n "$1" link set lo up &&
		ip -n "$1" addr add "${ADDRESS[$1]}/30" dev eth0 &&
		ip -n "$1" link set eth0 up
}

host_answers() { # NAME
	local banner
	exec {conn}<>"/dev/tcp/${ADDRESS[$1]}/22" || return 1
	read -r -t 2 banner <&"$conn"
	exec {conn}<&-
	[[ $banner == SSH-2.0* ]]
}

host_start() { # NAME
	host_tree "$1" && host_link "$1" || return
	ip netns exec "$1" "$SOURCE/tests/package/enter" "$WORK/hosts/$1/root" \
		bash /srv/source/tests/fleet/host.sh "$1" "${ADDRESS[$1]}" >"$RIG/log/$1" 2>&1 &
	wait_until 30 host_answers "$1"
}

# on HOST USER CMD: over ssh.
on() {
	ssh -n "${SSH_OPTIONS[@]}" "$2@${ADDRESS[$1]}" "${@:3}" 2>&1
}

# A file of a host's, as its root sees it; and its mounts are not ours.
root_of() { # HOST
	echo "$WORK/hosts/$1/root"
}
