# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# The contenders: which of them run here, and one run of each.
# Read by bench, whose settings it uses.

# Why a contender is not there; nothing if it is.
contender_missing() {
	local module

	case $1 in
	before) [[ -n $before && -e $before/pam_loginspace.so ]] || echo "BENCH_BEFORE names no other build" ;;
	loginspace | sections | join)
		if [[ ! -e $build/pam_loginspace.so || ! -x $build/loginspace-helper ]]; then
			echo "not built"
		elif [[ $1 == join && $join_init == 0 ]]; then
			echo "no space to join: $(tail -n 1 "$work/hold.error")"
		fi
		;;
	pam_*)
		for module in /lib/*/security /lib/security /lib64/security /usr/lib/*/security; do
			if [[ -e $module/$1.so ]]; then
				return
			fi
		done
		echo "not installed"
		;;
	unshare | bwrap | crun) command -v "$1" >/dev/null || echo "not installed" ;;
	esac
}

# crun refuses the hybrid cgroup tree, so the version 2 half of one is taken away for it.
crun_shell() {
	if mountpoint --quiet /sys/fs/cgroup/unified; then
		unshare --mount sh -c 'umount /sys/fs/cgroup/unified; exec "$@"' crun "$@"
	else
		"$@"
	fi
}

# One run; prints its times. More arguments go to the application.
contender_run() {
	local name=$1

	shift
	case $name in
	floor) "$programs/floor" "$@" ;;
	true) "$programs/spawn" /bin/true ;;
	unshare) "$programs/spawn" unshare --mount --pid --ipc --uts --net --fork --mount-proc \
		--propagation slave /bin/true ;;
	bwrap) "$programs/spawn" bwrap --unshare-all --bind / / --dev /dev --proc /proc \
		--tmpfs /tmp --tmpfs /var/tmp /bin/true ;;
	crun) crun_shell "$programs/spawn" crun --root "$work/crun" --cgroup-manager=disabled run \
		--bundle "$work/bundle" bench ;;
	join) "$programs/pam_bench" -j "$join_init" "$@" "$work/pam" join "$user" ;;
	*) "$programs/pam_bench" "$@" "$work/pam" "$name" "$user" ;;
	esac
}

# Puts every contender that runs here into running, and the others, with the reason, into absent.
contenders_probe() {
	local entry name kind new why made

	running=()
	absent=()
	for entry in "${contenders[@]}"; do
		IFS='|' read -r name kind new <<<"$entry"
		if [[ -n ${BENCH_ONLY:-} && " $BENCH_ONLY floor empty true " != *" $name "* ]]; then
			absent+=("$name: left out by BENCH_ONLY")
			continue
		fi
		why=$(contender_missing "$name")
		if [[ -z $why ]] && ! made=$(contender_run "$name" 2>"$work/error"); then
			why="cannot run here: $(tail -n 1 "$work/error")"
		elif [[ -z $why && $kind == session && ${made##* } != "$new" ]]; then
			why="runs, but makes the namespaces ${made##* } and not $new"
		fi
		if [[ -n $why ]]; then
			absent+=("$name: $why")
		else
			running+=("$name")
		fi
	done
}

is_running() {
	[[ " ${running[*]} " == *" $1 "* ]]
}
