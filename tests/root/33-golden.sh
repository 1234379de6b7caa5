# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# ISO-11: the mounts of a space, one golden table in golden/ for each mode. The lines of a table that
# begin with "#" are the configuration, "# root" makes a root file system first.
# LS_WRITE=1 writes the tables anew.
#
# A table has the mounts that the space has made, as a walk through the tree from its root, so what
# lies on something is behind it:
#   PLACE  file system, or "bind"  the place that is bound, on the host  flags  propagation
# If any mount of the host's has other flags inside, those that the rig has made are there too, as
# "host". With an overlay, what of the host's is read-only is left out. A table says nothing of what
# differs from machine to machine: device numbers, other mounts, what is in the cgroup tree.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/view.bash"
needs_module

GOLDEN=$SOURCE/tests/root/golden

# table HOST SPACE: two copies of mountinfo, see proc_pid_mountinfo(5).
table() {
	LC_ALL=C awk -v source="$SOURCE" '
	BEGIN {
		n = split("/ /dev /dev/mqueue /dev/pts /dev/shm /etc /home /proc /root /run /srv/golden " \
			"/sys /tmp /var/log /var/tmp", names, " ")
		for (i = 1; i <= n; i++) of_the_rig[names[i]] = 1
	}
	function flags_of(text, kept, n, i, option) {
		n = split(text, option, ",")
		for (i = 1; i <= n; i++)
			if (option[i] ~ /^(ro|rw|nosuid|nodev|noexec)$/)
				kept = kept "," option[i]
		return substr(kept, 2)
	}
	function propagation_of(i, text) {
		for (i = 7; i < NF && $i != "-"; i++) {
			if ($i ~ /^shared:/) text = text "shared "
			if ($i ~ /^master:/) text = text "slave "
		}
		type_at = i + 1
		return text == "" ? "private" : substr(text, 1, length(text) - 1)
	}
	function below(path, folder) {
		return folder == "/" || path == folder || index(path, folder "/") == 1
	}
	# Where on the host is what is mounted here? The place itself, or else the shortest path.
	function bound(id, i, path, best) {
		for (i = 1; i <= hosts; i++) {
			if (host_dev[i] != dev[id] || !below(root[id], host_root[i])) continue
			path = substr(root[id], host_root[i] == "/" ? 1 : length(host_root[i]) + 1)
			path = (host_place[i] == "/" ? "" : host_place[i]) (path == "/" ? "" : path)
			if (path == "") path = "/"
			if (path == place[id]) return path
			if (best == "" || length(path) < length(best)) best = path
		}
		return best
	}
	function line(id, kind, from, kept) {
		if (place[id] ~ /^\/sys\/fs\/cgroup\// || below(place[id], source)) return
		if (place[id] ~ /^\/var\/lib\/(lastlog|wtmpdb)(\/|$)/) return # some machines have them
		from = dev[id] in host_has ? bound(id) : "-"
		kind = dev[id] in host_has ? "bind" : type[id]
		kept = place[id] == "/sys/fs/cgroup" ? "any" : flags[id]
		out[++lines] = sprintf("%-22s %-8s %-22s %-24s %s", place[id], kind, from, kept, propagation[id])
	}
	function hosts_line(id) {
		out[++lines] = sprintf("%-22s %-8s %-22s %-24s %s", place[id], "host", "-", \
			place[id] == "/" ? substr(flags[id], 1, 2) : flags[id], propagation[id])
		is_host_line[lines] = 1
	}
	# What lies on the folder itself was put there after what is in it: it comes last.
	function before(one, other, at) {
		if ((place[one] == at) != (place[other] == at)) return place[other] == at
		return place[one] < place[other]
	}
	# With another root nothing of the host is there by itself, but for what an overlay needs.
	function is_hosts(id, key) {
		if (count[key]-- <= 0) return 0
		return !rooted || (flags[id] ~ /^ro/ && place[id] != "/sys/fs/cgroup")
	}
	function walk(id, key, n, i, child, swap, j) {
		key = dev[id] SUBSEP root[id] SUBSEP place[id]
		if (is_hosts(id, key)) {
			if (flags[id] != host_flags[key]) changed++
			if (place[id] in of_the_rig) hosts_line(id)
		} else {
			line(id)
		}
		n = split(children[id], child, " ")
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && before(child[j], child[j - 1], place[id]); j--) {
				swap = child[j]; child[j] = child[j - 1]; child[j - 1] = swap
			}
		for (i = 1; i <= n; i++) walk(child[i])
	}
	FNR == NR {
		hosts++
		host_dev[hosts] = $3; host_root[hosts] = $4; host_place[hosts] = $5
		host_has[$3] = 1
		host_flags[$3 SUBSEP $4 SUBSEP $5] = flags_of($6)
		count[$3 SUBSEP $4 SUBSEP $5]++
		next
	}
	{
		dev[$1] = $3; root[$1] = $4; place[$1] = $5; flags[$1] = flags_of($6)
		propagation[$1] = propagation_of()
		type[$1] = $type_at
		if (match($(type_at + 2), /hidepid=[a-z0-9]+/))
			flags[$1] = flags[$1] "," substr($(type_at + 2), RSTART, RLENGTH)
		parent[$1] = $2
		children[$2] = children[$2] " " $1
	}
	END {
		for (id in parent)
			if (!(parent[id] in parent)) top = id
		rooted = !((dev[top] SUBSEP root[top] SUBSEP "/") in count)
		walk(top)
		for (i = 1; i <= lines; i++)
			if (changed || !is_host_line[i]) print out[i]
	}' "$1" "$2"
}

# No mqueue in this kernel: none in the tables.
expected() {
	if [[ -d /dev/mqueue ]]; then
		grep -v '^#' "$1"
	else
		grep -Ev '^(#|/dev/mqueue )' "$1"
	fi
}

host_make() {
	mkdir -p /srv/golden
	mount -t tmpfs -o mode=755 rig-golden /srv/golden
	mkdir -p /srv/golden/{data/sub,other,tmp,upper,rootfs}
	chmod 755 /srv/golden/{tmp,upper}
	touch /srv/golden/{data,other}/file
	install -d -m 700 -o alice -g alice /run/user/2001
	mkdir -p /run/dbus
}

golden_test() { # FILE
	local name=${1##*/}
	name=${name%.txt}
	policy '[default]' "$(sed -n 's/^# \(.*=.*\)/\1/p' "$1")"
	if grep -qx '# root' "$1"; then
		root_possible || return
		root_make /srv/golden/rootfs
	fi
	cp /proc/self/mountinfo "$RIG/mounts.host"
	if ! run_as alice 'cat /proc/self/mountinfo' >"$RIG/mounts.space" 2>>"$RIG/log/golden"; then
		not_ok "ISO-11 $name: a login" "$(<"$RIG/mounts.space")"
		return
	fi
	table "$RIG/mounts.host" "$RIG/mounts.space" >"$RIG/table"
	if [[ -n ${LS_WRITE-} ]]; then
		{ grep '^#' "$1" && cat "$RIG/table"; } >"$RIG/golden" && cat "$RIG/golden" >"$1"
	fi
	check "ISO-11 $name: the mounts of the space" diff -u <(expected "$1") "$RIG/table"
}

host_make
start_sshd
for file in "$GOLDEN"/*.txt; do
	golden_test "$file"
	if [[ -d /srv/golden/rootfs/bin ]]; then
		root_leave
		rm -rf /srv/golden/rootfs/*
	fi
done
policy
stop_sshd
umount /srv/golden
rmdir /srv/golden
