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
	unshare | bwrap | crun | firejail | systemd-nspawn)
		command -v "$1" >/dev/null || echo "not installed"
		;;
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

# systemd-nspawn(1) leaves two control groups below its own.
nspawn_tidy() {
	local path top

	while IFS=: read -r _ _ path; do
		for top in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
			rmdir "$top$path/payload" "$top$path/supervisor" 2>/dev/null || true
		done
	done </proc/self/cgroup
}

# From a shell of its own: the control group that it moves itself into is not ours then.
nspawn_run() {
	local status=0

	("$programs/spawn" systemd-nspawn --quiet --register=no --keep-unit --private-network \
		--link-journal=no --resolv-conf=off --timezone=off --machine=bench \
		--directory="$work/tree" /bin/true) || status=$?
	nspawn_tidy
	return $status
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
	firejail) "$programs/spawn" firejail --quiet --noprofile --net=none /bin/true ;;
	systemd-nspawn) nspawn_run ;;
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
			absent_note "$name" "left out by BENCH_ONLY"
			continue
		fi
		why=$(contender_missing "$name")
		if [[ -z $why ]] && ! made=$(contender_run "$name" 2>"$work/error"); then
			why="does not run here: $(tail -n 1 "$work/error")"
		elif [[ -z $why && $kind == session && ${made##* } != "$new" ]]; then
			why="runs, but makes the namespaces ${made##* } and not $new"
		fi
		if [[ -n $why ]]; then
			absent_note "$name" "$why"
		else
			running+=("$name")
		fi
	done
}

absent_note() { # NAME WHY
	absent+=("$1: $2")
	figure absent "$1" why "$2"
}

is_running() {
	[[ " ${running[*]} " == *" $1 "* ]]
}
