# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# A fault at each step of a login with all that takes power away: a user namespace, a cgroup
# namespace, the filter, no new privileges, fewer capabilities. See sweep.bash.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/sweep.bash"
needs_module

PLAN=user
STAYS=yes
ROLES='app1 helper1 init1'
# One user namespace deep, no mount(2), no bit of the set: all three, or it is not whole.
INSIDE='if [ "${LOGINSPACE%-*}" = UID ] && [ "$(ls -I bonding_masters /sys/class/net)" = lo ] && [ -z "$(ls -A /tmp)" ] &&
	[ -z "$(ls -A /dev/shm)" ] && [ $$ -lt 10 ] &&
	[ "$(readlink /proc/self/ns/user)" != USERNS ] && [ "$(readlink /proc/self/ns/cgroup)" != CGROUPNS ] &&
	grep -qx "NoNewPrivs:	1" /proc/self/status && grep -qx "Seccomp:	2" /proc/self/status &&
	[ "$(cat /proc/self/uid_map | tr -s " ")" = " 0 0 4294967295" ]
then echo verdict=whole; else echo verdict=broken; cat /proc/self/uid_map; exit 1; fi'
INSIDE=${INSIDE/USERNS/$(readlink /proc/self/ns/user)}
INSIDE=${INSIDE/CGROUPNS/$(readlink /proc/self/ns/cgroup)}

# It is asked for on a machine that has cgroup v2 and nothing else; here it may be elsewhere.
if [[ $(stat -f -c %T /sys/fs/cgroup) != cgroup2fs ]]; then
	mount --bind "$(findmnt -n -t cgroup2 -o TARGET | head -n 1)" /sys/fs/cgroup
	MOUNTED=yes
fi
policy '[default]' 'namespaces = mount pid ipc uts net user cgroup' 'seccomp = default' 'no_new_privs = yes'
sweep_run
[[ -z ${MOUNTED-} ]] || umount /sys/fs/cgroup
